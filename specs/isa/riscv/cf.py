"""C: compressed loads and stores of floating point, 16 bits each.

RISC-V Instruction Set Manual, volume I, version 20240411, chapter 26. Those of single precision are
in RV32 with F (Zcf of chapter 27): on RV64 their words are c.ld, c.sd, c.ldsp and c.sdsp. Those of
double precision are in all sets with D (Zcd).
"""

from typing import Any

from gen.isa import Extension, Immediate
from gen.isa.values import Value
from specs.isa.riscv.d import fld, fsd
from specs.isa.riscv.f import flw, fsw
from specs.isa.riscv.fp import float_register
from specs.isa.riscv.operands import OPERANDS, register

__all__ = ["cd", "cf"]

_OPERANDS = OPERANDS | {
    "rd": float_register(),
    "rs2": float_register(),
    # Registers 8 to 15 in three bits: the manual's rd', rs1' and rs2', section 26.2
    "rdp": float_register(3, 8),
    "rs1p": register(3, 8),
    "rs2p": float_register(3, 8),
    "offset": Immediate(to="xlen"),
}
_SP = 2  # the stack pointer, section 26.3.1

cf = Extension(
    "C",
    operands=_OPERANDS,
    title="Compressed loads and stores of single precision",
    source="RISC-V unprivileged manual 20240411, chapter 26",
    word_widths=(16,),
    requires={"xlen": 32, "extensions": "F"},
)
cd = Extension(
    "C",
    operands=_OPERANDS,
    title="Compressed loads and stores of double precision",
    source="RISC-V unprivileged manual 20240411, chapter 26",
    word_widths=(16,),
    requires={"extensions": "D"},
)


# By the stack pointer, section 26.3.1


@cf.instruction(
    "011 offset[5] rd offset[4:2|7:6] 10", "c.flwsp {rd}, {offset}(sp)", section="26.3.1"
)
def c_flwsp(s: Any, rd: Value, offset: Value) -> None:
    """Load a word from the stack."""
    flw(s, rd, _SP, offset)


@cf.instruction("111 offset[5:2|7:6] rs2 10", "c.fswsp {rs2}, {offset}(sp)", section="26.3.1")
def c_fswsp(s: Any, rs2: Value, offset: Value) -> None:
    """Store a word to the stack."""
    fsw(s, _SP, rs2, offset)


@cd.instruction(
    "001 offset[5] rd offset[4:3|8:6] 10", "c.fldsp {rd}, {offset}(sp)", section="26.3.1"
)
def c_fldsp(s: Any, rd: Value, offset: Value) -> None:
    """Load a doubleword from the stack."""
    fld(s, rd, _SP, offset)


@cd.instruction("101 offset[5:3|8:6] rs2 10", "c.fsdsp {rs2}, {offset}(sp)", section="26.3.1")
def c_fsdsp(s: Any, rs2: Value, offset: Value) -> None:
    """Store a doubleword to the stack."""
    fsd(s, _SP, rs2, offset)


# By a register, section 26.3.2


@cf.instruction(
    "011 offset[5:3] rs1p offset[2|6] rdp 00", "c.flw {rdp}, {offset}({rs1p})", section="26.3.2"
)
def c_flw(s: Any, rdp: Value, rs1p: Value, offset: Value) -> None:
    """Load a word."""
    flw(s, rdp, rs1p, offset)


@cf.instruction(
    "111 offset[5:3] rs1p offset[2|6] rs2p 00", "c.fsw {rs2p}, {offset}({rs1p})", section="26.3.2"
)
def c_fsw(s: Any, rs1p: Value, rs2p: Value, offset: Value) -> None:
    """Store a word."""
    fsw(s, rs1p, rs2p, offset)


@cd.instruction(
    "001 offset[5:3] rs1p offset[7:6] rdp 00", "c.fld {rdp}, {offset}({rs1p})", section="26.3.2"
)
def c_fld(s: Any, rdp: Value, rs1p: Value, offset: Value) -> None:
    """Load a doubleword."""
    fld(s, rdp, rs1p, offset)


@cd.instruction(
    "101 offset[5:3] rs1p offset[7:6] rs2p 00", "c.fsd {rs2p}, {offset}({rs1p})", section="26.3.2"
)
def c_fsd(s: Any, rs1p: Value, rs2p: Value, offset: Value) -> None:
    """Store a doubleword."""
    fsd(s, rs1p, rs2p, offset)
