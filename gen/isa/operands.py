"""Kinds of operands: what a field's value means, and how assembly writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from gen.isa.values import Value, sext, zext

__all__ = ["Choice", "Immediate", "Operand", "OperandError", "Register", "Target", "number"]

Parameters: TypeAlias = Mapping[str, Any]


class OperandError(ValueError):
    """The text of an operand is not one: says what was expected."""


def number(text: str) -> int | None:
    """Return the value of a decimal, 0x, 0o or 0b number; None of other text."""
    try:
        return int(text, 0)
    except ValueError:
        return int(text) if re.fullmatch(r"[+-]?0\d+", text) else None


@dataclass(frozen=True)
class Operand:
    """An operand.

    Members
    -------
    width : bits of the field, where the pattern has it without brackets
    """

    width: int = 0
    kind = "operand"

    def value(self, x: Value, parameters: Parameters) -> Value:
        """Return what a semantic function gets for the field's value."""
        return x

    def print(self, x: int, width: int, pc: int) -> str:
        """Return assembly for the field's value, of `width` bits, in an instruction at `pc`."""
        return str(x)

    def parse(self, text: str) -> int | None:
        """Return the field's value; None if `text` is an expression, to be computed first.

        Raises
        ------
        OperandError : `text` is neither
        """
        return None

    def encode(self, value: int, given: int, pc: int) -> int:
        """Return the field's value for the value of an expression.

        Parameters
        ----------
        given : mask of the bits that the word has

        Raises
        ------
        OperandError : the value cannot be encoded
        """
        return _fitting(value, given, signed=False)

    def describe(self) -> str:
        """Return what is expected, for messages."""
        return self.kind


@dataclass(frozen=True)
class Register(Operand):
    """A register of a file; field value 0 is register `first`.

    Members
    -------
    file : name of the register file
    names : of all registers, those of the calling convention first
    others : further names with the register's number
    """

    file: str = ""
    names: Sequence[str] = ()
    first: int = 0
    others: Mapping[str, int] = field(default_factory=dict)
    kind = "register"

    def value(self, x: Value, parameters: Parameters) -> Value:
        """Return the register's number."""
        if not self.first:
            return x
        whole = len(self.names).bit_length() - 1
        return zext(x, whole) + self.first

    def print(self, x: int, width: int, pc: int) -> str:
        """Return the register's name."""
        return self.names[x + self.first]

    def parse(self, text: str) -> int | None:
        """Return the field's value of a register's name."""
        found = self.others.get(text)
        if found is None and text in self.names:
            found = self.names.index(text)
        if found is None or not self.first <= found < self.first + (1 << self.width):
            raise OperandError(f"expected {self.describe()}, found `{text}`")
        return found - self.first

    def describe(self) -> str:
        """Return which registers."""
        last = min(self.first + (1 << self.width), len(self.names)) - 1
        return f"a register from `{self.names[self.first]}` to `{self.names[last]}`"


@dataclass(frozen=True)
class Immediate(Operand):
    """A number in the instruction.

    Members
    -------
    signed : whether the value's highest bit is a sign
    to : bits, or the name of the parameter that says how many, to which semantics get it extended
    shown : bits that assembly leaves out at the low end (12: ``lui a0, 1`` is value 4096)
    hexadecimal : whether disassembly prints it so
    least : smallest value (of a field that cannot be 0)
    """

    signed: bool = False
    to: str | int = 0
    shown: int = 0
    hexadecimal: bool = False
    least: int | None = None
    kind = "immediate"

    def value(self, x: Value, parameters: Parameters) -> Value:
        """Return the number, extended."""
        width = parameters[self.to] if isinstance(self.to, str) else self.to
        if not width:
            return x
        return sext(x, width) if self.signed else zext(x, width)

    def print(self, x: int, width: int, pc: int) -> str:
        """Return the number."""
        if self.signed and x >> width - 1 and not self.shown:
            x -= 1 << width
        x >>= self.shown
        return hex(x) if self.hexadecimal or self.shown else str(x)

    def encode(self, value: int, given: int, pc: int) -> int:
        """Return the field's value of a number."""
        value <<= self.shown
        if self.least is not None and value < self.least:
            raise OperandError(f"must be at least {self.least}, not {value}")
        return _fitting(value, given, signed=self.signed and not self.shown)


@dataclass(frozen=True)
class Target(Immediate):
    """An address relative to the instruction's own, in assembly the address itself.

    Members
    -------
    ahead : what the hardware adds to the instruction's address besides
    """

    signed: bool = True
    ahead: int = 0
    kind = "address"

    def print(self, x: int, width: int, pc: int) -> str:
        """Return the address."""
        offset = x - (1 << width) if x >> width - 1 else x
        return hex(max(0, pc + self.ahead + offset)) if pc + offset >= 0 else hex(pc + offset)

    def encode(self, value: int, given: int, pc: int) -> int:
        """Return the field's value of an address."""
        try:
            return _fitting(value - pc - self.ahead, given, signed=True)
        except OperandError as error:
            raise OperandError(f"from {pc:#x} to {value:#x}: the distance {error}") from None


@dataclass(frozen=True)
class Choice(Operand):
    """One of some words; the field's value is its place, an empty word cannot be written.

    Members
    -------
    names : by the field's value
    others : further words with the field's value
    nothing : the value that assembly writes as no word at all (a condition that always holds)
    """

    names: Sequence[str] = ()
    others: Mapping[str, int] = field(default_factory=dict)
    nothing: int | None = None
    kind = "choice"

    def print(self, x: int, width: int, pc: int) -> str:
        """Return the word, or the number where there is none."""
        if x == self.nothing:
            return ""
        return self.names[x] if x < len(self.names) and self.names[x] else str(x)

    def parse(self, text: str) -> int | None:
        """Return the field's value."""
        if not text and self.nothing is not None:
            return self.nothing
        if text in self.names and text:
            return self.names.index(text)
        found = self.others.get(text, number(text))
        if found is None or not 0 <= found < 1 << self.width:
            raise OperandError(f"expected {self.describe()}, found `{text}`")
        return found

    def describe(self) -> str:
        """Return the words."""
        return "one of " + ", ".join(f"`{n}`" for n in self.names if n)


def _fitting(value: int, given: int, *, signed: bool) -> int:
    """Return a number in two's complement, if the bits in `given` can hold it."""
    width = given.bit_length()
    low, high = (-(1 << width - 1), 1 << width - 1) if signed else (0, 1 << width)
    if not low <= value < high:
        raise OperandError(f"must be from {low} to {high - 1}, not {value}")
    step = given & -given
    if value % step:
        raise OperandError(f"must be a multiple of {step}, not {value}")
    held = value & (1 << width) - 1
    if held & ~given:
        raise OperandError(f"{value} has bits that the instruction lacks")
    return held
