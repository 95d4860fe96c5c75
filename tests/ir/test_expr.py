"""The definition itself, beside arithmetic on Python's integers."""

from __future__ import annotations

import pytest

from gen.ir import expr as e
from gen.ir.expr import Expr, Op, WidthError
from tests.conformance import WIDTHS, Case, cases, corners


def signed(x: int, width: int) -> int:
    return x - (1 << width) if x >> (width - 1) else x


def truncated(x: int, y: int) -> int:
    return int(abs(x) // abs(y)) * (1 if (x < 0) == (y < 0) else -1)


def meaning(op: Op, a: int, b: int, w: int) -> int:
    """Say independently what an operation gives, before it is cut to its width."""
    x, y = signed(a, w), signed(b, w)
    match op:
        case Op.UDIV:
            return a // b if b else -1
        case Op.UREM:
            return a % b if b else a
        case Op.SDIV:
            return truncated(x, y) if y else -1
        case Op.SREM:
            return x - truncated(x, y) * y if y else x
        case Op.SHL:
            return a * 2 ** min(b, w)
        case Op.LSHR:
            return a // 2 ** min(b, w)
        case Op.ASHR:
            return x // 2 ** min(b, w)
        case Op.SLT:
            return int(x < y)
        case Op.ULT:
            return int(a < b)
        case Op.EQ:
            return int(a == b)
    return {
        Op.AND: a & b,
        Op.OR: a | b,
        Op.XOR: (a | b) - (a & b),
        Op.ADD: a + b,
        Op.SUB: a - b,
        Op.MUL: a * b,
    }[op]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("op", sorted(e.BINARY | e.COMPARE, key=lambda o: o.value))
def test_folding_is_arithmetic(op: Op, width: int) -> None:
    result = 1 if op in e.COMPARE else width
    for a in corners(width):
        for b in corners(width):
            folded = e.build(op, result, (e.const(a, width), e.const(b, width)))
            assert folded.value == meaning(op, a, b, width) % (1 << result), (op, width, a, b)


def test_equal_terms_are_one_object() -> None:
    assert e.add(e.input_("a", 8), e.const(1, 8)) is e.add(e.input_("a", 8), e.const(257, 8))


def test_structure() -> None:
    assert e.concat(e.const(1, 1), e.const(2, 3)).value == 0b1010
    assert e.slice_(e.const(0b1101, 4), 1, 2).value == 0b10
    assert e.sext(e.const(0b10, 2), 4).value == 0b1110
    assert e.zext(e.const(0b10, 2), 4).value == 0b0010


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: e.add(e.const(1, 8), e.const(1, 9)), "add: operands have 8 and 9 bits"),
        (
            lambda: e.ite(e.const(1, 2), e.const(1, 8), e.const(1, 8)),
            "ite: the condition has 2 bits, not 1",
        ),
        (
            lambda: e.ite(e.const(1, 1), e.const(1, 8), e.const(1, 9)),
            "ite: the arms have 8 and 9 bits",
        ),
        (lambda: e.slice_(e.const(1, 8), 4, 5), "slice: bits 4..9 are not within 8 bits"),
        (lambda: e.zext(e.const(1, 8), 7), "zext: 8 bits do not fit in 7"),
        (lambda: e.input_("a", 0), "input: width must be at least 1, not 0"),
        (lambda: e.concat(), "concat: at least one part is needed"),
    ],
)
def test_widths_are_checked(make: object, text: str) -> None:
    assert callable(make)
    with pytest.raises(WidthError) as caught:
        make()
    assert str(caught.value) == text


def test_evaluate_register_files() -> None:
    read = e.regread("f", e.input_("i", 8), 8)
    assert e.evaluate([read], {"i": 1}, {"f": [4, 5]}) == [5]
    assert e.evaluate([read], {"i": 2}, {"f": [4, 5]}) == [0]


def test_deep_terms_do_not_exhaust_the_stack() -> None:
    x: Expr = e.input_("a", 8)
    for _ in range(50_000):
        x = e.not_(e.add(x, e.const(1, 8)))
    assert e.evaluate([x], {"a": 3})[0] in range(256)


def test_the_cases_cover_every_operation() -> None:
    seen = {n.op for case in cases() for n in e.postorder([case.expr])}
    assert seen >= set(Op) - {Op.STATE, Op.REGREAD, Op.LOAD, Op.CALL}
    assert isinstance(next(iter(cases())), Case)
