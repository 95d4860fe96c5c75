"""Proofs about the encodings of an instruction set: no overlap, the decoder, and what is free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations, islice
from typing import TypeAlias

import z3

from gen.diag import Label, Reporter
from gen.forms import smt
from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.prove.blast import holds
from gen.prove.diagrams import FALSE, Diagrams
from gen.source import Span

__all__ = ["Choice", "Encoding", "Region", "Space", "Tree", "overlaps", "space", "wrong_word"]

WORD = "word"  # the input of conditions


@dataclass(frozen=True)
class Encoding:
    """The words of an instruction.

    Members
    -------
    width : bits of the words
    mask, match : fixed bits and their values
    condition : what else must hold, 1 bit, of the input ``word``
    refines : name of the instruction from which this one takes some words, or empty
    """

    name: str
    width: int
    mask: int
    match: int
    condition: Expr = field(default_factory=lambda: e.const(1, 1))
    refines: str = ""
    span: Span | None = None


@dataclass(frozen=True)
class Choice:
    """A choice of a decoder by bits ``low .. low + width - 1``; `other` where no child is."""

    low: int
    width: int
    children: Mapping[int, Tree]
    other: Tree


# A decoder: names of instructions to try in turn, or a choice.
Tree: TypeAlias = "tuple[str, ...] | Choice"


@dataclass(frozen=True)
class Region:
    """Words that have the bits of `match` where `mask` has ones."""

    width: int
    mask: int
    match: int

    @property
    def words(self) -> int:
        """How many there are."""
        return 1 << self.width - self.mask.bit_count()

    def __str__(self) -> str:
        """Return the pattern, most significant bit first, ``x`` for either."""
        bits = (
            str(self.match >> k & 1) if self.mask >> k & 1 else "x"
            for k in reversed(range(self.width))
        )
        return "".join(bits)


@dataclass(frozen=True)
class Space:
    """The words of a width and what they are.

    Members
    -------
    words : how many are fetched as words of this width
    used : how many words each instruction has, by name; those that refine it not counted
    regions : disjoint parts of the free words, the largest first, as many as were asked for
    astray : names of instructions with words that are fetched as words of another width
    """

    width: int
    words: int
    used: Mapping[str, int]
    regions: tuple[Region, ...]
    astray: tuple[str, ...] = ()

    @property
    def free(self) -> int:
        """How many words are no instruction."""
        return self.words - sum(self.used.values())

    @property
    def example(self) -> int | None:
        """A free word of the largest region; None if all are used."""
        return self.regions[0].match if self.regions else None


# Overlaps


def overlaps(encodings: Sequence[Encoding], reporter: Reporter) -> int:
    """Report each word that is two instructions, unless one refines the other: E0910.

    Returns
    -------
    How many pairs have words in common; those where one refines the other with them.
    """
    refined = _refined(encodings)
    found = 0
    for a, b in combinations(encodings, 2):
        word = _common(a, b)
        if word is None:
            continue
        found += 1
        if b.name not in refined[a.name] and a.name not in refined[b.name]:
            _report(a, b, word, reporter)
    return found


def _report(a: Encoding, b: Encoding, word: int, reporter: Reporter) -> None:
    digits = -(-a.width // 4)
    reporter.report(
        "E0910",
        f"the word {word:#0{digits + 2}x} is both `{a.name}` and `{b.name}`",
        b.span,
        f"`{b.name}`",
        labels=[Label(a.span, f"`{a.name}`")] if a.span else [],
        help="exclude it with `where=`, or declare `refines=` of the one that takes it",
    )


def _refined(encodings: Iterable[Encoding]) -> dict[str, set[str]]:
    """Return by name the instructions that each refines, directly or through others."""
    direct = {x.name: x.refines for x in encodings}
    found: dict[str, set[str]] = {}
    for name in direct:
        found[name] = set()
        at = direct[name]
        while at and at not in found[name]:
            found[name].add(at)
            at = direct.get(at, "")
    return found


def _common(a: Encoding, b: Encoding) -> int | None:
    """Return a word of two instructions, or None."""
    if a.width != b.width or (a.match ^ b.match) & a.mask & b.mask:
        return None
    conditions = [c for c in (a.condition, b.condition) if not c.is_const]
    if not conditions and a.condition.value and b.condition.value:
        return a.match | b.match
    solver = z3.Solver()
    solver.add(_matches(a), _matches(b))
    return _word(solver, a.width)


def _matches(x: Encoding) -> z3.BoolRef:
    word = z3.BitVec(f"input.{WORD}", x.width)
    parts = [z3.Extract(h, low, word) == x.match >> low for h, low in _runs(x.mask, x.width)]
    return z3.And(*parts, smt.term(x.condition) == 1)


def _runs(mask: int, width: int) -> Iterator[tuple[int, int]]:
    """Yield the highest and lowest bit of each run of ones."""
    low = 0
    for k in range(width + 1):
        if not mask >> k & 1:
            if low < k:
                yield k - 1, low
            low = k + 1


def _word(solver: z3.Solver, width: int) -> int | None:
    """Return a word that satisfies the solver's formulas, or None."""
    if solver.check() == z3.unsat:
        return None
    word = z3.BitVec(f"input.{WORD}", width)
    return int(solver.model().eval(word, model_completion=True).as_long())


# The decoder


def wrong_word(encodings: Sequence[Encoding], tree: Tree, width: int) -> int | None:
    """Return a word for which a decoder does not find the instruction it is, or None: proved.

    A word is the instruction whose encoding it matches, and of those that overlap the one that
    refines the others; it is none if it matches no encoding.
    """
    own = [x for x in encodings if x.width == width]
    refined = _refined(own)
    matches = {x.name: _matches(x) for x in own}
    numbers = {x.name: k for k, x in enumerate(own, 1)}
    found = _found(tree, matches, numbers, width)
    wrong = []
    for x in own:
        others = [matches[y.name] for y in own if x.name in refined[y.name]]
        wrong.append(z3.And(matches[x.name], *map(z3.Not, others), found != numbers[x.name]))
    wrong.append(z3.And(*(z3.Not(m) for m in matches.values()), found != 0))
    solver = z3.SolverFor("QF_BV")
    solver.add(z3.Or(*wrong))
    return _word(solver, width)


def _found(
    tree: Tree, matches: Mapping[str, z3.BoolRef], numbers: Mapping[str, int], width: int
) -> z3.BitVecRef:
    """Return the number of the instruction that a decoder finds, 0 for none."""
    bits = max(1, len(numbers).bit_length())
    if isinstance(tree, tuple):
        result = z3.BitVecVal(0, bits)
        for name in reversed(tree):
            result = z3.If(matches[name], z3.BitVecVal(numbers[name], bits), result)
        return result
    word = z3.BitVec(f"input.{WORD}", width)
    chosen = z3.Extract(tree.low + tree.width - 1, tree.low, word)
    result = _found(tree.other, matches, numbers, width)
    for value, child in tree.children.items():
        result = z3.If(chosen == value, _found(child, matches, numbers, width), result)
    return result


# What is free


def space(
    encodings: Sequence[Encoding], width: int, fetched: Expr | None = None, regions: int = 16
) -> Space:
    """Return how many words of a width are which instruction, and which are none. Exact.

    Parameters
    ----------
    fetched : which words are fetched as words of this width, 1 bit, of the input ``word``;
        all if None
    regions : how many parts of the free words are listed
    """
    own = [x for x in encodings if x.width == width]
    refined = _refined(own)
    d = Diagrams(sorted(range(width), key=lambda k: _telling(own, k)))
    words = {x.name: d.both(d.cube(x.mask, x.match), holds(d, x.condition)) for x in own}
    whole = holds(d, e.const(1, 1) if fetched is None else fetched)
    used = {}
    for x in own:
        others = [words[y.name] for y in own if x.name in refined[y.name]]
        used[x.name] = d.count(reduce(d.without, others, d.both(words[x.name], whole)))
    free = d.without(whole, _union(d, list(words.values())))
    parts = _joined(Region(width, *found) for found in islice(d.patterns(free), 8 * regions))
    astray = tuple(n for n, w in words.items() if d.without(w, whole) != FALSE)
    return Space(width, d.count(whole), used, tuple(parts[:regions]), astray)


def _telling(encodings: Sequence[Encoding], k: int) -> tuple[int, int, int]:
    """Return a key that sorts bits: first those that many fix, and of these that few differ in."""
    fixed = [x.match >> k & 1 for x in encodings if x.mask >> k & 1]
    ones = sum(fixed)
    return -len(fixed), min(ones, len(fixed) - ones), k


def _joined(parts: Iterable[Region]) -> list[Region]:
    """Return disjoint parts, two that differ in one bit as one, the largest first."""
    found = {(r.mask, r.match): r for r in parts}
    waiting = list(found.values())
    while waiting:
        r = waiting.pop()
        if (r.mask, r.match) not in found:
            continue
        for bit in (1 << k for k in range(r.width) if r.mask >> k & 1):
            if found.pop((r.mask, r.match ^ bit), None) is None:
                continue
            del found[r.mask, r.match]
            whole = Region(r.width, r.mask & ~bit, r.match & ~bit)
            found[whole.mask, whole.match] = whole
            waiting.append(whole)
            break
    return sorted(found.values(), key=lambda r: (-r.words, r.match))


def _union(d: Diagrams, sets: list[int]) -> int:
    """Return the words in one of many sets, which are joined in pairs."""
    while len(sets) > 1:
        sets = [reduce(d.either, sets[k : k + 2]) for k in range(0, len(sets), 2)]
    return sets[0] if sets else FALSE
