"""Zicsr: access to control and status registers.

RISC-V Instruction Set Manual, volume I, version 20240411, chapter 7; what is refused: privileged
manual 20240411, sections 2.1, 3.1.6.6, 3.1.11 and 10.1.5.
"""

from collections.abc import Callable
from typing import Any

from gen.isa import Extension
from gen.isa.values import Value, concat, not_, select, word, zext
from specs.isa.riscv.fp import dirtied, is_off
from specs.isa.riscv.operands import OPERANDS

__all__ = ["zicsr"]

zicsr = Extension(
    "Zicsr",
    operands=OPERANDS,
    title="Control and status registers",
    source="RISC-V unprivileged manual 20240411, chapter 7",
)

SATP, MIP = 0x180, 0x344
TVM = 20  # bit of mstatus: satp and sfence.vma are refused to supervisor mode


def _refused(s: Any, csr: Value, writes: Value) -> Value:
    """Return whether an access is an illegal instruction."""
    refused = not_(s.csr.exists(csr)) | (writes & (csr[11:10] == 3))
    if "Sm" in s.extensions:
        refused = refused | (s.privilege < csr[9:8]) | _disabled(s, csr)
        refused = refused | (_is_floating(csr) & is_off(s))
    if "Ss" in s.extensions:
        refused = refused | ((csr == SATP) & (s.privilege == 1) & (s.mstatus[TVM] == 1))
    return refused


def _is_floating(csr: Value) -> Value:
    """Return whether a number that exists is that of fflags, frm or fcsr."""
    return csr[11:2] == 0


def _disabled(s: Any, csr: Value) -> Value:
    """Return whether an unprivileged counter is switched off for the mode."""
    bit = csr[4:0]
    off = (s.privilege != 3) & ((s.mcounteren >> bit)[0] == 0)
    if "Ss" in s.extensions:
        off = off | ((s.privilege == 0) & ((s.scounteren >> bit)[0] == 0))
    counter = (csr[11:5] == 0b1100000) | (csr[11:5] == 0b1100100)
    return counter & off


def _base(s: Any, csr: Value, old: Value) -> Value:
    """Return what set and clear change: of mip only what software has written, section 3.1.9."""
    return select(csr == MIP, s.software_pending, old) if "Sm" in s.extensions else old


def _access(
    s: Any, csr: Value, rd: Value, writes: Value, new: Callable[[Value], Value], trapped: Value
) -> None:
    """Read a register, write it where `writes` holds; `trapped` is the instruction."""
    if _refused(s, csr, writes):
        raise s.trap("illegal_instruction", zext(trapped, s.xlen))
    old = s.csr[csr]
    if writes:
        s.csr[csr] = new(_base(s, csr, old))
        dirtied(s, _is_floating(csr))
    s.x[rd] = old


def _instruction(csr: Value, source: Value, funct3: int, rd: Value) -> Value:
    """Return the word of an instruction of this extension."""
    return concat(csr, source, word(3)(funct3), rd, word(7)(0b1110011))


@zicsr.instruction("csr rs1 001 rd 1110011", "csrrw {rd}, {csr}, {rs1}", section="7.1")
def csrrw(s: Any, csr: Value, rd: Value, rs1: Value) -> None:
    """Read and write; nothing that is read has a side effect, so x0 as target needs no care."""
    value = s.x[rs1]
    _access(s, csr, rd, True, lambda old: value, _instruction(csr, rs1, 1, rd))


@zicsr.instruction("csr rs1 010 rd 1110011", "csrrs {rd}, {csr}, {rs1}", section="7.1")
def csrrs(s: Any, csr: Value, rd: Value, rs1: Value) -> None:
    """Read and set bits; with x0 as source only read."""
    bits = s.x[rs1]
    _access(s, csr, rd, rs1 != 0, lambda old: old | bits, _instruction(csr, rs1, 2, rd))


@zicsr.instruction("csr rs1 011 rd 1110011", "csrrc {rd}, {csr}, {rs1}", section="7.1")
def csrrc(s: Any, csr: Value, rd: Value, rs1: Value) -> None:
    """Read and clear bits; with x0 as source only read."""
    bits = s.x[rs1]
    _access(s, csr, rd, rs1 != 0, lambda old: old & ~bits, _instruction(csr, rs1, 3, rd))


@zicsr.instruction("csr zimm 101 rd 1110011", "csrrwi {rd}, {csr}, {zimm}", section="7.1")
def csrrwi(s: Any, csr: Value, rd: Value, zimm: Value) -> None:
    """Read, and write an immediate."""
    value = zext(zimm, s.xlen)
    _access(s, csr, rd, True, lambda old: value, _instruction(csr, zimm, 5, rd))


@zicsr.instruction("csr zimm 110 rd 1110011", "csrrsi {rd}, {csr}, {zimm}", section="7.1")
def csrrsi(s: Any, csr: Value, rd: Value, zimm: Value) -> None:
    """Read, and set the bits of an immediate; with 0 only read."""
    bits = zext(zimm, s.xlen)
    _access(s, csr, rd, zimm != 0, lambda old: old | bits, _instruction(csr, zimm, 6, rd))


@zicsr.instruction("csr zimm 111 rd 1110011", "csrrci {rd}, {csr}, {zimm}", section="7.1")
def csrrci(s: Any, csr: Value, rd: Value, zimm: Value) -> None:
    """Read, and clear the bits of an immediate; with 0 only read."""
    bits = zext(zimm, s.xlen)
    _access(s, csr, rd, zimm != 0, lambda old: old & ~bits, _instruction(csr, zimm, 7, rd))
