"""Descriptors where a translation will look for them: loads whose address depends on the request.

A unit that walks tables in memory finds nothing there unless somebody wrote it. For some addresses
of each epoch, the *anchors*, the walk is followed load by load, a value is drawn for each, and
stored at the address where the unit will load it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gen.ir import expr
from gen.ir.expr import Op, mask
from gen.ir.machine import Load
from gen.ir.transaction import WINDOW_BASE, WINDOW_SIZE
from gen.stream.data import draw_data
from gen.stream.plan import BASE, Plan, constant_address
from gen.stream.rng import U64, Draws, keys
from gen.stream.vector import Columns, evaluate, supported

__all__ = ["ANCHORS", "Step", "Walk"]

ANCHORS = 4  # addresses of an epoch whose walk is prepared


@dataclass(frozen=True)
class Step:
    """One descriptor in every epoch: where it is stored, whether that is memory, and what it is."""

    address: U64
    inside: NDArray[np.bool_]
    size: int
    data: NDArray[np.uint64]


@dataclass(frozen=True)
class Walk:
    """The loads of a translation that need an address to be followed."""

    plan: Plan

    @cached_property
    def loads(self) -> tuple[Load, ...]:
        """Loads whose address depends on more than parameters, in order."""
        translate = self.plan.machine.operation("translate")
        return tuple(
            x
            for x in translate.effects
            if isinstance(x, Load) and constant_address(x.address) is None and supported(x.address)
        )

    @cached_property
    def care(self) -> int:
        """Bits of the virtual address that select descriptors."""
        found = 0
        for x in expr.postorder(x.address for x in self.loads):
            if x.op is Op.SLICE and x.args[0].op is Op.INPUT and x.args[0].name == "va":
                found |= mask(x.width) << x.low
        return found

    def anchors(self, room: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number of anchors of epochs with `room` transactions after configuration.

        Each descriptor takes two: it is stored, and at the end of the epoch cleared.
        """
        if not self.loads:
            return np.zeros_like(room)
        return np.minimum(ANCHORS, room // (4 * len(self.loads)))

    def follow(
        self,
        draws: Draws,
        columns: Columns,
        foci: NDArray[np.uint64],
        helpful: NDArray[np.bool_],
    ) -> tuple[NDArray[np.uint64], list[Step]]:
        """Return the anchors' addresses [anchor, epoch] and their steps, anchor by anchor.

        Afterwards `columns` has the loads as the first anchor meets them.
        """
        vas: list[U64] = []
        steps: list[Step] = []
        limit = np.uint64(mask(self.plan.va_bits))
        for number in reversed(range(ANCHORS)):
            own = Draws(keys(draws.bits("anchor"), np.full(len(draws), number, np.uint64)))
            va = self._address(own, foci) & limit
            steps = self._steps(own, va, columns, foci, helpful, steps) + steps
            vas.insert(0, va)
        return np.stack(vas), steps

    def _address(self, draws: Draws, foci: NDArray[np.uint64]) -> U64:
        """Return the first focus, where registers gather too, with or without other low bits."""
        which = draws.below("which", foci.shape[1]).astype(np.intp)
        focus = foci[np.arange(len(draws)), which]
        flipped = draws.bits("flip") & ((np.uint64(1) << draws.below("low", 40)) - np.uint64(1))
        return focus ^ np.where(draws.chance("same", 0.3), np.uint64(0), flipped)

    def _steps(
        self,
        draws: Draws,
        va: U64,
        columns: Columns,
        foci: NDArray[np.uint64],
        helpful: NDArray[np.bool_],
        known: list[Step],
    ) -> list[Step]:
        """Follow one walk; where a step meets a descriptor already `known`, it finds that."""
        columns.words["va"] = (va,)
        for p in self.plan.machine.parameters:
            columns.words[p.name] = (np.full(len(va), BASE, np.uint64),)
        steps: list[Step] = []
        for x in self.loads:
            (address,) = evaluate([x.address], columns)
            size = x.width // 8
            last = np.uint64(WINDOW_SIZE - size)
            inside = address - np.uint64(WINDOW_BASE) <= last
            own = Draws(keys(draws.bits(f"load {x.name}"), np.zeros(len(va), np.uint64)))
            data = draw_data(own, self.plan.load_parts(x), x.width, foci, helpful)
            data[~inside] = 0
            for other in known + steps:
                if other.size == size:
                    same = other.inside & (other.address == address)
                    data[same] = other.data[same]
            columns.words[x.name] = tuple(data[:, i] for i in range(1 + (x.width > 64)))
            steps.append(Step(address, inside, size, data))
        return steps
