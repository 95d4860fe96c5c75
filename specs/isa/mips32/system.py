"""Coprocessor 0 of MIPS32: its registers, exceptions and the privileged instructions.

MIPS32 Architecture for Programmers, volume III, revision 0.95, chapters 5 (exceptions) and 6
(registers); volume II for the instructions. There is no TLB: addresses are physical.
"""

from typing import Any

from gen.isa import Extension
from gen.isa.state import Control, ControlFile
from gen.isa.values import Value, concat, not_, select, word, zext
from specs.isa.mips32.operands import OPERANDS

__all__ = ["CAUSES", "FAULTS", "RESET_VECTOR", "enter", "registers", "system"]

# ExcCode, volume III, table 6-22
CAUSES = {
    "interrupt": 0,
    "address_error_load": 4,
    "address_error_store": 5,
    "bus_error_fetch": 6,
    "bus_error_data": 7,
    "system_call": 8,
    "breakpoint": 9,
    "reserved_instruction": 10,
    "coprocessor_unusable": 11,
    "integer_overflow": 12,
    "trap": 13,
}
FAULTS = {
    "fetch": "bus_error_fetch",
    "load": "bus_error_data",
    "store": "bus_error_data",
    "illegal": "reserved_instruction",
    "unaligned": "address_error_load",
}

RESET_VECTOR = 0xBFC00000
EXL, ERL, UM, BEV, CU0 = 1 << 1, 1 << 2, 1 << 4, 1 << 22, 1 << 28  # bits of Status
BD, IV, TIMER = 1 << 31, 1 << 23, 1 << 15  # bits of Cause; TIMER is IP7
_CODE = 0x1F << 2  # ExcCode


def _number(register: int, select: int = 0) -> int:
    return register << 3 | select


COUNT, COMPARE, STATUS, CAUSE = map(_number, (9, 11, 12, 13))
EPC, ERROR_EPC = _number(14), _number(30)

# Bits that MTC0 changes; registers not named here can only be read
_WRITABLE = {
    COUNT: 0xFFFFFFFF,
    COMPARE: 0xFFFFFFFF,
    STATUS: CU0 | BEV | 0xFF00 | UM | ERL | EXL | 1,
    CAUSE: IV | 0x300,
    EPC: 0xFFFFFFFF,
    ERROR_EPC: 0xFFFFFFFF,
}


def registers(big_endian: bool) -> ControlFile:
    """Return the registers; the number is the register's, then three bits for `sel`."""
    order = int(big_endian) << 15
    return ControlFile(
        "cp0",
        32,
        (
            Control("BadVAddr", _number(8), doc="address of the last address error"),
            Control("Count", COUNT, doc="timer; whoever runs the hart counts it up"),
            Control("Compare", COMPARE, doc="when the timer interrupts"),
            Control("Status", STATUS, reset=BEV | ERL, doc="mode and interrupt masks"),
            Control("Cause", CAUSE, doc="why the last exception was taken"),
            Control("EPC", EPC, doc="where it was taken"),
            Control("PRId", _number(15), reset=0x00018000, doc="who made the processor"),
            Control("Config", _number(16), reset=1 << 31 | order | 3 << 7 | 2, doc="what it has"),
            Control("Config1", _number(16, 1), doc="no caches, no TLB, no coprocessors"),
            Control("ErrorEPC", ERROR_EPC, doc="where ERET returns to after an error"),
        ),
        number_width=8,
    )


def enter(s: Any, cause: Value, value: Value) -> None:
    """Take an exception, volume III, section 5.2.3; in a delay slot, at the branch before it."""
    nested = s.Status & EXL != 0
    special = (cause == CAUSES["interrupt"]) & (s.Cause & IV != 0) & not_(nested)
    address = (cause == CAUSES["address_error_load"]) | (cause == CAUSES["address_error_store"])
    old = s.Cause & ~_CODE | cause << 2
    s.EPC = select(nested, s.EPC, select(s.slot, s.pc - 4, s.pc))
    s.Cause = select(nested, old, select(s.slot, old | BD, old & ~BD))
    s.BadVAddr = select(address, value, s.BadVAddr)
    base = select(s.Status & BEV != 0, word(32)(0xBFC00200), word(32)(0x80000000))
    s.pc = base + select(special, word(32)(0x200), word(32)(0x180))
    s.Status = s.Status | EXL
    s.slot = 0


system = Extension(
    "system",
    operands=OPERANDS,
    title="Coprocessor 0",
    source="MIPS32 Architecture for Programmers, volumes II and III, revision 0.95",
)
_i = system.instruction


def _privileged(s: Any) -> None:
    """Trap in user mode without access to coprocessor 0, volume III, section 3.4."""
    if (s.Status & (UM | EXL | ERL) == UM) & (s.Status & CU0 == 0):
        raise s.trap("coprocessor_unusable")


@_i("101111 base op offset", "cache {op}, {offset}({base})", section="CACHE")
def cache(s: Any) -> None:
    """Operate on a cache: there is none."""
    _privileged(s)


@_i("010000 1 0000000000000000000 011000", "eret", section="ERET")
def eret(s: Any) -> None:
    """Return from an exception or error; ends an atomic update; has no delay slot."""
    _privileged(s)
    error = s.Status & ERL != 0
    s.pc = select(error, s.ErrorEPC, s.EPC)
    s.Status = select(error, s.Status & ~ERL, s.Status & ~EXL)
    s.LLbit = 0


@_i("010000 00000 rt c0 00000000 sel", "mfc0 {rt}, {c0}, {sel}", section="MFC0")
def mfc0(s: Any, rt: Value, c0: Value, sel: Value) -> None:
    """Move from a register of coprocessor 0; one that does not exist reads as 0."""
    _privileged(s)
    s.r[rt] = s.cp0[concat(c0, sel)]


@_i("010000 00100 rt c0 00000000 sel", "mtc0 {rt}, {c0}, {sel}", section="MTC0")
def mtc0(s: Any, rt: Value, c0: Value, sel: Value) -> None:
    """Move to a register of coprocessor 0; writing Compare ends the timer's interrupt."""
    _privileged(s)
    number, value = concat(c0, sel), s.r[rt]
    mask = zext(number, 32) & 0
    for n, writable in _WRITABLE.items():
        mask = select(number == n, writable, mask)
    s.cp0[number] = s.cp0[number] & ~mask | value & mask
    s.Cause = select(number == COMPARE, s.Cause & ~TIMER, s.Cause)


@_i("010000 1 code[18:0] 100000", "wait {code}", section="WAIT")
def wait(s: Any) -> None:
    """Wait for an interrupt: going on at once is allowed."""
    _privileged(s)


system.alias("mfc0 {rt}, {c0}", "mfc0 {rt}, {c0}, 0")
system.alias("mtc0 {rt}, {c0}", "mtc0 {rt}, {c0}, 0")
system.alias("wait", "wait 0")
