"""Registers of physical memory protection: sixteen entries, stored and locked as they must be.

RISC-V privileged manual, version 20240411, section 3.7. Whether an access is allowed is decided by
what a hart's accesses reach, not by instructions. Physical addresses have 56 bits on RV64 and 32 on
RV32.
"""

from collections.abc import Iterator
from typing import Any

from gen.isa.state import Control, File, Special
from gen.isa.values import Value, concat, select
from specs.isa.riscv.numbers import NUMBERS

__all__ = ["ENTRIES", "pmp_addresses", "pmp_controls"]

ENTRIES = 16
READ, WRITE, MODE, TOP_OF_RANGE, LOCKED = 0, 1, 0x18, 0x08, 7
_KEPT = 0x9F  # bits 5 and 6 of an entry are always 0


def pmp_addresses(xlen: int) -> File:
    """Return the storage of the address registers."""
    return File("pmp_address", xlen, ENTRIES, doc="addresses of PMP entries, bits 33 or 55 to 2")


def pmp_controls(xlen: int) -> Iterator[Control]:
    """Yield pmpcfg and pmpaddr; RV64 has only the even pmpcfg, of eight entries each."""
    for k in range(0, ENTRIES // 4, xlen // 32):
        yield Control(
            f"pmpcfg{k}", NUMBERS[f"pmpcfg{k}"], legal=_configured, doc="configuration of entries"
        )
    for k in range(ENTRIES):
        yield _address(k, xlen)


def _configured(new: Value, old: Value) -> Value:
    """Return entries after a write: locked ones and those that would be W without R keep."""
    return concat(*(_entry(new, old, 8 * k) for k in reversed(range(new.width // 8))))


def _entry(new: Value, old: Value, low: int) -> Value:
    a, b = new[low + 7 : low], old[low + 7 : low]
    keep = (b[LOCKED] == 1) | ((a[WRITE] == 1) & (a[READ] == 0))
    return select(keep, b, a & _KEPT)


def _address(k: int, xlen: int) -> Control:
    """Return an address register: its entry locks it, and so does a locked range that it starts."""
    bits = (1 << (56 if xlen == 64 else 32) - 2) - 1

    def read(s: Any) -> Value:
        return s.pmp_address[k]

    def write(s: Any, value: Value) -> None:
        locked = _configuration(s, k)[LOCKED] == 1
        if k + 1 < ENTRIES:
            above = _configuration(s, k + 1)
            locked = locked | ((above[LOCKED] == 1) & (above & MODE == TOP_OF_RANGE))
        s.pmp_address.write(k, value & bits, when=locked == 0)

    name = f"pmpaddr{k}"
    return Control(name, NUMBERS[name], special=Special(read, write), doc=f"address of entry {k}")


def _configuration(s: Any, k: int) -> Value:
    """Return the configuration byte of an entry."""
    size = s.xlen // 8
    low = 8 * (k % size)
    return getattr(s, f"pmpcfg{k // size * (size // 4)}")[low + 7 : low]
