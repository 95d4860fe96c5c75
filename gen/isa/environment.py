"""What a program finds around an instruction set: calls of a kernel, of a debugger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["ERRORS", "Convention", "Environment", "Linux", "Semihosting"]

# Linux, include/uapi/asm-generic/errno-base.h and errno.h: the ones that are answered here
ERRORS = {
    "EPERM": 1,
    "ENOENT": 2,
    "EIO": 5,
    "EBADF": 9,
    "EAGAIN": 11,
    "ENOMEM": 12,
    "EACCES": 13,
    "EFAULT": 14,
    "EEXIST": 17,
    "ENOTDIR": 20,
    "EISDIR": 21,
    "EINVAL": 22,
    "EMFILE": 24,
    "ENOTTY": 25,
    "EFBIG": 27,
    "ENOSPC": 28,
    "ESPIPE": 29,
    "EROFS": 30,
    "ENAMETOOLONG": 36,
    "ENOSYS": 38,
    "ENOTEMPTY": 39,
    "ELOOP": 40,
}


@dataclass(frozen=True)
class Convention:
    """Registers of a call; numbers are of the register file `file`.

    Members
    -------
    number : says which call
    arguments : its arguments, in order
    result : the answer
    stack : the stack pointer
    failed : becomes 1 with a positive error number, else 0; None if an error is a negative answer
    """

    file: str
    number: int
    arguments: tuple[int, ...]
    result: int
    stack: int
    failed: int | None = None


@dataclass(frozen=True)
class Linux:
    """System calls of a Linux process.

    Members
    -------
    traps : names of the traps that are system calls
    length : bytes of the instruction that calls
    calls : name of each call by its number, as in the kernel's manual, section 2
    machine : what ``uname`` says
    stack_top : address above the stack
    stat : `struct` format of ``struct stat``, without byte order: dev, ino, mode, nlink, uid,
        gid, rdev, pad, size, blksize, pad, blocks, then seconds and nanoseconds of three times
    hwcap : ``AT_HWCAP``
    prepare : takes the state: what the kernel has switched on for a process
    """

    traps: frozenset[str]
    convention: Convention
    calls: Mapping[int, str]
    machine: str
    stack_top: int
    stat: str
    length: int = 4
    hwcap: int = 0
    errors: Mapping[str, int] = field(default_factory=lambda: ERRORS)
    prepare: Callable[[Any], None] = lambda state: None


@dataclass(frozen=True)
class Semihosting:
    """Calls of a debugger: an instruction that traps, between two that mark it.

    Members
    -------
    trap : name of the trap
    before, after : instruction words around the trapping one, which has as many bytes
    length : bytes of each of the three
    convention : `number` has the operation, the first argument its parameter
    """

    trap: str
    before: int
    after: int
    length: int
    convention: Convention


@dataclass(frozen=True)
class Environment:
    """The environments that the set's programs are written for.

    Members
    -------
    levels : privilege level in which a program runs, by ``"bare"`` and ``"linux"``: for traces
    """

    linux: Linux | None = None
    semihosting: Semihosting | None = None
    levels: Mapping[str, int] = field(default_factory=dict)
