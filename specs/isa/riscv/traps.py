"""Trap entry and interrupts of harts with privilege modes.

RISC-V privileged manual, version 20240411, sections 3.1.6.1, 3.1.7 to 3.1.9 and 10.1.1 to 10.1.3.
"""

from typing import Any

from gen.isa.values import Value, select, zext
from specs.isa.riscv.machine import MIE, MODE_MASK, MODES, MPIE, MPP, SIE, SPIE, SPP

__all__ = ["due", "enter"]

# Standard interrupts, the most urgent first, section 3.1.9
PRIORITY = (11, 3, 7, 9, 1, 5)


def enter(s: Any, cause: Value, value: Value) -> None:
    """Take a trap: to supervisor mode if it is delegated there and did not come from above.

    `cause` is as in mcause, its highest bit that of an interrupt.
    """
    if "Ss" in s.extensions and _delegated(s, cause):
        _to_supervisor(s, cause, value)
    else:
        _to_machine(s, cause, value)


def _delegated(s: Any, cause: Value) -> Value:
    wanted = select(cause[s.xlen - 1], s.mideleg, s.medeleg)
    return (s.privilege != MODES["m"]) & ((wanted >> cause[5:0])[0] == 1)


def _vector(s: Any, base: Value, cause: Value) -> Value:
    """Return where a trap goes; in the vectored mode each interrupt has its own place."""
    start = base & (1 << s.xlen) - 4
    apart = (base[0] == 1) & (cause[s.xlen - 1] == 1)
    return select(apart, start + (zext(cause[5:0], s.xlen) << 2), start)


def _to_machine(s: Any, cause: Value, value: Value) -> None:
    status = s.mstatus
    s.mepc, s.mcause, s.mtval = s.pc, cause, value
    kept = status & ((1 << s.xlen) - 1 - (1 << MIE) - (1 << MPIE) - MODE_MASK)
    mode = zext(s.privilege, s.xlen) << MPP
    s.mstatus = kept | (status << MPIE - MIE & 1 << MPIE) | mode
    s.privilege = MODES["m"]
    s.pc = _vector(s, s.mtvec, cause)


def _to_supervisor(s: Any, cause: Value, value: Value) -> None:
    status = s.mstatus
    s.sepc, s.scause, s.stval = s.pc, cause, value
    kept = status & ((1 << s.xlen) - 1 - (1 << SIE) - (1 << SPIE) - (1 << SPP))
    mode = zext(s.privilege, s.xlen) << SPP
    s.mstatus = kept | (status << SPIE - SIE & 1 << SPIE) | mode
    s.privilege = MODES["s"]
    s.pc = _vector(s, s.stvec, cause)


def due(s: Any) -> Value:
    """Return the cause of the interrupt that is to be taken now, as in mcause; 0 for none."""
    pending = s.mip & s.mie
    nothing = pending & 0
    delegated = s.mideleg if "Ss" in s.extensions else nothing
    machine = (s.privilege != MODES["m"]) | (s.mstatus[MIE] == 1)
    chosen = select(machine, pending & ~delegated, nothing)
    if "Ss" in s.extensions:
        enabled = (s.privilege == MODES["s"]) & (s.mstatus[SIE] == 1)
        below = (s.privilege == MODES["u"]) | enabled
        supervisor = select(below, pending & delegated, nothing)
        chosen = select(chosen == 0, supervisor, chosen)
    cause = nothing
    for number in reversed(PRIORITY):
        cause = select(chosen[number] == 1, nothing | 1 << s.xlen - 1 | number, cause)
    return cause
