"""What performs the instructions of a program: the interpreter, or one of its faster forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from gen.isa import Hart
from sim.blocks import Blocks
from sim.programs.memory import Page, PagedMemory

__all__ = ["ENGINES", "Engine", "engine"]

ENGINES = ("interpreter", "python", "native")


class Engine(Protocol):
    """Performs instructions."""

    def run(self, count: int) -> int:
        """Execute up to `count` instructions; return how many were. Raises `Trap`."""


class _Told(LookupError):
    """A write is the hart's to do: it changes the program, or somebody watches its address."""


class _Reach:
    """A memory without writes that somebody is told of."""

    def __init__(self, memory: PagedMemory) -> None:
        self._memory = memory
        self.read = memory.read
        self.fetch = memory.fetch

    def page(self, number: int) -> Page | None:
        """Return a page, and how it may be reached."""
        return self._memory.page(number)

    def write(self, address: int, size: int, value: int) -> None:
        """Write, unless somebody is told of it."""
        if self._memory.told(address, size):
            raise _Told(address)
        self._memory.write(address, size, value)


def engine(name: str, hart: Hart, memory: PagedMemory) -> Engine:
    """Return an engine of `ENGINES` for a hart; it hears of changes of its program."""
    if name == "interpreter":
        return hart
    reach = _Reach(memory)
    if name == "python":
        blocks = Blocks(hart)
        blocks.write = reach.write
        memory.code_written = _both(hart, blocks.forget)
        return blocks
    from sim.native import Native  # LLVM takes a moment to load

    native = Native(hart, reach)
    memory.page_lost = native.forget
    return native


def _both(hart: Hart, forget: Callable[[], None]) -> Callable[[int, int], None]:
    def written(address: int, size: int) -> None:
        hart.forget(address, size)
        forget()

    return written
