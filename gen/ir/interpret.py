"""The reference semantics of an operation: effects in program order, by folding expressions.

Every expression reads the state before the operation. A load whose guard is false gives 0; of
several assignments to one register or element the last wins; a fault ends the operation with all
outputs 0 and keeps the effects before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from gen.ir.expr import LEAVES, Expr, Op, build, const, mask
from gen.ir.machine import (
    Assign,
    Fault,
    InterfaceRegister,
    Load,
    Machine,
    Operation,
    Store,
)

__all__ = ["BusAccess", "Outcome", "State", "access", "find_register", "reset_state", "run"]

State: TypeAlias = dict[str, "int | list[int]"]
ReadMemory: TypeAlias = Callable[[int, int], int]


@dataclass(frozen=True)
class Outcome:
    """What an operation did.

    Members
    -------
    outputs : value of each output; 0 where the operation faulted
    cause : fault cause, or None
    state : the state after it
    stores : (address, bits, value) of each store, in order
    value : what the fault tells; 0 without one
    """

    outputs: dict[str, int]
    cause: str | None
    state: State
    stores: tuple[tuple[int, int, int], ...] = ()
    value: int = 0


@dataclass(frozen=True)
class BusAccess:
    """The result of a bus access.

    Members
    -------
    data : what a read returns; 0 for a write and where the bus refused
    error : the bus refused: no register there, or none for this direction
    state : the state after it
    stores : (address, bits, value) of each store, in order
    """

    data: int
    error: bool
    state: State
    stores: tuple[tuple[int, int, int], ...] = ()


def reset_state(machine: Machine) -> State:
    """Return the state after reset."""
    return {r.name: [r.reset] * r.count if r.is_file else r.reset for r in machine.registers}


def _no_memory(address: int, size: int) -> int:
    return 0


@dataclass
class _Run:
    """One run of an operation; `done` holds each value that it has needed, as a constant."""

    operation: Operation
    before: Mapping[str, int | list[int]]
    inputs: Mapping[str, int]
    read_memory: ReadMemory
    after: State
    loads: dict[str, int] = field(default_factory=dict)
    stores: list[tuple[int, int, int]] = field(default_factory=list)
    done: dict[Expr, Expr] = field(default_factory=dict)
    fault_value: int = 0

    def value(self, expr: Expr) -> int:
        """Return the value of an expression: leaves become constants, construction folds."""
        stack = [expr]
        while stack:
            node = stack[-1]
            missing = [a for a in node.args if a not in self.done]
            if missing and node not in self.done:
                stack.extend(missing)
                continue
            stack.pop()
            if node not in self.done:
                self.done[node] = self._constant(node)
        return self.done[expr].value

    def _constant(self, node: Expr) -> Expr:
        if node.op is Op.REGREAD:
            elements = self.before[node.name]
            index = self.done[node.args[0]].value
            if not isinstance(elements, list):
                raise TypeError(f"register `{node.name}` is read with an index")
            return const(elements[index] if index < len(elements) else 0, node.width)
        if node.op in LEAVES:
            return node if node.is_const else const(self._leaf(node), node.width)
        return build(node.op, node.width, tuple(self.done[a] for a in node.args), node.attr)

    def _leaf(self, node: Expr) -> int:
        if node.op is Op.STATE:
            value = self.before[node.name]
            if isinstance(value, list):
                raise TypeError(f"register file `{node.name}` is read without an index")
            return value
        return (self.inputs if node.op is Op.INPUT else self.loads)[node.name]

    def cause(self) -> str | None:
        """Perform the effects until the first fault and return its cause."""
        for x in self.operation.effects:
            fires = bool(self.value(x.guard))
            if isinstance(x, Load):
                self.loads[x.name] = self._load(x) if fires else 0
            elif fires and isinstance(x, Fault):
                self.fault_value = 0 if x.value is None else self.value(x.value)
                return x.cause
            elif fires and isinstance(x, Store):
                self.stores.append((self.value(x.address), x.value.width, self.value(x.value)))
            elif fires and isinstance(x, Assign):
                self._assign(x)
        return None

    def _load(self, x: Load) -> int:
        return self.read_memory(self.value(x.address), x.width // 8) & mask(x.width)

    def _assign(self, x: Assign) -> None:
        elements = self.after[x.target]
        if not isinstance(elements, list):
            self.after[x.target] = self.value(x.value)
            return
        index = self.value(x.index) if x.index is not None else 0
        if index < len(elements):
            elements[index] = self.value(x.value)


def run(
    machine: Machine,
    operation: str,
    state: Mapping[str, int | list[int]],
    inputs: Mapping[str, int],
    read_memory: ReadMemory = _no_memory,
) -> Outcome:
    """Perform an operation on a state; `inputs` has its inputs and the machine's parameters.

    `read_memory(address, bytes)` gives what a load reads; without it memory is all 0. The state
    given is not changed.

    Raises
    ------
    KeyError : no such operation; an input, a register or a load has no value
    """
    op = machine.operation(operation)
    after: State = {k: list(v) if isinstance(v, list) else v for k, v in state.items()}
    performed = _Run(op, state, inputs, read_memory, after)
    cause = performed.cause()
    outputs = {o.name: 0 if cause else performed.value(o.value) for o in op.outputs}
    stores = tuple(performed.stores)
    return Outcome(outputs, cause, performed.after, stores, performed.fault_value)


def find_register(machine: Machine, offset: int) -> tuple[InterfaceRegister, int] | None:
    """Return the interface register and element at exactly a byte offset, or None."""
    for r in machine.interface:
        for k in range(r.count):
            if r.offset + k * r.stride == offset:
                return r, k
    return None


def access(
    machine: Machine,
    state: State,
    offset: int,
    write: int | None,
    parameters: Mapping[str, int] | None = None,
    read_memory: ReadMemory = _no_memory,
) -> BusAccess:
    """Perform a bus access at a byte offset: write the value, or read where it is None.

    Data above the register's width is ignored; the state given is not changed.
    """
    found = find_register(machine, offset)
    operation = None if found is None else (found[0].read if write is None else found[0].write)
    if found is None or operation is None:
        return BusAccess(0, True, state)
    r, k = found
    inputs = dict(parameters or {}) | {"index": k}
    if write is not None:
        inputs["data"] = write & mask(8 * r.size)
    outcome = run(machine, operation, state, inputs, read_memory)
    return BusAccess(outcome.outputs.get("data", 0), False, outcome.state, outcome.stores)
