"""Compressed instructions of RISC-V as the 32-bit words they are short for.

RISC-V unprivileged manual 20240411, chapter 26, tables of its last section; without floating point.
"""

from __future__ import annotations


def bits(word: int, *places: tuple[int, int]) -> int:
    """Bits of a word put together, each (bit of the word, bit of the result)."""
    return sum((word >> a & 1) << b for a, b in places)


def signed(x: int, width: int) -> int:
    return x - (1 << width) if x >> width - 1 else x


def r_type(f7: int, rs2: int, rs1: int, f3: int, rd: int, opcode: int) -> int:
    return f7 << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | rd << 7 | opcode


def i_type(imm: int, rs1: int, f3: int, rd: int, opcode: int = 0x13) -> int:
    return (imm & 0xFFF) << 20 | rs1 << 15 | f3 << 12 | rd << 7 | opcode


def s_type(imm: int, rs2: int, rs1: int, f3: int) -> int:
    return r_type(imm >> 5 & 127, rs2, rs1, f3, imm & 31, 0x23)


def b_type(imm: int, rs1: int, f3: int) -> int:
    imm &= 0x1FFF
    high = (imm >> 12) << 6 | imm >> 5 & 63
    return r_type(high, 0, rs1, f3, (imm >> 1 & 15) << 1 | imm >> 11 & 1, 0x63)


def j_type(imm: int, rd: int) -> int:
    imm &= 0x1FFFFF
    order = ((imm >> 20) << 19) | (imm >> 1 & 0x3FF) << 9 | (imm >> 11 & 1) << 8 | imm >> 12 & 0xFF
    return order << 12 | rd << 7 | 0x6F


def pairs(high: int, to: tuple[int, ...]) -> list[tuple[int, int]]:
    """Bits of the word from `high` down and where each belongs."""
    return [(high - k, bit) for k, bit in enumerate(to)]


def expand(word: int, xlen: int) -> int | None:
    """Return the 32-bit instruction; None if the word is reserved, custom or floating point."""
    quadrant, funct3 = word & 3, word >> 13
    return (quadrant_0, quadrant_1, quadrant_2)[quadrant](word, funct3, xlen)


def quadrant_0(word: int, funct3: int, xlen: int) -> int | None:
    rd, rs1 = 8 + (word >> 2 & 7), 8 + (word >> 7 & 7)
    if funct3 == 0:
        imm = bits(word, *pairs(12, (5, 4, 9, 8, 7, 6, 2, 3)))
        return i_type(imm, 2, 0, rd) if imm else None
    narrow = bits(word, *pairs(12, (5, 4, 3)), (6, 2), (5, 6))
    wide = bits(word, *pairs(12, (5, 4, 3)), (6, 7), (5, 6))
    if funct3 == 2:
        return i_type(narrow, rs1, 2, rd, 0x03)
    if funct3 == 6:
        return s_type(narrow, rd, rs1, 2)
    if xlen == 64 and funct3 == 3:
        return i_type(wide, rs1, 3, rd, 0x03)
    if xlen == 64 and funct3 == 7:
        return s_type(wide, rd, rs1, 3)
    return None


def quadrant_1(word: int, funct3: int, xlen: int) -> int | None:
    rd = word >> 7 & 31
    imm = signed(bits(word, (12, 5), *pairs(6, (4, 3, 2, 1, 0))), 6)
    if funct3 == 0:
        return i_type(imm, rd, 0, rd)
    if funct3 == 1 and xlen == 64:
        return i_type(imm, rd, 0, rd, 0x1B) if rd else None
    if funct3 in (1, 5):
        target = signed(bits(word, *pairs(12, (11, 4, 9, 8, 10, 6, 7, 3, 2, 1, 5))), 12)
        return j_type(target, 1 if funct3 == 1 else 0)
    if funct3 == 2:
        return i_type(imm, 0, 0, rd)
    if funct3 == 3:
        if rd == 2:
            stack = signed(bits(word, (12, 9), *pairs(6, (4, 6, 8, 7, 5))), 10)
            return i_type(stack, 2, 0, 2) if stack else None
        return (imm & 0xFFFFF) << 12 | rd << 7 | 0x37 if imm else None
    if funct3 == 4:
        return arithmetic(word, imm, xlen)
    target = signed(bits(word, *pairs(12, (8, 4, 3)), *pairs(6, (7, 6, 2, 1, 5))), 9)
    return b_type(target, 8 + (word >> 7 & 7), funct3 - 6)


def arithmetic(word: int, imm: int, xlen: int) -> int | None:
    rd, rs2 = 8 + (word >> 7 & 7), 8 + (word >> 2 & 7)
    which = word >> 10 & 3
    if which < 2:
        amount = imm & 63
        if xlen == 32 and amount >= 32:
            return None
        return i_type(amount | which << 10, rd, 5, rd)
    if which == 2:
        return i_type(imm, rd, 7, rd)
    rows = {
        (0, 0): (0x20, 0, 0x33),
        (0, 1): (0, 4, 0x33),
        (0, 2): (0, 6, 0x33),
        (0, 3): (0, 7, 0x33),
        (1, 0): (0x20, 0, 0x3B),
        (1, 1): (0, 0, 0x3B),
    }
    row = rows.get((word >> 12 & 1, word >> 5 & 3))
    if row is None or (row[2] == 0x3B and xlen == 32):
        return None
    return r_type(row[0], rs2, rd, row[1], rd, row[2])


def quadrant_2(word: int, funct3: int, xlen: int) -> int | None:
    rd, rs2 = word >> 7 & 31, word >> 2 & 31
    if funct3 == 0:
        amount = bits(word, (12, 5), *pairs(6, (4, 3, 2, 1, 0)))
        return None if xlen == 32 and amount >= 32 else i_type(amount, rd, 1, rd)
    if funct3 == 2:
        offset = bits(word, (12, 5), *pairs(6, (4, 3, 2, 7, 6)))
        return i_type(offset, 2, 2, rd, 0x03) if rd else None
    if funct3 == 3 and xlen == 64:
        offset = bits(word, (12, 5), *pairs(6, (4, 3, 8, 7, 6)))
        return i_type(offset, 2, 3, rd, 0x03) if rd else None
    if funct3 == 4:
        return jump_or_move(word >> 12 & 1, rd, rs2)
    if funct3 == 6:
        return s_type(bits(word, *pairs(12, (5, 4, 3, 2, 7, 6))), rs2, 2, 2)
    if funct3 == 7 and xlen == 64:
        return s_type(bits(word, *pairs(12, (5, 4, 3, 8, 7, 6))), rs2, 2, 3)
    return None


def jump_or_move(which: int, rd: int, rs2: int) -> int | None:
    if rs2:
        return r_type(0, rs2, rd if which else 0, 0, rd, 0x33)
    if rd:
        return i_type(0, rd, 0, which, 0x67)
    return 0x100073 if which else None
