"""Facts about registers that the Verilog has besides those of the specification.

A derived value stands beside an element of a register file and is a function of it
(`gen.ir.derived`). That it is so in each state is not taken from the generator: it is proved by
induction, and only then used. Verilog without such registers has no such facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import z3

from gen.forms.smt import terms
from gen.ir import expr as e
from gen.ir.derived import ELEMENT, derived
from gen.prove.obligation import Goal, Obligation, all_of
from gen.prove.view import View, extended

__all__ = ["assuming", "facts", "induction", "signals"]

_TRUE = z3.BoolVal(True)


def signals(manifest: Mapping[str, Any]) -> list[str]:
    """Return the signals of derived values."""
    return [s for d in manifest["derived"] for s in d["signals"].values()]


def facts(view: View) -> list[Goal]:
    """Return for each derived value in the Verilog that it is what its element says."""
    values = {d.name: d for d in derived(view.machine)}
    found = []
    for row in view.manifest["derived"]:
        term, register = values[row["name"]].term, row["register"]
        element = e.input_(ELEMENT, view.machine.register(register).width)
        for k, signal in row["signals"].items():
            if signal in view.netlist.wires:
                held = extended(view.netlist.wire(signal), term.width)
                (want,) = terms([term], {element: view.state[register][int(k)]})
                found.append(Goal(signal, held, want, visible=False))
    return found


def induction(view: View, known: Sequence[Goal]) -> Iterator[Obligation]:
    """Yield that the facts hold after reset, and that a clock edge keeps them."""
    if not known:
        return
    later = view.netlist.after([g.holds for g in known])
    goals = [Goal(g.name, f, _TRUE, False) for g, f in zip(known, later, strict=True)]
    yield Obligation("induction", "base: derived values after reset", view.in_reset, goals)
    hypothesis = z3.And(view.running, all_of([g.holds for g in known]))
    yield Obligation("induction", "step: derived values after a clock edge", hypothesis, goals)


def assuming(known: Sequence[Goal], obligations: Iterator[Obligation]) -> Iterator[Obligation]:
    """Yield obligations in states where the facts hold."""
    for o in obligations:
        if known:
            o = replace(o, hypothesis=z3.And(all_of([g.holds for g in known]), o.hypothesis))
        yield o
