"""Values for registers and descriptors, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gen.ir.expr import mask
from gen.stream.config import Draw
from gen.stream.plan import Part
from gen.stream.rng import U64, Draws, Weights

__all__ = ["draw_data"]

_MIX = 0xD1342543DE82EF95  # odd; foci may have few bits, their products have many

# Field values: random, zero, all ones, one bit, small.
_SHAPES = Weights([30, 20, 15, 20, 15])
_NARROW = Weights([60, 12, 8, 12, 8])  # up to 8 bits, where every value should come up


def draw_data(
    draws: Draws,
    parts: Sequence[Part],
    width: int,
    foci: NDArray[np.uint64],
    helpful: NDArray[np.bool_],
) -> NDArray[np.uint64]:
    """Return a value per element as two 64-bit words, low first.

    Parameters
    ----------
    parts : fields first, then what the translation compares, which is laid over them
    foci : addresses [element, focus] that address fields gather around
    helpful : elements that should rather let translations succeed
    """
    words = np.stack([draws.bits("word 0"), draws.bits("word 1")], axis=1)
    if width < 64:
        words[:, 0] &= np.uint64(mask(width))
    if width <= 64:
        words[:, 1] = 0
    for i, part in enumerate(parts):
        for low, size, shift in _pieces(part):
            good, others = _shifted(part, shift, size)
            piece = replace(part, low=low, width=size, good=good, others=others)
            _lay(words, piece, draws, f"part {i} {shift}", foci, helpful, shift)
    return words


def _pieces(part: Part) -> list[tuple[int, int, int]]:
    """Cut a part at bit 64: (low, width, bits of the part below it)."""
    if part.low < 64 < part.low + part.width:
        first = 64 - part.low
        return [(part.low, first, 0), (64, part.width - first, first)]
    pieces = []
    for start in range(0, part.width, 64):
        pieces.append((part.low + start, min(64, part.width - start), start))
    return pieces


def _shifted(part: Part, shift: int, size: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    keep = mask(size)
    return (
        tuple(v >> shift & keep for v in part.good),
        tuple(v >> shift & keep for v in part.others),
    )


def _lay(
    words: NDArray[np.uint64],
    part: Part,
    draws: Draws,
    name: str,
    foci: NDArray[np.uint64],
    helpful: NDArray[np.bool_],
    shift: int,
) -> None:
    """Put a part's drawn value into the words, where it is drawn at all."""
    if part.draws:
        value, use = _asked(draws, name, part), np.ones(len(draws), np.bool_)
    elif part.compared:
        value, use = _compared(draws, name, part, foci, helpful, shift)
    else:
        value, use = _shape(draws, name, part.width), np.ones(len(draws), np.bool_)
    word, low = divmod(part.low, 64)
    keep = np.uint64(mask(part.width) << low)
    placed = (value << np.uint64(low)) & keep
    words[:, word] = np.where(use, (words[:, word] & ~keep) | placed, words[:, word])


def _shape(draws: Draws, name: str, width: int) -> U64:
    """Return random, 0, all ones, one bit set, or small."""
    which = draws.choose(f"{name} shape", _NARROW if width <= 8 else _SHAPES)
    bits = draws.bits(f"{name} bits")
    one = np.uint64(1) << draws.below(f"{name} one", width)
    full = np.full(len(draws), mask(width), np.uint64)
    return np.choose(which, [bits & full, bits * np.uint64(0), full, one, bits & np.uint64(7)])


def _compared(
    draws: Draws,
    name: str,
    part: Part,
    foci: NDArray[np.uint64],
    helpful: NDArray[np.bool_],
    shift: int,
) -> tuple[U64, NDArray[np.bool_]]:
    """Return values that the translation looks at, and which elements take them."""
    value = np.zeros(len(draws), np.uint64)
    use = np.zeros(len(draws), np.bool_)
    if part.address is not None:
        near = draws.chance(f"{name} near", 0.75)
        value = np.where(near, _near(draws, name, part.address + shift, foci), value)
        use |= near
    if part.others:
        take = draws.chance(f"{name} other", 0.25) & ~helpful
        value = np.where(take, draws.one_of(f"{name} others", part.others), value)
        use |= take
    if part.good:
        take = np.where(
            helpful, draws.chance(f"{name} help", 0.9), draws.chance(f"{name} luck", 0.4)
        )
        take &= ~use if part.address is not None else True
        value = np.where(take, draws.one_of(f"{name} good", part.good), value)
        use |= take
    if part.peer is not None and shift == 0:
        take = draws.chance(f"{name} peer", 0.7) & ~use
        value = np.where(take, _common(draws, name, part.peer, foci), value)
        use |= take
    if part.index and shift == 0:
        take = draws.chance(f"{name} element", 0.85)
        value = np.where(take, draws.below(f"{name} index", part.index), value)
        use |= take
    return value, use


def _common(draws: Draws, name: str, at: int, foci: NDArray[np.uint64]) -> U64:
    """Return one of two values that registers of an epoch have in common."""
    which = draws.below(f"{name} which", 2).astype(np.intp)
    focus = foci[np.arange(len(draws)), which]
    return ((focus ^ np.uint64(_MIX)) * np.uint64(_MIX)) >> np.uint64(min(at + 8, 63))


def _near(draws: Draws, name: str, address: int, foci: NDArray[np.uint64]) -> U64:
    """Return a focus as the field counts it, or one a little or a power of two away."""
    which = draws.below(f"{name} focus", foci.shape[1]).astype(np.intp)
    focus = foci[np.arange(len(draws)), which] >> np.uint64(min(address, 63))
    step = np.uint64(1) << draws.below(f"{name} step", 24)
    little = draws.below(f"{name} little", 5) - np.uint64(2)
    how = draws.below(f"{name} how", 4)
    return np.choose(
        how.astype(np.intp), [focus, focus + little, focus + step, focus | (step - np.uint64(1))]
    )


def _asked(draws: Draws, name: str, part: Part) -> U64:
    """Return what the stimulus file asks for."""
    which = draws.choose(f"{name} asked", Weights([d.weight for d in part.draws]))
    return np.choose(
        which, [_one(draws, f"{name} {i}", d, part.width) for i, d in enumerate(part.draws)]
    )


def _one(draws: Draws, name: str, d: Draw, width: int) -> U64:
    bits = draws.bits(name)
    if d.kind == "uniform":
        return bits & np.uint64(mask(width))
    if d.kind == "bitpattern":  # two runs of equal bits
        cut = draws.below(f"{name} cut", width)
        ones = (np.uint64(1) << cut) - np.uint64(1)
        flip = (bits & np.uint64(1)) * np.uint64(mask(width))
        return ones ^ flip
    span = d.high - d.low + 1
    return np.uint64(d.low) + draws.within(name if span > 1 << 32 else f"{name} in", span)
