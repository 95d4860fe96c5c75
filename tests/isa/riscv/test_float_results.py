"""Results and flags of every floating-point instruction, against MPFR and Python's rationals.

Each instruction is performed by a hart, on 500 sets of operands, or 10,000 where there is time.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from gen.isa.values import word
from tests.isa.riscv.floating import Cpu, isa
from tests.references import ieee754

SUFFIX = {"s": 32, "d": 64}
ONES = 0xFFFFFFFF00000000
COUNTS = [500, pytest.param(10_000, marks=pytest.mark.deep)]
counts = pytest.mark.parametrize("count", COUNTS)
suffixes = pytest.mark.parametrize("suffix", SUFFIX)
CPU = {name: Cpu(isa(name)) for name in ("rv32ifd", "rv64ifd")}

# What a fused instruction does to the signs of product and addend, section 20.6
FUSED = {"fmadd": (0, 0), "fmsub": (0, 1), "fnmsub": (1, 0), "fnmadd": (1, 1)}


def boxed(bits: int, width: int) -> int:
    return bits | ONES if width == 32 else bits


def performed(cpu: Cpu, name: str, mode: int, *given: int, dynamic: bool = False) -> int:
    """Perform an instruction on the numbers in f1, f2 and f3 and return its flags."""
    for k, bits in enumerate(given, start=1):
        cpu.put(k, bits)
    cpu.hart.fflags = cpu.hart._fflags & 0
    cpu.hart.frm = cpu.hart._frm & 0 | (mode if dynamic else 6)
    cpu.do(name, rd=4, rs1=1, rs2=2, rs3=3, rm=7 if dynamic else mode)
    return int(cpu.hart.fflags)


def check(
    name: str,
    width: int,
    arity: int,
    count: int,
    expected: Callable[..., ieee754.Result],
    machine: str = "rv64ifd",
) -> None:
    """Compare an instruction that gives a number with its reference."""
    cpu, to = CPU[machine], SUFFIX[name.split(".")[1]]
    for k, given in enumerate(ieee754.operands(name, (width,) * arity, count)):
        held = [boxed(x, width) for x in given]
        flags = performed(cpu, name, k % 5, *held, dynamic=k % 7 == 0)
        found = (flags, int(cpu.hart.f[4]))
        want, bits = expected(k % 5, *given)
        assert found == (want, boxed(bits, to)), (k % 5, [hex(x) for x in given])


@counts
@suffixes
@pytest.mark.parametrize(("name", "arity"), [("add", 2), ("sub", 2), ("mul", 2), ("div", 2)])
def test_two_operands(name: str, arity: int, suffix: str, count: int) -> None:
    width = SUFFIX[suffix]

    def expected(mode: int, *given: int) -> ieee754.Result:
        return ieee754.arithmetic(name, width, mode, *given)

    check(f"f{name}.{suffix}", width, arity, count, expected)


@counts
@suffixes
def test_square_roots(suffix: str, count: int) -> None:
    width = SUFFIX[suffix]

    def expected(mode: int, *given: int) -> ieee754.Result:
        return ieee754.arithmetic("sqrt", width, mode, *given)

    check(f"fsqrt.{suffix}", width, 1, count, expected)


@counts
@suffixes
@pytest.mark.parametrize("name", FUSED)
def test_fused(name: str, suffix: str, count: int) -> None:
    width = SUFFIX[suffix]
    product, addend = FUSED[name]

    def expected(mode: int, a: int, b: int, c: int) -> ieee754.Result:
        a, c = a ^ product << width - 1, c ^ addend << width - 1
        return ieee754.arithmetic("fma", width, mode, a, b, c)

    check(f"{name}.{suffix}", width, 3, count, expected)


@counts
@suffixes
@pytest.mark.parametrize("name", ["min", "max"])
def test_minimum_and_maximum(name: str, suffix: str, count: int) -> None:
    width = SUFFIX[suffix]

    def expected(mode: int, a: int, b: int) -> ieee754.Result:
        return ieee754.extreme(name, width, a, b)

    check(f"f{name}.{suffix}", width, 2, count, expected)


@counts
@suffixes
@pytest.mark.parametrize("name", ["fsgnj", "fsgnjn", "fsgnjx"])
def test_signs(name: str, suffix: str, count: int) -> None:
    width = SUFFIX[suffix]
    sign = 1 << width - 1

    def expected(mode: int, a: int, b: int) -> ieee754.Result:
        top = {"fsgnj": b & sign, "fsgnjn": ~b & sign, "fsgnjx": (a ^ b) & sign}[name]
        return 0, a & ~sign | top

    check(f"{name}.{suffix}", width, 2, count, expected)


@counts
@pytest.mark.parametrize(("name", "source"), [("fcvt.s.d", 64), ("fcvt.d.s", 32)])
def test_between_precisions(name: str, source: int, count: int) -> None:
    def expected(mode: int, x: int) -> ieee754.Result:
        return ieee754.arithmetic("plus", 96 - source, mode, x, source=source)

    cpu = CPU["rv64ifd"]
    for k, (x,) in enumerate(ieee754.operands(name, (source,), count)):
        flags = performed(cpu, name, k % 5, boxed(x, source))
        want, bits = expected(k % 5, x)
        assert (flags, cpu.hart.f[4]) == (want, boxed(bits, 96 - source)), (k % 5, hex(x))


def sets(size: int) -> list[str]:
    """Return the sets that have integers of a size."""
    return ["rv64ifd"] if size == 64 else ["rv32ifd", "rv64ifd"]


KINDS = {"w": (32, True), "wu": (32, False), "l": (64, True), "lu": (64, False)}
kinds = pytest.mark.parametrize(
    ("kind", "machine"), [(k, m) for k, (size, _) in KINDS.items() for m in sets(size)]
)


@counts
@suffixes
@kinds
def test_to_integers(kind: str, machine: str, suffix: str, count: int) -> None:
    (size, signed), width, cpu = KINDS[kind], SUFFIX[suffix], CPU[machine]
    xlen = int(machine[2:4])
    for k, (x,) in enumerate(ieee754.operands(kind, (width,), count)):
        flags = performed(cpu, f"fcvt.{kind}.{suffix}", k % 5, boxed(x, width))
        want, bits = ieee754.to_integer(width, size, signed, k % 5, x)
        if bits >> size - 1:
            bits |= (1 << xlen) - (1 << size)
        assert (flags, cpu.hart.x[4]) == (want, bits), (k % 5, hex(x))


@counts
@suffixes
@kinds
def test_from_integers(kind: str, machine: str, suffix: str, count: int) -> None:
    (size, signed), width, cpu = KINDS[kind], SUFFIX[suffix], CPU[machine]
    xlen, rng = int(machine[2:4]), random.Random(f"{kind} {machine} {suffix}")
    for k in range(count):
        bits = rng.randint(1, xlen)
        x = rng.choice([rng.getrandbits(bits), (1 << bits) - 1, 1 << bits - 1])
        x = (x + rng.randint(-2, 2)) * rng.choice([1, 1, -1]) & (1 << xlen) - 1
        cpu.x(1, x)
        flags = performed(cpu, f"fcvt.{suffix}.{kind}", k % 5)
        expected = ieee754.from_integer(width, size, signed, k % 5, x & (1 << size) - 1)
        found = (flags, int(cpu.hart.f[4]))
        assert found == (expected[0], boxed(expected[1], width)), (k % 5, hex(x))


@counts
@suffixes
@pytest.mark.parametrize("relation", ["eq", "lt", "le"])
def test_comparisons(relation: str, suffix: str, count: int) -> None:
    width, cpu = SUFFIX[suffix], CPU["rv64ifd"]
    for a, b in ieee754.operands(relation, (width, width), count):
        for x, y in ((a, b), (a, a)):
            flags = performed(cpu, f"f{relation}.{suffix}", 0, *(boxed(v, width) for v in (x, y)))
            expected = ieee754.compare(relation, width, relation != "eq", x, y)
            assert (flags, cpu.hart.x[4]) == expected, (hex(x), hex(y))


@counts
@suffixes
def test_classes(suffix: str, count: int) -> None:
    width, cpu = SUFFIX[suffix], CPU["rv64ifd"]
    for (x,) in ieee754.operands("class", (width,), count):
        assert performed(cpu, f"fclass.{suffix}", 0, boxed(x, width)) == 0
        assert cpu.hart.x[4] == ieee754.classify(width, x), hex(x)


@counts
@suffixes
def test_moves_and_memory(suffix: str, count: int) -> None:
    """Every bit of a number comes through registers and memory."""
    cpu, letter = CPU["rv64ifd"], {"s": "w", "d": "d"}[suffix]
    width = SUFFIX[suffix]
    for (x,) in ieee754.operands("move", (width,), count):
        cpu.x(1, x)
        assert performed(cpu, f"fmv.{letter}.x", 0) == 0
        assert cpu.hart.f[4] == boxed(x, width)
        assert performed(cpu, f"fmv.x.{letter}", 0, boxed(x, width)) == 0
        assert cpu.hart.x[4] & (1 << width) - 1 == x
        cpu.x(1, 0x100)
        cpu.put(2, boxed(x, width))
        cpu.do(f"fs{letter}", rs1=1, rs2=2, imm=0xFF8)
        assert cpu.memory.writes[-1] == (0xF8, width, x)
        cpu.do(f"fl{letter}", rs1=1, rd=5, imm=0xFF8)
        assert cpu.hart.f[5] == boxed(x, width)
    assert cpu.hart.f[5].__class__ is word(64)
