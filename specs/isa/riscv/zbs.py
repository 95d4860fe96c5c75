"""Zbs: single-bit instructions.

RISC-V Instruction Set Manual, volume I, version 20240411, chapter 28.
"""

from typing import Any

from gen.isa import Extension
from gen.isa.values import Value
from specs.isa.riscv.operands import OPERANDS

__all__ = ["zbs"]

zbs = Extension(
    "Zbs",
    operands=OPERANDS,
    title="Single-bit instructions",
    source="RISC-V unprivileged manual 20240411, chapter 28",
)


def _one(s: Any, index: Value) -> Value:
    """Return a register value with one bit set."""
    one = s.x[0] + 1  # of a register's width
    return one << index


def _index(s: Any, x: Value) -> Value:
    """Return the bits of a register that number a bit."""
    return x[5:0] if s.xlen == 64 else x[4:0]


@zbs.instruction("0100100 rs2 rs1 001 rd 0110011", "bclr {rd}, {rs1}, {rs2}", section="28.4.4")
def bclr(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Clear the bit numbered by a register's lowest bits."""
    s.x[rd] = s.x[rs1] & ~_one(s, _index(s, s.x[rs2]))


@zbs.instruction(
    "0100100 shamt[4:0] rs1 001 rd 0010011", "bclri {rd}, {rs1}, {shamt}", section="28.4.4", xlen=32
)
@zbs.instruction(
    "010010 shamt[5:0] rs1 001 rd 0010011", "bclri {rd}, {rs1}, {shamt}", section="28.4.4", xlen=64
)
def bclri(s: Any, rd: Value, rs1: Value, shamt: Value) -> None:
    """Clear the bit numbered by an immediate."""
    s.x[rd] = s.x[rs1] & ~_one(s, shamt)


@zbs.instruction("0100100 rs2 rs1 101 rd 0110011", "bext {rd}, {rs1}, {rs2}", section="28.4.4")
def bext(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Extract the bit numbered by a register's lowest bits."""
    s.x[rd] = s.x[rs1] >> _index(s, s.x[rs2]) & 1


@zbs.instruction(
    "0100100 shamt[4:0] rs1 101 rd 0010011", "bexti {rd}, {rs1}, {shamt}", section="28.4.4", xlen=32
)
@zbs.instruction(
    "010010 shamt[5:0] rs1 101 rd 0010011", "bexti {rd}, {rs1}, {shamt}", section="28.4.4", xlen=64
)
def bexti(s: Any, rd: Value, rs1: Value, shamt: Value) -> None:
    """Extract the bit numbered by an immediate."""
    s.x[rd] = s.x[rs1] >> shamt & 1


@zbs.instruction("0110100 rs2 rs1 001 rd 0110011", "binv {rd}, {rs1}, {rs2}", section="28.4.4")
def binv(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Invert the bit numbered by a register's lowest bits."""
    s.x[rd] = s.x[rs1] ^ _one(s, _index(s, s.x[rs2]))


@zbs.instruction(
    "0110100 shamt[4:0] rs1 001 rd 0010011", "binvi {rd}, {rs1}, {shamt}", section="28.4.4", xlen=32
)
@zbs.instruction(
    "011010 shamt[5:0] rs1 001 rd 0010011", "binvi {rd}, {rs1}, {shamt}", section="28.4.4", xlen=64
)
def binvi(s: Any, rd: Value, rs1: Value, shamt: Value) -> None:
    """Invert the bit numbered by an immediate."""
    s.x[rd] = s.x[rs1] ^ _one(s, shamt)


@zbs.instruction("0010100 rs2 rs1 001 rd 0110011", "bset {rd}, {rs1}, {rs2}", section="28.4.4")
def bset(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Set the bit numbered by a register's lowest bits."""
    s.x[rd] = s.x[rs1] | _one(s, _index(s, s.x[rs2]))


@zbs.instruction(
    "0010100 shamt[4:0] rs1 001 rd 0010011", "bseti {rd}, {rs1}, {shamt}", section="28.4.4", xlen=32
)
@zbs.instruction(
    "001010 shamt[5:0] rs1 001 rd 0010011", "bseti {rd}, {rs1}, {shamt}", section="28.4.4", xlen=64
)
def bseti(s: Any, rd: Value, rs1: Value, shamt: Value) -> None:
    """Set the bit numbered by an immediate."""
    s.x[rd] = s.x[rs1] | _one(s, shamt)
