"""The decoder: one decision tree over the words, for every form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from gen.isa.extension import Instruction

__all__ = ["Branch", "Decoder", "Leaf", "Node"]


@dataclass(frozen=True)
class Leaf:
    """Instructions to try in turn; none if the words are no instruction."""

    instructions: tuple[Instruction, ...]


@dataclass(frozen=True)
class Branch:
    """A choice by bits ``low .. low + width - 1`` of the word.

    Members
    -------
    children : by value of the bits
    other : where no child is
    """

    low: int
    width: int
    children: Mapping[int, Node]
    other: Node


Node: TypeAlias = Leaf | Branch


class Decoder:
    """Finds the instruction of a word, by the width of words."""

    def __init__(self, instructions: Sequence[Instruction]) -> None:
        ranks = _ranks(instructions)
        order = sorted(instructions, key=lambda i: (-ranks[i.name], *_specific(i)))
        self._instructions = tuple(order)

    @cached_property
    def trees(self) -> dict[int, Node]:
        """The decision tree for each width of words."""
        by_width: dict[int, list[Instruction]] = {}
        for i in self._instructions:
            by_width.setdefault(i.encoding.width, []).append(i)
        return {w: _tree(found, 0, w) for w, found in sorted(by_width.items())}

    def find(self, word: int, width: int) -> Instruction | None:
        """Return the instruction of a word, or None."""
        node = self.trees.get(width)
        if node is None:
            return None
        while isinstance(node, Branch):
            node = node.children.get(word >> node.low & (1 << node.width) - 1, node.other)
        for i in node.instructions:
            if i.matches(word):
                return i
        return None

    def leaves(self, width: int) -> Iterator[Leaf]:
        """Yield the leaves of the tree for a width."""
        stack = [self.trees[width]]
        while stack:
            node = stack.pop()
            if isinstance(node, Leaf):
                yield node
            else:
                stack += [*node.children.values(), node.other]


def _tree(found: Sequence[Instruction], decided: int, width: int) -> Node:
    """Split by the longest run of bits that all instructions fix and nobody has looked at."""
    low, size = _run(_fixed(found) & ~decided, width)
    if len(found) < 2 or not size:
        return _split_some(found, decided, width)
    return _branch(found, decided, width, low, size)


def _branch(found: Sequence[Instruction], decided: int, width: int, low: int, size: int) -> Node:
    bits = (1 << size) - 1
    groups: dict[int, list[Instruction]] = {}
    for i in found:
        groups.setdefault(i.encoding.match >> low & bits, []).append(i)
    decided |= bits << low
    if len(groups) == 1:  # each instruction's own mask compares them
        return _tree(found, decided, width)
    children = {v: _tree(g, decided, width) for v, g in sorted(groups.items())}
    return Branch(low, size, children, Leaf(()))


def _split_some(found: Sequence[Instruction], decided: int, width: int) -> Node:
    """Split by bits that some instructions fix; those that do not go to every side."""
    some = 0
    for i in found:
        some |= i.encoding.mask
    apart = 0
    for i in found:
        for j in found:
            apart |= i.encoding.mask & j.encoding.mask & (i.encoding.match ^ j.encoding.match)
    low, size = _run(apart & ~decided, width)
    if len(found) < 2 or not size:
        return Leaf(tuple(found))
    bits = (1 << size) - 1
    place = bits << low
    free = [i for i in found if i.encoding.mask & place != place]
    if len(free) > len(found) // 2 and size > 1:
        size, bits, place = 1, 1, 1 << low
        free = [i for i in found if not i.encoding.mask & place]
    values = {i.encoding.match >> low & bits for i in found if i not in free}
    if free and size > 1:
        values = set(range(bits + 1))
    decided |= place
    children = {}
    for v in sorted(values):
        side = [i for i in found if _agrees(i, v << low, place)]
        children[v] = _tree(side, decided, width)
    return Branch(low, size, children, _tree(free, decided, width))


def _agrees(i: Instruction, value: int, place: int) -> bool:
    mask = i.encoding.mask & place
    return i.encoding.match & mask == value & mask


def _fixed(found: Sequence[Instruction]) -> int:
    mask = -1
    for i in found:
        mask &= i.encoding.mask
    return mask if found else 0


def _specific(i: Instruction) -> tuple[int, bool]:
    return (-i.encoding.mask.bit_count(), i.where is None)


def _ranks(instructions: Sequence[Instruction]) -> dict[str, int]:
    """Return how many instructions each refines, the one refined by the one it refines with it."""
    refined = {i.name: i.refines for i in instructions}
    ranks = {}
    for name in refined:
        chain = [name]
        while refined.get(chain[-1]) and refined[chain[-1]] not in chain:
            chain.append(refined[chain[-1]])
        ranks[name] = len(chain)
    return ranks


def _run(mask: int, width: int) -> tuple[int, int]:
    """Return the lowest bit and the length of the longest run of ones, at most eight."""
    best = (0, 0)
    at = 0
    while at < width:
        size = 0
        while at + size < width and mask >> at + size & 1 and size < 8:
            size += 1
        if size > best[1]:
            best = (at, size)
        at += max(size, 1)
    return best
