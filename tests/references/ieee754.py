"""IEEE 754 arithmetic of binary32 and binary64 from MPFR, with the choices that RISC-V makes.

MPFR rounds in four modes with a format's exponents; "nearest, ties away" is decided between its two
neighbours by rational arithmetic. Underflow is told from the result that MPFR gives with exponents
of any size: that is "tininess after rounding". Integers and comparisons are Python's rationals.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from fractions import Fraction

import gmpy2

NX, UF, OF, DZ, NV = 1, 2, 4, 8, 16
PRECISION = {32: 24, 64: 53}
TOP = {32: 128, 64: 1024}  # numbers are below 2**TOP
CODES = {32: ("<I", "<f"), 64: ("<Q", "<d")}
NAN = {32: 0x7FC00000, 64: 0x7FF8000000000000}
INFINITY = {32: 0x7F800000, 64: 0x7FF0000000000000}
RMM = 4
_MODES = (gmpy2.RoundToNearest, gmpy2.RoundToZero, gmpy2.RoundDown, gmpy2.RoundUp)
Result = tuple[int, int]  # flags, bits


def value(bits: int, width: int) -> float:
    """The number that the bits are; Python's numbers hold all of both formats."""
    number, real = CODES[width]
    return struct.unpack(real, struct.pack(number, bits))[0]


def encoded(x: gmpy2.mpfr, width: int) -> int:
    """The bits of a number that the format has."""
    if gmpy2.is_nan(x):
        return NAN[width]
    number, real = CODES[width]
    return struct.unpack(number, struct.pack(real, float(x)))[0]


def is_nan(bits: int, width: int) -> bool:
    return bits & (1 << width - 1) - 1 > INFINITY[width]


def is_signalling(bits: int, width: int) -> bool:
    return is_nan(bits, width) and not bits >> PRECISION[width] - 2 & 1


def _context(width: int, mode: int, *, endless: bool = False) -> gmpy2.context:
    context = gmpy2.ieee(width)
    context.round = _MODES[mode]
    if endless:
        context.subnormalize = False
        context.emax, context.emin = 1 << 20, -(1 << 20)
    return context


def _compute(name: str, context: gmpy2.context, args: Sequence[gmpy2.mpfr]) -> gmpy2.mpfr:
    context.clear_flags()
    return getattr(context, name)(*args)


def _exact(name: str, args: Sequence[gmpy2.mpfr]) -> Fraction:
    """The exact result; of a root, its square."""
    a, *rest = (Fraction(*x.as_integer_ratio()) for x in args)
    match name:
        case "add":
            return a + rest[0]
        case "sub":
            return a - rest[0]
        case "mul":
            return a * rest[0]
        case "div":
            return a / rest[0]
        case "fma":
            return a * rest[0] + rest[1]
    return a  # sqrt, plus


def _away(
    name: str, width: int, args: Sequence[gmpy2.mpfr], endless: bool
) -> tuple[gmpy2.mpfr, bool]:
    """To nearest, ties away from zero; and whether it is inexact."""
    low = _compute(name, _context(width, 2, endless=endless), args)
    high = _compute(name, _context(width, 3, endless=endless), args)
    if low == high or gmpy2.is_nan(low):
        return high if gmpy2.is_zero(high) else low, False
    exact = _exact(name, args)
    limit = Fraction(2) ** TOP[width]
    below = -limit if gmpy2.is_infinite(low) else Fraction(*low.as_integer_ratio())
    above = limit if gmpy2.is_infinite(high) else Fraction(*high.as_integer_ratio())
    middle = (below + above) / 2
    side = exact - (middle * middle if name == "sqrt" else middle)
    upper = side > 0 or (side == 0 and above > 0)
    return high if upper else low, True


def _rounded(
    name: str, width: int, mode: int, args: Sequence[gmpy2.mpfr], endless: bool = False
) -> tuple[gmpy2.mpfr, bool]:
    """The result and whether it is inexact."""
    if mode == RMM:
        return _away(name, width, args, endless)
    context = _context(width, mode, endless=endless)
    result = _compute(name, context, args)
    return result, context.inexact


def _flags(width: int, free: gmpy2.mpfr, inexact: bool) -> int:
    """The flags of a result, from what it is where exponents have no end."""
    if gmpy2.is_nan(free) or gmpy2.is_infinite(free):
        return 0
    size = abs(Fraction(*free.as_integer_ratio()))
    if size >= Fraction(2) ** TOP[width]:
        return OF | NX
    tiny = size < Fraction(2) ** (2 - TOP[width])
    return (NX | UF if tiny else NX) if inexact else 0


def arithmetic(name: str, width: int, mode: int, *args: int, source: int = 0) -> Result:
    """add, sub, mul, div, sqrt, fma of bits; plus: conversion from the `source` format."""
    source = source or width
    numbers = [gmpy2.mpfr(value(a, source), 53) for a in args]
    if any(is_nan(a, source) for a in args):
        zero_times_infinity = name == "fma" and gmpy2.is_nan(gmpy2.mul(*numbers[:2]))
        signalling = any(is_signalling(a, source) for a in args)
        own = zero_times_infinity and not any(is_nan(a, width) for a in args[:2])
        return NV if signalling or own else 0, NAN[width]
    free, _ = _rounded(name, width, 0 if mode == RMM else mode, numbers, True)
    if gmpy2.is_nan(free):
        return NV, NAN[width]
    if gmpy2.is_infinite(free):
        by_zero = name == "div" and not gmpy2.is_infinite(numbers[0])
        return DZ if by_zero else 0, encoded(free, width)
    result, inexact = _rounded(name, width, mode, numbers)
    free, more = _rounded(name, width, mode, numbers, True)
    return _flags(width, free, inexact or more), encoded(result, width)


# Integers


def _integer(mode: int, x: Fraction) -> int:
    match mode:
        case 0:
            return round(x)
        case 1:
            return int(x)
        case 2:
            return x.__floor__()
        case 3:
            return x.__ceil__()
    half = (abs(x) + Fraction(1, 2)).__floor__()
    return half if x > 0 else -half


def to_integer(width: int, size: int, signed: bool, mode: int, x: int) -> Result:
    """A number as an integer of `size` bits."""
    least = -(1 << size - 1) if signed else 0
    most = least + (1 << size) - 1
    cut = (1 << size) - 1
    number = value(x, width)
    if number != number:
        return NV, most
    if number in (float("inf"), float("-inf")):
        return NV, (most if number > 0 else least) & cut
    whole = _integer(mode, Fraction(number))
    if not least <= whole <= most:
        return NV, (most if whole > most else least) & cut
    return NX if whole != Fraction(number) else 0, whole & cut


def from_integer(width: int, size: int, signed: bool, mode: int, x: int) -> Result:
    """An integer of `size` bits as a number."""
    if signed and x >> size - 1:
        x -= 1 << size
    result, inexact = _rounded("plus", width, mode, [gmpy2.mpfr(x, 64)])
    return NX if inexact else 0, encoded(result, width) if x else 0


# Comparison


def compare(relation: str, width: int, signalling: bool, a: int, b: int) -> Result:
    """eq, lt, le of bits."""
    x, y = value(a, width), value(b, width)
    unordered = is_nan(a, width) or is_nan(b, width)
    loud = is_signalling(a, width) or is_signalling(b, width)
    holds = {"eq": x == y, "lt": x < y, "le": x <= y}[relation]
    return NV if unordered and (signalling or loud) else 0, int(holds)


def extreme(name: str, width: int, a: int, b: int) -> Result:
    """min, max of bits."""
    flags = NV if is_signalling(a, width) or is_signalling(b, width) else 0
    if is_nan(a, width) and is_nan(b, width):
        return flags, NAN[width]
    if is_nan(a, width) or is_nan(b, width):
        return flags, b if is_nan(a, width) else a
    x, y = value(a, width), value(b, width)
    if x == y:  # the same number, or zeros of two signs
        return flags, a | b if name == "min" else a & b
    return flags, a if (x < y) == (name == "min") else b


def classify(width: int, x: int) -> int:
    """The bit of fclass."""
    if is_nan(x, width):
        return 1 << 8 if is_signalling(x, width) else 1 << 9
    number, normal = value(x, width), 2.0 ** (2 - TOP[width])
    negative = bool(x >> width - 1)
    if number in (float("inf"), float("-inf")):
        return 1 if negative else 1 << 7
    if number == 0:
        return 1 << 3 if negative else 1 << 4
    if abs(number) < normal:
        return 1 << 2 if negative else 1 << 5
    return 1 << 1 if negative else 1 << 6


# Operands


def corners(width: int) -> list[int]:
    """Numbers at which operations turn, of both signs."""
    p, infinity = PRECISION[width], INFINITY[width]
    one = infinity >> 1 & ~((1 << p - 1) - 1)
    unit = 1 << p - 1
    found = [0, 1, 2, 3, unit // 2, unit - 1, unit, unit + 1, 2 * unit, one - 1, one, one + 1]
    found += [one - unit, one + unit // 2, one + unit, one + unit + 1, infinity - 1, infinity]
    found += [infinity - unit, infinity + 1, infinity + unit // 2, infinity + unit // 2 + 1]
    found += [infinity + unit - 1, one + p * unit, one + (p - 1) * unit]
    found += [one + k * unit + d for k in (30, 31, 32, 62, 63, 64) for d in (-1, 0, 1)]
    return [sign << width - 1 | x for x in found for sign in (0, 1)]


def operand(rng: random.Random, width: int) -> int:
    """A number: a corner, any bits, one near 1, one of few bits or a subnormal one."""
    p = PRECISION[width]
    any_bits = rng.getrandbits(width)
    match rng.randrange(6):
        case 0:
            return rng.choice(corners(width))
        case 1 | 2:
            return any_bits
        case 3:
            exponent = TOP[width] - 1 + rng.randint(-p - 2, p + 2)
            return any_bits & ~INFINITY[width] | exponent << p - 1
        case 4:
            exponent = TOP[width] - 1 + rng.randint(-4, 4)
            few = rng.getrandbits(3) << p - 4 | rng.getrandbits(2)
            return rng.getrandbits(1) << width - 1 | exponent << p - 1 | few
    return any_bits & ~INFINITY[width] | rng.randrange(3) << p - 1


def operands(seed: str, widths: Sequence[int], count: int) -> list[tuple[int, ...]]:
    """Sets of numbers of the given widths, a third of corners only; the same for a seed."""
    rng = random.Random(seed)
    made = [tuple(rng.choice(corners(w)) for w in widths) for _ in range(count // 3)]
    return made + [tuple(operand(rng, w) for w in widths) for _ in range(count - len(made))]
