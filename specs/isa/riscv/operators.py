"""Relocation operators of RISC-V assembly.

RISC-V Assembly Programmer's Manual, sections "Absolute addressing" and "Relative addressing"; the
sums that make up for signed low parts: RISC-V ABIs specification 1.0, table of relocations.
"""

from gen.isa.place import Operator, Place

__all__ = ["OPERATORS"]


def _high(x: int) -> int:
    """Return the upper 20 bits that make up for a low part with a sign."""
    return x + 0x800 >> 12 & 0xFFFFF


def _low(x: int) -> int:
    """Return the low 12 bits as a signed number."""
    return (x + 0x800 & 0xFFF) - 0x800


def _hi(x: int, place: Place) -> int:
    return _high(x)


def _lo(x: int, place: Place) -> int:
    return _low(x)


def _pcrel_hi(x: int, place: Place) -> int:
    return _high(x - place.pc)


def _pcrel_lo(label: int, place: Place) -> int:
    """Take the label of the instruction that has the upper part."""
    return _low(place.argument("pcrel_hi", label) - label)


OPERATORS: dict[str, Operator] = {
    "hi": _hi,
    "lo": _lo,
    "pcrel_hi": _pcrel_hi,
    "pcrel_lo": _pcrel_lo,
}
