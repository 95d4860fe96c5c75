"""Conditions and shifter operands of ARM, as semantics.

ARM Architecture Reference Manual, DDI 0100I, sections A3.2 and A5.1.
"""

from typing import Any

from gen.isa.values import Value, ashr, concat, not_, select, word, zext

__all__ = ["passed", "rotate", "scaled", "shifter"]

_ZERO = word(1)(0)
_LSL, _LSR, _ASR, _ROR = range(4)


def passed(s: Any, cond: Value) -> Value:
    """Return whether a condition holds, table A3-1; of two neighbours one is the other's denial."""
    differ = s.N ^ s.V
    tests = (s.C, s.N, s.V, s.C & ~s.Z, ~differ, ~(s.Z | differ))
    found = s.Z
    for number, test in enumerate(tests, 1):
        found = select(cond[3:1] == number, test, found)
    return select(cond[3:1] == 7, cond[0] | 1, found ^ cond[0])


def rotate(x: Value, count: Value) -> Value:
    """Return a word rotated right by up to 31 bits."""
    return (concat(x, x) >> count)[31:0]


def _shift(s: Any, x: Value, kind: Value, count: Value) -> tuple[Value, Value]:
    """Return a word shifted by 0 to 255 bits, and the last bit shifted out; by 0 that is C."""
    left = zext(x, 33) << count
    right = concat(x, _ZERO) >> count
    signed = ashr(concat(x, _ZERO), count)
    turned = rotate(x, count[4:0])
    value = select(kind == _ASR, signed[32:1], turned)
    carry = select(kind == _ASR, signed[0], turned[31])
    for this, shifted, out in ((_LSR, right[32:1], right[0]), (_LSL, left[31:0], left[32])):
        value = select(kind == this, shifted, value)
        carry = select(kind == this, out, carry)
    return select(count == 0, x, value), select(count == 0, s.C, carry)


def _fixed(kind: Value, amount: Value) -> Value:
    """Return how far a shift by an immediate goes: a right shift by 0 stands for 32."""
    right = (kind == _LSR) | (kind == _ASR)
    return select(right & (amount == 0), 32, zext(amount, 8))


def _extended(s: Any, x: Value) -> tuple[Value, Value]:
    """Return a word rotated right by one bit through C, section A5.1.13."""
    return concat(s.C, x)[32:1], x[0]


def shifter(s: Any, operand: Value) -> tuple[Value, Value]:
    """Return the value of a shifter operand, and its carry: of all forms of section A5.1."""
    immediate, by_register = operand[12], operand[4] & ~operand[12]
    x = select(immediate, zext(operand[7:0], 32), s.r[operand[3:0]])
    kind = select(immediate, _ROR, operand[6:5])
    turn = zext(operand[11:8], 8) << 1
    count = select(by_register, s.r[operand[11:8]][7:0], _fixed(kind, operand[11:7]))
    value, carry = _shift(s, x, kind, select(immediate, turn, count))
    extended, last = _extended(s, x)
    through = not_(immediate | by_register) & (kind == _ROR) & (operand[11:7] == 0)
    return select(through, extended, value), select(through, last, carry)


def scaled(s: Any, operand: Value) -> Value:
    """Return a register shifted by an immediate, the offsets of section A5.2."""
    x, kind, amount = s.r[operand[3:0]], operand[6:5], operand[11:7]
    value, _ = _shift(s, x, kind, _fixed(kind, amount))
    return select((kind == _ROR) & (amount == 0), _extended(s, x)[0], value)
