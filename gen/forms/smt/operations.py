"""Whole operations as Z3 terms: outputs, faults, loads, stores and the state afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import z3

from gen.forms.smt.terms import Leaves, Lowering, array, array_index, within
from gen.ir import expr as e
from gen.ir.machine import Assign, Effect, Fault, Load, Machine, Operation, Register, Store

__all__ = ["LoadTerm", "OperationTerms", "StateTerm", "StoreTerm", "operation_terms"]

# A register; a register file as an array or as its elements.
StateTerm: TypeAlias = "z3.BitVecRef | z3.ArrayRef | list[z3.BitVecRef]"

_CAUSE = 8  # bits of a cause code


@dataclass(frozen=True)
class StoreTerm:
    """A store: whether it happens, its byte address and its value."""

    fires: z3.BoolRef
    address: z3.BitVecRef
    value: z3.BitVecRef


@dataclass(frozen=True)
class LoadTerm:
    """A load: whether it happens, its byte address and the bits it reads."""

    fires: z3.BoolRef
    address: z3.BitVecRef
    width: int


@dataclass
class OperationTerms:
    """What an operation does, as terms over the state before it, its inputs and what loads find.

    Members
    -------
    cause : code of the fault, 8 bits, 0 for none
    fault_value : what an instruction's trap tells besides; 0 where there is no fault; None of a
        machine whose faults have no values
    outputs : by name; 0 where the operation faults
    state : every register after the operation; a register file as it was given before
    loads : in order; what a load finds is the constant ``load.name`` unless it was given
    stores : in order
    """

    cause: z3.BitVecRef
    outputs: dict[str, z3.BitVecRef]
    state: dict[str, StateTerm]
    loads: dict[str, LoadTerm] = field(default_factory=dict)
    stores: list[StoreTerm] = field(default_factory=list)
    fault_value: z3.BitVecRef | None = None


def operation_terms(
    machine: Machine,
    operation: str,
    leaves: Leaves | None = None,
    elements: Mapping[str, Sequence[z3.BitVecRef]] | None = None,
) -> OperationTerms:
    """Return the terms of an operation, effects in program order until the first fault.

    Parameters
    ----------
    leaves : terms in place of inputs, registers and loads; else each is a constant
    elements : the elements of register files; a file without them is an array
    """
    counts = {r.name: r.count for r in machine.registers if r.is_file}
    given = dict(leaves or {})
    lowering = Lowering(dict(given), counts, elements or {})
    state = {r.name: _before(r, lowering) for r in machine.registers}
    made = OperationTerms(z3.BitVecVal(0, _CAUSE), {}, state)
    o = machine.operation(operation)
    for x in o.effects:
        _perform(machine, lowering, made, x, given)
    _outputs(o, lowering, made)
    return made


def _before(r: Register, lowering: Lowering) -> StateTerm:
    if not r.is_file:
        return lowering.lower(e.state(r.name, r.width))
    if r.name in lowering.elements:
        return list(lowering.elements[r.name])
    return array(r.name, r.width)


def _outputs(o: Operation, lowering: Lowering, made: OperationTerms) -> None:
    for out in o.outputs:
        value = lowering.lower(out.value)
        made.outputs[out.name] = z3.If(made.cause == 0, value, z3.BitVecVal(0, value.size()))


def _perform(
    machine: Machine, lowering: Lowering, made: OperationTerms, x: Effect, given: Leaves
) -> None:
    fires = z3.And(made.cause == 0, lowering.lower(x.guard) == 1)
    match x:
        case Load():
            made.loads[x.name] = LoadTerm(fires, lowering.lower(x.address), x.width)
            node = e.load(x.name, x.width)
            found = given.get(node, z3.BitVec(f"load.{x.name}", x.width))
            lowering.done[node] = z3.If(fires, found, z3.BitVecVal(0, x.width))
        case Store():
            address, value = lowering.lower(x.address), lowering.lower(x.value)
            made.stores.append(StoreTerm(fires, address, value))
        case Assign():
            made.state[x.target] = _assigned(lowering, made.state[x.target], fires, x)
        case Fault():
            code = z3.BitVecVal(machine.cause_code(x.cause), _CAUSE)
            made.cause = z3.If(fires, code, made.cause)
            if x.value is not None:
                value = lowering.lower(x.value)
                before = made.fault_value
                zero = z3.BitVecVal(0, value.size()) if before is None else before
                made.fault_value = z3.If(fires, value, zero)


def _assigned(lowering: Lowering, before: StateTerm, fires: z3.BoolRef, x: Assign) -> StateTerm:
    value = lowering.lower(x.value)
    if x.index is None:
        return z3.If(fires, value, before)
    index = lowering.lower(x.index)
    if isinstance(before, list):
        return [_element(k, old, index, fires, value) for k, old in enumerate(before)]
    inside = z3.And(fires, within(index, lowering.counts[x.target]))
    return z3.If(inside, z3.Store(before, array_index(index), value), before)


def _element(
    k: int, old: z3.BitVecRef, index: z3.BitVecRef, fires: z3.BoolRef, value: z3.BitVecRef
) -> z3.BitVecRef:
    if k >= 1 << index.size():
        return old
    return z3.If(z3.And(fires, index == k), value, old)
