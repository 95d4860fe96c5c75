"""Rules of comparisons."""

from __future__ import annotations

from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.rules.rule import (
    Rule,
    active_width,
    is_value,
    low_bits,
    ones,
    pair,
    registrar,
    tail,
    var,
    zero,
)

__all__ = ["RULES"]

RULES: list[Rule] = []
rule = registrar(RULES)


@rule("eq-same", Op.EQ, lambda w: [e.eq(var("a", w), var("a", w))])
def _eq_same(x: Expr) -> Expr | None:
    return e.const(1, 1) if x.args[0] is x.args[1] else None


@rule("eq-bit", Op.EQ, lambda w: [e.eq(var("a", 1), e.const(1, 1)), e.eq(var("a", 1), zero(1))])
def _eq_bit(x: Expr) -> Expr | None:
    a, b = x.args
    if a.width != 1 or not b.is_const:
        return None
    return a if b.value else e.not_(a)


@rule(
    "eq-narrow",
    Op.EQ,
    lambda w: [
        e.eq(e.zext(var("a", w), w + 5), e.const(1, w + 5)),
        e.eq(e.zext(var("a", w), w + 5), e.const(1 << (w + 2), w + 5)),
        e.eq(e.zext(var("a", w), w + 5), e.zext(var("b", w + 2), w + 5)),
    ],
)
def _eq_narrow(x: Expr) -> Expr | None:
    a, b = x.args
    if b.is_const and b.value.bit_length() > active_width(a):
        return e.const(0, 1)
    width = max(active_width(a), 1 if b.is_const else active_width(b))
    return e.eq(low_bits(a, width), low_bits(b, width)) if width < a.width else None


@rule(
    "eq-concat",
    Op.EQ,
    lambda w: [
        e.eq(e.concat(var("a", w), e.const(2, 3)), e.const(10, w + 3)),
        e.eq(e.concat(var("a", w), e.const(2, 3)), e.const(11, w + 3)),
        e.eq(e.concat(var("a", w), zero(3)), e.concat(var("b", w), zero(3))),
    ],
)
def _eq_concat(x: Expr) -> Expr | None:
    """Compare what is before a constant end, if the ends are equal."""
    a, b = x.args
    left = tail(a)
    if left is None:
        return None
    rest, constant = left
    if b.is_const:
        right: tuple[Expr, Expr] | None = (
            e.slice_(b, constant.width, rest.width),
            low_bits(b, constant.width),
        )
    else:
        right = tail(b)
    if right is None or right[1].width != constant.width:
        return None
    return e.eq(rest, right[0]) if right[1] is constant else e.const(0, 1)


@rule(
    "eq-solve",
    Op.EQ,
    lambda w: [
        e.eq(e.add(var("a", w), e.const(3, w)), e.const(1, w)),
        e.eq(e.xor(var("a", w), e.const(3, w)), e.const(1, w)),
        e.eq(e.not_(var("a", w)), e.const(1, w)),
    ],
)
def _eq_solve(x: Expr) -> Expr | None:
    """Move constants to the constant side."""
    a, b = x.args
    if not b.is_const:
        return None
    if a.op is Op.NOT:
        return e.eq(a.args[0], e.not_(b))
    if a.op is Op.ADD and a.args[1].is_const:
        return e.eq(a.args[0], e.sub(b, a.args[1]))
    if a.op is Op.XOR and a.args[1].is_const:
        return e.eq(a.args[0], e.xor(b, a.args[1]))
    return None


@rule(
    "eq-ite",
    Op.EQ,
    lambda w: [
        e.eq(e.ite(var("c", 1), e.const(x, w), e.const(y, w)), e.const(1, w))
        for x, y in ((1, 0), (2, 1), (2, 3))
    ],
)
def _eq_ite(x: Expr) -> Expr | None:
    """Ask which arm was taken, where both are constants (and so differ)."""
    a, b = x.args
    if not b.is_const or a.op is not Op.ITE or not (a.args[1].is_const and a.args[2].is_const):
        return None
    if a.args[1] is b:
        return a.args[0]
    return e.not_(a.args[0]) if a.args[2] is b else zero(1)


# ult


@rule(
    "ult-trivial",
    Op.ULT,
    lambda w: [
        e.ult(var("a", w), var("a", w)),
        e.ult(var("a", w), zero(w)),
        e.ult(ones(w), var("a", w)),
        e.ult(var("a", w), e.const(1, w)),
        e.ult(zero(w), var("a", w)),
    ],
)
def _ult_trivial(x: Expr) -> Expr | None:
    a, b = x.args
    if a is b or is_value(b, 0) or is_value(a, -1):
        return e.const(0, 1)
    if is_value(b, 1):
        return e.eq(a, zero(a.width))
    return e.not_(e.eq(b, zero(b.width))) if is_value(a, 0) else None


@rule("ult-bit", Op.ULT, lambda w: [e.ult(var("a", 1), var("b", 1))])
def _ult_bit(x: Expr) -> Expr | None:
    a, b = x.args
    return e.and_(e.not_(a), b) if a.width == 1 else None


@rule(
    "ult-narrow",
    Op.ULT,
    lambda w: [
        e.ult(e.zext(var("a", w), w + 5), e.const(1, w + 5)),
        e.ult(e.zext(var("a", w), w + 5), e.const(1 << (w + 2), w + 5)),
        e.ult(e.const(1 << (w + 2), w + 5), e.zext(var("a", w), w + 5)),
        e.ult(e.zext(var("a", w), w + 5), e.zext(var("b", w + 2), w + 5)),
    ],
)
def _ult_narrow(x: Expr) -> Expr | None:
    a, b = x.args
    if b.is_const and b.value.bit_length() > active_width(a):
        return e.const(1, 1)
    if a.is_const and a.value.bit_length() > active_width(b):
        return e.const(0, 1)
    width = max(active_width(a), active_width(b))
    return e.ult(low_bits(a, width), low_bits(b, width)) if width < a.width else None


@rule(
    "ult-concat",
    Op.ULT,
    lambda w: [
        e.ult(var("a", w + 3), e.concat(var("b", w), zero(3))),
        e.ult(e.concat(var("a", w), ones(3)), var("b", w + 3)),
        e.ult(e.zext(e.concat(var("a", w), ones(3)), w + 5), var("b", w + 5)),
    ],
)
def _ult_concat(x: Expr) -> Expr | None:
    """a < b:000 looks at a without its low bits, a:111 < b at b without them."""
    a, b = x.args
    right, left = tail(b), tail(a)
    if right and right[1].value == 0 and right[0].width:
        n = right[1].width
        return e.ult(e.slice_(a, n, a.width - n), right[0])
    if left and is_value(left[1], -1):
        n = left[1].width
        return e.ult(left[0], e.slice_(b, n, b.width - n))
    return None


# slt


@rule("slt-same", Op.SLT, lambda w: [e.slt(var("a", w), var("a", w))])
def _slt_same(x: Expr) -> Expr | None:
    return zero(1) if x.args[0] is x.args[1] else None


@rule(
    "slt-unsigned",
    Op.SLT,
    lambda w: [*pair(w, w + 1, w + 4, e.slt), e.slt(e.zext(var("a", w), w + 2), e.const(3, w + 2))],
)
def _slt_unsigned(x: Expr) -> Expr | None:
    """Compare without sign what cannot be negative."""
    a, b = x.args
    return e.ult(a, b) if max(active_width(a), active_width(b)) < a.width else None
