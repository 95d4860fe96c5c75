"""What assembly makes: sections of bytes at addresses, and symbols."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gen.isa.isa import Isa
from gen.source import Span

__all__ = ["Line", "Program", "Section", "Symbol", "flags_of"]

_FLAGS = {"text": "ax", "rodata": "a"}


@dataclass
class Section:
    """A section.

    Members
    -------
    address : of its first byte
    data : its bytes; of a section of zeros too
    flags : letters of ``a`` allocated, ``w`` writable, ``x`` executable
    zeros : whether a file has its size only
    align : its address is a multiple of this
    """

    name: str
    flags: str
    zeros: bool = False
    address: int = 0
    align: int = 1
    data: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True)
class Symbol:
    """A label or constant; `section` is empty for a constant."""

    name: str
    value: int
    section: str = ""
    shared: bool = False


@dataclass(frozen=True)
class Line:
    """A statement and the bytes that it made."""

    address: int
    data: bytes
    span: Span


@dataclass
class Program:
    """A program with nothing left open.

    Members
    -------
    sections : in order of their addresses
    symbols : in order of their definition
    entry : address of ``_start``, else of the first byte
    lines : the statements that made bytes
    """

    isa: Isa
    sections: list[Section]
    symbols: dict[str, Symbol]
    entry: int
    lines: list[Line]

    def listing(self) -> Iterator[str]:
        """Yield a line of text for each statement: address, bytes, source line and text."""
        at = {s.value: n for n, s in reversed(self.symbols.items()) if s.section}
        for line in self.lines:
            if line.address in at:
                yield f"{at.pop(line.address)}:"
            shown = line.data[:8].hex(" ") + (" .." if len(line.data) > 8 else "")
            text = " ".join(line.span.text.split())
            yield f"  {line.address:08x}  {shown:<26}  {line.span.line:>4}  {text}"


def flags_of(name: str) -> str:
    """Return the flags that a section of this name has without any said."""
    return _FLAGS.get(name.removeprefix(".").partition(".")[0], "aw")
