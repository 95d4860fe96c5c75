"""Lines of assembly: comments taken out, statements and their labels found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gen.diag import Reporter
from gen.isa.assembly.strings import CHARACTER, STRING
from gen.source import Source, Span

__all__ = ["Statement", "Text", "arguments", "expanded", "statements"]

_LABEL = re.compile(r"\s*([A-Za-z_.$][\w.$]*|\d+)\s*:(?!:)")
_ASSIGNMENT = re.compile(r"([A-Za-z_.$][\w.$]*)\s*=(?!=)\s*")
_HEAD = re.compile(r"\S+")
_BREAK = re.compile(rf"{STRING}|{CHARACTER}|[;\n]")
_COMMA = re.compile(rf"{STRING}|{CHARACTER}|[(),\[\]{{}}]")


@dataclass(frozen=True)
class Text:
    """A piece of a statement and where it was written.

    Members
    -------
    start : offset in the source
    whole : place of every part of the text, if it was not written there itself
    """

    source: Source
    start: int
    text: str
    whole: Span | None = None

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """Return where some of its characters were written."""
        if self.whole is not None:
            return self.whole
        last = len(self.text) if end is None else end
        return Span(self.source, self.start + start, self.start + max(last, start + 1))

    def part(self, start: int, end: int) -> Text:
        """Return some of its characters, without blanks at either end."""
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        return Text(self.source, self.start + start, text.strip(), self.whole)


@dataclass(frozen=True)
class Statement:
    """A statement.

    Members
    -------
    labels : before it
    head : mnemonic or directive; empty if there are labels only
    rest : what follows the head
    number : of statements before it
    assigned : the name before ``=``, in a statement of that form
    """

    labels: tuple[Text, ...]
    head: Text
    rest: Text
    number: int = 0
    assigned: Text | None = None

    @property
    def span(self) -> Span:
        """Where head and rest are."""
        return self.head.span().to(self.rest.span()) if self.rest.text else self.head.span()


def statements(source: Source, comments: tuple[str, ...], reporter: Reporter) -> list[Statement]:
    """Return the statements of a text; reports E0928."""
    blank = _without_comments(source, comments, reporter)
    made: list[Statement] = []
    for start, end in _pieces(blank):
        found = _statement(Text(source, start, blank[start:end]), len(made))
        if found.labels or found.head.text:
            made.append(found)
    return made


def expanded(line: str, whole: Span) -> Statement:
    """Return the statement of a line that a pseudo-instruction stands for, written as `whole`."""
    return _statement(Text(whole.source, whole.start, line, whole), 0)


def arguments(rest: Text) -> list[Text]:
    """Return what commas separate, outside of strings and brackets."""
    if not rest.text:
        return []
    made, start, depth = [], 0, 0
    for m in _COMMA.finditer(rest.text):
        if m[0] in "([{":
            depth += 1
        elif m[0] in ")]}":
            depth -= 1
        elif m[0] == "," and depth <= 0:
            made.append(rest.part(start, m.start()))
            start = m.end()
    return [*made, rest.part(start, len(rest.text))]


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for m in _BREAK.finditer(text):
        if m[0] in ";\n":
            yield start, m.start()
            start = m.end()
    yield start, len(text)


def _statement(piece: Text, number: int) -> Statement:
    at = 0
    labels = []
    while m := _LABEL.match(piece.text, at):
        labels.append(piece.part(m.start(1), m.end(1)))
        at = m.end()
    body = piece.part(at, len(piece.text))
    if m := _ASSIGNMENT.match(body.text):
        name = body.part(m.start(1), m.end(1))
        head = Text(body.source, body.start, ".set", name.span())
        value = body.part(m.end(), len(body.text))
        return Statement(tuple(labels), head, value, number, name)
    m = _HEAD.match(body.text)
    end = m.end() if m else 0
    return Statement(tuple(labels), body.part(0, end), body.part(end, len(body.text)), number)


def _without_comments(source: Source, comments: tuple[str, ...], reporter: Reporter) -> str:
    """Return the text with blanks instead of comments."""
    begin = "|".join(re.escape(c) for c in ("//", *comments))
    pattern = re.compile(
        rf"(?P<keep>{STRING}|{CHARACTER})|/\*.*?\*/|(?:{begin})[^\n]*|(?P<open>/\*.*|\"[^\n]*)",
        re.DOTALL,
    )

    def blank(m: re.Match[str]) -> str:
        if m["keep"]:
            return m[0]
        if m["open"]:
            what = "comment" if m[0].startswith("/*") else "string"
            span = Span(source, m.start(), m.start() + (2 if what == "comment" else 1))
            reporter.report("E0928", f"the {what} is not closed", span, f"the {what} begins here")
        return re.sub(r"[^\n]", " ", m[0])

    return pattern.sub(blank, source.text)
