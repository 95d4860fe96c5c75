"""Proving all obligations of a unit, and what came of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import z3

from gen.ir.machine import Machine
from gen.prove import derived
from gen.prove.bus import bus, reset
from gen.prove.netlist import Netlist, NetlistError, read_verilog
from gen.prove.obligation import Goal, Obligation
from gen.prove.stream import translation
from gen.prove.view import View, names
from gen.prove.walk import Walk

__all__ = ["Difference", "Outcome", "Proof", "prove"]

_TOGETHER = 12  # goals in one question


@dataclass(frozen=True)
class Difference:
    """A goal that a counterexample breaks, with both values."""

    goal: str
    got: int
    want: int


@dataclass(frozen=True)
class Outcome:
    """What came of one question.

    Members
    -------
    group, name : of the obligation; `name` has the part's number where it was divided
    place : where it was specified, or None
    status : ``proved``, ``refuted`` or ``unknown`` (no answer within the time)
    seconds : CPU time of making and answering the question
    question : the solver's question; SMT-LIB of it by `smt2`; unsatisfiable if proved
    inputs, state, differences : the counterexample; registers that are 0 are left out
    """

    group: str
    name: str
    place: str | None
    status: str
    seconds: float
    question: z3.BoolRef
    inputs: Mapping[str, int] = field(default_factory=dict)
    state: Mapping[str, int] = field(default_factory=dict)
    differences: Sequence[Difference] = ()

    def smt2(self) -> str:
        """Return the question as an SMT-LIB 2 script that ends with `check-sat`."""
        solver = z3.Solver()
        solver.add(self.question)
        lines = solver.to_smt2().splitlines()
        body = [x for x in lines if not x.startswith((";", "(set-info"))]
        head = [f"; {self.group}: {self.name}", "; unsatisfiable if it holds"]
        return "\n".join([*head, "(set-logic QF_BV)", *body]) + "\n"


@dataclass(frozen=True)
class Proof:
    """All outcomes for a Verilog file, and the claim that they make together if all are proved."""

    claim: str
    outcomes: Sequence[Outcome]
    view: View

    @property
    def netlist(self) -> Netlist:
        """The Verilog."""
        return self.view.netlist

    @property
    def status(self) -> str:
        """The worst status of all."""
        found = {o.status for o in self.outcomes}
        return next((s for s in ("refuted", "unknown") if s in found), "proved")


def prove(
    machine: Machine,
    manifest: Mapping[str, Any],
    verilog: Path,
    *,
    timeout: float = 60.0,
    progress: Callable[[str], None] = lambda _: None,
) -> Proof:
    """Prove that a Verilog file means what the machine says.

    Parameters
    ----------
    manifest : ports and registers of the Verilog
    timeout : seconds for each question

    Raises
    ------
    NetlistError : Yosys refuses the file, or it has not the unit's ports and registers
    """
    progress("reading the Verilog")
    parameters = [f"i_{p.name}" for p in machine.parameters]
    wanted, clock = names(manifest), manifest["clock"]
    extra = derived.signals(manifest)
    netlist = read_verilog(verilog, manifest["module"], wanted, clock, parameters, extra)
    view = View(machine, manifest, netlist)
    _check_widths(view)
    claim, obligations = _obligations(view, progress)
    outcomes = []
    for o in obligations:
        for part in _parts(o):
            progress(f"proving {part.group}: {part.name}")
            outcomes.append(_answer(view, part, timeout))
    return Proof(claim, outcomes, view)


def _check_widths(view: View) -> None:
    for p in view.manifest["ports"]:
        found = view.netlist.wire(p["name"]).size()
        if found != p["width"]:
            raise NetlistError(f"port `{p['name']}` has {found} bits, expected {p['width']}")


def _obligations(view: View, progress: Callable[[str], None]) -> tuple[str, Iterator[Obligation]]:
    if view.manifest["memory"] is None:
        cycles = "two clock cycles" if view.manifest["latency"] == 2 else "one clock cycle"
        known = derived.facts(view)
        states = "all states reachable from reset and all" if known else "all states and"
        claim = f"for {states} inputs, by induction over {cycles}"
        if known:
            claim += f" with {len(known)} derived values proved"
        answers = derived.assuming(known, translation(view, view.state))
        own = derived.induction(view, known)
        return claim, chain(reset(view), bus(view, view.state), own, answers)
    progress("looking for inductive facts")
    walk = Walk(view)
    facts = walk.facts()
    claim = (
        "for all states reachable from reset, by induction over one clock cycle with "
        f"{len(facts)} facts found and proved"
    )
    return claim, chain(reset(view), bus(view, view.state), walk.obligations(facts))


def _parts(o: Obligation) -> Iterator[Obligation]:
    """Divide an obligation with many goals: the solver is quicker on few."""
    if len(o.goals) <= _TOGETHER:
        yield o
        return
    for start in range(0, len(o.goals), _TOGETHER):
        goals = o.goals[start : start + _TOGETHER]
        name = f"{o.name}, {start // _TOGETHER + 1}"
        yield Obligation(o.group, name, o.hypothesis, goals, o.inputs, o.span)


def _answer(view: View, o: Obligation, timeout: float) -> Outcome:
    start = time.process_time()
    question = o.refutation()
    solver = z3.SolverFor("QF_BV")
    solver.set("timeout", int(1000 * timeout))
    solver.add(z3.simplify(question))
    answer = solver.check()
    place = f"{o.span.source.name}:{o.span.line}" if o.span else None
    status = {"unsat": "proved", "sat": "refuted"}.get(str(answer), "unknown")
    seconds = time.process_time() - start
    if status != "refuted":
        return Outcome(o.group, o.name, place, status, seconds, question)
    model = solver.model()

    def value(term: z3.ExprRef) -> int:
        found = model.eval(term, model_completion=True)
        return int(z3.is_true(found)) if z3.is_bool(found) else int(found.as_long())

    return Outcome(
        o.group,
        o.name,
        place,
        status,
        seconds,
        question,
        {n: value(t) for n, t in o.inputs.items()},
        {n: v for n, t in _registers(view).items() if (v := value(t))},
        [_difference(g, value) for g in o.goals if value(g.got) != value(g.want)],
    )


def _difference(goal: Goal, value: Callable[[z3.ExprRef], int]) -> Difference:
    return Difference(goal.name, value(goal.got), value(goal.want))


def _registers(view: View) -> dict[str, z3.ExprRef]:
    """Return each register, element by element."""
    found: dict[str, z3.ExprRef] = {}
    for name, held in view.state.items():
        if isinstance(held, list):
            found |= {f"{name}[{k}]": x for k, x in enumerate(held)}
        else:
            found[name] = held
    return found
