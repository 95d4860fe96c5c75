"""The encodings of an instruction set, checked."""

from __future__ import annotations

from dataclasses import dataclass

from gen.diag import Reporter
from gen.isa.conditions import condition, lengths
from gen.isa.decode import Leaf, Node
from gen.isa.extension import Instruction
from gen.isa.isa import Isa
from gen.prove.encodings import Choice, Encoding, Space, Tree, overlaps, space, wrong_word

__all__ = ["Check", "check", "encodings"]


@dataclass(frozen=True)
class Check:
    """What the proofs found of a set without errors.

    Members
    -------
    spaces : by the bits of words, which words are what
    refined : pairs of instructions with words in common, where one refines the other
    wrong : by the bits of words, a word for which the decoder does not find what it is;
        empty: it is proved right
    """

    spaces: dict[int, Space]
    refined: int
    wrong: dict[int, int]


def encodings(isa: Isa) -> list[Encoding]:
    """Return the encodings of a set as plain data.

    Raises
    ------
    IsoformError : E0907 or E0908, a `where` cannot be run on symbols
    """
    reporter = Reporter()
    found = [_encoding(i, reporter) for i in isa.instructions]
    reporter.check()
    return found


def _encoding(i: Instruction, reporter: Reporter) -> Encoding:
    word = i.encoding
    also = condition(i, reporter)
    return Encoding(i.name, word.width, word.mask, word.match, also, i.refines, i.span)


def check(isa: Isa, regions: int = 16) -> Check:
    """Prove that no word is two instructions and that the decoder is right; count what is free.

    Raises
    ------
    IsoformError : E0910, a word is two instructions; E0911, one is never fetched as it is
        declared; E0907, E0908 of a `where`
    """
    found = encodings(isa)
    reporter = Reporter()
    refined = overlaps(found, reporter)
    reporter.check()
    fetched = lengths(isa)
    trees = {w: _tree(t) for w, t in isa.decoder.trees.items()}
    spaces = {w: space(found, w, fetched.get(w), regions) for w in trees}
    _check_lengths(isa, spaces)
    wrong = {w: wrong_word(found, t, w) for w, t in trees.items()}
    return Check(spaces, refined, {w: x for w, x in wrong.items() if x is not None})


def _check_lengths(isa: Isa, spaces: dict[int, Space]) -> None:
    reporter = Reporter()
    for width, found in spaces.items():
        for name in found.astray:
            reporter.report(
                "E0911",
                f"words of `{name}` have {width} bits, but are fetched as words of another length",
                isa.instruction(name).span,
                help="the set's `length` tells the bytes of a word by its first ones",
            )
    reporter.check()


def _tree(node: Node) -> Tree:
    if isinstance(node, Leaf):
        return tuple(i.name for i in node.instructions)
    children = {v: _tree(c) for v, c in node.children.items()}
    return Choice(node.low, node.width, children, _tree(node.other))
