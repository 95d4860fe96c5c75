"""Obligations of reset and of the register bus: one clock edge, from any state."""

from __future__ import annotations

from collections.abc import Iterator

import z3

from gen.ir.machine import InterfaceRegister
from gen.prove.obligation import Goal, Obligation
from gen.prove.view import State, View, bit, extended

__all__ = ["bus", "reset"]


def reset(view: View) -> Iterator[Obligation]:
    """Yield that a cycle of reset leaves reset values, no response and no answer of the bus."""
    goals = []
    for r in view.machine.registers:
        goals += _state_goals(view, r.name, _filled(view, r.name))
    goals.append(_next(view, "rsp_valid", z3.BitVecVal(0, 1)))
    if view.manifest["latency"] == 0:
        goals.pop()
    goals += _answer(view, None, False)
    yield Obligation("reset", "reset", view.in_reset, goals)


def _filled(view: View, name: str) -> z3.BitVecRef | list[z3.BitVecRef]:
    r = view.machine.register(name)
    value = view.reset_value(r)
    return [value] * r.count if r.is_file else value


def bus(view: View, state: State) -> Iterator[Obligation]:
    """Yield what each access does to all registers and what the bus answers, and that nothing
    else changes them."""
    if not view.has("bus_read"):
        yield _untouched(view, state, view.running, "idle", error=None)
        return
    reads, writes = bit(view.port("bus_read")), bit(view.port("bus_write"))
    known = []
    for r in view.machine.interface:
        named, _ = view.selected(r)
        for strobe, write, operation in ((writes, True, r.write), (reads, False, r.read)):
            if operation is not None:
                case = z3.And(view.running, strobe, named)
                known.append(z3.And(strobe, named))
                yield _access(view, state, r, case, write)
    idle = z3.And(view.running, z3.Not(reads), z3.Not(writes))
    yield _untouched(view, state, idle, "idle", error=False)
    refused = z3.And(view.running, z3.Or(reads, writes), z3.Not(z3.Or(*known)))
    yield _untouched(view, state, refused, "no such register", error=True)


def _access(
    view: View, state: State, r: InterfaceRegister, case: z3.BoolRef, write: bool
) -> Obligation:
    does = view.register(r, state, write)
    goals = _answer(view, None if write else does.outputs["data"], False)
    for name, value in does.state.items():
        goals += _state_goals(view, name, value)
    inputs = {"offset": view.port("bus_addr")}
    if write:
        inputs["data"] = extended(view.port("bus_wdata"), 8 * r.size)
    group = "write" if write else "read"
    return Obligation(group, f"{group} {r.name}", case, goals, inputs, r.span)


def _untouched(
    view: View, state: State, case: z3.BoolRef, name: str, error: bool | None
) -> Obligation:
    goals = [] if error is None else _answer(view, None, error)
    for r in view.machine.registers:
        goals += _state_goals(view, r.name, state[r.name])
    inputs = {"offset": view.port("bus_addr")} if error else {}
    return Obligation("bus", name, case, goals, inputs)


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


def _state_goals(
    view: View, name: str, want: z3.BitVecRef | list[z3.BitVecRef]
) -> list[Goal]:
    held = view.state[name]
    if not isinstance(want, list):
        (got,) = view.netlist.after([held])
        return [Goal(name, got, want, visible=False)]
    after = view.netlist.after(list(held))
    return [
        Goal(f"{name}[{k}]", got, value, visible=False)
        for k, (got, value) in enumerate(zip(after, want, strict=True))
    ]
