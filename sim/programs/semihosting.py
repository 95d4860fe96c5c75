"""Semihosting: a program calls its debugger with an instruction that traps."""

from __future__ import annotations

import time
from typing import BinaryIO, Literal

from gen.isa import Hart, MemoryFault, Trap
from gen.isa.environment import Semihosting
from sim.programs.memory import PagedMemory

__all__ = ["Debugger"]

# Operations: Semihosting for AArch32 and AArch64, 2.0, section 7
_OPEN, _CLOSE, _WRITEC, _WRITE0, _WRITE, _READ, _READC = 1, 2, 3, 4, 5, 6, 7
_ISERROR, _ISTTY, _FLEN, _CLOCK, _TIME, _ERRNO = 8, 9, 12, 16, 17, 19
_COMMAND, _EXIT, _EXIT_EXTENDED = 21, 24, 32
_APPLICATION_EXIT = 0x20026
_FAILED = -1
_MOST = 1 << 20


class Debugger:
    """Answers semihosting calls: console, clock and exit; files are refused.

    Members
    -------
    code : exit code, once the program has ended
    command : the program's command line
    """

    def __init__(
        self,
        hart: Hart,
        memory: PagedMemory,
        described: Semihosting,
        streams: tuple[BinaryIO, BinaryIO, BinaryIO],
    ) -> None:
        self.hart = hart
        self.memory = memory
        self.described = described
        self.streams = streams
        self.code: int | None = None
        self.command = ""
        self._size = hart.isa.pc.width // 8
        self._order: Literal["little", "big"] = "big" if hart.isa.byte_order == "big" else "little"
        self._began = time.monotonic_ns()

    def handle(self, trap: Trap) -> bool:
        """Answer a call; return whether the trap was one."""
        if trap.cause != self.described.trap or not self._marked():
            return False
        registers = getattr(self.hart, self.described.convention.file)
        convention = self.described.convention
        operation = int(registers[convention.number])
        try:
            answer = self._call(operation, int(registers[convention.arguments[0]]))
        except MemoryFault:
            answer = _FAILED
        registers[convention.result] = answer & registers.kind.mask
        self.hart.skip(self.described.length)
        return True

    def _marked(self) -> bool:
        """Return whether the instructions around the program counter mark a call."""
        length, pc = self.described.length, self.hart.address
        try:
            before = self.memory.fetch(pc - length, length)
            after = self.memory.fetch(pc + length, length)
        except MemoryFault:
            return False
        return before == self.described.before and after == self.described.after

    def _call(self, operation: int, argument: int) -> int:
        if operation in (_EXIT, _EXIT_EXTENDED):
            return self._exit(operation, argument)
        if operation == _WRITEC:
            return self._put(self.memory.read_bytes(argument, 1))
        if operation == _WRITE0:
            return self._put(self.memory.text(argument, _MOST))
        if operation == _READC:
            got = self.streams[0].read(1)
            return got[0] if got else _FAILED
        if operation == _CLOCK:
            return (time.monotonic_ns() - self._began) // 10**7
        if operation == _TIME:
            return time.time_ns() // 10**9
        if operation in (_CLOSE, _ERRNO):
            return 0
        if operation == _ISERROR:
            return int(self._word(argument, 0) >> 8 * self._size - 1)
        return self._on_handle(operation, argument)

    def _on_handle(self, operation: int, block: int) -> int:
        """Perform an operation of the console's handles: 0 is input, 1 output, 2 errors."""
        if operation == _OPEN:
            name = self.memory.read_bytes(self._word(block, 0), min(self._word(block, 2), 64))
            mode = self._word(block, 1)
            return _FAILED if name != b":tt" else 0 if mode < 4 else 1 if mode < 8 else 2
        if operation == _ISTTY:
            return int(self._word(block, 0) < 3)
        if operation == _FLEN:
            return 0
        if operation == _WRITE:
            handle, buffer, size = (self._word(block, i) for i in range(3))
            if handle not in (1, 2):
                return size
            part = min(size, _MOST)
            self._put(self.memory.read_bytes(buffer, part), handle)
            return size - part
        if operation == _READ:
            return self._read(block)
        if operation == _COMMAND:
            return self._tell_command(block)
        return _FAILED

    def _read(self, block: int) -> int:
        """Read from the console; return how many bytes are missing."""
        handle, buffer, size = (self._word(block, i) for i in range(3))
        if handle != 0:
            return size
        one = getattr(self.streams[0], "read1", self.streams[0].read)
        data = one(min(size, _MOST))
        self.memory.write_bytes(buffer, data)
        return size - len(data)

    def _tell_command(self, block: int) -> int:
        buffer, size = self._word(block, 0), self._word(block, 1)
        text = self.command.encode(errors="surrogateescape")
        if len(text) >= size:
            return _FAILED
        self.memory.write_bytes(buffer, text + b"\0")
        self._store(block + self._size, len(text))
        return 0

    def _exit(self, operation: int, argument: int) -> int:
        """End; 32-bit programs give the reason itself, others a block with the code as well."""
        if operation == _EXIT and self._size < 8:
            self.code = int(argument != _APPLICATION_EXIT)
        else:
            reason, code = self._word(argument, 0), self._word(argument, 1)
            self.code = code & 0xFF if reason == _APPLICATION_EXIT else 1
        return 0

    def _put(self, data: bytes, stream: int = 1) -> int:
        self.streams[stream].write(data)
        self.streams[stream].flush()
        return 0

    def _word(self, block: int, index: int) -> int:
        data = self.memory.read_bytes(block + index * self._size, self._size)
        return int.from_bytes(data, self._order)

    def _store(self, address: int, value: int) -> None:
        self.memory.write_bytes(address, value.to_bytes(self._size, self._order))
