"""Operands of several fields of ARM instructions: one value each, its fields side by side.

ARM Architecture Reference Manual, DDI 0100I, chapter A5: the addressing modes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gen.isa import Operand, OperandError
from gen.isa.operands import number
from specs.isa.armv5.names import OTHERS, REGISTERS, register

__all__ = ["Address", "Base", "Halfword", "RegisterList", "Shifter", "rotated"]

_SHIFTS = ("lsl", "lsr", "asr", "ror")
_WORD = 0xFFFFFFFF
_SHIFTED = re.compile(r"(\w+)(?:\s*,\s*(?:(lsl|lsr|asr|ror)\s+(#?)(\w+)|(rrx)))?\Z")
_OFFSET = re.compile(r"#\s*([+-]?)\s*(\w+)\Z")
_PRE = re.compile(r"\[\s*(\w+)\s*(?:,\s*(.+?)\s*)?\](!?)\Z")
_POST = re.compile(r"\[\s*(\w+)\s*\]\s*,\s*(.+)\Z")


def rotated(value: int) -> int | None:
    """Return rotation (4 bits) and byte of a number, section A5.1.3; None if there are none."""
    for rotation in range(16):
        byte = (value << 2 * rotation | value >> 32 - 2 * rotation) & _WORD
        if byte < 256:
            return rotation << 8 | byte
    return None


def _number(text: str) -> int:
    found = number(text)
    if found is None:
        raise OperandError(f"expected a number, found `{text}`")
    return found


def _shift_text(x: int) -> str:
    """Return a register with its shift, the 12 lowest bits of sections A5.1.4 to A5.1.13."""
    kind, name = _SHIFTS[x >> 5 & 3], REGISTERS[x & 15]
    if x >> 4 & 1:
        return f"{name}, {kind} {REGISTERS[x >> 8 & 15]}"
    count = x >> 7 & 31
    if not count:
        return {"lsl": name, "ror": f"{name}, rrx"}.get(kind, f"{name}, {kind} #32")
    return f"{name}, {kind} #{count}"


def _shift_value(text: str) -> int:
    """Return the 12 bits of a register with its shift."""
    m = _SHIFTED.match(text)
    if not m:
        raise OperandError(f"expected a register and a shift, found `{text}`")
    name, kind, sharp, count, rrx = m.groups()
    if rrx:
        return register(name) | 3 << 5
    if kind is None:
        return register(name)
    code = register(name) | _SHIFTS.index(kind) << 5
    if not sharp:
        return code | 1 << 4 | register(count) << 8
    return code | _count(kind, _number(count)) << 7


def _count(kind: str, count: int) -> int:
    """Return the field of a shift by a number; 32 is written as 0."""
    low, high = {"lsl": (0, 31), "ror": (1, 31)}.get(kind, (1, 32))
    if not low <= count <= high:
        raise OperandError(f"`{kind}` must be by {low} to {high}, not {count}")
    return count & 31


@dataclass(frozen=True)
class Shifter(Operand):
    """The shifter operand, section A5.1: bit 25 of the word, then its 12 lowest bits."""

    kind = "a number, or a register with a shift"

    def print(self, x: int, width: int, pc: int) -> str:
        """Return the operand; a rotation other than the assembler's choice is shown."""
        if not x >> 12:
            return _shift_text(x)
        byte, turn = x & 0xFF, 2 * (x >> 8 & 15)
        value = (byte >> turn | byte << 32 - turn) & _WORD
        if rotated(value) != x & 0xFFF:
            return f"#{byte}, {turn}"
        return f"#{value}"

    def parse(self, text: str) -> int | None:
        """Return the value; None for an expression behind `#`."""
        m = re.match(r"#\s*(\w+)\s*,\s*#?(\w+)\Z", text)
        if m:
            byte, turn = _number(m[1]), _number(m[2])
            if byte > 255 or turn % 2 or turn > 30:
                raise OperandError("must be a byte and an even rotation up to 30")
            return 1 << 12 | turn // 2 << 8 | byte
        if not text.startswith("#"):
            return _shift_value(text)
        found = number(text[1:].strip())
        return None if found is None else self.encode(found, 0x1FFF, 0)

    def encode(self, value: int, given: int, pc: int) -> int:
        """Return the value of a number."""
        found = rotated(value & _WORD) if -(1 << 31) <= value <= _WORD else None
        if found is None:
            raise OperandError(f"must be a byte rotated by an even number, not {value}")
        return 1 << 12 | found


@dataclass(frozen=True)
class Address(Operand):
    """Addressing mode 2, section A5.2: I, P, U, W, Rn and the 12 lowest bits."""

    kind = "an address in brackets"

    # Where the fields are in the value: P, U, W, Rn and what says that the offset is a number
    _before, _up, _write, _base = 18, 17, 16, 12
    _register, _immediate = 1 << 19, 0
    _most = 4095

    def print(self, x: int, width: int, pc: int) -> str:
        """Return the address."""
        sign = "" if x >> self._up & 1 else "-"
        register_offset = bool(x & (self._register | self._immediate)) == bool(self._register)
        offset = self._register_text(x) if register_offset else self._number_of(x)
        text = f"{sign}{offset}" if register_offset else f"#{sign}{offset}"
        base = REGISTERS[x >> self._base & 15]
        if not x >> self._before & 1:
            return f"[{base}], {text}"
        if x >> self._write & 1:
            return f"[{base}, {text}]!"
        return f"[{base}]" if text == "#0" else f"[{base}, {text}]"

    def parse(self, text: str) -> int | None:
        """Return the value; None for an expression: an address near the instruction's own."""
        if text and text[0] not in "[#" and text not in (*REGISTERS, *OTHERS):
            return None
        pre, post = _PRE.match(text), _POST.match(text)
        if post:
            return register(post[1]) << self._base | self._offset(post[2])
        if not pre:
            raise OperandError(f"expected {self.kind}, found `{text}`")
        value = register(pre[1]) << self._base | 1 << self._before | bool(pre[3]) << self._write
        return value | self._offset(pre[2] or "#0")

    def encode(self, value: int, given: int, pc: int) -> int:
        """Return the value for an address, as a distance from r15, which is 8 ahead."""
        distance = value - pc - 8
        return 15 << self._base | 1 << self._before | self._offset(f"#{distance}")

    def _offset(self, text: str) -> int:
        """Return the bits of an offset."""
        m = _OFFSET.match(text)
        if m:
            size = _number(m[2])
            if size > self._most:
                raise OperandError(f"must be from -{self._most} to {self._most}, not {m[1]}{size}")
            return (m[1] != "-") << self._up | self._immediate | self._split(size)
        bare = text.removeprefix("-").removeprefix("+").strip()
        return (text[0] != "-") << self._up | self._register | self._register_value(bare)

    def _register_text(self, x: int) -> str:
        return _shift_text(x & 0xFEF)

    def _register_value(self, text: str) -> int:
        found = _shift_value(text)
        if found >> 4 & 1:
            raise OperandError("an address cannot be shifted by a register")
        return found

    def _number_of(self, x: int) -> int:
        return x & 0xFFF

    def _split(self, size: int) -> int:
        return size


@dataclass(frozen=True)
class Halfword(Address):
    """Addressing mode 3, section A5.3: P, U, I, W, Rn and the two halves of a byte."""

    _before, _up, _write, _base = 15, 14, 12, 8
    _register, _immediate = 0, 1 << 13
    _most = 255

    def _register_text(self, x: int) -> str:
        return REGISTERS[x & 15]

    def _register_value(self, text: str) -> int:
        return register(text)

    def _number_of(self, x: int) -> int:
        return x & 0xFF

    def _split(self, size: int) -> int:
        return size


@dataclass(frozen=True)
class Base(Operand):
    """The base register of load and store multiple: W, then Rn; ``!`` says that it is updated."""

    kind = "a register, with or without `!`"

    def print(self, x: int, width: int, pc: int) -> str:
        """Return the register."""
        return REGISTERS[x & 15] + "!" * (x >> 4)

    def parse(self, text: str) -> int | None:
        """Return the value."""
        bare = text.removesuffix("!")
        return (bare != text) << 4 | register(bare.strip())


@dataclass(frozen=True)
class RegisterList(Operand):
    """Registers in braces, a bit each."""

    kind = "registers in braces"

    def print(self, x: int, width: int, pc: int) -> str:
        """Return the registers."""
        return "{" + ", ".join(n for k, n in enumerate(REGISTERS) if x >> k & 1) + "}"

    def parse(self, text: str) -> int | None:
        """Return a bit for each register; ``r4-r7`` are four."""
        if not (text.startswith("{") and text.endswith("}")):
            raise OperandError(f"expected {self.kind}, found `{text}`")
        value = 0
        for part in text[1:-1].split(","):
            first, _, last = (p.strip() for p in part.partition("-"))
            low, high = register(first), register(last or first)
            if low > high:
                raise OperandError(f"`{part.strip()}` is no range of registers")
            value |= (2 << high) - (1 << low)
        return value
