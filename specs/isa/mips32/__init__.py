"""MIPS32, release 1: the processor's own instructions, without coprocessors 1 to 3.

`mips32` is big endian, `mips32el` little endian.
"""

from __future__ import annotations

from gen.isa import Isa
from gen.isa.state import File, Register
from specs.isa.mips32.arithmetic import arithmetic
from specs.isa.mips32.control import advance, control
from specs.isa.mips32.logic import logic
from specs.isa.mips32.memory import memory
from specs.isa.mips32.operands import REGISTERS
from specs.isa.mips32.operators import OPERATORS
from specs.isa.mips32.pseudo import pseudo
from specs.isa.mips32.system import CAUSES, FAULTS, RESET_VECTOR, enter, registers, system

__all__ = ["NAMES", "isa"]

NAMES = ("mips32", "mips32el")


def isa(name: str) -> Isa | None:
    """Return the set called `mips32` or `mips32el`; None for another name."""
    if name not in NAMES:
        return None
    big = name == "mips32"
    return Isa(
        name,
        title="MIPS32" if big else "MIPS32, little endian",
        extensions=(arithmetic, logic, control, memory, system, pseudo),
        state=(
            Register("pc", 32, reset=RESET_VECTOR, latched=True),
            Register("npc", 32, latched=True, doc="where the instruction behind a slot is"),
            Register("slot", 1, latched=True, doc="the instruction at pc is in a delay slot"),
            File("r", 32, 32, zero=0, names=REGISTERS),
            Register("HI", 32),
            Register("LO", 32),
            Register("LLbit", 1, doc="an atomic update has begun"),
            registers(big),
        ),
        causes=CAUSES,
        faults=FAULTS,
        parameters={"big_endian": big},
        enter=enter,
        advance=advance,
        byte_order="big" if big else "little",
        operators=OPERATORS,
        elf_machine=8,
        elf_flags=0x5000_1001,  # EF_MIPS_ARCH_32, EF_MIPS_ABI_O32, EF_MIPS_NOREORDER
    )
