"""A hart: the state as a semantic function sees it on words, and the interpreter's loop."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Protocol, TypeAlias

from gen.isa.extension import Instruction
from gen.isa.isa import Isa, advance
from gen.isa.registers import Controls, members, register_file
from gen.isa.state import ControlFile, File, Register
from gen.isa.values import Word, word

__all__ = ["Bus", "Hart", "MemoryFault", "Trap"]


# Semantic function, operands, and where the next instruction is
Decoded: TypeAlias = tuple[Callable[..., None], tuple[Any, ...], Word]


class MemoryFault(Exception):
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
    retired : instructions completed
    """

    _pc: Word
    _next_pc: Word
    _hold: Callable[[], None] | None  # made by `members`: what latched registers are, they stay

    _kinds: ClassVar[dict[Isa, type[Hart]]] = {}

    def __new__(cls, isa: Isa, memory: Bus) -> Hart:
        """Return a hart of the class that has the instruction set's registers."""
        kind = cls._kinds.get(isa)
        if kind is None:
            kind = cls._kinds[isa] = type("Hart", (Hart,), dict(members(isa)))
        return object.__new__(kind)

    def __init__(self, isa: Isa, memory: Bus) -> None:
        self.isa = isa
        self.memory = memory
        self._little = isa.byte_order == "little"
        self._decoded: dict[int, Decoded] = {}
        self.reset()

    def reset(self) -> None:
        """Give every register its value after reset."""
        self.retired = 0
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
                        if not c.of:
                            setattr(self, f"_{c.name}", word(d.width)(c.reset))

    # What semantic functions call

    def load(self, address: Word, size: int, when: Any = True) -> Word:
        """Return `size` bytes of memory; 0 where `when` does not hold."""
        if not when:
            return word(8 * size)(0)
        try:
            value = self.memory.read(int(address), size)
        except MemoryFault as fault:
            raise Trap(self.isa.faults["load"], fault.address) from None
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
        """
        decoded, latch, before = self._decoded, self._latch, self.retired
        done = 0
        try:
            while done < count:
                found = decoded.get(self._pc)
                if found is None:
                    found = decoded[self._pc] = self._decode(self._pc)
                semantics, operands, self._next_pc = found
                semantics(self, *operands)
                latch()
                done += 1
        finally:
            self.retired = before + done
        return done

    def at(self, address: int) -> Instruction:
        """Return the instruction at an address; raises `Trap` if there is none."""
        return self.fetch(address)[0]

    def forget(self, start: int, size: int) -> None:
        """Decode anew what lies in a range of addresses: it may have changed."""
        for a in [a for a in self._decoded if start - 8 < a < start + size]:
            del self._decoded[a]

    def enter(self, trap: Trap) -> None:
        """Do what the hardware does for a trap; raises it again if the set does not say."""
        if self.isa.enter is None:
            raise trap
        width = self.isa.pc.width
        cause = word(width)(self.isa.causes[trap.cause])
        if self._hold is not None:
            self._hold()
        self.isa.enter(self, cause, word(width)(trap.value & (1 << width) - 1))
        self._latch()

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

    def _decode(self, pc: int) -> Decoded:
        found, code = self.fetch(pc)
        operands = []
        for name in found.arguments:
            f = found.encoding.fields[name]
            raw = word(f.width)(f.extract(code))
            operands.append(found.operands[name].value(raw, self.isa.parameters))
        length = found.encoding.width // 8
        if self.isa.advance is None and self._hold is None:
            return found.semantics, tuple(operands), self._pc + length
        return partial(_after, length, found.semantics), tuple(operands), self._pc


def _after(length: int, semantics: Callable[..., None], hart: Hart, *operands: Any) -> None:
    """Perform an instruction of a set that latches more than the program counter."""
    if hart._hold is not None:
        hart._hold()
    advance(hart.isa, hart, length)
    semantics(hart, *operands)


def _swapped(value: int, size: int) -> int:
    return int.from_bytes(value.to_bytes(size, "little"), "big")
