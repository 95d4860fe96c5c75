"""Rules of slices, concatenations and extensions.

A slice is pushed inwards, so that everything outside it is narrow.
"""

from __future__ import annotations

from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.rules.rule import Rule, active_width, is_value, low_bits, registrar, var, zero

__all__ = ["RULES"]

RULES: list[Rule] = []
rule = registrar(RULES)


@rule("slice-slice", Op.SLICE, lambda w: [e.slice_(e.slice_(var("a", w + 6), 2, w + 3), 1, w)])
def _slice_slice(x: Expr) -> Expr | None:
    (a,) = x.args
    return e.slice_(a.args[0], a.low + x.low, x.width) if a.op is Op.SLICE else None


@rule(
    "slice-concat",
    Op.SLICE,
    lambda w: [
        e.slice_(e.concat(var("a", w), var("b", 5), var("c", w)), low, n)
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


@rule(
    "slice-zext",
    Op.SLICE,
    lambda w: [
        e.slice_(e.zext(var("a", w), w + 9), low, n)
        for low, n in ((0, w), (w, 4), (w - 1, 5), (0, w + 1))
    ],
)
def _slice_zext(x: Expr) -> Expr | None:
    (a,) = x.args
    if a.op is not Op.ZEXT:
        return None
    inner = a.args[0]
    if x.low >= inner.width:
        return zero(x.width)
    return e.zext(e.slice_(inner, x.low, min(x.width, inner.width - x.low)), x.width)


@rule(
    "slice-sext",
    Op.SLICE,
    lambda w: [
        e.slice_(e.sext(var("a", w), w + 9), low, n)
        for low, n in ((0, w), (1, w + 2), (w - 1, 5), (w, 4), (w + 2, 1))
    ],
)
def _slice_sext(x: Expr) -> Expr | None:
    (a,) = x.args
    if a.op is not Op.SEXT:
        return None
    inner = a.args[0]
    low = min(x.low, inner.width - 1)
    return e.sext(e.slice_(inner, low, min(x.width, inner.width - low)), x.width)


_BITWISE = frozenset({Op.AND, Op.OR, Op.XOR, Op.NOT})


@rule(
    "slice-bitwise",
    Op.SLICE,
    lambda w: [
        e.slice_(e.and_(var("a", w + 3), var("b", w + 3)), 2, w),
        e.slice_(e.not_(var("a", w + 3)), 2, w),
    ],
)
def _slice_bitwise(x: Expr) -> Expr | None:
    (a,) = x.args
    if a.op not in _BITWISE:
        return None
    return e.build(a.op, x.width, tuple(e.slice_(b, x.low, x.width) for b in a.args))


@rule(
    "slice-arithmetic",
    Op.SLICE,
    lambda w: (
        [
            e.slice_(f(var("a", w + 3), var("b", w + 3)), low, w)
            for f, low in ((e.add, 0), (e.add, 2), (e.sub, 0), (e.sub, 1), (e.mul, 0))
        ]
        + [e.slice_(e.mul(var("a", 6), var("b", 6)), 2, 3)]
    ),
)
def _slice_arithmetic(x: Expr) -> Expr | None:
    """Leave out the bits above the slice: carries only go up."""
    (a,) = x.args
    top = x.low + x.width
    if a.op not in (Op.ADD, Op.SUB, Op.MUL) or top == a.width:
        return None
    return e.slice_(e.build(a.op, top, tuple(low_bits(b, top) for b in a.args)), x.low, x.width)


@rule(
    "slice-shl",
    Op.SLICE,
    lambda w: [e.slice_(e.shl(var("a", w + 5), e.zext(var("b", 2), w + 5)), 1, w)],
)
def _slice_shl(x: Expr) -> Expr | None:
    """Leave out the bits above the slice, if the shift's count fits into what is left."""
    (a,) = x.args
    top = x.low + x.width
    if a.op is not Op.SHL or top == a.width or active_width(a.args[1]) > top:
        return None
    return e.slice_(e.shl(*(low_bits(b, top) for b in a.args)), x.low, x.width)


@rule(
    "slice-ite",
    Op.SLICE,
    lambda w: [e.slice_(e.ite(var("c", 1), var("a", w + 3), var("b", w + 3)), 2, w)],
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


@rule(
    "concat-flatten",
    Op.CONCAT,
    lambda w: [
        e.concat(var("a", w), e.concat(var("b", w), var("c", 2))),
        e.concat(var("a", w), e.zext(var("b", w), w + 4)),
        e.concat(zero(2), zero(3), var("a", w)),
        e.concat(e.slice_(var("a", w + 3), 2, w + 1), e.slice_(var("a", w + 3), 0, 2)),
    ],
)
def _concat_flatten(x: Expr) -> Expr | None:
    parts: list[Expr] = []
    for p in x.args:
        if p.op is Op.CONCAT:
            parts += p.args
        elif p.op is Op.ZEXT:
            parts += [zero(p.width - p.args[0].width), p.args[0]]
        else:
            parts.append(p)
    parts = _joined(parts)
    if is_value(parts[0], 0) and len(parts) > 1:
        return e.zext(e.concat(*parts[1:]), x.width)
    return None if tuple(parts) == x.args else e.concat(*parts)


@rule("zext-zext", Op.ZEXT, lambda w: [e.zext(e.zext(var("a", w), w + 2), w + 5)])
def _zext_zext(x: Expr) -> Expr | None:
    (a,) = x.args
    return e.zext(a.args[0], x.width) if a.op is Op.ZEXT else None


@rule("sext-sext", Op.SEXT, lambda w: [e.sext(e.sext(var("a", w), w + 2), w + 5)])
def _sext_sext(x: Expr) -> Expr | None:
    (a,) = x.args
    return e.sext(a.args[0], x.width) if a.op is Op.SEXT else None


@rule("sext-zext", Op.SEXT, lambda w: [e.sext(e.zext(var("a", w), w + 2), w + 5)])
def _sext_zext(x: Expr) -> Expr | None:
    (a,) = x.args
    return e.zext(a.args[0], x.width) if a.op is Op.ZEXT else None
