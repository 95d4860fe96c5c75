"""Expressions as Z3 terms with exactly the definition's meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeAlias

import z3

from gen.ir.expr import Expr, Op

__all__ = ["Leaves", "Lowering", "array", "array_index", "term", "terms", "within"]

Leaves: TypeAlias = Mapping[Expr, z3.BitVecRef]

_INDEX = 128  # bits of an array's index


def _udiv(a: z3.BitVecRef, b: z3.BitVecRef) -> z3.BitVecRef:
    return z3.If(b == 0, z3.BitVecVal(-1, a.size()), z3.UDiv(a, b))


def _urem(a: z3.BitVecRef, b: z3.BitVecRef) -> z3.BitVecRef:
    return z3.If(b == 0, a, z3.URem(a, b))


def _sdiv(a: z3.BitVecRef, b: z3.BitVecRef) -> z3.BitVecRef:
    return z3.If(b == 0, z3.BitVecVal(-1, a.size()), a / b)


def _srem(a: z3.BitVecRef, b: z3.BitVecRef) -> z3.BitVecRef:
    return z3.If(b == 0, a, z3.SRem(a, b))


def _bit(condition: z3.BoolRef) -> z3.BitVecRef:
    return z3.If(condition, z3.BitVecVal(1, 1), z3.BitVecVal(0, 1))


# SMT-LIB's shifts by the width or more already are the definition's.
_BINARY: dict[Op, Callable[[z3.BitVecRef, z3.BitVecRef], z3.BitVecRef]] = {
    Op.AND: lambda a, b: a & b,
    Op.OR: lambda a, b: a | b,
    Op.XOR: lambda a, b: a ^ b,
    Op.ADD: lambda a, b: a + b,
    Op.SUB: lambda a, b: a - b,
    Op.MUL: lambda a, b: a * b,
    Op.UDIV: _udiv,
    Op.UREM: _urem,
    Op.SDIV: _sdiv,
    Op.SREM: _srem,
    Op.SHL: lambda a, b: a << b,
    Op.LSHR: z3.LShR,
    Op.ASHR: lambda a, b: a >> b,
    Op.EQ: lambda a, b: _bit(a == b),
    Op.ULT: lambda a, b: _bit(z3.ULT(a, b)),
    Op.SLT: lambda a, b: _bit(a < b),
}


@dataclass
class Lowering:
    """Lowers expressions.

    Members
    -------
    done : terms made so far, and those given in place of nodes
    counts : number of elements of each register file, if known
    elements : elements of register files that are not arrays but so many terms
    """

    done: dict[Expr, z3.BitVecRef] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    elements: Mapping[str, Sequence[z3.BitVecRef]] = field(default_factory=dict)

    def lower(self, root: Expr) -> z3.BitVecRef:
        """Return the term of an expression."""
        stack = [root]
        while stack:
            node = stack[-1]
            missing = [] if node in self.done else [a for a in node.args if a not in self.done]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            if node not in self.done:
                self.done[node] = self._term(node, [self.done[a] for a in node.args])
        return self.done[root]

    def _term(self, node: Expr, args: Sequence[z3.BitVecRef]) -> z3.BitVecRef:
        if node.op in _BINARY:
            return _BINARY[node.op](*args)
        match node.op:
            case Op.CONST:
                return z3.BitVecVal(node.value, node.width)
            case Op.INPUT | Op.STATE | Op.LOAD:
                return z3.BitVec(f"{node.op.value}.{node.name}", node.width)
            case Op.REGREAD:
                return self._element(node.name, args[0], node.width)
            case Op.SLICE:
                return z3.Extract(node.low + node.width - 1, node.low, args[0])
            case Op.CONCAT:
                return reduce(z3.Concat, args)
            case Op.ZEXT:
                return z3.ZeroExt(node.width - args[0].size(), args[0])
            case Op.SEXT:
                return z3.SignExt(node.width - args[0].size(), args[0])
            case Op.NOT:
                return ~args[0]
            case Op.ITE:
                return z3.If(args[0] == 1, args[1], args[2])
            case Op.CALL:
                return _function(node)(*args)
        raise TypeError(node.op)

    def _element(self, name: str, index: z3.BitVecRef, width: int) -> z3.BitVecRef:
        if name in self.elements:
            return chosen(self.elements[name], index)
        element = z3.Select(array(name, width), array_index(index))
        if name not in self.counts:
            return element
        return z3.If(within(index, self.counts[name]), element, z3.BitVecVal(0, width))


def _function(node: Expr) -> z3.FuncDeclRef:
    """Return the function of a call, of which nothing is known but that it is one."""
    sorts = [z3.BitVecSort(a.width) for a in node.args]
    return z3.Function(f"call.{node.name}", *sorts, z3.BitVecSort(node.width))


def chosen(elements: Sequence[z3.BitVecRef], index: z3.BitVecRef) -> z3.BitVecRef:
    """Return the element that `index` names, 0 past the end."""
    result = z3.BitVecVal(0, elements[0].size())
    if z3.is_bv_value(index):
        k = index.as_long()
        return elements[k] if k < len(elements) else result
    for k in reversed(range(len(elements))):
        if k < 1 << index.size():
            result = z3.If(index == k, elements[k], result)
    return result


def array(name: str, width: int) -> z3.ArrayRef:
    return z3.Array(f"file.{name}", z3.BitVecSort(_INDEX), z3.BitVecSort(width))


def array_index(index: z3.BitVecRef) -> z3.BitVecRef:
    return z3.ZeroExt(_INDEX - index.size(), index) if index.size() < _INDEX else index


def within(index: z3.BitVecRef, count: int) -> z3.BoolRef:
    return z3.ULT(array_index(index), z3.BitVecVal(count, _INDEX))


def term(expr: Expr, leaves: Leaves | None = None) -> z3.BitVecRef:
    """Return the Z3 term of one expression; see `terms`."""
    return terms([expr], leaves)[0]


def terms(roots: Iterable[Expr], leaves: Leaves | None = None) -> list[z3.BitVecRef]:
    """Return the Z3 terms of expressions, with `leaves` in place of the nodes it has.

    Elements of register files are free, those past the end too.
    """
    lowering = Lowering(dict(leaves or {}))
    return [lowering.lower(r) for r in roots]
