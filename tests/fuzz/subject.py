"""What a subject of the fuzzer is, and what counts as a good end of a run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from gen.cli.explain import all_codes
from gen.diag import Diagnostic, render_github, render_json, render_text

__all__ = ["ROOT", "Subject", "Unexpected", "as_text", "codes_of", "texts", "words_of"]

ROOT = Path(__file__).parents[2]


class Unexpected(AssertionError):
    """A run ended in a way that a user must never see."""


@dataclass(frozen=True)
class Subject:
    """Something that reads what a user wrote.

    Members
    -------
    share : of every thousand inputs, how many are for this subject
    make : an input, from random numbers
    run : read an input in an empty folder; return how it ended, or raise
    parts : pieces of an input that the shrinker may leave out, from coarse to fine
    """

    share: int
    make: Callable[[Random], bytes]
    run: Callable[[bytes, Path], str]
    parts: tuple[re.Pattern[bytes], ...] = (
        re.compile(rb"[^\n]*\n|[^\n]+"),
        re.compile(rb"\w+|\s+|[^\w\s]", re.ASCII),
    )


@cache
def texts(*patterns: str) -> tuple[str, ...]:
    """Return the files of the project that match, smaller ones first."""
    paths = sorted({p for pattern in patterns for p in ROOT.glob(pattern) if p.is_file()})
    found = [p.read_bytes().decode("utf-8", "replace") for p in paths]
    return tuple(sorted(found, key=len))


@cache
def words_of(corpus: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of some texts."""
    return tuple(sorted({w for text in corpus for w in re.findall(r"[A-Za-z_]\w*", text)}))


def as_text(data: bytes) -> str:
    """Return the bytes as text where they are read by something that takes text only."""
    return data.decode("utf-8", "replace")


def codes_of(diagnostics: Iterable[Diagnostic], files: Iterable[Path], *, place: bool) -> str:
    """Return the codes of messages, each of which has to have a known code and a place.

    Parameters
    ----------
    files : the places have to be within these, or within the project
    place : a message without a place is a finding
    """
    known, inside = all_codes(), [str(f) for f in files]
    for d in diagnostics:
        if d.code not in known:
            raise Unexpected(f"`isoform explain` does not know {d.code}: {d.message}")
        if d.primary is None and place:
            raise Unexpected(f"{d.code} has no place: {d.message[:80]}")
        for label in [d.primary, *d.labels] if d.primary else d.labels:
            assert label is not None
            span, size = label.span, len(label.span.source.text)
            if not 0 <= span.start <= span.end <= size:
                raise Unexpected(f"{d.code} points at {span.start}..{span.end} of {size}")
            if span.source.name not in inside and str(ROOT) not in span.source.name:
                raise Unexpected(f"{d.code} points into `{span.source.name}`")
        for text in (render_text(d), render_json(d), render_github(d)):
            text.encode("utf-8")
            if len(text) > 8000:
                raise Unexpected(f"{d.code} has {len(text)} characters")
    return " ".join(sorted({d.code for d in diagnostics})) or "ok"
