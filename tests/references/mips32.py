"""MIPS32 written by hand: computation, branches with delay slots, loads and stores.

From MIPS32 Architecture for Programmers, volume II, revision 0.95, on Python numbers. It keeps the
address of the next instruction beside that of this one, the usual way of an emulator.
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Exception_", "Machine"]

M = 0xFFFFFFFF
OVERFLOW, LOAD_ERROR, STORE_ERROR = "integer_overflow", "address_error_load", "address_error_store"


class Exception_(Exception):
    """An instruction ends in an exception; its name and the bad address."""

    def __init__(self, name: str, address: int = 0) -> None:
        super().__init__(name)
        self.name = name
        self.address = address


def s32(x: int) -> int:
    """Return a word as a signed number."""
    return x - (1 << 32) if x & 1 << 31 else x


def s16(x: int) -> int:
    """Return a half-word as a signed number."""
    return x - (1 << 16) if x & 1 << 15 else x


def whole(x: int) -> int:
    """Return a number that must fit in a signed word."""
    if not -(1 << 31) <= x < 1 << 31:
        raise Exception_(OVERFLOW)
    return x


def divide(a: int, b: int) -> tuple[int, int]:
    """Return quotient and remainder of numbers, the quotient cut towards zero."""
    quotient = abs(a) // abs(b)
    quotient = -quotient if (a < 0) != (b < 0) else quotient
    return quotient, a - b * quotient


REGISTER: dict[int, Callable[[int, int], int]] = {  # SPECIAL, by function: rs, rt
    0x04: lambda a, b: b << (a & 31),
    0x06: lambda a, b: b >> (a & 31),
    0x07: lambda a, b: s32(b) >> (a & 31),
    0x20: lambda a, b: whole(s32(a) + s32(b)),
    0x21: lambda a, b: a + b,
    0x22: lambda a, b: whole(s32(a) - s32(b)),
    0x23: lambda a, b: a - b,
    0x24: lambda a, b: a & b,
    0x25: lambda a, b: a | b,
    0x26: lambda a, b: a ^ b,
    0x27: lambda a, b: ~(a | b),
    0x2A: lambda a, b: int(s32(a) < s32(b)),
    0x2B: lambda a, b: int(a < b),
}
SHIFT: dict[int, Callable[[int, int], int]] = {  # SPECIAL, by function: rt, sa
    0x00: lambda b, n: b << n,
    0x02: lambda b, n: b >> n,
    0x03: lambda b, n: s32(b) >> n,
}
IMMEDIATE: dict[int, Callable[[int, int], int]] = {  # by opcode: rs, immediate
    0x08: lambda a, i: whole(s32(a) + s16(i)),
    0x09: lambda a, i: a + s16(i),
    0x0A: lambda a, i: int(s32(a) < s16(i)),
    0x0B: lambda a, i: int(a < s16(i) & M),
    0x0C: lambda a, i: a & i,
    0x0D: lambda a, i: a | i,
    0x0E: lambda a, i: a ^ i,
    0x0F: lambda a, i: i << 16,
}
TRAPS: dict[int, Callable[[int, int], bool]] = {  # three lowest bits of function or of rt
    0: lambda a, b: s32(a) >= s32(b),
    1: lambda a, b: a >= b,
    2: lambda a, b: s32(a) < s32(b),
    3: lambda a, b: a < b,
    4: lambda a, b: a == b,
    6: lambda a, b: a != b,
}
BRANCHES: dict[int, Callable[[int, int], bool]] = {  # by opcode without the bit of likely
    4: lambda a, b: a == b,
    5: lambda a, b: a != b,
    6: lambda a, b: s32(a) <= 0,
    7: lambda a, b: s32(a) > 0,
}


class Machine:
    """Registers, and a memory of bytes that `read` gives unless they were written."""

    def __init__(self, read: Callable[[int], int], big: bool) -> None:
        self.read_byte, self.big = read, big
        self.written: dict[int, int] = {}
        self.r = [0] * 32
        self.hi = self.lo = self.pc = self.next = 0

    def get(self, address: int, size: int) -> int:
        """Return bytes in the machine's order."""
        address &= M
        content = bytes(
            self.written.get(a, self.read_byte(a)) for a in range(address, address + size)
        )
        return int.from_bytes(content, "big" if self.big else "little")

    def put(self, address: int, size: int, value: int) -> None:
        """Write bytes in the machine's order."""
        content = (value & (1 << 8 * size) - 1).to_bytes(size, "big" if self.big else "little")
        for k, byte in enumerate(content):
            self.written[(address & M) + k] = byte

    def step(self, word: int) -> None:
        """Perform one word at `pc`; raises Exception_ and then has changed nothing."""
        self.target = self.next + 4
        op = word >> 26
        if op == 0:
            self.special(word)
        elif op == 0x1C:
            self.special2(word)
        elif op == 1:
            self.regimm(word)
        elif op in (2, 3):
            self.jump(word, op)
        elif op & 0x2C == 4:
            self.branch(word, op)
        elif op >= 0x20:
            self.memory(word, op)
        else:
            self.set(word >> 16 & 31, IMMEDIATE[op](self.r[word >> 21 & 31], word & 0xFFFF))
        self.pc, self.next = self.next & M, self.target & M

    def set(self, number: int, value: int) -> None:
        """Write a register; that of number 0 stays 0."""
        if number:
            self.r[number] = value & M

    def pair(self, value: int) -> None:
        """Write HI and LO."""
        self.hi, self.lo = value >> 32 & M, value & M

    def special(self, word: int) -> None:
        """Perform an instruction of opcode SPECIAL."""
        a, b = self.r[word >> 21 & 31], self.r[word >> 16 & 31]
        rd, function = word >> 11 & 31, word & 63
        if function in REGISTER:
            self.set(rd, REGISTER[function](a, b))
        elif function in SHIFT:
            self.set(rd, SHIFT[function](b, word >> 6 & 31))
        elif function >> 3 == 6:
            if TRAPS[function & 7](a, b):
                raise Exception_("trap")
        elif function >> 2 == 6:
            self.multiply(function, a, b)
        else:
            self.move(function, rd, a, b)

    def multiply(self, function: int, a: int, b: int) -> None:
        """Perform MULT, MULTU, DIV or DIVU."""
        if function & 1 == 0:
            a, b = s32(a), s32(b)
        if function & 2 == 0:
            self.pair(a * b)
        elif b:
            quotient, remainder = divide(a, b)
            self.hi, self.lo = remainder & M, quotient & M

    def move(self, function: int, rd: int, a: int, b: int) -> None:
        """Perform a move, JR or JALR."""
        if function in (8, 9):
            self.target = a
            self.set(rd if function == 9 else 0, self.pc + 8)
        elif function in (10, 11):
            if (b != 0) == (function == 11):
                self.set(rd, a)
        elif function in (0x10, 0x12):
            self.set(rd, self.hi if function == 0x10 else self.lo)
        elif function == 0x11:
            self.hi = a
        else:
            self.lo = a

    def special2(self, word: int) -> None:
        """Perform an instruction of opcode SPECIAL2."""
        a, b = self.r[word >> 21 & 31], self.r[word >> 16 & 31]
        function, rd = word & 63, word >> 11 & 31
        if function == 2:
            self.set(rd, a * b)
        elif function >= 0x20:
            text = f"{a:032b}"
            bit = "0" if function == 0x20 else "1"
            self.set(rd, len(text) - len(text.lstrip(bit)))
        else:
            product = a * b if function & 1 else s32(a) * s32(b)
            old = self.hi << 32 | self.lo
            self.pair(old - product if function & 4 else old + product)

    def go(self, word: int, taken: bool, likely: bool) -> None:
        """Take a branch, or skip the slot of one that is likely."""
        if taken:
            self.target = self.pc + 4 + s16(word & 0xFFFF) * 4
        elif likely:
            self.next += 4
            self.target = self.next + 4

    def regimm(self, word: int) -> None:
        """Perform an instruction of opcode REGIMM."""
        a, code = self.r[word >> 21 & 31], word >> 16 & 31
        if code & 8:
            if TRAPS[code & 7](a, s16(word & 0xFFFF) & M):
                raise Exception_("trap")
            return
        self.go(word, (s32(a) >= 0) == bool(code & 1), bool(code & 2))
        if code & 16:
            self.set(31, self.pc + 8)

    def branch(self, word: int, op: int) -> None:
        """Perform a branch that compares."""
        a, b = self.r[word >> 21 & 31], self.r[word >> 16 & 31]
        self.go(word, BRANCHES[op & 7](a, b), bool(op & 16))

    def jump(self, word: int, op: int) -> None:
        """Perform J or JAL."""
        self.target = self.pc + 4 & 0xF0000000 | (word & 0x3FFFFFF) << 2
        if op == 3:
            self.set(31, self.pc + 8)

    def memory(self, word: int, op: int) -> None:
        """Perform a load or store."""
        address = self.r[word >> 21 & 31] + s16(word & 0xFFFF) & M
        rt = word >> 16 & 31
        if op in (0x22, 0x26, 0x2A, 0x2E):
            self.part(op, address, rt)
            return
        size = {0: 1, 1: 2, 3: 4}[op & 3]
        if address % size:
            raise Exception_(STORE_ERROR if op & 8 else LOAD_ERROR, address)
        if op & 8:
            self.put(address, size, self.r[rt])
            return
        value = self.get(address, size)
        if op & 4 == 0 and value >> 8 * size - 1:
            value -= 1 << 8 * size
        self.set(rt, value)

    def part(self, op: int, address: int, rt: int) -> None:
        """Perform LWL, LWR, SWL or SWR, byte by byte."""
        left, store = op & 4 == 0, bool(op & 8)
        step = 1 if left == self.big else -1
        value = self.r[rt]
        shift = 24 if left else 0
        word = address & ~3
        while address & ~3 == word:
            if store:
                self.put(address, 1, value >> shift)
            else:
                value = value & ~(0xFF << shift) | self.get(address, 1) << shift
            shift += -8 if left else 8
            address += step
        if not store:
            self.set(rt, value)
