"""A Linux process: what `execve` prepares, and its system calls."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from gen.isa import Hart, MemoryFault, Trap
from gen.isa.environment import Linux
from sim.programs.elf import Executable
from sim.programs.linux.files import FILES
from sim.programs.linux.guest import Guest
from sim.programs.linux.other import OTHER, PROCESS_ID
from sim.programs.linux.sandbox import Folder, Table
from sim.programs.linux.space import SPACE
from sim.programs.linux.table import Failed
from sim.programs.memory import PAGE, READ, WRITE, PagedMemory

__all__ = ["Process"]

_CALLS = {**FILES, **SPACE, **OTHER}

# include/uapi/linux/auxvec.h
_PHDR, _PHENT, _PHNUM, _PAGESZ, _BASE, _FLAGS, _ENTRY = 3, 4, 5, 6, 7, 8, 9
_UID, _EUID, _GID, _EGID, _PLATFORM, _HWCAP, _CLKTCK = 11, 12, 13, 14, 15, 16, 17
_SECURE, _RANDOM, _EXECFN = 23, 25, 31


class Process(Guest):
    """One process with one thread.

    Members
    -------
    hart : its registers
    """

    name = "linux"

    def __init__(
        self,
        hart: Hart,
        memory: PagedMemory,
        linux: Linux,
        *,
        files: Path | None,
        streams: tuple[BinaryIO, BinaryIO, BinaryIO],
        notes: Callable[[str], None],
    ) -> None:
        super().__init__(hart.isa, memory, linux, Table(Folder(files), streams), notes)
        self.hart = hart
        self._absent: set[int] = set()

    # What `execve` does

    def start(self, program: Executable, arguments: Sequence[str], env: Mapping[str, str]) -> None:
        """Put a program into memory with its stack and heap, and let it begin."""
        for s in program.segments:
            self.memory.allow(s.address, s.size, s.permission)
        for s in program.segments:
            self.memory.load(s.address, s.data)
        self.heap_start = self.heap_end = max(s.end for s in program.segments) + PAGE - 1 & -PAGE
        self.memory.map(self.linux.stack_top - self.stack_size, self.stack_size, READ | WRITE)
        pointer = self._stack(program, [program.path, *arguments], env)
        self._file[self.linux.convention.stack] = pointer
        self.linux.prepare(self.hart)
        self.hart.jump(program.entry)

    def _stack(self, program: Executable, words: Sequence[str], env: Mapping[str, str]) -> int:
        """Write arguments, environment and auxiliary vector; return the stack pointer."""
        self._low = self.linux.stack_top
        extra = [self._push(self.random.randbytes(16)), self._text(self.linux.machine)]
        strings = [self._text(w) for w in words]
        settings = [self._text(f"{k}={v}") for k, v in env.items()]
        vector = [len(strings), *strings, 0, *settings, 0]
        for pair in self._auxiliary(program, extra[0], extra[1], strings[0]):
            vector += pair
        size = len(vector) * self.width // 8
        self._low = self._low - size & -16
        self.pack(self._low, "P" * len(vector), *vector)
        return self._low

    def _push(self, data: bytes) -> int:
        self._low -= len(data)
        self.memory.write_bytes(self._low, data)
        return self._low

    def _text(self, text: str) -> int:
        return self._push(text.encode(errors="surrogateescape") + b"\0")

    def _auxiliary(
        self, program: Executable, noise: int, platform: int, name: int
    ) -> list[tuple[int, int]]:
        found = {
            _PHDR: program.headers,
            _PHENT: program.header_size,
            _PHNUM: program.header_count,
            _PAGESZ: PAGE,
            _BASE: 0,
            _FLAGS: 0,
            _ENTRY: program.entry,
            **dict.fromkeys((_UID, _EUID, _GID, _EGID), PROCESS_ID),
            _PLATFORM: platform,
            _HWCAP: self.linux.hwcap,
            _CLKTCK: 100,
            _SECURE: 0,
            _RANDOM: noise,
            _EXECFN: name,
        }
        return [*found.items(), (0, 0)]

    # System calls

    def handle(self, trap: Trap) -> bool:
        """Answer a system call; return whether the trap was one."""
        if trap.cause not in self.linux.traps:
            return False
        convention = self.linux.convention
        registers = self._file
        number = int(registers[convention.number])
        answer = self._call(number, [int(registers[i]) for i in convention.arguments])
        failed = answer < 0
        if convention.failed is not None:
            registers[convention.failed] = int(failed)
            answer = abs(answer)
        registers[convention.result] = answer & registers.kind.mask
        self.hart.skip(self.linux.length)
        return True

    def poll(self) -> None:
        """Do nothing: a process tells what it wants by traps."""

    @property
    def _file(self) -> Any:
        return getattr(self.hart, self.linux.convention.file)

    def _call(self, number: int, arguments: list[int]) -> int:
        """Return the answer of a call, or its error number, negative."""
        name = self.linux.calls.get(number, "")
        found = _CALLS.get(name)
        if found is None:
            self._missing(number, name)
            return -self.linux.errors["ENOSYS"]
        function, count = found
        try:
            return function(self, *arguments[:count])
        except MemoryFault:
            return -self.linux.errors["EFAULT"]
        except Failed as error:
            return -self.linux.errors[error.error]
        except (OSError, OverflowError, ValueError) as error:
            # A path with a zero byte or an offset out of range is no OSError in Python
            name = errno.errorcode.get(getattr(error, "errno", None) or errno.EINVAL, "EIO")
            return -self.linux.errors.get(name, self.linux.errors["EIO"])

    def _missing(self, number: int, name: str) -> None:
        if number not in self._absent:
            self._absent.add(number)
            which = f"{number} ({name})" if name else str(number)
            self.notes(f"system call {which} is not there; the program was told ENOSYS")
