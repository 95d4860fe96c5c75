"""Zba: address generation.

RISC-V Instruction Set Manual, volume I, version 20240411, chapter 28.
"""

from typing import Any

from gen.isa import Extension
from gen.isa.values import Value, zext
from specs.isa.riscv.operands import OPERANDS

__all__ = ["zba"]

zba = Extension(
    "Zba",
    operands=OPERANDS,
    title="Address generation",
    source="RISC-V unprivileged manual 20240411, chapter 28",
)


def _low(s: Any, x: Value) -> Value:
    """Return the low word of a register, zero-extended."""
    return zext(s.x[x][31:0], 64)


@zba.instruction("0010000 rs2 rs1 010 rd 0110011", "sh1add {rd}, {rs1}, {rs2}", section="28.4.1")
def sh1add(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Shift left by 1 and add."""
    s.x[rd] = s.x[rs2] + (s.x[rs1] << 1)


@zba.instruction("0010000 rs2 rs1 100 rd 0110011", "sh2add {rd}, {rs1}, {rs2}", section="28.4.1")
def sh2add(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Shift left by 2 and add."""
    s.x[rd] = s.x[rs2] + (s.x[rs1] << 2)


@zba.instruction("0010000 rs2 rs1 110 rd 0110011", "sh3add {rd}, {rs1}, {rs2}", section="28.4.1")
def sh3add(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Shift left by 3 and add."""
    s.x[rd] = s.x[rs2] + (s.x[rs1] << 3)


# Unsigned words of RV64


@zba.instruction(
    "0000100 rs2 rs1 000 rd 0111011", "add.uw {rd}, {rs1}, {rs2}", section="28.4.1", xlen=64
)
def add_uw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Add the zero-extended low word."""
    s.x[rd] = s.x[rs2] + _low(s, rs1)


@zba.instruction(
    "0010000 rs2 rs1 010 rd 0111011", "sh1add.uw {rd}, {rs1}, {rs2}", section="28.4.1", xlen=64
)
def sh1add_uw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Shift the zero-extended low word left by 1 and add."""
    s.x[rd] = s.x[rs2] + (_low(s, rs1) << 1)


@zba.instruction(
    "0010000 rs2 rs1 100 rd 0111011", "sh2add.uw {rd}, {rs1}, {rs2}", section="28.4.1", xlen=64
)
def sh2add_uw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Shift the zero-extended low word left by 2 and add."""
    s.x[rd] = s.x[rs2] + (_low(s, rs1) << 2)


@zba.instruction(
    "0010000 rs2 rs1 110 rd 0111011", "sh3add.uw {rd}, {rs1}, {rs2}", section="28.4.1", xlen=64
)
def sh3add_uw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Shift the zero-extended low word left by 3 and add."""
    s.x[rd] = s.x[rs2] + (_low(s, rs1) << 3)


@zba.instruction(
    "000010 shamt[5:0] rs1 001 rd 0011011",
    "slli.uw {rd}, {rs1}, {shamt}",
    section="28.4.1",
    xlen=64,
)
def slli_uw(s: Any, rd: Value, rs1: Value, shamt: Value) -> None:
    """Shift the zero-extended low word left by an immediate."""
    s.x[rd] = _low(s, rs1) << shamt
