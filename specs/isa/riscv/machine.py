"""Sm: machine mode, its control registers and instructions.

RISC-V privileged manual, version 20240411, chapter 3. What may be chosen: identity registers are 0;
misa cannot be written; neither byte order nor register width can be changed; user mode exists.
The external, timer and software interrupts are bits of `interrupt_lines`, which whoever drives the
hart sets.
"""

from collections.abc import Iterator
from typing import Any

from gen.isa import Extension
from gen.isa.state import Control, Register, Special
from gen.isa.values import Value, select
from specs.isa.riscv.counters import constant, machine_counters
from specs.isa.riscv.numbers import NUMBERS
from specs.isa.riscv.operands import OPERANDS

__all__ = ["MODES", "machine_controls", "machine_registers", "sm"]

MODES = {"u": 0, "s": 1, "m": 3}

# Fields of mstatus, section 3.1.6: lowest bit
SIE, MIE, SPIE, MPIE, SPP, MPP, FS = 1, 3, 5, 7, 8, 11, 13
MPRV, SUM, MXR, TVM, TW, TSR, UXL, SXL = 17, 18, 19, 20, 21, 22, 32, 34
MODE_MASK = 3 << MPP

# Interrupts, section 3.1.9
MACHINE_LINES = 1 << 11 | 1 << 7 | 1 << 3
SUPERVISOR_LINES = 1 << 9 | 1 << 5 | 1 << 1
DELEGABLE = 0xB3FF  # exceptions, table 14, but those of machine mode

sm = Extension(
    "Sm",
    operands=OPERANDS,
    title="Machine mode",
    source="RISC-V privileged manual 20240411, chapter 3",
)


def machine_registers(xlen: int) -> tuple[Register, ...]:
    """Return the state that no number reaches."""
    return (
        Register("privilege", 2, reset=MODES["m"], doc="current mode: 0 user, 1 supervisor, 3"),
        Register("interrupt_lines", xlen, doc="interrupts that devices ask for, as in mip"),
        Register("software_pending", xlen, doc="bits of mip that software has set"),
    )


def _bits(*places: int) -> int:
    return sum(1 << p for p in places)


def _status(xlen: int, extensions: frozenset[str]) -> Control:
    """Return mstatus; its highest bit says whether floating-point state is dirty."""
    dirty = 1 << xlen - 1
    rest = (1 << xlen) - 1 - dirty
    other = (1 << xlen) - 1 - MODE_MASK
    mask = _bits(MIE, MPIE, MPRV, TW) | MODE_MASK
    reset = 2 << UXL if xlen == 64 else 0
    supervisor, floating = "Ss" in extensions, "F" in extensions
    if supervisor:
        mask |= _bits(SIE, SPIE, SPP, SUM, MXR, TVM, TSR)
        reset |= 2 << SXL if xlen == 64 else 0
    if floating:
        mask |= 3 << FS | dirty

    def legal(new: Value, old: Value) -> Value:
        mode = new[MPP + 1 : MPP]
        wrong = mode == 2 if supervisor else (mode == 2) | (mode == 1)
        fixed = select(wrong, new & other | old & MODE_MASK, new)
        return select(fixed[FS + 1 : FS] == 3, fixed | dirty, fixed & rest)

    return Control("mstatus", NUMBERS["mstatus"], mask, reset, legal=legal, doc="status")


def _pending(extensions: frozenset[str]) -> Control:
    """Return mip: what devices ask for, and what software has set for supervisor mode."""
    mask = SUPERVISOR_LINES if "Ss" in extensions else 0

    def read(s: Any) -> Value:
        return s.software_pending | s.interrupt_lines

    def write(s: Any, value: Value) -> None:
        s.software_pending = value & mask

    return Control("mip", NUMBERS["mip"], special=Special(read, write), doc="interrupts pending")


def _misa(xlen: int, extensions: frozenset[str]) -> int:
    """Return misa, section 3.1.1: the width, and a bit for each letter."""
    letters = sum(1 << ord(x) - ord("A") for x in extensions if len(x) == 1)
    modes = 1 << 20 | ("Ss" in extensions) << 18
    return (xlen // 32) << xlen - 2 | letters | modes


def machine_controls(xlen: int, extensions: frozenset[str]) -> Iterator[Control]:
    """Yield the control registers of machine mode."""
    supervisor = "Ss" in extensions
    lines = MACHINE_LINES | (SUPERVISOR_LINES if supervisor else 0)
    address = -2 if "C" in extensions else -4
    yield from _identity()
    yield constant("misa", _misa(xlen, extensions), "instruction set")
    yield _status(xlen, extensions)
    yield _pending(extensions)
    yield _stored("mie", lines, "interrupts enabled")
    yield _stored("mtvec", -3, "where traps go: direct or vectored")
    yield _stored("mscratch", -1, "a word of the trap handler")
    yield _stored("mepc", address, "where the trap was")
    yield _stored("mcause", -1, "cause of the trap")
    yield _stored("mtval", -1, "what the trap tells besides")
    yield _stored("mcounteren", 7, "counters that lower modes may read")
    yield constant("mcountinhibit", doc="no counter can be stopped")
    yield constant("menvcfg", doc="nothing of user mode's environment can be set")
    if supervisor:
        yield _stored("medeleg", DELEGABLE, "exceptions that go to supervisor mode")
        yield _stored("mideleg", SUPERVISOR_LINES, "interrupts that go to supervisor mode")
    if xlen == 32:
        yield constant("mstatush")
        yield constant("menvcfgh")
        if supervisor:
            yield constant("medelegh")
    yield from machine_counters(xlen)


def _identity() -> Iterator[Control]:
    """Yield what identifies the hart; whoever drives several may number them."""
    for name in ("mvendorid", "marchid", "mimpid", "mconfigptr"):
        yield constant(name, doc="not given")
    yield _stored("mhartid", -1, "number of the hart")


def _stored(name: str, mask: int, doc: str) -> Control:
    return Control(name, NUMBERS[name], mask=mask, doc=doc)


@sm.instruction("0011000 00010 00000 000 00000 1110011", "mret", section="3.3.2")
def mret(s: Any) -> None:
    """Return from a trap to machine mode."""
    if s.privilege != MODES["m"]:
        raise s.trap("illegal_instruction", 0x30200073)
    status = s.mstatus
    mode = status[MPP + 1 : MPP]
    s.pc = s.mepc
    kept = status & ((1 << s.xlen) - 1 - _bits(MIE) - MODE_MASK) | 1 << MPIE
    enabled = kept | (status >> MPIE - MIE & 1 << MIE)
    # below machine mode, loads and stores are those of the mode again
    s.mstatus = select(mode == MODES["m"], enabled, enabled & ((1 << s.xlen) - 1 - _bits(MPRV)))
    s.privilege = mode


@sm.instruction("0001000 00101 00000 000 00000 1110011", "wfi", section="3.3.3")
def wfi(s: Any) -> None:
    """Wait for an interrupt: going on at once is allowed."""
    refused = (s.privilege != MODES["m"]) & (s.mstatus[TW] == 1)
    if "Ss" in s.extensions:
        refused = refused | (s.privilege == MODES["u"])
    if refused:
        raise s.trap("illegal_instruction", 0x10500073)
