"""Diagnostics: one object per message, made from a table of codes, printed in three forms.

A message has a code, a primary span, any number of labels and a help line. Stages report all their
messages to one `Reporter`; `Reporter.check` ends the stage if there was an error.
"""

from __future__ import annotations

import enum
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from gen.source import Span

__all__ = [
    "Diagnostic",
    "IsoformError",
    "Label",
    "Reporter",
    "Severity",
    "render_github",
    "render_json",
    "render_text",
]


class Severity(enum.Enum):
    """How bad it is; the value is the word printed."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Label:
    """A place and what is to be said about it."""

    span: Span
    text: str = ""


@dataclass(frozen=True)
class Diagnostic:
    """One message.

    Members
    -------
    code : ``E0312`` or ``W0107``; the letter gives the severity
    message : lower case, user's words in backticks, no full stop
    primary : where it is, with what is said at the caret; None for messages about no place
    labels : further places
    help : what to do, or empty
    """

    code: str
    message: str
    primary: Label | None = None
    labels: tuple[Label, ...] = ()
    help: str = ""

    @property
    def severity(self) -> Severity:
        """Error or warning, by the letter of the code."""
        return Severity.ERROR if self.code.startswith("E") else Severity.WARNING


class IsoformError(Exception):
    """A stage found errors in what the user gave. Carries every diagnostic of the stage."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(render_text(d) for d in self.diagnostics))


@dataclass
class Reporter:
    """Collects the diagnostics of a run."""

    diagnostics: list[Diagnostic] = field(default_factory=list)

    def report(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        caret: str = "",
        *,
        labels: Iterable[Label] = (),
        help: str = "",
    ) -> None:
        """Add one message; the same message at the same place is kept once."""
        primary = None if span is None else Label(span, caret)
        new = Diagnostic(code, message, primary, tuple(labels), help)
        if new not in self.diagnostics:
            self.diagnostics.append(new)

    @property
    def errors(self) -> list[Diagnostic]:
        """The errors so far, sorted by place."""
        return [d for d in self.sorted() if d.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Diagnostic]:
        """The warnings so far, sorted by place."""
        return [d for d in self.sorted() if d.severity is Severity.WARNING]

    def sorted(self) -> list[Diagnostic]:
        """Return all diagnostics by file, place and code."""

        def key(d: Diagnostic) -> tuple[str, int, str]:
            span = d.primary.span if d.primary else None
            return (span.source.name if span else "", span.start if span else 0, d.code)

        return sorted(self.diagnostics, key=key)

    def check(self) -> None:
        """Raise `IsoformError` if there was an error."""
        if self.errors:
            raise IsoformError(self.sorted())


def render_text(diagnostic: Diagnostic, *, color: bool = False) -> str:
    """Return the message with source lines and carets, for a terminal."""
    paint = _Paint(color)
    severity = diagnostic.severity
    tone = "31;1" if severity is Severity.ERROR else "33;1"
    head = paint(f"{severity.value}[{diagnostic.code}]", tone)
    lines = [f"{head}: {paint(diagnostic.message, '1')}"]
    places = ([diagnostic.primary] if diagnostic.primary else []) + list(diagnostic.labels)
    gutter = max((len(str(p.span.line)) for p in places), default=1)
    if diagnostic.primary:
        lines.append(f"{' ' * gutter}--> {diagnostic.primary.span}")
        lines.extend(_excerpts(diagnostic.primary, diagnostic.labels, gutter, paint, tone))
    if diagnostic.help:
        lines.append(f"{' ' * gutter} = help: {diagnostic.help}")
    lines.append(f"{' ' * gutter} = more: isoform explain {diagnostic.code}")
    return "\n".join(lines)


@dataclass(frozen=True)
class _Paint:
    color: bool

    def __call__(self, text: str, tone: str) -> str:
        return f"\x1b[{tone}m{text}\x1b[0m" if self.color and text else text


_WIDEST = 160  # a longer source line is shown as a window around the caret


def _excerpts(
    primary: Label, labels: tuple[Label, ...], gutter: int, paint: _Paint, tone: str
) -> list[str]:
    out = [f"{' ' * gutter} |"]
    name = primary.span.source.name
    marks = [(primary, "^", tone)] + [(label, "-", "34;1") for label in labels]
    marks.sort(key=lambda m: (m[0].span.source.name != name, m[0].span.start))
    last: tuple[str, int] | None = None
    for label, mark, colour in marks:
        span = label.span
        here = (span.source.name, span.line)
        text = span.source.line(span.line).replace("\t", " ")
        column = span.column - 1
        length = max(1, min(span.end - span.start, len(text) - column))
        if len(text) > _WIDEST:
            first = max(0, column - _WIDEST // 2)
            text, column = text[first : first + _WIDEST], column - first
            length = min(length, max(1, len(text) - column))
        if last and here[0] != last[0]:
            out.append(f"{' ' * gutter}::: {span}")
        if here != last:
            out.append(f"{span.line:>{gutter}} | {_printable(text)}")
        note = f" {label.text}" if label.text else ""
        out.append(f"{' ' * gutter} | {' ' * column}{paint(mark * length + note, colour)}")
        last = here
    return out


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _place(label: Label) -> dict[str, object]:
    span = label.span
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "length": span.end - span.start,
        "text": label.text,
    }


def render_json(diagnostic: Diagnostic) -> str:
    """Return the message as one line of JSON."""
    return json.dumps(
        {
            "code": diagnostic.code,
            "severity": diagnostic.severity.value,
            "message": diagnostic.message,
            "primary": _place(diagnostic.primary) if diagnostic.primary else None,
            "labels": [_place(label) for label in diagnostic.labels],
            "help": diagnostic.help,
        }
    )


def render_github(diagnostic: Diagnostic) -> str:
    """Return the message as a GitHub workflow annotation."""
    place = ""
    if diagnostic.primary:
        span = diagnostic.primary.span
        place = f" file={span.source.name},line={span.line},col={span.column}"
    text = f"[{diagnostic.code}] {diagnostic.message}".replace("%", "%25").replace("\n", "%0A")
    return f"::{diagnostic.severity.value}{place}::{text}"


def use_color(is_tty: bool) -> bool:
    """Return whether to colour: on a terminal, unless NO_COLOR is set."""
    return is_tty and not os.environ.get("NO_COLOR")
