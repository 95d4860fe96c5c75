"""Texts made at random: assembled, or refused with messages; never a traceback, never for long."""

from __future__ import annotations

import random

import pytest

from gen.diag import IsoformError
from gen.isa.assembly import assemble
from gen.source import Source
from tests.isa.assembly.helpers import machine, message

PIECES = (
    "add addi li la nop sum.b beqz j lw .word .byte .ascii .align .org .set .equ .comm .section "
    ".zero .fill .bss .text a0 x1 sp zero a b 1: 1b 1f a: b: . = , ( ) [ ] { } + - * / % << >> & "
    "| ^ ~ %hi( %lo( %pcrel_lo( "
    "0 1 -1 0x7ff 4096 1<<40 08 0b1 9z 'a' '\\n' ' \" \"s\" # // /* */ ; "
    "\\ \0 \t \u00e9 \U0001f600 @ $ %"
).split(" ")


@pytest.mark.parametrize("seed", range(4))
def test_random_texts(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(60):
        words = [draw.choice(PIECES) for _ in range(draw.randrange(1, 30))]
        text = "".join(w + draw.choice(("", " ", " ", "\n")) for w in words)
        try:
            assemble(machine(), Source("a.s", text))
        except IsoformError as error:
            assert error.diagnostics


DEEP = {
    "open": ".word " + "(" * 5000,
    "nested": ".word " + "(" * 5000 + "1" + ")" * 5000,
    "signs": ".word " + "-" * 5000 + "1",
    "sum": ".word 1" + "+1" * 5000,
    "labels": "a:" * 5000,
    "unknown": "\n".join(f"what{k}" for k in range(5000)),
    "operands": "add " + "a0, " * 5000,
    "digits": ".word " + "1" * 10000,
    "shifts": ".word 1 << 4000 << 4000 << 4000",
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_large_texts(text: str) -> None:
    with pytest.raises(IsoformError) as caught:
        assemble(machine(), Source("a.s", text))
    assert len(caught.value.diagnostics) <= 100


def test_too_many_operators() -> None:
    text = ".word 1" + "+1" * 201
    assert message(text).splitlines()[0] == (
        "error[E0926]: an expression may have 200 operators, not 201"
    )
