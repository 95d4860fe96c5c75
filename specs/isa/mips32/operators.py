"""Relocation operators of MIPS assembly.

System V ABI, MIPS RISC processor supplement, 3rd edition, chapter 4: R_MIPS_HI16 and R_MIPS_LO16,
whose sum makes up for the sign of the low part.
"""

from gen.isa.place import Operator, Place

__all__ = ["OPERATORS"]


def _hi(x: int, place: Place) -> int:
    """Return the upper 16 bits of 32 that make up for a low part with a sign."""
    return x + 0x8000 >> 16 & 0xFFFF


def _lo(x: int, place: Place) -> int:
    """Return the low 16 bits as a signed number."""
    return (x + 0x8000 & 0xFFFF) - 0x8000


OPERATORS: dict[str, Operator] = {"hi": _hi, "lo": _lo}
