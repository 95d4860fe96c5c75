"""Data processing of ARM: sixteen operations with all shifter operands.

ARM Architecture Reference Manual, DDI 0100I, sections A3.4 and A4.1. With the program counter as
destination they branch; that S then restores CPSR is for privileged modes and not done here.
"""

from typing import Any

from gen.isa import Extension, Immediate, Operand
from gen.isa.values import Value, select, zext
from specs.isa.armv5.operands import OPERANDS
from specs.isa.armv5.shifter import passed, shifter

__all__ = ["processing"]

processing = Extension(
    "processing",
    operands=OPERANDS,
    title="Data processing",
    source="ARM Architecture Reference Manual, DDI 0100I",
)
_i = processing.instruction


def _where(cond: int, operand: int) -> bool:
    """Return whether a word is data processing: others have bits 7 and 4 without an immediate."""
    return cond != 15 and operand & 0x1090 != 0x90


def _flags(s: Any, sets: Value, value: Value, carry: Value, overflow: Value) -> None:
    """Write the flags where the instruction sets them."""
    s.N = select(sets, value[31], s.N)
    s.Z = select(sets, value == 0, s.Z)
    s.C = select(sets, carry, s.C)
    s.V = select(sets, overflow, s.V)


def _added(a: Value, b: Value, carry: Value) -> tuple[Value, Value, Value]:
    """Return a sum with its carry and its signed overflow; `carry` has 33 bits."""
    wide = zext(a, 33) + zext(b, 33) + carry
    value = wide[31:0]
    return value, wide[32], ((a ^ value) & (b ^ value))[31]


@_i(
    "cond 00 operand[12] 0000 S rn rd operand[11:0]",
    "and{S}{cond} {rd}, {rn}, {operand}",
    where=_where,
    section="A4.1.4",
)
def and_(s: Any, cond: Value, S: Value, rn: Value, rd: Value, operand: Value) -> None:
    """And."""
    if passed(s, cond):
        (b, carry), a = shifter(s, operand), s.r[rn]
        value = a & b
        _flags(s, S, value, carry, s.V)
        s.r[rd] = value


@_i(
    "cond 00 operand[12] 0001 S rn rd operand[11:0]",
    "eor{S}{cond} {rd}, {rn}, {operand}",
    where=_where,
    section="A4.1.18",
)
def eor(s: Any, cond: Value, S: Value, rn: Value, rd: Value, operand: Value) -> None:
    """Exclusive or."""
    if passed(s, cond):
        (b, carry), a = shifter(s, operand), s.r[rn]
        value = a ^ b
        _flags(s, S, value, carry, s.V)
        s.r[rd] = value


@_i(
    "cond 00 operand[12] 0010 S rn rd operand[11:0]",
    "sub{S}{cond} {rd}, {rn}, {operand}",
    where=_where,
    section="A4.1.106",
)
def sub(s: Any, cond: Value, S: Value, rn: Value, rd: Value, operand: Value) -> None:
    """Subtract."""
    if passed(s, cond):
        a, b = s.r[rn], shifter(s, operand)[0]
        value, carry, overflow = _added(a, ~b, 1)
        _flags(s, S, value, carry, overflow)
        s.r[rd] = value


@_i(
    "cond 00 operand[12] 0011 S rn rd operand[11:0]",
    "rsb{S}{cond} {rd}, {rn}, {operand}",
    where=_where,
    section="A4.1.65",
)
def rsb(s: Any, cond: Value, S: Value, rn: Value, rd: Value, operand: Value) -> None:
    """Subtract from the operand."""
    if passed(s, cond):
        a, b = s.r[rn], shifter(s, operand)[0]
        value, carry, overflow = _added(b, ~a, 1)
        _flags(s, S, value, carry, overflow)
        s.r[rd] = value


@_i(
    "cond 00 operand[12] 0100 S rn rd operand[11:0]",
    "add{S}{cond} {rd}, {rn}, {operand}",
    where=_where,
    section="A4.1.3",
)
def add(s: Any, cond: Value, S: Value, rn: Value, rd: Value, operand: Value) -> None:
    """Add."""
    if passed(s, cond):
        a, b = s.r[rn], shifter(s, operand)[0]
        value, carry, overflow = _added(a, b, 0)
        _flags(s, S, value, carry, overflow)
        s.r[rd] = value


@_i(
    "cond 00 operand[12] 0101 S rn rd operand[11:0]",
    "adc{S}{cond} {rd}, {rn}, {operand}",
    where=_where,
    section="A4.1.2",
)
def adc(s: Any, cond: Value, S: Value, rn: Value, rd: Value, operand: Value) -> None:
    """Add with carry."""
    if passed(s, cond):
        a, b = s.r[rn], shifter(s, operand)[0]
        value, carry, overflow = _added(a, b, zext(s.C, 33))
        _flags(s, S, value, carry, overflow)
        s.r[rd] = value


@_i(
    "cond 00 operand[12] 0110 S rn rd operand[11:0]",
    "sbc{S}{cond} {rd}, {rn}, {operand}",
    where=_where,
    section="A4.1.69",
)
def sbc(s: Any, cond: Value, S: Value, rn: Value, rd: Value, operand: Value) -> None:
    """Subtract with borrow, the denial of C."""
    if passed(s, cond):
        a, b = s.r[rn], shifter(s, operand)[0]
        value, carry, overflow = _added(a, ~b, zext(s.C, 33))
        _flags(s, S, value, carry, overflow)
        s.r[rd] = value


@_i(
    "cond 00 operand[12] 0111 S rn rd operand[11:0]",
    "rsc{S}{cond} {rd}, {rn}, {operand}",
    where=_where,
    section="A4.1.66",
)
def rsc(s: Any, cond: Value, S: Value, rn: Value, rd: Value, operand: Value) -> None:
    """Subtract from the operand with borrow, the denial of C."""
    if passed(s, cond):
        a, b = s.r[rn], shifter(s, operand)[0]
        value, carry, overflow = _added(b, ~a, zext(s.C, 33))
        _flags(s, S, value, carry, overflow)
        s.r[rd] = value


@_i(
    "cond 00 operand[12] 1000 1 rn 0000 operand[11:0]",
    "tst{cond} {rn}, {operand}",
    where=_where,
    section="A4.1.117",
)
def tst(s: Any, cond: Value, rn: Value, operand: Value) -> None:
    """Set flags by and."""
    if passed(s, cond):
        (b, carry), a = shifter(s, operand), s.r[rn]
        _flags(s, 1, a & b, carry, s.V)


@_i(
    "cond 00 operand[12] 1001 1 rn 0000 operand[11:0]",
    "teq{cond} {rn}, {operand}",
    where=_where,
    section="A4.1.116",
)
def teq(s: Any, cond: Value, rn: Value, operand: Value) -> None:
    """Set flags by exclusive or."""
    if passed(s, cond):
        (b, carry), a = shifter(s, operand), s.r[rn]
        _flags(s, 1, a ^ b, carry, s.V)


@_i(
    "cond 00 operand[12] 1010 1 rn 0000 operand[11:0]",
    "cmp{cond} {rn}, {operand}",
    where=_where,
    section="A4.1.15",
)
def cmp(s: Any, cond: Value, rn: Value, operand: Value) -> None:
    """Set flags by subtraction."""
    if passed(s, cond):
        a, b = s.r[rn], shifter(s, operand)[0]
        _flags(s, 1, *_added(a, ~b, 1))


@_i(
    "cond 00 operand[12] 1011 1 rn 0000 operand[11:0]",
    "cmn{cond} {rn}, {operand}",
    where=_where,
    section="A4.1.14",
)
def cmn(s: Any, cond: Value, rn: Value, operand: Value) -> None:
    """Set flags by addition."""
    if passed(s, cond):
        a, b = s.r[rn], shifter(s, operand)[0]
        _flags(s, 1, *_added(a, b, 0))


@_i(
    "cond 00 operand[12] 1100 S rn rd operand[11:0]",
    "orr{S}{cond} {rd}, {rn}, {operand}",
    where=_where,
    section="A4.1.42",
)
def orr(s: Any, cond: Value, S: Value, rn: Value, rd: Value, operand: Value) -> None:
    """Or."""
    if passed(s, cond):
        (b, carry), a = shifter(s, operand), s.r[rn]
        value = a | b
        _flags(s, S, value, carry, s.V)
        s.r[rd] = value


@_i(
    "cond 00 operand[12] 1101 S 0000 rd operand[11:0]",
    "mov{S}{cond} {rd}, {operand}",
    where=_where,
    section="A4.1.35",
)
def mov(s: Any, cond: Value, S: Value, rd: Value, operand: Value) -> None:
    """Move."""
    if passed(s, cond):
        b, carry = shifter(s, operand)
        _flags(s, S, b, carry, s.V)
        s.r[rd] = b


@_i(
    "cond 00 operand[12] 1110 S rn rd operand[11:0]",
    "bic{S}{cond} {rd}, {rn}, {operand}",
    where=_where,
    section="A4.1.6",
)
def bic(s: Any, cond: Value, S: Value, rn: Value, rd: Value, operand: Value) -> None:
    """And with the operand's complement."""
    if passed(s, cond):
        (b, carry), a = shifter(s, operand), s.r[rn]
        value = a & ~b
        _flags(s, S, value, carry, s.V)
        s.r[rd] = value


@_i(
    "cond 00 operand[12] 1111 S 0000 rd operand[11:0]",
    "mvn{S}{cond} {rd}, {operand}",
    where=_where,
    section="A4.1.41",
)
def mvn(s: Any, cond: Value, S: Value, rd: Value, operand: Value) -> None:
    """Move the operand's complement."""
    if passed(s, cond):
        b, carry = shifter(s, operand)
        value = ~b
        _flags(s, S, value, carry, s.V)
        s.r[rd] = value


# Shifts are moves

_COUNT: dict[str, Operand] = {"count": Immediate(6)}

for _kind in ("lsl", "lsr", "asr", "ror"):
    _head, _move = f"{_kind}{{S}}{{cond}} {{rd}}, {{rm}}", "mov{S}{cond} {rd}, {rm}"
    processing.alias(f"{_head}, {{rs}}", f"{_move}, {_kind} {{rs}}", printed=False)
    processing.alias(
        f"{_head}, #{{count}}", f"{_move}, {_kind} #{{count}}", operands=_COUNT, printed=False
    )
processing.alias("rrx{S}{cond} {rd}, {rm}", "mov{S}{cond} {rd}, {rm}, rrx", printed=False)
processing.alias("nop{cond}", "mov{cond} r0, r0")
