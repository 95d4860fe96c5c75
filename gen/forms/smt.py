"""The Z3 form: expressions as bit-vector terms with exactly the definition's meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce

import z3

from gen.ir import expr as e
from gen.ir.expr import Expr, Op

__all__ = ["equal", "term", "terms", "unreachable"]

Leaves = Mapping[Expr, z3.BitVecRef]


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


def term(expr: Expr, leaves: Leaves | None = None) -> z3.BitVecRef:
    """Return the Z3 term of one expression; see `terms`."""
    return terms([expr], leaves)[0]


def terms(roots: Iterable[Expr], leaves: Leaves | None = None) -> list[z3.BitVecRef]:
    """Return the Z3 terms of expressions.

    A leaf that is not in `leaves` becomes a constant named by its kind and name; an element of a
    register file reads an array of 64-bit index.
    """
    roots = list(roots)
    done: dict[Expr, z3.BitVecRef] = dict(leaves or {})
    for node in e.postorder(roots):
        if node not in done:
            done[node] = _term(node, [done[a] for a in node.args])
    return [done[r] for r in roots]


def _term(node: Expr, args: Sequence[z3.BitVecRef]) -> z3.BitVecRef:
    if node.op in _BINARY:
        return _BINARY[node.op](*args)
    match node.op:
        case Op.CONST:
            return z3.BitVecVal(node.value, node.width)
        case Op.INPUT | Op.STATE | Op.LOAD:
            return z3.BitVec(f"{node.op.value}.{node.name}", node.width)
        case Op.REGREAD:
            index = z3.BitVecSort(args[0].size())
            array = z3.Array(f"file{args[0].size()}.{node.name}", index, z3.BitVecSort(node.width))
            return z3.Select(array, args[0])
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
    raise TypeError(node.op)


def equal(a: Expr, b: Expr, timeout_ms: int = 10_000) -> bool:
    """Return whether two expressions are equal for all values of their leaves.

    Raises
    ------
    TimeoutError : the solver gave no answer in time
    """
    solver = z3.Solver()
    solver.set("timeout", timeout_ms)
    solver.add(term(a) != term(b))
    answer = solver.check()
    if answer == z3.unknown:
        raise TimeoutError(f"no answer within {timeout_ms} ms")
    return bool(answer == z3.unsat)


def unreachable(conditions: Sequence[Expr], timeout_ms: int = 2_000) -> list[bool]:
    """Return for each 1-bit condition whether no state and no input makes it true.

    Loads and register files are free. False where the solver gave no answer in time.
    """
    result = []
    for c in conditions:
        solver = z3.Solver()
        solver.set("timeout", timeout_ms)
        solver.add(term(c) == 1)
        result.append(bool(solver.check() == z3.unsat))
    return result
