"""Operands of RISC-V instructions, by the names that the manual's formats have."""

from gen.isa import Choice, Immediate, Operand, Register, Target

__all__ = ["OPERANDS", "REGISTERS"]

# Calling convention, RISC-V ABIs specification 1.0, section 1.1
REGISTERS = (
    "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 "
    "s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6"
).split()
_OTHERS = {f"x{i}": i for i in range(32)} | {"fp": 8}


def _x(width: int = 5, first: int = 0) -> Register:
    return Register(width, "x", REGISTERS, first, _OTHERS)


_ORDER = tuple(
    "".join(c for bit, c in zip((8, 4, 2, 1), "iorw", strict=True) if n & bit) for n in range(16)
)

OPERANDS: dict[str, Operand] = {
    "rd": _x(),
    "rs1": _x(),
    "rs2": _x(),
    "imm": Immediate(signed=True, to="xlen"),
    "uimm": Immediate(5, to="xlen"),
    "shamt": Immediate(),
    "upper": Immediate(signed=True, to="xlen", shown=12),
    "target": Target(to="xlen"),
    "pred": Choice(4, _ORDER),
    "succ": Choice(4, _ORDER),
    "fm": Immediate(4),
}
