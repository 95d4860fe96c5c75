"""Runs a program as Python functions, one for each block of it that comes up.

The same state and the same results as `gen.isa.hart.Hart.run`, some times faster. What a block
cannot do (a trap, an access that fails, a register named by a register) the hart itself does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from gen.forms.python.blocks import PC, Step, block, is_plain, leads_to
from gen.forms.python.library import DIVISION
from gen.ir.functions import FUNCTIONS
from gen.ir.machine import Machine
from gen.ir.specialise import specialise, touched
from gen.isa import Hart, Trap, elaborate
from gen.isa.elaborate import WORD, operation_name
from sim.state import get, put, registers

__all__ = ["Blocks"]

Write: TypeAlias = Callable[[int, int, int], None]

_LONGEST = 64  # instructions of a block
_DIVISION: dict[str, Any] = {}  # functions that blocks call
exec(DIVISION, _DIVISION)


class _Leave(Exception):
    """A block stops before an instruction."""


class _State:
    """Registers as plain numbers, by their names; see `gen.forms.python.blocks.block`."""

    Leave = _Leave
    retired = 0
    pc = 0

    def __init__(self, hart: Hart, write: Write) -> None:
        self.read = hart.memory.read
        self.write = write


class Blocks:
    """A hart with the functions made of its program so far.

    Parameters
    ----------
    hart : whose state it is before and after each `run`
    machine : of the hart's instruction set, if it is at hand

    Members
    -------
    write : writes memory; raises LookupError for writes that are the hart's to do
    sources : of the functions, by address
    """

    def __init__(self, hart: Hart, machine: Machine | None = None) -> None:
        self.hart = hart
        self.machine = machine or elaborate(hart.isa)
        self.write: Write = hart.memory.write
        self.sources: dict[int, str] = {}
        self._registers = registers(hart.isa)
        self._operations = {o.name: o for o in self.machine.operations}
        self._counts = {r.name for r in self._registers if r.counts}
        self._made: dict[int, tuple[Callable[[_State, int], None] | None, int]] = {}

    def run(self, count: int) -> int:
        """Execute up to `count` instructions; return how many were completed.

        Raises
        ------
        Trap : as `Hart.run` does
        """
        hart, state = self.hart, _State(self.hart, self.write)
        hart.stopped = False
        end = hart.retired + count
        self._take(state)
        try:
            while state.retired < end:
                made = self._made.get(state.pc)
                if made is None:
                    made = self._made[state.pc] = self._make(state.pc)
                function, length = made
                left = end - state.retired
                try:
                    if function is None or length > left:
                        raise _Leave
                    function(state, left)
                except (_Leave, LookupError):
                    self._alone(state)
                    if hart.stopped:
                        break
        finally:
            self._give(state)
        return count - (end - hart.retired)

    def forget(self) -> None:
        """Make all functions anew: the program has changed."""
        self._made.clear()

    def _alone(self, state: _State) -> None:
        """Let the hart do one instruction."""
        self._give(state)
        try:
            self.hart.run(1)
        finally:
            self._take(state)

    def _take(self, state: _State) -> None:
        """Copy the hart's registers."""
        for r in self._registers:
            setattr(state, r.name, get(self.hart, r))
        state.retired = self.hart.retired

    def _give(self, state: _State) -> None:
        """Copy the registers back."""
        for r in self._registers:
            put(self.hart, r, getattr(state, r.name))
        self.hart.retired = state.retired

    # Blocks

    def _make(self, start: int) -> tuple[Callable[[_State, int], None] | None, int]:
        """Return the function of the block at an address, and its length; None for no block."""
        steps: list[Step] = []
        at = start
        while len(steps) < _LONGEST:
            step = self._step(at)
            if step is None:
                break
            steps.append(step)
            following = leads_to(step.operation)
            if not following.is_const or following.value <= at or following.value == start:
                break
            at = following.value
        if not steps:
            return None, 1
        name = f"block_{start:x}"
        source = self.sources[start] = block(self.machine, steps, name)
        made: dict[str, Any] = {n: f.evaluate for n, f in FUNCTIONS.items()} | _DIVISION
        exec(compile(source, f"<{name}>", "exec"), made)
        return made[name], len(steps)

    def _step(self, at: int) -> Step | None:
        """Return the instruction at an address; None if a block cannot perform it."""
        try:
            found, code = self.hart.fetch(at)
        except Trap:
            return None
        operation = self._operations[operation_name(found.name)]
        special = specialise(operation, {WORD: code}, {PC: at})
        plain = is_plain(special) and not self._counts & touched(special)
        return Step(at, special) if plain else None
