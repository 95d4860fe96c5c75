"""The rewrite rules, as a table: operation, what matches, what replaces it, and instances to prove.

Each rule lists instances at a given width; the tests prove with Z3 that every instance equals its
replacement. Rules only ever make terms smaller, narrower or more constant, so rewriting ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gen.ir import expr as e
from gen.ir.expr import Expr, Op

__all__ = ["RULES", "Rule", "active_width", "instances", "rules_for"]


@dataclass(frozen=True)
class Rule:
    """One rewrite.

    Members
    -------
    name : unique
    op : operation of the root
    apply : returns the replacement, or None where the rule does not match
    instances : terms of width about `w` that match, for the proof
    """

    name: str
    op: Op
    apply: Callable[[Expr], Expr | None]
    instances: Callable[[int], list[Expr]]


RULES: list[Rule] = []


def _rule(name: str, op: Op, instances: Callable[[int], list[Expr]]) -> Callable[[_F], _F]:
    def register(apply: _F) -> _F:
        RULES.append(Rule(name, op, apply, instances))
        return apply

    return register


_F = Callable[[Expr], "Expr | None"]


def rules_for() -> dict[Op, list[Rule]]:
    """Return the rules by operation, in the order of the table."""
    table: dict[Op, list[Rule]] = {}
    for rule in RULES:
        table.setdefault(rule.op, []).append(rule)
    return table


# What rules look at


def _var(name: str, width: int) -> Expr:
    return e.input_(name, width)


def _is(x: Expr, value: int) -> bool:
    return x.is_const and x.value == value & e.mask(x.width)


def _zero(width: int) -> Expr:
    return e.const(0, width)


def _ones(width: int) -> Expr:
    return e.const(-1, width)


def active_width(x: Expr) -> int:
    """Return how many low bits of `x` can be other than zero, as its shape shows; at least 1."""
    if x.is_const:
        return max(1, x.value.bit_length())
    return x.args[0].width if x.op is Op.ZEXT else x.width


def _low(x: Expr, width: int) -> Expr:
    return e.slice_(x, 0, width)


def _tail(x: Expr) -> tuple[Expr, Expr] | None:
    """Return (rest, constant) of a concatenation that ends in a constant, widened ones included."""
    inner = x.args[0] if x.op is Op.ZEXT else x
    if inner.op is not Op.CONCAT or not inner.args[-1].is_const:
        return None
    rest = e.concat(*inner.args[:-1])
    constant = inner.args[-1]
    return e.zext(rest, x.width - constant.width), constant


def _complementary(a: Expr, b: Expr) -> bool:
    return (a.op is Op.NOT and a.args[0] is b) or (b.op is Op.NOT and b.args[0] is a)


def _parts(x: Expr, op: Op) -> tuple[Expr, ...]:
    return x.args if x.op is op else ()


def _narrow_pair(x: Expr, extra: int, op: Op) -> Expr | None:
    """Return a binary operation done at the active width of its operands, then widened."""
    a, b = x.args
    width = max(active_width(a), active_width(b)) + extra
    if width >= x.width:
        return None
    return e.zext(e.build(op, width, (_low(a, width), _low(b, width))), x.width)


def _pair(a: int, b: int, w: int, make: Callable[[Expr, Expr], Expr]) -> list[Expr]:
    return [make(e.zext(_var("a", a), w), e.zext(_var("b", b), w))]


# Order: constants stand on the right of what commutes


def _commuted(x: Expr) -> Expr | None:
    a, b = x.args
    return e.build(x.op, x.width, (b, a)) if a.is_const and not b.is_const else None


for _op in (Op.AND, Op.OR, Op.XOR, Op.ADD, Op.MUL, Op.EQ):
    RULES.append(
        Rule(
            f"{_op.value}-constant-right",
            _op,
            _commuted,
            lambda w, op=_op: [e.build(op, w, (e.const(5, w), _var("a", w)))],  # type: ignore[misc]
        )
    )


# and, or, xor, not


@_rule(
    "and-trivial",
    Op.AND,
    lambda w: [
        e.and_(_var("a", w), _zero(w)),
        e.and_(_var("a", w), _ones(w)),
        e.and_(_var("a", w), _var("a", w)),
        e.and_(_var("a", w), e.not_(_var("a", w))),
    ],
)
def _and_trivial(x: Expr) -> Expr | None:
    a, b = x.args
    if _is(b, 0) or _complementary(a, b):
        return _zero(x.width)
    if _is(b, -1) or a is b:
        return a
    return None


@_rule(
    "and-absorb",
    Op.AND,
    lambda w: [
        e.and_(_var("a", w), e.or_(_var("a", w), _var("b", w))),
        e.and_(e.or_(_var("b", w), _var("a", w)), _var("a", w)),
        e.and_(_var("a", w), e.and_(_var("a", w), _var("b", w))),
    ],
)
def _and_absorb(x: Expr) -> Expr | None:
    for a, b in (x.args, x.args[::-1]):
        if a in _parts(b, Op.OR):
            return a
        if a in _parts(b, Op.AND):
            return b
    return None


@_rule(
    "and-or-complement",
    Op.AND,
    lambda w: [
        e.and_(_var("a", w), e.or_(e.not_(_var("a", w)), _var("b", w))),
        e.and_(e.not_(_var("a", w)), e.or_(_var("b", w), _var("a", w))),
    ],
)
def _and_or_complement(x: Expr) -> Expr | None:
    for a, b in (x.args, x.args[::-1]):
        for p, q in (_parts(b, Op.OR), _parts(b, Op.OR)[::-1]) if b.op is Op.OR else ():
            if _complementary(a, p):
                return e.and_(a, q)
    return None


@_rule(
    "and-contiguous-mask",
    Op.AND,
    lambda w: [e.and_(_var("a", w), e.const(m, w)) for m in (1, e.mask(w) >> 1, e.mask(w) & ~1)],
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
    return e.zext(e.concat(kept, _zero(low)) if low else kept, x.width)


@_rule("and-narrow", Op.AND, lambda w: _pair(w, w + 3, w + 9, e.and_))
def _and_narrow(x: Expr) -> Expr | None:
    a, b = x.args
    width = min(active_width(a), active_width(b))
    if width >= x.width:
        return None
    return e.zext(e.and_(_low(a, width), _low(b, width)), x.width)


@_rule(
    "or-trivial",
    Op.OR,
    lambda w: [
        e.or_(_var("a", w), _zero(w)),
        e.or_(_var("a", w), _ones(w)),
        e.or_(_var("a", w), _var("a", w)),
        e.or_(e.not_(_var("a", w)), _var("a", w)),
    ],
)
def _or_trivial(x: Expr) -> Expr | None:
    a, b = x.args
    if _is(b, -1) or _complementary(a, b):
        return _ones(x.width)
    if _is(b, 0) or a is b:
        return a
    return None


@_rule(
    "or-absorb",
    Op.OR,
    lambda w: [
        e.or_(_var("a", w), e.and_(_var("a", w), _var("b", w))),
        e.or_(e.or_(_var("b", w), _var("a", w)), _var("a", w)),
    ],
)
def _or_absorb(x: Expr) -> Expr | None:
    for a, b in (x.args, x.args[::-1]):
        if a in _parts(b, Op.AND):
            return a
        if a in _parts(b, Op.OR):
            return b
    return None


@_rule(
    "or-and-complement",
    Op.OR,
    lambda w: [e.or_(_var("a", w), e.and_(e.not_(_var("a", w)), _var("b", w)))],
)
def _or_and_complement(x: Expr) -> Expr | None:
    for a, b in (x.args, x.args[::-1]):
        for p, q in (b.args, b.args[::-1]) if b.op is Op.AND else ():
            if _complementary(a, p):
                return e.or_(a, q)
    return None


@_rule(
    "or-concat",
    Op.OR,
    lambda w: [
        e.or_(e.concat(_var("a", w), _zero(3)), e.const(5, w + 3)),
        e.or_(e.concat(_var("a", w), _zero(3)), e.zext(_var("b", 3), w + 3)),
    ],
)
def _or_concat(x: Expr) -> Expr | None:
    """Put a value into the zeros that end a concatenation."""
    for a, b in (x.args, x.args[::-1]):
        tail = _tail(a)
        if tail and tail[1].value == 0 and active_width(b) <= tail[1].width:
            return e.concat(tail[0], _low(b, tail[1].width))
    return None


@_rule("or-narrow", Op.OR, lambda w: _pair(w, w + 3, w + 9, e.or_))
def _or_narrow(x: Expr) -> Expr | None:
    return _narrow_pair(x, 0, Op.OR)


@_rule(
    "xor-trivial",
    Op.XOR,
    lambda w: [
        e.xor(_var("a", w), _zero(w)),
        e.xor(_var("a", w), _ones(w)),
        e.xor(_var("a", w), _var("a", w)),
    ],
)
def _xor_trivial(x: Expr) -> Expr | None:
    a, b = x.args
    if a is b:
        return _zero(x.width)
    if _is(b, 0):
        return a
    return e.not_(a) if _is(b, -1) else None


@_rule("xor-narrow", Op.XOR, lambda w: _pair(w, w + 3, w + 9, e.xor))
def _xor_narrow(x: Expr) -> Expr | None:
    return _narrow_pair(x, 0, Op.XOR)


@_rule("not-not", Op.NOT, lambda w: [e.not_(e.not_(_var("a", w)))])
def _not_not(x: Expr) -> Expr | None:
    (a,) = x.args
    return a.args[0] if a.op is Op.NOT else None


# add, sub, mul, div


@_rule(
    "add-constant",
    Op.ADD,
    lambda w: [
        e.add(_var("a", w), _zero(w)),
        e.add(e.add(_var("a", w), e.const(3, w)), e.const(9, w)),
    ],
)
def _add_constant(x: Expr) -> Expr | None:
    a, b = x.args
    if _is(b, 0):
        return a
    if b.is_const and a.op is Op.ADD and a.args[1].is_const:
        return e.add(a.args[0], e.add(a.args[1], b))
    return None


@_rule(
    "add-concat",
    Op.ADD,
    lambda w: [
        e.add(e.concat(_var("a", w), _zero(4)), e.const(9, w + 4)),
        e.add(e.zext(e.concat(_var("a", w), _zero(4)), w + 7), e.zext(_var("b", 3), w + 7)),
    ],
)
def _add_concat(x: Expr) -> Expr | None:
    """Add without a carry: the other operand fits into the zeros that end a concatenation."""
    for a, b in (x.args, x.args[::-1]):
        tail = _tail(a)
        if tail and tail[1].value == 0 and active_width(b) <= tail[1].width:
            return e.concat(tail[0], _low(b, tail[1].width))
    return None


@_rule("add-narrow", Op.ADD, lambda w: _pair(w, w + 2, w + 9, e.add))
def _add_narrow(x: Expr) -> Expr | None:
    return _narrow_pair(x, 1, Op.ADD)


@_rule(
    "sub-trivial",
    Op.SUB,
    lambda w: [e.sub(_var("a", w), _zero(w)), e.sub(_var("a", w), _var("a", w))],
)
def _sub_trivial(x: Expr) -> Expr | None:
    a, b = x.args
    if a is b:
        return _zero(x.width)
    return a if _is(b, 0) else None


@_rule(
    "mul-constant",
    Op.MUL,
    lambda w: [e.mul(_var("a", w), e.const(k, w)) for k in (0, 1, 1 << (w - 1))],
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


@_rule("mul-narrow", Op.MUL, lambda w: _pair(min(w, 4), 2, min(w, 4) + 9, e.mul))
def _mul_narrow(x: Expr) -> Expr | None:
    a, b = x.args
    width = active_width(a) + active_width(b)
    if width >= x.width:
        return None
    return e.zext(e.mul(_low(a, width), _low(b, width)), x.width)


@_rule("udiv-power", Op.UDIV, lambda w: [e.udiv(_var("a", w), e.const(1 << (w - 1), w))])
def _udiv_power(x: Expr) -> Expr | None:
    a, b = x.args
    if not b.is_const or b.value == 0 or b.value & (b.value - 1):
        return None
    return e.lshr(a, e.const(b.value.bit_length() - 1, x.width))


@_rule("urem-power", Op.UREM, lambda w: [e.urem(_var("a", w), e.const(1 << (w - 1), w))])
def _urem_power(x: Expr) -> Expr | None:
    a, b = x.args
    if not b.is_const or b.value == 0 or b.value & (b.value - 1):
        return None
    return e.and_(a, e.const(b.value - 1, x.width))


# Shifts by a constant are wires


@_rule(
    "shl-constant",
    Op.SHL,
    lambda w: [e.shl(_var("a", w), e.const(k, w)) for k in (0, w - 1, min(w, e.mask(w)))],
)
def _shl_constant(x: Expr) -> Expr | None:
    a, b = x.args
    if not b.is_const:
        return None
    if b.value >= x.width:
        return _zero(x.width)
    return e.concat(_low(a, x.width - b.value), _zero(b.value)) if b.value else a


@_rule(
    "lshr-constant",
    Op.LSHR,
    lambda w: [e.lshr(_var("a", w), e.const(k, w)) for k in (0, w - 1, min(w, e.mask(w)))],
)
def _lshr_constant(x: Expr) -> Expr | None:
    a, b = x.args
    if not b.is_const:
        return None
    if b.value >= x.width:
        return _zero(x.width)
    return e.zext(e.slice_(a, b.value, x.width - b.value), x.width)


@_rule(
    "ashr-constant",
    Op.ASHR,
    lambda w: [e.ashr(_var("a", w), e.const(k, w)) for k in (0, w - 1, min(w, e.mask(w)))],
)
def _ashr_constant(x: Expr) -> Expr | None:
    a, b = x.args
    if not b.is_const:
        return None
    shift = min(b.value, x.width - 1)
    return e.sext(e.slice_(a, shift, x.width - shift), x.width)


# slice: pushed inwards, so that everything outside is narrow


@_rule("slice-slice", Op.SLICE, lambda w: [e.slice_(_raw_slice(_var("a", w + 6), 2, w + 3), 1, w)])
def _slice_slice(x: Expr) -> Expr | None:
    (a,) = x.args
    return e.slice_(a.args[0], a.low + x.low, x.width) if a.op is Op.SLICE else None


def _raw_slice(x: Expr, low: int, width: int) -> Expr:
    return e.slice_(x, low, width)


@_rule(
    "slice-concat",
    Op.SLICE,
    lambda w: [
        e.slice_(e.concat(_var("a", w), _var("b", 5), _var("c", w)), low, n)
        for low, n in ((0, 1), (w - 1, 3), (w, 5), (2, 2 * w))
    ],
)
def _slice_concat(x: Expr) -> Expr | None:
    (a,) = x.args
    if a.op is not Op.CONCAT:
        return None
    kept: list[Expr] = []
    low = 0
    for part in reversed(a.args):
        first, last = max(low, x.low), min(low + part.width, x.low + x.width)
        if first < last:
            kept.insert(0, e.slice_(part, first - low, last - first))
        low += part.width
    return e.concat(*kept)


@_rule(
    "slice-zext",
    Op.SLICE,
    lambda w: [
        e.slice_(e.zext(_var("a", w), w + 9), low, n)
        for low, n in ((0, w), (w, 4), (w - 1, 5), (0, w + 1))
    ],
)
def _slice_zext(x: Expr) -> Expr | None:
    (a,) = x.args
    if a.op is not Op.ZEXT:
        return None
    inner = a.args[0]
    if x.low >= inner.width:
        return _zero(x.width)
    return e.zext(e.slice_(inner, x.low, min(x.width, inner.width - x.low)), x.width)


@_rule("slice-sext", Op.SLICE, lambda w: [e.slice_(e.sext(_var("a", w), w + 9), 0, w)])
def _slice_sext(x: Expr) -> Expr | None:
    (a,) = x.args
    if a.op is Op.SEXT and x.low + x.width <= a.args[0].width:
        return e.slice_(a.args[0], x.low, x.width)
    return None


_BITWISE = frozenset({Op.AND, Op.OR, Op.XOR, Op.NOT})


@_rule(
    "slice-bitwise",
    Op.SLICE,
    lambda w: [
        e.slice_(e.and_(_var("a", w + 3), _var("b", w + 3)), 2, w),
        e.slice_(e.not_(_var("a", w + 3)), 2, w),
    ],
)
def _slice_bitwise(x: Expr) -> Expr | None:
    (a,) = x.args
    if a.op not in _BITWISE:
        return None
    return e.build(a.op, x.width, tuple(e.slice_(b, x.low, x.width) for b in a.args))


@_rule(
    "slice-arithmetic",
    Op.SLICE,
    lambda w: [
        e.slice_(f(_var("a", w + 3), _var("b", w + 3)), 0, w) for f in (e.add, e.sub, e.mul)
    ],
)
def _slice_arithmetic(x: Expr) -> Expr | None:
    (a,) = x.args
    if a.op not in (Op.ADD, Op.SUB, Op.MUL) or x.low:
        return None
    return e.build(a.op, x.width, tuple(_low(b, x.width) for b in a.args))


@_rule(
    "slice-ite",
    Op.SLICE,
    lambda w: [e.slice_(e.ite(_var("c", 1), _var("a", w + 3), _var("b", w + 3)), 2, w)],
)
def _slice_ite(x: Expr) -> Expr | None:
    (a,) = x.args
    if a.op is not Op.ITE:
        return None
    c, then, other = a.args
    return e.ite(c, e.slice_(then, x.low, x.width), e.slice_(other, x.low, x.width))


# concat and extensions


def _joined(parts: list[Expr]) -> list[Expr]:
    """Merge neighbours: constants, and slices of one value that lie side by side."""
    out: list[Expr] = []
    for part in parts:
        last = out[-1] if out else None
        if last is not None and last.is_const and part.is_const:
            out[-1] = e.concat(last, part)
        elif last is not None and _adjacent(last, part):
            out[-1] = e.slice_(part.args[0], part.low, last.width + part.width)
        else:
            out.append(part)
    return out


def _adjacent(high: Expr, low: Expr) -> bool:
    if high.op is not Op.SLICE or low.op is not Op.SLICE:
        return False
    return high.args[0] is low.args[0] and high.low == low.low + low.width


@_rule(
    "concat-flatten",
    Op.CONCAT,
    lambda w: [
        e.concat(_var("a", w), e.concat(_var("b", w), _var("c", 2))),
        e.concat(_var("a", w), e.zext(_var("b", w), w + 4)),
        e.concat(_zero(2), _zero(3), _var("a", w)),
        e.concat(e.slice_(_var("a", w + 3), 2, w + 1), e.slice_(_var("a", w + 3), 0, 2)),
    ],
)
def _concat_flatten(x: Expr) -> Expr | None:
    parts: list[Expr] = []
    for p in x.args:
        if p.op is Op.CONCAT:
            parts += p.args
        elif p.op is Op.ZEXT:
            parts += [_zero(p.width - p.args[0].width), p.args[0]]
        else:
            parts.append(p)
    parts = _joined(parts)
    if _is(parts[0], 0) and len(parts) > 1:
        return e.zext(e.concat(*parts[1:]), x.width)
    return None if tuple(parts) == x.args else e.concat(*parts)


@_rule("zext-zext", Op.ZEXT, lambda w: [e.zext(e.zext(_var("a", w), w + 2), w + 5)])
def _zext_zext(x: Expr) -> Expr | None:
    (a,) = x.args
    return e.zext(a.args[0], x.width) if a.op is Op.ZEXT else None


@_rule("sext-sext", Op.SEXT, lambda w: [e.sext(e.sext(_var("a", w), w + 2), w + 5)])
def _sext_sext(x: Expr) -> Expr | None:
    (a,) = x.args
    return e.sext(a.args[0], x.width) if a.op is Op.SEXT else None


# eq


@_rule("eq-same", Op.EQ, lambda w: [e.eq(_var("a", w), _var("a", w))])
def _eq_same(x: Expr) -> Expr | None:
    return e.const(1, 1) if x.args[0] is x.args[1] else None


@_rule("eq-bit", Op.EQ, lambda w: [e.eq(_var("a", 1), e.const(1, 1)), e.eq(_var("a", 1), _zero(1))])
def _eq_bit(x: Expr) -> Expr | None:
    a, b = x.args
    if a.width != 1 or not b.is_const:
        return None
    return a if b.value else e.not_(a)


@_rule(
    "eq-narrow",
    Op.EQ,
    lambda w: [
        e.eq(e.zext(_var("a", w), w + 5), e.const(1, w + 5)),
        e.eq(e.zext(_var("a", w), w + 5), e.const(1 << (w + 2), w + 5)),
        e.eq(e.zext(_var("a", w), w + 5), e.zext(_var("b", w + 2), w + 5)),
    ],
)
def _eq_narrow(x: Expr) -> Expr | None:
    a, b = x.args
    if b.is_const and b.value.bit_length() > active_width(a):
        return e.const(0, 1)
    width = max(active_width(a), 1 if b.is_const else active_width(b))
    return e.eq(_low(a, width), _low(b, width)) if width < a.width else None


@_rule(
    "eq-concat",
    Op.EQ,
    lambda w: [
        e.eq(e.concat(_var("a", w), e.const(2, 3)), e.const(10, w + 3)),
        e.eq(e.concat(_var("a", w), e.const(2, 3)), e.const(11, w + 3)),
        e.eq(e.concat(_var("a", w), _zero(3)), e.concat(_var("b", w), _zero(3))),
    ],
)
def _eq_concat(x: Expr) -> Expr | None:
    """Compare what is before a constant end, if the ends are equal."""
    a, b = x.args
    left = _tail(a)
    if left is None:
        return None
    rest, constant = left
    if b.is_const:
        right: tuple[Expr, Expr] | None = (
            e.slice_(b, constant.width, rest.width),
            _low(b, constant.width),
        )
    else:
        right = _tail(b)
    if right is None or right[1].width != constant.width:
        return None
    return e.eq(rest, right[0]) if right[1] is constant else e.const(0, 1)


@_rule("eq-add", Op.EQ, lambda w: [e.eq(e.add(_var("a", w), e.const(3, w)), e.const(1, w))])
def _eq_add(x: Expr) -> Expr | None:
    a, b = x.args
    if b.is_const and a.op is Op.ADD and a.args[1].is_const:
        return e.eq(a.args[0], e.sub(b, a.args[1]))
    return None


# ult


@_rule(
    "ult-trivial",
    Op.ULT,
    lambda w: [
        e.ult(_var("a", w), _var("a", w)),
        e.ult(_var("a", w), _zero(w)),
        e.ult(_ones(w), _var("a", w)),
        e.ult(_var("a", w), e.const(1, w)),
        e.ult(_zero(w), _var("a", w)),
    ],
)
def _ult_trivial(x: Expr) -> Expr | None:
    a, b = x.args
    if a is b or _is(b, 0) or _is(a, -1):
        return e.const(0, 1)
    if _is(b, 1):
        return e.eq(a, _zero(a.width))
    return e.not_(e.eq(b, _zero(b.width))) if _is(a, 0) else None


@_rule("ult-bit", Op.ULT, lambda w: [e.ult(_var("a", 1), _var("b", 1))])
def _ult_bit(x: Expr) -> Expr | None:
    a, b = x.args
    return e.and_(e.not_(a), b) if a.width == 1 else None


@_rule(
    "ult-narrow",
    Op.ULT,
    lambda w: [
        e.ult(e.zext(_var("a", w), w + 5), e.const(1, w + 5)),
        e.ult(e.zext(_var("a", w), w + 5), e.const(1 << (w + 2), w + 5)),
        e.ult(e.const(1 << (w + 2), w + 5), e.zext(_var("a", w), w + 5)),
        e.ult(e.zext(_var("a", w), w + 5), e.zext(_var("b", w + 2), w + 5)),
    ],
)
def _ult_narrow(x: Expr) -> Expr | None:
    a, b = x.args
    if b.is_const and b.value.bit_length() > active_width(a):
        return e.const(1, 1)
    if a.is_const and a.value.bit_length() > active_width(b):
        return e.const(0, 1)
    width = max(active_width(a), active_width(b))
    return e.ult(_low(a, width), _low(b, width)) if width < a.width else None


@_rule(
    "ult-concat",
    Op.ULT,
    lambda w: [
        e.ult(_var("a", w + 3), e.concat(_var("b", w), _zero(3))),
        e.ult(e.concat(_var("a", w), _ones(3)), _var("b", w + 3)),
        e.ult(e.zext(e.concat(_var("a", w), _ones(3)), w + 5), _var("b", w + 5)),
    ],
)
def _ult_concat(x: Expr) -> Expr | None:
    """a < b:000 looks at a without its low bits, a:111 < b at b without them."""
    a, b = x.args
    right, left = _tail(b), _tail(a)
    if right and right[1].value == 0 and right[0].width:
        n = right[1].width
        return e.ult(e.slice_(a, n, a.width - n), right[0])
    if left and _is(left[1], -1):
        n = left[1].width
        return e.ult(left[0], e.slice_(b, n, b.width - n))
    return None


# ite


@_rule(
    "ite-not",
    Op.ITE,
    lambda w: [e.ite(e.not_(_var("c", 1)), _var("a", w), _var("b", w))],
)
def _ite_not(x: Expr) -> Expr | None:
    c, then, other = x.args
    return e.ite(c.args[0], other, then) if c.op is Op.NOT else None


@_rule(
    "ite-bit",
    Op.ITE,
    lambda w: [
        e.ite(_var("c", 1), e.const(1, 1), _var("b", 1)),
        e.ite(_var("c", 1), e.const(0, 1), _var("b", 1)),
        e.ite(_var("c", 1), _var("a", 1), e.const(1, 1)),
        e.ite(_var("c", 1), _var("a", 1), e.const(0, 1)),
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


@_rule(
    "ite-same-condition",
    Op.ITE,
    lambda w: [
        e.ite(_var("c", 1), e.ite(_var("c", 1), _var("a", w), _var("b", w)), _var("d", w)),
        e.ite(_var("c", 1), _var("d", w), e.ite(_var("c", 1), _var("a", w), _var("b", w))),
    ],
)
def _ite_same_condition(x: Expr) -> Expr | None:
    c, then, other = x.args
    if then.op is Op.ITE and then.args[0] is c:
        return e.ite(c, then.args[1], other)
    if other.op is Op.ITE and other.args[0] is c:
        return e.ite(c, then, other.args[2])
    return None


@_rule(
    "ite-narrow",
    Op.ITE,
    lambda w: [e.ite(_var("c", 1), *_pair(w, w + 2, w + 9, e.and_)[0].args)],
)
def _ite_narrow(x: Expr) -> Expr | None:
    c, then, other = x.args
    width = max(active_width(then), active_width(other))
    if width >= x.width or (then.is_const and other.is_const):
        return None
    return e.zext(e.ite(c, _low(then, width), _low(other, width)), x.width)


def instances(width: int) -> Iterator[tuple[Rule, Expr]]:
    """Yield every rule with its instances at a width."""
    for rule in RULES:
        for term in rule.instances(width):
            yield rule, term
