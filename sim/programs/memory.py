"""Memory of a running program: sparse pages with permissions, code that may be rewritten."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gen.isa import MemoryFault

__all__ = ["EXECUTE", "PAGE", "READ", "WRITE", "Page", "PagedMemory", "Region"]

PAGE = 4096
_SHIFT, _OFFSET = 12, PAGE - 1
READ, WRITE, EXECUTE = 4, 2, 1

_UNPACK = {n: struct.Struct("<" + c).unpack_from for n, c in zip((1, 2, 4, 8), "BHIQ", strict=True)}
_PACK = {n: struct.Struct("<" + c).pack_into for n, c in zip((1, 2, 4, 8), "BHIQ", strict=True)}


@dataclass(frozen=True)
class Region:
    """Addresses ``start .. end - 1``, multiples of a page, with one permission."""

    start: int
    end: int
    permission: int


@dataclass(frozen=True)
class Page:
    """The bytes of a page, and which accesses need no further look."""

    data: bytearray
    read: bool
    write: bool
    fetch: bool


class PagedMemory:
    """What a hart reads, writes and fetches from. A page takes space once it is touched.

    Two tables have the pages that reads and writes need no further look at; every other access goes
    the slow way, which raises `MemoryFault` or finds the page. A page with decoded instructions
    or with a watched address is never in the table for writes.

    Parameters
    ----------
    width : bits of an address
    limit : bytes that pages may take

    Members
    -------
    regions : what is mapped, by address
    code_written : called with address and size when bytes change that were fetched
    watched_written : called with address and size after a write to watched addresses
    page_lost : called when a page can no longer be reached as `page` said
    """

    def __init__(self, width: int = 64, limit: int = 1 << 30) -> None:
        self.width = width
        self.limit = limit
        self.regions: list[Region] = []
        self.code_written: Callable[[int, int], None] = lambda address, size: None
        self.watched_written: Callable[[int, int], None] = lambda address, size: None
        self.page_lost: Callable[[], None] = lambda: None
        self._pages: dict[int, bytearray] = {}
        self._fetched: dict[int, bytearray] = {}  # a flag for each byte
        self._watched: list[tuple[int, int]] = []
        self._readable: dict[int, bytearray] = {}
        self._writable: dict[int, bytearray] = {}

    # What a hart calls

    def read(self, address: int, size: int) -> int:
        """Return `size` bytes, little endian."""
        try:
            value: int = _UNPACK[size](self._readable[address >> _SHIFT], address & _OFFSET)[0]
        except (KeyError, struct.error):
            return int.from_bytes(self._get(address, size, READ), "little")
        return value

    def write(self, address: int, size: int, value: int) -> None:
        """Write `size` bytes, little endian."""
        try:
            _PACK[size](self._writable[address >> _SHIFT], address & _OFFSET, value)
        except (KeyError, struct.error):
            self.write_bytes(address, value.to_bytes(size, "little"))

    def fetch(self, address: int, size: int) -> int:
        """Return `size` bytes of an instruction; writes to them are told from then on."""
        code = self._get(address, size, EXECUTE)
        for page, low, high in self._parts(address, size):
            self._slow(page)
            flags = self._fetched.setdefault(page, bytearray(PAGE))
            flags[low:high] = b"\1" * (high - low)
        return int.from_bytes(code, "little")

    # What the environment calls; pointers that a program gives are checked

    def read_bytes(self, address: int, size: int) -> bytes:
        """Return bytes that the program may read; raises `MemoryFault`."""
        return self._get(address, size, READ)

    def write_bytes(self, address: int, data: bytes) -> None:
        """Write bytes where the program may write; raises `MemoryFault`, and then wrote nothing."""
        self._check(address, len(data), WRITE)
        self._put(address, data)
        self._tell(address, len(data))

    def text(self, address: int, most: int = PAGE) -> bytes:
        """Return bytes up to a zero, without it; raises `MemoryFault`."""
        found = bytearray()
        while len(found) < most:
            step = min(PAGE - (address + len(found) & _OFFSET), most - len(found))
            part = self.read_bytes(address + len(found), step)
            if 0 in part:
                return bytes(found + part[: part.index(0)])
            found += part
        return bytes(found)

    def load(self, address: int, data: bytes) -> None:
        """Write bytes whatever the permission; they must be mapped."""
        self._check(address, len(data), 0)
        self._put(address, data)
        self._tell(address, len(data))

    def dump(self, address: int, size: int) -> bytes:
        """Return bytes whatever the permission; what is not mapped reads as 0."""
        found = bytearray()
        for page, low, high in self._parts(address, size):
            found += self._pages.get(page, bytes(PAGE))[low:high]
        return bytes(found)

    # Mapping

    def map(self, start: int, size: int, permission: int) -> None:
        """Map the pages of a range, new ones with zeros; mapped ones keep their bytes."""
        self._change(start, size, permission)

    def allow(self, start: int, size: int, permission: int) -> None:
        """Map a range and keep what its pages allow already: segments may share one."""
        first, end = _whole(start, size)
        shared = [r for r in self.regions if r.start < end and first < r.end]
        self._change(start, size, permission)
        for r in shared:
            low, high = max(first, r.start), min(end, r.end)
            self._change(low, high - low, permission | r.permission)

    def unmap(self, start: int, size: int) -> None:
        """Forget the pages of a range."""
        self._change(start, size, None)
        self.clear(start, size)

    def clear(self, start: int, size: int) -> None:
        """Make the pages of a range zeros again, whatever the permission."""
        first, end = _whole(start, size)
        self.page_lost()
        for page in _within(self._pages, first >> _SHIFT, end >> _SHIFT):
            for table in (self._pages, self._readable, self._writable):
                table.pop(page, None)
            if self._fetched.pop(page, None):
                self.code_written(page << _SHIFT, PAGE)

    def mapped(self, start: int, size: int) -> bool:
        """Return whether something of a range is mapped."""
        first, end = _whole(start, size)
        return any(r.start < end and first < r.end for r in self.regions)

    def covered(self, start: int, size: int) -> bool:
        """Return whether all of a range is mapped."""
        at, end = start, start + size
        for r in self.regions:
            if r.start <= at < r.end:
                at = r.end
        return at >= end

    def permission(self, address: int) -> int | None:
        """Return the permission at an address; None if nothing is mapped there."""
        at = bisect_right(self.regions, address, key=lambda r: r.start) - 1
        if at >= 0 and address < self.regions[at].end:
            return self.regions[at].permission
        return None

    def gap(self, size: int, below: int) -> int | None:
        """Return the highest address under `below` with `size` bytes of nothing mapped."""
        _, size = _whole(0, size)
        end = below
        for r in reversed(self.regions):
            if r.end <= end - size:
                break
            if r.start < end:
                end = r.start
        return end - size if end - size >= PAGE else None

    def watch(self, address: int, size: int) -> None:
        """Call `watched_written` after each write to a range."""
        self._watched.append((address, size))
        for page, _, _ in self._parts(address, size):
            self._slow(page)

    def told(self, address: int, size: int) -> bool:
        """Return whether a write will be told of: of code, or of what is watched."""
        if address >> _SHIFT in self._writable and (address & _OFFSET) + size <= PAGE:
            return False
        parts = self._parts(address, size)
        code = any(p in self._fetched and any(self._fetched[p][a:b]) for p, a, b in parts)
        return code or self._watches(address, size)

    def _watches(self, address: int, size: int) -> bool:
        return any(a < address + size and address < a + n for a, n in self._watched)

    def page(self, number: int) -> Page | None:
        """Return a page and how it may be reached without a further look; None for not at all."""
        data = self._pages.get(number)
        if data is None:
            return None
        return Page(
            data, number in self._readable, number in self._writable, number in self._fetched
        )

    def unwatch(self, address: int, size: int) -> None:
        """Take back one `watch`."""
        self._watched.remove((address, size))

    def _change(self, start: int, size: int, permission: int | None) -> None:
        first, end = _whole(start, size)
        kept = []
        for r in self.regions:
            if r.end <= first or end <= r.start:
                kept.append(r)
                continue
            if r.start < first:
                kept.append(Region(r.start, first, r.permission))
            if end < r.end:
                kept.append(Region(end, r.end, r.permission))
        if permission is not None:
            kept.append(Region(first, end, permission))
        self.regions = sorted(kept, key=lambda r: r.start)
        self.page_lost()
        pages = first >> _SHIFT, end >> _SHIFT
        for table in (self._readable, self._writable):
            for page in _within(table, *pages):
                del table[page]
        for page in _within(self._fetched, *pages):
            del self._fetched[page]
            self.code_written(page << _SHIFT, PAGE)

    # The slow way

    def _get(self, address: int, size: int, need: int) -> bytes:
        self._check(address, size, need)
        found = bytearray()
        for number, low, high in self._parts(address, size):
            page = self._page(number)
            found += page[low:high]
            if need == READ:
                self._readable[number] = page
        return bytes(found)

    def _check(self, address: int, size: int, need: int) -> None:
        """Raise `MemoryFault` at the first byte that does not allow an access."""
        at = address
        while at < address + size:
            permission = self.permission(at)
            if permission is None or permission & need != need or at >> self.width:
                raise MemoryFault(at)
            at = (at | _OFFSET) + 1
        new = sum(p not in self._pages for p, _, _ in self._parts(address, size))
        if new and (len(self._pages) + new) * PAGE > self.limit:
            raise MemoryFault(address)

    def _put(self, address: int, data: bytes) -> None:
        done = 0
        for page, low, high in self._parts(address, len(data)):
            self._page(page)[low:high] = data[done : done + high - low]
            done += high - low
            if self._quick(page):
                self._writable[page] = self._pages[page]

    def _quick(self, page: int) -> bool:
        """Return whether writes to a page need no further look."""
        if page in self._fetched or not (self.permission(page << _SHIFT) or 0) & WRITE:
            return False
        start, end = page << _SHIFT, page + 1 << _SHIFT
        return not any(a < end and start < a + n for a, n in self._watched)

    def _tell(self, address: int, size: int) -> None:
        for page, low, high in self._parts(address, size):
            if page in self._fetched and any(self._fetched[page][low:high]):
                self._fetched[page][low:high] = bytes(high - low)
                self.code_written((page << _SHIFT) + low, high - low)
        if self._watches(address, size):
            self.watched_written(address, size)

    def _slow(self, page: int) -> None:
        """From now on look at each write to a page."""
        if self._writable.pop(page, None) is not None:
            self.page_lost()

    def _page(self, number: int) -> bytearray:
        found = self._pages.get(number)
        if found is None:
            found = self._pages[number] = bytearray(PAGE)
        return found

    def _parts(self, address: int, size: int) -> Iterator[tuple[int, int, int]]:
        """Yield page, first offset and offset behind the last for each page of a range."""
        end = address + size
        while address < end:
            low = address & _OFFSET
            high = min(PAGE, low + end - address)
            yield address >> _SHIFT, low, high
            address += high - low


def _whole(start: int, size: int) -> tuple[int, int]:
    """Return the range of whole pages around a range."""
    return start & ~_OFFSET, start + size + _OFFSET & ~_OFFSET


def _within(table: dict[int, bytearray], first: int, end: int) -> list[int]:
    """Return the pages of a table in a range, which may be far larger than the table."""
    if end - first < len(table):
        return [p for p in range(first, end) if p in table]
    return [p for p in table if first <= p < end]
