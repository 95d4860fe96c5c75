"""Relocation operators of MIPS assembly.

System V ABI, MIPS supplement, chapter 4: R_MIPS_HI16 and R_MIPS_LO16.
"""

from gen.isa.place import Operator, Place

__all__ = ["OPERATORS"]


def _hi(x: int, place: Place) -> int:
    """Return the upper half, one more where the lower half counts as negative."""
    return x + 0x8000 >> 16 & 0xFFFF


def _lo(x: int, place: Place) -> int:
    """Return the lower half as a signed number."""
    return (x + 0x8000 & 0xFFFF) - 0x8000


OPERATORS: dict[str, Operator] = {"hi": _hi, "lo": _lo}
