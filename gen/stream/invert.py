"""Solve ``x == target`` for an input by walking down `x`: where the interesting addresses are.

The answer need not be exact. It is an expression over state, parameters and loads together with a
mask of the input's bits that it fixes; a stream then tries the value and its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gen.ir import expr
from gen.ir.expr import Expr, Op, mask

__all__ = ["Goal", "boundaries", "depends_on", "invert"]


@dataclass(frozen=True)
class Goal:
    """A value that an input should take.

    Members
    -------
    value : expression as wide as the input, without the input in it
    care : bits of the input that matter; the others are free
    """

    value: Expr
    care: int


def depends_on(roots: Iterable[Expr], leaf: Callable[[Expr], bool]) -> set[Expr]:
    """Return every node below the roots that has a leaf of the wanted kind below it (or is one)."""
    found: set[Expr] = set()
    for node in expr.postorder(roots):
        if leaf(node) or any(a in found for a in node.args):
            found.add(node)
    return found


def invert(x: Expr, target: Expr, care: int, dependent: set[Expr]) -> list[Goal]:
    """Return goals for the one leaf in `dependent` that make `x` equal to `target`.

    Parameters
    ----------
    care : bits of `x` that must be right
    dependent : the nodes with that leaf below them, and the leaf itself; where both operands of an
        addition are among them, each is solved with the other taken as 0
    """
    if x not in dependent or not care:
        return []
    if not x.args:
        return [Goal(target, care)]
    rule = _RULES.get(x.op)
    return rule(x, target, care, dependent) if rule else []


def _slice(x: Expr, t: Expr, care: int, dep: set[Expr]) -> list[Goal]:
    inner = x.args[0]
    wide = expr.zext(t, inner.width)
    up = expr.shl(wide, expr.const(x.low, inner.width)) if x.low else wide
    return invert(inner, up, care << x.low, dep)


def _extend(x: Expr, t: Expr, care: int, dep: set[Expr]) -> list[Goal]:
    inner = x.args[0]
    return invert(inner, expr.slice_(t, 0, inner.width), care & mask(inner.width), dep)


def _concat(x: Expr, t: Expr, care: int, dep: set[Expr]) -> list[Goal]:
    """Solve each part for its slice of the target and put the first answers together."""
    merged: Goal | None = None
    low = x.width
    for part in x.args:
        low -= part.width
        goals = invert(part, expr.slice_(t, low, part.width), care >> low & mask(part.width), dep)
        if not goals:
            continue
        new = goals[0]
        if merged is None:
            merged = new
        else:
            fresh = expr.const(new.care & ~merged.care, new.value.width)
            value = expr.or_(merged.value, expr.and_(new.value, fresh))
            merged = Goal(value, merged.care | new.care)
    return [merged] if merged else []


def _two(x: Expr, dep: set[Expr]) -> list[tuple[Expr, Expr, bool]]:
    """Return (operand to solve, the other, whether the operand is the right one)."""
    a, b = x.args
    zero = expr.const(0, x.width)
    both = a in dep and b in dep
    out = []
    if a in dep:
        out.append((a, zero if both else b, False))
    if b in dep:
        out.append((b, zero if both else a, True))
    return out


def _add(x: Expr, t: Expr, care: int, dep: set[Expr]) -> list[Goal]:
    found = [invert(a, expr.sub(t, b), care, dep) for a, b, _ in _two(x, dep)]
    return [g for goals in found for g in goals]


def _sub(x: Expr, t: Expr, care: int, dep: set[Expr]) -> list[Goal]:
    out = []
    for a, b, right in _two(x, dep):
        value = expr.sub(b, t) if right else expr.add(t, b)
        out += invert(a, value, care, dep)
    return out


def _xor(x: Expr, t: Expr, care: int, dep: set[Expr]) -> list[Goal]:
    found = [invert(a, expr.xor(t, b), care, dep) for a, b, _ in _two(x, dep)]
    return [g for goals in found for g in goals]


def _logic(x: Expr, t: Expr, care: int, dep: set[Expr]) -> list[Goal]:
    """And, or: the operand should be the target where the other side lets it through."""
    out = []
    for a, b, _ in _two(x, dep):
        seen = care
        if b.is_const and not (a in dep and b in dep):
            seen &= b.value if x.op is Op.AND else ~b.value
        out += invert(a, t, seen, dep)
    return out


def _not(x: Expr, t: Expr, care: int, dep: set[Expr]) -> list[Goal]:
    return invert(x.args[0], expr.not_(t), care, dep)


def _shift(x: Expr, t: Expr, care: int, dep: set[Expr]) -> list[Goal]:
    a, amount = x.args
    if amount in dep:
        return []
    back = expr.lshr if x.op is Op.SHL else expr.shl
    if amount.is_const:
        k = min(amount.value, x.width)
        care = care >> k if x.op is Op.SHL else care << k & mask(x.width)
    return invert(a, back(t, amount), care, dep)


def _product(x: Expr, t: Expr, care: int, dep: set[Expr]) -> list[Goal]:
    out = []
    for a, b, right in _two(x, dep):
        if x.op is not Op.MUL and right:
            continue  # the divisor depends on the input: no useful inverse
        value = {Op.MUL: expr.udiv, Op.UDIV: expr.mul}.get(x.op, lambda t, _: t)(t, b)
        out += invert(a, value, mask(x.width), dep)
    return out


def _ite(x: Expr, t: Expr, care: int, dep: set[Expr]) -> list[Goal]:
    return [g for arm in x.args[1:] for g in invert(arm, t, care, dep)]


_RULES: dict[Op, Callable[[Expr, Expr, int, set[Expr]], list[Goal]]] = {
    Op.SLICE: _slice,
    Op.ZEXT: _extend,
    Op.SEXT: _extend,
    Op.CONCAT: _concat,
    Op.ADD: _add,
    Op.SUB: _sub,
    Op.XOR: _xor,
    Op.AND: _logic,
    Op.OR: _logic,
    Op.NOT: _not,
    Op.SHL: _shift,
    Op.LSHR: _shift,
    Op.ASHR: _shift,
    Op.MUL: _product,
    Op.UDIV: _product,
    Op.UREM: _product,
    Op.ITE: _ite,
}


def boundaries(roots: Iterable[Expr], leaf: Expr) -> list[Goal]:
    """Return, without duplicates, the values at which a comparison of the leaf turns.

    Every comparison below the roots counts that has the leaf on one side only.
    """
    roots = list(roots)
    dependent = depends_on(roots, lambda n: n is leaf)
    out: dict[Goal, None] = {}
    for node in expr.postorder(roots):
        if node.op not in expr.COMPARE:
            continue
        a, b = node.args
        if (a in dependent) == (b in dependent):
            continue
        side, target = (a, b) if a in dependent else (b, a)
        for goal in invert(side, target, mask(side.width), dependent):
            out[goal] = None
    return list(out)
