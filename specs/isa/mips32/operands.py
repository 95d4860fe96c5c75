"""Operands of MIPS32 instructions, by the names that the manual's formats have."""

from dataclasses import dataclass

from gen.isa import Choice, Immediate, Operand, OperandError, Register, Target
from gen.isa.operands import Parameters
from gen.isa.values import Value

__all__ = ["OPERANDS", "REGISTERS", "same"]

# MIPS ABI supplement (o32), chapter 3, table 3-2
REGISTERS = (
    "$zero $at $v0 $v1 $a0 $a1 $a2 $a3 $t0 $t1 $t2 $t3 $t4 $t5 $t6 $t7 "
    "$s0 $s1 $s2 $s3 $s4 $s5 $s6 $s7 $t8 $t9 $k0 $k1 $gp $sp $fp $ra"
).split()
_OTHERS = {f"${i}": i for i in range(32)} | {"$s8": 30}
_NUMBERS = tuple(f"${i}" for i in range(32))


def same(both: int) -> bool:
    """Return whether both fields of a `Twice` name one register."""
    return both >> 5 == both & 31


@dataclass(frozen=True)
class Twice(Register):
    """A register that the word names twice (CLO and CLZ: in rt and rd)."""

    def value(self, x: Value, parameters: Parameters) -> Value:
        """Return the register's number."""
        return x[4:0]

    def print(self, x: int, width: int, pc: int) -> str:
        """Return the register's name."""
        return self.names[x & 31]

    def parse(self, text: str) -> int | None:
        """Return the value of both fields."""
        found = super().parse(text)
        return None if found is None else found * 33


@dataclass(frozen=True)
class Region(Operand):
    """An address in the 256 MB in which the jump's delay slot is; the word has its lower bits."""

    kind = "address"

    def print(self, x: int, width: int, pc: int) -> str:
        """Return the address."""
        return hex((pc + 4 & 0xF0000000) | x)

    def encode(self, value: int, given: int, pc: int) -> int:
        """Return the lower bits of an address."""
        if (value ^ pc + 4) & 0xF0000000:
            raise OperandError(f"{value:#x} is not in the same 256 MB as {pc + 4:#x}")
        return super().encode(value & 0x0FFFFFFF, given, pc)


def _register() -> Register:
    return Register(5, "r", REGISTERS, others=_OTHERS)


OPERANDS: dict[str, Operand] = {
    "rd": _register(),
    "rs": _register(),
    "rt": _register(),
    "both": Twice(10, "r", REGISTERS, others=_OTHERS),
    "base": _register(),
    "sa": Immediate(5),
    "imm": Immediate(16, signed=True, to=32),
    "uimm": Immediate(16, to=32),
    "upper": Immediate(to=32, shown=16),
    "offset": Immediate(16, signed=True, to=32),
    "branch": Target(to=32, ahead=4),
    "index": Region(),
    "code": Immediate(20),
    "hint": Immediate(5),
    "op": Immediate(5),
    "stype": Immediate(5),
    "sel": Immediate(3),
    "c0": Choice(5, _NUMBERS),
}
