"""State of RISC-V harts, and which control and status registers a set has.

Without Sm, programs see what a user program may: the counters and, with F, the floating-point
status. The privileged registers are those of the privileged manual 20240411, chapters 3 and 10.
"""

from collections.abc import Iterator

from gen.isa.state import Control, ControlFile, Declaration, File, Register
from specs.isa.riscv.a import reservation
from specs.isa.riscv.counters import COUNTS, float_status, user_counters
from specs.isa.riscv.fp import float_state
from specs.isa.riscv.machine import machine_controls, machine_registers
from specs.isa.riscv.operands import REGISTERS
from specs.isa.riscv.pmp import pmp_addresses, pmp_controls
from specs.isa.riscv.supervisor import supervisor_controls

__all__ = ["declarations"]


def declarations(xlen: int, extensions: frozenset[str]) -> Iterator[Declaration]:
    """Yield the state of a hart with these extensions."""
    yield Register("pc", xlen, latched=True, doc="program counter")
    yield File("x", xlen, 32, zero=0, names=REGISTERS, doc="integer registers")
    yield from float_state(extensions)
    if "A" in extensions:
        yield from reservation(xlen)
    if "Zicsr" in extensions:
        yield from COUNTS
        yield ControlFile("csr", xlen, tuple(_controls(xlen, extensions)))
    if "Sm" in extensions:
        yield from machine_registers(xlen)
        yield pmp_addresses(xlen)


def _controls(xlen: int, extensions: frozenset[str]) -> Iterator[Control]:
    yield from user_counters(xlen)
    if "F" in extensions:
        yield from float_status()
    if "Sm" in extensions:
        yield from machine_controls(xlen, extensions)
        yield from pmp_controls(xlen)
    if "Ss" in extensions:
        yield from supervisor_controls(xlen, extensions)
