"""Sets of words as decision diagrams: counted exactly, and listed as patterns.

Ordered binary decision diagrams with shared nodes: Bryant, Graph-based algorithms for Boolean
function manipulation, IEEE Transactions on Computers C-35(8), 1986.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence

__all__ = ["FALSE", "TRUE", "Diagrams"]

FALSE, TRUE = 0, 1  # the sets of no word and of all


class Diagrams:
    """Sets of words of `width` bits. A set is the number of a node.

    Parameters
    ----------
    order : the bits in the order in which they are asked; all of them
    """

    def __init__(self, order: Sequence[int]) -> None:
        self.order = tuple(order)
        self.width = len(self.order)
        self._level = {bit: k for k, bit in enumerate(self.order)}
        # Of each node the level of its bit, and the sets where the bit is 0 and 1.
        self._nodes: list[tuple[int, int, int]] = [(self.width, 0, 0), (self.width, 1, 1)]
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._chosen: dict[tuple[int, int, int], int] = {}
        self._counts: dict[int, int] = {FALSE: 0, TRUE: 1}

    def bit(self, k: int) -> int:
        """Return the words whose bit `k` is 1."""
        return self._node(self._level[k], FALSE, TRUE)

    def cube(self, mask: int, match: int) -> int:
        """Return the words that have the bits of `match` where `mask` has ones."""
        found = TRUE
        for level in reversed(range(self.width)):
            k = self.order[level]
            if mask >> k & 1:
                sides = (FALSE, found) if match >> k & 1 else (found, FALSE)
                found = self._node(level, *sides)
        return found

    def choose(self, condition: int, then: int, other: int) -> int:
        """Return the words of `then` that are in `condition`, and those of `other` that are not."""
        if condition in (FALSE, TRUE) or then == other:
            return other if condition == FALSE else then
        if (then, other) == (TRUE, FALSE):
            return condition
        key = (condition, then, other)
        if key not in self._chosen:
            level = min(self._nodes[n][0] for n in key)
            low = self.choose(*(self._side(n, level, 0) for n in key))
            high = self.choose(*(self._side(n, level, 1) for n in key))
            self._chosen[key] = self._node(level, low, high)
        return self._chosen[key]

    def both(self, a: int, b: int) -> int:
        """Return the words in both sets."""
        return self.choose(a, b, FALSE)

    def either(self, a: int, b: int) -> int:
        """Return the words in one of two sets."""
        return self.choose(a, TRUE, b)

    def without(self, a: int, b: int) -> int:
        """Return the words of `a` that are not in `b`."""
        return self.choose(b, FALSE, a)

    def differ(self, a: int, b: int) -> int:
        """Return the words in exactly one of two sets."""
        return self.choose(a, self.choose(b, FALSE, TRUE), b)

    def count(self, x: int) -> int:
        """Return how many words a set has."""
        return self._below(x) << self._nodes[x][0]

    def example(self, x: int) -> int:
        """Return the word of a set, not empty, with zeros in the bits asked first."""
        word = 0
        while x != TRUE:
            level, low, high = self._nodes[x]
            word |= (low == FALSE) << self.order[level]
            x = high if low == FALSE else low
        return word

    def patterns(self, x: int) -> Iterator[tuple[int, int]]:
        """Yield disjoint parts of a set, the largest first: mask and match of their fixed bits."""
        least = self._least()
        heap = [(least.get(x, self.width), 0, 0, x)] if x != FALSE else []
        while heap:
            _, mask, match, n = heapq.heappop(heap)
            if n == TRUE:
                yield mask, match
                continue
            level, low, high = self._nodes[n]
            place = 1 << self.order[level]
            for side, ones in ((low, 0), (high, place)):
                if side != FALSE:
                    fixed = (mask | place).bit_count() + least[side]
                    heapq.heappush(heap, (fixed, mask | place, match | ones, side))

    def _least(self) -> dict[int, int]:
        """Return for each node the fewest bits that a path to true asks; children come first."""
        least = {TRUE: 0}
        for n, (_, low, high) in enumerate(self._nodes[2:], 2):
            sides = [least[s] for s in (low, high) if s in least]
            if sides:
                least[n] = 1 + min(sides)
        return least

    def _below(self, x: int) -> int:
        """Return how many choices of the bits from a node's on are in its set."""
        if x not in self._counts:
            level, low, high = self._nodes[x]
            self._counts[x] = sum(
                self._below(s) << self._nodes[s][0] - level - 1 for s in (low, high)
            )
        return self._counts[x]

    def _side(self, x: int, level: int, value: int) -> int:
        node = self._nodes[x]
        return node[1 + value] if node[0] == level else x

    def _node(self, level: int, low: int, high: int) -> int:
        if low == high:
            return low
        key = (level, low, high)
        if key not in self._numbers:
            self._numbers[key] = len(self._nodes)
            self._nodes.append(key)
        return self._numbers[key]
