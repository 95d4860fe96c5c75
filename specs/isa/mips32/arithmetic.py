"""Arithmetic of MIPS32.

MIPS32 Architecture for Programmers, volume II, revision 0.95: each section is that instruction's
page. A result that the manual calls unpredictable is told with the instruction.
"""

from typing import Any

from gen.isa import Extension
from gen.isa.values import (
    Value,
    bits,
    concat,
    sdiv,
    select,
    signed,
    srem,
    udiv,
    unsigned,
    urem,
    zext,
)
from specs.isa.mips32.operands import OPERANDS, same

__all__ = ["arithmetic"]

arithmetic = Extension(
    "arithmetic",
    operands=OPERANDS,
    title="Arithmetic",
    source="MIPS32 Architecture for Programmers, volume II, revision 0.95",
)
_i = arithmetic.instruction


# Arithmetic


def _checked(s: Any, exact: Value) -> Value:
    """Return the low word of an exact integer; a word that cannot hold it traps."""
    low = bits(exact, 32)
    if exact != signed(low):
        raise s.trap("integer_overflow")
    return low


@_i("000000 rs rt rd 00000 100000", "add {rd}, {rs}, {rt}", section="ADD")
def add(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """Add; trap on signed overflow."""
    s.r[rd] = _checked(s, signed(s.r[rs]) + signed(s.r[rt]))


@_i("001000 rs rt imm", "addi {rt}, {rs}, {imm}", section="ADDI")
def addi(s: Any, rs: Value, rt: Value, imm: Value) -> None:
    """Add an immediate; trap on signed overflow."""
    s.r[rt] = _checked(s, signed(s.r[rs]) + signed(imm))


@_i("001001 rs rt imm", "addiu {rt}, {rs}, {imm}", section="ADDIU")
def addiu(s: Any, rs: Value, rt: Value, imm: Value) -> None:
    """Add a sign-extended immediate, modulo 2**32."""
    s.r[rt] = s.r[rs] + imm


@_i("000000 rs rt rd 00000 100001", "addu {rd}, {rs}, {rt}", section="ADDU")
def addu(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """Add, modulo 2**32."""
    s.r[rd] = s.r[rs] + s.r[rt]


@_i("000000 rs rt rd 00000 100010", "sub {rd}, {rs}, {rt}", section="SUB")
def sub(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """Subtract; trap on signed overflow."""
    s.r[rd] = _checked(s, signed(s.r[rs]) - signed(s.r[rt]))


@_i("000000 rs rt rd 00000 100011", "subu {rd}, {rs}, {rt}", section="SUBU")
def subu(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """Subtract, modulo 2**32."""
    s.r[rd] = s.r[rs] - s.r[rt]


@_i("000000 rs rt rd 00000 101010", "slt {rd}, {rs}, {rt}", section="SLT")
def slt(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """Set to 1 if less, signed, else to 0."""
    s.r[rd] = zext(signed(s.r[rs]) < signed(s.r[rt]), 32)


@_i("001010 rs rt imm", "slti {rt}, {rs}, {imm}", section="SLTI")
def slti(s: Any, rs: Value, rt: Value, imm: Value) -> None:
    """Set to 1 if less than the immediate, signed, else to 0."""
    s.r[rt] = zext(signed(s.r[rs]) < signed(imm), 32)


@_i("001011 rs rt imm", "sltiu {rt}, {rs}, {imm}", section="SLTIU")
def sltiu(s: Any, rs: Value, rt: Value, imm: Value) -> None:
    """Set to 1 if less than the sign-extended immediate, unsigned, else to 0."""
    s.r[rt] = zext(s.r[rs] < imm, 32)


@_i("000000 rs rt rd 00000 101011", "sltu {rd}, {rs}, {rt}", section="SLTU")
def sltu(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """Set to 1 if less, unsigned, else to 0."""
    s.r[rd] = zext(s.r[rs] < s.r[rt], 32)


def _leading_zeros(x: Value) -> Value:
    """Return how many bits are 0 above the highest 1."""
    count = zext(x == 0, 32)
    for step in (16, 8, 4, 2, 1):
        empty = x[31 : 32 - step] == 0
        x = select(empty, x << step, x)
        count = count + (zext(empty, 32) << step.bit_length() - 1)
    return count


@_i("011100 rs both[9:5] both[4:0] 00000 100000", "clz {both}, {rs}", where=same, section="CLZ")
def clz(s: Any, rs: Value, both: Value) -> None:
    """Count leading zeros. The word names the destination in rt too."""
    s.r[both] = _leading_zeros(s.r[rs])


@_i("011100 rs both[9:5] both[4:0] 00000 100001", "clo {both}, {rs}", where=same, section="CLO")
def clo(s: Any, rs: Value, both: Value) -> None:
    """Count leading ones. The word names the destination in rt too."""
    s.r[both] = _leading_zeros(~s.r[rs])


# Multiplication and division


def _set(s: Any, wide: Value) -> None:
    """Write HI and LO."""
    s.HI, s.LO = wide[63:32], wide[31:0]


@_i("011100 rs rt rd 00000 000010", "mul {rd}, {rs}, {rt}", section="MUL")
def mul(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """Multiply to the low word. HI and LO, unpredictable in the manual, are kept."""
    s.r[rd] = s.r[rs] * s.r[rt]


@_i("000000 rs rt 00000 00000 011000", "mult {rs}, {rt}", section="MULT")
def mult(s: Any, rs: Value, rt: Value) -> None:
    """Multiply, signed, to HI and LO."""
    _set(s, bits(signed(s.r[rs]) * signed(s.r[rt]), 64))


@_i("000000 rs rt 00000 00000 011001", "multu {rs}, {rt}", section="MULTU")
def multu(s: Any, rs: Value, rt: Value) -> None:
    """Multiply, unsigned, to HI and LO."""
    _set(s, bits(unsigned(s.r[rs]) * unsigned(s.r[rt]), 64))


@_i("011100 rs rt 00000 00000 000000", "madd {rs}, {rt}", section="MADD")
def madd(s: Any, rs: Value, rt: Value) -> None:
    """Add a signed product to HI and LO."""
    _set(s, concat(s.HI, s.LO) + bits(signed(s.r[rs]) * signed(s.r[rt]), 64))


@_i("011100 rs rt 00000 00000 000001", "maddu {rs}, {rt}", section="MADDU")
def maddu(s: Any, rs: Value, rt: Value) -> None:
    """Add an unsigned product to HI and LO."""
    _set(s, concat(s.HI, s.LO) + bits(unsigned(s.r[rs]) * unsigned(s.r[rt]), 64))


@_i("011100 rs rt 00000 00000 000100", "msub {rs}, {rt}", section="MSUB")
def msub(s: Any, rs: Value, rt: Value) -> None:
    """Subtract a signed product from HI and LO."""
    _set(s, concat(s.HI, s.LO) - bits(signed(s.r[rs]) * signed(s.r[rt]), 64))


@_i("011100 rs rt 00000 00000 000101", "msubu {rs}, {rt}", section="MSUBU")
def msubu(s: Any, rs: Value, rt: Value) -> None:
    """Subtract an unsigned product from HI and LO."""
    _set(s, concat(s.HI, s.LO) - bits(unsigned(s.r[rs]) * unsigned(s.r[rt]), 64))


@_i("000000 rs rt 00000 00000 011010", "div $zero, {rs}, {rt}", section="DIV")
def div(s: Any, rs: Value, rt: Value) -> None:
    """Divide, signed: quotient to LO, remainder to HI.

    By zero, unpredictable in the manual, the quotient is -1 and the remainder the dividend.
    """
    a, b = s.r[rs], s.r[rt]
    s.LO, s.HI = sdiv(a, b), srem(a, b)


@_i("000000 rs rt 00000 00000 011011", "divu $zero, {rs}, {rt}", section="DIVU")
def divu(s: Any, rs: Value, rt: Value) -> None:
    """Divide, unsigned: quotient to LO, remainder to HI.

    By zero, unpredictable in the manual, the quotient is all ones and the remainder the dividend.
    """
    a, b = s.r[rs], s.r[rt]
    s.LO, s.HI = udiv(a, b), urem(a, b)
