"""Armv8-M memory protection unit, from the Armv8-M Architecture Reference Manual (DDI 0553).

Section B8 (the MPU and its checks) and D1.2.170 to D1.2.176 (MPU_TYPE, MPU_CTRL, MPU_RNR, MPU_RBAR,
MPU_RLAR, MPU_MAIR). Eight regions, 32-byte granules, an address in two regions is a fault.
"""

from __future__ import annotations

from dataclasses import dataclass

REGIONS = 8


@dataclass
class Region:
    """RBAR and RLAR of one region."""

    rbar: int = 0
    rlar: int = 0

    def covers(self, address: int) -> bool:
        """RLAR.EN, and RBAR.BASE:00000 <= address <= RLAR.LIMIT:11111."""
        if self.rlar % 2 == 0:
            return False
        first = self.rbar - self.rbar % 32
        last = self.rlar - self.rlar % 32 + 31
        return first <= address <= last

    def allows(self, *, write: bool, fetch: bool, privileged: bool) -> bool:
        """Table of RBAR.AP, then RBAR.XN and RLAR.PXN for instruction fetches."""
        read_only = bool(self.rbar & 0b100)
        anybody = bool(self.rbar & 0b010)
        if not privileged and not anybody:
            return False
        if write and read_only:
            return False
        if fetch and self.rbar & 1:
            return False
        return not (fetch and privileged and self.rlar & 0b10000)


class Mpu:
    """The registers from 0xE000ED90 on, and the check of one access."""

    TYPE, CTRL, RNR, RBAR, RLAR = 0x00, 0x04, 0x08, 0x0C, 0x10
    MAIR0, MAIR1 = 0x30, 0x34

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """All registers zero."""
        self.ctrl = 0
        self.rnr = 0
        self.mair = [0, 0]
        self.regions = [Region() for _ in range(REGIONS)]

    def _selected(self, offset: int) -> Region | None:
        """Region that RBAR/RLAR (n = 0) or an alias RBAR_An/RLAR_An addresses."""
        n = (offset - self.RBAR) // 8
        number = self.rnr if n == 0 else (self.rnr & 0xFC) + n
        return self.regions[number] if number < REGIONS else None

    def check(self, address: int, *, write: bool, fetch: bool, privileged: bool) -> tuple[str, int]:
        """Return what happens and the physical address, which is the address itself."""
        if not self.ctrl & 1:
            return "ok", address
        hits = [r for r in self.regions if r.covers(address)]
        if len(hits) > 1:
            return "overlap", 0
        if not hits:
            background = bool(self.ctrl & 0b100) and privileged
            return ("ok", address) if background else ("miss", 0)
        if hits[0].allows(write=write, fetch=fetch, privileged=privileged):
            return "ok", address
        return "permission", 0
