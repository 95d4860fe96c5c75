"""Streams: planned by epoch, drawn in batches, any epoch on its own.

A stream is a sequence of epochs of different lengths. An epoch begins with a reset, then software
configures the unit, then come mostly requests. What an epoch holds depends on the seed and on its
number only, so that one epoch can be made, and replayed, without the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gen.diag import Reporter
from gen.ir.expr import mask
from gen.ir.machine import Load, Machine
from gen.ir.transaction import Kind
from gen.stream.addresses import draw_addresses
from gen.stream.config import Config
from gen.stream.data import draw_data
from gen.stream.plan import Access, Plan, Target, constant_address
from gen.stream.protocol import TRANSACTION_DTYPE, Native, Records, window
from gen.stream.rng import U64, Draws, Weights, key, keys
from gen.stream.vector import Columns, evaluate
from gen.stream.walk import Walk
from gen.stream.yaml_text import short

__all__ = ["Generator"]

_FOCI = 3  # addresses around which an epoch's registers and requests gather
_STRAY = 0.06  # share of bus accesses to offsets without a register


@dataclass(frozen=True)
class _Batch:
    """Some epochs, their transactions side by side.

    Members
    -------
    epochs : number of each epoch; `lengths` its transactions; `starts` where they begin here
    epoch : row in `epochs` of each transaction; `position` within its epoch
    draws : random bits of each transaction; `epoch_draws` of each epoch
    config : number of writes of the configuration of each epoch
    walks : number of descriptors stored after it, and cleared at the end of the epoch
    blank, helpful : epochs that look at what reset left; that should rather translate
    foci : addresses around which each epoch gathers: [epoch, focus]
    """

    epochs: U64
    lengths: NDArray[np.int64]
    starts: NDArray[np.int64]
    epoch: NDArray[np.int64]
    position: NDArray[np.int64]
    draws: Draws
    epoch_draws: Draws
    config: NDArray[np.int64]
    walks: NDArray[np.int64]
    blank: NDArray[np.bool_]
    helpful: NDArray[np.bool_]
    foci: NDArray[np.uint64]


class Generator:
    """Makes streams for one machine and one stimulus file.

    Parameters
    ----------
    native : performs transactions, to know the state that an epoch's configuration leads to
    reporter : receives errors of the histogram, which needs the machine's names

    Raises
    ------
    IsoformError : through the reporter
    """

    def __init__(
        self, machine: Machine, config: Config, native: Native, reporter: Reporter
    ) -> None:
        self.plan = Plan(machine, config)
        self.walk = Walk(self.plan)
        self.native = native
        self.accesses = _accesses(self.plan, reporter)
        reporter.check()
        self.weights = Weights([a.weight for a in self.accesses])

    def stream(self, seed: int, count: int) -> Records:
        """Return `count` transactions: epoch 0 and those after it, the last one cut."""
        lengths: list[int] = []
        total, first = 0, 0
        while total < count:
            block = self._lengths(seed, np.arange(first, first + 256, dtype=np.uint64))
            for length in block.tolist():
                if total < count:
                    lengths.append(length)
                    total += length
            first += 256
        return self._make(seed, np.arange(len(lengths), dtype=np.uint64))[:count]

    def epoch(self, seed: int, number: int) -> Records:
        """Return one whole epoch, as it stands in the stream."""
        return self._make(seed, np.array([number], np.uint64))

    # Planning

    def _lengths(self, seed: int, epochs: U64) -> NDArray[np.int64]:
        low, high = self.plan.config.epoch
        draws = Draws(keys(key(seed, 1), epochs))
        spread = draws.below("length", high - low + 1).astype(np.int64)
        short = draws.chance("short", 0.5)  # short ones are more, long ones have more in them
        return np.where(short, low + spread // 4, low + spread)

    def _batch(self, seed: int, epochs: U64) -> _Batch:
        lengths = self._lengths(seed, epochs)
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        epoch = np.repeat(np.arange(len(epochs)), lengths)
        position = np.arange(int(lengths.sum())) - starts[epoch]
        bases = keys(key(seed, 1), epochs)
        epoch_draws = Draws(bases)
        draws = Draws(keys(bases[epoch], position.astype(np.uint64)))
        wanted = 3 * len(self.plan.targets) + 2
        if any(t.instruction for t in self.plan.targets):
            wanted *= 3  # registers first collect what an instruction then takes
        config = np.minimum(lengths // 2, wanted) if self.plan.targets else lengths * 0
        # Some epochs look at what reset left: all of it, or what a part of the writes left.
        partly = epoch_draws.below("part", wanted + 1).astype(np.int64)
        blank = epoch_draws.chance("partly", 0.2)
        config = np.where(blank, np.minimum(config, partly), config)
        # A reset leaves memory alone: an epoch that did not write it would depend on earlier ones.
        config = np.maximum(config, np.minimum(lengths - 1, len(self._memory())))
        return _Batch(
            epochs,
            lengths,
            starts,
            epoch,
            position,
            draws,
            epoch_draws,
            config,
            self.walk.anchors(lengths - 1 - config) * len(self.walk.loads),
            blank,
            epoch_draws.chance("helpful", 0.6),
            _foci(epoch_draws, self.plan.va_bits),
        )

    def _make(self, seed: int, epochs: U64) -> Records:
        b = self._batch(seed, epochs)
        tx = np.zeros(len(b.epoch), TRANSACTION_DTYPE)
        tx["epoch"] = b.epochs[b.epoch]
        tx["kind"] = Kind.TRANSLATE
        tx["kind"][b.position == 0] = Kind.RESET
        configuring = (b.position > 0) & (b.position <= b.config[b.epoch])
        main = b.position > b.config[b.epoch]
        spare = (b.config + b.walks)[b.epoch] >= b.position
        spare |= b.position >= (b.lengths - b.walks)[b.epoch]
        self._configure(tx, b, configuring)
        self._operate(tx, b, main & ~spare)
        columns = self._columns(*self._after_configuration(tx, b))
        anchors = self._anchors(tx, b, columns)
        self._request(tx, b, main & (tx["kind"] == Kind.TRANSLATE), columns, anchors)
        self._stall(tx, b)
        return tx

    # Software's part

    def _writable(self) -> list[int]:
        return [i for i, t in enumerate(self.plan.targets) if t.writable]

    def _memory(self) -> list[int]:
        return [i for i, t in enumerate(self.plan.targets) if t.memory]

    def _configure(self, tx: Records, b: _Batch, rows: NDArray[np.bool_]) -> None:
        """Write all memory, then every target once in a rotated order, then some again."""
        writable = np.array(self._writable(), np.int64)
        if not writable.size:
            return
        memory = np.array(self._memory(), np.int64)
        first = rows & (b.position <= len(memory))
        self._describe(tx, b, np.flatnonzero(first), memory)
        at = np.flatnonzero(rows & ~first)
        n = len(writable)
        turn = b.epoch_draws.below("turn", n).astype(np.int64)[b.epoch[at]]
        again = b.draws[at].below("again", n).astype(np.int64)
        place = b.position[at] - len(memory)
        order = np.where(place <= n, (place + turn) % n, again)
        self._write(tx, b, at, writable[order], helpful=b.helpful[b.epoch[at]])

    def _describe(
        self, tx: Records, b: _Batch, at: NDArray[np.int64], memory: NDArray[np.int64]
    ) -> None:
        """Store one descriptor to each place in memory; zeros in an epoch that is blank."""
        if not at.size:
            return
        self._write(tx, b, at, memory[b.position[at] - 1], helpful=b.helpful[b.epoch[at]])
        tx["data"][at[b.blank[b.epoch[at]]]] = 0

    def _write(
        self,
        tx: Records,
        b: _Batch,
        at: NDArray[np.int64],
        targets: NDArray[np.int64],
        helpful: NDArray[np.bool_],
    ) -> None:
        """Fill in writes: where, and what; registers of one array share the drawing."""
        groups: dict[tuple[str, bool, tuple[Any, ...]], list[int]] = {}
        for i, t in enumerate(self.plan.targets):
            groups.setdefault((t.register, t.memory, t.parts), []).append(i)
        place = np.array([t.place for t in self.plan.targets], np.uint64)
        for members in groups.values():
            chosen = np.isin(targets, members)
            if not chosen.any():
                continue
            rows, t = at[chosen], self.plan.targets[members[0]]
            foci = b.foci[b.epoch[rows]]
            draws = b.draws[rows]
            tx["data"][rows] = draw_data(draws, t.parts, 8 * t.size, foci, helpful[chosen])
            where = place[targets[chosen]]
            if t.memory:
                tx["kind"][rows], tx["va"][rows], tx["size"][rows] = Kind.STORE, where, t.size
            else:
                tx["kind"][rows], tx["offset"][rows] = Kind.WRITE, where.astype(np.uint32)

    def _operate(self, tx: Records, b: _Batch, rows: NDArray[np.bool_]) -> None:
        """Choose the operation of each later transaction from the histogram."""
        at = np.flatnonzero(rows)
        which = b.draws[at].choose("operation", self.weights)
        for i, access in enumerate(self.accesses):
            if access.name == "translate":
                continue
            here = at[which == i]
            members = np.array(access.targets, np.int64)
            picked = members[b.draws[here].below("target", len(members)).astype(np.int64)]
            if access.name.startswith("read"):
                self._read(tx, b, here, picked)
            else:
                careful = np.full(len(here), access.name == "reconfigure")
                self._write(tx, b, here, picked, careful & b.helpful[b.epoch[here]])
                self._go_astray(tx, b, here[tx["kind"][here] == Kind.WRITE])

    def _read(
        self, tx: Records, b: _Batch, at: NDArray[np.int64], targets: NDArray[np.int64]
    ) -> None:
        place = np.array([t.place for t in self.plan.targets], np.uint32)
        tx["kind"][at] = Kind.READ
        tx["offset"][at] = place[targets]
        self._go_astray(tx, b, at)

    def _go_astray(self, tx: Records, b: _Batch, at: NDArray[np.int64]) -> None:
        """Send some bus accesses to offsets that may have no register; the bus must refuse."""
        draws = b.draws[at]
        stray = draws.chance("stray", _STRAY)
        registers = [t for t in self.plan.targets if not t.memory]
        last = max((t.place + t.size for t in registers), default=1)
        span = 1 << max(1, (last - 1).bit_length())
        offsets = draws.below("stray offset", span).astype(np.uint32)
        tx["offset"][at] = np.where(stray, offsets, tx["offset"][at])

    # Requests

    def _after_configuration(self, tx: Records, b: _Batch) -> tuple[Records, dict[str, U64]]:
        """Return each epoch's state after its configuration, and the low words of its loads."""
        states = np.zeros(len(b.epochs), self.native.state_dtype)
        for row, (start, config) in enumerate(zip(b.starts, b.config, strict=True)):
            state = states[row : row + 1].copy()
            self.native.run(state, tx[start : start + config + 1], window())
            states[row] = state[0]
        loads: dict[str, U64] = {}
        memory = {t.place: t for t in self.plan.targets if t.memory}
        before = (b.position <= b.config[b.epoch]) & (tx["kind"] == Kind.STORE)
        for name, address in self._load_addresses().items():
            values = np.zeros((len(b.epochs), 2), np.uint64)
            at = np.flatnonzero(before & (tx["va"] == address))
            values[b.epoch[at]] = tx["data"][at]  # in order: the last store stays
            if address in memory:
                loads[name] = values
        return states, loads

    def _load_addresses(self) -> dict[str, int]:
        translate = self.plan.machine.operation("translate")
        found = {}
        for x in translate.effects:
            if isinstance(x, Load) and (address := constant_address(x.address)) is not None:
                found[x.name] = address
        return found

    def _anchors(self, tx: Records, b: _Batch, columns: Columns) -> NDArray[np.uint64]:
        """Store the descriptors of walks; return the addresses they are for: [anchor, epoch]."""
        if not self.walk.loads:
            return np.zeros((0, len(b.epochs)), np.uint64)
        addresses, steps = self.walk.follow(b.epoch_draws, columns, b.foci, b.helpful)
        for k, step in enumerate(steps):
            made = np.flatnonzero((k < b.walks) & step.inside)
            first = (b.starts + b.config + 1 + k)[made]
            last = (b.starts + b.lengths - b.walks + k)[made]
            for rows in (first, last):
                tx["kind"][rows], tx["size"][rows] = Kind.STORE, step.size
                tx["va"][rows] = step.address[made]
            tx["data"][first] = step.data[made]
        return addresses

    def _columns(self, states: Records, loads: dict[str, U64]) -> Columns:
        """Return the state and the loads of every epoch by name."""
        columns = Columns(len(states))
        for r in self.plan.machine.registers:
            column = states[r.name]
            if r.width > 64:
                words = tuple(np.ascontiguousarray(column[..., i]) for i in (0, 1))
            else:
                words = (column.astype(np.uint64),)
            (columns.files if r.is_file else columns.words)[r.name] = words
        for x in self.plan.machine.operation("translate").effects:
            if isinstance(x, Load):
                value = loads.get(x.name, np.zeros((len(states), 2), np.uint64))
                low = value[:, 0] & np.uint64(mask(min(64, x.width)))
                columns.words[x.name] = (low, value[:, 1]) if x.width > 64 else (low,)
        return columns

    def _request(
        self,
        tx: Records,
        b: _Batch,
        rows: NDArray[np.bool_],
        columns: Columns,
        anchors: NDArray[np.uint64],
    ) -> None:
        at = np.flatnonzero(rows)
        draws = b.draws[at]
        tx["access"][at] = draws.below("access", 1 << len(self.plan.machine.flags))
        found = evaluate([g.value for g in self.plan.goals], columns)
        values = np.concatenate([np.array(found, np.uint64).reshape(-1, columns.rows), anchors])
        cares = [g.care for g in self.plan.goals] + [self.walk.care] * len(anchors)
        tx["va"][at] = draw_addresses(
            draws,
            self.plan,
            values,
            np.array(cares, np.uint64),
            b.epoch[at],
            b.foci[b.epoch[at]],
        )

    def _stall(self, tx: Records, b: _Batch) -> None:
        """Let some requests come later and some responses wait."""
        stalled = b.draws.chance("stall", self.plan.config.stalls)
        amount = b.draws.below("stall amount", 256).astype(np.uint8)
        short = np.uint8(0x33)  # at most 3 cycles each, mostly
        tx["stall"] = np.where(stalled, amount & short, 0)
        tx["stall"][b.position == 0] = 0


def _foci(draws: Draws, bits: int) -> NDArray[np.uint64]:
    """Return the addresses around which each epoch gathers: far ones, near ones, low ones."""
    limit = np.uint64(mask(bits))
    first = draws.bits("focus 0") & limit
    step = np.uint64(1) << draws.below("focus step", bits)
    third = (draws.bits("focus 2") & limit) >> draws.below("focus shift", bits)
    return np.stack([first, (first + step) & limit, third], axis=1)[:, :_FOCI]


# The histogram


def _accesses(plan: Plan, reporter: Reporter) -> list[Access]:
    """Return the operations that the machine has, with their weights from the histogram."""
    every = _operations(plan.targets)
    weights: dict[str, float] = {}
    for pattern, weight in plan.config.histogram:
        try:
            matched = [name for name in every if re.fullmatch(pattern, name)]
        except re.error:
            matched = []
        known = pattern in ("translate", "write", "read", "instr", "reconfigure")
        if not matched and not known:
            span = plan.config.spans.get(f"histogram:{pattern}")
            names = ", ".join(n for n in every if ":" not in n)
            reporter.report(
                "E0505",
                f"`{short(pattern)}` names no operation of `{plan.machine.name}`",
                span,
                help=f"it has {names}, and write:NAME and read:NAME of its registers",
            )
        for name in matched:
            weights[name] = weight / len(matched)
    found = [Access(n, w, tuple(every[n])) for n, w in weights.items() if w > 0]
    if not found and not reporter.errors:
        message = f"the histogram leaves `{plan.machine.name}` nothing to do"
        reporter.report("E0505", message, plan.config.spans.get("histogram"))
    return found


def _operations(targets: tuple[Target, ...]) -> dict[str, list[int]]:
    """Return what can be asked of a machine, by name, with the targets it may go to."""
    every: dict[str, list[int]] = {"translate": []}
    for i, t in enumerate(targets):
        if t.instruction:
            every.setdefault("instr", []).append(i)
            every.setdefault(f"instr:{t.register}", []).append(i)
            continue
        if t.writable:
            every.setdefault("write", []).append(i)
            every.setdefault("reconfigure", []).append(i)
        if t.register and t.writable:
            every.setdefault(f"write:{t.register}", []).append(i)
        if t.register and t.readable:
            every.setdefault("read", []).append(i)
            every.setdefault(f"read:{t.register}", []).append(i)
    return every
