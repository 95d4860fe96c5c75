"""Obligations of the request and response streams of a unit without loads."""

from __future__ import annotations

from collections.abc import Iterator

import z3

from gen.prove.obligation import Goal, Obligation
from gen.prove.two_stages import two_stages
from gen.prove.view import State, Stream, View, bit, extended

__all__ = ["translation"]

_HIGH, _LOW = z3.BitVecVal(1, 1), z3.BitVecVal(0, 1)


def translation(view: View, state: State) -> Iterator[Obligation]:
    """Yield what a request is answered, and that no response is lost, repeated or changed.

    Each pair of streams has its own obligations, from any state and any inputs of the others.
    """
    for stream in view.streams:
        wanted = _wanted(stream, state)
        if view.manifest["latency"] == 0:
            yield from _combinational(stream, wanted)
        elif view.manifest["latency"] == 1:
            yield from _pipelined(stream, wanted)
        else:
            yield from two_stages(stream, wanted)


def _wanted(stream: Stream, state: State) -> dict[str, z3.BitVecRef]:
    does = stream.view.operation("translate", state, stream.inputs)
    (pa,) = does.outputs.values()
    return {
        "rsp_valid": _HIGH,
        "rsp_pa": pa,
        "rsp_cause": extended(does.cause, stream.port("rsp_cause").size()),
    }


def _combinational(stream: Stream, wanted: dict[str, z3.BitVecRef]) -> Iterator[Obligation]:
    view, port = stream.view, stream.port
    asked = z3.And(view.running, bit(port("req_valid")))
    goals = [Goal(stream.role(r), port(r), value) for r, value in wanted.items()]
    span = view.machine.operation("translate").span
    yield Obligation("translate", stream.named("translate"), asked, goals, stream.inputs, span)
    through = [
        Goal(stream.role("rsp_valid"), port("rsp_valid"), port("req_valid")),
        Goal(stream.role("req_ready"), port("req_ready"), port("rsp_ready")),
    ]
    name = stream.named("valid and ready pass through")
    yield Obligation("stream", name, view.running, through)


def _pipelined(stream: Stream, wanted: dict[str, z3.BitVecRef]) -> Iterator[Obligation]:
    view, port = stream.view, stream.port
    roles = ["rsp_valid", "rsp_pa", "rsp_cause"]
    after = dict(zip(roles, view.netlist.after([port(r) for r in roles]), strict=True))
    goals = [Goal(stream.role(r), after[r], value) for r, value in wanted.items()]
    span = view.machine.operation("translate").span
    case = z3.And(view.running, stream.accepted)
    yield Obligation("translate", stream.named("translate"), case, goals, stream.inputs, span)
    yield stream.waiting([Goal(stream.role("req_ready"), port("req_ready"), _LOW)])
    leaves = z3.Or(port("rsp_valid") == 0, bit(port("rsp_ready")))
    empty = z3.And(view.running, z3.Not(stream.accepted), leaves)
    gone = [Goal(stream.role("rsp_valid"), after["rsp_valid"], _LOW)]
    yield Obligation("stream", stream.named("no response without a request"), empty, gone)
    ready = z3.If(leaves, _HIGH, _LOW)
    takes = [Goal(stream.role("req_ready"), port("req_ready"), ready)]
    name = stream.named("a request is taken whenever there is room")
    yield Obligation("stream", name, view.running, takes)
