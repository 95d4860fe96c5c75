"""ARMv5TE in user mode and ARM state, little endian; no coprocessors, no saturating arithmetic."""

from __future__ import annotations

from typing import Any

from gen.isa import Isa
from gen.isa.state import File, Register, Special
from gen.isa.values import Value
from specs.isa.armv5.control import control
from specs.isa.armv5.memory import memory
from specs.isa.armv5.multiple import multiple
from specs.isa.armv5.multiply import multiply
from specs.isa.armv5.names import REGISTERS
from specs.isa.armv5.processing import processing

__all__ = ["NAMES", "isa"]

NAMES = ("armv5",)

# DDI 0100I, table A2-4: the addresses of the vectors
CAUSES = {
    "undefined_instruction": 0x04,
    "software_interrupt": 0x08,
    "prefetch_abort": 0x0C,
    "data_abort": 0x10,
}
FAULTS = {
    "fetch": "prefetch_abort",
    "load": "data_abort",
    "store": "data_abort",
    "illegal": "undefined_instruction",
}


def _here(s: Any) -> Value:
    """Return register 15: the address of the second instruction behind this one."""
    return s.pc + 8


def _go(s: Any, target: Value) -> None:
    """Write register 15: a jump."""
    s.pc = target & -4


def isa(name: str) -> Isa | None:
    """Return the set called `armv5`; None for another name."""
    if name not in NAMES:
        return None
    return Isa(
        name,
        title="ARMv5TE",
        extensions=(processing, multiply, memory, multiple, control),
        state=(
            Register("pc", 32, latched=True),
            File("r", 32, 15, special={15: Special(_here, _go)}, names=REGISTERS),
            Register("N", 1, doc="negative"),
            Register("Z", 1, doc="zero"),
            Register("C", 1, doc="carry, or no borrow"),
            Register("V", 1, doc="signed overflow"),
        ),
        causes=CAUSES,
        faults=FAULTS,
        comments=("@",),
        elf_machine=40,
        elf_flags=0x0500_0000,  # version 5 of the embedded ABI
    )
