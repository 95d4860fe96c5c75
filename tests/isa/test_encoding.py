"""Encoding patterns, fields and the decision tree."""

from __future__ import annotations

import random

import pytest

from gen.ir import expr as e
from gen.isa.encoding import PatternError, parse

WIDTHS = {"rd": 5, "rs1": 5}


def test_bits_and_fields_have_their_places() -> None:
    found = parse("0000000 00000 rs1 1x0 rd 0110011", WIDTHS, (16, 32))
    assert (found.width, found.mask, found.match) == (32, 0xFFF0507F, 0x00004033)
    assert found.fields["rd"].extract(0xABC) == 0xABC >> 7 & 31
    assert found.assemble({"rd": 1, "rs1": 2}) == 0x00004033 | 1 << 7 | 2 << 15


def test_a_scattered_field_is_put_together() -> None:
    found = parse("imm[12|10:5] 0000000000 000 imm[4:1|11] 1100011", {}, (32,))
    imm = found.fields["imm"]
    assert (imm.width, imm.given, imm.place) == (13, 0x1FFE, 0xFE000F80)
    for value in (0, 2, 0x1FFE, 0x0800, 0x1000, 0x0AAA):
        assert imm.extract(found.match | imm.insert(value)) == value
    draw = random.Random(1)
    for _ in range(100):
        word = draw.randrange(1 << 32)
        (got,) = e.evaluate([imm.expression(e.input_("word", 32))], {"word": word})
        assert got == imm.extract(word)


WRONG = {
    "0000000 rd": ("the pattern has 12 bits, not 16 or 32", 0, 10),
    "0000000 rs2 rs1 000 rd 0110011": ("`rs2` has no declared width", 8, 3),
    "000000000000000000000 imm[4:] 0110011": ("`4:` is no range of bits", 22, 7),
    "00000000000000000000 imm[0:4] 0110011": ("`0:4` is no range of bits", 21, 8),
    "0000 imm[3:0] imm[2:0] 00000": ("bits of `imm` stand twice", 14, 8),
    "000? rd": ("neither bits nor a field", 0, 4),
}


@pytest.mark.parametrize("pattern", WRONG)
def test_a_wrong_pattern_says_where(pattern: str) -> None:
    with pytest.raises(PatternError) as caught:
        parse(pattern, WIDTHS, (16, 32))
    assert (str(caught.value), caught.value.start, caught.value.length) == WRONG[pattern]
