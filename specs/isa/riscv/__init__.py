"""RISC-V: RV32 and RV64 with their extensions, from one text."""

from __future__ import annotations

import re

from gen.isa import Isa
from gen.isa.state import File, Register
from specs.isa.riscv.i import i
from specs.isa.riscv.operands import REGISTERS
from specs.isa.riscv.operators import OPERATORS

__all__ = ["NAMES", "isa"]

NAMES = ("rv32i", "rv64i")
"""Sets that a list of all shows; `isa` makes others too."""

_NAME = re.compile(r"rv(32|64)([a-z]+)((?:_?[zsx][a-z0-9]+)*)\Z")

# Privileged manual 20240411, table 14
CAUSES = {
    "instruction_address_misaligned": 0,
    "instruction_access_fault": 1,
    "illegal_instruction": 2,
    "breakpoint": 3,
    "load_address_misaligned": 4,
    "load_access_fault": 5,
    "store_address_misaligned": 6,
    "store_access_fault": 7,
    "environment_call_from_u_mode": 8,
}
FAULTS = {
    "fetch": "instruction_access_fault",
    "load": "load_access_fault",
    "store": "store_access_fault",
    "illegal": "illegal_instruction",
}


def isa(name: str) -> Isa | None:
    """Return the set called as ``rv64imac``; None if the name is not of RISC-V."""
    found = _NAME.match(name)
    if not found:
        return None
    xlen = int(found[1])
    return Isa(
        name,
        title=f"RISC-V {name.upper()}",
        extensions=(i,),
        state=(
            Register("pc", xlen, latched=True),
            File("x", xlen, 32, zero=0, names=REGISTERS),
        ),
        causes=CAUSES,
        faults=FAULTS,
        parameters={"xlen": xlen, "extensions": frozenset(found[2].upper())},
        operators=OPERATORS,
        elf_machine=243,
        elf_flags=int("C" in found[2].upper()),  # EF_RISCV_RVC
    )
