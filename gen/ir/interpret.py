"""The reference semantics of an operation: effects in program order, by folding expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from gen.ir.expr import Expr, evaluate
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
    """

    outputs: dict[str, int]
    cause: str | None
    state: State
    stores: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class BusAccess:
    """The result of a bus access: data of a read, and whether the bus refused it."""

    data: int
    error: bool
    state: State


def reset_state(machine: Machine) -> State:
    """Return the state after reset."""
    return {r.name: [r.reset] * r.count if r.is_file else r.reset for r in machine.registers}


def _no_memory(address: int, size: int) -> int:
    return 0


@dataclass
class _Run:
    operation: Operation
    before: Mapping[str, int | list[int]]
    values: dict[str, int]
    read_memory: ReadMemory
    after: State = field(default_factory=dict)
    stores: list[tuple[int, int, int]] = field(default_factory=list)

    def value(self, expr: Expr) -> int:
        files = {k: v for k, v in self.before.items() if isinstance(v, list)}
        return evaluate([expr], self.values, files)[0]

    def cause(self) -> str | None:
        """Perform the effects until the first fault and return its cause."""
        for x in self.operation.effects:
            fires = bool(self.value(x.guard))
            if isinstance(x, Load):
                self.values[x.name] = self._load(x) if fires else 0
            elif fires and isinstance(x, Fault):
                return x.cause
            elif fires and isinstance(x, Store):
                self.stores.append((self.value(x.address), x.value.width, self.value(x.value)))
            elif fires and isinstance(x, Assign):
                self._assign(x)
        return None

    def _load(self, x: Load) -> int:
        return self.read_memory(self.value(x.address), x.width // 8) & (1 << x.width) - 1

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

    `read_memory(address, bytes)` gives what a load reads. The state given is not changed.
    """
    op = machine.operation(operation)
    values = {k: v for k, v in state.items() if isinstance(v, int)} | dict(inputs)
    after: State = {k: list(v) if isinstance(v, list) else v for k, v in state.items()}
    performed = _Run(op, state, values, read_memory, after)
    cause = performed.cause()
    outputs = {o.name: 0 if cause else performed.value(o.value) for o in op.outputs}
    return Outcome(outputs, cause, performed.after, tuple(performed.stores))


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
    """Perform a bus access: write the value, or read where it is None."""
    found = find_register(machine, offset)
    operation = None if found is None else (found[0].read if write is None else found[0].write)
    if found is None or operation is None:
        return BusAccess(0, True, state)
    r, k = found
    inputs = dict(parameters or {}) | {"index": k}
    if write is not None:
        inputs["data"] = write & (1 << r.size * 8) - 1
    outcome = run(machine, operation, state, inputs, read_memory)
    return BusAccess(outcome.outputs.get("data", 0), False, outcome.state)
