"""Pseudo-instructions of MIPS32 that stand for computation.

Usual in assemblers for MIPS; the manual has NOP and SSNOP, volume II, revision 0.95.
"""

from gen.isa import Extension, Immediate, Operand
from specs.isa.mips32.operands import OPERANDS

__all__ = ["pseudo"]

pseudo = Extension(
    "pseudo",
    operands=OPERANDS,
    title="Pseudo-instructions",
    source="MIPS32 Architecture for Programmers, volume II, revision 0.95",
)


def _halves(value: int) -> tuple[int, int]:
    return value >> 16 & 0xFFFF, value & 0xFFFF


def _li(value: int) -> list[str]:
    """Return the shortest lines that load a number, signed or unsigned."""
    high, low = _halves(value)
    if -0x8000 <= value < 0x8000:
        return [f"addiu {{rt}}, $zero, {value}"]
    if not high:
        return [f"ori {{rt}}, $zero, {low}"]
    return _la(value) if low else [f"lui {{rt}}, {high}"]


def _la(value: int) -> list[str]:
    """Return the two lines that load any address: as many for each, known yet or not."""
    high, low = _halves(value)
    return [f"lui {{rt}}, {high}", f"ori {{rt}}, {{rt}}, {low}"]


_VALUE: dict[str, Operand] = {"value": Immediate(32)}

pseudo.alias("nop", "sll $zero, $zero, 0")
pseudo.alias("ssnop", "sll $zero, $zero, 1")
pseudo.alias("move {rd}, {rs}", "addu {rd}, {rs}, $zero")
pseudo.alias("neg {rd}, {rt}", "sub {rd}, $zero, {rt}")
pseudo.alias("negu {rd}, {rt}", "subu {rd}, $zero, {rt}")
pseudo.alias("not {rd}, {rs}", "nor {rd}, {rs}, $zero")
pseudo.alias("div {rs}, {rt}", "div $zero, {rs}, {rt}", printed=False)
pseudo.alias("divu {rs}, {rt}", "divu $zero, {rs}, {rt}", printed=False)
pseudo.alias("li {rt}, {value}", _li, operands=_VALUE)
pseudo.alias("la {rt}, {value}", _la, operands=_VALUE)
