"""System calls on the address space: Linux manual, section 2."""

from __future__ import annotations

import os

from sim.programs.linux.guest import Guest
from sim.programs.linux.sandbox import HostFile
from sim.programs.linux.table import Failed, Table, int32
from sim.programs.memory import EXECUTE, PAGE, READ, WRITE

__all__ = ["SPACE"]

SPACE = Table()

# include/uapi/asm-generic/mman-common.h
_SHARED, _FIXED, _ANONYMOUS, _NOREPLACE = 1, 0x10, 0x20, 0x10_0000
_RIGHTS = {1: READ, 2: READ | WRITE, 4: READ | EXECUTE}


def _permission(protection: int) -> int:
    """Return the permission for ``PROT_`` flags; what is written or executed is readable too."""
    found = 0
    for flag, right in _RIGHTS.items():
        found |= right if protection & flag else 0
    return found


def _up(size: int) -> int:
    return size + PAGE - 1 & -PAGE


@SPACE.add()
def brk(p: Guest, end: int) -> int:
    """Move the end of the data; return where it is."""
    if p.heap_start <= end <= p.heap_most:
        old, new = _up(p.heap_end), _up(end)
        if new > old:
            if p.memory.mapped(old, new - old):
                return p.heap_end
            p.memory.map(old, new - old, READ | WRITE)
        elif new < old:
            p.memory.unmap(new, old - new)
        p.heap_end = end
    return p.heap_end


@SPACE.add()
def mmap(p: Guest, start: int, size: int, prot: int, flags: int, fd: int, offset: int) -> int:
    """Map zeros, or the bytes that a file has now."""
    if not size or (start % PAGE and flags & _FIXED):
        raise Failed("EINVAL")
    data = b"" if flags & _ANONYMOUS else _contents(p, fd, size, offset, flags)
    place = _place(p, start, _up(size), flags)
    p.memory.unmap(place, _up(size))
    p.memory.map(place, _up(size), _permission(prot))
    if data:
        p.memory.load(place, data)
    return place


def _contents(p: Guest, fd: int, size: int, offset: int, flags: int) -> bytes:
    """Return a file's bytes; shared ones, which writes would change, are not to be had."""
    file = p.files[int32(fd)]
    if not isinstance(file, HostFile) or (flags & _SHARED and not flags & 2):
        raise Failed("EACCES")
    if p.width == 32:
        offset *= PAGE  # the call is mmap2 there
    return os.pread(file.fd, min(size, max(0, file.status().st_size - offset)), offset)


def _place(p: Guest, start: int, size: int, flags: int) -> int:
    """Return where to map."""
    inside = start >= PAGE and start + size <= p.linux.stack_top
    if flags & (_FIXED | _NOREPLACE):
        if not inside:
            raise Failed("ENOMEM")
        if flags & _NOREPLACE and p.memory.mapped(start, size):
            raise Failed("EEXIST")
        return start
    wanted = start & -PAGE
    if inside and wanted and not p.memory.mapped(wanted, size):
        return wanted
    found = p.memory.gap(size, p.map_top)
    if found is None or found < p.heap_end:
        raise Failed("ENOMEM")
    return found


@SPACE.add()
def munmap(p: Guest, start: int, size: int) -> int:
    """Take a mapping away."""
    if start % PAGE or not size or start + size > p.linux.stack_top:
        raise Failed("EINVAL")
    p.memory.unmap(start, size)
    return 0


@SPACE.add()
def mprotect(p: Guest, start: int, size: int, prot: int) -> int:
    """Change what is allowed in mapped pages."""
    if start % PAGE:
        raise Failed("EINVAL")
    end = start + _up(size)
    if end > p.linux.stack_top or not p.memory.covered(start, end - start):
        raise Failed("ENOMEM")
    if end > start:
        p.memory.map(start, end - start, _permission(prot))
    return 0


@SPACE.add()
def madvise(p: Guest, start: int, size: int, advice: int) -> int:
    """Zero what is no longer needed; take any other advice."""
    if advice == 4 and start % PAGE == 0:  # MADV_DONTNEED
        p.memory.clear(start, size)
    return 0
