"""Encodings as manuals print them: fixed bits, fields, and immediates scattered over the word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gen.ir import expr as e
from gen.ir.expr import Expr

__all__ = ["Encoding", "Field", "PatternError", "Piece", "parse"]

_TOKEN = re.compile(r"\S+")
_BITS = re.compile(r"[01x]+\Z")
_FIELD = re.compile(r"([A-Za-z_]\w*)(?:\[([\d:|]+)\])?\Z")


class PatternError(ValueError):
    """A pattern cannot be read. Carries where in its text, from 0, and how many characters."""

    def __init__(self, message: str, start: int, length: int) -> None:
        super().__init__(message)
        self.start = start
        self.length = length


@dataclass(frozen=True)
class Piece:
    """Bits ``low .. low + width - 1`` of a field's value, at bit `position` of the word."""

    low: int
    width: int
    position: int


@dataclass(frozen=True)
class Field:
    """A field of an encoding.

    Members
    -------
    name : as in the pattern
    pieces : where its bits are; bits of the value that no piece has are 0
    """

    name: str
    pieces: tuple[Piece, ...]

    @property
    def width(self) -> int:
        """Bits of the value, those that are always 0 with them."""
        return max(p.low + p.width for p in self.pieces)

    @property
    def given(self) -> int:
        """Mask of the bits of the value that the word has."""
        return sum(e.mask(p.width) << p.low for p in self.pieces)

    @property
    def place(self) -> int:
        """Mask of the bits of the word that belong to the field."""
        return sum(e.mask(p.width) << p.position for p in self.pieces)

    def extract(self, word: int) -> int:
        """Return the value that a word has."""
        return sum((word >> p.position & e.mask(p.width)) << p.low for p in self.pieces)

    def insert(self, value: int) -> int:
        """Return the word's bits for a value."""
        return sum((value >> p.low & e.mask(p.width)) << p.position for p in self.pieces)

    def expression(self, word: Expr) -> Expr:
        """Return the value as an expression of the word."""
        parts: list[Expr] = []
        at = self.width
        for p in sorted(self.pieces, key=lambda p: -p.low):
            gap = at - (p.low + p.width)
            if gap:
                parts.append(e.const(0, gap))
            parts.append(e.slice_(word, p.position, p.width))
            at = p.low
        if at:
            parts.append(e.const(0, at))
        return e.concat(*parts)


@dataclass(frozen=True)
class Encoding:
    """An instruction word.

    Members
    -------
    pattern : as written
    width : bits of the word
    mask, match : fixed bits and their values
    fields : by name, in the order of the pattern
    """

    pattern: str
    width: int
    mask: int
    match: int
    fields: Mapping[str, Field]

    def assemble(self, values: Mapping[str, int]) -> int:
        """Return the word with the given values of its fields."""
        return self.match | sum(f.insert(values[n]) for n, f in self.fields.items())


@dataclass
class _Token:
    """A token of a pattern: bits, or pieces of a field (high and low bit of its value)."""

    text: str
    start: int
    bits: str = ""
    name: str = ""
    ranges: tuple[tuple[int, int], ...] = ()

    @property
    def width(self) -> int:
        return len(self.bits) or sum(h - low + 1 for h, low in self.ranges)


def parse(pattern: str, widths: Mapping[str, int], word_widths: tuple[int, ...]) -> Encoding:
    """Return the encoding of a pattern, most significant bit first.

    Parameters
    ----------
    pattern : ``0``, ``1``, ``x`` (either) and fields: ``rd`` has its declared width, and of
        ``imm[12|10:5]`` these bits of the value stand here
    widths : bits of the fields that stand without brackets
    word_widths : widths that instruction words may have

    Raises
    ------
    PatternError : with the place in the pattern
    """
    tokens = [_token(m[0], m.start(), widths) for m in _TOKEN.finditer(pattern)]
    total = sum(t.width for t in tokens)
    if total not in word_widths:
        wanted = " or ".join(map(str, word_widths))
        raise PatternError(f"the pattern has {total} bits, not {wanted}", 0, len(pattern))
    mask = match = 0
    pieces: dict[str, list[Piece]] = {}
    position = total
    for t in tokens:
        if t.bits:
            position -= t.width
            mask |= int(re.sub("[01]", "1", t.bits).replace("x", "0"), 2) << position
            match |= int(t.bits.replace("x", "0"), 2) << position
        for high, low in t.ranges:
            position -= high - low + 1
            new = Piece(low, high - low + 1, position)
            if any(_overlap(new, p) for p in pieces.get(t.name, [])):
                raise PatternError(f"bits of `{t.name}` stand twice", t.start, len(t.text))
            pieces.setdefault(t.name, []).append(new)
    fields = {n: Field(n, tuple(p)) for n, p in pieces.items()}
    return Encoding(pattern, total, mask, match, fields)


def _overlap(a: Piece, b: Piece) -> bool:
    return a.low < b.low + b.width and b.low < a.low + a.width


def _token(text: str, start: int, widths: Mapping[str, int]) -> _Token:
    if _BITS.match(text):
        return _Token(text, start, bits=text)
    found = _FIELD.match(text)
    if not found:
        raise PatternError("neither bits nor a field", start, len(text))
    name, ranges = found[1], found[2]
    if ranges is None:
        if name not in widths:
            raise PatternError(f"`{name}` has no declared width", start, len(text))
        return _Token(text, start, name=name, ranges=((widths[name] - 1, 0),))
    taken = []
    for part in ranges.split("|"):
        high, _, low = part.partition(":")
        if not high or (":" in part and not low) or int(low or high) > int(high):
            raise PatternError(f"`{part}` is no range of bits", start, len(text))
        taken.append((int(high), int(low or high)))
    return _Token(text, start, name=name, ranges=tuple(taken))
