"""Reads of registers that are always zero, as people write them: `x[rs1]`, whatever `rs1` is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.machine import Effect, Operation
from gen.isa.isa import Isa
from gen.isa.state import File

__all__ = ["plain_reads", "zeros"]


def zeros(isa: Isa) -> dict[str, int]:
    """Return by file the number of the register that is always 0 and is storage as well."""
    return {
        d.name: d.zero
        for d in isa.state
        if isinstance(d, File) and d.zero is not None and d.bank is None
    }


def plain_reads(operation: Operation, zero: Mapping[str, int]) -> Operation:
    """Return an operation without the question whether the register read is the one that is 0.

    The same for every state whose elements `zero` are 0; nothing ever changes those.
    """

    def plain(node: Expr) -> Expr | None:
        if node.op is not Op.ITE:
            return None
        asked, then, other = node.args
        if other.op is not Op.REGREAD or other.name not in zero:
            return None
        index = other.args[0]
        number = e.const(zero[other.name], index.width)
        nothing = then.is_const and then.value == 0
        return other if nothing and asked in (e.eq(index, number), e.eq(number, index)) else None

    return replace(operation, effects=tuple(_mapped(x, plain) for x in operation.effects))


def _mapped(x: Effect, change: Callable[[Expr], Expr | None]) -> Effect:
    parts = {n: v for n, v in vars(x).items() if isinstance(v, Expr)}
    changed: dict[str, Any] = dict(zip(parts, e.substitute(parts.values(), change), strict=True))
    return replace(x, **changed)
