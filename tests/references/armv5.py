"""ARMv5TE written by hand: data processing, multiplications, loads and stores, in user mode.

From the ARM Architecture Reference Manual, DDI 0100I, on Python numbers.
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Machine"]

M = 0xFFFFFFFF

# Section A3.2: what a condition asks of (N, Z, C, V)
CONDITIONS: tuple[Callable[[bool, bool, bool, bool], bool], ...] = (
    lambda n, z, c, v: z,
    lambda n, z, c, v: not z,
    lambda n, z, c, v: c,
    lambda n, z, c, v: not c,
    lambda n, z, c, v: n,
    lambda n, z, c, v: not n,
    lambda n, z, c, v: v,
    lambda n, z, c, v: not v,
    lambda n, z, c, v: c and not z,
    lambda n, z, c, v: not c or z,
    lambda n, z, c, v: n == v,
    lambda n, z, c, v: n != v,
    lambda n, z, c, v: not z and n == v,
    lambda n, z, c, v: z or n != v,
    lambda n, z, c, v: True,
)


def s32(x: int) -> int:
    """Return a word as a signed number."""
    return x - (1 << 32) if x & 1 << 31 else x


def turned(x: int, n: int) -> int:
    """Return a word rotated right."""
    n %= 32
    return (x >> n | x << 32 - n) & M


class Machine:
    """Registers, flags, and a memory of bytes that `read` gives unless they were written."""

    def __init__(self, read: Callable[[int], int]) -> None:
        self.read_byte = read
        self.written: dict[int, int] = {}
        self.r = [0] * 15
        self.n = self.z = self.c = self.v = False
        self.pc = self.next = 0

    def reg(self, number: int) -> int:
        """Return a register; the program counter is two instructions ahead."""
        return self.pc + 8 & M if number == 15 else self.r[number]

    def set(self, number: int, value: int) -> None:
        """Write a register; to the program counter it is a jump."""
        if number == 15:
            self.next = value & M & ~3
        else:
            self.r[number] = value & M

    def get(self, address: int, size: int) -> int:
        """Return bytes, little endian."""
        address &= M
        return sum(
            self.written.get(address + k, self.read_byte(address + k)) << 8 * k for k in range(size)
        )

    def put(self, address: int, size: int, value: int) -> None:
        """Write bytes, little endian."""
        for k in range(size):
            self.written[(address & M) + k] = value >> 8 * k & 0xFF

    def step(self, word: int) -> None:
        """Perform one word at `pc`."""
        self.next = self.pc + 4 & M
        if CONDITIONS[word >> 28](self.n, self.z, self.c, self.v):
            self.perform(word)
        self.pc = self.next

    def perform(self, word: int) -> None:
        """Perform a word whose condition holds."""
        group = word >> 25 & 7
        if group in (2, 3):
            self.access(word)
        elif group == 4:
            self.multiple(word)
        elif group == 0 and word & 0x90 == 0x90:
            if word & 0x60:
                self.access_half(word)
            elif word >> 24 & 1:
                self.swap(word)
            else:
                self.multiply(word)
        elif group == 0 and word & 0x0FF00FF0 == 0x01600F10:
            self.set(word >> 12 & 15, 32 - self.reg(word & 15).bit_length())
        else:
            self.process(word)

    # Shifter operands, section A5.1

    def shifted(self, x: int, kind: int, n: int) -> tuple[int, bool]:
        """Return a word shifted by any number, and the last bit out."""
        if n == 0:
            return x, self.c
        if kind == 0:
            return x << n & M, bool(x << n >> 32 & 1)
        if kind == 3:
            value = turned(x, n)
            return value, bool(value >> 31)
        full = s32(x) if kind == 2 else x
        return full >> n & M, bool(full >> n - 1 & 1)

    def by_number(self, word: int) -> tuple[int, bool]:
        """Return a register shifted by a number in the word."""
        x, kind, n = self.reg(word & 15), word >> 5 & 3, word >> 7 & 31
        if n == 0 and kind == 3:
            return self.c << 31 | x >> 1, bool(x & 1)
        return self.shifted(x, kind, 32 if n == 0 and kind in (1, 2) else n)

    def operand(self, word: int) -> tuple[int, bool]:
        """Return the shifter operand and its carry."""
        if word >> 25 & 1:
            turn = (word >> 8 & 15) * 2
            value = turned(word & 0xFF, turn)
            return value, bool(value >> 31) if turn else self.c
        if word >> 4 & 1:
            return self.shifted(self.reg(word & 15), word >> 5 & 3, self.reg(word >> 8 & 15) & 0xFF)
        return self.by_number(word)

    # Data processing, section A3.4

    def arithmetic(self, op: int, a: int, b: int) -> tuple[int, bool, bool]:
        """Return result, carry and overflow of one of the eight that add or subtract."""
        c = int(self.c)
        subtracts = op in (2, 3, 6, 7, 10)
        if op in (3, 7):
            a, b = b, a
        borrow = 1 - c if op in (6, 7) else 0
        carry = c if op == 5 else 0
        if subtracts:
            value, exact = a - b - borrow, s32(a) - s32(b) - borrow
            return value & M, value >= 0, exact != s32(value & M)
        value, exact = a + b + carry, s32(a) + s32(b) + carry
        return value & M, value > M, exact != s32(value & M)

    def process(self, word: int) -> None:
        """Perform one of the sixteen operations."""
        op, sets, rd = word >> 21 & 15, word >> 20 & 1, word >> 12 & 15
        a = self.reg(word >> 16 & 15)
        b, carry = self.operand(word)
        overflow = self.v
        if op in (2, 3, 4, 5, 6, 7, 10, 11):
            value, carry, overflow = self.arithmetic(op, a, b)
        elif op in (0, 8):
            value = a & b
        elif op in (1, 9):
            value = a ^ b
        else:
            value = {12: a | b, 13: b, 14: a & ~b & M, 15: ~b & M}[op]
        if sets:
            self.n, self.z = bool(value >> 31), value == 0
            self.c, self.v = carry, overflow
        if not 8 <= op <= 11:
            self.set(rd, value)

    def multiply(self, word: int) -> None:
        """Perform a multiplication."""
        a, b = self.reg(word & 15), self.reg(word >> 8 & 15)
        high, low, top = word >> 16 & 15, word >> 12 & 15, 31
        if word >> 23 & 1:
            top = 63
            value = s32(a) * s32(b) if word >> 22 & 1 else a * b
            if word >> 21 & 1:
                value += self.reg(high) << 32 | self.reg(low)
        else:
            value = a * b + (self.reg(low) if word >> 21 & 1 else 0)
        value &= (2 << top) - 1
        if word >> 20 & 1:
            self.n, self.z = bool(value >> top), value == 0
        if top == 63:
            self.set(low, value)
        self.set(high, value >> 32 if top == 63 else value)

    # Memory, sections A5.2 to A5.4

    def indexed(self, word: int, offset: int) -> tuple[int, Callable[[], None]]:
        """Return the address, and what updates the base."""
        rn = word >> 16 & 15
        base = self.reg(rn)
        moved = (base + offset if word >> 23 & 1 else base - offset) & M
        before, write = word >> 24 & 1, word >> 21 & 1

        def update() -> None:
            if write or not before:
                self.set(rn, moved)

        return moved if before else base, update

    def access(self, word: int) -> None:
        """Load or store a word or byte."""
        offset = self.by_number(word)[0] if word >> 25 & 1 else word & 0xFFF
        address, update = self.indexed(word, offset)
        rd, byte = word >> 12 & 15, word >> 22 & 1
        if word >> 20 & 1:
            value = self.get(address, 1) if byte else self.rotated(address)
            update()
            self.set(rd, value)
            return
        self.put(address if byte else address & ~3, 1 if byte else 4, self.reg(rd))
        update()

    def rotated(self, address: int) -> int:
        """Return the word around an address, that address's byte lowest."""
        return turned(self.get(address & ~3, 4), 8 * (address & 3))

    def access_half(self, word: int) -> None:
        """Load or store a half-word, a signed byte or two words."""
        near = word >> 4 & 0xF0 | word & 15
        address, update = self.indexed(word, near if word >> 22 & 1 else self.reg(word & 15))
        rd, kind, loads = word >> 12 & 15, word >> 5 & 3, word >> 20 & 1
        if not loads and kind != 1:
            self.access_two(address & ~3, rd, update, loads=kind == 2)
        elif not loads:
            self.put(address & ~1, 2, self.reg(rd))
            update()
        else:
            size = 1 if kind == 2 else 2
            value = self.get(address & -size, size)
            if kind & 2 and value >> 8 * size - 1:
                value -= 1 << 8 * size
            update()
            self.set(rd, value)

    def access_two(self, address: int, rd: int, update: Callable[[], None], loads: bool) -> None:
        """Load or store two words."""
        if not loads:
            self.put(address, 4, self.reg(rd))
            self.put(address + 4, 4, self.reg(rd + 1))
            update()
            return
        values = self.get(address, 4), self.get(address + 4, 4)
        update()
        self.set(rd, values[0])
        self.set(rd + 1, values[1])

    def swap(self, word: int) -> None:
        """Perform SWP or SWPB."""
        address, rd, value = self.reg(word >> 16 & 15), word >> 12 & 15, self.reg(word & 15)
        if word >> 22 & 1:
            old = self.get(address, 1)
            self.put(address, 1, value)
        else:
            old = self.rotated(address)
            self.put(address & ~3, 4, value)
        self.set(rd, old)

    def multiple(self, word: int) -> None:
        """Load or store several registers."""
        rn = word >> 16 & 15
        named = [k for k in range(16) if word >> k & 1]
        before, up = word >> 24 & 1, word >> 23 & 1
        base, size = self.reg(rn), 4 * len(named)
        first = base if up else base - size
        if before == up:
            first += 4
        places = [(k, first + 4 * i & M & ~3) for i, k in enumerate(named)]
        values = [self.get(a, 4) for _, a in places]
        if not word >> 20 & 1:
            for k, a in places:
                self.put(a, 4, self.reg(k))
        if word >> 21 & 1:
            self.set(rn, base + size if up else base - size)
        if word >> 20 & 1:
            for k, value in zip(named, values, strict=True):
                self.set(k, value)
