"""Printing: what is printed parses to the tree that was printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gen.vrs.build_expressions import PRECEDENCE
from gen.vrs.printer import print_expression, print_file
from tests.vrs.helpers import SAMPLES, UNITS, bare, expression, parse_text


@pytest.mark.parametrize("path", [*SAMPLES, *UNITS], ids=lambda p: p.name)
def test_files_round_trip(path: Path) -> None:
    file = parse_text(path.read_text())
    printed = print_file(file)
    again = parse_text(printed)
    assert bare(again) == bare(file)
    assert print_file(again) == printed
    assert [u.doc for u in again.units] == [u.doc for u in file.units]


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Text of expressions in which any two things are put together, with blanks at random."""
    blank = st.sampled_from(["", " ", "\n", " /* x */ "])
    return st.one_of(
        st.builds(
            lambda a, b1, op, b2, c: f"{a}{b1} {op} {b2}{c}",
            inner, blank, st.sampled_from(sorted(PRECEDENCE)), blank, inner,
        ),
        st.builds(lambda a: f"({a})", inner),
        st.builds(lambda op, a: f"{op}({a})", st.sampled_from("~!"), inner),
        st.builds(lambda a, b, c: f"if {a} {{ {b} }} else {{ {c} }}", inner, inner, inner),
        st.builds(lambda f, args: f"f{f}({', '.join(args)})", st.integers(0, 3),
                  st.lists(inner, max_size=3)),
        st.builds(lambda a, b: f"state.f[{a} .. {b}]", inner, inner),
        st.builds(lambda a: f"staticmap[{a}].f.s", inner),
        st.builds(lambda k, a: f"({k} i : int, j : A :: {a})",
                  st.sampled_from(["forall", "exists"]), inner),
    )  # fmt: skip


LEAVES = st.sampled_from(["1", "0x10", "true", "false", "va", "_", "state.a.b", "flgs.w", "x[3]"])
EXPRESSIONS = st.recursive(LEAVES, _grow, max_leaves=24)


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS)
def test_expressions_round_trip(text: str) -> None:
    try:
        node = expression(text)
    except AssertionError:
        assert "<" in text or ">" in text or "=" in text  # comparisons in a chain
        return
    assert bare(expression(print_expression(node))) == bare(node)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a+b<<c", "a + b << c"),
        ("(a+b)<<c", "(a + b) << c"),
        ("(a)", "a"),
        ("!(a&&b)", "!(a && b)"),
        ("0xff", "255"),
        ("(forall i:int::i<3)&&a", "(forall i: int :: i < 3) && a"),
        ("(forall i:int::i<3)==>a", "(forall i: int :: i < 3) ==> a"),
        ("a&&forall i:int::i<3", "a && (forall i: int :: i < 3)"),
        ("if a{b}else{c}", "if a { b } else { c }"),
    ],
)
def test_expressions_are_printed_as_written_with_even_blanks(text: str, printed: str) -> None:
    assert print_expression(expression(text)) == printed
