"""The decoder's tree as forms get it: operations of the machine in place of instructions."""

from __future__ import annotations

from gen.diag import Reporter
from gen.ir.decoding import Candidate, Choice, Decoding, Leaf
from gen.isa import decode
from gen.isa.conditions import condition
from gen.isa.elaborate import operation_name
from gen.isa.extension import Instruction
from gen.isa.isa import Isa

__all__ = ["decoding"]


def decoding(isa: Isa) -> dict[int, Decoding]:
    """Return the decision tree for each width of words.

    Raises
    ------
    IsoformError : E0907 or E0908, a `where` has no meaning on symbols
    """
    reporter = Reporter()
    trees = {w: _node(tree, reporter) for w, tree in isa.decoder.trees.items()}
    reporter.check()
    return trees


def _node(node: decode.Node, reporter: Reporter) -> Decoding:
    if isinstance(node, decode.Leaf):
        return Leaf(tuple(_candidate(i, reporter) for i in node.instructions))
    children = {v: _node(child, reporter) for v, child in node.children.items()}
    return Choice(node.low, node.width, children, _node(node.other, reporter))


def _candidate(i: Instruction, reporter: Reporter) -> Candidate:
    where = None if i.where is None else condition(i, reporter)
    return Candidate(operation_name(i.name), i.encoding.mask, i.encoding.match, where)
