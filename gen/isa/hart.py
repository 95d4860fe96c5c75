"""A hart: the state as a semantic function sees it on words, and the interpreter's loop."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import length_hint
from typing import Any, ClassVar, Protocol, TypeAlias

from gen.isa.extension import Instruction
from gen.isa.isa import Isa, advance
from gen.isa.registers import Controls, members, register_file
from gen.isa.state import ControlFile, File, Register
from gen.isa.values import Word, word

__all__ = ["Breakpoint", "Bus", "Hart", "MemoryFault", "Trap"]


# Semantic function, operands, and where the next instruction is
Decoded: TypeAlias = tuple[Callable[..., None], tuple[Any, ...], Word]

_LONGEST = 16  # bytes of an instruction
_EVERY = 1 << 62  # elements of an iterator, and more than any has


class MemoryFault(LookupError):
    """Nothing at an address, or nothing that allows the access."""

    def __init__(self, address: int) -> None:
        super().__init__(f"no memory at {address:#x}")
        self.address = address


class Trap(Exception):
    """An instruction ended in a trap.

    Members
    -------
    cause : name of the trap
    value : what it tells besides
    """

    def __init__(self, cause: str, value: int = 0) -> None:
        super().__init__(cause)
        self.cause = cause
        self.value = value


class Breakpoint(Exception):
    """The instruction at the program counter has a breakpoint; nothing of it was done."""


class Bus(Protocol):
    """What a hart needs of a memory. All raise `MemoryFault`, and then have changed nothing."""

    def read(self, address: int, size: int) -> int:
        """Return `size` bytes, little endian."""

    def write(self, address: int, size: int, value: int) -> None:
        """Write `size` bytes, little endian."""

    def fetch(self, address: int, size: int) -> int:
        """Return `size` bytes of an instruction."""


class Hart:
    """One hart. Semantic functions get it as their state.

    Members
    -------
    isa : its instruction set
    memory : what loads, stores and fetches reach
    breakpoints : addresses of instructions before which `run` stops; see `pause_at`
    stopped : whether `stop` ended the last `run`
    """

    stopped = False

    _ahead: Any  # an iterator with an element for each instruction still to come of a run
    _last: int  # `retired` when the last of them is performed
    _current: int  # 1 while an instruction is performed
    _pc: Word
    _next_pc: Word
    _drop: Callable[[], None] | None  # made by `members`: forget what was written to be latched

    _kinds: ClassVar[dict[tuple[type[Hart], Isa], type[Hart]]] = {}

    def __new__(cls, isa: Isa, memory: Bus) -> Hart:
        """Return a hart of the class that has the instruction set's registers."""
        kind = cls._kinds.get((cls, isa))
        if kind is None:
            kind = cls._kinds[cls, isa] = type(cls.__name__, (cls,), dict(members(isa)))
        return object.__new__(kind)

    def __init__(self, isa: Isa, memory: Bus) -> None:
        self.isa = isa
        self.memory = memory
        self._little = isa.byte_order == "little"
        self._decoded: dict[int, Decoded] = {}
        self.breakpoints: set[int] = set()
        self.reset()

    def reset(self) -> None:
        """Give every register its value after reset."""
        self._settle(0)
        for d in self.isa.state:
            match d:
                case Register():
                    setattr(self, f"_{d.name}", word(d.width)(d.reset))
                    setattr(self, f"_next_{d.name}", word(d.width)(d.reset))
                case File():
                    setattr(self, d.name, register_file(self, d))
                case ControlFile():
                    setattr(self, d.name, Controls(self, d))
                    for c in d.controls:
                        if c.stored:
                            setattr(self, f"_{c.name}", word(d.width)(c.reset))
        if self._drop is not None:
            self._drop()

    # What semantic functions call

    def load(self, address: Word, size: int, when: Any = True, fault: str = "load") -> Word:
        """Return `size` bytes of memory; 0 where `when` does not hold.

        `fault` says which of the set's faults it is if nothing is there.
        """
        if not when:
            return word(8 * size)(0)
        try:
            value = self.memory.read(int(address), size)
        except MemoryFault as missing:
            raise Trap(self.isa.faults[fault], missing.address) from None
        return word(8 * size)(value if self._little else _swapped(value, size))

    def store(self, address: Word, value: Word, when: Any = True) -> None:
        """Write a word of whole bytes to memory."""
        if not when:
            return
        size = value.width // 8
        try:
            self.memory.write(
                int(address), size, int(value) if self._little else _swapped(value, size)
            )
        except MemoryFault as fault:
            raise Trap(self.isa.faults["store"], fault.address) from None

    def trap(self, cause: str, value: Any = 0) -> Trap:
        """Return what to raise: the instruction ends in a trap."""
        return Trap(cause, int(value))

    # The loop

    def run(self, count: int) -> int:
        """Execute up to `count` instructions; return how many were completed.

        Raises
        ------
        Trap : of the instruction at the program counter, which has changed nothing; the state's
            `enter` does what the hardware does then
        Breakpoint : of the instruction at the program counter, which was not begun
        """
        self.stopped = False
        decoded, latch, before = self._decoded, self._latch, self.retired
        ahead = self._ahead = iter(range(count))
        self._last, self._current = before + count - 1, 1
        try:
            for _ in ahead:
                found = decoded.get(self._pc)
                if found is None:
                    found = decoded[self._pc] = self._prepare(self._pc)
                semantics, operands, self._next_pc = found
                semantics(self, *operands)
                latch()
        except BaseException:
            self._settle(self.retired)
            raise
        self._settle(self.retired + 1)
        return self.retired - before

    @property
    def retired(self) -> int:
        """Instructions completed; exact also while one is performed."""
        return self._last - length_hint(self._ahead)

    @retired.setter
    def retired(self, value: int) -> None:
        self._settle(value)

    def _settle(self, retired: int) -> None:
        self._last, self._current, self._ahead = retired, 0, iter(())

    def stop(self) -> None:
        """Make `run` return after the instruction that it is at; what memory calls for."""
        self.stopped = True
        self._last = self.retired
        self._ahead.__setstate__(_EVERY)

    def step(self) -> None:
        """Execute one instruction, whether it has a breakpoint or not; raises `Trap`."""
        pc = self._pc
        paused = pc in self.breakpoints
        if paused:
            self.resume_at(pc)
        try:
            self.run(1)
        finally:
            if paused:
                self.pause_at(pc)

    def pause_at(self, address: int) -> None:
        """Set a breakpoint."""
        self.breakpoints.add(address)
        self.forget(address, 1)

    def resume_at(self, address: int) -> None:
        """Take a breakpoint away."""
        self.breakpoints.discard(address)
        self.forget(address, 1)

    @property
    def address(self) -> int:
        """Address of the next instruction."""
        return int(self._pc)

    def jump(self, address: int) -> None:
        """Go on at an address."""
        name = self.isa.pc.name
        setattr(self, name, word(self.isa.pc.width)(address))
        self._latch()

    def skip(self, length: int) -> None:
        """Go on behind the instruction at the program counter: it was completed otherwise."""
        advance(self.isa, self, length)
        self._latch()
        self.retired += 1

    def at(self, address: int) -> Instruction:
        """Return the instruction at an address; raises `Trap` if there is none."""
        return self.fetch(address)[0]

    def forget(self, start: int, size: int) -> None:
        """Decode anew what lies in a range of addresses: it may have changed."""
        first = start - _LONGEST + 1
        if size < _LONGEST:
            for a in range(first, start + size):
                self._decoded.pop(a, None)
        else:
            for a in [a for a in self._decoded if first <= a < start + size]:
                del self._decoded[a]

    def enter(self, trap: Trap) -> None:
        """Do what the hardware does for a trap; raises it again if the set does not say."""
        if self.isa.enter is None:
            raise trap
        width = self.isa.pc.width
        cause = word(width)(self.isa.causes[trap.cause])
        self.isa.enter(self, cause, word(width)(trap.value & (1 << width) - 1))
        self._latch()

    def interrupt(self) -> bool:
        """Take the interrupt that the set says is due, if any; return whether there was one."""
        isa = self.isa
        if isa.interrupt is None or isa.enter is None:
            return False
        cause = isa.interrupt(self)
        if cause:
            isa.enter(self, cause, word(isa.pc.width)(0))
            self._latch()
        return bool(cause)

    def _latch(self) -> None:
        raise NotImplementedError  # made by `members`

    def fetch(self, pc: int) -> tuple[Instruction, int]:
        """Return the instruction at an address and its word; raises `Trap` if there is none."""
        isa = self.isa
        if int(pc) % isa.unit and "unaligned" in isa.faults:
            raise Trap(isa.faults["unaligned"], pc)
        try:
            code = self.memory.fetch(int(pc), isa.unit)
            length = isa.length(code)
            if length > isa.unit:
                code |= self.memory.fetch(int(pc + isa.unit), length - isa.unit) << 8 * isa.unit
        except MemoryFault as fault:
            raise Trap(isa.faults["fetch"], fault.address) from None
        if not self._little:
            code = _swapped(code, length)
        found = isa.decoder.find(code, 8 * length)
        if found is None:
            raise Trap(isa.faults["illegal"], code)
        return found, code

    def _prepare(self, pc: int) -> Decoded:
        """Return what the loop does at an address."""
        return (_pause, (), self._pc) if pc in self.breakpoints else self._decode(pc)

    def _decode(self, pc: int) -> Decoded:
        found, code = self.fetch(pc)
        operands = []
        for name in found.arguments:
            f = found.encoding.fields[name]
            raw = word(f.width)(f.extract(code))
            operands.append(found.operands[name].value(raw, self.isa.parameters))
        length = found.encoding.width // 8
        if self.isa.advance is None and self._drop is None:
            return found.semantics, tuple(operands), self._pc + length
        return partial(_after, length, found.semantics), tuple(operands), self._pc


def _pause(hart: Hart) -> None:
    raise Breakpoint


def _after(length: int, semantics: Callable[..., None], hart: Hart, *operands: Any) -> None:
    """Perform an instruction of a set that latches more than the program counter."""
    try:
        advance(hart.isa, hart, length)
        semantics(hart, *operands)
    except BaseException:
        if hart._drop is not None:
            hart._drop()
        raise


def _swapped(value: int, size: int) -> int:
    return int.from_bytes(value.to_bytes(size, "little"), "big")
