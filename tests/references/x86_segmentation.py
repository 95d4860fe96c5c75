"""x86 segment descriptors, from the Intel 64 and IA-32 SDM, volume 3A, 3.4.5 and 5.3.

One 8-byte code or data descriptor in memory, 32-bit offsets.
"""

from __future__ import annotations

from dataclasses import dataclass


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
