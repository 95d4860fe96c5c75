"""RISC-V: RV32 and RV64 with their extensions, from one text.

Plain sets such as ``rv64imac`` are what user programs see: an environment call is a trap for
whoever runs them. ``zicsr`` adds the counters cycle, time and instret (Zicntr) and access to them;
``sm`` adds machine and user mode with their control registers, ``ss`` supervisor mode as well, the
names that the manuals give to the privileged architecture.
"""

from __future__ import annotations

from functools import cache

from gen.isa import Extension, Isa
from specs.isa.riscv import traps
from specs.isa.riscv.a import a
from specs.isa.riscv.c import c
from specs.isa.riscv.cf import cd, cf
from specs.isa.riscv.csrs import declarations
from specs.isa.riscv.d import d
from specs.isa.riscv.environment import ELF_MACHINE, environment
from specs.isa.riscv.f import f
from specs.isa.riscv.i import i
from specs.isa.riscv.m import m
from specs.isa.riscv.machine import sm
from specs.isa.riscv.names import parse
from specs.isa.riscv.operators import OPERATORS
from specs.isa.riscv.pseudo import pseudo
from specs.isa.riscv.supervisor import ss
from specs.isa.riscv.zba import zba
from specs.isa.riscv.zbb import zbb
from specs.isa.riscv.zbs import zbs
from specs.isa.riscv.zicond import zicond
from specs.isa.riscv.zicsr import zicsr
from specs.isa.riscv.zifencei import zifencei

__all__ = ["NAMES", "isa"]

NAMES = ("rv32i", "rv32imac", "rv64i", "rv64imac", "rv64gc")
"""Sets that a list of all shows; `isa` makes others too."""

EXTENSIONS: tuple[Extension, ...] = (
    i,
    m,
    a,
    f,
    d,
    c,
    cf,
    cd,
    zicsr,
    zifencei,
    zicond,
    zba,
    zbb,
    zbs,
    sm,
    ss,
)

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
    "environment_call_from_s_mode": 9,
    "environment_call_from_m_mode": 11,
    "instruction_page_fault": 12,
    "load_page_fault": 13,
    "store_page_fault": 15,
}
FAULTS = {
    "fetch": "instruction_access_fault",
    "load": "load_access_fault",
    "store": "store_access_fault",
    "illegal": "illegal_instruction",
}


@cache
def isa(name: str) -> Isa | None:
    """Return the set called as ``rv64imac``; None if the name is not of RISC-V.

    Raises
    ------
    IsoformError : E0909, the name has an extension that is not described
    """
    found = parse(name, tuple(dict.fromkeys(x.name for x in EXTENSIONS)))
    if found is None:
        return None
    xlen, extensions = found
    compressed, privileged = "C" in extensions, "Sm" in extensions
    return Isa(
        name,
        title=f"RISC-V {name.upper()}",
        extensions=(*(x for x in EXTENSIONS if x.name in extensions), pseudo),
        state=declarations(xlen, extensions),
        causes=CAUSES,
        faults=FAULTS,
        parameters={"xlen": xlen, "extensions": extensions},
        enter=traps.enter if privileged else None,
        interrupt=traps.due if privileged else None,
        length=_length if compressed else None,
        unit=2 if compressed else 4,
        operators=OPERATORS,
        elf_machine=ELF_MACHINE,
        elf_flags=int(compressed),  # EF_RISCV_RVC
        environment=environment(xlen, extensions),
    )


def _length(first: int) -> int:
    """Return the bytes of an instruction, unprivileged manual, section 1.5."""
    return 4 if first & 3 == 3 else 2
