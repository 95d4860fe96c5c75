"""Shrinking: from a failing epoch to few transactions with small values that still fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["shrink"]

Stream = NDArray[Any]
_MOST = 4000  # trials


class _Budget:
    """Counts trials, so that shrinking always ends."""

    def __init__(self, fails: Callable[[Stream], bool]) -> None:
        self.fails = fails
        self.left = _MOST

    def __call__(self, stream: Stream) -> bool:
        if self.left <= 0:
            return False
        self.left -= 1
        return self.fails(stream)


def shrink(stream: Stream, fails: Callable[[Stream], bool]) -> Stream:
    """Return a smallest stream found that still fails: delta debugging, then smaller values.

    `fails` must hold for `stream`; it always sees streams that start with the first transaction.
    """
    trial = _Budget(fails)
    small = _drop(stream, trial)
    small = _lower(small, trial)
    small = _lower(small, trial)  # a smaller value behind may let one before it be smaller
    return _drop(small, trial)


def _drop(stream: Stream, fails: Callable[[Stream], bool]) -> Stream:
    """Leave out runs of transactions, long ones first."""
    size = max(1, len(stream) // 2)
    while size >= 1:
        start = 1
        while start < len(stream):
            shorter = np.concatenate([stream[:start], stream[start + size :]])
            if fails(shorter):
                stream = shorter
            else:
                start += size
        size //= 2
    return stream


def _lower(stream: Stream, fails: Callable[[Stream], bool]) -> Stream:
    """Make the values of each transaction simpler: 0 first, then bit by bit from the top."""
    for i in range(len(stream)):
        for name in ("stall", "access", "va"):
            stream = _lower_word(stream, i, (name,), fails)
        for word in (1, 0):
            stream = _lower_word(stream, i, ("data", word), fails)
    return stream


def _lower_word(
    stream: Stream, i: int, place: tuple[str] | tuple[str, int], fails: Callable[[Stream], bool]
) -> Stream:
    def value(s: Stream) -> int:
        field = s[place[0]][i]
        return int(field if len(place) == 1 else field[place[1]])

    def with_value(new: int) -> Stream:
        changed = stream.copy()
        if len(place) == 1:
            changed[place[0]][i] = new
        else:
            changed[place[0]][i, place[1]] = new
        return changed

    if value(stream) == 0:
        return stream
    if fails(with_value(0)):
        return with_value(0)
    for bit in reversed(range(value(stream).bit_length())):
        now = value(stream)
        if now >> bit & 1 and fails(with_value(now & ~(1 << bit))):
            stream = with_value(now & ~(1 << bit))
    return stream
