"""Pseudo-instructions and short forms of assembly.

RISC-V Assembly Programmer's Manual and the tables of pseudo-instructions in the RISC-V unprivileged
manual 20240411, chapters 2, 7 and 28.
"""

from gen.isa import Extension, Immediate, Operand
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


def _li_32(value: int) -> list[str]:
    """Load a number of 32 bits."""
    return _li(value, xlen=32)


def _li_64(value: int) -> list[str]:
    """Load a number of 64 bits."""
    return _li(value, xlen=64)


def _distance(symbol: int, pc: int) -> tuple[int, int]:
    """Return the distance to a symbol in two parts, for auipc and what follows it."""
    distance = symbol - pc
    low = (distance + 2048) % 4096 - 2048
    return distance - low >> 12 & 0xFFFFF, low


def _la(symbol: int, pc: int) -> list[str]:
    """Load an address that is given relative to here."""
    high, low = _distance(symbol, pc)
    return [f"auipc {{rd}}, {high}", f"addi {{rd}}, {{rd}}, {low}"]


def _call(symbol: int, pc: int) -> list[str]:
    """Call a function however far."""
    high, low = _distance(symbol, pc)
    return [f"auipc ra, {high}", f"jalr ra, {low}(ra)"]


def _tail(symbol: int, pc: int) -> list[str]:
    """Go on in a function however far."""
    high, low = _distance(symbol, pc)
    return [f"auipc t1, {high}", f"jalr zero, {low}(t1)"]


pseudo.alias("nop", "addi zero, zero, 0")
pseudo.alias("li {rd}, {value}", _li_32, operands=VALUE, xlen=32)
pseudo.alias("li {rd}, {value}", _li_64, operands=VALUE, xlen=64)
pseudo.alias("la {rd}, {symbol}", _la, operands=SYMBOL)
pseudo.alias("lla {rd}, {symbol}", _la, operands=SYMBOL)

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
pseudo.alias("call {symbol}", _call, operands=SYMBOL)
pseudo.alias("tail {symbol}", _tail, operands=SYMBOL)

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
