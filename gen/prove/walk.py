"""Obligations of a unit that loads from memory: induction over its sequencer.

A monitor of the ports alone remembers the request that is under way, what was loaded for it and
whether a load is outstanding. The rules speak of ports and monitor; that they hold in each
reachable state follows from facts that relate the unit's flip-flops to the monitor. Those facts are
not taken from names: all candidates of a few shapes are tried, those that are not inductive are
dropped until the rest is (Flanagan and Leino, "Houdini", FME 2001).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import z3

from gen.forms.smt import OperationTerms
from gen.prove.obligation import Goal, Obligation, all_of, any_of
from gen.prove.substitution import Substitution
from gen.prove.view import View, bit, extended

__all__ = ["Walk"]

_HIGH, _LOW = z3.BitVecVal(1, 1), z3.BitVecVal(0, 1)
_COUNT = 8  # bits of the monitor's number of a load
_CODE = 4  # flip-flops of up to so many bits may be the sequencer's state


def _one(condition: z3.BoolRef) -> z3.BitVecRef:
    return z3.If(condition, _HIGH, _LOW)


@dataclass(frozen=True)
class Walk:
    """The monitor of a unit and what follows from it; the environment keeps to the unit's contract:
    it answers a load only while one is outstanding, and uses the bus only between requests."""

    view: View

    # The monitor

    @cached_property
    def pending(self) -> z3.BitVecRef:
        """A request is under way."""
        return z3.BitVec("monitor.pending", 1)

    @cached_property
    def outstanding(self) -> z3.BitVecRef:
        """The memory owes an answer."""
        return z3.BitVec("monitor.outstanding", 1)

    @cached_property
    def position(self) -> z3.BitVecRef:
        """Number of the load that is outstanding, or of the first that may come next."""
        return z3.BitVec("monitor.position", _COUNT)

    @cached_property
    def request(self) -> dict[str, z3.BitVecRef]:
        """The request that was accepted."""
        found = {"va": z3.BitVec("monitor.va", self.view.port("req_va").size())}
        if self.view.has("req_access"):
            width = self.view.port("req_access").size()
            found["access"] = z3.BitVec("monitor.access", width)
        return found

    @cached_property
    def loaded(self) -> dict[str, z3.BitVecRef]:
        """What each load found."""
        plain = self.view.operation("translate", self.view.state, self.request)
        return {n: z3.BitVec(f"monitor.{n}", x.width) for n, x in plain.loads.items()}

    @cached_property
    def does(self) -> OperationTerms:
        """What the specification says of the request, from what was loaded."""
        return self.view.operation("translate", self.view.state, self.request, self.loaded)

    @cached_property
    def wanted(self) -> z3.BitVecRef:
        """Number of the next load that the specification performs; how many there are if none."""
        result = z3.BitVecVal(len(self.loaded), _COUNT)
        for k, x in reversed(list(enumerate(self.does.loads.values()))):
            comes = z3.And(x.fires, z3.ULE(self.position, k))
            result = z3.If(comes, z3.BitVecVal(k, _COUNT), result)
        return result

    @cached_property
    def address(self) -> z3.BitVecRef:
        """Address of the load `wanted`."""
        width = self.view.port("mem_addr").size()
        result = z3.BitVecVal(0, width)
        for k, x in enumerate(self.does.loads.values()):
            result = z3.If(self.wanted == k, extended(x.address, width), result)
        return result

    @cached_property
    def environment(self) -> z3.BoolRef:
        """The contract of who uses the unit."""
        port = self.view.port
        rules = [self.view.running, z3.Implies(bit(port("mem_rsp_valid")), bit(self.outstanding))]
        if self.view.has("bus_read"):
            busy = z3.Or(bit(self.pending), bit(port("req_valid")))
            idle = z3.And(port("bus_read") == 0, port("bus_write") == 0)
            rules.append(z3.Implies(busy, idle))
        return all_of(rules)

    @cached_property
    def _edge(self) -> list[tuple[z3.ExprRef, z3.ExprRef]]:
        """The monitor after a clock edge without reset."""
        port = self.view.port
        accepted = z3.And(bit(port("req_valid")), bit(port("req_ready")))
        asked = z3.And(bit(port("mem_valid")), bit(port("mem_ready")))
        answered = z3.And(bit(self.outstanding), bit(port("mem_rsp_valid")))
        taken = z3.And(bit(port("rsp_valid")), bit(port("rsp_ready")))
        pending = z3.If(accepted, _HIGH, z3.If(taken, _LOW, self.pending))
        outstanding = z3.If(accepted, _LOW, z3.If(asked, _HIGH, self.outstanding))
        found = [
            (self.pending, pending),
            (self.outstanding, z3.If(answered, _LOW, outstanding)),
            (self.position, self._next_position(accepted, asked, answered)),
        ]
        for name, value in self.request.items():
            found.append((value, z3.If(accepted, port(f"req_{name}"), value)))
        for k, value in enumerate(self.loaded.values()):
            this = z3.And(answered, self.position == k)
            data = extended(port("mem_rsp_data"), value.size())
            found.append((value, z3.If(this, data, value)))
        return found

    def _next_position(
        self, accepted: z3.BoolRef, asked: z3.BoolRef, answered: z3.BoolRef
    ) -> z3.BitVecRef:
        moved = z3.If(asked, self.wanted, z3.If(answered, self.position + 1, self.position))
        return z3.If(accepted, z3.BitVecVal(0, _COUNT), moved)

    def after(self, terms: Sequence[z3.ExprRef]) -> list[z3.ExprRef]:
        """Return terms over flip-flops, inputs and monitor after one clock edge."""
        netlist = self.view.netlist
        edge = Substitution([*netlist.flops, *netlist.renamed(1), *self._edge])
        return [edge(t) for t in terms]

    # The rules

    def rules(self) -> list[tuple[str, str, z3.BoolRef, list[Goal]]]:
        """Return group, name, hypothesis and goals of each rule about one cycle."""
        port = self.view.port
        done = z3.And(bit(self.pending), self.outstanding == 0, self.wanted == len(self.loaded))
        (pa,) = self.does.outputs.values()
        cause = extended(self.does.cause, port("rsp_cause").size())
        asking = z3.And(bit(self.pending), self.outstanding == 0, self.wanted != len(self.loaded))
        return [
            ("stream", "idle takes a request, busy none", self.environment,
             [Goal("req_ready", port("req_ready"), ~self.pending)]),
            ("memory", "loads are those of the specification, in order",
             z3.And(self.environment, bit(port("mem_valid"))),
             [Goal("mem_valid", port("mem_valid"), _one(asking)),
              Goal("mem_addr", port("mem_addr"), self.address)]),
            ("translate", "translate", z3.And(self.environment, bit(port("rsp_valid"))),
             [Goal("rsp_valid", port("rsp_valid"), _one(done)),
              Goal("rsp_pa", port("rsp_pa"), pa),
              Goal("rsp_cause", port("rsp_cause"), cause)]),
        ]  # fmt: skip

    def steps(self) -> list[tuple[str, str, z3.BoolRef, list[Goal]]]:
        """Return the rules about two cycles: what waits stays."""
        port = self.view.port
        roles = ["mem_valid", "mem_addr", "rsp_valid", "rsp_pa", "rsp_cause"]
        after = dict(zip(roles, self.after([port(r) for r in roles]), strict=True))

        def stays(
            group: str, name: str, valid: str, ready: str, kept: list[str]
        ) -> tuple[str, str, z3.BoolRef, list[Goal]]:
            case = z3.And(self.environment, bit(port(valid)), port(ready) == 0)
            return group, name, case, [Goal(r, after[r], port(r)) for r in kept]

        return [
            stays("memory", "a waiting load stays", "mem_valid", "mem_ready", roles[:2]),
            stays("stream", "a waiting response stays", "rsp_valid", "rsp_ready", roles[2:]),
        ]

    def answers(self, facts: Sequence[z3.BoolRef]) -> Obligation:
        """Return that a response comes in time when memory answers in the next cycle."""
        port = self.view.port
        last = 1 + 2 * len(self.loaded)
        quick = z3.And(
            self.environment,
            bit(port("mem_ready")),
            port("mem_rsp_valid") == self.outstanding,
            z3.Implies(bit(self.pending), port("rsp_ready") == 0),
        )
        accepted = z3.And(bit(port("req_valid")), bit(port("req_ready")))
        hypothesis = [all_of(facts), accepted, quick]
        answered = z3.BoolVal(False)
        netlist = self.view.netlist
        now = Substitution([])
        for cycle in range(1, last + 1):
            leaves = [*netlist.flops, *self._edge]
            values = [z3.simplify(now(value)) for _, value in leaves]
            pairs = list(zip((leaf for leaf, _ in leaves), values, strict=True))
            now = Substitution([*pairs, *netlist.renamed(cycle)])
            hypothesis.append(now(quick))
            answered = z3.Or(answered, now(bit(port("rsp_valid"))))
        goal = Goal("rsp_valid", _one(answered), _HIGH)
        name = f"a response within {last} cycles if memory answers in one"
        return Obligation("stream", name, all_of(hypothesis), [goal])

    def obligations(self, facts: Sequence[z3.BoolRef]) -> Iterator[Obligation]:
        """Yield all rules under the facts, and that the facts hold in each reachable state."""
        known = all_of(facts)
        for group, name, case, goals in [*self.rules(), *self.steps()]:
            yield Obligation(group, name, z3.And(known, case), goals, dict(self.request))
        yield self.answers(facts)
        first, later = self._base(facts), self.after(facts)
        goals = [Goal(f"fact {i}", f, z3.BoolVal(True), False) for i, f in enumerate(first)]
        yield Obligation("induction", "base: after reset", self.view.in_reset, goals)
        goals = [Goal(f"fact {i}", f, z3.BoolVal(True), False) for i, f in enumerate(later)]
        yield Obligation("induction", "step", z3.And(known, self.environment), goals)

    # The facts

    def _base(self, facts: Sequence[z3.BoolRef]) -> list[z3.BoolRef]:
        """Return the facts as they are after reset, with an empty monitor."""
        netlist = self.view.netlist
        empty = [(self.pending, _LOW), (self.outstanding, _LOW)]
        edge = Substitution([*netlist.flops, *netlist.renamed(1), *empty])
        return [edge(f) for f in facts]

    def candidates(self) -> list[z3.BoolRef]:
        """Return facts that may hold: in each state of each small flip-flop, what the monitor and
        the other flip-flops are."""
        flops = [f for f, _ in self.view.netlist.flops if z3.is_bv(f)]
        found = []
        for code in flops:
            if 1 < code.size() <= _CODE:
                for value in range(1 << code.size()):
                    inside = code == value
                    found += [z3.Implies(inside, f) for f in self._shapes(flops)]
        return found

    def _shapes(self, flops: Sequence[z3.ExprRef]) -> list[z3.BoolRef]:
        n = len(self.loaded)
        found = [z3.BoolVal(False)]
        for value in (_LOW, _HIGH):
            found += [self.pending == value, self.outstanding == value]
        for k in range(n + 1):
            found += [self.position == k, self.wanted == k, z3.UGE(self.wanted, k)]
            found += [z3.ULE(self.position, k)]
        for x in self.does.loads.values():
            found += [x.fires, z3.Not(x.fires)]
        known: list[z3.BitVecRef] = [*self.request.values(), *self._values().values()]
        for flop in flops:
            found += [flop == k for k in known if k.size() == flop.size()]
        return found

    def _values(self) -> Mapping[str, z3.BitVecRef]:
        """Return each load's value: 0 where the specification does not load."""
        return {
            n: z3.If(x.fires, self.loaded[n], z3.BitVecVal(0, x.width))
            for n, x in self.does.loads.items()
        }

    def facts(self) -> list[z3.BoolRef]:
        """Return the candidates that reset establishes and each clock edge keeps."""
        alive = self.candidates()
        alive = _kept(alive, self._base(alive), self.view.in_reset)
        later = dict(zip((f.get_id() for f in alive), self.after(alive), strict=True))
        while True:
            hypothesis = z3.And(all_of(alive), self.environment)
            kept = _kept(alive, [later[f.get_id()] for f in alive], hypothesis)
            if len(kept) == len(alive):
                return kept
            alive = kept


def _kept(
    facts: Sequence[z3.BoolRef], later: Sequence[z3.BoolRef], hypothesis: z3.BoolRef
) -> list[z3.BoolRef]:
    """Return the facts that no model of the hypothesis breaks."""
    solver = z3.SolverFor("QF_BV")
    solver.add(hypothesis)
    marks = [z3.Bool(f"broken {i}") for i in range(len(later))]
    for mark, fact in zip(marks, later, strict=True):
        solver.add(mark == z3.Not(fact))
    alive = list(range(len(facts)))
    while alive:
        solver.push()
        solver.add(any_of([marks[i] for i in alive]))
        if solver.check() != z3.sat:
            break
        model = solver.model()
        alive = [i for i in alive if not z3.is_true(model.eval(marks[i], True))]
        solver.pop()
    return [facts[i] for i in alive]
