"""RISC-V physical memory protection, from the privileged architecture, version 20211203, 3.7.

Sixteen entries of a hart of XLEN 64 (56-bit physical addresses) or 32 (32-bit ones here). Addresses
are of single bytes, so an access never straddles.
"""

from __future__ import annotations

ENTRIES = 16
R, W, X, A, L = 0x01, 0x02, 0x04, 0x18, 0x80
OFF, TOR, NA4, NAPOT = 0, 1, 2, 3


class Pmp:
    """CSRs pmpcfg and pmpaddr0 to pmpaddr15, and the check of one access.

    A pmpcfg CSR holds XLEN / 8 entries: pmpcfg0 and pmpcfg2 on RV64, pmpcfg0 to pmpcfg3 on RV32.
    pmpaddr has as many bits as physical addresses without their lower two.
    """

    def __init__(self, xlen: int = 64) -> None:
        self.xlen = xlen
        self.address_bits = {64: 56, 32: 32}[xlen]
        self.reset()

    def reset(self) -> None:
        """A and L fields zero (3.7.1); the rest zero too."""
        self.cfg = [0] * ENTRIES
        self.addr = [0] * ENTRIES

    # CSRs

    def read_cfg(self, first: int) -> int:
        """XLEN / 8 entries from `first` on, packed little end first."""
        return int.from_bytes(bytes(self.cfg[first : first + self.xlen // 8]), "little")

    def write_cfg(self, first: int, value: int) -> None:
        """Each byte on its own: a locked entry ignores it; reserved R=0 W=1 keeps the old entry."""
        for i, byte in enumerate(value.to_bytes(self.xlen // 8, "little"), start=first):
            if self.cfg[i] & L:
                continue
            if byte & W and not byte & R:
                continue
            self.cfg[i] = byte & (R | W | X | A | L)

    def write_addr(self, i: int, value: int) -> None:
        """Ignored if entry i is locked, or entry i+1 is locked and top-of-range."""
        if self.cfg[i] & L:
            return
        if i + 1 < ENTRIES:
            above = self.cfg[i + 1]
            if above & L and (above & A) >> 3 == TOR:
                return
        self.addr[i] = value & (1 << self.address_bits - 2) - 1

    # Checks

    def _bounds(self, i: int) -> tuple[int, int]:
        """First byte and the byte after the last of entry i."""
        mode = (self.cfg[i] & A) >> 3
        if mode == TOR:
            low = self.addr[i - 1] if i else 0
            return low << 2, self.addr[i] << 2
        if mode == NA4:
            return self.addr[i] << 2, (self.addr[i] << 2) + 4
        if mode == NAPOT:
            ones = 0
            while ones < self.address_bits - 2 and self.addr[i] >> ones & 1:
                ones += 1
            size = 8 << ones
            first = (self.addr[i] << 2) // size * size
            return first, first + size
        return 0, 0

    def check(self, address: int, *, read: bool, write: bool, fetch: bool, machine: bool) -> str:
        """Return ``ok``, ``denied`` by an entry, or ``miss``."""
        for i in range(ENTRIES):
            low, high = self._bounds(i)
            if not low <= address < high:
                continue
            cfg = self.cfg[i]
            if machine and not cfg & L:
                return "ok"
            missing = (read and not cfg & R) or (write and not cfg & W) or (fetch and not cfg & X)
            return "denied" if missing else "ok"
        return "ok" if machine else "miss"
