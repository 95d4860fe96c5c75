"""RV32I and RV64I, the base integer instruction sets.

RISC-V Instruction Set Manual, volume I, version 20240411, chapters 2 (RV32I) and 4 (RV64I).
"""

from typing import Any

from gen.isa import Extension
from gen.isa.values import Value, ashr, sext, signed, zext
from specs.isa.riscv.operands import OPERANDS

__all__ = [
    "add",
    "addi",
    "addiw",
    "addw",
    "and_",
    "andi",
    "auipc",
    "beq",
    "bge",
    "bgeu",
    "blt",
    "bltu",
    "bne",
    "branch",
    "ebreak",
    "ecall",
    "fence",
    "i",
    "jal",
    "jalr",
    "jump",
    "jump_and_link",
    "lb",
    "lbu",
    "ld",
    "lh",
    "lhu",
    "lui",
    "lw",
    "lwu",
    "or_",
    "ori",
    "sb",
    "sd",
    "sh",
    "sll",
    "slli",
    "slliw",
    "sllw",
    "slt",
    "slti",
    "sltiu",
    "sltu",
    "sra",
    "srai",
    "sraiw",
    "sraw",
    "srl",
    "srli",
    "srliw",
    "srlw",
    "sub",
    "subw",
    "sw",
    "xor",
    "xori",
]

i = Extension(
    "I",
    operands=OPERANDS,
    title="Base integer instructions",
    source="RISC-V unprivileged manual 20240411, chapters 2 and 4",
)


# Integer register-immediate, section 2.4.1


@i.instruction("imm[11:0] rs1 000 rd 0010011", "addi {rd}, {rs1}, {imm}", section="2.4.1")
def addi(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Add an immediate."""
    s.x[rd] = s.x[rs1] + imm


@i.instruction("imm[11:0] rs1 010 rd 0010011", "slti {rd}, {rs1}, {imm}", section="2.4.1")
def slti(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Set to 1 if less than the immediate, signed, else to 0."""
    s.x[rd] = zext(signed(s.x[rs1]) < signed(imm), s.xlen)


@i.instruction("imm[11:0] rs1 011 rd 0010011", "sltiu {rd}, {rs1}, {imm}", section="2.4.1")
def sltiu(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Set to 1 if less than the sign-extended immediate, unsigned, else to 0."""
    s.x[rd] = zext(s.x[rs1] < imm, s.xlen)


@i.instruction("imm[11:0] rs1 100 rd 0010011", "xori {rd}, {rs1}, {imm}", section="2.4.1")
def xori(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Exclusive or with an immediate."""
    s.x[rd] = s.x[rs1] ^ imm


@i.instruction("imm[11:0] rs1 110 rd 0010011", "ori {rd}, {rs1}, {imm}", section="2.4.1")
def ori(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Or with an immediate."""
    s.x[rd] = s.x[rs1] | imm


@i.instruction("imm[11:0] rs1 111 rd 0010011", "andi {rd}, {rs1}, {imm}", section="2.4.1")
def andi(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """And with an immediate."""
    s.x[rd] = s.x[rs1] & imm


@i.instruction(
    "0000000 shamt[4:0] rs1 001 rd 0010011", "slli {rd}, {rs1}, {shamt}", section="2.4.1", xlen=32
)
@i.instruction(
    "000000 shamt[5:0] rs1 001 rd 0010011", "slli {rd}, {rs1}, {shamt}", section="4.2.1", xlen=64
)
def slli(s: Any, rd: Value, rs1: Value, shamt: Value) -> None:
    """Shift left by an immediate."""
    s.x[rd] = s.x[rs1] << shamt


@i.instruction(
    "0000000 shamt[4:0] rs1 101 rd 0010011", "srli {rd}, {rs1}, {shamt}", section="2.4.1", xlen=32
)
@i.instruction(
    "000000 shamt[5:0] rs1 101 rd 0010011", "srli {rd}, {rs1}, {shamt}", section="4.2.1", xlen=64
)
def srli(s: Any, rd: Value, rs1: Value, shamt: Value) -> None:
    """Shift right by an immediate, filling with zeros."""
    s.x[rd] = s.x[rs1] >> shamt


@i.instruction(
    "0100000 shamt[4:0] rs1 101 rd 0010011", "srai {rd}, {rs1}, {shamt}", section="2.4.1", xlen=32
)
@i.instruction(
    "010000 shamt[5:0] rs1 101 rd 0010011", "srai {rd}, {rs1}, {shamt}", section="4.2.1", xlen=64
)
def srai(s: Any, rd: Value, rs1: Value, shamt: Value) -> None:
    """Shift right by an immediate, filling with the sign."""
    s.x[rd] = ashr(s.x[rs1], shamt)


@i.instruction("upper[31:12] rd 0110111", "lui {rd}, {upper}", section="2.4.1")
def lui(s: Any, rd: Value, upper: Value) -> None:
    """Load an upper immediate."""
    s.x[rd] = upper


@i.instruction("upper[31:12] rd 0010111", "auipc {rd}, {upper}", section="2.4.1")
def auipc(s: Any, rd: Value, upper: Value) -> None:
    """Add an upper immediate to the address of the instruction."""
    s.x[rd] = s.pc + upper


# Integer register-register, section 2.4.2


@i.instruction("0000000 rs2 rs1 000 rd 0110011", "add {rd}, {rs1}, {rs2}", section="2.4.2")
def add(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Add."""
    s.x[rd] = s.x[rs1] + s.x[rs2]


@i.instruction("0100000 rs2 rs1 000 rd 0110011", "sub {rd}, {rs1}, {rs2}", section="2.4.2")
def sub(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Subtract."""
    s.x[rd] = s.x[rs1] - s.x[rs2]


@i.instruction("0000000 rs2 rs1 001 rd 0110011", "sll {rd}, {rs1}, {rs2}", section="2.4.2")
def sll(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Shift left by the lowest bits of a register."""
    s.x[rd] = s.x[rs1] << _amount(s, s.x[rs2])


@i.instruction("0000000 rs2 rs1 010 rd 0110011", "slt {rd}, {rs1}, {rs2}", section="2.4.2")
def slt(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Set to 1 if less, signed, else to 0."""
    s.x[rd] = zext(signed(s.x[rs1]) < signed(s.x[rs2]), s.xlen)


@i.instruction("0000000 rs2 rs1 011 rd 0110011", "sltu {rd}, {rs1}, {rs2}", section="2.4.2")
def sltu(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Set to 1 if less, unsigned, else to 0."""
    s.x[rd] = zext(s.x[rs1] < s.x[rs2], s.xlen)


@i.instruction("0000000 rs2 rs1 100 rd 0110011", "xor {rd}, {rs1}, {rs2}", section="2.4.2")
def xor(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Exclusive or."""
    s.x[rd] = s.x[rs1] ^ s.x[rs2]


@i.instruction("0000000 rs2 rs1 101 rd 0110011", "srl {rd}, {rs1}, {rs2}", section="2.4.2")
def srl(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Shift right by the lowest bits of a register, filling with zeros."""
    s.x[rd] = s.x[rs1] >> _amount(s, s.x[rs2])


@i.instruction("0100000 rs2 rs1 101 rd 0110011", "sra {rd}, {rs1}, {rs2}", section="2.4.2")
def sra(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Shift right by the lowest bits of a register, filling with the sign."""
    s.x[rd] = ashr(s.x[rs1], _amount(s, s.x[rs2]))


@i.instruction("0000000 rs2 rs1 110 rd 0110011", "or {rd}, {rs1}, {rs2}", section="2.4.2")
def or_(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Or."""
    s.x[rd] = s.x[rs1] | s.x[rs2]


@i.instruction("0000000 rs2 rs1 111 rd 0110011", "and {rd}, {rs1}, {rs2}", section="2.4.2")
def and_(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """And."""
    s.x[rd] = s.x[rs1] & s.x[rs2]


def _amount(s: Any, x: Value) -> Value:
    """Return the bits of a register that say how far to shift."""
    return x[5:0] if s.xlen == 64 else x[4:0]


# Words of RV64, sections 4.2.1 and 4.2.2


@i.instruction("imm[11:0] rs1 000 rd 0011011", "addiw {rd}, {rs1}, {imm}", section="4.2.1", xlen=64)
def addiw(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Add an immediate to the low word; the sum is sign-extended."""
    s.x[rd] = sext(s.x[rs1][31:0] + imm[31:0], 64)


@i.instruction(
    "0000000 shamt[4:0] rs1 001 rd 0011011", "slliw {rd}, {rs1}, {shamt}", section="4.2.1", xlen=64
)
def slliw(s: Any, rd: Value, rs1: Value, shamt: Value) -> None:
    """Shift the low word left by an immediate."""
    s.x[rd] = sext(s.x[rs1][31:0] << shamt, 64)


@i.instruction(
    "0000000 shamt[4:0] rs1 101 rd 0011011", "srliw {rd}, {rs1}, {shamt}", section="4.2.1", xlen=64
)
def srliw(s: Any, rd: Value, rs1: Value, shamt: Value) -> None:
    """Shift the low word right by an immediate, filling with zeros."""
    s.x[rd] = sext(s.x[rs1][31:0] >> shamt, 64)


@i.instruction(
    "0100000 shamt[4:0] rs1 101 rd 0011011", "sraiw {rd}, {rs1}, {shamt}", section="4.2.1", xlen=64
)
def sraiw(s: Any, rd: Value, rs1: Value, shamt: Value) -> None:
    """Shift the low word right by an immediate, filling with its sign."""
    s.x[rd] = sext(ashr(s.x[rs1][31:0], shamt), 64)


@i.instruction(
    "0000000 rs2 rs1 000 rd 0111011", "addw {rd}, {rs1}, {rs2}", section="4.2.2", xlen=64
)
def addw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Add low words; the sum is sign-extended."""
    s.x[rd] = sext(s.x[rs1][31:0] + s.x[rs2][31:0], 64)


@i.instruction(
    "0100000 rs2 rs1 000 rd 0111011", "subw {rd}, {rs1}, {rs2}", section="4.2.2", xlen=64
)
def subw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Subtract low words; the difference is sign-extended."""
    s.x[rd] = sext(s.x[rs1][31:0] - s.x[rs2][31:0], 64)


@i.instruction(
    "0000000 rs2 rs1 001 rd 0111011", "sllw {rd}, {rs1}, {rs2}", section="4.2.2", xlen=64
)
def sllw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Shift the low word left by the five lowest bits of a register."""
    s.x[rd] = sext(s.x[rs1][31:0] << s.x[rs2][4:0], 64)


@i.instruction(
    "0000000 rs2 rs1 101 rd 0111011", "srlw {rd}, {rs1}, {rs2}", section="4.2.2", xlen=64
)
def srlw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Shift the low word right by the five lowest bits of a register, filling with zeros."""
    s.x[rd] = sext(s.x[rs1][31:0] >> s.x[rs2][4:0], 64)


@i.instruction(
    "0100000 rs2 rs1 101 rd 0111011", "sraw {rd}, {rs1}, {rs2}", section="4.2.2", xlen=64
)
def sraw(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Shift the low word right by the five lowest bits of a register, filling with its sign."""
    s.x[rd] = sext(ashr(s.x[rs1][31:0], s.x[rs2][4:0]), 64)


# Control transfer, section 2.5


def jump(s: Any, target: Value) -> None:
    """Go to an address; without compressed instructions it must be a multiple of four."""
    if "C" not in s.extensions and target[1]:
        raise s.trap("instruction_address_misaligned", target)
    s.pc = target


def jump_and_link(s: Any, rd: Value, target: Value, length: int) -> None:
    """Go to an address; the register gets that of the next instruction, `length` bytes ahead."""
    jump(s, target)
    s.x[rd] = s.pc + length


@i.instruction("target[20|10:1|11|19:12] rd 1101111", "jal {rd}, {target}", section="2.5.1")
def jal(s: Any, rd: Value, target: Value) -> None:
    """Jump and link."""
    jump_and_link(s, rd, s.pc + target, 4)


@i.instruction("imm[11:0] rs1 000 rd 1100111", "jalr {rd}, {imm}({rs1})", section="2.5.1")
def jalr(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Jump to a register's address and link."""
    jump_and_link(s, rd, s.x[rs1] + imm & -2, 4)


def branch(s: Any, taken: Value, target: Value) -> None:
    """Go to a distance from here if the condition holds, section 2.5.2."""
    if taken:
        jump(s, s.pc + target)


@i.instruction(
    "target[12|10:5] rs2 rs1 000 target[4:1|11] 1100011",
    "beq {rs1}, {rs2}, {target}",
    section="2.5.2",
)
def beq(s: Any, rs1: Value, rs2: Value, target: Value) -> None:
    """Branch if equal."""
    branch(s, s.x[rs1] == s.x[rs2], target)


@i.instruction(
    "target[12|10:5] rs2 rs1 001 target[4:1|11] 1100011",
    "bne {rs1}, {rs2}, {target}",
    section="2.5.2",
)
def bne(s: Any, rs1: Value, rs2: Value, target: Value) -> None:
    """Branch if not equal."""
    branch(s, s.x[rs1] != s.x[rs2], target)


@i.instruction(
    "target[12|10:5] rs2 rs1 100 target[4:1|11] 1100011",
    "blt {rs1}, {rs2}, {target}",
    section="2.5.2",
)
def blt(s: Any, rs1: Value, rs2: Value, target: Value) -> None:
    """Branch if less, signed."""
    branch(s, signed(s.x[rs1]) < signed(s.x[rs2]), target)


@i.instruction(
    "target[12|10:5] rs2 rs1 101 target[4:1|11] 1100011",
    "bge {rs1}, {rs2}, {target}",
    section="2.5.2",
)
def bge(s: Any, rs1: Value, rs2: Value, target: Value) -> None:
    """Branch if greater or equal, signed."""
    branch(s, signed(s.x[rs1]) >= signed(s.x[rs2]), target)


@i.instruction(
    "target[12|10:5] rs2 rs1 110 target[4:1|11] 1100011",
    "bltu {rs1}, {rs2}, {target}",
    section="2.5.2",
)
def bltu(s: Any, rs1: Value, rs2: Value, target: Value) -> None:
    """Branch if less, unsigned."""
    branch(s, s.x[rs1] < s.x[rs2], target)


@i.instruction(
    "target[12|10:5] rs2 rs1 111 target[4:1|11] 1100011",
    "bgeu {rs1}, {rs2}, {target}",
    section="2.5.2",
)
def bgeu(s: Any, rs1: Value, rs2: Value, target: Value) -> None:
    """Branch if greater or equal, unsigned."""
    branch(s, s.x[rs1] >= s.x[rs2], target)


# Loads and stores, section 2.6


@i.instruction("imm[11:0] rs1 000 rd 0000011", "lb {rd}, {imm}({rs1})", section="2.6")
def lb(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Load a byte, sign-extended."""
    s.x[rd] = sext(s.load(s.x[rs1] + imm, 1), s.xlen)


@i.instruction("imm[11:0] rs1 001 rd 0000011", "lh {rd}, {imm}({rs1})", section="2.6")
def lh(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Load a half-word, sign-extended."""
    s.x[rd] = sext(s.load(s.x[rs1] + imm, 2), s.xlen)


@i.instruction("imm[11:0] rs1 010 rd 0000011", "lw {rd}, {imm}({rs1})", section="2.6")
def lw(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Load a word, sign-extended."""
    s.x[rd] = sext(s.load(s.x[rs1] + imm, 4), s.xlen)


@i.instruction("imm[11:0] rs1 011 rd 0000011", "ld {rd}, {imm}({rs1})", section="4.3", xlen=64)
def ld(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Load a doubleword."""
    s.x[rd] = s.load(s.x[rs1] + imm, 8)


@i.instruction("imm[11:0] rs1 100 rd 0000011", "lbu {rd}, {imm}({rs1})", section="2.6")
def lbu(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Load a byte, zero-extended."""
    s.x[rd] = zext(s.load(s.x[rs1] + imm, 1), s.xlen)


@i.instruction("imm[11:0] rs1 101 rd 0000011", "lhu {rd}, {imm}({rs1})", section="2.6")
def lhu(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Load a half-word, zero-extended."""
    s.x[rd] = zext(s.load(s.x[rs1] + imm, 2), s.xlen)


@i.instruction("imm[11:0] rs1 110 rd 0000011", "lwu {rd}, {imm}({rs1})", section="4.3", xlen=64)
def lwu(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Load a word, zero-extended."""
    s.x[rd] = zext(s.load(s.x[rs1] + imm, 4), 64)


@i.instruction("imm[11:5] rs2 rs1 000 imm[4:0] 0100011", "sb {rs2}, {imm}({rs1})", section="2.6")
def sb(s: Any, rs1: Value, rs2: Value, imm: Value) -> None:
    """Store a byte."""
    s.store(s.x[rs1] + imm, s.x[rs2][7:0])


@i.instruction("imm[11:5] rs2 rs1 001 imm[4:0] 0100011", "sh {rs2}, {imm}({rs1})", section="2.6")
def sh(s: Any, rs1: Value, rs2: Value, imm: Value) -> None:
    """Store a half-word."""
    s.store(s.x[rs1] + imm, s.x[rs2][15:0])


@i.instruction("imm[11:5] rs2 rs1 010 imm[4:0] 0100011", "sw {rs2}, {imm}({rs1})", section="2.6")
def sw(s: Any, rs1: Value, rs2: Value, imm: Value) -> None:
    """Store a word."""
    s.store(s.x[rs1] + imm, s.x[rs2][31:0])


@i.instruction(
    "imm[11:5] rs2 rs1 011 imm[4:0] 0100011", "sd {rs2}, {imm}({rs1})", section="4.3", xlen=64
)
def sd(s: Any, rs1: Value, rs2: Value, imm: Value) -> None:
    """Store a doubleword."""
    s.store(s.x[rs1] + imm, s.x[rs2])


# Memory ordering and the environment, sections 2.7 and 2.8


@i.instruction("fm pred succ xxxxx 000 xxxxx 0001111", "fence {pred}, {succ}", section="2.7")
def fence(s: Any) -> None:
    """Order memory accesses: one hart that performs them in order needs nothing for it."""


@i.instruction("0000000 00000 00000 000 00000 1110011", "ecall", section="2.8")
def ecall(s: Any) -> None:
    """Call the execution environment; with privilege modes the trap says from which."""
    if "Sm" in s.extensions and s.privilege == 3:
        raise s.trap("environment_call_from_m_mode")
    if "Ss" in s.extensions and s.privilege == 1:
        raise s.trap("environment_call_from_s_mode")
    raise s.trap("environment_call_from_u_mode")


@i.instruction("0000000 00001 00000 000 00000 1110011", "ebreak", section="2.8")
def ebreak(s: Any) -> None:
    """Return to a debugger."""
    raise s.trap("breakpoint", s.pc)
