"""Disassembly of whole files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from gen.diag import Diagnostic, IsoformError
from gen.isa.assembly.disassembler import disassemble, length_of
from gen.isa.isa import Isa
from gen.isa.operands import Target

__all__ = ["Contents", "Row", "read", "rows"]

# What pyelftools raises for files that were written wrong
_DAMAGED = (
    ELFError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Contents:
    """What is disassembled of a file.

    Members
    -------
    code : name, address and bytes of each section with instructions
    symbols : names by address
    """

    code: tuple[tuple[str, int, bytes], ...]
    symbols: dict[int, list[str]]


@dataclass(frozen=True)
class Row:
    """An instruction: `target` is the address that it names, if it is one that may be jumped to."""

    address: int
    word: int
    size: int
    text: str
    target: int | None = None


def read(path: Path, isa: Isa) -> Contents:
    """Return the code of an ELF file: of its sections, without these of its segments.

    Raises
    ------
    IsoformError : E0703, the file cannot be read; E0932, it is no ELF file or for another machine
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise IsoformError(
            [Diagnostic("E0703", f"cannot read `{path}`: {error.strerror}")]
        ) from error
    try:
        return _contents(ELFFile(BytesIO(data)), len(data), path, isa)
    except _DAMAGED as error:
        text = f"cannot read `{path}` as an ELF file: {error}"
        raise IsoformError([Diagnostic("E0932", text)]) from error


def rows(isa: Isa, address: int, data: bytes) -> Iterator[Row]:
    """Yield the instructions of code at an address; bytes that are left over are data."""
    at = 0
    little = isa.byte_order == "little"

    def take(count: int) -> int:
        return int.from_bytes(data[at : at + count], "little" if little else "big")

    while at < len(data):
        size = length_of(isa, take(isa.unit)) if at + isa.unit <= len(data) else 1
        if at + size > len(data):
            size = 1
        word, pc = take(size), address + at
        text = disassemble(isa, word, pc) if size >= isa.unit else f".byte {word:#04x}"
        yield Row(pc, word, size, text, _target(isa, word, size, pc))
        at += size


def _contents(file: ELFFile, size: int, path: Path, isa: Isa) -> Contents:
    machine = file.header["e_machine"]
    number = file.structs.Elf_Ehdr.build(file.header)[18:20]
    found = int.from_bytes(number, "little" if file.little_endian else "big")
    if isa.elf_machine and found != isa.elf_machine:
        text = f"`{path}` is for machine {found} ({machine}), `{isa.name}` is {isa.elf_machine}"
        raise IsoformError([Diagnostic("E0932", text)])
    for s in file.iter_sections():
        if s["sh_type"] != "SHT_NOBITS" and s["sh_offset"] + s["sh_size"] > size:
            raise ELFError(f"section `{s.name}` ends behind the file")
    for p in file.iter_segments():
        if p["p_offset"] + p["p_filesz"] > size:
            raise ELFError("a segment ends behind the file")
    code = [
        (s.name, s["sh_addr"], s.data())
        for s in file.iter_sections()
        if s["sh_flags"] & SH_FLAGS.SHF_EXECINSTR and s["sh_type"] == "SHT_PROGBITS"
    ]
    if not file.num_sections():
        segments = file.iter_segments("PT_LOAD")
        code = [("", s["p_vaddr"], s.data()) for s in segments if s["p_flags"] & 1]
    return Contents(tuple(code), _symbols(file))


def _symbols(file: ELFFile) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for table in file.iter_sections():
        if isinstance(table, SymbolTableSection):
            for s in table.iter_symbols():
                if s.name and isinstance(s["st_shndx"], int) and s.name[0] != "$":
                    found.setdefault(s["st_value"], []).append(s.name)
    return found


def _target(isa: Isa, word: int, size: int, pc: int) -> int | None:
    """Return the address that an instruction names relative to its own."""
    made = isa.decoder.find(word, 8 * size)
    for name, kind in made.operands.items() if made else ():
        if isinstance(kind, Target) and made is not None:
            field = made.encoding.fields[name]
            return int(kind.print(field.extract(word), field.width, pc), 0)
    return None
