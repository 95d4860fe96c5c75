"""What the tests of the assembler share."""

from __future__ import annotations

from typing import Any

import pytest

from gen.diag import IsoformError
from gen.isa import Extension, Isa, library
from gen.isa.assembly import Program, assemble
from gen.isa.operands import Choice, Immediate, OperandError
from gen.source import Source
from specs.isa.riscv.i import i
from specs.isa.riscv.operands import OPERANDS

BASE = 0x1000

SIZE = Choice(2, ("", ".b", ".h", ".w"), {".sh": 2}, nothing=0)
ORDER = Choice(2, ("", ".x", ".y", ".xy"))
pseudo = Extension(
    "Xpseudo", operands={**OPERANDS, "size": SIZE, "order": ORDER, "any": Immediate()}
)
"""Instructions that have what the base sets lack: aliases of each kind, a choice in a mnemonic."""


@pseudo.instruction("0000 size 0 rs2 rs1 000 rd 0001011", "sum{size} {rd}, {rs1}, {rs2}")
def sum_(s: Any, size: Any, rd: Any, rs1: Any, rs2: Any) -> None:
    s.x[rd] = s.x[rs1] + s.x[rs2]


@pseudo.instruction(
    "imm[11:0] rs1 001 rd 0001011", "odd {rd}, {rs1}, {imm}", where=lambda imm: imm != 0
)
def odd(s: Any, rd: Any, rs1: Any, imm: Any) -> None:
    s.x[rd] = s.x[rs1] + imm


@pseudo.instruction("00000 order 00000 rs1 010 rd 0001011", "swap{order} {rd}, {rs1}")
def swap(s: Any, order: Any, rd: Any, rs1: Any) -> None:
    s.x[rd] = s.x[rs1]


@pseudo.instruction("000 size order 00000 rs1 011 rd 0001011", "cut{size}{order} {rd}, {rs1}")
def cut(s: Any, size: Any, order: Any, rd: Any, rs1: Any) -> None:
    s.x[rd] = s.x[rs1]


pseudo.alias("nop", "addi zero, zero, 0")
pseudo.alias("mv {rd}, {rs1}", "addi {rd}, {rs1}, 0")
pseudo.alias("beqz {rs1}, {target}", "beq {rs1}, zero, {target}")
pseudo.alias("j {target}", "jal zero, {target}")
pseudo.alias("twice {rd}", "add {rd}, {rd}, {rd}")
pseudo.alias("double{size} {rd}, {rs1}", "sum{size} {rd}, {rs1}, {rs1}")
pseudo.alias("halves{order} {rd}, {rs1}", "cut.h{order} {rd}, {rs1}")
pseudo.alias("subi {rd}, {rs1}, {any}", "addi {rd}, {rs1}, -{any}")
pseudo.alias("la {rd}, {any}", "auipc {rd}, %pcrel_hi({any})", "addi {rd}, {rd}, %pcrel_lo(. - 4)")
pseudo.alias("loop", "loop")
pseudo.alias("broken {rd}", "addi {rd}, 1")


def _li(rd: str, any: int) -> list[str]:
    if not -(1 << 31) <= any < 1 << 31:
        raise OperandError(f"{any} has more than 32 bits")
    if -2048 <= any < 2048:
        return [f"addi {rd}, zero, {any}"]
    return [f"lui {rd}, %hi({any})", f"addi {rd}, {rd}, %lo({any})"]


pseudo.alias("li {rd}, {any}", _li)


def _here(rd: str, pc: int) -> list[str]:
    return [f"addi {{rd}}, zero, {pc & 0x7FF}"]


pseudo.alias("here {rd}", _here)


def machine(name: str = "rv64i") -> Isa:
    """Return the base set with the pseudo-instructions above only, one object per name."""
    if name not in _machines:
        whole = library.find(name)
        _machines[name] = Isa(
            name,
            extensions=(i, pseudo),
            state=whole.state,
            causes=whole.causes,
            faults=whole.faults,
            parameters=whole.parameters,
            operators=whole.operators,
        )
    return _machines[name]


_machines: dict[str, Isa] = {}


def program(text: str, isa: Isa | None = None, base: int = BASE) -> Program:
    return assemble(isa or machine(), Source("a.s", text), base)


def words(text: str, isa: Isa | None = None, base: int = BASE) -> list[int]:
    """Return the words of the first section."""
    data = program(text, isa, base).sections[0].data
    return [int.from_bytes(data[i : i + 4], "little") for i in range(0, len(data), 4)]


def data(text: str) -> bytes:
    """Return the bytes of a text in ``.data``."""
    return bytes(program(f".data\n{text}").sections[0].data)


def message(text: str, isa: Isa | None = None) -> str:
    """Return the messages of a text that is wrong."""
    with pytest.raises(IsoformError) as caught:
        program(text, isa)
    return str(caught.value)
