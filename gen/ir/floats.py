"""Binary floating point on integers that hold the bits: IEEE 754-2019, exactly.

Finite numbers are computed without error as ``significand * 2**exponent``; one function,
`_rounded`, rounds them all. This is the definition: it is made to be read, not to be fast.

Every operation but `classify` returns its flags above its result: ``flags << width | result``.
Flags are `NV`, `DZ`, `OF`, `UF`, `NX`, and rounding modes `RNE` to `RMM`, with the numbers that
RISC-V gives them (unprivileged manual 20240411, section 20.2); modes 5 to 7 round as `RTZ`.
Where IEEE 754 leaves a choice, it is RISC-V's: a NaN result is the canonical one (positive, quiet,
no payload), tininess is detected after rounding, and ``0 * infinity + NaN`` is invalid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import isqrt
from typing import TypeAlias

__all__ = [
    "BINARY32",
    "BINARY64",
    "DZ",
    "NV",
    "NX",
    "OF",
    "RDN",
    "RMM",
    "RNE",
    "RTZ",
    "RUP",
    "UF",
    "Format",
    "add",
    "classify",
    "convert",
    "divide",
    "equal",
    "from_integer",
    "fused",
    "less",
    "maximum",
    "minimum",
    "multiply",
    "root",
    "subtract",
    "to_integer",
]

RNE, RTZ, RDN, RUP, RMM = range(5)  # nearest even, to zero, down, up, nearest away from zero
NX, UF, OF, DZ, NV = 1, 2, 4, 8, 16

Exact: TypeAlias = tuple[int, int, int]  # sign, significand, exponent


@dataclass(frozen=True)
class Format:
    """A binary interchange format, IEEE 754-2019 section 3.4.

    Members
    -------
    exponent_bits : of the biased exponent
    fraction_bits : of the significand, without its leading bit
    """

    exponent_bits: int
    fraction_bits: int

    @cached_property
    def width(self) -> int:
        """Bits of a number."""
        return 1 + self.exponent_bits + self.fraction_bits

    @cached_property
    def precision(self) -> int:
        """Bits of a significand, the leading one with them."""
        return self.fraction_bits + 1

    @cached_property
    def least(self) -> int:
        """Exponent of the smallest number above 0: of the last bit of all subnormal numbers."""
        return 3 - (1 << self.exponent_bits - 1) - self.precision

    @cached_property
    def sign(self) -> int:
        """The sign bit."""
        return 1 << self.width - 1

    @cached_property
    def infinity(self) -> int:
        """Positive infinity; the largest number is one less."""
        return (1 << self.exponent_bits) - 1 << self.fraction_bits

    @cached_property
    def leading(self) -> int:
        """The leading bit of a normal significand."""
        return 1 << self.fraction_bits

    @cached_property
    def quiet(self) -> int:
        """The bit that tells a quiet NaN from a signalling one."""
        return self.leading >> 1

    @cached_property
    def nan(self) -> int:
        """The canonical NaN."""
        return self.infinity | self.quiet

    def is_nan(self, x: int) -> bool:
        """Return whether `x` is a NaN."""
        return x & ~self.sign > self.infinity

    def is_signalling(self, x: int) -> bool:
        """Return whether `x` is a signalling NaN."""
        return self.is_nan(x) and not x & self.quiet

    def is_infinite(self, x: int) -> bool:
        """Return whether `x` is an infinity."""
        return x & ~self.sign == self.infinity

    def negative(self, x: int) -> int:
        """Return the sign bit of `x` as 0 or 1."""
        return x >> self.width - 1

    def exact(self, x: int) -> Exact:
        """Return the value of a finite number."""
        magnitude = x & ~self.sign
        biased, fraction = magnitude >> self.fraction_bits, magnitude & self.leading - 1
        if biased:
            return self.negative(x), fraction | self.leading, self.least + biased - 1
        return self.negative(x), fraction, self.least

    def zero(self, negative: int) -> int:
        """Return a zero."""
        return self.sign if negative else 0

    def signed(self, negative: int, magnitude: int) -> int:
        """Return a number of the given sign."""
        return self.zero(negative) | magnitude

    def flagged(self, flags: int, x: int) -> int:
        """Return flags and result in one."""
        return flags << self.width | x

    def not_a_number(self, *operands: int, invalid: bool = False) -> int:
        """Return the NaN that an operation gives, which a signalling operand makes invalid."""
        invalid = invalid or any(map(self.is_signalling, operands))
        return self.flagged(NV if invalid else 0, self.nan)


BINARY32 = Format(8, 23)
BINARY64 = Format(11, 52)


# Rounding, IEEE 754-2019 sections 4.3 and 7


def _increment(mode: int, negative: int, kept: int, rest: int, half: int) -> bool:
    """Return whether a magnitude is rounded up whose bits behind `kept` are `rest`."""
    if mode == RNE:
        return rest > half or (rest == half and bool(kept & 1))
    if mode in (RDN, RUP):
        return rest > 0 and negative == (mode == RDN)
    return mode == RMM and rest >= half


def _shortened(mode: int, negative: int, significand: int, count: int) -> int:
    """Return a significand without its `count` last bits, rounded."""
    if count <= 0:
        return significand << -count
    kept = significand >> count
    rest = significand - (kept << count)
    return kept + _increment(mode, negative, kept, rest, 1 << count - 1)


def _rounded(f: Format, mode: int, value: Exact) -> int:
    """Return a number that is not zero in a format, with flags."""
    negative, significand, exponent = value
    spare = significand.bit_length() - f.precision
    count = max(spare, f.least - exponent)
    kept = _shortened(mode, negative, significand, count)
    # A normal significand's leading bit, or a carry out of it, counts up the exponent.
    magnitude = (exponent + count - f.least << f.fraction_bits) + kept
    if magnitude >= f.infinity:
        return f.flagged(OF | NX, f.signed(negative, _overflow(f, mode, negative)))
    if count <= 0 or kept << count == significand:
        return f.flagged(0, f.signed(negative, magnitude))
    free = _shortened(mode, negative, significand, spare)  # as if exponents had no end
    tiny = free.bit_length() + exponent + spare < f.least + f.precision
    return f.flagged(NX | UF if tiny else NX, f.signed(negative, magnitude))


def _overflow(f: Format, mode: int, negative: int) -> int:
    """Return the magnitude of a result that is too large."""
    away = mode in (RNE, RMM) or mode == (RDN if negative else RUP)
    return f.infinity if away else f.infinity - 1


def _sum(f: Format, mode: int, a: Exact, b: Exact) -> int:
    """Return the rounded sum of two exact values."""
    low = min(a[2], b[2])
    total = sum((-m if s else m) << e - low for s, m, e in (a, b))
    if total:
        return _rounded(f, mode, (int(total < 0), abs(total), low))
    return f.zero(a[0] if a[0] == b[0] else mode == RDN)


# Arithmetic, IEEE 754-2019 section 5.4.1


def add(f: Format, mode: int, a: int, b: int) -> int:
    """Return the sum."""
    if f.is_nan(a) or f.is_nan(b):
        return f.not_a_number(a, b)
    if f.is_infinite(a):
        opposite = f.is_infinite(b) and a != b
        return f.not_a_number(invalid=True) if opposite else a
    if f.is_infinite(b):
        return b
    return _sum(f, mode, f.exact(a), f.exact(b))


def subtract(f: Format, mode: int, a: int, b: int) -> int:
    """Return the difference."""
    return add(f, mode, a, b ^ f.sign)


def multiply(f: Format, mode: int, a: int, b: int) -> int:
    """Return the product."""
    # The zero has the product's sign, so adding it changes nothing.
    return fused(f, mode, a, b, (a ^ b) & f.sign)


def fused(f: Format, mode: int, a: int, b: int, c: int) -> int:
    """Return ``a * b + c``, rounded once."""
    factors = (a, b)
    endless = any(map(f.is_infinite, factors))
    if endless and any(x & ~f.sign == 0 for x in factors):
        return f.not_a_number(invalid=True)
    if any(map(f.is_nan, (a, b, c))):
        return f.not_a_number(a, b, c)
    negative = f.negative(a ^ b)
    if endless:
        return add(f, mode, f.signed(negative, f.infinity), c)
    if f.is_infinite(c):
        return c
    (_, m, e), (_, n, d) = f.exact(a), f.exact(b)
    return _sum(f, mode, (negative, m * n, e + d), f.exact(c))


def divide(f: Format, mode: int, a: int, b: int) -> int:
    """Return the quotient."""
    if f.is_nan(a) or f.is_nan(b):
        return f.not_a_number(a, b)
    negative = f.negative(a ^ b)
    if f.is_infinite(a):
        return f.not_a_number(invalid=True) if f.is_infinite(b) else f.signed(negative, f.infinity)
    (_, m, e), (_, n, d) = f.exact(a), (0, 1, 0) if f.is_infinite(b) else f.exact(b)
    if not n:
        endless = f.flagged(DZ, f.signed(negative, f.infinity))
        return endless if m else f.not_a_number(invalid=True)
    if not m or f.is_infinite(b):
        return f.zero(negative)
    more = f.precision + 2 + n.bit_length()  # bits of the quotient behind the rounded ones
    quotient, remainder = divmod(m << more, n)
    return _rounded(f, mode, (negative, quotient << 1 | (remainder > 0), e - d - more - 1))


def root(f: Format, mode: int, a: int) -> int:
    """Return the square root."""
    if f.is_nan(a):
        return f.not_a_number(a)
    if a & ~f.sign == 0 or a == f.infinity:
        return a
    negative, m, e = f.exact(a)
    if negative:
        return f.not_a_number(invalid=True)
    more = 2 * f.precision + 4 + (e & 1)  # an even exponent is left
    whole = isqrt(m << more)
    inexact = whole * whole != m << more
    return _rounded(f, mode, (0, whole << 1 | inexact, (e - more) // 2 - 1))


# Comparison, IEEE 754-2019 sections 5.11 and 9.6


def _order(f: Format, x: int) -> int:
    """Return an integer that is ordered as the numbers are; both zeros give 0."""
    magnitude = x & ~f.sign
    return -magnitude if x & f.sign else magnitude


def _compared(
    f: Format, a: int, b: int, signalling: bool, holds: Callable[[int, int], bool]
) -> int:
    """Return whether a relation holds, 1 bit, with flags; it does not for a NaN."""
    if f.is_nan(a) or f.is_nan(b):
        invalid = signalling or f.is_signalling(a) or f.is_signalling(b)
        return NV << 1 if invalid else 0
    return int(holds(_order(f, a), _order(f, b)))


def equal(f: Format, a: int, b: int, *, signalling: bool = False) -> int:
    """Return whether numbers are equal, 1 bit; `signalling`: any NaN is invalid."""
    return _compared(f, a, b, signalling, lambda x, y: x == y)


def less(f: Format, a: int, b: int, *, or_equal: bool = False, signalling: bool = True) -> int:
    """Return whether `a` is less than `b`, 1 bit; `signalling`: any NaN is invalid."""
    return _compared(f, a, b, signalling, lambda x, y: x < y or (or_equal and x == y))


def minimum(f: Format, a: int, b: int) -> int:
    """Return the smaller number (minimumNumber); -0 is below +0, a number goes before a NaN."""
    return _chosen(f, a, b, greater=False)


def maximum(f: Format, a: int, b: int) -> int:
    """Return the larger number (maximumNumber); -0 is below +0, a number goes before a NaN."""
    return _chosen(f, a, b, greater=True)


def _chosen(f: Format, a: int, b: int, *, greater: bool) -> int:
    numbers = [x for x in (a, b) if not f.is_nan(x)]
    if not numbers:
        return f.not_a_number(a, b)
    key = sorted(numbers, key=lambda x: (_order(f, x), not x & f.sign))
    invalid = f.is_signalling(a) or f.is_signalling(b)
    return f.flagged(NV if invalid else 0, key[-1] if greater else key[0])


def classify(f: Format, x: int) -> int:
    """Return which class a number is of, 10 bits of which one is set.

    From bit 0: negative infinite, normal, subnormal, zero; positive zero, subnormal, normal,
    infinite; signalling NaN, quiet NaN (RISC-V unprivileged manual 20240411, section 20.9).
    """
    if f.is_nan(x):
        return 1 << (8 if f.is_signalling(x) else 9)
    magnitude = x & ~f.sign
    size = (magnitude > 0) + (magnitude >> f.fraction_bits > 0) + (magnitude == f.infinity)
    return 1 << (3 - size if x & f.sign else 4 + size)


# Conversion, IEEE 754-2019 sections 5.4.1 and 5.8


def convert(to: Format, f: Format, mode: int, x: int) -> int:
    """Return a number of another format."""
    if f.is_nan(x):
        return to.flagged(NV if f.is_signalling(x) else 0, to.nan)
    if f.is_infinite(x):
        return to.signed(f.negative(x), to.infinity)
    value = f.exact(x)
    return _rounded(to, mode, value) if value[1] else to.zero(value[0])


def from_integer(f: Format, width: int, signed: bool, mode: int, x: int) -> int:
    """Return the number that an integer of `width` bits is."""
    negative = int(signed and x >> width - 1)
    magnitude = (1 << width) - x if negative else x
    return _rounded(f, mode, (negative, magnitude, 0)) if magnitude else 0


def to_integer(f: Format, width: int, signed: bool, mode: int, x: int) -> int:
    """Return a number as an integer of `width` bits.

    What does not fit is invalid and gives the nearest integer that does, a NaN the largest.
    """
    least, most = (-(1 << width - 1), (1 << width - 1) - 1) if signed else (0, (1 << width) - 1)
    if f.is_nan(x):
        return NV << width | most
    if f.is_infinite(x):
        return NV << width | (least if f.negative(x) else most) & (1 << width) - 1
    negative, significand, exponent = f.exact(x)
    magnitude = _shortened(mode, negative, significand, -exponent)
    value = -magnitude if negative else magnitude
    flags = NX if exponent < 0 and magnitude << -exponent != significand else 0
    if not least <= value <= most:
        flags, value = NV, least if value < least else most
    return flags << width | value & (1 << width) - 1
