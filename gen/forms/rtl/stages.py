"""Where a computation is divided by a register: two stages of about the same delay."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Sequence

from gen.ir import expr as e
from gen.ir.expr import Expr, Op

__all__ = ["cut", "depends_on", "split"]

# Levels of logic on an FPGA with four-input tables; wires have none.
_BITWISE = frozenset({Op.AND, Op.OR, Op.XOR})
_CARRY = frozenset({Op.ADD, Op.SUB, Op.ULT, Op.SLT})
_SHIFTS = frozenset({Op.SHL, Op.LSHR, Op.ASHR})
_DIVISIONS = frozenset({Op.UDIV, Op.UREM, Op.SDIV, Op.SREM})
_CHOICE = 0.5  # chains of choices become trees in synthesis


def _delay(node: Expr) -> float:
    """Return a node's own delay, in levels of logic; an estimate, which no meaning hangs on."""
    free = [a for a in node.args if not a.is_const]
    if not free:
        return 0.0
    width = node.args[0].width
    if node.op in _BITWISE:
        return 1.0 if len(free) > 1 else 0.0
    if node.op in _CARRY:
        return 2.0 + width / 16
    if node.op in _SHIFTS:
        return 0.0 if node.args[1].is_const else float(max(1, (width - 1).bit_length()))
    if node.op in _DIVISIONS:
        return float(width)
    if node.op is Op.EQ:
        return math.log(max(2, width * len(free)), 4)
    if node.op is Op.MUL:
        return 4.0 + width / 8
    if node.op is Op.ITE:
        return _CHOICE
    return 2.0 if node.op is Op.REGREAD else 0.0


def depends_on(roots: Iterable[Expr], inputs: Iterable[str]) -> set[Expr]:
    """Return the nodes below `roots` that depend on one of the named inputs."""
    names = set(inputs)
    found: set[Expr] = set()
    for node in e.postorder(list(roots)):
        if (node.op is Op.INPUT and node.name in names) or any(a in found for a in node.args):
            found.add(node)
    return found


def split(roots: Sequence[Expr], first: set[Expr]) -> list[Expr]:
    """Return the nodes of `first` that a node outside, or the caller, needs; no constants."""
    needed: dict[Expr, None] = {}
    for node in e.postorder(roots):
        if node not in first:
            needed |= dict.fromkeys(a for a in node.args if a in first and not a.is_const)
    needed |= dict.fromkeys(r for r in roots if r in first and not r.is_const)
    return list(needed)


def cut(roots: Sequence[Expr], known: Container[Expr] = ()) -> list[Expr]:
    """Return the terms to hold in a register so that both sides of it take about the same time.

    The values of `known` terms are there from the start, as those of registers are.

    Everything that reads state is before the register: the answer is that of one state. Of cuts of
    equal delay the one with the fewest bits is taken.
    """
    nodes = list(e.postorder(roots))
    arrival: dict[Expr, float] = {}
    for node in nodes:
        before = max((arrival[a] for a in node.args), default=0.0)
        arrival[node] = 0.0 if node in known else before + _delay(node)
    least = max((arrival[n] for n in nodes if n.op in (Op.REGREAD, Op.STATE)), default=0.0)
    best: tuple[float, int] | None = None
    found: list[Expr] = []
    for limit in sorted({x for x in arrival.values() if x >= least} | {least}):
        first = {n for n in nodes if arrival[n] <= limit}
        rest, held = _rest(nodes, first), split(roots, first)
        score = (max(limit, rest), sum(n.width for n in held))
        if best is None or score < best:
            best, found = score, held
        if rest < limit:
            break  # from here on the first stage only grows
    return found


def _rest(nodes: Sequence[Expr], first: set[Expr]) -> float:
    """Return the delay of what is not in the first stage."""
    after: dict[Expr, float] = {}
    for node in nodes:
        before = max((after[a] for a in node.args), default=0.0)
        after[node] = 0.0 if node in first else before + _delay(node)
    return max(after.values(), default=0.0)
