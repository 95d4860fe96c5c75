"""Zicond: integer conditional operations.

RISC-V Instruction Set Manual, volume I, version 20240411, chapter 12.
"""

from typing import Any

from gen.isa import Extension
from gen.isa.values import Value, select
from specs.isa.riscv.operands import OPERANDS

__all__ = ["zicond"]

zicond = Extension(
    "Zicond",
    operands=OPERANDS,
    title="Integer conditional operations",
    source="RISC-V unprivileged manual 20240411, chapter 12",
)


@zicond.instruction("0000111 rs2 rs1 101 rd 0110011", "czero.eqz {rd}, {rs1}, {rs2}", section="12")
def czero_eqz(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Move `rs1`, or 0 if `rs2` is zero."""
    s.x[rd] = select(s.x[rs2] == 0, 0, s.x[rs1])


@zicond.instruction("0000111 rs2 rs1 111 rd 0110011", "czero.nez {rd}, {rs1}, {rs2}", section="12")
def czero_nez(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Move `rs1`, or 0 if `rs2` is not zero."""
    s.x[rd] = select(s.x[rs2] != 0, 0, s.x[rs1])
