"""Operations with some leaves known (an instruction in its place), and what operations touch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.machine import Assign, Effect, Fault, Load, Operation, Store
from gen.ir.rewrite import never, simplify
from gen.ir.text import operation_exprs

__all__ = ["specialise", "touched"]


def specialise(
    operation: Operation,
    inputs: Mapping[str, int],
    state: Mapping[str, int] | None = None,
) -> Operation:
    """Return the operation with constants for some inputs and registers, simplified.

    Effects that then never happen are gone. What an input named is no input any more.
    """

    def leaf(node: Expr) -> Expr | None:
        known = inputs if node.op is Op.INPUT else state or {}
        if node.op in (Op.INPUT, Op.STATE) and node.name in known:
            return e.const(known[node.name], node.width)
        return None

    parts = iter(simplify(e.substitute(operation_exprs(operation), leaf)))
    effects = [_effect(x, parts) for x in operation.effects]
    outputs = tuple(replace(x, value=next(parts)) for x in operation.outputs)
    return replace(
        operation,
        inputs=tuple(p for p in operation.inputs if p.name not in inputs),
        effects=tuple(x for x in effects if not never(x)),
        outputs=outputs,
    )


def _effect(x: Effect, parts: Iterator[Expr]) -> Effect:
    """Return an effect with new expressions, in the order of `gen.ir.text.effect_exprs`."""
    guard = next(parts)
    match x:
        case Load():
            return replace(x, guard=guard, address=next(parts))
        case Store():
            return replace(x, guard=guard, address=next(parts), value=next(parts))
        case Assign():
            value = next(parts)
            index = None if x.index is None else next(parts)
            return replace(x, guard=guard, value=value, index=index)
        case Fault():
            return replace(x, guard=guard, value=None if x.value is None else next(parts))


def touched(operation: Operation) -> set[str]:
    """Return the names of the registers, not of files, that an operation reads or writes."""
    written = {x.target for x in operation.effects if isinstance(x, Assign) and x.index is None}
    read = {n.name for n in e.postorder(operation_exprs(operation)) if n.op is Op.STATE}
    return written | read
