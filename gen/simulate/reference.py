"""What is asked of a unit and what it has to answer: streams, native results, coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gen.diag import Reporter
from gen.forms import native, smt
from gen.ir.expr import Expr
from gen.ir.machine import Machine
from gen.stream.config import Config
from gen.stream.coverage import Coverage
from gen.stream.generate import Generator

__all__ = ["Reference", "Sample"]


@dataclass(frozen=True)
class Sample:
    """A stream with the results that the native form gives, and what both reach.

    Members
    -------
    cover_counts : hits of each cover of the machine
    """

    stream: NDArray[Any]
    expected: NDArray[Any]
    cover_counts: NDArray[np.uint64]


class Reference:
    """One machine under one stimulus. What is compiled and proved serves every sample.

    Raises
    ------
    IsoformError : the stimulus names what the machine does not have
    """

    def __init__(self, machine: Machine, config: Config) -> None:
        self.machine = machine
        self.native = native.compile(machine)
        self.generator = Generator(machine, config, self.native, Reporter())
        self._proved: dict[Expr, bool] = {}

    def sample(self, seed: int, count: int, epoch: int | None = None) -> Sample:
        """Return the first `count` transactions of a seed's stream, or one whole epoch of it."""
        if epoch is None:
            return self.judge(self.generator.stream(seed, count))
        return self.judge(self.generator.epoch(seed, epoch))

    def judge(self, stream: NDArray[Any]) -> Sample:
        """Return transactions with their results, from reset and empty memory."""
        counts = np.zeros(len(self.machine.covers), np.uint64)
        form = self.native
        expected = form.run(form.reset_state(), stream, form.new_memory(), cover_counts=counts)
        return Sample(stream, expected, counts)

    def coverage(self, sample: Sample) -> Coverage:
        """Return what a sample reached; what nothing can reach is argued by the solver."""
        coverage = Coverage(self.machine)
        coverage.add(sample.stream, sample.expected, sample.cover_counts)
        coverage.argue(self._unreachable)
        return coverage

    def answers(self, sample: Sample) -> dict[str, int]:
        """Return how often each answer to a translation came, those that came at all."""
        causes = sample.expected["cause"][sample.stream["kind"] == 0]
        counts = np.bincount(causes, minlength=len(self.machine.causes) + 1).tolist()
        names = ("translated", *self.machine.causes)
        return {name: count for name, count in zip(names, counts, strict=True) if count}

    def _unreachable(self, conditions: Sequence[Expr]) -> list[bool]:
        """Ask the solver about conditions that it was not asked about before."""
        new = [c for c in conditions if c not in self._proved]
        self._proved.update(zip(new, smt.unreachable(new), strict=True))
        return [self._proved[c] for c in conditions]
