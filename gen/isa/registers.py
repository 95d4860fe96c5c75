"""Registers on words: what a hart's state is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gen.isa.isa import Isa
from gen.isa.state import Control, ControlFile, File, Register, Special
from gen.isa.values import Word, word

__all__ = ["Controls", "Plain", "members", "register_file"]


def members(isa: Isa) -> Iterator[tuple[str, Any]]:
    """Yield the members of the class for an instruction set."""
    yield from isa.parameters.items()
    latched = []
    for d in isa.state:
        if isinstance(d, Register):
            yield d.name, _counting(d) if d.counts else _property(d)
            if d.latched:
                latched.append((f"_{d.name}", f"_next_{d.name}"))
        elif isinstance(d, ControlFile):
            for c in d.controls:
                yield c.name, _composed(d, c.special) if c.special else _control_property(d, c)

    others = [x for x in latched if x != ("_pc", "_next_pc")]

    def latch_one(self: Any) -> None:
        self._pc = self._next_pc

    def latch(self: Any) -> None:
        self._pc = self._next_pc
        for now, following in others:
            value = getattr(self, following)
            if value is not None:
                setattr(self, now, value)
                setattr(self, following, None)

    def drop(self: Any) -> None:
        for _, following in others:
            setattr(self, following, None)

    yield "_latch", latch if others else latch_one
    yield "_drop", drop if others else None


def _property(d: Register) -> property:
    kind = word(d.width)
    slot = f"_{d.name}"
    target = f"_next_{d.name}" if d.latched else slot

    def read(self: Any) -> Word:
        found: Word = getattr(self, slot)
        return found

    def write(self: Any, value: int) -> None:
        setattr(self, target, value if value.__class__ is kind else kind(value & kind.mask))

    return property(read, write)


def _counting(d: Register) -> property:
    """Return a register that counts: it holds the difference to the instructions completed."""
    kind = word(d.width)
    slot = f"_{d.name}"

    def read(self: Any) -> Word:
        return kind((int(getattr(self, slot)) + self.retired) & kind.mask)

    def write(self: Any, value: int) -> None:
        setattr(self, slot, kind((int(value) - self.retired - self._current) & kind.mask))

    return property(read, write)


def _composed(file: ControlFile, special: Special) -> property:
    kind = word(file.width)

    def write(self: Any, value: int) -> None:
        special.write(self, value if value.__class__ is kind else kind(value & kind.mask))

    return property(special.read, write)


def _control_property(file: ControlFile, control: Control) -> property:
    kind = word(file.width)
    slot = f"_{control.of or control.name}"
    mask = control.mask & kind.mask

    def read(self: Any) -> Word:
        found: Word = getattr(self, slot)
        return found & mask if control.of else found

    def write(self: Any, value: int) -> None:
        old = getattr(self, slot)
        new = kind(value & kind.mask)
        if control.legal is not None:
            new = control.legal(new, old)
        setattr(self, slot, old & ~mask | new & mask)

    return property(read, write)


class Controls:
    """Control registers by their numbers."""

    def __init__(self, hart: Any, file: ControlFile) -> None:
        self._hart = hart
        self._names = {c.number: c.name for c in file.controls}
        self._zero = word(file.width)(0)

    def exists(self, number: int) -> bool:
        """Return whether there is a register of this number."""
        return number in self._names

    def __getitem__(self, number: int) -> Word:
        name = self._names.get(number)
        return self._zero if name is None else getattr(self._hart, name)

    def __setitem__(self, number: int, value: Word) -> None:
        name = self._names.get(number)
        if name is not None:
            setattr(self._hart, name, value)


class Plain(list[Word]):
    """A register file without special registers: a list that keeps its widths."""

    __slots__ = ("kind", "zero")
    kind: type[Word]
    zero: int | None

    def __setitem__(self, number: Any, value: Any) -> None:
        if number != self.zero:
            kind = self.kind
            if value.__class__ is not kind:
                value = kind(value & kind.mask)
            list.__setitem__(self, number, value)

    def write(self, number: Any, value: Any, when: Any = True) -> None:
        """Write a register where `when` holds."""
        if when:
            self[number] = value


class Mapped(Plain):
    """A register file with banks or registers that are not storage."""

    __slots__ = ("file", "hart")
    file: File
    hart: Any

    def __getitem__(self, number: Any) -> Any:
        special = self.file.special.get(number)
        if special is not None:
            return special.read(self.hart)
        at = number if self.file.bank is None else self.file.bank(self.hart, number)
        return list.__getitem__(self, at)

    def __setitem__(self, number: Any, value: Any) -> None:
        special = self.file.special.get(number)
        if special is not None:
            special.write(self.hart, self.kind(value & self.kind.mask))
            return
        at = number if self.file.bank is None else self.file.bank(self.hart, number)
        Plain.__setitem__(self, at, value)


def register_file(hart: Any, file: File) -> Plain:
    kind = word(file.width)
    mapped = file.special or file.bank
    made = (Mapped if mapped else Plain)([kind(0)] * file.count)
    made.kind = kind
    made.zero = file.zero
    if isinstance(made, Mapped):
        made.file, made.hart = file, hart
    return made
