"""What the document of an instruction set says, before it has a form."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "AliasRow",
    "Box",
    "ExtensionPage",
    "InstructionEntry",
    "OperandRow",
    "SetPage",
    "StateRow",
    "Words",
]


@dataclass(frozen=True)
class Box:
    """Bits ``high .. low`` of a word.

    Members
    -------
    text : fixed bits, or the field's name with the bits of its value that stand here
    kind : ``fixed``, ``field`` or ``any``
    short : the text where the bits are few
    """

    high: int
    low: int
    text: str
    kind: str
    short: str = ""

    @property
    def width(self) -> int:
        """How many bits."""
        return self.high - self.low + 1


@dataclass(frozen=True)
class OperandRow:
    """A field: where it is, what is done with it and what it means."""

    name: str
    bits: str
    role: str
    meaning: str


@dataclass(frozen=True)
class InstructionEntry:
    """An instruction.

    Members
    -------
    syntax : assembly, with the operands' names
    where : what else must hold of the word, a formula, or empty
    kinds : load, store, branch, jump, trap, pure
    effects : what it does, a formula per line
    definitions : values that the effects name
    traps : name and condition of each trap
    """

    name: str
    syntax: str
    doc: str
    section: str
    width: int
    boxes: tuple[Box, ...]
    where: str
    refines: str
    operands: tuple[OperandRow, ...]
    kinds: tuple[str, ...]
    effects: tuple[str, ...]
    definitions: tuple[tuple[str, str], ...]
    traps: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True)
class AliasRow:
    """A pseudo-instruction and the lines it stands for."""

    syntax: str
    expansion: tuple[str, ...]


@dataclass(frozen=True)
class ExtensionPage:
    """An extension with its instructions; `file` is the name of its page."""

    name: str
    title: str
    source: str
    file: str
    instructions: tuple[InstructionEntry, ...]
    aliases: tuple[AliasRow, ...]


@dataclass(frozen=True)
class StateRow:
    """A register or a file of `count` registers."""

    name: str
    width: int
    count: int
    names: str
    doc: str


@dataclass(frozen=True)
class Words:
    """The words of a width.

    Members
    -------
    shares : of each extension, how many words are its instructions
    regions : patterns of free words with how many they are, the largest first
    """

    width: int
    words: int
    free: int
    shares: tuple[tuple[str, int], ...]
    regions: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class SetPage:
    """All of the document."""

    name: str
    title: str
    state: tuple[StateRow, ...]
    causes: tuple[tuple[str, int], ...]
    extensions: tuple[ExtensionPage, ...]
    words: tuple[Words, ...]
