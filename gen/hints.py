"""Helpers of messages: suggestions for a name, the place of a word."""

from __future__ import annotations

from collections.abc import Iterable

from gen.source import Span

__all__ = ["FEW", "distance", "similar", "with_article", "word_in"]

FEW = 6
"""Most labels of one message: who needs more has a tool at work, not a mistake."""

_FAR = 3


def distance(a: str, b: str) -> int:
    """Return the edit distance of two words (insert, delete, replace), or 3 for 3 and more."""
    if abs(len(a) - len(b)) >= _FAR:
        return _FAR
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        corner, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (x != y))
        if min(row) >= _FAR:
            return _FAR
    return min(row[-1], _FAR)


def similar(name: str, known: Iterable[str]) -> str:
    """Return a help line that names the nearest of `known` within two edits, or nothing.

    Differences in case alone count as none. A short name must share more than it differs in.
    """
    best = min(known, key=lambda k: (distance(name.lower(), k.lower()), k), default=None)
    if best is None or best == name or len(name) > 64:
        return ""
    far = distance(name.lower(), best.lower())
    return f"did you mean `{best}`?" if far < _FAR and far < len(name) else ""


def with_article(word: str) -> str:
    """Return a word with `a` or `an` before it."""
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def word_in(span: Span, word: str) -> Span:
    """Return the first place of `word` in `span`: the keyword that an item begins with."""
    start = span.start + max(span.text.find(word), 0)
    return Span(span.source, start, min(start + len(word), span.end))
