"""Random numbers that can be asked for by index: a hash of (seed, place, purpose), integers only.

No generator state: element `i` of a batch has a key, and each *purpose* (a name) gives that key
another 64 random bits. So any part of a stream can be drawn alone, in any order, and is the same on
every machine, Python and NumPy. The mixing function is SplitMix64's finaliser (Steele, Lea and
Flood, OOPSLA 2014; constants of Stafford's variant 13).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["U64", "Draws", "Weights", "key", "keys"]

U64 = NDArray[np.uint64]

_ALL = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15  # 2**64 / golden ratio, odd
_M1, _M2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_U30, _U27, _U31, _U32 = (np.uint64(n) for n in (30, 27, 31, 32))
_N1, _N2 = np.uint64(_M1), np.uint64(_M2)


def _mix_one(x: int) -> int:
    x = ((x ^ (x >> 30)) * _M1) & _ALL
    x = ((x ^ (x >> 27)) * _M2) & _ALL
    return x ^ (x >> 31)


def _mix(x: U64) -> U64:
    """Scramble in place."""
    x ^= x >> _U30
    x *= _N1
    x ^= x >> _U27
    x *= _N2
    x ^= x >> _U31
    return x


@cache
def _purpose(name: str) -> np.uint64:
    """Hash a purpose's name (FNV-1a, then mixed)."""
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & _ALL
    return np.uint64(_mix_one(h))


def key(*words: int) -> int:
    """Return one 64-bit key made of integers of any size and sign, order matters."""
    h = 0
    for word in words:
        h = _mix_one((h + _GOLDEN + (word & _ALL)) & _ALL)
        if not 0 <= word <= _ALL:
            h = _mix_one(h ^ key(1 if word < 0 else 0, abs(word) >> 64))
    return h


def keys(base: U64 | int, index: U64) -> U64:
    """Return a key for each index below the key(s) `base`."""
    start = np.uint64(base) if isinstance(base, int) else base
    return _mix((index + np.uint64(1)) * np.uint64(_GOLDEN) + start)


class Weights:
    """A weighted choice of ``0 .. n - 1``, made with integers.

    Members
    -------
    limits : cumulative weights scaled to ``2**32``; a 32-bit draw below ``limits[i]`` takes the
        first such `i`. A weight of 0 is never taken.
    """

    def __init__(self, weights: Iterable[float | Fraction]) -> None:
        exact = [Fraction(w) for w in weights]
        total = sum(exact)
        if not exact or total <= 0 or min(exact) < 0:
            raise ValueError("weights must not be negative and their sum must be above 0")
        limits, running = [], Fraction(0)
        for w in exact:
            running += w
            limits.append(int(running * (1 << 32) / total))
        self.limits = np.array(limits, np.uint64)

    def pick(self, draw: U64) -> NDArray[np.intp]:
        """Return the choice for each 32-bit draw."""
        return np.searchsorted(self.limits, draw, side="right")

    def pick_one(self, draw: int) -> int:
        """Return the choice for one 32-bit draw."""
        return bisect_right(self.limits.tolist(), draw)


class Draws:
    """Random bits for a batch of elements, each with its own key.

    The same purpose twice gives the same bits: every decision needs a name of its own.
    """

    def __init__(self, keys: U64) -> None:
        self.keys = keys

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, which: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Draws:
        return Draws(self.keys[which])

    def bits(self, purpose: str) -> U64:
        """Return 64 random bits for each element."""
        return _mix(self.keys + _purpose(purpose))

    def below(self, purpose: str, bound: int | U64) -> U64:
        """Return an integer in ``0 .. bound - 1`` for each element; `bound` is at most 2**32."""
        limit = np.uint64(bound) if isinstance(bound, int) else bound
        return ((self.bits(purpose) >> _U32) * limit) >> _U32

    def within(self, purpose: str, bound: int) -> U64:
        """Return an integer in ``0 .. bound - 1`` for each element; `bound` is at most 2**64."""
        if bound <= 1 << 32:
            return self.below(purpose, bound)
        return self.bits(purpose) % np.uint64(min(bound, _ALL))

    def chance(self, purpose: str, probability: float) -> NDArray[np.bool_]:
        """Return True with a probability for each element."""
        limit = np.uint64(int(Fraction(probability) * (1 << 32)))
        return np.asarray((self.bits(purpose) >> _U32) < limit)

    def choose(self, purpose: str, weights: Weights) -> NDArray[np.intp]:
        """Return a weighted choice for each element."""
        return weights.pick(self.bits(purpose) >> _U32)

    def one_of(self, purpose: str, values: Sequence[int]) -> U64:
        """Return one of some 64-bit values for each element, all equally likely."""
        table = np.array([v & _ALL for v in values], np.uint64)
        return table[self.below(purpose, len(values)).astype(np.intp)]
