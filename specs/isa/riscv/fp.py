"""What the floating-point extensions share: registers, NaN boxing, rounding modes and flags.

RISC-V Instruction Set Manual, volume I, version 20240411, chapters 20 (F) and 21 (D).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gen.isa import Choice, Operand, Register
from gen.isa.state import File
from gen.isa.values import Value, call, select, zext
from specs.isa.riscv.machine import FS
from specs.isa.riscv.operands import OPERANDS

__all__ = [
    "DOUBLE",
    "FLOAT_OPERANDS",
    "FLOAT_REGISTERS",
    "SINGLE",
    "X_RD",
    "X_RS1",
    "Precision",
    "accrued",
    "check_enabled",
    "dirtied",
    "float_register",
    "float_state",
    "is_mode",
    "is_off",
    "rounding",
]

# Calling convention, RISC-V ABIs specification 1.0, section 1.2
FLOAT_REGISTERS = (
    "ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 fa5 fa6 fa7 "
    "fs2 fs3 fs4 fs5 fs6 fs7 fs8 fs9 fs10 fs11 ft8 ft9 ft10 ft11"
).split()
_NUMBERED = {f"f{n}": n for n in range(32)}

DYNAMIC = 7  # table 29: the mode is that of frm
MODES = ("rne", "rtz", "rdn", "rup", "rmm", "", "", "dyn")


def float_register(width: int = 5, first: int = 0) -> Register:
    """Return the operand for ``f`` registers in fields of a width, from `first` on."""
    return Register(width, "f", FLOAT_REGISTERS, first, _NUMBERED)


FLOAT_OPERANDS: dict[str, Operand] = OPERANDS | {
    "rd": float_register(),
    "rs1": float_register(),
    "rs2": float_register(),
    "rs3": float_register(),
    "rm": Choice(3, MODES),
}
X_RD = {"rd": OPERANDS["rd"]}
X_RS1 = {"rs1": OPERANDS["rs1"]}


def float_state(extensions: Iterable[str]) -> tuple[File, ...]:
    """Return the floating-point registers of a set with these extensions; none without F."""
    if "F" not in extensions:
        return ()
    return (File("f", 64 if "D" in extensions else 32, 32, names=FLOAT_REGISTERS),)


# Whether the state may be used, privileged manual 20240411, section 3.1.6.6


_SWITCHED = frozenset(("F", "Sm"))


def is_off(s: Any) -> Value:
    """Return whether machine mode has switched floating point off."""
    return s.extensions >= _SWITCHED and s.mstatus[FS + 1 : FS] == 0


def check_enabled(s: Any) -> None:
    """Trap if machine mode has switched floating point off."""
    if is_off(s):
        raise s.trap("illegal_instruction")


def dirtied(s: Any, when: Value = True) -> None:
    """Say that floating-point state has changed, where `when` holds."""
    if s.extensions >= _SWITCHED:
        s.mstatus = select(when, s.mstatus | 3 << FS, s.mstatus)


# Rounding modes and flags, section 20.2


def is_mode(rm: Value) -> Value:
    """Return whether an instruction may have this rounding mode: 5 and 6 are reserved."""
    return (rm < 5) | (rm == DYNAMIC)


def rounding(s: Any, rm: Value) -> Value:
    """Return the mode to round in; a dynamic one that is reserved is illegal."""
    check_enabled(s)
    mode = select(rm == DYNAMIC, s.frm[2:0], rm)
    if mode > 4:
        raise s.trap("illegal_instruction")
    return mode


def accrued(s: Any, found: Value) -> Value:
    """Return the result of an operation whose flags are above it; they are added to fflags."""
    width = found.width - 5
    flags = found[width + 4 : width]
    s.fflags = s.fflags | zext(flags, s.xlen)
    dirtied(s, flags != 0)
    return found[width - 1 : 0]


@dataclass(frozen=True)
class Precision:
    """A precision: how registers hold its numbers.

    Members
    -------
    width : bits of a number
    nan : the canonical NaN, section 20.3
    """

    width: int
    nan: int

    def _above(self, s: Any) -> int:
        """Return the bits of a register that a number leaves free, section 21.2."""
        whole = 64 if "D" in s.extensions else 32
        return (1 << whole) - (1 << self.width)

    def read(self, s: Any, number: Value) -> Value:
        """Return a register's number: the canonical NaN if it is not boxed, section 21.2."""
        check_enabled(s)
        x = s.f[number]
        above = self._above(s)
        held = x[self.width - 1 : 0]
        return select(x & above == above, held, self.nan) if above else held

    def raw(self, s: Any, number: Value) -> Value:
        """Return a register's bits, as moves and stores have them."""
        check_enabled(s)
        return s.f[number][self.width - 1 : 0]

    def write(self, s: Any, number: Value, x: Value) -> None:
        """Write a number to a register, boxed: all bits above are 1.

        What only writes calls `check_enabled` first.
        """
        above = self._above(s)
        s.f[number] = zext(x, above.bit_length()) | above if above else x
        dirtied(s)

    def negated(self, s: Any, number: Value) -> Value:
        """Return a register's number with the other sign."""
        return self.read(s, number) ^ self.sign

    @property
    def sign(self) -> int:
        """The sign bit."""
        return 1 << self.width - 1

    def call(self, operation: str, *arguments: Value) -> Value:
        """Return the result of an operation on numbers of the precision."""
        return call(f"f{self.width}_{operation}", *arguments)

    def compute(self, s: Any, rd: Value, operation: str, *arguments: Value) -> None:
        """Write the result of an operation to a register, with its flags."""
        self.write(s, rd, accrued(s, self.call(operation, *arguments)))

    def compare(self, s: Any, rd: Value, relation: str, a: Value, b: Value) -> None:
        """Write whether a relation holds to an ``x`` register, with its flags."""
        s.x[rd] = zext(accrued(s, self.call(relation, a, b)), s.xlen)

    def convert(self, s: Any, rd: Value, source: str, *arguments: Value) -> None:
        """Write a number of another kind to a register, converted, with its flags."""
        self.write(s, rd, accrued(s, call(f"{source}_to_f{self.width}", *arguments)))


SINGLE = Precision(32, 0x7FC00000)
DOUBLE = Precision(64, 0x7FF8000000000000)
