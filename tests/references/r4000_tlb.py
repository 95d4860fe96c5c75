"""MIPS R4000-family TLB, from the MIPS R4000 Microprocessor User's Manual, chapter 4.

Forty-eight entries, each a pair of pages; 32-bit addressing is left out, 40-bit virtual addresses
and 36-bit physical addresses are used as in 64-bit mode. PageMask selects 4 KiB to 16 MiB.
"""

from __future__ import annotations

from dataclasses import dataclass

ENTRIES = 48
PAGE_MASK = 0x01FF_E000  # bits 24..13


@dataclass
class Entry:
    """One entry as TLBWI stores it."""

    page_mask: int = 0
    entry_hi: int = 0
    entry_lo: tuple[int, int] = (0, 0)

    @property
    def is_global(self) -> bool:
        """G of an entry is the AND of both EntryLo.G bits."""
        return bool(self.entry_lo[0] & self.entry_lo[1] & 1)

    def matches(self, address: int, asid: int, vpn_mask: int) -> bool:
        """VPN2 outside the page mask equal, and global or the same ASID."""
        compared = vpn_mask & ~self.page_mask & ~0x1FFF
        same_page = address & compared == self.entry_hi & compared
        return same_page and (self.is_global or self.entry_hi & 0xFF == asid)

    def half(self, address: int) -> int:
        """EntryLo of the even or odd page: the bit just below the pair's page number."""
        size = ((self.page_mask | 0x1FFF) + 1) >> 1
        return self.entry_lo[bool(address & size)]

    def physical(self, address: int) -> int:
        """PFN with the offset within the page."""
        size = ((self.page_mask | 0x1FFF) + 1) >> 1
        frame = (self.half(address) >> 6 & 0xFF_FFFF) << 12
        return frame & ~(size - 1) | address & size - 1
