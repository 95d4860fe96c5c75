"""Tiny programs: words put together by hand, in an ELF file of a few bytes."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import sim
from gen.isa import Isa
from gen.isa.library import find

BASE = 0x10000
DATA = 0x20000
X = {n: i for i, n in enumerate("zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7".split())}
R, W, E = 4, 2, 1


@cache
def isa(name: str = "rv64i") -> Isa:
    return find(name)


def op(name: str, set_name: str = "rv64i", **fields: Any) -> bytes:
    """Return an instruction's bytes; registers may be names, other fields may be negative."""
    encoding = isa(set_name).instruction(name).encoding
    values = dict.fromkeys(encoding.fields, 0)
    for n, v in fields.items():
        values[n] = X[v] if isinstance(v, str) else v & (1 << encoding.fields[n].width) - 1
    return encoding.assemble(values).to_bytes(4, "little")


def li(rd: str, value: int) -> bytes:
    """Return two instructions that load a number below ``2**31``."""
    low = (value & 0xFFF ^ 0x800) - 0x800
    upper = op("lui", rd=rd, upper=value - low & 0xFFFF_F000)
    return upper + op("addi", rd=rd, rs1=rd, imm=low)


def ecall(number: int, *arguments: int) -> bytes:
    """Return a system call with its arguments."""
    loads = [li(f"a{i}", a) for i, a in enumerate(arguments)]
    return b"".join(loads) + li("a7", number) + op("ecall")


EXIT = ecall(93, 7)


def elf(
    segments: Sequence[tuple[int, bytes, int, int]],
    entry: int = BASE,
    symbols: Mapping[str, int] | None = None,
    *,
    bits: int = 64,
    order: str = "<",
    machine: int = 243,
    kind: int = 2,
    types: Sequence[int] = (),
) -> bytes:
    """Return an ELF file with segments (address, bytes, size, permission) and symbols."""
    wide = bits == 64
    word = "Q" if wide else "I"
    head, each = (64, 56) if wide else (52, 32)
    offset = head + each * len(segments)
    headers = data = b""
    for n, (address, stored, size, permission) in enumerate(segments):
        type_ = types[n] if types else 1
        at = offset + len(data)
        rest = (at, address, address, len(stored), size)
        if wide:
            headers += struct.pack(order + "II6Q", type_, permission, *rest, 1)
        else:
            headers += struct.pack(order + "8I", type_, *rest, permission, 1)
        data += stored
    table, sections = _tables(symbols or {}, order, wide, offset + len(data))
    start = offset + len(data) + len(table) if sections else 0
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    numbers = (head, each, len(segments), 64 if wide else 40, 4 if sections else 0)
    last = 3 if sections else 0
    fields = (kind, machine, 1, entry, head, start, 0, *numbers, last)
    return (
        ident + struct.pack(f"{order}HHI{word * 3}I6H", *fields) + headers + data + table + sections
    )


def _tables(symbols: Mapping[str, int], order: str, wide: bool, offset: int) -> tuple[bytes, bytes]:
    """Return string and symbol tables, and the section headers for them."""
    if not symbols:
        return b"", b""
    names = b"\0"
    entries = bytes(24 if wide else 16)
    for name, value in symbols.items():
        if wide:
            entries += struct.pack(order + "IBBHQQ", len(names), 0x10, 0, 0xFFF1, value, 0)
        else:
            entries += struct.pack(order + "IIIBBH", len(names), value, 0, 0x10, 0, 0xFFF1)
        names += name.encode() + b"\0"
    kinds = b"\0.symtab\0.strtab\0"

    def section(name: int, kind: int, at: int, size: int, link: int, each: int) -> bytes:
        layout = "IIQQQQIIQQ" if wide else "10I"
        return struct.pack(order + layout, name, kind, 0, 0, at, size, link, 1, 1, each)

    made = [
        section(0, 0, 0, 0, 0, 0),
        section(1, 2, offset, len(entries), 2, 24 if wide else 16),
        section(9, 3, offset + len(entries), len(names), 0, 0),
        section(9, 3, offset + len(entries) + len(names), len(kinds), 0, 0),
    ]
    return entries + names + kinds, b"".join(made)


def write(path: Path, code: bytes, data: bytes = b"", **options: Any) -> Path:
    """Write a program with code at `BASE` and a page of data at `DATA`."""
    file = path / "tiny.elf"
    file.write_bytes(elf([(BASE, code, len(code), R | E), (DATA, data, 4096, R | W)], **options))
    return file


class Run:
    """A program with its streams."""

    def __init__(self, path: Path, set_name: str = "rv64i", stdin: bytes = b"", **options: Any):
        self.stdin, self.stdout, self.stderr = io.BytesIO(stdin), io.BytesIO(), io.BytesIO()
        self.noted: list[str] = []
        self.program = sim.program(
            path,
            isa(set_name),
            streams=(self.stdin, self.stdout, self.stderr),
            notes=self.noted.append,
            **options,
        )
