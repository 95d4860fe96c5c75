"""Rewriting keeps the meaning, ends, and narrows what the language makes 64 bits wide."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from gen.forms import smt
from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.rewrite import simplify
from tests.ir.terms import INPUTS, terms


@settings(max_examples=400, deadline=None)
@given(terms(), st.integers(0, 2**32))
def test_simplify_keeps_the_meaning(term: Expr, seed: int) -> None:
    (new,) = simplify([term])
    assert new.width == term.width
    rng = random.Random(seed)
    for _ in range(8):
        values = {n: rng.choice([0, e.mask(w), rng.getrandbits(w)]) for n, w in INPUTS.items()}
        assert e.evaluate([new], values) == e.evaluate([term], values)


def test_simplify_is_idempotent() -> None:
    a, b = e.input_("a", 8), e.input_("b", 8)
    term = e.ult(e.shl(e.zext(a, 64), e.const(5, 64)), e.add(e.zext(b, 64), e.const(31, 64)))
    (once,) = simplify([term])
    assert simplify([once]) == [once]
    assert smt.equal(term, once)


def test_comparisons_of_scaled_fields_are_narrow() -> None:
    """``va <= (limit << 5) + 0x1f`` compares 27 bits."""
    limit, va = e.input_("limit", 27), e.zext(e.input_("va", 32), 64)
    last = e.add(e.shl(e.zext(limit, 64), e.const(5, 64)), e.const(31, 64))
    (new,) = simplify([e.ule(va, last)])
    widths = {n.args[0].width for n in e.postorder([new]) if n.op is Op.ULT}
    assert widths == {27}


def test_a_truncated_sum_is_an_adder_of_its_width() -> None:
    total = e.add(e.zext(e.input_("va", 32), 64), e.zext(e.input_("base", 32), 64))
    (new,) = simplify([e.slice_(total, 0, 32)])
    assert new is e.add(e.input_("va", 32), e.input_("base", 32))


def test_deep_terms() -> None:
    x: Expr = e.input_("a", 1)
    for i in range(20_000):
        x = e.and_(e.not_(x), e.input_(f"x{i % 7}", 1))
    assert simplify([x])[0].width == 1
