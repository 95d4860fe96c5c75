"""Random terms over a few inputs, for tests that must hold for all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from gen.ir import expr as e
from gen.ir.expr import BINARY, COMPARE, Expr

INPUTS = {"a": 8, "b": 8, "c": 1, "d": 16}


@st.composite
def terms(draw: st.DrawFn, depth: int = 4) -> Expr:
    width = draw(st.sampled_from([1, 4, 8, 16, 64]))
    return _term(draw, width, depth)


def _term(draw: st.DrawFn, width: int, depth: int) -> Expr:
    if depth == 0:
        name = draw(st.sampled_from(sorted(INPUTS)))
        if draw(st.booleans()):
            return e.const(draw(st.integers(0, e.mask(width))), width)
        return e.resize(e.input_(name, INPUTS[name]), width)
    kind = draw(st.sampled_from(["binary", "not", "ite", "resize", "concat", "slice", "compare"]))
    if kind == "binary":
        op = draw(st.sampled_from(sorted(BINARY, key=lambda o: o.value)))
        return e.build(op, width, (_term(draw, width, depth - 1), _term(draw, width, depth - 1)))
    if kind == "compare":
        op = draw(st.sampled_from(sorted(COMPARE, key=lambda o: o.value)))
        inner = draw(st.sampled_from([1, 8, 64]))
        args = (_term(draw, inner, depth - 1), _term(draw, inner, depth - 1))
        return e.zext(e.build(op, 1, args), width)
    if kind == "ite":
        c = _term(draw, 1, depth - 1)
        return e.ite(c, _term(draw, width, depth - 1), _term(draw, width, depth - 1))
    if kind == "concat" and width > 1:
        low = draw(st.integers(1, width - 1))
        return e.concat(_term(draw, width - low, depth - 1), _term(draw, low, depth - 1))
    if kind == "slice":
        low = draw(st.integers(0, 8))
        return e.slice_(_term(draw, width + 8, depth - 1), low, width)
    if kind == "resize":
        return e.resize(_term(draw, draw(st.sampled_from([4, 8, 64])), depth - 1), width)
    return e.not_(_term(draw, width, depth - 1))
