"""Arithmetic, logic, shifts and moves of MIPS32.

MIPS32 Architecture for Programmers, volume II, revision 0.95: each section is that instruction's
page. A result that the manual calls unpredictable is told with the instruction.
"""

from typing import Any

from gen.isa import Extension, Immediate
from gen.isa.operands import number
from gen.isa.values import (
    Value,
    ashr,
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

__all__ = ["computation"]

computation = Extension(
    "computation",
    operands=OPERANDS,
    title="Arithmetic, logic, shifts and moves",
    source="MIPS32 Architecture for Programmers, volume II, revision 0.95",
)
_i = computation.instruction


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


# Logic


@_i("000000 rs rt rd 00000 100100", "and {rd}, {rs}, {rt}", section="AND")
def and_(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """And."""
    s.r[rd] = s.r[rs] & s.r[rt]


@_i("001100 rs rt uimm", "andi {rt}, {rs}, {uimm}", section="ANDI")
def andi(s: Any, rs: Value, rt: Value, uimm: Value) -> None:
    """And with a zero-extended immediate."""
    s.r[rt] = s.r[rs] & uimm


@_i("001111 00000 rt upper[31:16]", "lui {rt}, {upper}", section="LUI")
def lui(s: Any, rt: Value, upper: Value) -> None:
    """Load an immediate into the upper half."""
    s.r[rt] = upper


@_i("000000 rs rt rd 00000 100111", "nor {rd}, {rs}, {rt}", section="NOR")
def nor(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """Not or."""
    s.r[rd] = ~(s.r[rs] | s.r[rt])


@_i("000000 rs rt rd 00000 100101", "or {rd}, {rs}, {rt}", section="OR")
def or_(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """Or."""
    s.r[rd] = s.r[rs] | s.r[rt]


@_i("001101 rs rt uimm", "ori {rt}, {rs}, {uimm}", section="ORI")
def ori(s: Any, rs: Value, rt: Value, uimm: Value) -> None:
    """Or with a zero-extended immediate."""
    s.r[rt] = s.r[rs] | uimm


@_i("000000 rs rt rd 00000 100110", "xor {rd}, {rs}, {rt}", section="XOR")
def xor(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """Exclusive or."""
    s.r[rd] = s.r[rs] ^ s.r[rt]


@_i("001110 rs rt uimm", "xori {rt}, {rs}, {uimm}", section="XORI")
def xori(s: Any, rs: Value, rt: Value, uimm: Value) -> None:
    """Exclusive or with a zero-extended immediate."""
    s.r[rt] = s.r[rs] ^ uimm


# Shifts


@_i("000000 00000 rt rd sa 000000", "sll {rd}, {rt}, {sa}", section="SLL")
def sll(s: Any, rt: Value, rd: Value, sa: Value) -> None:
    """Shift left by an immediate."""
    s.r[rd] = s.r[rt] << sa


@_i("000000 00000 rt rd sa 000010", "srl {rd}, {rt}, {sa}", section="SRL")
def srl(s: Any, rt: Value, rd: Value, sa: Value) -> None:
    """Shift right by an immediate, filling with zeros."""
    s.r[rd] = s.r[rt] >> sa


@_i("000000 00000 rt rd sa 000011", "sra {rd}, {rt}, {sa}", section="SRA")
def sra(s: Any, rt: Value, rd: Value, sa: Value) -> None:
    """Shift right by an immediate, filling with the sign."""
    s.r[rd] = ashr(s.r[rt], sa)


@_i("000000 rs rt rd 00000 000100", "sllv {rd}, {rt}, {rs}", section="SLLV")
def sllv(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """Shift left by the five lowest bits of a register."""
    s.r[rd] = s.r[rt] << s.r[rs][4:0]


@_i("000000 rs rt rd 00000 000110", "srlv {rd}, {rt}, {rs}", section="SRLV")
def srlv(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """Shift right by the five lowest bits of a register, filling with zeros."""
    s.r[rd] = s.r[rt] >> s.r[rs][4:0]


@_i("000000 rs rt rd 00000 000111", "srav {rd}, {rt}, {rs}", section="SRAV")
def srav(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """Shift right by the five lowest bits of a register, filling with the sign."""
    s.r[rd] = ashr(s.r[rt], s.r[rs][4:0])


# Moves


@_i("000000 0000000000 rd 00000 010000", "mfhi {rd}", section="MFHI")
def mfhi(s: Any, rd: Value) -> None:
    """Move from HI."""
    s.r[rd] = s.HI


@_i("000000 0000000000 rd 00000 010010", "mflo {rd}", section="MFLO")
def mflo(s: Any, rd: Value) -> None:
    """Move from LO."""
    s.r[rd] = s.LO


@_i("000000 rs 000000000000000 010001", "mthi {rs}", section="MTHI")
def mthi(s: Any, rs: Value) -> None:
    """Move to HI."""
    s.HI = s.r[rs]


@_i("000000 rs 000000000000000 010011", "mtlo {rs}", section="MTLO")
def mtlo(s: Any, rs: Value) -> None:
    """Move to LO."""
    s.LO = s.r[rs]


@_i("000000 rs rt rd 00000 001011", "movn {rd}, {rs}, {rt}", section="MOVN")
def movn(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """Move if the other register is not zero."""
    s.r.write(rd, s.r[rs], when=s.r[rt] != 0)


@_i("000000 rs rt rd 00000 001010", "movz {rd}, {rs}, {rt}", section="MOVZ")
def movz(s: Any, rs: Value, rt: Value, rd: Value) -> None:
    """Move if the other register is zero."""
    s.r.write(rd, s.r[rs], when=s.r[rt] == 0)


# Pseudo-instructions


def _li(rt: str, value: int | str) -> list[str]:
    """Return the shortest lines that load a number, signed or unsigned; of a symbol, both halves.

    The lower half of a symbol is added with its sign, which `%hi` makes up for.
    """
    known = number(value) if isinstance(value, str) else value
    if known is None:
        return [f"lui {rt}, %hi({value})", f"addiu {rt}, {rt}, %lo({value})"]
    low, high = known & 0xFFFF, known >> 16 & 0xFFFF
    if -0x8000 <= known < 0x8000:
        return [f"addiu {rt}, $zero, {known}"]
    if not high:
        return [f"ori {rt}, $zero, {low}"]
    upper = f"lui {rt}, {high}"
    return [upper, f"ori {rt}, {rt}, {low}"] if low else [upper]


_WORD = {"value": Immediate(32)}

computation.alias("nop", "sll $zero, $zero, 0")
computation.alias("ssnop", "sll $zero, $zero, 1")
computation.alias("move {rd}, {rs}", "addu {rd}, {rs}, $zero")
computation.alias("neg {rd}, {rt}", "sub {rd}, $zero, {rt}")
computation.alias("negu {rd}, {rt}", "subu {rd}, $zero, {rt}")
computation.alias("not {rd}, {rs}", "nor {rd}, {rs}, $zero")
computation.alias("div {rs}, {rt}", "div $zero, {rs}, {rt}", printed=False)
computation.alias("divu {rs}, {rt}", "divu $zero, {rs}, {rt}", printed=False)
computation.alias("li {rt}, {value}", _li, operands=_WORD)
computation.alias("la {rt}, {value}", _li, operands=_WORD)
