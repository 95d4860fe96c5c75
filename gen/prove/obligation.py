"""What is to be proved: goals that hold under a hypothesis, for all values of their constants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import z3

from gen.source import Span

__all__ = ["Goal", "Obligation", "all_of", "any_of"]


@dataclass(frozen=True)
class Goal:
    """That a signal of the Verilog has the value that the specification says.

    Members
    -------
    name : of the signal or of the rule
    got, want : terms of equal sort
    visible : it is a port, so that a bench can see a difference
    """

    name: str
    got: z3.ExprRef
    want: z3.ExprRef
    visible: bool = True

    @property
    def holds(self) -> z3.BoolRef:
        """The goal as a condition."""
        return self.got == self.want


@dataclass(frozen=True)
class Obligation:
    """Goals under a hypothesis.

    Members
    -------
    group : ``reset``, ``write``, ``read``, ``bus``, ``translate``, ``stream`` or ``memory``
    name : unique; the operation or rule
    inputs : constants or terms that show the case to a reader, by name
    """

    group: str
    name: str
    hypothesis: z3.BoolRef
    goals: Sequence[Goal]
    inputs: dict[str, z3.ExprRef] = field(default_factory=dict)
    span: Span | None = None

    def refutation(self) -> z3.BoolRef:
        """Return the formula that only a counterexample satisfies."""
        return z3.And(self.hypothesis, z3.Not(all_of([g.holds for g in self.goals])))


def all_of(conditions: Sequence[z3.BoolRef]) -> z3.BoolRef:
    """Return the conjunction; SMT-LIB has none of a single operand."""
    if len(conditions) < 2:
        return conditions[0] if conditions else z3.BoolVal(True)
    return z3.And(*conditions)


def any_of(conditions: Sequence[z3.BoolRef]) -> z3.BoolRef:
    """Return the disjunction."""
    if len(conditions) < 2:
        return conditions[0] if conditions else z3.BoolVal(False)
    return z3.Or(*conditions)
