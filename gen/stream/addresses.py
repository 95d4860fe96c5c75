"""Virtual addresses: near the boundaries of the state at hand, near an epoch's foci, anywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gen.ir.expr import mask
from gen.stream.config import Config
from gen.stream.plan import Plan
from gen.stream.rng import U64, Draws, Weights

__all__ = ["draw_addresses"]

_ELSEWHERE = Weights([30, 25, 45])  # near a focus, at an edge of the address space, uniform


def draw_addresses(
    draws: Draws,
    plan: Plan,
    values: NDArray[np.uint64],
    cares: NDArray[np.uint64],
    epoch: NDArray[np.int64],
    foci: NDArray[np.uint64],
) -> U64:
    """Return an address per element.

    Parameters
    ----------
    values : boundary addresses [goal, epoch]; `cares`: bits that matter, per goal
    epoch : column of `values` for each element
    foci : addresses [element, focus]
    """
    bits = plan.va_bits
    address = _elsewhere(draws, plan.config, bits, foci)
    if len(values):
        goal = _goals(draws, values, epoch)
        at = values[goal, epoch]
        loose = draws.chance("loose", 0.6)
        free = np.where(loose, ~cares[goal], np.uint64(0))
        at = (at & ~free) | (draws.bits("free") & free)
        near = draws.chance("boundary", plan.config.boundaries)
        address = np.where(near, _moved(draws, "move", at, bits), address)
    return address & np.uint64(mask(bits))


def _goals(draws: Draws, values: NDArray[np.uint64], epoch: NDArray[np.int64]) -> NDArray[np.intp]:
    """Choose a boundary for each element, mostly one that is not 0: registers never written."""
    unset = values == 0
    order = np.argsort(unset, axis=0, kind="stable")  # those that are set stand first
    count = (~unset).sum(axis=0).astype(np.uint64)[epoch]
    every = np.full(len(draws), len(values), np.uint64)
    anyhow = draws.chance("any goal", 0.15) | (count == 0)
    rank = draws.below("goal", np.where(anyhow, every, count)).astype(np.intp)
    return np.asarray(order[rank, epoch], np.intp)


def _moved(draws: Draws, name: str, at: U64, bits: int) -> U64:
    """Return an address itself, its neighbours, and addresses a power of two away."""
    step = np.uint64(1) << draws.below(f"{name} step", bits)
    ones = step - np.uint64(1)
    how = draws.below(f"{name} how", 12).astype(np.intp)
    one = np.uint64(1)
    ways = [at, at, at, at + one, at - one, at - one, at + step, at - step]
    return np.choose(how, [*ways, at ^ step, at | ones, at & ~ones, (at & ~ones) - one])


def _elsewhere(draws: Draws, config: Config, bits: int, foci: NDArray[np.uint64]) -> U64:
    if config.ranges or config.evictions or config.addresses:
        return _schemes(draws, config)
    which = draws.below("focus", foci.shape[1]).astype(np.intp)
    focus = _moved(draws, "focus", foci[np.arange(len(draws)), which], bits)
    edge = _moved(draws, "edge", np.zeros(len(draws), np.uint64), bits)
    return np.choose(draws.choose("elsewhere", _ELSEWHERE), [focus, edge, draws.bits("anywhere")])


def _schemes(draws: Draws, config: Config) -> U64:
    """Return addresses of the stimulus file's memory schemes."""
    weights = [r.weight for r in config.ranges] + [e.weight for e in config.evictions]
    weights += [w for _, w in config.addresses]
    made: list[U64] = []
    for i, r in enumerate(config.ranges):
        blocks = max(1, (r.size - r.first + r.stride - 1) // r.stride)
        block = draws.bits(f"block {i}") % np.uint64(blocks)
        offset = draws.within(f"offset {i}", r.last - r.first + 1) + np.uint64(r.first)
        address = block * np.uint64(r.stride) + offset
        last = np.uint64(r.size - 1)
        made.append(np.uint64(r.start) + np.minimum(address, last))
    for i, e in enumerate(config.evictions):
        made.append((draws.bits(f"eviction {i}") & np.uint64(e.mask)) | np.uint64(e.fixed))
    for address_, _ in config.addresses:
        made.append(np.full(len(draws), address_, np.uint64))
    which = draws.choose("scheme", Weights(weights))
    picked = made[0].copy()
    for i, column in enumerate(made):
        picked[which == i] = column[which == i]
    return picked
