"""Files of a process: standard streams, and one folder of the host. Nothing else is reached."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from sim.programs.linux.table import Failed

__all__ = ["Folder", "HostFile", "OpenFile", "Stream", "Table"]

AT_FDCWD = -100
_MOST_OPEN = 256

# include/uapi/asm-generic/fcntl.h
_ACCESS = {0: os.O_RDONLY, 1: os.O_WRONLY, 2: os.O_RDWR}
_FLAGS = {
    0o100: os.O_CREAT,
    0o200: os.O_EXCL,
    0o1000: os.O_TRUNC,
    0o2000: os.O_APPEND,
    0o200000: os.O_DIRECTORY,
}
_ALWAYS = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY
_PIPE = stat.S_IFIFO | 0o600


class OpenFile(Protocol):
    """What a file descriptor stands for."""

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, none at the end."""

    def write(self, data: bytes) -> int:
        """Write bytes; return how many."""

    def seek(self, offset: int, whence: int) -> int:
        """Return the new position."""

    def status(self) -> os.stat_result:
        """Return what `fstat` tells."""

    def close(self) -> None:
        """Give it back."""


@dataclass
class Stream:
    """A standard stream: it looks like a pipe."""

    stream: BinaryIO

    def read(self, size: int) -> bytes:
        """Return what is there, at most `size` bytes."""
        one = getattr(self.stream, "read1", self.stream.read)
        found: bytes = one(size)
        return found

    def write(self, data: bytes) -> int:
        """Write and flush."""
        self.stream.write(data)
        self.stream.flush()
        return len(data)

    def seek(self, offset: int, whence: int) -> int:
        """Fail: a pipe has no position."""
        raise Failed("ESPIPE")

    def status(self) -> os.stat_result:
        """Return the status of a pipe."""
        return os.stat_result((_PIPE, 1, 0, 1, 0, 0, 0, 0, 0, 0))

    def close(self) -> None:
        """Leave the stream open: it is not the program's."""


@dataclass
class HostFile:
    """A file or a folder in the folder given."""

    fd: int

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes."""
        return os.read(self.fd, size)

    def write(self, data: bytes) -> int:
        """Write bytes; return how many."""
        return os.write(self.fd, data)

    def seek(self, offset: int, whence: int) -> int:
        """Return the new position."""
        if whence not in (os.SEEK_SET, os.SEEK_CUR, os.SEEK_END):
            raise Failed("EINVAL")
        return os.lseek(self.fd, offset, whence)

    def status(self) -> os.stat_result:
        """Return what `fstat` tells."""
        return os.fstat(self.fd)

    def close(self) -> None:
        """Close it."""
        os.close(self.fd)


class Folder:
    """The folder that a program sees as ``/``; without one, no path exists.

    A path is walked name by name from an open folder, so that neither ``..`` nor a symbolic link
    leads out, not even one that is made meanwhile.
    """

    def __init__(self, root: Path | None) -> None:
        self._root = root

    @contextmanager
    def parent(self, path: bytes, start: HostFile | None) -> Iterator[tuple[int, bytes]]:
        """Give an open folder and the last name of a path in it, ``b"."`` for the folder itself.

        Raises
        ------
        Failed : EACCES for ``..``, ENOENT without a folder
        OSError : a name is no folder, or is a symbolic link
        """
        names = [n for n in path.split(b"/") if n not in (b"", b".")]
        if b".." in names:
            raise Failed("EACCES")
        if not path or self._root is None:
            raise Failed("ENOENT")
        relative = start is not None and not path.startswith(b"/")
        flags = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
        at = os.dup(start.fd) if start and relative else os.open(self._root, flags)
        try:
            for n in names[:-1]:
                below = os.open(n, flags | os.O_NOFOLLOW, dir_fd=at)
                os.close(at)
                at = below
            yield at, names[-1] if names else b"."
        finally:
            os.close(at)

    def open(self, path: bytes, start: HostFile | None, flags: int, mode: int) -> HostFile:
        """Return an open file or folder; what is neither is refused."""
        host = _ACCESS.get(flags & 3, os.O_RDONLY) | _ALWAYS | os.O_NONBLOCK
        host |= sum(ours for theirs, ours in _FLAGS.items() if flags & theirs)
        host |= os.O_DIRECTORY if path.endswith(b"/") else 0
        with self.parent(path, start) as (folder, name):
            fd = os.open(name, host, mode & 0o777, dir_fd=folder)
        kind = os.fstat(fd).st_mode
        if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
            os.close(fd)
            raise Failed("EACCES")
        return HostFile(fd)

    def status(self, path: bytes, start: HostFile | None) -> os.stat_result:
        """Return the status of a path; of a symbolic link, its own."""
        with self.parent(path, start) as (folder, name):
            return os.stat(name, dir_fd=folder, follow_symlinks=False)


class Table:
    """File descriptors."""

    def __init__(self, folder: Folder, streams: tuple[BinaryIO, BinaryIO, BinaryIO]) -> None:
        self.folder = folder
        self._open: dict[int, OpenFile] = {n: Stream(s) for n, s in enumerate(streams)}

    def __getitem__(self, fd: int) -> OpenFile:
        """Return an open file; raises EBADF."""
        if fd not in self._open:
            raise Failed("EBADF")
        return self._open[fd]

    def at(self, fd: int) -> HostFile | None:
        """Return the folder that a path begins at; None for the current one."""
        if fd == AT_FDCWD:
            return None
        found = self[fd]
        if not isinstance(found, HostFile):
            raise Failed("ENOTDIR")
        return found

    def add(self, file: OpenFile, least: int = 0) -> int:
        """Return the lowest free descriptor, which stands for the file now."""
        fd = next(n for n in range(least, least + _MOST_OPEN + 1) if n not in self._open)
        if fd >= _MOST_OPEN:
            if file not in self._open.values():
                file.close()
            raise Failed("EMFILE")
        self._open[fd] = file
        return fd

    def put(self, fd: int, file: OpenFile) -> int:
        """Make a given descriptor stand for a file."""
        if not 0 <= fd < _MOST_OPEN:
            raise Failed("EBADF")
        if fd in self._open:
            self.close(fd)
        self._open[fd] = file
        return fd

    def close(self, fd: int) -> None:
        """Close a descriptor, and the file with its last one."""
        file = self[fd]
        del self._open[fd]
        if not any(f is file for f in self._open.values()):
            file.close()

    def close_all(self) -> None:
        """Close every descriptor."""
        for fd in list(self._open):
            self.close(fd)
