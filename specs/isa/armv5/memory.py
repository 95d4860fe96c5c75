"""Loads and stores of ARM.

ARM Architecture Reference Manual, DDI 0100I, sections A4.1 and A5.2 to A5.4. Words at unaligned
addresses: a load rotates the aligned word, a store ignores the lowest bits (section A2.7.3).
"""

from collections.abc import Callable
from typing import Any

from gen.isa import Extension
from gen.isa.values import Value, select, sext, zext
from specs.isa.armv5.operands import OPERANDS, conditional
from specs.isa.armv5.shifter import passed, rotate, scaled

__all__ = ["memory"]

memory = Extension(
    "memory",
    operands=OPERANDS,
    title="Loads and stores",
    source="ARM Architecture Reference Manual, DDI 0100I",
)
_i = memory.instruction
_PC = 15


# Words and bytes, addressing mode 2


def _where(cond: int, address: int) -> bool:
    """Return whether a word is a load or store: not post-indexed with W, nor with bit 4."""
    user, media = address >> 16 & 5 == 1, address >> 19 and address >> 4 & 1
    return cond != 15 and not user and not media and not _lost(address >> 16 & 5, address >> 12)


def _lost(p_w: int, base: int) -> bool:
    """Return whether the program counter would be updated as a base: unpredictable."""
    return p_w != 4 and base & 15 == _PC


def _indexed(s: Any, before: Value, up: Value, base: Value, offset: Value) -> tuple[Value, Value]:
    """Return the address accessed and what the base register becomes."""
    moved = select(up, base + offset, base - offset)
    return select(before, moved, base), moved


def _at(s: Any, address: Value) -> tuple[Value, Value]:
    """Return the address accessed and what the base register becomes, section A5.2."""
    offset = select(address[19], scaled(s, address[11:0]), zext(address[11:0], 32))
    return _indexed(s, address[18], address[17], s.r[address[15:12]], offset)


def _update(s: Any, address: Value, moved: Value) -> None:
    """Write the base register of a post-indexed access, or one with W."""
    s.r.write(address[15:12], moved, when=~address[18] | address[16])


def _word(s: Any, address: Value) -> Value:
    """Return a word of memory, rotated to have the addressed byte lowest."""
    return rotate(s.load(address & -4, 4), zext(address[1:0], 5) << 3)


def _arm(s: Any, jumps: Value, target: Value) -> None:
    """Trap where a jump would go on in Thumb state, which is not here."""
    if jumps & target[0]:
        raise s.trap("undefined_instruction", target)


@_i(
    "cond 01 address[19:17] 0 address[16] 1 address[15:12] rd address[11:0]",
    "ldr{cond} {rd}, {address}",
    where=_where,
    section="A4.1.23",
)
def ldr(s: Any, cond: Value, address: Value, rd: Value) -> None:
    """Load a word; to the program counter it is a jump."""
    if passed(s, cond):
        at, moved = _at(s, address)
        value = _word(s, at)
        _arm(s, rd == _PC, value)
        _update(s, address, moved)
        s.r[rd] = value


@_i(
    "cond 01 address[19:17] 0 address[16] 0 address[15:12] rd address[11:0]",
    "str{cond} {rd}, {address}",
    where=_where,
    section="A4.1.99",
)
def str_(s: Any, cond: Value, address: Value, rd: Value) -> None:
    """Store a word."""
    if passed(s, cond):
        at, moved = _at(s, address)
        s.store(at & -4, s.r[rd])
        _update(s, address, moved)


@_i(
    "cond 01 address[19:17] 1 address[16] 1 address[15:12] rd address[11:0]",
    "ldrb{cond} {rd}, {address}",
    where=_where,
    section="A4.1.24",
)
def ldrb(s: Any, cond: Value, address: Value, rd: Value) -> None:
    """Load a byte, zero-extended."""
    if passed(s, cond):
        at, moved = _at(s, address)
        value = zext(s.load(at, 1), 32)
        _update(s, address, moved)
        s.r[rd] = value


@_i(
    "cond 01 address[19:17] 1 address[16] 0 address[15:12] rd address[11:0]",
    "strb{cond} {rd}, {address}",
    where=_where,
    section="A4.1.100",
)
def strb(s: Any, cond: Value, address: Value, rd: Value) -> None:
    """Store a byte."""
    if passed(s, cond):
        at, moved = _at(s, address)
        s.store(at, s.r[rd][7:0])
        _update(s, address, moved)


# Half-words, signed bytes and doublewords, addressing mode 3


def _where_half(cond: int, half: int) -> bool:
    """Return whether a word has addressing mode 3: not post-indexed with W; unused bits are 0."""
    p_w = half >> 13 & 4 | half >> 12 & 1
    unused = 0 if half >> 13 & 1 else half >> 4 & 15
    return cond != 15 and p_w != 1 and not unused and not _lost(p_w, half >> 8)


def _where_pair(cond: int, half: int, rd: int) -> bool:
    """Return whether a word has addressing mode 3, and an even register."""
    return _where_half(cond, half) and not rd & 1


def _at_half(s: Any, half: Value) -> tuple[Value, Value]:
    """Return the address accessed and what the base register becomes, section A5.3."""
    offset = select(half[13], zext(half[7:0], 32), s.r[half[3:0]])
    return _indexed(s, half[15], half[14], s.r[half[11:8]], offset)


def _update_half(s: Any, half: Value, moved: Value) -> None:
    """Write the base register of a post-indexed access, or one with W."""
    s.r.write(half[11:8], moved, when=~half[15] | half[12])


def _load_half(s: Any, half: Value, rd: Value, read: Callable[[Value], Value]) -> None:
    """Load what `read` makes of an address."""
    at, moved = _at_half(s, half)
    value = read(at)
    _update_half(s, half, moved)
    s.r[rd] = value


@_i(
    "cond 000 half[15:12] 1 half[11:8] rd half[7:4] 1011 half[3:0]",
    "ldrh{cond} {rd}, {half}",
    where=_where_half,
    section="A4.1.28",
)
def ldrh(s: Any, cond: Value, half: Value, rd: Value) -> None:
    """Load a half-word, zero-extended; the lowest bit of an odd address is ignored."""
    if passed(s, cond):
        _load_half(s, half, rd, lambda at: zext(s.load(at & -2, 2), 32))


@_i(
    "cond 000 half[15:12] 1 half[11:8] rd half[7:4] 1111 half[3:0]",
    "ldrsh{cond} {rd}, {half}",
    where=_where_half,
    section="A4.1.30",
)
def ldrsh(s: Any, cond: Value, half: Value, rd: Value) -> None:
    """Load a half-word, sign-extended; the lowest bit of an odd address is ignored."""
    if passed(s, cond):
        _load_half(s, half, rd, lambda at: sext(s.load(at & -2, 2), 32))


@_i(
    "cond 000 half[15:12] 1 half[11:8] rd half[7:4] 1101 half[3:0]",
    "ldrsb{cond} {rd}, {half}",
    where=_where_half,
    section="A4.1.29",
)
def ldrsb(s: Any, cond: Value, half: Value, rd: Value) -> None:
    """Load a byte, sign-extended."""
    if passed(s, cond):
        _load_half(s, half, rd, lambda at: sext(s.load(at, 1), 32))


@_i(
    "cond 000 half[15:12] 0 half[11:8] rd half[7:4] 1011 half[3:0]",
    "strh{cond} {rd}, {half}",
    where=_where_half,
    section="A4.1.104",
)
def strh(s: Any, cond: Value, half: Value, rd: Value) -> None:
    """Store a half-word; the lowest bit of an odd address is ignored."""
    if passed(s, cond):
        at, moved = _at_half(s, half)
        s.store(at & -2, s.r[rd][15:0])
        _update_half(s, half, moved)


@_i(
    "cond 000 half[15:12] 0 half[11:8] rd half[7:4] 1101 half[3:0]",
    "ldrd{cond} {rd}, {half}",
    where=_where_pair,
    section="A4.1.26",
)
def ldrd(s: Any, cond: Value, half: Value, rd: Value) -> None:
    """Load two words to an even register and the next; the address is taken as a word's."""
    if passed(s, cond):
        at, moved = _at_half(s, half)
        first, second = s.load(at & -4, 4), s.load((at & -4) + 4, 4)
        _update_half(s, half, moved)
        s.r[rd] = first
        s.r[rd | 1] = second


@_i(
    "cond 000 half[15:12] 0 half[11:8] rd half[7:4] 1111 half[3:0]",
    "strd{cond} {rd}, {half}",
    where=_where_pair,
    section="A4.1.102",
)
def strd(s: Any, cond: Value, half: Value, rd: Value) -> None:
    """Store an even register and the next as two words; the address is taken as a word's."""
    if passed(s, cond):
        at, moved = _at_half(s, half)
        s.store(at & -4, s.r[rd])
        s.store((at & -4) + 4, s.r[rd | 1])
        _update_half(s, half, moved)


# Semaphores


@_i(
    "cond 00010000 rn rd 0000 1001 rm",
    "swp{cond} {rd}, {rm}, [{rn}]",
    where=conditional,
    section="A4.1.108",
)
def swp(s: Any, cond: Value, rn: Value, rd: Value, rm: Value) -> None:
    """Exchange a word with memory."""
    if passed(s, cond):
        value = _word(s, s.r[rn])
        s.store(s.r[rn] & -4, s.r[rm])
        s.r[rd] = value


@_i(
    "cond 00010100 rn rd 0000 1001 rm",
    "swpb{cond} {rd}, {rm}, [{rn}]",
    where=conditional,
    section="A4.1.109",
)
def swpb(s: Any, cond: Value, rn: Value, rd: Value, rm: Value) -> None:
    """Exchange a byte with memory."""
    if passed(s, cond):
        value = zext(s.load(s.r[rn], 1), 32)
        s.store(s.r[rn], s.r[rm][7:0])
        s.r[rd] = value
