"""Sparse memory: pages of 4 KiB made when they are first written."""

from __future__ import annotations

from typing import Literal

__all__ = ["Memory"]

PAGE = 4096


class Memory:
    """Byte-addressed memory; what was never written reads as 0.

    Parameters
    ----------
    byteorder : order of the bytes of a value: ``"little"`` (default) or ``"big"``
    """

    def __init__(self, byteorder: Literal["little", "big"] = "little") -> None:
        self.byteorder = byteorder
        self._pages: dict[int, bytearray] = {}

    def load(self, address: int, data: bytes) -> None:
        """Write bytes at an address."""
        done = 0
        while done < len(data):
            page, offset = divmod(address + done, PAGE)
            part = data[done : done + PAGE - offset]
            self._page(page)[offset : offset + len(part)] = part
            done += len(part)

    def dump(self, address: int, size: int) -> bytes:
        """Return `size` bytes from an address."""
        out = bytearray()
        while len(out) < size:
            page, offset = divmod(address + len(out), PAGE)
            length = min(size - len(out), PAGE - offset)
            found = self._pages.get(page)
            out += bytes(length) if found is None else found[offset : offset + length]
        return bytes(out)

    def read(self, address: int, size: int) -> int:
        """Return the value of `size` bytes at an address, aligned or not."""
        return int.from_bytes(self.dump(address, size), self.byteorder)

    def write(self, address: int, size: int, value: int) -> None:
        """Write the `size` low bytes of a value at an address, aligned or not."""
        self.load(address, (value & (1 << 8 * size) - 1).to_bytes(size, self.byteorder))

    def _page(self, number: int) -> bytearray:
        return self._pages.setdefault(number, bytearray(PAGE))
