"""Obligations of a pair of streams with a register within the computation.

The first stage has no port. What it holds is what would come out if it might: the response after
a clock edge in whose cycle `rsp_ready` is high. So the questions are about one and two edges from
any state, and name no register of the Verilog but those of the specification.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import z3

from gen.prove.obligation import Goal, Obligation
from gen.prove.substitution import Substitution
from gen.prove.view import Stream, bit

__all__ = ["two_stages"]

_HIGH, _LOW = z3.BitVecVal(1, 1), z3.BitVecVal(0, 1)
_ROLES = ("rsp_valid", "rsp_pa", "rsp_cause")


def two_stages(stream: Stream, wanted: Mapping[str, z3.BitVecRef]) -> Iterator[Obligation]:
    """Yield that each request is answered from its cycle's state, in order, once, and when."""
    view, port, role = stream.view, stream.port, stream.role
    now, later = _held(stream), _held_later(stream)
    next_cycle = Substitution(view.netlist.renamed(1))
    moving = z3.And(next_cycle(view.running), next_cycle(bit(port("rsp_ready"))))
    running = z3.And(view.running, moving)
    span = view.machine.operation("translate").span
    accepted = z3.And(running, stream.accepted)
    goals = [Goal(role(r), later[r], value) for r, value in wanted.items()]
    yield Obligation("translate", stream.named("translate"), accepted, goals, stream.inputs, span)
    yield stream.waiting([])
    stuck = z3.And(bit(port("rsp_valid")), port("rsp_ready") == 0)
    occupied = bit(now["rsp_valid"])
    name = stream.named("a request behind a waiting response stays")
    case = z3.And(running, stuck, occupied)
    yield Obligation("stream", name, case, [Goal(role(r), later[r], now[r]) for r in _ROLES])
    name = stream.named("no response without a request")
    nothing = z3.And(running, z3.Not(stream.accepted), z3.Not(z3.And(stuck, occupied)))
    gone = [Goal(role("rsp_valid"), later["rsp_valid"], _LOW)]
    yield Obligation("stream", name, nothing, gone)
    after = dict(zip(_ROLES, view.netlist.after([port(r) for r in _ROLES]), strict=True))
    name = stream.named("a request moves on whenever there is room")
    case = z3.And(running, z3.Not(stuck), occupied)
    yield Obligation("stream", name, case, [Goal(role(r), after[r], now[r]) for r in _ROLES])
    name = stream.named("no response from an empty stage")
    empty = z3.And(running, z3.Not(stuck), z3.Not(occupied))
    yield Obligation("stream", name, empty, [Goal(role("rsp_valid"), after["rsp_valid"], _LOW)])
    ready = z3.If(z3.And(stuck, occupied), _LOW, _HIGH)
    name = stream.named("a request is taken whenever there is room")
    yield Obligation("stream", name, running, [Goal(role("req_ready"), port("req_ready"), ready)])
    name = stream.named("nothing is held after reset")
    yield Obligation("reset", name, z3.And(view.in_reset, moving), gone)


def _held(stream: Stream) -> dict[str, z3.BitVecRef]:
    """Return the response after an edge with the inputs of the next cycle, from this one's state.

    It is what the first stage holds; `_held_later` is what it holds after this cycle's edge.
    """
    netlist = stream.view.netlist
    inputs = Substitution(netlist.renamed(1))
    moved = [(flop, inputs(value)) for flop, value in netlist.flops]
    edge = Substitution([*moved, *netlist.renamed(2)])
    return {r: edge(stream.port(r)) for r in _ROLES}


def _held_later(stream: Stream) -> dict[str, z3.BitVecRef]:
    terms = [stream.port(r) for r in _ROLES]
    return dict(zip(_ROLES, stream.view.netlist.after(terms, edges=2), strict=True))
