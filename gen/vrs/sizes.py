"""The size of a field: bytes as the language has it, bits where people write bits."""

from __future__ import annotations

from gen.vrs.tree import SliceDecl

__all__ = ["field_bits"]


def field_bits(size: int, slices: tuple[SliceDecl, ...] | None) -> int:
    """Return the bits of a field whose size was written as `size`.

    1, 2, 4 and 8 are bytes. 16, 32 and 64 were always taken as bits; 16 is 16 bytes where a slice
    reaches past bit 16, which used to be an error, so that no older specification changes.
    """
    if size == 16 and any(s.high > 16 for s in slices or ()):
        return 128
    return size if size in (16, 32, 64, 128) else size * 8
