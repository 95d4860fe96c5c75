"""The disassembler: the text that assembles to a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from weakref import WeakKeyDictionary

from gen.isa.assembly.encoder import Encoder, Wrong
from gen.isa.assembly.forms import Made
from gen.isa.assembly.lines import expanded
from gen.isa.assembly.names import Names, Table
from gen.isa.assembly.reverse import NOWHERE, reversed_aliases
from gen.isa.extension import Instruction
from gen.isa.isa import Isa
from gen.isa.operands import Choice, Operand

__all__ = ["disassemble", "length_of"]

_DATA = {1: ".byte", 2: ".half", 4: ".word", 8: ".dword"}


def disassemble(isa: Isa, word: int, pc: int = 0) -> str:
    """Return assembly that makes a word, at address `pc`.

    Pseudo-instructions come before what they stand for. A word that is no instruction, or that
    assembly cannot write, is data: ``.word 0x...``. The text is assembled again before it is
    returned, so that nothing is lost.

    Parameters
    ----------
    word : the instruction, its bytes put together in the set's byte order

    Raises
    ------
    ValueError : the word is negative or wider than eight bytes
    """
    size = length_of(isa, word)
    if 0 <= word < 1 << 8 * size:
        found = _printer(isa).text(word, size, pc)
        if found is not None:
            return found
    size = next((n for n in _DATA if size <= n and 0 <= word < 1 << 8 * n), 0)
    if not size:
        raise ValueError(f"{word:#x} is no word of at most eight bytes")
    return f"{_DATA[size]} {word:#0{2 + 2 * size}x}"


def length_of(isa: Isa, word: int) -> int:
    """Return the bytes of the instruction that a word begins with."""
    return isa.length(word & (1 << 8 * isa.unit) - 1)


_printers: WeakKeyDictionary[Isa, _Printer] = WeakKeyDictionary()


def _printer(isa: Isa) -> _Printer:
    found = _printers.get(isa)
    if found is None:
        found = _printers[isa] = _Printer(isa)
    return found


class _Printer:
    """Prints the instructions of a set."""

    def __init__(self, isa: Isa) -> None:
        self.decoder = isa.decoder
        self.encoder = Encoder(isa)
        self.names = Names(frozenset(), {}, Table())
        self.shorter = reversed_aliases(isa)

    def text(self, word: int, size: int, pc: int) -> str | None:
        """Return the assembly of an instruction, None if there is none that makes it."""
        made = self.decoder.find(word, 8 * size)
        if made is None:
            return None
        for text in self._texts(made, made.fields(word), pc):
            if text is not None and self._assembled(text, pc) == (word, size):
                return text
        return None

    def _texts(self, made: Instruction, fields: Mapping[str, int], pc: int) -> Iterator[str | None]:
        for r in self.shorter.get(made.name, ()):
            given = r.operands(fields)
            if given is not None:
                widths = {n: made.encoding.fields[f].width for n, f in r.fields.items()}
                yield _printed(r.alias, given, widths, pc)
        yield _printed(made, fields, {n: f.width for n, f in made.encoding.fields.items()}, pc)

    def _assembled(self, text: str, pc: int) -> tuple[int, int] | None:
        self.names.pc = pc
        try:
            words = self.encoder.encode(expanded(text, NOWHERE), self.names)
        except Wrong:
            return None
        return words[0] if len(words) == 1 else None


def _printed(
    made: Made, values: Mapping[str, int], widths: Mapping[str, int], pc: int
) -> str | None:
    """Return the assembly of an instruction; None if an operand has no text."""

    def shown(kind: str, text: str, head: bool) -> str:
        if kind == "text":
            return text
        operand, value = made.operands[text], values[text]
        if head and _left_out(operand, value):
            return ""
        return operand.print(value, widths[text], pc)

    try:
        parts = [shown(*part, True) for part in made.syntax.head]
        parts += [" ", *(shown(*part, False) for part in made.syntax.parts)]
    except IndexError:
        return None
    return "".join(parts).strip()


def _left_out(kind: Operand, value: int) -> bool:
    """Return whether a choice in a mnemonic has no word for a value, and so none is written."""
    return isinstance(kind, Choice) and kind.nothing is None and not kind.names[value]
