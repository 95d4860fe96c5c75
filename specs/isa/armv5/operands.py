"""Operands of ARM instructions; the long ones, of several fields, are in `addresses`.

ARM Architecture Reference Manual, DDI 0100I, section A3.2 (conditions), A4 (fields).
"""

from gen.isa import Choice, Immediate, Operand, Register, Target
from specs.isa.armv5.addresses import Address, Base, Halfword, RegisterList, Shifter
from specs.isa.armv5.names import OTHERS, REGISTERS

__all__ = ["OPERANDS", "conditional"]

_CONDITIONS = "eq ne cs cc mi pl vs vc hi ls ge lt gt le".split()
_FIELDS = tuple(
    "".join(c for bit, c in zip((8, 4, 2, 1), "fsxc", strict=True) if n & bit) for n in range(16)
)


def conditional(cond: int) -> bool:
    """Return whether a word is in the space of conditional instructions."""
    return cond != 15


def _register() -> Register:
    return Register(4, "r", REGISTERS, others=OTHERS)


OPERANDS: dict[str, Operand] = {
    "cond": Choice(4, (*_CONDITIONS, "", ""), others={"hs": 2, "lo": 3, "al": 14}, nothing=14),
    "S": Choice(1, ("", "s"), nothing=0),
    "rd": _register(),
    "rn": _register(),
    "rm": _register(),
    "rs": _register(),
    "rdlo": _register(),
    "rdhi": _register(),
    "operand": Shifter(13),
    "address": Address(20),
    "half": Halfword(16),
    "base": Base(5),
    "mode": Choice(2, ("da", "", "db", "ib"), others={"ia": 1}, nothing=1),
    "list": RegisterList(16),
    "target": Target(to=32, ahead=8),
    "number": Immediate(24, to=32),
    "fields": Choice(4, ("", *(f"CPSR_{f}" for f in _FIELDS[1:]))),
}
