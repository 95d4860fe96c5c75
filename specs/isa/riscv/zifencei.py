"""Zifencei: the instruction-fetch fence.

RISC-V Instruction Set Manual, volume I, version 20240411, chapter 6.
"""

from typing import Any

from gen.isa import Extension
from specs.isa.riscv.operands import OPERANDS

__all__ = ["zifencei"]

zifencei = Extension(
    "Zifencei",
    operands=OPERANDS,
    title="Instruction-fetch fence",
    source="RISC-V unprivileged manual 20240411, chapter 6",
)


@zifencei.instruction("xxxxxxxxxxxx xxxxx 001 xxxxx 0001111", "fence.i", section="6")
def fence_i(s: Any) -> None:
    """Make stores visible to fetches: here each fetch sees all stores before it."""
