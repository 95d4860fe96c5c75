"""Logic, shifts and moves of MIPS32.

MIPS32 Architecture for Programmers, volume II, revision 0.95: each section is that instruction's
page.
"""

from typing import Any

from gen.isa import Extension
from gen.isa.values import Value, ashr
from specs.isa.mips32.operands import OPERANDS

__all__ = ["logic"]

logic = Extension(
    "logic",
    operands=OPERANDS,
    title="Logic, shifts and moves",
    source="MIPS32 Architecture for Programmers, volume II, revision 0.95",
)
_i = logic.instruction


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
