"""Rules of and, or, xor, not and the choice between two values."""

from __future__ import annotations

from collections.abc import Callable

from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.rules.rule import (
    Rule,
    active_width,
    complementary,
    is_value,
    low_bits,
    narrow_pair,
    ones,
    pair,
    parts,
    registrar,
    tail,
    var,
    zero,
)

__all__ = ["RULES"]

RULES: list[Rule] = []
rule = registrar(RULES)


@rule(
    "and-trivial",
    Op.AND,
    lambda w: [
        e.and_(var("a", w), zero(w)),
        e.and_(var("a", w), ones(w)),
        e.and_(var("a", w), var("a", w)),
        e.and_(var("a", w), e.not_(var("a", w))),
    ],
)
def _and_trivial(x: Expr) -> Expr | None:
    a, b = x.args
    if is_value(b, 0) or complementary(a, b):
        return zero(x.width)
    if is_value(b, -1) or a is b:
        return a
    return None


@rule(
    "and-absorb",
    Op.AND,
    lambda w: [
        e.and_(var("a", w), e.or_(var("a", w), var("b", w))),
        e.and_(e.or_(var("b", w), var("a", w)), var("a", w)),
        e.and_(var("a", w), e.and_(var("a", w), var("b", w))),
    ],
)
def _and_absorb(x: Expr) -> Expr | None:
    for a, b in (x.args, x.args[::-1]):
        if a in parts(b, Op.OR):
            return a
        if a in parts(b, Op.AND):
            return b
    return None


@rule(
    "and-or-complement",
    Op.AND,
    lambda w: [
        e.and_(var("a", w), e.or_(e.not_(var("a", w)), var("b", w))),
        e.and_(e.not_(var("a", w)), e.or_(var("b", w), var("a", w))),
    ],
)
def _and_or_complement(x: Expr) -> Expr | None:
    for a, b in (x.args, x.args[::-1]):
        for p, q in (parts(b, Op.OR), parts(b, Op.OR)[::-1]) if b.op is Op.OR else ():
            if complementary(a, p):
                return e.and_(a, q)
    return None


@rule(
    "and-contiguous-mask",
    Op.AND,
    lambda w: [e.and_(var("a", w), e.const(m, w)) for m in (1, e.mask(w) >> 1, e.mask(w) & ~1)],
)
def _and_contiguous_mask(x: Expr) -> Expr | None:
    a, b = x.args
    if not b.is_const or b.value in (0, e.mask(x.width)):
        return None
    low = (b.value & -b.value).bit_length() - 1
    run = b.value >> low
    if run & (run + 1):
        return None
    width = run.bit_length()
    kept = e.slice_(a, low, width)
    return e.zext(e.concat(kept, zero(low)) if low else kept, x.width)


@rule("and-narrow", Op.AND, lambda w: pair(w, w + 3, w + 9, e.and_))
def _and_narrow(x: Expr) -> Expr | None:
    a, b = x.args
    width = min(active_width(a), active_width(b))
    if width >= x.width:
        return None
    return e.zext(e.and_(low_bits(a, width), low_bits(b, width)), x.width)


@rule(
    "or-trivial",
    Op.OR,
    lambda w: [
        e.or_(var("a", w), zero(w)),
        e.or_(var("a", w), ones(w)),
        e.or_(var("a", w), var("a", w)),
        e.or_(e.not_(var("a", w)), var("a", w)),
    ],
)
def _or_trivial(x: Expr) -> Expr | None:
    a, b = x.args
    if is_value(b, -1) or complementary(a, b):
        return ones(x.width)
    if is_value(b, 0) or a is b:
        return a
    return None


@rule(
    "or-absorb",
    Op.OR,
    lambda w: [
        e.or_(var("a", w), e.and_(var("a", w), var("b", w))),
        e.or_(e.or_(var("b", w), var("a", w)), var("a", w)),
    ],
)
def _or_absorb(x: Expr) -> Expr | None:
    for a, b in (x.args, x.args[::-1]):
        if a in parts(b, Op.AND):
            return a
        if a in parts(b, Op.OR):
            return b
    return None


@rule(
    "or-and-complement",
    Op.OR,
    lambda w: [e.or_(var("a", w), e.and_(e.not_(var("a", w)), var("b", w)))],
)
def _or_and_complement(x: Expr) -> Expr | None:
    for a, b in (x.args, x.args[::-1]):
        for p, q in (b.args, b.args[::-1]) if b.op is Op.AND else ():
            if complementary(a, p):
                return e.or_(a, q)
    return None


@rule(
    "or-concat",
    Op.OR,
    lambda w: [
        e.or_(e.concat(var("a", w), zero(3)), e.const(5, w + 3)),
        e.or_(e.concat(var("a", w), zero(3)), e.zext(var("b", 3), w + 3)),
    ],
)
def _or_concat(x: Expr) -> Expr | None:
    """Put a value into the zeros that end a concatenation."""
    for a, b in (x.args, x.args[::-1]):
        end = tail(a)
        if end and end[1].value == 0 and active_width(b) <= end[1].width:
            return e.concat(end[0], low_bits(b, end[1].width))
    return None


@rule("or-narrow", Op.OR, lambda w: pair(w, w + 3, w + 9, e.or_))
def _or_narrow(x: Expr) -> Expr | None:
    return narrow_pair(x)


@rule(
    "xor-trivial",
    Op.XOR,
    lambda w: [
        e.xor(var("a", w), zero(w)),
        e.xor(var("a", w), ones(w)),
        e.xor(var("a", w), var("a", w)),
    ],
)
def _xor_trivial(x: Expr) -> Expr | None:
    a, b = x.args
    if a is b:
        return zero(x.width)
    if is_value(b, 0):
        return a
    return e.not_(a) if is_value(b, -1) else None


@rule("xor-complement", Op.XOR, lambda w: [e.xor(e.not_(var("a", w)), var("a", w))])
def _xor_complement(x: Expr) -> Expr | None:
    return ones(x.width) if complementary(*x.args) else None


@rule("xor-narrow", Op.XOR, lambda w: pair(w, w + 3, w + 9, e.xor))
def _xor_narrow(x: Expr) -> Expr | None:
    return narrow_pair(x)


def _chained(x: Expr) -> Expr | None:
    a, b = x.args
    if not b.is_const or a.op is not x.op or not a.args[1].is_const:
        return None
    return e.build(x.op, x.width, (a.args[0], e.build(x.op, x.width, (a.args[1], b))))


def _chain(w: int, make: Callable[[Expr, Expr], Expr]) -> list[Expr]:
    return [make(make(var("a", w), e.const(5, w)), e.const(6, w))]


rule("and-constants", Op.AND, lambda w: _chain(w, e.and_))(_chained)
rule("or-constants", Op.OR, lambda w: _chain(w, e.or_))(_chained)
rule("xor-constants", Op.XOR, lambda w: _chain(w, e.xor))(_chained)


@rule("not-not", Op.NOT, lambda w: [e.not_(e.not_(var("a", w)))])
def _not_not(x: Expr) -> Expr | None:
    (a,) = x.args
    return a.args[0] if a.op is Op.NOT else None


_DUAL = {Op.AND: Op.OR, Op.OR: Op.AND}


@rule(
    "not-de-morgan",
    Op.NOT,
    lambda w: [
        e.not_(e.or_(e.not_(var("a", w)), var("b", w))),
        e.not_(e.and_(var("a", w), e.not_(var("b", w)))),
        e.not_(e.and_(e.not_(var("a", w)), e.not_(var("b", w)))),
    ],
)
def _not_de_morgan(x: Expr) -> Expr | None:
    """Push a complement inwards where it meets another one."""
    (a,) = x.args
    if a.op not in _DUAL or not any(b.op is Op.NOT for b in a.args):
        return None
    return e.build(_DUAL[a.op], x.width, tuple(_negated(b) for b in a.args))


def _negated(x: Expr) -> Expr:
    return x.args[0] if x.op is Op.NOT else e.not_(x)


def _without(x: Expr) -> Expr | None:
    """Return ``a & ~b`` for ``a & ~(a & b)``, and the same of or."""
    for a, b in (x.args, x.args[::-1]):
        inner = b.args[0] if b.op is Op.NOT else b
        if b.op is Op.NOT and inner.op is x.op and a in inner.args:
            other = inner.args[1] if inner.args[0] is a else inner.args[0]
            return e.build(x.op, x.width, (a, e.not_(other)))
    return None


def _with_and_without(w: int, make: Callable[[Expr, Expr], Expr]) -> list[Expr]:
    a, b = var("a", w), var("b", w)
    return [make(a, e.not_(make(a, b))), make(e.not_(make(b, a)), a)]


rule("and-not-and", Op.AND, lambda w: _with_and_without(w, e.and_))(_without)
rule("or-not-or", Op.OR, lambda w: _with_and_without(w, e.or_))(_without)


# ite


@rule(
    "ite-not",
    Op.ITE,
    lambda w: [e.ite(e.not_(var("c", 1)), var("a", w), var("b", w))],
)
def _ite_not(x: Expr) -> Expr | None:
    c, then, other = x.args
    return e.ite(c.args[0], other, then) if c.op is Op.NOT else None


@rule(
    "ite-bit",
    Op.ITE,
    lambda w: [
        e.ite(var("c", 1), e.const(1, 1), var("b", 1)),
        e.ite(var("c", 1), e.const(0, 1), var("b", 1)),
        e.ite(var("c", 1), var("a", 1), e.const(1, 1)),
        e.ite(var("c", 1), var("a", 1), e.const(0, 1)),
    ],
)
def _ite_bit(x: Expr) -> Expr | None:
    c, then, other = x.args
    if x.width != 1:
        return None
    if then.is_const:
        return e.or_(c, other) if then.value else e.and_(e.not_(c), other)
    if other.is_const:
        return e.or_(e.not_(c), then) if other.value else e.and_(c, then)
    return None


@rule(
    "ite-condition-arm",
    Op.ITE,
    lambda w: [
        e.ite(var("c", 1), var("c", 1), var("b", 1)),
        e.ite(var("c", 1), var("a", 1), var("c", 1)),
    ],
)
def _ite_condition_arm(x: Expr) -> Expr | None:
    c, then, other = x.args
    if c is then:
        return e.or_(c, other)
    return e.and_(c, then) if c is other else None


@rule(
    "ite-widened-condition",
    Op.ITE,
    lambda w: [
        e.ite(var("c", 1), e.const(1, w), zero(w)),
        e.ite(var("c", 1), zero(w), e.const(1, w)),
    ],
)
def _ite_widened_condition(x: Expr) -> Expr | None:
    c, then, other = x.args
    if is_value(then, 1) and is_value(other, 0):
        return e.zext(c, x.width)
    return e.zext(e.not_(c), x.width) if is_value(then, 0) and is_value(other, 1) else None


@rule(
    "ite-same-condition",
    Op.ITE,
    lambda w: [
        e.ite(var("c", 1), e.ite(var("c", 1), var("a", w), var("b", w)), var("d", w)),
        e.ite(var("c", 1), var("d", w), e.ite(var("c", 1), var("a", w), var("b", w))),
    ],
)
def _ite_same_condition(x: Expr) -> Expr | None:
    c, then, other = x.args
    if then.op is Op.ITE and then.args[0] is c:
        return e.ite(c, then.args[1], other)
    if other.op is Op.ITE and other.args[0] is c:
        return e.ite(c, then, other.args[2])
    return None


@rule(
    "ite-narrow",
    Op.ITE,
    lambda w: [e.ite(var("c", 1), *pair(w, w + 2, w + 9, e.and_)[0].args)],
)
def _ite_narrow(x: Expr) -> Expr | None:
    c, then, other = x.args
    width = max(active_width(then), active_width(other))
    if width >= x.width or (then.is_const and other.is_const):
        return None
    return e.zext(e.ite(c, low_bits(then, width), low_bits(other, width)), x.width)
