"""Names of RISC-V instruction sets: ``rv64gc``, ``rv32im_zba_zicsr``.

RISC-V unprivileged manual 20240411, chapter on naming. Behind ``rv32i`` or ``rv64i`` (or ``g``)
come letters in any order and, each behind an underscore, longer names in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gen.diag import Reporter
from gen.source import Source, Span

__all__ = ["parse"]

_WHOLE = re.compile(r"rv(32|64)([a-z0-9_]*)\Z")
_TOKEN = re.compile(r"_?([zsx][a-z0-9]*|[^_zsx])|_")

# By the names that a set's name may have: what each is short for
SHORT = {
    "g": ("I", "M", "A", "F", "D", "Zicsr", "Zifencei"),
    "b": ("Zba", "Zbb", "Zbs"),
    "zicntr": ("Zicsr",),
    "sm1p13": ("Sm",),
    "ss1p13": ("Ss",),
}
IMPLIED = {"D": ("F",), "F": ("Zicsr",), "Sm": ("Zicsr",), "Ss": ("Sm",)}


def parse(name: str, known: tuple[str, ...]) -> tuple[int, frozenset[str]] | None:
    """Return the width and the extensions that a name says; None if it is not of RISC-V.

    Raises
    ------
    IsoformError : E0909, an extension is not among `known`, or the base is missing
    """
    found = _WHOLE.match(name)
    if not found:
        return None
    reporter = Reporter()
    source = Source("the name", name)
    by_name = {k.lower(): (k,) for k in known} | SHORT
    extensions: set[str] = set()
    for part, start in _parts(name):
        meant = by_name.get(part, (part,))
        if not set(meant) <= set(known):
            span = Span(source, start, start + len(part))
            text = f"no extension of RISC-V is called `{part}` here"
            reporter.report("E0909", text, span, help=_known(known))
        extensions.update(meant)
    if not reporter.diagnostics and "I" not in extensions:
        span = Span(source, 0, len(name))
        text = f"`{name}` lacks its base: `i`, or `g` for what most programs need"
        reporter.report("E0909", text, span)
    reporter.check()
    return int(found[1]), frozenset(_closure(extensions))


def _parts(name: str) -> Iterator[tuple[str, int]]:
    """Yield the extensions of a name and where they are."""
    for m in _TOKEN.finditer(name, len("rv64")):
        if m[1]:
            yield m[1], m.start(1)


def _known(known: tuple[str, ...]) -> str:
    short = [s for s, meant in SHORT.items() if set(meant) <= set(known)]
    return "known: " + ", ".join(f"`{k}`" for k in [*(k.lower() for k in known), *short])


def _closure(extensions: set[str]) -> set[str]:
    """Return extensions with those that they need."""
    more = {i for x in extensions for i in IMPLIED.get(x, ())} - extensions
    return _closure(extensions | more) if more else extensions
