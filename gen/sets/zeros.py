"""Reads of registers that are always zero, as people write them: `x[rs1]`, whatever `rs1` is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.machine import Effect, Operation
from gen.isa.extension import Instruction
from gen.isa.isa import Isa
from gen.isa.meaning import values
from gen.isa.operands import Register
from gen.isa.state import File

__all__ = ["plain_reads", "zeros"]


def zeros(isa: Isa) -> dict[str, int]:
    """Return by file the number of the register that is always 0 and is storage as well."""
    return {
        d.name: d.zero
        for d in isa.state
        if isinstance(d, File) and d.zero is not None and d.bank is None
    }


def plain_reads(isa: Isa, i: Instruction, operation: Operation) -> Operation:
    """Return an instruction's operation without needless questions whether a register is that one.

    The same for every state whose elements `zeros` are 0; nothing ever changes those.
    """
    zero = zeros(isa)
    never = set(_never(isa, i, zero))

    def plain(node: Expr) -> Expr | None:
        if node in never:
            return e.const(0, 1)
        return _read(node, zero) if node.op is Op.ITE else None

    return replace(operation, effects=tuple(_mapped(x, plain) for x in operation.effects))


def _read(node: Expr, zero: Mapping[str, int]) -> Expr | None:
    """Return the element that is read, where it is asked first whether that one is always 0."""
    asked, then, other = node.args
    if other.op is not Op.REGREAD or other.name not in zero:
        return None
    index = other.args[0]
    nothing = then.is_const and then.value == 0
    return other if nothing and asked in _questions(index, zero[other.name]) else None


def _never(isa: Isa, i: Instruction, zero: Mapping[str, int]) -> Iterator[Expr]:
    """Yield the questions whether an operand is the register that is 0, where it cannot be."""
    known = values(i, isa.parameters)
    for name, kind in i.operands.items():
        if isinstance(kind, Register) and kind.first > zero.get(kind.file, kind.first):
            yield from _questions(known[name], zero[kind.file])


def _questions(index: Expr, number: int) -> tuple[Expr, Expr]:
    wanted = e.const(number, index.width)
    return e.eq(index, wanted), e.eq(wanted, index)


def _mapped(x: Effect, change: Callable[[Expr], Expr | None]) -> Effect:
    parts = {n: v for n, v in vars(x).items() if isinstance(v, Expr)}
    changed: dict[str, Any] = dict(zip(parts, e.substitute(parts.values(), change), strict=True))
    return replace(x, **changed)
