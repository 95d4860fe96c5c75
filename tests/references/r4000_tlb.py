"""MIPS R4000-family TLB, from the MIPS R4000 Microprocessor User's Manual, chapter 4, appendix A.

Forty-eight entries, each a pair of pages; 32-bit addressing is left out, 40-bit virtual addresses
and 36-bit physical addresses are used as in 64-bit mode. PageMask selects 4 KiB to 16 MiB.
What the manual leaves undefined is refused (`Undefined`) or answered with "undefined".
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["ENTRIES", "PAGE_MASKS", "Entry", "Tlb", "Undefined"]

ENTRIES = 48
PAGE_MASK = 0x01FF_E000  # bits 24..13
PAGE_MASKS = tuple((0x1000 << 2 * k) * 2 - 0x2000 for k in range(7))  # 4 KiB to 16 MiB
VPN2 = 0xFF_FFFF_E000  # bits 39..13
ENTRY_HI = VPN2 | 0xFF
ENTRY_LO = 0x3FFF_FFFF


class Undefined(Exception):
    """The manual does not say what happens."""


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

    def in_space(self, asid: int) -> bool:
        """Global, or of the same ASID."""
        return self.is_global or self.entry_hi & 0xFF == asid

    def half(self, address: int) -> int:
        """EntryLo of the even or odd page: the bit just below the pair's page number."""
        size = ((self.page_mask | 0x1FFF) + 1) >> 1
        return self.entry_lo[bool(address & size)]

    def physical(self, address: int) -> int:
        """PFN with the offset within the page."""
        size = ((self.page_mask | 0x1FFF) + 1) >> 1
        frame = (self.half(address) >> 6 & 0xFF_FFFF) << 12
        return frame & ~(size - 1) | address & size - 1


@dataclass
class Tlb:
    """The entries and the registers of coprocessor 0 that TLB instructions work on."""

    entries: list[Entry] = field(default_factory=lambda: [Entry() for _ in range(ENTRIES)])
    index: int = 0
    probe_failed: bool = False
    random: int = ENTRIES - 1
    wired: int = 0
    page_mask: int = 0
    entry_hi: int = 0
    entry_lo: list[int] = field(default_factory=lambda: [0, 0])
    _kept: tuple[int | None, list[tuple[int, int, int]]] = (None, [])

    def write_wired(self, value: int) -> None:
        """Writing Wired sets Random to the upper bound (Wired register)."""
        self.wired = value
        self.random = ENTRIES - 1

    def step(self) -> None:
        """Random decrements, from Wired it goes to the upper bound (Random register)."""
        self.random = ENTRIES - 1 if self.random == self.wired else self.random - 1

    def matching(self, address: int) -> list[int]:
        """Return the numbers of the entries that match an address in the current space."""
        tags = self._tags()
        return [i for i, compared, tag in tags if address & compared == tag]

    def _tags(self) -> list[tuple[int, int, int]]:
        """Return number, address bits compared and their value of the current space's entries.

        They change with the entries and EntryHi's ASID only: kept from one address to the next.
        """
        asid = self.entry_hi & 0xFF
        if self._kept[0] != asid:
            compared = [(i, e, VPN2 & ~e.page_mask) for i, e in enumerate(self.entries)]
            here = [(i, c, e.entry_hi & c) for i, e, c in compared if e.in_space(asid)]
            self._kept = (asid, here)
        return self._kept[1]

    def tlbwi(self) -> None:
        """Write the entry at Index."""
        self._store(self.index)

    def tlbwr(self) -> None:
        """Write the entry at Random."""
        self._store(self.random)

    def _store(self, number: int) -> None:
        """TLB[n] := PageMask || (EntryHi and not PageMask) || EntryLo1 || EntryLo0."""
        if number >= ENTRIES:
            raise Undefined(f"entry {number}")
        hi = self.entry_hi & ~self.page_mask
        self._kept = (None, [])
        self.entries[number] = Entry(self.page_mask, hi, (self.entry_lo[0], self.entry_lo[1]))

    def tlbr(self) -> None:
        """Read the entry at Index; the one G of the entry goes to both EntryLo."""
        if self.index >= ENTRIES:
            raise Undefined(f"entry {self.index}")
        entry = self.entries[self.index]
        self.page_mask = entry.page_mask
        self.entry_hi = entry.entry_hi & ~entry.page_mask
        self.entry_lo = [lo & ~1 | entry.is_global for lo in entry.entry_lo]

    def tlbp(self) -> None:
        """Index := the entry that matches EntryHi; none sets P and leaves the number undefined."""
        matching = self.matching(self.entry_hi)
        if len(matching) > 1:
            raise Undefined(f"entries {matching}")
        self.probe_failed = not matching
        self.index = matching[0] if matching else 0

    def check(self, address: int, *, write: bool) -> tuple[str, int]:
        """Return "ok" and the physical address, or an exception's name and 0.

        "refill": no entry matches; "invalid": V is clear; "modified": a write with D clear;
        "undefined": several entries match ("shutdown": several of them with V set).
        """
        matching = [self.entries[i] for i in self.matching(address)]
        if not matching:
            return "refill", 0
        if len(matching) > 1:
            valid = sum(e.half(address) >> 1 & 1 for e in matching)
            return "shutdown" if valid > 1 else "undefined", 0
        lo = matching[0].half(address)
        if not lo & 2:
            return "invalid", 0
        if write and not lo & 4:
            return "modified", 0
        return "ok", matching[0].physical(address)
