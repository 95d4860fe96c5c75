"""What an assignment changes: the cases and the bits in which it does more than keep what was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.machine import Assign
from gen.ir.rewrite import simplify

__all__ = ["Change", "cases", "changes"]


@dataclass(frozen=True)
class Change:
    """Bits from `low` on get a value under a guard."""

    low: int
    value: Expr
    guard: Expr


def changes(x: Assign) -> list[Change]:
    """Return the changes of an assignment; together they do what it does.

    Bits that get their own old value are left out, and a choice between that and another value
    becomes a condition. An assignment without either is one change.
    """
    found: list[Change] = []
    kept = False
    for low, part in reversed(list(_parts(x.value, 0))):
        made = list(cases(x, part, low))
        kept |= any(c.value is None for c in made)
        found += [Change(low, c.value, c.guard) for c in made if c.value is not None]
    return found if kept else [Change(0, x.value, x.guard)]


@dataclass(frozen=True)
class _Case:
    guard: Expr
    value: Expr | None  # None keeps what was


def cases(x: Assign, part: Expr, low: int) -> Iterator[_Case]:
    """Yield what the bits of `part`, which stand from `low` on, become: no two guards meet."""
    width = x.value.width
    old = e.state(x.target, width) if x.index is None else e.regread(x.target, x.index, width)
    part, before = simplify([part, e.slice_(old, low, part.width)])
    stack = [(x.guard, part)]
    while stack:
        guard, value = stack.pop()
        if value is before:
            yield _Case(guard, None)
        elif value.op is Op.ITE:
            condition, then, other = value.args
            stack.append((e.and_(guard, e.not_(condition)), other))
            stack.append((e.and_(guard, condition), then))
        else:
            yield _Case(simplify([guard])[0], value)


def _parts(value: Expr, low: int) -> Iterator[tuple[int, Expr]]:
    """Yield the parts of a concatenation with their lowest bits, from the top down."""
    if value.op is not Op.CONCAT:
        yield low, value
        return
    top = low + value.width
    for part in value.args:
        top -= part.width
        yield from _parts(part, top)
