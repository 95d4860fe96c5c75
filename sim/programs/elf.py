"""Executables: ELF files read with pyelftools, and checked before anything is believed."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from gen.diag import Diagnostic, IsoformError
from gen.isa import Isa
from sim.programs.memory import EXECUTE, READ, WRITE

__all__ = ["Executable", "Segment", "read"]

_MOST = 1 << 30  # bytes of memory that segments may ask for


@dataclass(frozen=True)
class Segment:
    """Bytes at an address, followed by zeros up to `size`.

    Members
    -------
    stored : where the bytes are when a bare machine begins, perhaps in ROM (``p_paddr``)
    """

    address: int
    data: bytes = field(repr=False)
    size: int
    permission: int
    stored: int

    @property
    def end(self) -> int:
        """Address behind the segment."""
        return self.address + self.size

    def moved(self, distance: int) -> Segment:
        """Return the segment at a distance from its address."""
        address = self.address + distance
        return Segment(address, self.data, self.size, self.permission, address)


@dataclass(frozen=True)
class Executable:
    """A program as its file has it.

    Members
    -------
    segments : by address
    entry : address of the first instruction
    symbols : addresses by name
    headers : address of the program headers in memory, 0 if no segment has them
    header_size, header_count : bytes of one, and how many there are
    movable : whether it may be loaded anywhere, and is meant to (a static PIE)
    """

    path: str
    segments: tuple[Segment, ...]
    entry: int
    symbols: Mapping[str, int]
    headers: int = 0
    header_size: int = 0
    header_count: int = 0
    movable: bool = False

    def moved(self, distance: int) -> Executable:
        """Return the program as loaded at a distance from its addresses."""
        return Executable(
            self.path,
            tuple(s.moved(distance) for s in self.segments),
            self.entry + distance,
            {n: a + distance for n, a in self.symbols.items()},
            self.headers + distance if self.headers else 0,
            self.header_size,
            self.header_count,
            self.movable,
        )


def _wrong(code: str, message: str, help: str = "") -> IsoformError:
    return IsoformError([Diagnostic(code, message, help=help)])


def read(path: str | Path, isa: Isa) -> Executable:
    """Return the executable in a file.

    Raises
    ------
    IsoformError : E0703, the file cannot be read; E0950 to E0954, it is no executable for the set
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise _wrong("E0703", f"cannot read `{path}`: {error.strerror}") from None
    if data[:4] != b"\x7fELF":
        raise _wrong("E0950", f"`{path}` is no ELF file")
    try:
        elf = ELFFile(BytesIO(data))
        kind, entry = elf["e_type"], elf["e_entry"]
        _fits(str(path), elf, isa)
        headers = [h for i in range(elf.num_segments()) if (h := elf.get_segment(i).header)]
    except IsoformError:
        raise
    except Exception as error:  # the library has no common class for what damaged files cause
        raise _damaged(path, error) from None
    if kind not in ("ET_EXEC", "ET_DYN"):
        raise _wrong("E0953", f"`{path}` is no executable: its type is {kind}")
    if any(h["p_type"] == "PT_INTERP" for h in headers):
        help = "link it with `-static`"
        raise _wrong("E0953", f"`{path}` needs a dynamic linker", help)
    segments = _segments(str(path), headers, data, isa.pc.width)
    if not any(s.permission & EXECUTE and s.address <= entry < s.end for s in segments):
        raise _wrong("E0954", f"`{path}`: no segment to execute has the entry {entry:#x}")
    return Executable(
        str(path),
        segments,
        entry,
        _symbols(elf),
        _headers_at(elf, headers),
        elf["e_phentsize"],
        elf["e_phnum"],
        kind == "ET_DYN",
    )


def _damaged(path: str | Path, error: object) -> IsoformError:
    text = f": {error}" if str(error) else ""
    return _wrong("E0951", f"`{path}` is damaged{text}")


def _fits(path: str, elf: Any, isa: Isa) -> None:
    """Raise E0952 unless machine, width and byte order are the set's."""
    machine = elf.header["e_ident"], elf["e_machine"]
    number = _number(elf)
    if isa.elf_machine and number != isa.elf_machine:
        name = str(machine[1]).removeprefix("EM_")
        text = f"`{path}` is for machine {number} ({name}), not for `{isa.name}`"
        raise _wrong("E0952", text)
    if elf.elfclass != (64 if isa.pc.width > 32 else 32):
        text = f"`{path}` is a {elf.elfclass}-bit program, not one for `{isa.name}`"
        raise _wrong("E0952", text)
    order = "little" if elf.little_endian else "big"
    if order != isa.byte_order:
        raise _wrong("E0952", f"`{path}` is {order}-endian, not as `{isa.name}` is")


def _number(elf: Any) -> int:
    """Return the machine's number, which the library gives by name where it knows one."""
    elf.stream.seek(18)
    return int.from_bytes(elf.stream.read(2), "little" if elf.little_endian else "big")


def _segments(path: str, headers: Sequence[Any], data: bytes, width: int) -> tuple[Segment, ...]:
    """Return the segments to load; raises E0951 and E0954."""
    found: list[Segment] = []
    physical = any(h["p_paddr"] for h in headers)  # some linkers leave it out
    for h in headers:
        if h["p_type"] != "PT_LOAD" or not h["p_memsz"]:
            continue
        start, size, offset, stored = h["p_vaddr"], h["p_memsz"], h["p_offset"], h["p_filesz"]
        if offset + stored > len(data):
            raise _damaged(path, f"the segment at {start:#x} goes on behind the end of the file")
        if stored > size:
            text = f"`{path}`: the segment at {start:#x} has {stored} bytes in the file, "
            raise _wrong("E0954", text + f"and {size} in memory")
        if start + size > 1 << width:
            text = f"`{path}`: the segment at {start:#x} ends behind the address space"
            raise _wrong("E0954", text)
        place = h["p_paddr"] if physical and h["p_paddr"] + stored <= 1 << width else start
        bytes_ = data[offset : offset + stored]
        found.append(Segment(start, bytes_, size, _permission(h), place))
    if not found:
        raise _wrong("E0954", f"`{path}` has no segment to load")
    return _checked(path, found)


def _permission(header: Any) -> int:
    flags = header["p_flags"]
    pairs = ((4, READ), (2, WRITE), (1, EXECUTE))
    return sum(ours for theirs, ours in pairs if flags & theirs)


def _checked(path: str, segments: list[Segment]) -> tuple[Segment, ...]:
    """Return the segments in order; raises E0954 if they overlap or are too large."""
    found = sorted(segments, key=lambda s: s.address)
    for a, b in itertools.pairwise(found):
        if b.address < a.end:
            text = f"`{path}`: the segments at {a.address:#x} and {b.address:#x} overlap"
            raise _wrong("E0954", text)
    total = sum(s.size for s in found)
    if total > _MOST:
        raise _wrong("E0954", f"`{path}`: its segments ask for {total} bytes, more than {_MOST}")
    return tuple(found)


def _headers_at(elf: Any, headers: Sequence[Any]) -> int:
    """Return where the program headers are in memory, 0 if nowhere."""
    offset = int(elf["e_phoff"])
    for h in headers:
        if h["p_type"] == "PT_LOAD" and h["p_offset"] <= offset < h["p_offset"] + h["p_filesz"]:
            return int(h["p_vaddr"]) + offset - int(h["p_offset"])
    return 0


def _symbols(elf: Any) -> dict[str, int]:
    """Return the symbols; none if the table is damaged, for a program runs without."""
    found: dict[str, int] = {}
    try:
        for section in elf.iter_sections():
            if isinstance(section, SymbolTableSection):
                for s in section.iter_symbols():
                    if s.name and s["st_shndx"] != "SHN_UNDEF":
                        found.setdefault(s.name, s["st_value"])
    except Exception:  # as above: the library has no common class
        return {}
    return found
