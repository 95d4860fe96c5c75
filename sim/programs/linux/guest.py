"""What system calls see of their process."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

from gen.isa.environment import Linux
from gen.isa.isa import Isa
from sim.programs.linux.sandbox import Table
from sim.programs.memory import PagedMemory

__all__ = ["Guest"]

_STACK = 8 << 20
_BEHIND_STACK = 64 << 20

# Signed members take values of half the range; times and sizes are such
_MASK = {
    "Q": (1 << 64) - 1,
    "I": (1 << 32) - 1,
    "q": (1 << 63) - 1,
    "i": (1 << 31) - 1,
    "H": 0xFFFF,
}


class Guest:
    """State of a process besides its registers.

    Members
    -------
    linux : what the instruction set's description says of Linux
    code : exit code, once it has ended
    width, order : of its words, and the byte order as in `struct`
    heap_start, heap_end, heap_most : where `brk` was, is and may be
    map_top : address under which `mmap` looks for room
    notes : takes what a user may want to know, such as a call that is not there
    """

    def __init__(
        self,
        isa: Isa,
        memory: PagedMemory,
        linux: Linux,
        files: Table,
        notes: Callable[[str], None],
    ) -> None:
        self.memory = memory
        self.linux = linux
        self.files = files
        self.notes = notes
        self.code: int | None = None
        self.random = random.Random(0)
        self.width = 64 if isa.pc.width > 32 else 32
        self.order = "<" if isa.byte_order == "little" else ">"
        self.stack_size = _STACK
        self.map_top = linux.stack_top - _BEHIND_STACK
        self.heap_start = self.heap_end = 0
        self.heap_most = self.map_top - _BEHIND_STACK

    def end(self, code: int) -> None:
        """End the program."""
        self.code = code
        self.files.close_all()

    # Structures: `P` and `L` are unsigned words of the set's width, the rest is as in `struct`

    def _format(self, layout: str) -> struct.Struct:
        word = "Q" if self.width == 64 else "I"
        return struct.Struct(self.order + layout.replace("P", word).replace("L", word))

    def pack(self, address: int, layout: str, *values: int) -> None:
        """Write a structure; raises `MemoryFault`."""
        made = self._format(layout)
        kept = [v & _MASK[c] for c, v in zip(made.format[1:], values, strict=True)]
        self.memory.write_bytes(address, made.pack(*kept))

    def unpack(self, address: int, layout: str) -> tuple[int, ...]:
        """Return a structure's values; raises `MemoryFault`."""
        made = self._format(layout)
        return made.unpack(self.memory.read_bytes(address, made.size))
