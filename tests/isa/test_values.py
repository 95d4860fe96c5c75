"""Words and terms: each operator of the one is the other's, at several widths."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from gen.ir import expr as e
from gen.isa.values import (
    ashr,
    bits,
    concat,
    not_,
    sdiv,
    select,
    sext,
    signed,
    srem,
    udiv,
    unsigned,
    urem,
    word,
    zext,
)
from gen.isa.values.terms import SemanticError, Term

WIDTHS = (1, 2, 5, 8, 12, 31, 32, 33, 64)

# Each takes two words of one width, on words and on terms.
CODE: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b,
    "add a number": lambda a, b: 1 + a + -1,
    "sub": lambda a, b: a - b,
    "sub from a number": lambda a, b: 1 - a,
    "mul": lambda a, b: a * b,
    "and": lambda a, b: a & b,
    "or": lambda a, b: 1 | a | b,
    "xor": lambda a, b: a ^ b ^ -1,
    "invert": lambda a, b: ~a,
    "negate": lambda a, b: -a,
    "shift left": lambda a, b: a << b,
    "shift right": lambda a, b: a >> b,
    "shift by a wider word": lambda a, b: a << zext(b, a.width + 3),
    "shift by a number": lambda a, b: (a << 1) ^ (a >> 70),
    "ashr": lambda a, b: ashr(a, b),
    "ashr by a number": lambda a, b: ashr(a, 99),
    "ashr by a wider word": lambda a, b: ashr(a, zext(b, a.width + 3)),
    "top bit": lambda a, b: a[a.width - 1],
    "low half": lambda a, b: a[(a.width - 1) // 2 : 0],
    "concat": lambda a, b: concat(a, b),
    "concat a condition": lambda a, b: concat(a < b, a),
    "zext": lambda a, b: zext(a, a.width + 7),
    "sext": lambda a, b: sext(a, a.width + 7),
    "zext of a condition": lambda a, b: zext(a == b, 9),
    "sext of a condition": lambda a, b: sext(a != b, 9),
    "cut": lambda a, b: bits(a, 1),
    "select": lambda a, b: select(a < b, a, b),
    "select a number": lambda a, b: select(a >= b, 1, b),
    "select by a word": lambda a, b: select(a, b, 1),
    "not": lambda a, b: zext(not_(a <= b), 3),
    "greater": lambda a, b: zext(a > b, 2),
    "udiv": udiv,
    "urem": urem,
    "sdiv": sdiv,
    "srem": srem,
    "signed less": lambda a, b: zext(signed(a) < signed(b), 2),
    "signed greater": lambda a, b: zext(signed(a) > signed(b), 2),
    "signed at most": lambda a, b: zext(signed(a) <= unsigned(b), 2),
    "signed at least": lambda a, b: zext(unsigned(a) >= signed(b), 2),
    "signed equal": lambda a, b: zext(signed(a) == unsigned(b), 2),
    "signed differ": lambda a, b: zext(signed(a) != -1, 2),
    "exact product": lambda a, b: bits(signed(a) * unsigned(b) >> a.width, a.width),
    "exact sum": lambda a, b: bits(signed(a) + signed(b) + 3 >> 1, a.width),
    "exact difference": lambda a, b: bits(5 - (unsigned(a) - signed(b)), a.width + 3),
    "minus": lambda a, b: bits(-signed(a), a.width + 1),
}


def term(name: str, width: int) -> Term:
    def decide(condition: e.Expr) -> bool:
        raise AssertionError("no code here asks")

    return Term(e.input_(name, width), decide)


@pytest.mark.parametrize("name", CODE)
def test_words_are_terms_of_constants(name: str) -> None:
    draw = random.Random(name)
    for width in WIDTHS:
        made = CODE[name](term("a", width), term("b", width))
        last = (1 << width) - 1
        corners = [0, 1 & last, last, last >> 1, last - (last >> 1)]
        pairs = [(a, b) for a in corners for b in corners]
        pairs += [(draw.randrange(last + 1), draw.randrange(last + 1)) for _ in range(20)]
        for a, b in pairs:
            got = CODE[name](word(width)(a), word(width)(b))
            (want,) = e.evaluate([made.expr], {"a": a, "b": b})
            assert (int(got), got.width) == (want, made.width), (width, a, b)


WRONG: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "widths": (lambda a, b: a + b, "a word of 4 bits where 8 are expected"),
    "a number too large": (lambda a, b: a + 256, "256 does not fit in 8 bits"),
    "a comparison inverted": (
        lambda a, b: ~(a < 3),
        "`~` of a comparison: Python gives a number; write `not_(...)`",
    ),
    "a negative number": (
        lambda a, b: a == -1,
        "a word is never negative: compare `signed(...)` instead",
    ),
    "a loop": (
        lambda a, b: range(a),
        "a symbol is no Python number: loops and lists need a constant",
    ),
    "bits outside": (lambda a, b: a[8], "bits 8 to 8 of a word of 8 bits"),
    "an integer and a word": (
        lambda a, b: signed(a) + b,
        "an integer and a word: take `signed` or `unsigned` of the word",
    ),
    "select of integers": (
        lambda a, b: select(a < 3, signed(a), signed(b)),
        "`select` takes words: cut the integers with `bits`",
    ),
    "select of numbers": (
        lambda a, b: select(a < 3, 1, 2),
        "`select` of two numbers: at least one must be a word",
    ),
    "a text": (lambda a, b: a + "1", "`str` where a word of 8 bits is expected"),
    "compared with a text": (lambda a, b: a == "1", "a word compared with `str`"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_has_no_meaning_on_symbols(name: str) -> None:
    code, message = WRONG[name]
    with pytest.raises(SemanticError) as caught:
        code(term("a", 8), term("b", 4))
    assert str(caught.value) == message


def test_words_are_divided_by_name() -> None:
    with pytest.raises(TypeError, match=r"^words are divided by udiv, sdiv, urem or srem$"):
        word(8)(4) // 2
    assert repr(word(12)(10)) == "0x00a"
