"""Ss: supervisor mode, its control registers and instructions.

RISC-V privileged manual, version 20240411, chapter 10. Address translation is not described: satp
holds only the mode Bare, and a write of another mode has no effect.
"""

from collections.abc import Iterator
from typing import Any

from gen.isa import Extension
from gen.isa.state import Control, Special
from gen.isa.values import Value, concat, select, word, zext
from specs.isa.riscv.counters import constant
from specs.isa.riscv.machine import FS, MODES, MPRV, MXR, SIE, SPIE, SPP, SUM, TSR, TVM, UXL
from specs.isa.riscv.numbers import NUMBERS
from specs.isa.riscv.operands import OPERANDS

__all__ = ["ss", "supervisor_controls"]

SOFTWARE = 1 << 1  # SSIP, all that sip lets software write

ss = Extension(
    "Ss",
    operands=OPERANDS,
    title="Supervisor mode",
    source="RISC-V privileged manual 20240411, chapter 10",
)


def _view(name: str, of: str, mask: str, doc: str) -> Control:
    """Return a register that shows those bits of another that a third has set."""

    def read(s: Any) -> Value:
        return getattr(s, of) & getattr(s, mask)

    def write(s: Any, value: Value) -> None:
        shown = getattr(s, mask)
        setattr(s, of, getattr(s, of) & ~shown | value & shown)

    return Control(name, NUMBERS[name], special=Special(read, write), doc=doc)


def _status(xlen: int) -> Control:
    """Return sstatus, the fields of mstatus that supervisor mode sees, section 10.1.1."""
    shown = sum(1 << b for b in (SIE, SPIE, SPP, SUM, MXR, xlen - 1)) | 3 << FS
    if xlen == 64:
        shown |= 3 << UXL

    def read(s: Any) -> Value:
        return s.mstatus & shown

    def write(s: Any, value: Value) -> None:
        s.mstatus = s.mstatus & ((1 << xlen) - 1 - shown) | value & shown

    return Control("sstatus", NUMBERS["sstatus"], special=Special(read, write), doc="status")


def _pending() -> Control:
    """Return sip, section 10.1.3."""

    def read(s: Any) -> Value:
        return s.mip & s.mideleg

    def write(s: Any, value: Value) -> None:
        mask = s.mideleg & SOFTWARE
        s.software_pending = s.software_pending & ~mask | value & mask

    return Control("sip", NUMBERS["sip"], special=Special(read, write), doc="interrupts pending")


def _bare(new: Value, old: Value) -> Value:
    """Return what satp holds, section 10.1.11: the whole write counts, or nothing of it."""
    mode = new[63:60] if new.width == 64 else new[31]
    return select(mode == 0, new, old)


def supervisor_controls(xlen: int, extensions: frozenset[str]) -> Iterator[Control]:
    """Yield the control registers of supervisor mode."""
    address = -2 if "C" in extensions else -4
    yield _status(xlen)
    yield _view("sie", "mie", "mideleg", "interrupts enabled")
    yield _pending()
    for name, mask, doc in (
        ("stvec", -3, "where traps go: direct or vectored"),
        ("scounteren", 7, "counters that user mode may read"),
        ("sscratch", -1, "a word of the trap handler"),
        ("sepc", address, "where the trap was"),
        ("scause", -1, "cause of the trap"),
        ("stval", -1, "what the trap tells besides"),
    ):
        yield Control(name, NUMBERS[name], mask=mask, doc=doc)
    yield Control("satp", NUMBERS["satp"], legal=_bare, doc="address translation: none")
    yield constant("senvcfg", doc="nothing of user mode's environment can be set")


@ss.instruction("0001000 00010 00000 000 00000 1110011", "sret", section="3.3.2")
def sret(s: Any) -> None:
    """Return from a trap to supervisor mode."""
    if (s.privilege == MODES["u"]) | ((s.privilege == MODES["s"]) & (s.mstatus[TSR] == 1)):
        raise s.trap("illegal_instruction", 0x10200073)
    status = s.mstatus
    s.pc = s.sepc
    cleared = (1 << s.xlen) - 1 - sum(1 << b for b in (SIE, SPP, MPRV))
    s.mstatus = status & cleared | 1 << SPIE | (status >> SPIE - SIE & 1 << SIE)
    s.privilege = zext(status[SPP], 2)


@ss.instruction("0001001 rs2 rs1 000 00000 1110011", "sfence.vma {rs1}, {rs2}", section="10.2.1")
def sfence_vma(s: Any, rs1: Value, rs2: Value) -> None:
    """Order changes of page tables: there are none that an access could have remembered."""
    if (s.privilege == MODES["u"]) | ((s.privilege == MODES["s"]) & (s.mstatus[TVM] == 1)):
        end = word(15)(0b000_00000_1110011)
        trapped = concat(word(7)(0b0001001), rs2, rs1, end)
        raise s.trap("illegal_instruction", zext(trapped, s.xlen))
