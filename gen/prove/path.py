"""From reset to a difference: the shortest run of transactions in which Verilog and specification
part, found by unrolling both together.

A counterexample of one clock edge starts in any state; this search finds a state that reset leads
to, and how, so that a simulator can show the difference.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import z3

from gen.prove.bus import accesses
from gen.prove.obligation import all_of, any_of
from gen.prove.substitution import Substitution
from gen.prove.view import State, View, bit, extended

__all__ = ["Step", "path_to_difference"]

_KINDS = ("write", "read", "translate")
_WRITE, _READ, _TRANSLATE = range(3)
# What is free in a transaction, and the port that has it.
_FREE = {"offset": "bus_addr", "data": "bus_wdata", "va": "req_va", "access": "req_access"}
_DEPTH = 12  # transactions at most
_HIGH, _LOW = z3.BitVecVal(1, 1), z3.BitVecVal(0, 1)

Pairs: TypeAlias = "list[tuple[z3.ExprRef, z3.ExprRef]]"


@dataclass(frozen=True)
class Step:
    """A transaction: `write` and `read` use offset and data, `translate` address and access."""

    kind: str
    offset: int
    data: int
    va: int
    access: int


def path_to_difference(
    view: View, parameters: Mapping[str, int], timeout: float
) -> list[Step] | None:
    """Return transactions after reset, the last of which shows a difference at a port.

    Parameters
    ----------
    parameters : value of each of the unit's parameters
    timeout : seconds for the search

    Returns None if no short run shows one, if time is out, or for a unit whose transaction takes
    more than one clock edge or may be on several ports.
    """
    manifest = view.manifest
    if manifest["memory"] is not None or manifest["latency"] == 2 or manifest["streams"] != [""]:
        return None
    return _Search(view, parameters).run(time.monotonic() + timeout)


def _one(condition: z3.BoolRef) -> z3.BitVecRef:
    return z3.If(condition, _HIGH, _LOW)


@dataclass(frozen=True)
class _Search:
    """Both machines over one transaction: `wanted` is the specification's state, apart from what
    the Verilog holds; the clock edges that the transaction takes are one."""

    view: View
    parameters: Mapping[str, int]

    def run(self, end: float) -> list[Step] | None:
        """Ask for a run of one transaction, two, three and so on."""
        values = self._initial
        done: list[dict[str, z3.BitVecRef]] = []
        while len(done) < _DEPTH and (left := end - time.monotonic()) > 0:
            fresh = {n: z3.BitVec(f"{n}.{len(done)}", c.size()) for n, c in self._choice.items()}
            done.append(fresh)
            chosen = [(self._choice[n], c) for n, c in fresh.items()]
            now = Substitution([*values, *chosen, *self._undefined(len(done))])
            solver = z3.SolverFor("QF_BV")
            solver.set("timeout", int(1000 * left) + 1)
            solver.add(z3.simplify(now(z3.And(self._legal, self._differs))))
            if solver.check() == z3.sat:
                return [_step(solver.model(), x) for x in done]
            values = [(old, z3.simplify(now(new))) for old, new in self._edge]
        return None

    # The transaction

    @cached_property
    def _choice(self) -> dict[str, z3.BitVecRef]:
        """What is free in a transaction."""
        found = {"kind": z3.BitVec("kind", 2)}
        for name, role in _FREE.items():
            if self.view.has(role):
                found[name] = z3.BitVec(name, self.view.port(role).size())
        return found

    def _is(self, kind: int) -> z3.BoolRef:
        return self._choice["kind"] == kind

    @property
    def _legal(self) -> z3.BoolRef:
        return z3.ULE(self._choice["kind"], _TRANSLATE)

    def _driven(self, active: bool, reset: int = 0) -> Pairs:
        """Return what each input is in a cycle of the transaction, or in an idle one."""
        values = self._port_values(active, reset)
        pairs: Pairs = []
        for i in self.view.netlist.inputs:
            name, low = _slice(i.decl().name())
            if name in values:
                size = 1 if z3.is_bool(i) else i.size()
                value = z3.Extract(low + size - 1, low, values[name])
                pairs.append((i, value == 1 if z3.is_bool(i) else value))
        return pairs

    def _port_values(self, active: bool, reset: int) -> dict[str, z3.BitVecRef]:
        manifest, choice = self.view.manifest, self._choice
        does = {
            "bus_write": _one(self._is(_WRITE)),
            "bus_read": _one(self._is(_READ)),
            "req_valid": _one(self._is(_TRANSLATE)),
            **{role: choice[name] for name, role in _FREE.items() if name in choice},
        }
        found = {manifest["reset"]: z3.BitVecVal(reset, 1)}
        for p in manifest["ports"]:
            idle = int(p["role"] == "rsp_ready")
            value = does.get(p["role"]) if active else None
            found[p["name"]] = z3.BitVecVal(idle, p["width"]) if value is None else value
        for p in self.view.machine.parameters:
            found[f"i_{p.name}"] = z3.BitVecVal(self.parameters[p.name], p.width)
        return found

    def _undefined(self, cycle: int) -> Pairs:
        """Return new constants for what is undefined in the Verilog."""
        driven = {i.get_id() for i, _ in self._driven(False)}
        return [p for p in self.view.netlist.renamed(cycle) if p[0].get_id() not in driven]

    # The specification

    @cached_property
    def _wanted(self) -> State:
        """The specification's registers before the transaction."""
        return {
            r.name: [z3.BitVec(f"wanted.{r.name}.{k}", r.width) for k in range(r.count)]
            if r.is_file
            else z3.BitVec(f"wanted.{r.name}", r.width)
            for r in self.view.machine.registers
        }

    @cached_property
    def _specified(self) -> tuple[dict[str, z3.BitVecRef], Pairs]:
        """The answers of the bus, by role, and the registers after the transaction."""
        view = self.view
        after: dict[int, z3.ExprRef] = {}
        names = {old.get_id(): old for v in self._wanted.values() for old in _flat(v)}
        answers = {}
        data = z3.BitVecVal(0, view.port("bus_rdata").size()) if view.has("bus_rdata") else None
        hit: list[z3.BoolRef] = []
        for x in accesses(view) if view.has("bus_read") else ():
            hit.append(x.case)
            does = view.register(x.register, self._wanted, x.write)
            if not x.write and data is not None:
                data = z3.If(x.case, extended(does.outputs["data"], data.size()), data)
            for name in x.targets:
                before, then = _flat(self._wanted[name]), _flat(does.state[name])
                for old, new in zip(before, then, strict=True):
                    after[old.get_id()] = z3.If(x.case, new, after.get(old.get_id(), old))
        if data is not None:
            strobe = z3.Or(bit(view.port("bus_read")), bit(view.port("bus_write")))
            answers = {
                "bus_rdata": data,
                "bus_error": _one(z3.And(strobe, z3.Not(any_of(hit)))),
            }
        return answers, [(old, after.get(key, old)) for key, old in names.items()]

    # Both

    @cached_property
    def _edge(self) -> Pairs:
        """What flip-flops and the specification's registers are after the transaction."""
        drive = Substitution(self._driven(True))
        _, wanted = self._specified
        return [(old, drive(new)) for old, new in [*self.view.netlist.flops, *wanted]]

    @cached_property
    def _initial(self) -> Pairs:
        """What both are after a cycle of reset; a flip-flop without reset may be anything."""
        flops = self.view.netlist.flops
        any_ = [(f, z3.Const(f"{f.decl().name()}.initial", f.sort())) for f, _ in flops]
        cycle = Substitution([*self._driven(False, reset=1), *any_, *self._undefined(0)])
        found = [(f, z3.simplify(cycle(value))) for f, value in flops]
        for r in self.view.machine.registers:
            value = z3.BitVecVal(r.reset, r.width)
            found += [(old, value) for old in _flat(self._wanted[r.name])]
        return found

    @cached_property
    def _differs(self) -> z3.BoolRef:
        """An answer is not the specification's: in the same cycle, or in the next, an idle one."""
        view = self.view
        drive = Substitution(self._driven(True))
        edge = Substitution([*view.netlist.flops, *self._driven(False)])
        asked = self._is(_TRANSLATE)
        inputs = {n: view.port(f"req_{n}") for n in ("va", "access") if view.has(f"req_{n}")}
        does = view.operation("translate", self._wanted, inputs)
        (pa,) = does.outputs.values()
        answers, _ = self._specified
        same = [edge(view.port(role)) == value for role, value in answers.items()]
        cause = extended(does.cause, view.port("rsp_cause").size())
        response = {"rsp_pa": pa, "rsp_cause": cause}
        at_once = view.manifest["latency"] == 0
        got = {r: view.port(r) for r in ("rsp_valid", *response)}
        if not at_once:
            got = {r: edge(value) for r, value in got.items()}
        same.append(got["rsp_valid"] == _one(asked))
        same += [z3.Implies(asked, got[r] == want) for r, want in response.items()]
        return drive(z3.Not(all_of(same)))


def _slice(name: str) -> tuple[str, int]:
    """Return the port of an input and the lowest bit: Yosys divides ports where bits part ways."""
    port, _, bits = name.partition("[")
    return port, int(bits.rstrip("]").rpartition(":")[2] or 0)


def _flat(value: z3.BitVecRef | z3.ArrayRef | list[z3.BitVecRef]) -> Sequence[z3.ExprRef]:
    return value if isinstance(value, list) else [value]


def _step(model: z3.ModelRef, chosen: Mapping[str, z3.BitVecRef]) -> Step:
    value = {n: model.eval(c, model_completion=True).as_long() for n, c in chosen.items()}
    return Step(
        _KINDS[value["kind"]],
        value.get("offset", 0),
        value.get("data", 0),
        value["va"],
        value.get("access", 0),
    )
