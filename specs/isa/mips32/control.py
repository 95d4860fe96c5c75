"""Branches, jumps and traps of MIPS32.

MIPS32 Architecture for Programmers, volume II, revision 0.95: each section is that instruction's
page; volume I, section 4.1.3.2, for delay slots.

The instruction behind a branch or jump, its delay slot, is executed first. `slot` says that the
instruction at `pc` is one; `npc` then has the address behind it. A branch likely that is not taken
skips its slot instead.
"""

from typing import Any

from gen.isa import Extension
from gen.isa.values import Value, concat, select, signed
from specs.isa.mips32.operands import OPERANDS

__all__ = ["advance", "control"]

control = Extension(
    "control",
    operands=OPERANDS,
    title="Branches, jumps and traps",
    source="MIPS32 Architecture for Programmers, volume II, revision 0.95",
)
_i = control.instruction
_LINK = 31


def advance(s: Any, length: int) -> None:
    """Go on behind an instruction: from a delay slot to where the branch before it goes.

    An instruction at an unaligned address is not performed, volume III, section 5.2.3.
    """
    if s.pc[1:0] != 0:
        raise s.trap("address_error_load", s.pc)
    s.pc = select(s.slot, s.npc, s.pc + length)
    s.slot = 0


def _jump(s: Any, target: Value) -> None:
    """Go to an address behind the delay slot."""
    s.slot, s.npc = 1, target


def _branch(s: Any, taken: Value, offset: Value) -> None:
    """Go to a distance from the delay slot, behind it, if the condition holds."""
    _jump(s, select(taken, s.pc + 4 + offset, s.pc + 8))


def _likely(s: Any, taken: Value, offset: Value) -> None:
    """Go to a distance from the delay slot, behind it; skip it if the condition does not hold."""
    if taken:
        _jump(s, s.pc + 4 + offset)
    else:
        s.pc = s.pc + 8


def _negative(s: Any, rs: Value) -> Value:
    return signed(s.r[rs]) < 0


def _positive(s: Any, rs: Value) -> Value:
    return signed(s.r[rs]) > 0


@_i("000100 rs rt branch[17:2]", "beq {rs}, {rt}, {branch}", section="BEQ")
def beq(s: Any, rs: Value, rt: Value, branch: Value) -> None:
    """Branch if equal."""
    _branch(s, s.r[rs] == s.r[rt], branch)


@_i("010100 rs rt branch[17:2]", "beql {rs}, {rt}, {branch}", section="BEQL")
def beql(s: Any, rs: Value, rt: Value, branch: Value) -> None:
    """Branch likely if equal."""
    _likely(s, s.r[rs] == s.r[rt], branch)


@_i("000101 rs rt branch[17:2]", "bne {rs}, {rt}, {branch}", section="BNE")
def bne(s: Any, rs: Value, rt: Value, branch: Value) -> None:
    """Branch if not equal."""
    _branch(s, s.r[rs] != s.r[rt], branch)


@_i("010101 rs rt branch[17:2]", "bnel {rs}, {rt}, {branch}", section="BNEL")
def bnel(s: Any, rs: Value, rt: Value, branch: Value) -> None:
    """Branch likely if not equal."""
    _likely(s, s.r[rs] != s.r[rt], branch)


@_i("000001 rs 00001 branch[17:2]", "bgez {rs}, {branch}", section="BGEZ")
def bgez(s: Any, rs: Value, branch: Value) -> None:
    """Branch if not negative."""
    _branch(s, signed(s.r[rs]) >= 0, branch)


@_i("000001 rs 00011 branch[17:2]", "bgezl {rs}, {branch}", section="BGEZL")
def bgezl(s: Any, rs: Value, branch: Value) -> None:
    """Branch likely if not negative."""
    _likely(s, signed(s.r[rs]) >= 0, branch)


@_i("000111 rs 00000 branch[17:2]", "bgtz {rs}, {branch}", section="BGTZ")
def bgtz(s: Any, rs: Value, branch: Value) -> None:
    """Branch if positive."""
    _branch(s, _positive(s, rs), branch)


@_i("010111 rs 00000 branch[17:2]", "bgtzl {rs}, {branch}", section="BGTZL")
def bgtzl(s: Any, rs: Value, branch: Value) -> None:
    """Branch likely if positive."""
    _likely(s, _positive(s, rs), branch)


@_i("000110 rs 00000 branch[17:2]", "blez {rs}, {branch}", section="BLEZ")
def blez(s: Any, rs: Value, branch: Value) -> None:
    """Branch if negative or zero."""
    _branch(s, signed(s.r[rs]) <= 0, branch)


@_i("010110 rs 00000 branch[17:2]", "blezl {rs}, {branch}", section="BLEZL")
def blezl(s: Any, rs: Value, branch: Value) -> None:
    """Branch likely if negative or zero."""
    _likely(s, signed(s.r[rs]) <= 0, branch)


@_i("000001 rs 00000 branch[17:2]", "bltz {rs}, {branch}", section="BLTZ")
def bltz(s: Any, rs: Value, branch: Value) -> None:
    """Branch if negative."""
    _branch(s, _negative(s, rs), branch)


@_i("000001 rs 00010 branch[17:2]", "bltzl {rs}, {branch}", section="BLTZL")
def bltzl(s: Any, rs: Value, branch: Value) -> None:
    """Branch likely if negative."""
    _likely(s, _negative(s, rs), branch)


# With a link: the return address is behind the delay slot, branch taken or not


@_i("000001 rs 10001 branch[17:2]", "bgezal {rs}, {branch}", section="BGEZAL")
def bgezal(s: Any, rs: Value, branch: Value) -> None:
    """Link and branch if not negative."""
    bgez(s, rs, branch)
    s.r[_LINK] = s.pc + 8


@_i("000001 rs 10011 branch[17:2]", "bgezall {rs}, {branch}", section="BGEZALL")
def bgezall(s: Any, rs: Value, branch: Value) -> None:
    """Link and branch likely if not negative."""
    bgezl(s, rs, branch)
    s.r[_LINK] = s.pc + 8


@_i("000001 rs 10000 branch[17:2]", "bltzal {rs}, {branch}", section="BLTZAL")
def bltzal(s: Any, rs: Value, branch: Value) -> None:
    """Link and branch if negative."""
    bltz(s, rs, branch)
    s.r[_LINK] = s.pc + 8


@_i("000001 rs 10010 branch[17:2]", "bltzall {rs}, {branch}", section="BLTZALL")
def bltzall(s: Any, rs: Value, branch: Value) -> None:
    """Link and branch likely if negative."""
    bltzl(s, rs, branch)
    s.r[_LINK] = s.pc + 8


# Jumps


@_i("000010 index[27:2]", "j {index}", section="J")
def j(s: Any, index: Value) -> None:
    """Jump within the 256 MB of the delay slot."""
    _jump(s, concat((s.pc + 4)[31:28], index))


@_i("000011 index[27:2]", "jal {index}", section="JAL")
def jal(s: Any, index: Value) -> None:
    """Jump within the 256 MB of the delay slot, and link."""
    j(s, index)
    s.r[_LINK] = s.pc + 8


@_i("000000 rs 00000 rd 00000 001001", "jalr {rd}, {rs}", section="JALR")
def jalr(s: Any, rs: Value, rd: Value) -> None:
    """Jump to a register's address, and link."""
    _jump(s, s.r[rs])
    s.r[rd] = s.pc + 8


@_i("000000 rs 0000000000 00000 001000", "jr {rs}", section="JR")
def jr(s: Any, rs: Value) -> None:
    """Jump to a register's address."""
    _jump(s, s.r[rs])


# Traps


def _trap_if(s: Any, condition: Value) -> None:
    if condition:
        raise s.trap("trap")


@_i("000000 code[19:0] 001101", "break {code}", section="BREAK")
def break_(s: Any) -> None:
    """Cause a breakpoint; the code is for software."""
    raise s.trap("breakpoint")


@_i("000000 code[19:0] 001100", "syscall {code}", section="SYSCALL")
def syscall(s: Any) -> None:
    """Call the system; the code is for software."""
    raise s.trap("system_call")


@_i("000000 rs rt code[9:0] 110100", "teq {rs}, {rt}, {code}", section="TEQ")
def teq(s: Any, rs: Value, rt: Value) -> None:
    """Trap if equal."""
    _trap_if(s, s.r[rs] == s.r[rt])


@_i("000000 rs rt code[9:0] 110110", "tne {rs}, {rt}, {code}", section="TNE")
def tne(s: Any, rs: Value, rt: Value) -> None:
    """Trap if not equal."""
    _trap_if(s, s.r[rs] != s.r[rt])


@_i("000000 rs rt code[9:0] 110000", "tge {rs}, {rt}, {code}", section="TGE")
def tge(s: Any, rs: Value, rt: Value) -> None:
    """Trap if greater or equal, signed."""
    _trap_if(s, signed(s.r[rs]) >= signed(s.r[rt]))


@_i("000000 rs rt code[9:0] 110001", "tgeu {rs}, {rt}, {code}", section="TGEU")
def tgeu(s: Any, rs: Value, rt: Value) -> None:
    """Trap if greater or equal, unsigned."""
    _trap_if(s, s.r[rs] >= s.r[rt])


@_i("000000 rs rt code[9:0] 110010", "tlt {rs}, {rt}, {code}", section="TLT")
def tlt(s: Any, rs: Value, rt: Value) -> None:
    """Trap if less, signed."""
    _trap_if(s, signed(s.r[rs]) < signed(s.r[rt]))


@_i("000000 rs rt code[9:0] 110011", "tltu {rs}, {rt}, {code}", section="TLTU")
def tltu(s: Any, rs: Value, rt: Value) -> None:
    """Trap if less, unsigned."""
    _trap_if(s, s.r[rs] < s.r[rt])


@_i("000001 rs 01100 imm", "teqi {rs}, {imm}", section="TEQI")
def teqi(s: Any, rs: Value, imm: Value) -> None:
    """Trap if equal to an immediate."""
    _trap_if(s, s.r[rs] == imm)


@_i("000001 rs 01110 imm", "tnei {rs}, {imm}", section="TNEI")
def tnei(s: Any, rs: Value, imm: Value) -> None:
    """Trap if not equal to an immediate."""
    _trap_if(s, s.r[rs] != imm)


@_i("000001 rs 01000 imm", "tgei {rs}, {imm}", section="TGEI")
def tgei(s: Any, rs: Value, imm: Value) -> None:
    """Trap if greater than or equal to an immediate, signed."""
    _trap_if(s, signed(s.r[rs]) >= signed(imm))


@_i("000001 rs 01001 imm", "tgeiu {rs}, {imm}", section="TGEIU")
def tgeiu(s: Any, rs: Value, imm: Value) -> None:
    """Trap if greater than or equal to a sign-extended immediate, unsigned."""
    _trap_if(s, s.r[rs] >= imm)


@_i("000001 rs 01010 imm", "tlti {rs}, {imm}", section="TLTI")
def tlti(s: Any, rs: Value, imm: Value) -> None:
    """Trap if less than an immediate, signed."""
    _trap_if(s, signed(s.r[rs]) < signed(imm))


@_i("000001 rs 01011 imm", "tltiu {rs}, {imm}", section="TLTIU")
def tltiu(s: Any, rs: Value, imm: Value) -> None:
    """Trap if less than a sign-extended immediate, unsigned."""
    _trap_if(s, s.r[rs] < imm)


# Pseudo-instructions

control.alias("b {branch}", "beq $zero, $zero, {branch}")
control.alias("bal {branch}", "bgezal $zero, {branch}")
control.alias("beqz {rs}, {branch}", "beq {rs}, $zero, {branch}")
control.alias("bnez {rs}, {branch}", "bne {rs}, $zero, {branch}")
control.alias("jalr {rs}", "jalr $ra, {rs}")
control.alias("break", "break 0")
control.alias("syscall", "syscall 0")
for _name in ("teq", "tne", "tge", "tgeu", "tlt", "tltu"):
    control.alias(f"{_name} {{rs}}, {{rt}}", f"{_name} {{rs}}, {{rt}}, 0")
