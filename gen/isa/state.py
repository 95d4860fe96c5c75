"""What an instruction set declares of its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from gen.isa.values import Value

__all__ = ["Control", "ControlFile", "Declaration", "File", "Register", "Special"]


@dataclass(frozen=True)
class Register:
    """A register: ``s.NAME`` reads it, ``s.NAME = value`` writes it.

    Members
    -------
    latched : reads see the value before the instruction, whatever it has written (a program
        counter); else they see what it wrote last
    counts : it goes up by one with each instruction that completes and does not write it; the
        interpreter does so, for a machine whoever drives it
    """

    name: str
    width: int
    reset: int = 0
    latched: bool = False
    counts: bool = False
    doc: str = ""


@dataclass(frozen=True)
class Special:
    """A register of a file, or a control register, that is not storage.

    Members
    -------
    read : returns its value
    write : takes the state and the new value
    """

    read: Callable[[Any], Value]
    write: Callable[[Any, Value], None]


@dataclass(frozen=True)
class File:
    """A register file: ``s.NAME[number]``.

    Members
    -------
    zero : number of the register that is always 0 and ignores writes
    special : by number, registers that are not storage
    bank : returns the element that a number means now, from the state; the file's `count` is of
        elements, numbers are below `numbers`
    names : of the registers, as assembly writes them
    """

    name: str
    width: int
    count: int
    zero: int | None = None
    special: Mapping[int, Special] = field(default_factory=dict)
    bank: Callable[[Any, Value], Value] | None = None
    names: Sequence[str] = ()
    doc: str = ""


@dataclass(frozen=True)
class Control:
    """A control register: numbered as instructions name it.

    Members
    -------
    number : in the instruction
    mask : bits that a write changes; the others keep their value (WARL fields of one legal value)
    of : name of the register whose bits in `mask` it shows, or empty for storage of its own
    legal : from the value written and the old one the legal value stored (other WARL fields)
    special : what reads and writes it, if it is computed from other state; without `if` on symbols
    """

    name: str
    number: int
    mask: int = -1
    reset: int = 0
    of: str = ""
    legal: Callable[[Value, Value], Value] | None = None
    special: Special | None = None
    doc: str = ""

    @property
    def stored(self) -> bool:
        """Whether it has storage of its own."""
        return not self.of and self.special is None


@dataclass(frozen=True)
class ControlFile:
    """Control registers: ``s.NAME[number]``, ``s.NAME.exists(number)``; each by its name too."""

    name: str
    width: int
    controls: tuple[Control, ...]
    number_width: int = 12
    doc: str = ""


Declaration: TypeAlias = Register | File | ControlFile
