"""Zbb: basic bit manipulation.

RISC-V Instruction Set Manual, volume I, version 20240411, chapter 28.
"""

from typing import Any

from gen.isa import Extension
from gen.isa.values import Value, concat, select, sext, signed, zext
from specs.isa.riscv.operands import OPERANDS

__all__ = ["zbb"]

zbb = Extension(
    "Zbb",
    operands=OPERANDS,
    title="Basic bit manipulation",
    source="RISC-V unprivileged manual 20240411, chapter 28",
)

# Logic with negation


@zbb.instruction("0100000 rs2 rs1 111 rd 0110011", "andn {rd}, {rs1}, {rs2}", section="28.4.2")
def andn(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """And with the complement."""
    s.x[rd] = s.x[rs1] & ~s.x[rs2]


@zbb.instruction("0100000 rs2 rs1 110 rd 0110011", "orn {rd}, {rs1}, {rs2}", section="28.4.2")
def orn(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Or with the complement."""
    s.x[rd] = s.x[rs1] | ~s.x[rs2]


@zbb.instruction("0100000 rs2 rs1 100 rd 0110011", "xnor {rd}, {rs1}, {rs2}", section="28.4.2")
def xnor(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Exclusive or, complemented."""
    s.x[rd] = ~(s.x[rs1] ^ s.x[rs2])


# Counting


def _leading(x: Value) -> Value:
    """Return the number of zeros above the highest one; halves are left out while they are 0."""
    found = x & 0
    step = x.width // 2
    while step:
        empty = x >> x.width - step == 0
        found = select(empty, found + step, found)
        x = select(empty, x << step, x)
        step //= 2
    return found + (x >> x.width - 1 ^ 1)


def _ones(x: Value) -> Value:
    """Return the number of ones; each step adds neighbouring fields."""
    step = 1
    while step < x.width:
        mask = ((1 << x.width) - 1) // ((1 << step) + 1)
        x = (x & mask) + (x >> step & mask)
        step *= 2
    return x


def _trailing(x: Value) -> Value:
    """Return the number of zeros below the lowest one."""
    return _ones(~x & x - 1)


@zbb.instruction("0110000 00000 rs1 001 rd 0010011", "clz {rd}, {rs1}", section="28.4.2")
def clz(s: Any, rd: Value, rs1: Value) -> None:
    """Count leading zeros."""
    s.x[rd] = _leading(s.x[rs1])


@zbb.instruction("0110000 00000 rs1 001 rd 0011011", "clzw {rd}, {rs1}", section="28.4.2", xlen=64)
def clzw(s: Any, rd: Value, rs1: Value) -> None:
    """Count leading zeros of the low word."""
    s.x[rd] = zext(_leading(s.x[rs1][31:0]), 64)


@zbb.instruction("0110000 00001 rs1 001 rd 0010011", "ctz {rd}, {rs1}", section="28.4.2")
def ctz(s: Any, rd: Value, rs1: Value) -> None:
    """Count trailing zeros."""
    s.x[rd] = _trailing(s.x[rs1])


@zbb.instruction("0110000 00001 rs1 001 rd 0011011", "ctzw {rd}, {rs1}", section="28.4.2", xlen=64)
def ctzw(s: Any, rd: Value, rs1: Value) -> None:
    """Count trailing zeros of the low word."""
    s.x[rd] = zext(_trailing(s.x[rs1][31:0]), 64)


@zbb.instruction("0110000 00010 rs1 001 rd 0010011", "cpop {rd}, {rs1}", section="28.4.2")
def cpop(s: Any, rd: Value, rs1: Value) -> None:
    """Count ones."""
    s.x[rd] = _ones(s.x[rs1])


@zbb.instruction("0110000 00010 rs1 001 rd 0011011", "cpopw {rd}, {rs1}", section="28.4.2", xlen=64)
def cpopw(s: Any, rd: Value, rs1: Value) -> None:
    """Count ones of the low word."""
    s.x[rd] = zext(_ones(s.x[rs1][31:0]), 64)


# Minimum and maximum


@zbb.instruction("0000101 rs2 rs1 110 rd 0110011", "max {rd}, {rs1}, {rs2}", section="28.4.2")
def max_(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """The greater, signed."""
    s.x[rd] = select(signed(s.x[rs1]) < signed(s.x[rs2]), s.x[rs2], s.x[rs1])


@zbb.instruction("0000101 rs2 rs1 111 rd 0110011", "maxu {rd}, {rs1}, {rs2}", section="28.4.2")
def maxu(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """The greater, unsigned."""
    s.x[rd] = select(s.x[rs1] < s.x[rs2], s.x[rs2], s.x[rs1])


@zbb.instruction("0000101 rs2 rs1 100 rd 0110011", "min {rd}, {rs1}, {rs2}", section="28.4.2")
def min_(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """The lesser, signed."""
    s.x[rd] = select(signed(s.x[rs1]) < signed(s.x[rs2]), s.x[rs1], s.x[rs2])


@zbb.instruction("0000101 rs2 rs1 101 rd 0110011", "minu {rd}, {rs1}, {rs2}", section="28.4.2")
def minu(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """The lesser, unsigned."""
    s.x[rd] = select(s.x[rs1] < s.x[rs2], s.x[rs1], s.x[rs2])


# Extension


@zbb.instruction("0110000 00100 rs1 001 rd 0010011", "sext.b {rd}, {rs1}", section="28.4.2")
def sext_b(s: Any, rd: Value, rs1: Value) -> None:
    """Sign-extend a byte."""
    s.x[rd] = sext(s.x[rs1][7:0], s.xlen)


@zbb.instruction("0110000 00101 rs1 001 rd 0010011", "sext.h {rd}, {rs1}", section="28.4.2")
def sext_h(s: Any, rd: Value, rs1: Value) -> None:
    """Sign-extend a half-word."""
    s.x[rd] = sext(s.x[rs1][15:0], s.xlen)


@zbb.instruction(
    "0000100 00000 rs1 100 rd 0110011", "zext.h {rd}, {rs1}", section="28.4.2", xlen=32
)
@zbb.instruction(
    "0000100 00000 rs1 100 rd 0111011", "zext.h {rd}, {rs1}", section="28.4.2", xlen=64
)
def zext_h(s: Any, rd: Value, rs1: Value) -> None:
    """Zero-extend a half-word."""
    s.x[rd] = zext(s.x[rs1][15:0], s.xlen)


# Rotation


def _left(x: Value, count: Value) -> Value:
    """Return a word rotated left by a count of just enough bits."""
    return x << count | x >> -count


def _right(x: Value, count: Value) -> Value:
    """Return a word rotated right by a count of just enough bits."""
    return x >> count | x << -count


def _amount(s: Any, x: Value) -> Value:
    """Return the bits of a register that say how far."""
    return x[5:0] if s.xlen == 64 else x[4:0]


@zbb.instruction("0110000 rs2 rs1 001 rd 0110011", "rol {rd}, {rs1}, {rs2}", section="28.4.2")
def rol(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Rotate left by the lowest bits of a register."""
    s.x[rd] = _left(s.x[rs1], _amount(s, s.x[rs2]))


@zbb.instruction("0110000 rs2 rs1 101 rd 0110011", "ror {rd}, {rs1}, {rs2}", section="28.4.2")
def ror(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Rotate right by the lowest bits of a register."""
    s.x[rd] = _right(s.x[rs1], _amount(s, s.x[rs2]))


@zbb.instruction(
    "0110000 shamt[4:0] rs1 101 rd 0010011", "rori {rd}, {rs1}, {shamt}", section="28.4.2", xlen=32
)
@zbb.instruction(
    "011000 shamt[5:0] rs1 101 rd 0010011", "rori {rd}, {rs1}, {shamt}", section="28.4.2", xlen=64
)
def rori(s: Any, rd: Value, rs1: Value, shamt: Value) -> None:
    """Rotate right by an immediate."""
    s.x[rd] = _right(s.x[rs1], shamt)


@zbb.instruction(
    "0110000 rs2 rs1 001 rd 0111011", "rolw {rd}, {rs1}, {rs2}", section="28.4.2", xlen=64
)
def rolw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Rotate the low word left by the five lowest bits of a register, sign-extended."""
    s.x[rd] = sext(_left(s.x[rs1][31:0], s.x[rs2][4:0]), 64)


@zbb.instruction(
    "0110000 rs2 rs1 101 rd 0111011", "rorw {rd}, {rs1}, {rs2}", section="28.4.2", xlen=64
)
def rorw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Rotate the low word right by the five lowest bits of a register, sign-extended."""
    s.x[rd] = sext(_right(s.x[rs1][31:0], s.x[rs2][4:0]), 64)


@zbb.instruction(
    "0110000 shamt[4:0] rs1 101 rd 0011011", "roriw {rd}, {rs1}, {shamt}", section="28.4.2", xlen=64
)
def roriw(s: Any, rd: Value, rs1: Value, shamt: Value) -> None:
    """Rotate the low word right by an immediate, sign-extended."""
    s.x[rd] = sext(_right(s.x[rs1][31:0], shamt), 64)


# Bytes


def _bytes(x: Value) -> list[Value]:
    """Return the bytes of a register, least significant first."""
    return [x[8 * k + 7 : 8 * k] for k in range(x.width // 8)]


@zbb.instruction("001010000111 rs1 101 rd 0010011", "orc.b {rd}, {rs1}", section="28.4.2")
def orc_b(s: Any, rd: Value, rs1: Value) -> None:
    """Make each byte that is not 0 all ones."""
    s.x[rd] = concat(*(sext(b != 0, 8) for b in reversed(_bytes(s.x[rs1]))))


@zbb.instruction("011010011000 rs1 101 rd 0010011", "rev8 {rd}, {rs1}", section="28.4.2", xlen=32)
@zbb.instruction("011010111000 rs1 101 rd 0010011", "rev8 {rd}, {rs1}", section="28.4.2", xlen=64)
def rev8(s: Any, rd: Value, rs1: Value) -> None:
    """Reverse the order of bytes."""
    s.x[rd] = concat(*_bytes(s.x[rs1]))
