"""Obligations of the request and response streams of a unit without loads."""

from __future__ import annotations

from collections.abc import Iterator

import z3

from gen.prove.obligation import Goal, Obligation
from gen.prove.view import State, View, bit, extended

__all__ = ["translation"]

_HIGH, _LOW = z3.BitVecVal(1, 1), z3.BitVecVal(0, 1)


def translation(view: View, state: State) -> Iterator[Obligation]:
    """Yield what a request is answered, and that no response is lost, repeated or changed."""
    if view.manifest["latency"] == 0:
        yield from _combinational(view, state)
    else:
        yield from _pipelined(view, state)


def _inputs(view: View) -> dict[str, z3.ExprRef]:
    found = {"va": view.port("req_va")}
    if view.has("req_access"):
        found["access"] = view.port("req_access")
    return found


def _wanted(view: View, state: State) -> dict[str, z3.BitVecRef]:
    does = view.operation("translate", state, _inputs(view))
    (pa,) = does.outputs.values()
    return {
        "rsp_valid": _HIGH,
        "rsp_pa": pa,
        "rsp_cause": extended(does.cause, view.port("rsp_cause").size()),
    }


def _combinational(view: View, state: State) -> Iterator[Obligation]:
    wanted = _wanted(view, state)
    asked = z3.And(view.running, bit(view.port("req_valid")))
    goals = [Goal(role, view.port(role), value) for role, value in wanted.items()]
    span = view.machine.operation("translate").span
    yield Obligation("translate", "translate", asked, goals, _inputs(view), span)
    through = [
        Goal("rsp_valid", view.port("rsp_valid"), view.port("req_valid")),
        Goal("req_ready", view.port("req_ready"), view.port("rsp_ready")),
    ]
    yield Obligation("stream", "valid and ready pass through", view.running, through)


def _pipelined(view: View, state: State) -> Iterator[Obligation]:
    roles = ["rsp_valid", "rsp_pa", "rsp_cause"]
    after = dict(zip(roles, view.netlist.after([view.port(r) for r in roles]), strict=True))
    accepted = z3.And(bit(view.port("req_valid")), bit(view.port("req_ready")))
    goals = [Goal(role, after[role], value) for role, value in _wanted(view, state).items()]
    span = view.machine.operation("translate").span
    case = z3.And(view.running, accepted)
    yield Obligation("translate", "translate", case, goals, _inputs(view), span)
    waiting = z3.And(view.running, bit(view.port("rsp_valid")), view.port("rsp_ready") == 0)
    held = [Goal(role, after[role], view.port(role)) for role in roles]
    held.append(Goal("req_ready", view.port("req_ready"), _LOW))
    yield Obligation("stream", "a waiting response stays", waiting, held)
    leaves = z3.Or(view.port("rsp_valid") == 0, bit(view.port("rsp_ready")))
    empty = z3.And(view.running, z3.Not(accepted), leaves)
    gone = [Goal("rsp_valid", after["rsp_valid"], _LOW)]
    yield Obligation("stream", "no response without a request", empty, gone)
    ready = z3.If(leaves, _HIGH, _LOW)
    takes = [Goal("req_ready", view.port("req_ready"), ready)]
    yield Obligation("stream", "a request is taken whenever there is room", view.running, takes)
