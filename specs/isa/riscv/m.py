"""M: multiplication and division.

RISC-V Instruction Set Manual, volume I, version 20240411, chapter 13.
"""

from typing import Any

from gen.isa import Extension
from gen.isa.values import Value, bits, sdiv, sext, signed, srem, udiv, unsigned, urem
from specs.isa.riscv.operands import OPERANDS

__all__ = ["m"]

m = Extension(
    "M",
    operands=OPERANDS,
    title="Integer multiplication and division",
    source="RISC-V unprivileged manual 20240411, chapter 13",
)


@m.instruction("0000001 rs2 rs1 000 rd 0110011", "mul {rd}, {rs1}, {rs2}", section="13.1")
def mul(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Multiply; the low half of the product."""
    s.x[rd] = s.x[rs1] * s.x[rs2]


@m.instruction("0000001 rs2 rs1 001 rd 0110011", "mulh {rd}, {rs1}, {rs2}", section="13.1")
def mulh(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Multiply signed by signed; the high half of the product."""
    s.x[rd] = _high(s, signed(s.x[rs1]) * signed(s.x[rs2]))


@m.instruction("0000001 rs2 rs1 010 rd 0110011", "mulhsu {rd}, {rs1}, {rs2}", section="13.1")
def mulhsu(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Multiply signed `rs1` by unsigned `rs2`; the high half of the product."""
    s.x[rd] = _high(s, signed(s.x[rs1]) * unsigned(s.x[rs2]))


@m.instruction("0000001 rs2 rs1 011 rd 0110011", "mulhu {rd}, {rs1}, {rs2}", section="13.1")
def mulhu(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Multiply unsigned by unsigned; the high half of the product."""
    s.x[rd] = _high(s, unsigned(s.x[rs1]) * unsigned(s.x[rs2]))


def _high(s: Any, product: Value) -> Value:
    """Return the high half of a product."""
    return bits(product >> s.xlen, s.xlen)


@m.instruction("0000001 rs2 rs1 100 rd 0110011", "div {rd}, {rs1}, {rs2}", section="13.2")
def div(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Divide, signed, towards zero; by zero gives -1, the overflow gives the dividend."""
    s.x[rd] = sdiv(s.x[rs1], s.x[rs2])


@m.instruction("0000001 rs2 rs1 101 rd 0110011", "divu {rd}, {rs1}, {rs2}", section="13.2")
def divu(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Divide, unsigned; by zero gives all ones."""
    s.x[rd] = udiv(s.x[rs1], s.x[rs2])


@m.instruction("0000001 rs2 rs1 110 rd 0110011", "rem {rd}, {rs1}, {rs2}", section="13.2")
def rem(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Remainder, with the dividend's sign; by zero gives the dividend, the overflow gives 0."""
    s.x[rd] = srem(s.x[rs1], s.x[rs2])


@m.instruction("0000001 rs2 rs1 111 rd 0110011", "remu {rd}, {rs1}, {rs2}", section="13.2")
def remu(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Remainder, unsigned; by zero gives the dividend."""
    s.x[rd] = urem(s.x[rs1], s.x[rs2])


# Words of RV64


@m.instruction("0000001 rs2 rs1 000 rd 0111011", "mulw {rd}, {rs1}, {rs2}", section="13.1", xlen=64)
def mulw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Multiply low words; the low word of the product, sign-extended."""
    s.x[rd] = sext(s.x[rs1][31:0] * s.x[rs2][31:0], 64)


@m.instruction("0000001 rs2 rs1 100 rd 0111011", "divw {rd}, {rs1}, {rs2}", section="13.2", xlen=64)
def divw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Divide low words, signed; the quotient is sign-extended."""
    s.x[rd] = sext(sdiv(s.x[rs1][31:0], s.x[rs2][31:0]), 64)


@m.instruction(
    "0000001 rs2 rs1 101 rd 0111011", "divuw {rd}, {rs1}, {rs2}", section="13.2", xlen=64
)
def divuw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Divide low words, unsigned; the quotient is sign-extended."""
    s.x[rd] = sext(udiv(s.x[rs1][31:0], s.x[rs2][31:0]), 64)


@m.instruction("0000001 rs2 rs1 110 rd 0111011", "remw {rd}, {rs1}, {rs2}", section="13.2", xlen=64)
def remw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Remainder of low words, signed, sign-extended."""
    s.x[rd] = sext(srem(s.x[rs1][31:0], s.x[rs2][31:0]), 64)


@m.instruction(
    "0000001 rs2 rs1 111 rd 0111011", "remuw {rd}, {rs1}, {rs2}", section="13.2", xlen=64
)
def remuw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Remainder of low words, unsigned, sign-extended."""
    s.x[rd] = sext(urem(s.x[rs1][31:0], s.x[rs2][31:0]), 64)
