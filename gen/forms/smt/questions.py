"""Questions about expressions that the solver answers."""

from __future__ import annotations

import time
from collections.abc import Sequence

import z3

from gen.forms.smt.terms import Lowering, terms
from gen.ir.expr import Expr

__all__ = ["equal", "unreachable"]


def equal(a: Expr, b: Expr, timeout_ms: int = 10_000) -> bool:
    """Return whether two expressions are equal for all values of their leaves.

    Raises
    ------
    TimeoutError : the solver gave no answer in time
    """
    solver = z3.Solver()
    solver.set("timeout", timeout_ms)
    left, right = terms([a, b])
    solver.add(left != right)
    answer = solver.check()
    if answer == z3.unknown:
        raise TimeoutError(f"no answer within {timeout_ms} ms")
    return bool(answer == z3.unsat)


def unreachable(
    conditions: Sequence[Expr], timeout_ms: int = 2_000, budget_ms: int = 20_000
) -> list[bool]:
    """Return for each 1-bit condition whether no state and no input makes it true.

    Loads and register files are free. False where the solver gave no answer within `timeout_ms`,
    and for what is left when `budget_ms` of wall time are spent on all of them together.
    """
    end = time.monotonic() + budget_ms / 1000
    lowering = Lowering()
    result = []
    for c in conditions:
        left_ms = int(1000 * (end - time.monotonic()))
        result.append(left_ms > 0 and _never(lowering.lower(c), min(timeout_ms, left_ms)))
    return result


def _never(condition: z3.BitVecRef, timeout_ms: int) -> bool:
    solver = z3.Solver()
    solver.set("timeout", timeout_ms)
    solver.add(condition == 1)
    return bool(solver.check() == z3.unsat)
