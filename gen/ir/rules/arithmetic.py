"""Rules of arithmetic; shifts by a constant become wires."""

from __future__ import annotations

from collections.abc import Callable

from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.rules.rule import (
    Rule,
    active_width,
    is_value,
    low_bits,
    narrow_pair,
    pair,
    registrar,
    tail,
    var,
    zero,
)

__all__ = ["RULES"]

RULES: list[Rule] = []
rule = registrar(RULES)


@rule(
    "add-constant",
    Op.ADD,
    lambda w: [
        e.add(var("a", w), zero(w)),
        e.add(e.add(var("a", w), e.const(3, w)), e.const(9, w)),
    ],
)
def _add_constant(x: Expr) -> Expr | None:
    a, b = x.args
    if is_value(b, 0):
        return a
    if b.is_const and a.op is Op.ADD and a.args[1].is_const:
        return e.add(a.args[0], e.add(a.args[1], b))
    return None


@rule(
    "add-concat",
    Op.ADD,
    lambda w: [
        e.add(e.concat(var("a", w), zero(4)), e.const(9, w + 4)),
        e.add(e.zext(e.concat(var("a", w), zero(4)), w + 7), e.zext(var("b", 3), w + 7)),
    ],
)
def _add_concat(x: Expr) -> Expr | None:
    """Add without a carry: the other operand fits into the zeros that end a concatenation."""
    for a, b in (x.args, x.args[::-1]):
        end = tail(a)
        if end and end[1].value == 0 and active_width(b) <= end[1].width:
            return e.concat(end[0], low_bits(b, end[1].width))
    return None


@rule("add-narrow", Op.ADD, lambda w: pair(w, w + 2, w + 9, e.add))
def _add_narrow(x: Expr) -> Expr | None:
    return narrow_pair(x, 1)


@rule(
    "sub-trivial",
    Op.SUB,
    lambda w: [e.sub(var("a", w), zero(w)), e.sub(var("a", w), var("a", w))],
)
def _sub_trivial(x: Expr) -> Expr | None:
    a, b = x.args
    if a is b:
        return zero(x.width)
    return a if is_value(b, 0) else None


@rule(
    "mul-constant",
    Op.MUL,
    lambda w: [e.mul(var("a", w), e.const(k, w)) for k in (0, 1, 1 << (w - 1))],
)
def _mul_constant(x: Expr) -> Expr | None:
    a, b = x.args
    if not b.is_const:
        return None
    if b.value == 0:
        return b
    if b.value & (b.value - 1):
        return None
    return e.shl(a, e.const(b.value.bit_length() - 1, x.width))


def _few(w: int, make: Callable[[Expr, Expr], Expr]) -> list[Expr]:
    """Return an instance of few bits: products and remainders of many are hard to prove."""
    return pair(min(w, 4), 2, min(w, 4) + 9, make)


@rule("mul-narrow", Op.MUL, lambda w: _few(w, e.mul))
def _mul_narrow(x: Expr) -> Expr | None:
    a, b = x.args
    width = active_width(a) + active_width(b)
    if width >= x.width:
        return None
    return e.zext(e.mul(low_bits(a, width), low_bits(b, width)), x.width)


@rule(
    "udiv-narrow",
    Op.UDIV,
    lambda w: [e.udiv(e.zext(var("a", w), w + 3), e.const(k, w + 3)) for k in (3, e.mask(w + 1))],
)
def _udiv_narrow(x: Expr) -> Expr | None:
    """Narrow a quotient by a constant that is not 0: all ones have no narrow form."""
    return narrow_pair(x) if x.args[1].is_const and x.args[1].value else None


@rule("urem-narrow", Op.UREM, lambda w: _few(w, e.urem))
def _urem_narrow(x: Expr) -> Expr | None:
    return narrow_pair(x)


@rule("udiv-power", Op.UDIV, lambda w: [e.udiv(var("a", w), e.const(1 << (w - 1), w))])
def _udiv_power(x: Expr) -> Expr | None:
    a, b = x.args
    if not b.is_const or b.value == 0 or b.value & (b.value - 1):
        return None
    return e.lshr(a, e.const(b.value.bit_length() - 1, x.width))


@rule("urem-power", Op.UREM, lambda w: [e.urem(var("a", w), e.const(1 << (w - 1), w))])
def _urem_power(x: Expr) -> Expr | None:
    a, b = x.args
    if not b.is_const or b.value == 0 or b.value & (b.value - 1):
        return None
    return e.and_(a, e.const(b.value - 1, x.width))


# Shifts by a constant are wires


@rule(
    "shl-constant",
    Op.SHL,
    lambda w: [e.shl(var("a", w), e.const(k, w)) for k in (0, w - 1, min(w, e.mask(w)))],
)
def _shl_constant(x: Expr) -> Expr | None:
    a, b = x.args
    if not b.is_const:
        return None
    if b.value >= x.width:
        return zero(x.width)
    return e.concat(low_bits(a, x.width - b.value), zero(b.value)) if b.value else a


@rule(
    "lshr-constant",
    Op.LSHR,
    lambda w: [e.lshr(var("a", w), e.const(k, w)) for k in (0, w - 1, min(w, e.mask(w)))],
)
def _lshr_constant(x: Expr) -> Expr | None:
    a, b = x.args
    if not b.is_const:
        return None
    if b.value >= x.width:
        return zero(x.width)
    return e.zext(e.slice_(a, b.value, x.width - b.value), x.width)


@rule(
    "ashr-constant",
    Op.ASHR,
    lambda w: [e.ashr(var("a", w), e.const(k, w)) for k in (0, w - 1, min(w, e.mask(w)))],
)
def _ashr_constant(x: Expr) -> Expr | None:
    a, b = x.args
    if not b.is_const:
        return None
    shift = min(b.value, x.width - 1)
    return e.sext(e.slice_(a, shift, x.width - shift), x.width)


@rule("lshr-narrow", Op.LSHR, lambda w: pair(w, 3, w + 9, e.lshr) + pair(2, w, w + 9, e.lshr))
def _lshr_narrow(x: Expr) -> Expr | None:
    """Shift at the wider of the active widths: a shift past it gives 0 there too."""
    return narrow_pair(x)
