"""Runs a program as compiled code, and hands over the state after each instruction in blocks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gen.forms.native.stepper import Pages, Stepper
from gen.ir.expr import const
from gen.ir.machine import Fault, Machine
from gen.ir.specialise import touched
from gen.isa import Hart, elaborate
from gen.isa.decoding import decoding
from sim.state import Held, get, put, registers

__all__ = ["Native"]


class Native:
    """A hart whose instructions are compiled.

    What compiled code cannot do (a trap, an access that fails) the hart itself does.

    Parameters
    ----------
    hart : whose state it is before and after each `run`
    pages : the hart's memory; raises LookupError for accesses that are the hart's to do
    machine : of the hart's instruction set, if it is at hand

    Members
    -------
    state_dtype : type of a record of the log, a field for each register of the machine
    """

    def __init__(self, hart: Hart, pages: Pages, machine: Machine | None = None) -> None:
        self.hart = hart
        self._registers = registers(hart.isa)
        self._counting = [r for r in self._registers if r.counts]
        compiled = self._without_counts(machine or elaborate(hart.isa))
        big = hart.isa.byte_order == "big"
        self._stepper = Stepper(compiled, decoding(hart.isa), pages, big=big)
        self.state_dtype = self._stepper.state_dtype

    def run(self, count: int, log: NDArray[Any] | None = None) -> int:
        """Execute up to `count` instructions; return how many were completed.

        Parameters
        ----------
        log : `count` records of `state_dtype`, for the state after each instruction

        Raises
        ------
        Trap : as `Hart.run` does
        """
        before = self.hart.retired
        self.hart.stopped = False
        state = np.zeros(1, self.state_dtype)
        while (done := self.hart.retired - before) < count:
            self._take(state)
            rest = None if log is None else log[done:]
            step = self._stepper.run(state, count - done, rest)
            self._give(state)
            self.hart.retired += step
            if done + step < count:
                self.hart.run(1)
                if log is not None:
                    self._take(log[done + step : done + step + 1])
            if log is not None:
                self._count(log[done : self.hart.retired - before], before + done + 1)
            if self.hart.stopped:
                break
        return self.hart.retired - before

    def forget(self) -> None:
        """Ask the memory for all its pages anew."""
        self._stepper.forget()

    def _count(self, log: NDArray[Any], first: int) -> None:
        """Give registers that count their values; the first record is of so many instructions."""
        for r in self._counting:
            log[r.name] += np.arange(first, first + log.size, dtype=log[r.name].dtype)

    def _without_counts(self, machine: Machine) -> Machine:
        """Return the machine with instructions that look at a count left to the hart."""
        names = {r.name for r in self._counting}
        fault = Fault(machine.causes[0], const(1, 1))
        operations = (
            replace(o, effects=(fault,)) if names & touched(o) else o for o in machine.operations
        )
        return replace(machine, operations=tuple(operations))

    def _take(self, state: NDArray[Any]) -> None:
        """Copy the hart's registers."""
        for r in self._registers:
            value = get(self.hart, r)
            state[r.name] = _words(value, r) if r.width > 64 else value

    def _give(self, state: NDArray[Any]) -> None:
        """Copy the registers back."""
        for r in self._registers:
            value = state[0][r.name]
            put(self.hart, r, _numbers(value, r) if r.width > 64 else value)


def _words(value: Any, r: Held) -> Any:
    """Return numbers of more than 64 bits as two words each, low first."""
    if r.is_file:
        return [_words(v, Held(r.name, r.slot, r.width)) for v in value]
    return [value & (1 << 64) - 1, value >> 64]


def _numbers(value: Any, r: Held) -> Any:
    if r.is_file:
        return [int(v[0]) | int(v[1]) << 64 for v in value]
    return int(value[0]) | int(value[1]) << 64
