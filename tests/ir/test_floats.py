"""Floating point against MPFR, and against the processor that runs the test."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from gen.ir import floats
from gen.ir.floats import BINARY32, BINARY64, DZ, NV, NX, OF, RDN, RMM, RNE, RTZ, RUP, UF
from gen.ir.functions import FUNCTIONS
from tests.references import ieee754

FORMATS = {32: BINARY32, 64: BINARY64}
MODES = (RNE, RTZ, RDN, RUP, RMM)
ARITIES = {"add": 2, "sub": 2, "mul": 2, "div": 2, "sqrt": 1, "fma": 3}
COUNTS = [500, pytest.param(10_000, marks=pytest.mark.deep)]
widths = pytest.mark.parametrize("width", FORMATS)
counts = pytest.mark.parametrize("count", COUNTS)


def split(name: str, *arguments: int) -> tuple[int, int]:
    """Return flags and result of a registered function."""
    function = FUNCTIONS[name]
    found, bits = function.evaluate(*arguments), function.width - 5
    return found >> bits, found & (1 << bits) - 1


def modes(count: int, k: int) -> tuple[int, ...]:
    """Return one mode in turn for few operands, all for many."""
    return MODES if count > 1000 else (MODES[k % 5],)


def compare(
    name: str, seed: str, shape: tuple[int, ...], count: int, expected: Callable[..., object]
) -> None:
    """Compare a rounding function with its reference, which takes a mode and operands."""
    for k, given in enumerate(ieee754.operands(seed, shape, count)):
        for mode in modes(count, k):
            found = split(name, mode, *given)
            assert found == expected(mode, *given), (name, mode, [hex(x) for x in given])


@counts
@widths
@pytest.mark.parametrize("name", ARITIES)
def test_arithmetic(name: str, width: int, count: int) -> None:
    def expected(mode: int, *given: int) -> object:
        return ieee754.arithmetic(name, width, mode, *given)

    compare(f"f{width}_{name}", f"{name} {width}", (width,) * ARITIES[name], count, expected)


@counts
@widths
@pytest.mark.parametrize("name", ["add", "mul", "fma", "div", "sqrt"])
def test_arithmetic_at_the_ends_of_the_exponents(name: str, width: int, count: int) -> None:
    """Results that are subnormal, or round up to the smallest normal, or just overflow."""
    rng = random.Random(f"ends {name} {width}")
    p, top = ieee754.PRECISION[width], ieee754.TOP[width]
    for k in range(count // 5):
        low = rng.random() < 0.7
        exponents = [rng.randint(0, 2 * top - 2)]
        want = rng.randint(-p - 3, 3) if low else 2 * top - rng.randint(1, 4)
        exponents.append(want - exponents[0] + top - 1)
        if name == "div":
            exponents[1] = exponents[0] - want + top - 1
        given = [rng.getrandbits(width) & ~ieee754.INFINITY[width] for _ in range(ARITIES[name])]
        for i, e in enumerate(exponents[: len(given)]):
            given[i] |= min(max(e, 0), 2 * top - 2) << p - 1
            if rng.random() < 0.4:  # all ones: products next to a power of two
                given[i] |= (1 << p - 1) - 1
                given[i] &= ~rng.getrandbits(3)
        if name == "sqrt":
            given[0] &= (1 << width - 1) - 1
        for mode in modes(count, k):
            found = split(f"f{width}_{name}", mode, *given)
            expected = ieee754.arithmetic(name, width, mode, *given)
            assert found == expected, (mode, [hex(x) for x in given])


@counts
@widths
def test_between_formats(width: int, count: int) -> None:
    source = 96 - width

    def expected(mode: int, x: int) -> object:
        return ieee754.arithmetic("plus", width, mode, x, source=source)

    compare(f"f{source}_to_f{width}", f"to {width}", (source,), count, expected)


@pytest.mark.parametrize("exponent", [*range(-152, -120), *range(125, 129)])
def test_narrowing_at_the_ends_of_binary32(exponent: int) -> None:
    rng = random.Random(exponent)
    fractions = [0, 1, (1 << 52) - 1, 1 << 51, 1 << 28, (1 << 28) + 1, (1 << 52) - (1 << 28)]
    fractions += [(1 << 52) - (1 << 28) - 1, rng.getrandbits(52), rng.getrandbits(24) << 28]
    for fraction in fractions:
        for sign in (0, 1):
            x = sign << 63 | exponent + 1023 << 52 | fraction
            for mode in MODES:
                expected = ieee754.arithmetic("plus", 32, mode, x, source=64)
                assert split("f64_to_f32", mode, x) == expected, (mode, hex(x))


@counts
@widths
@pytest.mark.parametrize("size", [32, 64])
@pytest.mark.parametrize("kind", ["i", "u"])
def test_to_integers(kind: str, size: int, width: int, count: int) -> None:
    def expected(mode: int, x: int) -> object:
        return ieee754.to_integer(width, size, kind == "i", mode, x)

    compare(f"f{width}_to_{kind}{size}", f"{kind}{size}", (width,), count, expected)


@counts
@widths
@pytest.mark.parametrize("size", [32, 64])
@pytest.mark.parametrize("kind", ["i", "u"])
def test_from_integers(kind: str, size: int, width: int, count: int) -> None:
    rng = random.Random(f"{kind}{size} {width}")
    for k in range(count):
        bits = rng.randint(1, size)
        x = rng.choice([rng.getrandbits(bits), (1 << bits) - 1, 1 << bits - 1])
        x = (x + rng.randint(-2, 2)) * rng.choice([1, 1, -1]) & (1 << size) - 1
        for mode in modes(count, k):
            expected = ieee754.from_integer(width, size, kind == "i", mode, x)
            assert split(f"{kind}{size}_to_f{width}", mode, x) == expected, (mode, hex(x))


@counts
@widths
def test_comparisons(width: int, count: int) -> None:
    for a, b in ieee754.operands(f"compare {width}", (width, width), count):
        for x, y in ((a, b), (a, a), (a, a ^ 1 << width - 1)):
            for relation in ("eq", "lt", "le"):
                for loud in (False, True):
                    name = f"f{width}_{relation}_{'signalling' if loud else 'quiet'}"
                    expected = ieee754.compare(relation, width, loud, x, y)
                    assert split(name, x, y) == expected, (name, hex(x), hex(y))


@counts
@widths
@pytest.mark.parametrize("name", ["min", "max"])
def test_minimum_and_maximum(name: str, width: int, count: int) -> None:
    for a, b in ieee754.operands(f"{name} {width}", (width, width), count):
        for x, y in ((a, b), (a, a ^ 1 << width - 1)):
            expected = ieee754.extreme(name, width, x, y)
            assert split(f"f{width}_{name}", x, y) == expected, (hex(x), hex(y))


@counts
@widths
def test_classes(width: int, count: int) -> None:
    found = set()
    drawn = (x for (x,) in ieee754.operands(f"classify {width}", (width,), count))
    for x in (*ieee754.corners(width), *drawn):
        one = FUNCTIONS[f"f{width}_classify"].evaluate(x)
        assert one == ieee754.classify(width, x), hex(x)
        found.add(one)
    assert found == {1 << k for k in range(10)}


# What a person works out on paper

ONE, TWO, LEAST, NORMAL = 0x3F800000, 0x40000000, 1, 0x00800000
LARGEST, INFINITE, MINUS, NAN = 0x7F7FFFFF, 0x7F800000, 1 << 31, 0x7FC00000
PAPER = {
    ("add", RNE, ONE, 0x33800000): (NX, ONE),  # 1 + 2**-24: the tie goes to even
    ("add", RMM, ONE, 0x33800000): (NX, ONE + 1),
    ("add", RUP, ONE, LEAST): (NX, ONE + 1),
    ("add", RTZ, ONE, LEAST | MINUS): (NX, ONE - 1),
    ("add", RNE, ONE, ONE | MINUS): (0, 0),
    ("add", RDN, ONE, ONE | MINUS): (0, MINUS),
    ("add", RNE, LARGEST, LARGEST): (OF | NX, INFINITE),
    ("add", RTZ, LARGEST, LARGEST): (OF | NX, LARGEST),
    ("add", RNE, INFINITE, INFINITE | MINUS): (NV, NAN),
    ("add", RNE, 0x7F800001, ONE): (NV, NAN),
    ("add", RNE, 0xFFC12345, ONE): (0, NAN),
    ("mul", RNE, LEAST, 0x3F000000): (UF | NX, 0),
    ("mul", RUP, LEAST, 0x3F000000): (UF | NX, LEAST),
    ("mul", RNE, NORMAL, 0x3F7FFFFF): (UF | NX, NORMAL),  # 24 bits would hold 0.FFFFFF below it
    ("mul", RUP, 0x00800001, 0x3F7FFFFE): (NX, NORMAL),  # 24 bits round up to it: not tiny
    ("mul", RNE, 0, INFINITE): (NV, NAN),
    ("div", RNE, ONE, 0): (DZ, INFINITE),
    ("div", RNE, ONE | MINUS, 0): (DZ, INFINITE | MINUS),
    ("div", RNE, 0, 0): (NV, NAN),
    ("div", RNE, ONE, INFINITE): (0, 0),
    ("sqrt", RNE, MINUS): (0, MINUS),
    ("sqrt", RNE, ONE | MINUS): (NV, NAN),
    ("sqrt", RNE, TWO): (NX, 0x3FB504F3),
    ("fma", RNE, INFINITE, 0, NAN): (NV, NAN),
    ("fma", RNE, INFINITE, ONE, INFINITE | MINUS): (NV, NAN),
    ("fma", RNE, ONE + 1, ONE + 1, (ONE + 2) | MINUS): (0, 0x28800000),  # only if rounded once
}


@pytest.mark.parametrize("case", PAPER)
def test_single_results(case: tuple[str, int, int]) -> None:
    name, *given = case
    assert split(f"f32_{name}", *given) == PAPER[case]
    assert ieee754.arithmetic(name, 32, *given) == PAPER[case]  # the reference knows it too


def test_modes_that_are_none_round_towards_zero() -> None:
    for mode in (5, 6, 7):
        assert floats.divide(BINARY32, mode, ONE, 0x40400000) == floats.divide(
            BINARY32, RTZ, ONE, 0x40400000
        )
