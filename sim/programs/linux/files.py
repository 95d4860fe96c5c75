"""System calls on files: Linux manual, section 2."""

from __future__ import annotations

import os
import struct

from sim.programs.linux.guest import Guest
from sim.programs.linux.sandbox import HostFile
from sim.programs.linux.table import Failed, Table, int32, signed
from sim.programs.memory import PAGE

__all__ = ["FILES"]

FILES = Table()

_MOST = 1 << 20  # bytes of one read or write; a shorter one is legal
_MOST_PARTS = 1024  # UIO_MAXIOV
_EMPTY_PATH, _REMOVE_FOLDER = 0x1000, 0x200
_GETFD, _SETFD, _GETFL, _SETFL, _DUPFD, _DUPFD_CLOEXEC = 1, 2, 3, 4, 0, 1030


def _path(p: Guest, address: int) -> bytes:
    path = p.memory.text(address)
    if len(path) >= PAGE:
        raise Failed("ENAMETOOLONG")
    return path


@FILES.add()
def read(p: Guest, fd: int, buffer: int, size: int) -> int:
    """Read up to `size` bytes."""
    data = p.files[int32(fd)].read(min(size, _MOST))
    p.memory.write_bytes(buffer, data)
    return len(data)


@FILES.add()
def write(p: Guest, fd: int, buffer: int, size: int) -> int:
    """Write up to `size` bytes."""
    file = p.files[int32(fd)]
    return file.write(p.memory.read_bytes(buffer, min(size, _MOST)))


def _parts(p: Guest, vector: int, count: int) -> list[tuple[int, int]]:
    """Return addresses and sizes of an array of `struct iovec`."""
    if count > _MOST_PARTS:
        raise Failed("EINVAL")
    found = p.unpack(vector, "PP" * count)
    return list(zip(found[::2], found[1::2], strict=True))


@FILES.add()
def readv(p: Guest, fd: int, vector: int, count: int) -> int:
    """Read into several buffers."""
    done = 0
    for buffer, size in _parts(p, vector, count):
        found = read(p, fd, buffer, size) if size else 0
        done += found
        if found < size:
            break
    return done


@FILES.add()
def writev(p: Guest, fd: int, vector: int, count: int) -> int:
    """Write from several buffers."""
    done = 0
    for buffer, size in _parts(p, vector, count):
        found = write(p, fd, buffer, size) if size else 0
        done += found
        if found < size:
            break
    return done


def _host(p: Guest, fd: int) -> HostFile:
    file = p.files[int32(fd)]
    if not isinstance(file, HostFile):
        raise Failed("ESPIPE")
    return file


@FILES.add()
def pread64(p: Guest, fd: int, buffer: int, size: int, offset: int) -> int:
    """Read at an offset."""
    data = os.pread(_host(p, fd).fd, min(size, _MOST), offset)
    p.memory.write_bytes(buffer, data)
    return len(data)


@FILES.add()
def pwrite64(p: Guest, fd: int, buffer: int, size: int, offset: int) -> int:
    """Write at an offset."""
    return os.pwrite(_host(p, fd).fd, p.memory.read_bytes(buffer, min(size, _MOST)), offset)


@FILES.add()
def openat(p: Guest, folder: int, path: int, flags: int, mode: int) -> int:
    """Open a file in the folder given."""
    start = p.files.at(int32(folder))
    return p.files.add(p.files.folder.open(_path(p, path), start, flags, mode))


@FILES.add()
def close(p: Guest, fd: int) -> int:
    """Close a descriptor."""
    p.files.close(int32(fd))
    return 0


@FILES.add()
def lseek(p: Guest, fd: int, offset: int, whence: int, result: int, last: int) -> int:
    """Move the position; 32-bit sets pass two halves of the offset and where to store it."""
    if p.width == 64:
        return p.files[int32(fd)].seek(signed(offset, 64), int32(whence))
    high, low, where = offset, whence, result
    position = p.files[int32(fd)].seek(signed(high << 32 | low, 64), int32(last))
    p.pack(where, "q", position)
    return 0


@FILES.add()
def ftruncate(p: Guest, fd: int, size: int) -> int:
    """Cut a file, or extend it."""
    os.ftruncate(_host(p, fd).fd, size)
    return 0


@FILES.add()
def fstat(p: Guest, fd: int, buffer: int) -> int:
    """Tell about an open file."""
    return _tell(p, p.files[int32(fd)].status(), buffer)


def _status(p: Guest, folder: int, path: int, flags: int) -> os.stat_result:
    name = _path(p, path) if path else b""
    if not name and flags & _EMPTY_PATH:
        return p.files[int32(folder)].status()
    return p.files.folder.status(name, p.files.at(int32(folder)))


@FILES.add()
def newfstatat(p: Guest, folder: int, path: int, buffer: int, flags: int) -> int:
    """Tell about a path."""
    return _tell(p, _status(p, folder, path, flags), buffer)


def _tell(p: Guest, s: os.stat_result, buffer: int) -> int:
    times = [t for x in _times(s) for t in x]
    head = (s.st_dev, s.st_ino, s.st_mode, s.st_nlink, 0, 0, 0, 0, s.st_size, PAGE, 0)
    p.pack(buffer, p.linux.stat, *head, (s.st_size + 511) // 512, *times, 0, 0)
    return 0


def _times(s: os.stat_result) -> list[tuple[int, int]]:
    """Return seconds and nanoseconds of access, change of contents, change of status."""
    return [divmod(int(t * 10**9), 10**9) for t in (s.st_atime, s.st_mtime, s.st_ctime)]


_BASIC = 0x7FF  # STATX_BASIC_STATS


@FILES.add()
def statx(p: Guest, folder: int, path: int, flags: int, mask: int, buffer: int) -> int:
    """Tell about a path, in the structure that all sets share."""
    s = _status(p, folder, path, flags)
    access, change, status = _times(s)
    data = struct.pack(
        p.order + "IIQIIIHHQQQQ",
        *(_BASIC, PAGE, 0, s.st_nlink, 0, 0, s.st_mode, 0),
        *(s.st_ino, s.st_size, (s.st_size + 511) // 512, 0),
    )
    for seconds, rest in (access, (0, 0), status, change):
        data += struct.pack(p.order + "qIi", seconds, rest, 0)
    p.memory.write_bytes(buffer, data.ljust(256, b"\0"))
    return 0


@FILES.add("faccessat", "faccessat2")
def faccessat(p: Guest, folder: int, path: int, mode: int) -> int:
    """Say whether a path is there."""
    _status(p, folder, path, 0)
    return 0


@FILES.add()
def readlinkat(p: Guest, folder: int, path: int, buffer: int, size: int) -> int:
    """Fail: symbolic links are not followed, and not read."""
    _status(p, folder, path, 0)
    raise Failed("EINVAL")


@FILES.add()
def mkdirat(p: Guest, folder: int, path: int, mode: int) -> int:
    """Make a folder."""
    with p.files.folder.parent(_path(p, path), p.files.at(int32(folder))) as (at, name):
        os.mkdir(name, mode & 0o777, dir_fd=at)
    return 0


@FILES.add()
def unlinkat(p: Guest, folder: int, path: int, flags: int) -> int:
    """Remove a file or an empty folder."""
    with p.files.folder.parent(_path(p, path), p.files.at(int32(folder))) as (at, name):
        (os.rmdir if flags & _REMOVE_FOLDER else os.unlink)(name, dir_fd=at)
    return 0


@FILES.add()
def ioctl(p: Guest, fd: int) -> int:
    """Fail: nothing is a terminal."""
    p.files[int32(fd)]
    raise Failed("ENOTTY")


@FILES.add()
def getcwd(p: Guest, buffer: int, size: int) -> int:
    """Return the current folder, which is the one given."""
    if size < 2:
        raise Failed("EINVAL")
    p.memory.write_bytes(buffer, b"/\0")
    return 2


@FILES.add()
def dup(p: Guest, fd: int) -> int:
    """Return another descriptor of a file."""
    return p.files.add(p.files[int32(fd)])


@FILES.add()
def dup3(p: Guest, old: int, new: int, flags: int) -> int:
    """Make a descriptor stand for another one's file."""
    if int32(old) == int32(new):
        raise Failed("EINVAL")
    return p.files.put(int32(new), p.files[int32(old)])


@FILES.add()
def fcntl(p: Guest, fd: int, command: int, argument: int) -> int:
    """Duplicate a descriptor; its flags are 2 (both ways) and do not change."""
    file = p.files[int32(fd)]
    if command in (_DUPFD, _DUPFD_CLOEXEC):
        return p.files.add(file, min(argument, PAGE))
    if command == _GETFL:
        return 2
    if command in (_GETFD, _SETFD, _SETFL):
        return 0
    raise Failed("EINVAL")
