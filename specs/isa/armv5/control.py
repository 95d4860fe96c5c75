"""Branches, the status register and calls of the system on ARM.

ARM Architecture Reference Manual, DDI 0100I, sections A3.3, A3.9 and A4.1. Thumb state is not here:
a jump into it traps as an undefined instruction.
"""

from typing import Any

from gen.isa import Extension
from gen.isa.values import Value, concat, select, word
from specs.isa.armv5.operands import OPERANDS, conditional
from specs.isa.armv5.shifter import passed, shifter

__all__ = ["control"]

control = Extension(
    "control",
    operands=OPERANDS,
    title="Branches and the status register",
    source="ARM Architecture Reference Manual, DDI 0100I",
)
_i = control.instruction
_LR = 14
_USER = word(28)(0x10)  # CPSR below the flags: user mode, no interrupts masked, ARM state


@_i("cond 1010 target[25:2]", "b{cond} {target}", where=conditional, section="A4.1.5")
def b(s: Any, cond: Value, target: Value) -> None:
    """Branch."""
    if passed(s, cond):
        s.pc = s.pc + 8 + target


@_i("cond 1011 target[25:2]", "bl{cond} {target}", where=conditional, section="A4.1.5")
def bl(s: Any, cond: Value, target: Value) -> None:
    """Branch with link."""
    if passed(s, cond):
        s.pc = s.pc + 8 + target
        s.r[_LR] = s.pc + 4


def _exchange(s: Any, target: Value) -> None:
    """Go to an address in ARM state; bit 0 would mean Thumb state."""
    if target[0]:
        raise s.trap("undefined_instruction", target)
    s.pc = target & -4


@_i("cond 00010010 1111 1111 1111 0001 rm", "bx{cond} {rm}", where=conditional, section="A4.1.10")
def bx(s: Any, cond: Value, rm: Value) -> None:
    """Branch to a register's address."""
    if passed(s, cond):
        _exchange(s, s.r[rm])


@_i("cond 00010010 1111 1111 1111 0011 rm", "blx{cond} {rm}", where=conditional, section="A4.1.8")
def blx(s: Any, cond: Value, rm: Value) -> None:
    """Branch to a register's address, with link."""
    if passed(s, cond):
        _exchange(s, s.r[rm])
        s.r[_LR] = s.pc + 4


@_i("cond 1111 number", "svc{cond} {number}", where=conditional, name="swi", section="A4.1.107")
def swi(s: Any, cond: Value, number: Value) -> None:
    """Call the system."""
    if passed(s, cond):
        raise s.trap("software_interrupt", number)


@_i(
    "cond 00010000 1111 rd 000000000000",
    "mrs{cond} {rd}, CPSR",
    where=conditional,
    section="A4.1.38",
)
def mrs(s: Any, cond: Value, rd: Value) -> None:
    """Move the status register to a register."""
    if passed(s, cond):
        s.r[rd] = concat(s.N, s.Z, s.C, s.V, _USER)


def _where(cond: int, operand: int) -> bool:
    """Return whether the operand is a number, or a register without a shift."""
    return cond != 15 and (operand >> 12 == 1 or operand >> 4 == 0)


@_i(
    "cond 00 operand[12] 10010 fields 1111 operand[11:0]",
    "msr{cond} {fields}, {operand}",
    where=_where,
    section="A4.1.39",
)
def msr(s: Any, cond: Value, operand: Value, fields: Value) -> None:
    """Move to fields of the status register: in user mode, only to the flags."""
    if passed(s, cond):
        value, _ = shifter(s, operand)
        flags = fields[3]
        s.N, s.Z, s.C, s.V = (
            select(flags, value[bit], old)
            for bit, old in ((31, s.N), (30, s.Z), (29, s.C), (28, s.V))
        )


control.alias("swi{cond} {number}", "svc{cond} {number}", printed=False)
