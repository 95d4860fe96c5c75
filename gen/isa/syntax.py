"""Assembly patterns: a mnemonic, punctuation and operands in braces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gen.isa.operands import Choice, Operand

__all__ = ["Syntax", "SyntaxPatternError"]

_PART = re.compile(r"\{(\w+)\}")


class SyntaxPatternError(ValueError):
    """An assembly pattern cannot be read."""


@dataclass(frozen=True)
class Syntax:
    """How assembly writes an instruction.

    Members
    -------
    text : the pattern
    head : text and operands of the mnemonic (``add{cond}`` has an operand in it)
    parts : text and operands behind it, in turn
    """

    text: str
    head: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]

    @staticmethod
    def of(text: str, kinds: Mapping[str, Operand]) -> Syntax:
        """Return a pattern, read.

        Raises
        ------
        SyntaxPatternError : an operand is not declared, or the mnemonic's is not one of some words
        """
        head, _, tail = text.partition(" ")
        made = Syntax(text, tuple(_split(head)), tuple(_split(tail.strip())))
        for kind, name in (*made.head, *made.parts):
            if kind == "operand" and name not in kinds:
                raise SyntaxPatternError(f"`{name}` is no declared operand")
        for kind, name in made.head:
            if kind == "operand" and not isinstance(kinds[name], Choice):
                raise SyntaxPatternError(f"`{name}` in a mnemonic must be a choice of words")
        return made

    @property
    def mnemonic(self) -> str:
        """The mnemonic without operands in it."""
        return "".join(t for kind, t in self.head if kind == "text")

    @property
    def operands(self) -> tuple[str, ...]:
        """Names of the operands, in order."""
        return tuple(t for kind, t in (*self.head, *self.parts) if kind == "operand")


def _split(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    for m in _PART.finditer(text):
        if m.start() > at:
            yield "text", text[at : m.start()]
        yield "operand", m[1]
        at = m.end()
    if at < len(text):
        yield "text", text[at:]
