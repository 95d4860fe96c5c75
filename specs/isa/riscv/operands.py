"""Operands of RISC-V instructions, by the names that the manual's formats have."""

from gen.isa import Choice, Immediate, Operand, Register, Target
from specs.isa.riscv.numbers import CSRS

__all__ = ["OPERANDS", "REGISTERS", "register"]

# Calling convention, RISC-V ABIs specification 1.0, section 1.1
REGISTERS = (
    "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 "
    "s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6"
).split()
_OTHERS = {f"x{i}": i for i in range(32)} | {"fp": 8}


def register(width: int = 5, first: int = 0) -> Register:
    """Return the operand for ``x`` registers in fields of a width, from `first` on."""
    return Register(width, "x", REGISTERS, first, _OTHERS)


_ORDER = tuple(
    "".join(c for bit, c in zip((8, 4, 2, 1), "iorw", strict=True) if n & bit) for n in range(16)
)

OPERANDS: dict[str, Operand] = {
    "rd": register(),
    "rs1": register(),
    "rs2": register(),
    "imm": Immediate(signed=True, to="xlen"),
    "zimm": Immediate(5),
    "shamt": Immediate(),
    "upper": Immediate(signed=True, to="xlen", shown=12),
    "target": Target(to="xlen"),
    "pred": Choice(4, _ORDER),
    "succ": Choice(4, _ORDER),
    "fm": Immediate(4),
    "aqrl": Choice(2, ("", ".rl", ".aq", ".aqrl")),
    "csr": Choice(12, CSRS),
}
