"""The Z3 form: expressions and operations as terms with exactly the definition's meaning.

An input, a register or a load becomes a constant named ``kind.name``; a register file an array
``file.name`` of 128-bit index, which covers every width that an index may have.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeAlias

import z3

from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.machine import Assign, Effect, Fault, Load, Machine, Register, Store

__all__ = [
    "OperationTerms",
    "StoreTerm",
    "equal",
    "operation_terms",
    "term",
    "terms",
    "unreachable",
]

Leaves: TypeAlias = Mapping[Expr, z3.BitVecRef]

_INDEX = 128  # bits of an array's index
_CAUSE = 8  # bits of a cause code


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
class _Lowering:
    """Lowers expressions; `counts` has the number of elements of each register file, if known."""

    done: dict[Expr, z3.BitVecRef] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

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
        raise TypeError(node.op)

    def _element(self, name: str, index: z3.BitVecRef, width: int) -> z3.BitVecRef:
        element = z3.Select(_array(name, width), _index(index))
        if name not in self.counts:
            return element
        return z3.If(_within(index, self.counts[name]), element, z3.BitVecVal(0, width))


def _array(name: str, width: int) -> z3.ArrayRef:
    return z3.Array(f"file.{name}", z3.BitVecSort(_INDEX), z3.BitVecSort(width))


def _index(index: z3.BitVecRef) -> z3.BitVecRef:
    return z3.ZeroExt(_INDEX - index.size(), index) if index.size() < _INDEX else index


def _within(index: z3.BitVecRef, count: int) -> z3.BoolRef:
    return z3.ULT(_index(index), z3.BitVecVal(count, _INDEX))


def term(expr: Expr, leaves: Leaves | None = None) -> z3.BitVecRef:
    """Return the Z3 term of one expression; see `terms`."""
    return terms([expr], leaves)[0]


def terms(roots: Iterable[Expr], leaves: Leaves | None = None) -> list[z3.BitVecRef]:
    """Return the Z3 terms of expressions, with `leaves` in place of the nodes it has.

    Elements of register files are free, those past the end too.
    """
    lowering = _Lowering(dict(leaves or {}))
    return [lowering.lower(r) for r in roots]


# Operations


@dataclass(frozen=True)
class StoreTerm:
    """A store: whether it happens, its byte address and its value."""

    fires: z3.BoolRef
    address: z3.BitVecRef
    value: z3.BitVecRef


@dataclass
class OperationTerms:
    """What an operation does, as terms over the state before it, its inputs and what loads find.

    Members
    -------
    cause : code of the fault, 8 bits, 0 for none
    outputs : by name; 0 where the operation faults
    state : every register after the operation, register files as arrays
    loads : whether each load happens; what it finds is the constant ``load.name``
    stores : in order
    """

    cause: z3.BitVecRef
    outputs: dict[str, z3.BitVecRef]
    state: dict[str, z3.BitVecRef | z3.ArrayRef]
    loads: dict[str, z3.BoolRef]
    stores: list[StoreTerm]


def operation_terms(machine: Machine, operation: str) -> OperationTerms:
    """Return the terms of an operation, effects in program order until the first fault."""
    counts = {r.name: r.count for r in machine.registers if r.is_file}
    state = {r.name: _before(r) for r in machine.registers}
    made = OperationTerms(z3.BitVecVal(0, _CAUSE), {}, state, {}, [])
    lowering = _Lowering(counts=counts)
    o = machine.operation(operation)
    for x in o.effects:
        _perform(machine, lowering, made, x)
    for out in o.outputs:
        value = lowering.lower(out.value)
        made.outputs[out.name] = z3.If(made.cause == 0, value, z3.BitVecVal(0, value.size()))
    return made


def _before(r: Register) -> z3.BitVecRef | z3.ArrayRef:
    return _array(r.name, r.width) if r.is_file else z3.BitVec(f"state.{r.name}", r.width)


def _perform(machine: Machine, lowering: _Lowering, made: OperationTerms, x: Effect) -> None:
    fires = z3.And(made.cause == 0, lowering.lower(x.guard) == 1)
    match x:
        case Load():
            made.loads[x.name] = fires
            node = e.load(x.name, x.width)
            found = z3.BitVec(f"load.{x.name}", x.width)
            lowering.done[node] = z3.If(fires, found, z3.BitVecVal(0, x.width))
        case Store():
            address, value = lowering.lower(x.address), lowering.lower(x.value)
            made.stores.append(StoreTerm(fires, address, value))
        case Assign():
            made.state[x.target] = _assigned(lowering, made.state[x.target], fires, x)
        case Fault():
            code = z3.BitVecVal(machine.cause_code(x.cause), _CAUSE)
            made.cause = z3.If(fires, code, made.cause)


def _assigned(
    lowering: _Lowering, before: z3.BitVecRef | z3.ArrayRef, fires: z3.BoolRef, x: Assign
) -> z3.BitVecRef | z3.ArrayRef:
    value = lowering.lower(x.value)
    if x.index is None:
        return z3.If(fires, value, before)
    index = lowering.lower(x.index)
    within = z3.And(fires, _within(index, lowering.counts[x.target]))
    return z3.If(within, z3.Store(before, _index(index), value), before)


# Questions


def equal(a: Expr, b: Expr, timeout_ms: int = 10_000) -> bool:
    """Return whether two expressions are equal for all values of their leaves.

    Raises
    ------
    TimeoutError : the solver gave no answer in time
    """
    solver = z3.Solver()
    solver.set("timeout", timeout_ms)
    left, right = terms([a, b])
    solver.add(left != right)
    answer = solver.check()
    if answer == z3.unknown:
        raise TimeoutError(f"no answer within {timeout_ms} ms")
    return bool(answer == z3.unsat)


def unreachable(
    conditions: Sequence[Expr], timeout_ms: int = 2_000, budget_ms: int = 20_000
) -> list[bool]:
    """Return for each 1-bit condition whether no state and no input makes it true.

    Loads and register files are free. False where the solver gave no answer within `timeout_ms`,
    and for what is left when `budget_ms` of wall time are spent on all of them together.
    """
    end = time.monotonic() + budget_ms / 1000
    lowering = _Lowering()
    result = []
    for c in conditions:
        left_ms = int(1000 * (end - time.monotonic()))
        result.append(left_ms > 0 and _never(lowering.lower(c), min(timeout_ms, left_ms)))
    return result


def _never(condition: z3.BitVecRef, timeout_ms: int) -> bool:
    solver = z3.Solver()
    solver.set("timeout", timeout_ms)
    solver.add(condition == 1)
    return bool(solver.check() == z3.unsat)
