"""Pseudo-instructions and short forms of assembly.

RISC-V Assembly Programmer's Manual and the tables of pseudo-instructions in the RISC-V unprivileged
manual 20240411, chapters 2, 7 and 28.
"""

from collections.abc import Callable

from gen.isa import Extension, Immediate, Operand, OperandError
from specs.isa.riscv.operands import OPERANDS

__all__ = ["pseudo"]

VALUE: dict[str, Operand] = {"value": Immediate(64)}
SYMBOL: dict[str, Operand] = {"symbol": Immediate(64)}

pseudo = Extension(
    "pseudo",
    operands=OPERANDS,
    title="Pseudo-instructions",
    source="RISC-V unprivileged manual 20240411",
)


# Constants and addresses


def _li(value: int, *, xlen: int) -> list[str]:
    """Return the instructions that load a number, the most significant bits first."""
    value = (value + (1 << xlen - 1)) % (1 << xlen) - (1 << xlen - 1)
    if -2048 <= value < 2048:
        return [f"addi {{rd}}, zero, {value}"]
    low = (value + 2048) % 4096 - 2048
    if -(1 << 31) <= value < 1 << 31:
        lines = [f"lui {{rd}}, {value - low >> 12 & 0xFFFFF}"]
        add = "addiw" if xlen == 64 else "addi"
        return [*lines, f"{add} {{rd}}, {{rd}}, {low}"] if low else lines
    return [*_shifted(value - low, xlen), *([f"addi {{rd}}, {{rd}}, {low}"] if low else [])]


def _shifted(value: int, xlen: int) -> list[str]:
    """Return the instructions that load a number with zeros at its low end."""
    zeros = (value & -value).bit_length() - 1
    return [*_li(value >> zeros, xlen=xlen), f"slli {{rd}}, {{rd}}, {zeros}"]


def _constant(xlen: int) -> Callable[..., list[str]]:
    """Return what loads a number of a register's width, with or without a sign."""

    def li(value: int) -> list[str]:
        low, high = -(1 << xlen - 1), 1 << xlen
        if not low <= value < high:
            raise OperandError(f"must be from {low} to {high - 1}, not {value}")
        return _li(value, xlen=xlen)

    return li


def _far(xlen: int, first: str, second: str) -> Callable[..., list[str]]:
    """Return what reaches a symbol relative to here: the distance in two parts."""

    def reach(symbol: int, pc: int) -> list[str]:
        distance = symbol - pc
        low = (distance + 2048) % 4096 - 2048
        if xlen == 64 and not -(1 << 31) <= distance - low < 1 << 31:
            raise OperandError(f"from {pc:#x} to {symbol:#x} it is more than 2 GiB")
        high = distance - low >> 12 & 0xFFFFF
        return [f"{first}, {high}", second.replace("LOW", str(low))]

    return reach


pseudo.alias("nop", "addi zero, zero, 0")
for xlen in (32, 64):
    address = _far(xlen, "auipc {rd}", "addi {rd}, {rd}, LOW")
    call = _far(xlen, "auipc ra", "jalr ra, LOW(ra)")
    tail = _far(xlen, "auipc t1", "jalr zero, LOW(t1)")
    pseudo.alias("li {rd}, {value}", _constant(xlen), operands=VALUE, xlen=xlen)
    pseudo.alias("la {rd}, {symbol}", address, operands=SYMBOL, xlen=xlen)
    pseudo.alias("lla {rd}, {symbol}", address, operands=SYMBOL, xlen=xlen)
    pseudo.alias("call {symbol}", call, operands=SYMBOL, xlen=xlen)
    pseudo.alias("tail {symbol}", tail, operands=SYMBOL, xlen=xlen)

# One register

pseudo.alias("mv {rd}, {rs1}", "addi {rd}, {rs1}, 0")
pseudo.alias("not {rd}, {rs1}", "xori {rd}, {rs1}, -1")
pseudo.alias("neg {rd}, {rs2}", "sub {rd}, zero, {rs2}")
pseudo.alias("negw {rd}, {rs2}", "subw {rd}, zero, {rs2}", xlen=64)
pseudo.alias("sext.w {rd}, {rs1}", "addiw {rd}, {rs1}, 0", xlen=64)
pseudo.alias("zext.b {rd}, {rs1}", "andi {rd}, {rs1}, 255")
pseudo.alias("zext.w {rd}, {rs1}", "add.uw {rd}, {rs1}, zero", xlen=64, extensions="Zba")
pseudo.alias("seqz {rd}, {rs1}", "sltiu {rd}, {rs1}, 1")
pseudo.alias("snez {rd}, {rs2}", "sltu {rd}, zero, {rs2}")
pseudo.alias("sltz {rd}, {rs1}", "slt {rd}, {rs1}, zero")
pseudo.alias("sgtz {rd}, {rs2}", "slt {rd}, zero, {rs2}")
pseudo.alias("sgt {rd}, {rs1}, {rs2}", "slt {rd}, {rs2}, {rs1}", printed=False)
pseudo.alias("sgtu {rd}, {rs1}, {rs2}", "sltu {rd}, {rs2}, {rs1}", printed=False)

# Branches

pseudo.alias("beqz {rs1}, {target}", "beq {rs1}, zero, {target}")
pseudo.alias("bnez {rs1}, {target}", "bne {rs1}, zero, {target}")
pseudo.alias("blez {rs2}, {target}", "bge zero, {rs2}, {target}")
pseudo.alias("bgez {rs1}, {target}", "bge {rs1}, zero, {target}")
pseudo.alias("bltz {rs1}, {target}", "blt {rs1}, zero, {target}")
pseudo.alias("bgtz {rs2}, {target}", "blt zero, {rs2}, {target}")
pseudo.alias("bgt {rs1}, {rs2}, {target}", "blt {rs2}, {rs1}, {target}", printed=False)
pseudo.alias("ble {rs1}, {rs2}, {target}", "bge {rs2}, {rs1}, {target}", printed=False)
pseudo.alias("bgtu {rs1}, {rs2}, {target}", "bltu {rs2}, {rs1}, {target}", printed=False)
pseudo.alias("bleu {rs1}, {rs2}, {target}", "bgeu {rs2}, {rs1}, {target}", printed=False)

# Jumps; the more special forms first

pseudo.alias("j {target}", "jal zero, {target}")
pseudo.alias("jal {target}", "jal ra, {target}")
pseudo.alias("ret", "jalr zero, 0(ra)")
pseudo.alias("jr {rs1}", "jalr zero, 0({rs1})")
pseudo.alias("jalr {rs1}", "jalr ra, 0({rs1})")
pseudo.alias("jr {imm}({rs1})", "jalr zero, {imm}({rs1})", printed=False)
pseudo.alias("jalr {rd}, {rs1}", "jalr {rd}, 0({rs1})", printed=False)
pseudo.alias("jalr {rd}, {rs1}, {imm}", "jalr {rd}, {imm}({rs1})", printed=False)

# Memory ordering; an address without a distance

pseudo.alias("fence", "fence iorw, iorw")
for mnemonic in ("lb", "lh", "lw", "lbu", "lhu"):
    pseudo.alias(f"{mnemonic} {{rd}}, ({{rs1}})", f"{mnemonic} {{rd}}, 0({{rs1}})", printed=False)
for mnemonic in ("ld", "lwu"):
    pseudo.alias(
        f"{mnemonic} {{rd}}, ({{rs1}})", f"{mnemonic} {{rd}}, 0({{rs1}})", printed=False, xlen=64
    )
for mnemonic in ("sb", "sh", "sw"):
    pseudo.alias(f"{mnemonic} {{rs2}}, ({{rs1}})", f"{mnemonic} {{rs2}}, 0({{rs1}})", printed=False)
pseudo.alias("sd {rs2}, ({rs1})", "sd {rs2}, 0({rs1})", printed=False, xlen=64)

# A number instead of the second register, as the GNU tools write it

for mnemonic in ("add", "and", "or", "xor", "slt"):
    pseudo.alias(
        f"{mnemonic} {{rd}}, {{rs1}}, {{imm}}",
        f"{mnemonic}i {{rd}}, {{rs1}}, {{imm}}",
        printed=False,
    )
pseudo.alias("sltu {rd}, {rs1}, {imm}", "sltiu {rd}, {rs1}, {imm}", printed=False)
pseudo.alias("addw {rd}, {rs1}, {imm}", "addiw {rd}, {rs1}, {imm}", printed=False, xlen=64)
for mnemonic in ("sll", "srl", "sra"):
    pseudo.alias(
        f"{mnemonic} {{rd}}, {{rs1}}, {{shamt}}",
        f"{mnemonic}i {{rd}}, {{rs1}}, {{shamt}}",
        printed=False,
    )
    pseudo.alias(
        f"{mnemonic}w {{rd}}, {{rs1}}, {{shamt}}",
        f"{mnemonic}iw {{rd}}, {{rs1}}, {{shamt}}",
        printed=False,
        xlen=64,
    )

# Control and status registers

for counter in ("cycle", "time", "instret"):
    pseudo.alias(f"rd{counter} {{rd}}", f"csrrs {{rd}}, {counter}, zero", extensions="Zicsr")
    pseudo.alias(
        f"rd{counter}h {{rd}}", f"csrrs {{rd}}, {counter}h, zero", extensions="Zicsr", xlen=32
    )
pseudo.alias("csrr {rd}, {csr}", "csrrs {rd}, {csr}, zero", extensions="Zicsr")
pseudo.alias("csrw {csr}, {rs1}", "csrrw zero, {csr}, {rs1}", extensions="Zicsr")
pseudo.alias("csrs {csr}, {rs1}", "csrrs zero, {csr}, {rs1}", extensions="Zicsr")
pseudo.alias("csrc {csr}, {rs1}", "csrrc zero, {csr}, {rs1}", extensions="Zicsr")
pseudo.alias("csrwi {csr}, {zimm}", "csrrwi zero, {csr}, {zimm}", extensions="Zicsr")
pseudo.alias("csrsi {csr}, {zimm}", "csrrsi zero, {csr}, {zimm}", extensions="Zicsr")
pseudo.alias("csrci {csr}, {zimm}", "csrrci zero, {csr}, {zimm}", extensions="Zicsr")
pseudo.alias("sfence.vma", "sfence.vma zero, zero", extensions="Ss")
pseudo.alias("sfence.vma {rs1}", "sfence.vma {rs1}, zero", extensions="Ss")
