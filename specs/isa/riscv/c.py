"""C: compressed instructions, 16 bits each, all but those of floating point.

RISC-V Instruction Set Manual, volume I, version 20240411, chapter 26. Each is a short form of an
instruction of I, whose function it calls. Words that the manual reserves are no instructions;
hints are legal.
"""

from typing import Any

from gen.isa import Extension, Immediate, Target
from gen.isa.values import Value
from specs.isa.riscv.i import (
    add,
    addi,
    addiw,
    addw,
    and_,
    andi,
    beq,
    bne,
    ebreak,
    jump,
    jump_and_link,
    ld,
    lui,
    lw,
    or_,
    sd,
    slli,
    srai,
    srli,
    sub,
    subw,
    sw,
    xor,
)
from specs.isa.riscv.operands import OPERANDS, register

__all__ = ["c"]

c = Extension(
    "C",
    operands=OPERANDS
    | {
        "imm": Immediate(signed=True, to="xlen"),
        "shamt": Immediate(),
        "offset": Immediate(to="xlen"),
        "upper": Immediate(signed=True, to="xlen", shown=12),
        "target": Target(to="xlen"),
        # x8 to x15 in three bits: the manual's rd', rs1' and rs2', section 26.2
        "rdp": register(3, 8),
        "rs1p": register(3, 8),
        "rs2p": register(3, 8),
    },
    title="Compressed instructions",
    source="RISC-V unprivileged manual 20240411, chapter 26",
    word_widths=(16,),
)

SP = 2  # the stack pointer, section 26.3.1


def _some(rd: Value) -> Value:
    """Return whether the register is another than x0."""
    return rd != 0


# Loads and stores by the stack pointer, section 26.3.1


@c.instruction(
    "010 offset[5] rd offset[4:2|7:6] 10",
    "c.lwsp {rd}, {offset}(sp)",
    section="26.3.1",
    where=_some,
)
def c_lwsp(s: Any, rd: Value, offset: Value) -> None:
    """Load a word from the stack."""
    lw(s, rd, SP, offset)


@c.instruction(
    "011 offset[5] rd offset[4:3|8:6] 10",
    "c.ldsp {rd}, {offset}(sp)",
    section="26.3.1",
    where=_some,
    xlen=64,
)
def c_ldsp(s: Any, rd: Value, offset: Value) -> None:
    """Load a doubleword from the stack."""
    ld(s, rd, SP, offset)


@c.instruction("110 offset[5:2|7:6] rs2 10", "c.swsp {rs2}, {offset}(sp)", section="26.3.1")
def c_swsp(s: Any, rs2: Value, offset: Value) -> None:
    """Store a word to the stack."""
    sw(s, SP, rs2, offset)


@c.instruction(
    "111 offset[5:3|8:6] rs2 10", "c.sdsp {rs2}, {offset}(sp)", section="26.3.1", xlen=64
)
def c_sdsp(s: Any, rs2: Value, offset: Value) -> None:
    """Store a doubleword to the stack."""
    sd(s, SP, rs2, offset)


# Loads and stores by a register, section 26.3.2


@c.instruction(
    "010 offset[5:3] rs1p offset[2|6] rdp 00", "c.lw {rdp}, {offset}({rs1p})", section="26.3.2"
)
def c_lw(s: Any, rdp: Value, rs1p: Value, offset: Value) -> None:
    """Load a word."""
    lw(s, rdp, rs1p, offset)


@c.instruction(
    "011 offset[5:3] rs1p offset[7:6] rdp 00",
    "c.ld {rdp}, {offset}({rs1p})",
    section="26.3.2",
    xlen=64,
)
def c_ld(s: Any, rdp: Value, rs1p: Value, offset: Value) -> None:
    """Load a doubleword."""
    ld(s, rdp, rs1p, offset)


@c.instruction(
    "110 offset[5:3] rs1p offset[2|6] rs2p 00", "c.sw {rs2p}, {offset}({rs1p})", section="26.3.2"
)
def c_sw(s: Any, rs1p: Value, rs2p: Value, offset: Value) -> None:
    """Store a word."""
    sw(s, rs1p, rs2p, offset)


@c.instruction(
    "111 offset[5:3] rs1p offset[7:6] rs2p 00",
    "c.sd {rs2p}, {offset}({rs1p})",
    section="26.3.2",
    xlen=64,
)
def c_sd(s: Any, rs1p: Value, rs2p: Value, offset: Value) -> None:
    """Store a doubleword."""
    sd(s, rs1p, rs2p, offset)


# Control transfer, section 26.4


@c.instruction("101 target[11|4|9:8|10|6|7|3:1|5] 01", "c.j {target}", section="26.4")
def c_j(s: Any, target: Value) -> None:
    """Jump."""
    jump(s, s.pc + target)


@c.instruction("001 target[11|4|9:8|10|6|7|3:1|5] 01", "c.jal {target}", section="26.4", xlen=32)
def c_jal(s: Any, target: Value) -> None:
    """Jump and link to ra."""
    jump_and_link(s, 1, s.pc + target, 2)


@c.instruction("1000 rs1 00000 10", "c.jr {rs1}", section="26.4", where=lambda rs1: rs1 != 0)
def c_jr(s: Any, rs1: Value) -> None:
    """Jump to a register's address."""
    jump(s, s.x[rs1] & -2)


@c.instruction("1001 rs1 00000 10", "c.jalr {rs1}", section="26.4", where=lambda rs1: rs1 != 0)
def c_jalr(s: Any, rs1: Value) -> None:
    """Jump to a register's address and link to ra."""
    jump_and_link(s, 1, s.x[rs1] & -2, 2)


@c.instruction(
    "110 target[8|4:3] rs1p target[7:6|2:1|5] 01", "c.beqz {rs1p}, {target}", section="26.4"
)
def c_beqz(s: Any, rs1p: Value, target: Value) -> None:
    """Branch if zero."""
    beq(s, rs1p, 0, target)


@c.instruction(
    "111 target[8|4:3] rs1p target[7:6|2:1|5] 01", "c.bnez {rs1p}, {target}", section="26.4"
)
def c_bnez(s: Any, rs1p: Value, target: Value) -> None:
    """Branch if not zero."""
    bne(s, rs1p, 0, target)


# Constants, section 26.5.1


@c.instruction("010 imm[5] rd imm[4:0] 01", "c.li {rd}, {imm}", section="26.5.1")
def c_li(s: Any, rd: Value, imm: Value) -> None:
    """Load an immediate; with x0 a hint."""
    addi(s, rd, 0, imm)


@c.instruction(
    "011 upper[17] rd upper[16:12] 01",
    "c.lui {rd}, {upper}",
    section="26.5.1",
    where=lambda rd, upper: (rd != SP) & (upper != 0),
)
def c_lui(s: Any, rd: Value, upper: Value) -> None:
    """Load an upper immediate that is not 0; with x0 a hint, with x2 it is c.addi16sp."""
    lui(s, rd, upper)


# Register and immediate, section 26.5.2


@c.instruction("000 imm[5] rd imm[4:0] 01", "c.addi {rd}, {imm}", section="26.5.2", where=_some)
def c_addi(s: Any, rd: Value, imm: Value) -> None:
    """Add an immediate; 0 is a hint."""
    addi(s, rd, rd, imm)


@c.instruction(
    "001 imm[5] rd imm[4:0] 01", "c.addiw {rd}, {imm}", section="26.5.2", where=_some, xlen=64
)
def c_addiw(s: Any, rd: Value, imm: Value) -> None:
    """Add an immediate to the low word; the sum is sign-extended."""
    addiw(s, rd, rd, imm)


@c.instruction(
    "011 imm[9] 00010 imm[4|6|8:7|5] 01",
    "c.addi16sp sp, {imm}",
    section="26.5.2",
    where=lambda imm: imm != 0,
)
def c_addi16sp(s: Any, imm: Value) -> None:
    """Add a multiple of 16 to the stack pointer."""
    addi(s, SP, SP, imm)


@c.instruction(
    "000 offset[5:4|9:6|2|3] rdp 00",
    "c.addi4spn {rdp}, sp, {offset}",
    section="26.5.2",
    where=lambda offset: offset != 0,
)
def c_addi4spn(s: Any, rdp: Value, offset: Value) -> None:
    """Add a multiple of 4 to the stack pointer."""
    addi(s, rdp, SP, offset)


@c.instruction("000 0 rd shamt[4:0] 10", "c.slli {rd}, {shamt}", section="26.5.2", xlen=32)
@c.instruction("000 shamt[5] rd shamt[4:0] 10", "c.slli {rd}, {shamt}", section="26.5.2", xlen=64)
def c_slli(s: Any, rd: Value, shamt: Value) -> None:
    """Shift left by an immediate; with x0 or by 0 a hint."""
    slli(s, rd, rd, shamt)


@c.instruction("100 0 00 rdp shamt[4:0] 01", "c.srli {rdp}, {shamt}", section="26.5.2", xlen=32)
@c.instruction(
    "100 shamt[5] 00 rdp shamt[4:0] 01", "c.srli {rdp}, {shamt}", section="26.5.2", xlen=64
)
def c_srli(s: Any, rdp: Value, shamt: Value) -> None:
    """Shift right by an immediate, filling with zeros; by 0 a hint."""
    srli(s, rdp, rdp, shamt)


@c.instruction("100 0 01 rdp shamt[4:0] 01", "c.srai {rdp}, {shamt}", section="26.5.2", xlen=32)
@c.instruction(
    "100 shamt[5] 01 rdp shamt[4:0] 01", "c.srai {rdp}, {shamt}", section="26.5.2", xlen=64
)
def c_srai(s: Any, rdp: Value, shamt: Value) -> None:
    """Shift right by an immediate, filling with the sign; by 0 a hint."""
    srai(s, rdp, rdp, shamt)


@c.instruction("100 imm[5] 10 rdp imm[4:0] 01", "c.andi {rdp}, {imm}", section="26.5.2")
def c_andi(s: Any, rdp: Value, imm: Value) -> None:
    """And with an immediate."""
    andi(s, rdp, rdp, imm)


# Register and register, section 26.5.3


@c.instruction("1000 rd rs2 10", "c.mv {rd}, {rs2}", section="26.5.3", where=lambda rs2: rs2 != 0)
def c_mv(s: Any, rd: Value, rs2: Value) -> None:
    """Move; with x0 as target a hint."""
    add(s, rd, 0, rs2)


@c.instruction("1001 rd rs2 10", "c.add {rd}, {rs2}", section="26.5.3", where=lambda rs2: rs2 != 0)
def c_add(s: Any, rd: Value, rs2: Value) -> None:
    """Add; with x0 as target a hint."""
    add(s, rd, rd, rs2)


@c.instruction("100 0 11 rdp 11 rs2p 01", "c.and {rdp}, {rs2p}", section="26.5.3")
def c_and(s: Any, rdp: Value, rs2p: Value) -> None:
    """And."""
    and_(s, rdp, rdp, rs2p)


@c.instruction("100 0 11 rdp 10 rs2p 01", "c.or {rdp}, {rs2p}", section="26.5.3")
def c_or(s: Any, rdp: Value, rs2p: Value) -> None:
    """Or."""
    or_(s, rdp, rdp, rs2p)


@c.instruction("100 0 11 rdp 01 rs2p 01", "c.xor {rdp}, {rs2p}", section="26.5.3")
def c_xor(s: Any, rdp: Value, rs2p: Value) -> None:
    """Exclusive or."""
    xor(s, rdp, rdp, rs2p)


@c.instruction("100 0 11 rdp 00 rs2p 01", "c.sub {rdp}, {rs2p}", section="26.5.3")
def c_sub(s: Any, rdp: Value, rs2p: Value) -> None:
    """Subtract."""
    sub(s, rdp, rdp, rs2p)


@c.instruction("100 1 11 rdp 01 rs2p 01", "c.addw {rdp}, {rs2p}", section="26.5.3", xlen=64)
def c_addw(s: Any, rdp: Value, rs2p: Value) -> None:
    """Add low words; the sum is sign-extended."""
    addw(s, rdp, rdp, rs2p)


@c.instruction("100 1 11 rdp 00 rs2p 01", "c.subw {rdp}, {rs2p}", section="26.5.3", xlen=64)
def c_subw(s: Any, rdp: Value, rs2p: Value) -> None:
    """Subtract low words; the difference is sign-extended."""
    subw(s, rdp, rdp, rs2p)


# Nothing and the environment, sections 26.5.5 and 26.5.6


@c.instruction("000 0 00000 00000 01", "c.nop", section="26.5.5")
def c_nop(s: Any) -> None:
    """Do nothing."""


@c.instruction(
    "000 imm[5] 00000 imm[4:0] 01",
    "c.nop {imm}",
    name="c.nop.hint",
    section="26.5.5",
    where=lambda imm: imm != 0,
)
def c_nop_hint(s: Any) -> None:
    """Do nothing: a hint that nothing here heeds."""


@c.instruction("1001 00000 00000 10", "c.ebreak", section="26.5.6")
def c_ebreak(s: Any) -> None:
    """Return to a debugger."""
    ebreak(s)
