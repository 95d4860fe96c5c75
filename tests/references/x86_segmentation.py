"""x86 segment descriptors, from the Intel 64 and IA-32 SDM, volume 3A, 3.4.5 and 5.2 to 5.8.

One 8-byte code or data descriptor in memory, 32-bit offsets, one byte accessed, RPL equal to CPL.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TYPES", "Descriptor"]

# Table 3-1 by TYPE without the accessed bit: what may be done, and C (conforming) or E (downward).
TYPES = {
    0: ("data", "r", ""),
    2: ("data", "rw", ""),
    4: ("data", "r", "down"),
    6: ("data", "rw", "down"),
    8: ("code", "x", ""),
    10: ("code", "xr", ""),
    12: ("code", "x", "conforming"),
    14: ("code", "xr", "conforming"),
}


@dataclass(frozen=True)
class Descriptor:
    """The two doublewords of figure 3-8."""

    low: int
    high: int

    @property
    def base(self) -> int:
        """Bytes 2, 3, 4 and 7."""
        return (self.low >> 16) | (self.high & 0xFF) << 16 | (self.high & 0xFF00_0000)

    @property
    def last_offset(self) -> int:
        """The limit scaled: with G set, the low 12 bits of an offset are not checked."""
        raw = (self.low & 0xFFFF) | (self.high & 0x000F_0000)
        return raw << 12 | 0xFFF if self.large else raw

    @property
    def kind(self) -> int:
        """The four bits of TYPE (table 3-1)."""
        return self.high >> 8 & 0xF

    @property
    def is_code_or_data(self) -> bool:
        """S: 0 for system descriptors."""
        return bool(self.high >> 12 & 1)

    @property
    def dpl(self) -> int:
        """Descriptor privilege level."""
        return self.high >> 13 & 3

    @property
    def present(self) -> bool:
        """P."""
        return bool(self.high >> 15 & 1)

    @property
    def long(self) -> bool:
        """L: a 64-bit code segment."""
        return bool(self.high >> 21 & 1)

    @property
    def big(self) -> bool:
        """D/B: 32-bit operation size or upper bound."""
        return bool(self.high >> 22 & 1)

    @property
    def large(self) -> bool:
        """G: the limit counts 4-KiB units."""
        return bool(self.high >> 23 & 1)

    def linear(self, offset: int) -> int:
        """Base plus offset, 32 bits."""
        return (self.base + offset) & 0xFFFF_FFFF

    @property
    def offsets(self) -> range:
        """The valid offsets (5.3): up to the limit; expanding down, those above it."""
        above = self.last_offset + 1
        if TYPES[self.kind & ~1][2] == "down":
            return range(above, 0x1_0000_0000 if self.big else 0x1_0000)
        return range(above)

    def allows(self, what: str, cpl: int) -> bool:
        """Whether one of "r", "w" and "x" is allowed at a privilege level: type and privilege.

        Transfer of control (5.8.1): to a nonconforming segment at CPL = DPL, to a conforming one
        at CPL >= DPL. Data (5.6): DPL >= CPL, and conforming code is readable from any level.
        """
        segment, rights, also = TYPES[self.kind & ~1]
        if what not in rights:
            return False
        if what == "x":
            return cpl >= self.dpl if also == "conforming" else cpl == self.dpl
        return self.dpl >= cpl or (segment == "code" and also == "conforming")

    def check(self, offset: int, wanted: str, cpl: int) -> tuple[str, int]:
        """Return "ok" and the linear address, or the first rule that is broken and 0.

        The rules in this order: "system" descriptor, "absent", "limit", "rights". Loading the
        selector checks some of them and using the segment the others; the order among those that
        are broken together is the unit's choice.
        """
        if not self.is_code_or_data:
            return "system", 0
        if not self.present:
            return "absent", 0
        if offset not in self.offsets:
            return "limit", 0
        if not all(self.allows(what, cpl) for what in wanted):
            return "rights", 0
        return "ok", self.linear(offset)
