"""Pseudo-instructions: what they stand for."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from gen.isa import Isa, OperandError
from gen.isa.extension import Alias
from specs.isa import riscv
from tests.isa.agree import corner


def found(name: str) -> Isa:
    isa = riscv.isa(name)
    assert isa is not None
    return isa


def alias(isa: Isa, text: str) -> Alias:
    (one,) = (a for a in isa.aliases if a.syntax.text == text)
    return one


def function(isa: Isa, text: str) -> Callable[..., list[str]]:
    expansion = alias(isa, text).expansion
    assert callable(expansion)
    return expansion


def computed(lines: list[str], xlen: int, pc: int = 0) -> int:
    """Return what lines leave in the register that they write."""
    value, size = 0, 1 << xlen
    for k, line in enumerate(lines):
        name, *operands = re.findall(r"[\w{}.-]+", line)
        number = int(operands[-1])
        match name:
            case "addi":
                assert -2048 <= number < 2048
                value = (0 if operands[1] == "zero" else value) + number
            case "addiw":
                assert -2048 <= number < 2048
                value = signed(value + number, 32)
            case "lui" | "auipc":
                assert 0 <= number < 1 << 20
                value = signed(number << 12, 32) + (pc + 4 * k if name == "auipc" else 0)
            case "slli":
                assert 0 < number < xlen
                value <<= number
            case _:
                raise AssertionError(line)
        value %= size
    return value


def signed(x: int, width: int) -> int:
    x &= (1 << width) - 1
    return x - (1 << width) if x >> width - 1 else x


@pytest.mark.parametrize("xlen", [32, 64])
def test_constants(xlen: int) -> None:
    li = function(found(f"rv{xlen}i"), "li {rd}, {value}")
    draw = random.Random(xlen)
    values = [corner(xlen, draw) for _ in range(2000)]
    values += [n + d for n in (1 << 11, 1 << 12, 1 << 31, 1 << 32, -(1 << 31)) for d in (-1, 0, 1)]
    values += [draw.getrandbits(draw.randrange(1, xlen)) for _ in range(500)]
    for value in values:
        value = value if -(1 << xlen - 1) <= value < 1 << xlen else 0
        lines = li(value=value)
        assert computed(lines, xlen) == value % (1 << xlen), (hex(value), lines)
        assert len(lines) <= (2 if xlen == 32 else 8)
        if value <= 1 << xlen - 1:
            assert computed(li(value=-value), xlen) == -value % (1 << xlen)


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (0, ["addi {rd}, zero, 0"]),
        (-1, ["addi {rd}, zero, -1"]),
        (4096, ["lui {rd}, 1"]),
        (0x12345678, ["lui {rd}, 74565", "addiw {rd}, {rd}, 1656"]),
        (0x7FFFFFFF, ["lui {rd}, 524288", "addiw {rd}, {rd}, -1"]),
        (1 << 40, ["addi {rd}, zero, 1", "slli {rd}, {rd}, 40"]),
    ],
)
def test_short_constants(value: int, lines: list[str]) -> None:
    assert function(found("rv64i"), "li {rd}, {value}")(value=value) == lines


@pytest.mark.parametrize("xlen", [32, 64])
def test_addresses(xlen: int) -> None:
    isa, draw = found(f"rv{xlen}i"), random.Random(xlen)
    la = function(isa, "la {rd}, {symbol}")
    for _ in range(500):
        pc = draw.getrandbits(30) * 4
        symbol = max(0, pc + draw.randrange(-(1 << 31), (1 << 31) - 2048))
        lines = la(symbol=symbol, pc=pc)
        assert computed(lines, xlen, pc) == symbol % (1 << xlen), (hex(pc), hex(symbol), lines)


@pytest.mark.parametrize("xlen", [32, 64])
def test_constants_that_do_not_fit(xlen: int) -> None:
    li = function(found(f"rv{xlen}i"), "li {rd}, {value}")
    low, high = -(1 << xlen - 1), (1 << xlen) - 1
    li(value=low)
    li(value=high)
    for value in (low - 1, high + 1):
        with pytest.raises(OperandError, match=f"must be from {low} to {high}, not {value}"):
            li(value=value)


def test_symbols_that_are_too_far() -> None:
    la = function(found("rv64i"), "la {rd}, {symbol}")
    near = (1 << 31) - 2049
    assert computed(la(symbol=near, pc=0), 64) == near
    with pytest.raises(OperandError, match="from 0x0 to 0x7ffff800 it is more than 2 GiB"):
        la(symbol=near + 1, pc=0)
    assert function(found("rv32i"), "la {rd}, {symbol}")(symbol=near + 1, pc=0)


def test_far_calls() -> None:
    isa = found("rv64i")
    assert function(isa, "call {symbol}")(symbol=0x3FF0, pc=0x1000) == [
        "auipc ra, 3",
        "jalr ra, -16(ra)",
    ]
    assert function(isa, "tail {symbol}")(symbol=0x1000, pc=0x1000) == [
        "auipc t1, 0",
        "jalr zero, 0(t1)",
    ]


@pytest.mark.parametrize("name", ["rv32imac_b_ss", "rv64imac_b_ss"])
def test_each_stands_for_instructions_of_the_set(name: str) -> None:
    isa = found(name)
    known = {i.name for i in isa.instructions}
    for a in isa.aliases:
        if callable(a.expansion):
            continue
        for line in a.expansion:
            assert line.split()[0] in known, line
            for operand in re.findall(r"\{(\w+)\}", line):
                assert operand in a.operands, line


def test_of_other_widths_and_extensions() -> None:
    texts_32 = {a.syntax.text for a in found("rv32i").aliases}
    texts_64 = {a.syntax.text for a in found("rv64i_zicsr").aliases}
    assert "sext.w {rd}, {rs1}" in texts_64 - texts_32
    assert "csrr {rd}, {csr}" in texts_64 - texts_32
    assert "rdcycleh {rd}" not in texts_64
    assert "rdcycleh {rd}" in {a.syntax.text for a in found("rv32i_zicsr").aliases}
    assert "zext.w {rd}, {rs1}" not in texts_64
