"""What the tests of the front end share."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from gen.diag import Reporter
from gen.source import Source, Span
from gen.vrs import tree
from gen.vrs.parse import parse
from gen.vrs.printer import print_expression

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.vrs"))
UNITS = sorted((Path(__file__).parents[2] / "specs" / "units").glob("*.vrs"))


def parse_text(text: str) -> tree.File:
    """Return the tree of a text that must parse."""
    reporter = Reporter()
    parsed = parse(Source("test.vrs", text), reporter)
    assert parsed is not None, reporter.diagnostics
    return parsed


def expression(text: str) -> tree.Expression:
    """Return the tree of an expression that must parse."""
    return parse_text(f"const A : int = {text};").consts[0].value


def codes(text: str) -> list[str]:
    """Return the codes that parsing a text reports, in order."""
    reporter = Reporter()
    parsed = parse(Source("test.vrs", text), reporter)
    assert (parsed is None) == bool(reporter.errors)
    return [d.code for d in reporter.sorted()]


def grouped(text: str) -> str:
    """Return an expression with a pair of parentheses around every operator."""
    return _grouped(expression(text))


def _grouped(node: tree.Expression) -> str:
    if isinstance(node, tree.Binary):
        return f"({_grouped(node.left)} {node.operator} {_grouped(node.right)})"
    if isinstance(node, tree.Unary):
        return f"({node.operator}{_grouped(node.operand)})"
    return print_expression(node)


def bare(node: Any) -> Any:
    """Return a tree as nested tuples without spans and comments."""
    if isinstance(node, Span | Source):
        return None
    if isinstance(node, tuple):
        return tuple(bare(n) for n in node)
    if not dataclasses.is_dataclass(node):
        return node
    kept = (f.name for f in dataclasses.fields(node) if f.name not in ("doc", "duplicates"))
    values = ((name, getattr(node, name)) for name in kept)
    return (type(node).__name__, *((n, bare(v)) for n, v in values if not isinstance(v, Span)))
