"""Commit logs: a hart that writes a line for each instruction that it completes."""

from __future__ import annotations

from typing import Any, TextIO

from gen.isa import Hart, Trap
from gen.isa.hart import Bus, Decoded
from gen.isa.isa import Isa
from gen.isa.registers import Controls, Plain
from gen.isa.state import ControlFile, File
from gen.isa.values import Word
from sim.programs.commits import FORMATS, Access, Commit

__all__ = ["TracingHart"]


class TracingHart(Hart):
    """A hart that logs what each instruction does.

    Members
    -------
    log : where lines go; None: nowhere
    format : of the lines, one of `FORMATS`
    level : privilege level to print
    """

    log: TextIO | None = None
    format = FORMATS["spike"]
    level = 0

    def __init__(self, isa: Isa, memory: Bus) -> None:
        self._registers: dict[str, tuple[int, int]] = {}
        self._controls: dict[str, tuple[int, int]] = {}
        self._accesses: list[Access] = []
        self._number = 0
        self._codes: dict[int, tuple[int, int]] = {}
        self._going = True
        self._digits = isa.pc.width // 4
        super().__init__(isa, memory)

    def reset(self) -> None:
        """Give every register its value after reset."""
        super().reset()
        for d in self.isa.state:
            if isinstance(d, File):
                made = _logged(getattr(self, d.name), d.name, self._note)
                setattr(self, d.name, made)
            elif isinstance(d, ControlFile):
                setattr(self, d.name, _LoggedControls(self, d, self._note_control))

    def run(self, count: int) -> int:
        """Execute up to `count` instructions and log each; see `Hart.run`."""
        done = 0
        self._going = True
        while done < count and self._going:
            self._forget()
            pc = self.address
            super().run(1)
            self._line(pc)
            done += 1
        return done

    def stop(self) -> None:
        """Make `run` return after the instruction that it is at."""
        super().stop()
        self._going = False

    def skip(self, length: int) -> None:
        """Log the instruction that the environment has completed."""
        pc = self.address
        super().skip(length)
        self._line(pc)

    def load(self, address: Word, size: int, when: Any = True, fault: str = "load") -> Word:
        """Return bytes of memory and note the address."""
        value = super().load(address, size, when, fault)
        if when:
            self._accesses.append(Access(int(address), int(value), 2 * size, False))
        return value

    def store(self, address: Word, value: Word, when: Any = True) -> None:
        """Write a word to memory and note it."""
        super().store(address, value, when)
        if when:
            self._accesses.append(Access(int(address), int(value), value.width // 4, True))

    def trap(self, cause: str, value: Any = 0) -> Trap:
        """Return what to raise; the instruction has done nothing."""
        self._accesses.clear()
        return super().trap(cause, value)

    def _decode(self, pc: int) -> Decoded:
        found, code = self.fetch(pc)
        self._codes[pc] = code, found.encoding.width // 4
        return super()._decode(pc)

    def _forget(self) -> None:
        self._registers.clear()
        self._controls.clear()
        self._accesses.clear()

    def _note(self, name: str, value: int, width: int) -> None:
        self._registers[name] = value, width // 4

    def _note_control(self, name: str, value: int, width: int) -> None:
        self._controls[name] = value, width // 4

    def _line(self, pc: int) -> None:
        if self.log is None:
            return
        if not self._number:
            self.log.write(self.format.head)
        done = Commit(
            self._number,
            self.level,
            pc,
            *self._codes[pc],
            self.address,
            self._digits,
            self._registers,
            self._controls,
            self._accesses,
        )
        self._number += 1
        self.log.write(self.format.line(done) + "\n")


def _logged(file: Plain, name: str, note: Any) -> Plain:
    """Return a register file like another, which tells of writes."""
    kind = type(file)

    def write(self: Any, number: Any, value: Any) -> None:
        kind.__setitem__(self, number, value)
        if number != self.zero:
            note(f"{name}{int(number)}", int(value) & self.kind.mask, self.kind.width)

    made: Plain = type("Logged", (kind,), {"__setitem__": write})(file)
    for slot in ("kind", "zero", "file", "hart"):
        if hasattr(file, slot):
            setattr(made, slot, getattr(file, slot))
    return made


class _LoggedControls(Controls):
    """Control registers that tell of writes by number."""

    def __init__(self, hart: Any, file: ControlFile, note: Any) -> None:
        super().__init__(hart, file)
        self._note = note
        self._width = file.width

    def __setitem__(self, number: int, value: Word) -> None:
        super().__setitem__(number, value)
        if number in self._names:
            self._note(f"c{int(number)}_{self._names[number]}", int(self[number]), self._width)
