"""RV32 and RV64 I, M, Zba, Zbb, Zbs and Zicond on plain numbers, from the manual's text.

RISC-V unprivileged manual 20240411, chapters 2, 4, 12, 13 and 28. A word is decoded by its opcode,
funct3 and funct7 as in the tables of the chapter of instruction listings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Read = Callable[[int, int], int]


@dataclass
class Done:
    """What an instruction did: a register written, where it goes on, bytes stored, or a trap."""

    pc: int
    rd: int = 0
    value: int = 0
    store: tuple[int, int, int] | None = None  # address, bits, value
    trap: tuple[str, int] | None = None


def to_signed(x: int, bits: int) -> int:
    x &= 2**bits - 1
    return x - 2**bits if x >= 2 ** (bits - 1) else x


def immediate(word: int, kind: str) -> int:
    """Immediates of the formats I, S, B, U and J, section 2.3."""

    def field(high: int, low: int) -> int:
        return word // 2**low % 2 ** (high - low + 1)

    if kind == "I":
        return to_signed(field(31, 20), 12)
    if kind == "S":
        return to_signed(field(31, 25) * 32 + field(11, 7), 12)
    if kind == "B":
        high = field(31, 31) * 2 + field(7, 7)
        return to_signed(high * 2**11 + field(30, 25) * 32 + field(11, 8) * 2, 13)
    if kind == "U":
        return to_signed(field(31, 12) * 4096, 32)
    high = field(31, 31) * 2**8 + field(19, 12)
    return to_signed(high * 4096 + field(20, 20) * 2048 + field(30, 21) * 2, 21)


def divide(a: int, b: int, ones: int) -> tuple[int, int]:
    """Quotient towards zero and remainder; `ones` is the quotient by zero."""
    if b == 0:
        return ones, a
    q = abs(a) // abs(b)
    q = q if (a < 0) == (b < 0) else -q
    return q, a - b * q


def rotate_left(x: int, n: int, bits: int) -> int:
    n %= bits
    text = f"{x:0{bits}b}"
    return int(text[n:] + text[:n], 2)


class Hart:
    """One instruction at a time; `x` are 32 registers."""

    def __init__(self, xlen: int) -> None:
        self.xlen = xlen

    def execute(self, word: int, pc: int, x: list[int], read: Read) -> Done:
        """Perform a word that is an instruction of the sets above; KeyError if it is none."""
        opcode, f3, f7 = word & 0x7F, word >> 12 & 7, word >> 25
        rd, r1, r2 = word >> 7 & 31, word >> 15 & 31, word >> 20 & 31
        a, b, size = x[r1], x[r2], 2**self.xlen
        done = Done((pc + 4) % size, rd)
        if opcode == 0x37:
            done.value = immediate(word, "U")
        elif opcode == 0x17:
            done.value = pc + immediate(word, "U")
        elif opcode == 0x6F:
            self._jump(done, pc, pc + immediate(word, "J"))
        elif opcode == 0x67:
            assert f3 == 0
            self._jump(done, pc, (a + immediate(word, "I")) // 2 * 2)
        elif opcode == 0x63:
            done.rd = 0
            if self._taken(f3, a, b):
                self._jump(done, pc, pc + immediate(word, "B"), link=False)
        elif opcode == 0x03:
            done.value = self._load(f3, (a + immediate(word, "I")) % size, read)
        elif opcode == 0x23:
            address, count = (a + immediate(word, "S")) % size, 8 * 2**f3
            assert count <= self.xlen
            done.rd, done.store = 0, (address, count, b % 2**count)
        elif opcode in (0x13, 0x33):
            value = self._immediate(word, f3, a) if opcode == 0x13 else None
            done.value = self._register(f7, f3, r2, a, b) if value is None else value
        elif opcode in (0x1B, 0x3B):
            assert self.xlen == 64
            done.value = self._word(word, opcode, f7, f3, r2, a, b)
        elif opcode == 0x0F:
            assert f3 == 0
            done.rd = 0
        elif word == 0x73:
            done.trap = ("environment_call_from_u_mode", 0)
        elif word == 0x100073:
            done.trap = ("breakpoint", pc)
        else:
            raise KeyError(hex(word))
        done.value = done.value % size if done.rd else 0
        return done

    def _jump(self, done: Done, pc: int, target: int, *, link: bool = True) -> None:
        target %= 2**self.xlen
        done.value = pc + 4
        if target % 4:
            done.trap = ("instruction_address_misaligned", target)
        done.pc = target

    def _taken(self, f3: int, a: int, b: int) -> bool:
        s, t = to_signed(a, self.xlen), to_signed(b, self.xlen)
        ways = {0: a == b, 1: a != b, 4: s < t, 5: s >= t, 6: a < b, 7: a >= b}
        return ways[f3]

    def _load(self, f3: int, address: int, read: Read) -> int:
        count = 2 ** (f3 % 4)
        assert count * 8 <= self.xlen
        assert f3 < 4 or count * 8 < self.xlen
        value = read(address, count)
        return value if f3 >= 4 else to_signed(value, 8 * count)

    def _immediate(self, word: int, f3: int, a: int) -> int:
        n, imm, xlen = word >> 20 & self.xlen - 1, immediate(word, "I"), self.xlen
        if f3 not in (1, 5):
            wide = imm % 2**xlen
            return {
                0: a + imm,
                2: int(to_signed(a, xlen) < imm),
                3: int(a < wide),
                4: a ^ wide,
                6: a | wide,
                7: a & wide,
            }[f3]
        top = word >> 20 & ~(xlen - 1) & 0xFFF
        if f3 == 1 and top == 0x600:
            return self._unary(word >> 20 & 31, a, xlen)
        if f3 == 1:
            return {
                0x000: a * 2**n,
                0x280: a | 2**n,
                0x480: a & ~(2**n),
                0x680: a ^ 2**n,
            }[top]
        whole = word >> 20
        if whole == 0x287:
            return sum(0xFF << k for k in range(0, xlen, 8) if a >> k & 0xFF)
        if whole == (0x6B8 if xlen == 64 else 0x698):
            return int.from_bytes(a.to_bytes(xlen // 8, "little"), "big")
        return {
            0x000: a // 2**n,
            0x400: to_signed(a, xlen) // 2**n,
            0x480: a // 2**n % 2,
            0x600: rotate_left(a, xlen - n, xlen),
        }[top]

    def _unary(self, which: int, a: int, bits: int) -> int:
        text = f"{a:0{bits}b}"
        return {
            0: bits - len(text.lstrip("0")),
            1: bits - len(text.rstrip("0")),
            2: text.count("1"),
            4: to_signed(a, 8),
            5: to_signed(a, 16),
        }[which]

    def _register(self, f7: int, f3: int, r2: int, a: int, b: int) -> int:
        xlen = self.xlen
        s, t, n = to_signed(a, xlen), to_signed(b, xlen), b % xlen
        ones = 2**xlen - 1
        table: dict[tuple[int, int], Callable[[], int]] = {
            (0x00, 0): lambda: a + b,
            (0x20, 0): lambda: a - b,
            (0x00, 1): lambda: a * 2**n,
            (0x00, 2): lambda: int(s < t),
            (0x00, 3): lambda: int(a < b),
            (0x00, 4): lambda: a ^ b,
            (0x00, 5): lambda: a // 2**n,
            (0x20, 5): lambda: s // 2**n,
            (0x00, 6): lambda: a | b,
            (0x00, 7): lambda: a & b,
            (0x01, 0): lambda: a * b,
            (0x01, 1): lambda: s * t // 2**xlen,
            (0x01, 2): lambda: s * b // 2**xlen,
            (0x01, 3): lambda: a * b // 2**xlen,
            (0x01, 4): lambda: divide(s, t, -1)[0],
            (0x01, 5): lambda: divide(a, b, ones)[0],
            (0x01, 6): lambda: divide(s, t, -1)[1],
            (0x01, 7): lambda: divide(a, b, ones)[1],
            (0x10, 2): lambda: a * 2 + b,
            (0x10, 4): lambda: a * 4 + b,
            (0x10, 6): lambda: a * 8 + b,
            (0x20, 7): lambda: a & (ones - b),
            (0x20, 6): lambda: a | (ones - b),
            (0x20, 4): lambda: ones - (a ^ b),
            (0x05, 4): lambda: min(s, t),
            (0x05, 5): lambda: min(a, b),
            (0x05, 6): lambda: max(s, t),
            (0x05, 7): lambda: max(a, b),
            (0x30, 1): lambda: rotate_left(a, n, xlen),
            (0x30, 5): lambda: rotate_left(a, xlen - n, xlen),
            (0x24, 1): lambda: a & (ones - 2**n),
            (0x24, 5): lambda: a // 2**n % 2,
            (0x34, 1): lambda: a ^ 2**n,
            (0x14, 1): lambda: a | 2**n,
            (0x07, 5): lambda: a if b else 0,
            (0x07, 7): lambda: 0 if b else a,
        }
        if (f7, f3) == (0x04, 4):
            assert (xlen, r2) == (32, 0)
            return a % 2**16
        return table[f7, f3]()

    def _word(self, word: int, opcode: int, f7: int, f3: int, r2: int, a: int, b: int) -> int:
        low, high = a % 2**32, b % 2**32
        s, t = to_signed(a, 32), to_signed(b, 32)
        if opcode == 0x1B:
            if f3 == 1 and f7 // 2 == 0x02:
                return low * 2 ** (word >> 20 & 63)
            if f3 == 1 and f7 == 0x30:
                return self._unary(r2, low, 32)
            if f3 == 0:
                return to_signed(s + immediate(word, "I"), 32)
            ways = {
                (0x00, 1): low * 2**r2,
                (0x00, 5): low // 2**r2,
                (0x20, 5): s // 2**r2,
                (0x30, 5): rotate_left(low, 32 - r2, 32),
            }
            return to_signed(ways[f7, f3], 32)
        n = b % 32
        wide = {
            (0x04, 0): lambda: low + b,
            (0x10, 2): lambda: low * 2 + b,
            (0x10, 4): lambda: low * 4 + b,
            (0x10, 6): lambda: low * 8 + b,
            (0x04, 4): lambda: a % 2**16,
        }
        if (f7, f3) in wide:
            assert (f7, f3) != (0x04, 4) or r2 == 0
            return wide[f7, f3]()
        table: dict[tuple[int, int], Callable[[], int]] = {
            (0x00, 0): lambda: s + t,
            (0x20, 0): lambda: s - t,
            (0x00, 1): lambda: low * 2**n,
            (0x00, 5): lambda: low // 2**n,
            (0x20, 5): lambda: s // 2**n,
            (0x01, 0): lambda: s * t,
            (0x01, 4): lambda: divide(s, t, -1)[0],
            (0x01, 5): lambda: divide(low, high, -1)[0],
            (0x01, 6): lambda: divide(s, t, -1)[1],
            (0x01, 7): lambda: divide(low, high, -1)[1],
            (0x30, 1): lambda: rotate_left(low, n, 32),
            (0x30, 5): lambda: rotate_left(low, 32 - n, 32),
        }
        return to_signed(table[f7, f3](), 32)
