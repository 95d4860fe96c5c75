"""Bare metal: a program that has the machine alone, and speaks through `tohost` or a debugger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO, Literal

from gen.isa import Hart, MemoryFault, Trap
from sim.programs.elf import Executable
from sim.programs.memory import EXECUTE, READ, WRITE, PagedMemory
from sim.programs.semihosting import Debugger

__all__ = ["Bare"]

_ROOM = 256 << 20
_DEVICE, _COMMAND, _PAYLOAD = 56, 48, (1 << 48) - 1
_CONSOLE, _GET, _PUT = 1, 0, 1
_WRITE, _EXIT = 64, 93  # numbers of the calls that the proxy kernel forwards
_BAD, _FAULT, _UNKNOWN = -9, -14, -38  # EBADF, EFAULT, ENOSYS
_PATIENCE = 16


class Bare:
    """The environment of a program without a kernel.

    `tohost` and `fromhost` are words of 64 bits, with a device in the highest byte, a command in
    the next and a payload (riscv-isa-sim, the front-end server's HTIF): device 0 ends the program
    if the payload is odd, with the code in the bits above, or forwards the system call in the eight
    doublewords that it points to; device 1 is the console.

    Members
    -------
    code : exit code, once the program has ended
    """

    name = "bare"

    def __init__(
        self,
        hart: Hart,
        memory: PagedMemory,
        streams: tuple[BinaryIO, BinaryIO, BinaryIO],
        notes: Callable[[str], None],
    ) -> None:
        self.hart = hart
        self.memory = memory
        self.streams = streams
        self.notes = notes
        self.code: int | None = None
        self._order: Literal["little", "big"] = "big" if hart.isa.byte_order == "big" else "little"
        self._tohost: int | None = None
        self._fromhost: int | None = None
        self._written = 0
        described = hart.isa.environment and hart.isa.environment.semihosting
        self._debugger = Debugger(hart, memory, described, streams) if described else None

    def start(self, program: Executable, arguments: Sequence[str], env: Mapping[str, str]) -> None:
        """Make memory behind each segment, and let the program begin."""
        for s in program.segments:
            for place in (s.address, s.stored):
                room = min(s.size + _ROOM, (1 << self.memory.width) - place)
                self.memory.map(place, room, READ | WRITE | EXECUTE)
        for s in program.segments:
            self.memory.load(s.stored, s.data)
        self._tohost = program.symbols.get("tohost")
        self._fromhost = program.symbols.get("fromhost")
        if self._tohost is not None:
            self.memory.watch(self._tohost, 8)
        if self._debugger:
            self._debugger.command = " ".join([program.path, *arguments])
        self.hart.jump(program.entry)

    def handle(self, trap: Trap) -> bool:
        """Answer a call of the debugger; return whether the trap was one."""
        if self._debugger is None or not self._debugger.handle(trap):
            return False
        self.code = self._debugger.code
        return True

    def noticed(self, address: int, size: int) -> bool:
        """Return whether a write to watched addresses was to `tohost`; if so, stop for `poll`."""
        if self._tohost is None or not self._tohost < address + size <= self._tohost + 8:
            return False
        self._written = size
        self.hart.stop()
        return True

    def poll(self) -> None:
        """Do what the program has put into `tohost`, if anything."""
        if not self._written or self._tohost is None:
            return
        if self._written < 8:  # the other half comes in the next few instructions, or never
            self._written = 0
            self.hart.run(_PATIENCE)
        self._written = 0
        word = self._load(self._tohost, 8)
        if word:
            self._store(self._tohost, 8, 0)
            self._command(word >> _DEVICE, word >> _COMMAND & 0xFF, word & _PAYLOAD)

    def _command(self, device: int, command: int, payload: int) -> None:
        if device == 0 and command == 0:
            if payload & 1:
                self.code = payload >> 1 & 0xFF
            else:
                self._proxy(payload)
        elif device == _CONSOLE and command == _PUT:
            self._put(bytes([payload & 0xFF]))
            self._answer(_CONSOLE << _DEVICE | _PUT << _COMMAND)
        elif device == _CONSOLE and command == _GET:
            got = self.streams[0].read(1)
            payload = 0x100 | got[0] if got else 0
            self._answer(_CONSOLE << _DEVICE | _GET << _COMMAND | payload)
        else:
            self.notes(f"tohost: device {device}, command {command} is not there")

    def _proxy(self, place: int) -> None:
        """Perform the system call in the eight doublewords at an address."""
        try:
            number, *arguments = (self._load(place + 8 * i, 8) for i in range(4))
            answer = self._system(number, arguments)
            if self.code is None:
                self._store(place, 8, answer & (1 << 64) - 1)
        except MemoryFault as fault:
            self.notes(f"tohost: the call at {place:#x} is not in memory ({fault})")
        self._answer(1)

    def _system(self, number: int, arguments: list[int]) -> int:
        if number == _EXIT:
            self.code = arguments[0] & 0xFF
            return 0
        if number != _WRITE:
            self.notes(f"tohost: system call {number} is not there")
            return _UNKNOWN
        fd, buffer, size = arguments
        if fd not in (1, 2):
            return _BAD
        try:
            data = self.memory.read_bytes(buffer, size) if size <= _ROOM else None
        except MemoryFault:
            data = None
        if data is None:
            return _FAULT
        self._put(data, fd)
        return size

    def _put(self, data: bytes, stream: int = 1) -> None:
        self.streams[stream].write(data)
        self.streams[stream].flush()

    def _answer(self, value: int) -> None:
        if self._fromhost is not None:
            self._store(self._fromhost, 8, value)

    def _load(self, address: int, size: int) -> int:
        data = self.memory.read_bytes(address, size)
        return int.from_bytes(data, self._order)

    def _store(self, address: int, size: int, value: int) -> None:
        self.memory.load(address, value.to_bytes(size, self._order))
        self._written = 0
