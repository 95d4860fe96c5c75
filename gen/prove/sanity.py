"""Deciding conditions: whether one holds for all values, or for some."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import z3

from gen.forms.smt import Lowering
from gen.ir.expr import Expr, Op, postorder

__all__ = ["Decision", "decide"]

_NAMED = (Op.INPUT, Op.STATE, Op.LOAD)


@dataclass(frozen=True)
class Decision:
    """What the solver says.

    Members
    -------
    holds : the condition holds for all values (or for some); None without an answer in time
    values : where it shall hold for all values and does not: the values that break it
    """

    holds: bool | None
    values: Mapping[str, int]


def decide(condition: Expr, always: bool, timeout_ms: int = 5_000) -> Decision:
    """Return whether a 1-bit condition holds for all values of its leaves, or for some."""
    solver = z3.Solver()
    solver.set("timeout", timeout_ms)
    solver.add(Lowering().lower(condition) == (0 if always else 1))
    answer = str(solver.check())
    if answer == "unknown":
        return Decision(None, {})
    if always and answer == "sat":
        model = solver.model()
        # What scripts read earlier have defined is in each model of the process.
        asked = {f"{n.op.value}.{n.name}" for n in postorder([condition]) if n.op in _NAMED}
        found = {str(d): model[d] for d in model.decls()}
        bits = {n: v.as_long() for n, v in found.items() if n in asked and z3.is_bv_value(v)}
        return Decision(False, dict(sorted(bits.items())))
    return Decision(answer == ("unsat" if always else "sat"), {})
