"""Obligations of reset and of the register bus: one clock edge, from any state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import z3

from gen.ir.machine import Assign, InterfaceRegister, Operation
from gen.prove.obligation import Goal, Obligation, any_of
from gen.prove.view import State, View, bit, extended

__all__ = ["Access", "accesses", "bus", "reset"]


def reset(view: View) -> Iterator[Obligation]:
    """Yield that a cycle of reset leaves reset values, no response and no answer of the bus."""
    goals = []
    for r in view.machine.registers:
        goals += _state_goals(view, r.name, _filled(view, r.name))
    if view.manifest["latency"] != 0:
        goals += [_next(view, s.role("rsp_valid"), z3.BitVecVal(0, 1)) for s in view.streams]
    goals += _answer(view, None, False)
    yield Obligation("reset", "reset", view.in_reset, goals)


def _filled(view: View, name: str) -> z3.BitVecRef | list[z3.BitVecRef]:
    r = view.machine.register(name)
    value = z3.BitVecVal(r.reset, r.width)
    return [value] * r.count if r.is_file else value


def bus(view: View, state: State) -> Iterator[Obligation]:
    """Yield what each access does and what the bus answers, and that nothing else changes."""
    found = list(accesses(view)) if view.has("bus_read") else []
    for x in found:
        yield _performed(view, state, x)
    for r in view.machine.registers:
        changes = [x.case for x in found if r.name in x.targets]
        case = z3.And(view.running, z3.Not(any_of(changes)))
        goals = _state_goals(view, r.name, state[r.name])
        yield Obligation("bus", f"nothing else changes {r.name}", case, goals, span=r.span)
    if found:
        yield from _unanswered(view, found)


@dataclass(frozen=True)
class Access:
    """An access of the bus to a register: when it happens, which operation it is."""

    register: InterfaceRegister
    operation: Operation
    write: bool
    case: z3.BoolRef

    @property
    def targets(self) -> set[str]:
        """The registers that it may change."""
        return {x.target for x in self.operation.effects if isinstance(x, Assign)}


def accesses(view: View) -> Iterator[Access]:
    """Yield every access of the bus to a register, writes before reads."""
    for r in view.machine.interface:
        named, _ = view.selected(r)
        for role, operation in (("bus_write", r.write), ("bus_read", r.read)):
            if operation is not None:
                case = z3.And(bit(view.port(role)), named)
                found = view.machine.operation(operation)
                yield Access(r, found, role == "bus_write", case)


def _performed(view: View, state: State, x: Access) -> Obligation:
    does = view.register(x.register, state, x.write)
    goals = _answer(view, None if x.write else does.outputs["data"], False)
    for name in sorted(x.targets):
        goals += _state_goals(view, name, does.state[name])
    inputs = {"offset": view.port("bus_addr")}
    if x.write:
        inputs["data"] = extended(view.port("bus_wdata"), 8 * x.register.size)
    group = "write" if x.write else "read"
    case = z3.And(view.running, x.case)
    return Obligation(group, f"{group} {x.register.name}", case, goals, inputs, x.register.span)


def _unanswered(view: View, found: list[Access]) -> Iterator[Obligation]:
    strobe = z3.Or(bit(view.port("bus_read")), bit(view.port("bus_write")))
    idle = z3.And(view.running, z3.Not(strobe))
    yield Obligation("bus", "no access, no answer", idle, _answer(view, None, False))
    refused = z3.And(view.running, strobe, z3.Not(any_of([x.case for x in found])))
    inputs = {"offset": view.port("bus_addr"), "write": view.port("bus_write")}
    yield Obligation("bus", "an error elsewhere", refused, _answer(view, None, True), inputs)


def _answer(view: View, data: z3.BitVecRef | None, error: bool) -> list[Goal]:
    if not view.has("bus_rdata"):
        return []
    width = view.port("bus_rdata").size()
    value = z3.BitVecVal(0, width) if data is None else extended(data, width)
    return [
        _next(view, "bus_rdata", value),
        _next(view, "bus_error", z3.BitVecVal(int(error), 1)),
    ]


def _next(view: View, role: str, want: z3.BitVecRef) -> Goal:
    (got,) = view.netlist.after([view.port(role)])
    return Goal(role, got, want)


def _state_goals(view: View, name: str, want: z3.BitVecRef | list[z3.BitVecRef]) -> list[Goal]:
    held = view.state[name]
    if not isinstance(want, list):
        (got,) = view.netlist.after([held])
        return [Goal(name, got, want, visible=False)]
    after = view.netlist.after(list(held))
    return [
        Goal(f"{name}[{k}]", got, value, visible=False)
        for k, (got, value) in enumerate(zip(after, want, strict=True))
    ]
