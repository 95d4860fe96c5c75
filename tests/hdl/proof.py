"""Proofs of assertions in a design, for all inputs and any length of time: k-induction with Z3.

Base: from reset values no assertion fails in the first k cycles. Step: whenever all assertions hold
for k cycles in a row they hold in the next. Both hold: they always hold. The design is taken as
Yosys reads it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import z3
from amaranth.back import rtlil
from amaranth.hdl import Elaboratable, Value

from gen import yosys

__all__ = ["Design", "load"]

_PASSES = ("flatten", "proc -norom", "async2sync", "chformal -lower", "dffunmap", "opt_clean")
_SECONDS = 60


@dataclass(frozen=True)
class Design:
    """A transition system in SMT-LIB: `top_i` starts it, `top_t` steps it, `top_a` is asserted."""

    text: str

    def breaks_induction(self, cycles: int, invariants: Sequence[str] = ()) -> str | None:
        """Return the part of the proof that fails, `base` or `step`, or None: it is proved.

        `invariants` are facts of a state `s`, in SMT-LIB, that are proved along. If the base fails,
        the assertions do: there is a run from reset to it.
        """
        all_ = ["(|top_a| s)", *invariants]
        holds = [[re.sub(r" s\)", f" s{k})", x) for x in all_] for k in range(cycles + 1)]
        broken = [f"(not (and {' '.join(row)}))" for row in holds]
        start = f"(assert (|top_i| s0))\n(assert (or {' '.join(broken[:cycles])} false))"
        if self._satisfiable([*_path(cycles), start]):
            return "base"
        before = [f"(assert (and {' '.join(row)}))" for row in holds[:-1]]
        if self._satisfiable([*_path(cycles + 1), *before, f"(assert {broken[-1]})"]):
            return "step"
        return None

    def fails_within(self, cycles: int) -> bool:
        """Return whether an assertion can fail in the first cycles after a start."""
        holds = " ".join(f"(|top_a| s{k})" for k in range(cycles))
        return self._satisfiable(
            [*_path(cycles), f"(assert (|top_i| s0))\n(assert (not (and {holds})))"]
        )

    def depends_on_inputs(self, output: str) -> bool:
        """Return whether an output can differ between two states with equal registers."""
        registers = re.findall(r"; yosys-smt2-register (\S+) \d+", self.text)
        equal = [f"(assert (= (|top_n {r}| s0) (|top_n {r}| s1)))" for r in registers]
        states = [f"(declare-const s{k} |top_s|)" for k in range(2)]
        differs = f"(assert (not (= (|top_n {output}| s0) (|top_n {output}| s1))))"
        return self._satisfiable([*states, *equal, differs])

    def _satisfiable(self, lines: Sequence[str]) -> bool:
        solver = z3.Solver()
        solver.set("timeout", 1000 * _SECONDS)
        solver.from_string(self.text + "\n".join(lines))
        answer = solver.check()
        assert answer != z3.unknown, solver.reason_unknown()
        return bool(answer == z3.sat)


def _path(count: int) -> list[str]:
    """Return the states of successive cycles, under the assumptions."""
    lines = [f"(declare-const s{k} |top_s|)\n(assert (|top_u| s{k}))" for k in range(count)]
    return [*lines, *(f"(assert (|top_t| s{k} s{k + 1}))" for k in range(count - 1))]


def load(design: Elaboratable, ports: Sequence[Value], folder: Path) -> Design:
    """Return what Yosys makes of a design."""
    source, target = folder / "in.il", folder / "out.smt2"
    source.write_text(rtlil.convert(design, name="top", ports=list(ports), emit_src=False))
    lines = [f"read_rtlil {source}", "hierarchy -top top", *_PASSES, f"write_smt2 -wires {target}"]
    done = yosys.run(lines, folder)
    assert done.code == 0 and target.exists(), done.error
    return Design(target.read_text())
