"""Loads and stores of MIPS32.

MIPS32 Architecture for Programmers, volume II, revision 0.95: each section is that instruction's
page.
"""

from typing import Any

from gen.isa import Extension
from gen.isa.values import Value, sext, zext
from specs.isa.mips32.operands import OPERANDS

__all__ = ["memory"]

memory = Extension(
    "memory",
    operands=OPERANDS,
    title="Loads and stores",
    source="MIPS32 Architecture for Programmers, volume II, revision 0.95",
)
_i = memory.instruction


def _load(s: Any, address: Value, size: int) -> Value:
    """Return `size` bytes; the address must be a multiple of it."""
    if address & size - 1 != 0:
        raise s.trap("address_error_load", address)
    return s.load(address, size)


def _store(s: Any, address: Value, value: Value) -> None:
    """Store a value at a multiple of its size."""
    if address & value.width // 8 - 1 != 0:
        raise s.trap("address_error_store", address)
    s.store(address, value)


@_i("100000 base rt offset", "lb {rt}, {offset}({base})", section="LB")
def lb(s: Any, base: Value, rt: Value, offset: Value) -> None:
    """Load a byte, sign-extended."""
    s.r[rt] = sext(s.load(s.r[base] + offset, 1), 32)


@_i("100100 base rt offset", "lbu {rt}, {offset}({base})", section="LBU")
def lbu(s: Any, base: Value, rt: Value, offset: Value) -> None:
    """Load a byte, zero-extended."""
    s.r[rt] = zext(s.load(s.r[base] + offset, 1), 32)


@_i("100001 base rt offset", "lh {rt}, {offset}({base})", section="LH")
def lh(s: Any, base: Value, rt: Value, offset: Value) -> None:
    """Load a half-word, sign-extended."""
    s.r[rt] = sext(_load(s, s.r[base] + offset, 2), 32)


@_i("100101 base rt offset", "lhu {rt}, {offset}({base})", section="LHU")
def lhu(s: Any, base: Value, rt: Value, offset: Value) -> None:
    """Load a half-word, zero-extended."""
    s.r[rt] = zext(_load(s, s.r[base] + offset, 2), 32)


@_i("100011 base rt offset", "lw {rt}, {offset}({base})", section="LW")
def lw(s: Any, base: Value, rt: Value, offset: Value) -> None:
    """Load a word."""
    s.r[rt] = _load(s, s.r[base] + offset, 4)


@_i("101000 base rt offset", "sb {rt}, {offset}({base})", section="SB")
def sb(s: Any, base: Value, rt: Value, offset: Value) -> None:
    """Store a byte."""
    s.store(s.r[base] + offset, s.r[rt][7:0])


@_i("101001 base rt offset", "sh {rt}, {offset}({base})", section="SH")
def sh(s: Any, base: Value, rt: Value, offset: Value) -> None:
    """Store a half-word."""
    _store(s, s.r[base] + offset, s.r[rt][15:0])


@_i("101011 base rt offset", "sw {rt}, {offset}({base})", section="SW")
def sw(s: Any, base: Value, rt: Value, offset: Value) -> None:
    """Store a word."""
    _store(s, s.r[base] + offset, s.r[rt])


# Parts of unaligned words: memory is accessed in the aligned word around the address


def _significant(s: Any, address: Value) -> Value:
    """Return how many bytes of the aligned word are more significant than that at `address`."""
    return address[1:0] if s.big_endian else ~address[1:0]


@_i("100010 base rt offset", "lwl {rt}, {offset}({base})", section="LWL")
def lwl(s: Any, base: Value, rt: Value, offset: Value) -> None:
    """Load the more significant part of an unaligned word."""
    address = s.r[base] + offset
    shift = zext(_significant(s, address), 6) << 3
    loaded = s.load(address & -4, 4)
    kept = s.r[rt] << 32 - shift >> 32 - shift
    s.r[rt] = loaded << shift | kept


@_i("100110 base rt offset", "lwr {rt}, {offset}({base})", section="LWR")
def lwr(s: Any, base: Value, rt: Value, offset: Value) -> None:
    """Load the less significant part of an unaligned word."""
    address = s.r[base] + offset
    shift = zext(~_significant(s, address), 6) << 3
    loaded = s.load(address & -4, 4)
    kept = s.r[rt] >> 32 - shift << 32 - shift
    s.r[rt] = loaded >> shift | kept


@_i("101010 base rt offset", "swl {rt}, {offset}({base})", section="SWL")
def swl(s: Any, base: Value, rt: Value, offset: Value) -> None:
    """Store the more significant part of an unaligned word: only its bytes are touched."""
    address = s.r[base] + offset
    _store_parts(s, address, s.r[rt] >> (zext(_significant(s, address), 5) << 3), left=True)


@_i("101110 base rt offset", "swr {rt}, {offset}({base})", section="SWR")
def swr(s: Any, base: Value, rt: Value, offset: Value) -> None:
    """Store the less significant part of an unaligned word: only its bytes are touched."""
    address = s.r[base] + offset
    _store_parts(s, address, s.r[rt] << (zext(~_significant(s, address), 5) << 3), left=False)


def _store_parts(s: Any, address: Value, value: Value, *, left: bool) -> None:
    """Store the bytes of a word in place: those up to the addressed one, or those from it on."""
    at = _significant(s, address)
    for k in range(4):  # bytes above this one in significance
        place = k if s.big_endian else 3 - k
        when = at <= k if left else at >= k
        s.store(address & -4 | place, value[31 - 8 * k : 24 - 8 * k], when=when)


# Synchronization


@_i("110000 base rt offset", "ll {rt}, {offset}({base})", section="LL")
def ll(s: Any, base: Value, rt: Value, offset: Value) -> None:
    """Load a word and begin an atomic update of it."""
    loaded = _load(s, s.r[base] + offset, 4)
    s.LLbit = 1
    s.r[rt] = loaded


@_i("111000 base rt offset", "sc {rt}, {offset}({base})", section="SC")
def sc(s: Any, base: Value, rt: Value, offset: Value) -> None:
    """Store a word if nothing has ended the atomic update since LL; say so in the register.

    One hart without other masters: only ERET and SC itself end it.
    """
    address = s.r[base] + offset
    if address & 3 != 0:
        raise s.trap("address_error_store", address)
    done = s.LLbit
    s.store(address, s.r[rt], when=done)
    s.r[rt] = zext(done, 32)
    s.LLbit = 0


@_i("000000 000000000000000 stype 001111", "sync {stype}", section="SYNC")
def sync(s: Any) -> None:
    """Order memory accesses: one hart that performs them in order needs nothing for it."""


@_i("110011 base hint offset", "pref {hint}, {offset}({base})", section="PREF")
def pref(s: Any) -> None:
    """Advise on the use of an address: no effect, and no trap for any address."""


memory.alias("sync", "sync 0")
