"""Reading a file and what it imports."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from gen.diag import Label, Reporter
from gen.hints import FEW, similar
from gen.source import Source, Span
from gen.vrs import tree
from gen.vrs.lexer import MAX_CHARACTERS
from gen.vrs.parse import parse

__all__ = ["read_files"]


def read_files(
    path: str | Path,
    reporter: Reporter,
    search: Sequence[str | Path] = (),
    texts: Mapping[str, str] | None = None,
) -> tuple[tree.File, ...]:
    """Return the file at `path` and everything it imports, dependencies first.

    An import is looked for beside the importing file, then in `search`, in order. `texts` are
    files by path that are taken from there, not from the disk. Reports files that cannot be read
    or found, import cycles, and whatever `parse` reports.
    """
    return _Reading(reporter, tuple(str(s) for s in search), texts or {}).root(str(path))


class _Reading:
    def __init__(
        self, reporter: Reporter, search: tuple[str, ...], texts: Mapping[str, str]
    ) -> None:
        self.reporter = reporter
        self.search = search
        self.texts = texts
        self.done: dict[str, tree.File | None] = {}
        self.order: list[tree.File] = []

    def root(self, path: str) -> tuple[tree.File, ...]:
        file = self.read(path, None)
        # each entry: the file, its real path and the imports still to follow
        if file is None:
            return ()
        stack: list[tuple[tree.File | None, str, list[tree.Import]]]
        stack = [(file, os.path.realpath(path), list(file.imports))]
        via: dict[str, Span] = {}
        while stack:
            file, real, imports = stack[-1]
            if not imports:
                stack.pop()
                self.done[real] = file
                if file is not None:
                    self.order.append(file)
                continue
            wanted = imports.pop(0)
            target = self.locate(wanted)
            if target is None:
                continue
            key = os.path.realpath(target)
            if key in (entry[1] for entry in stack):
                self.cycle(wanted, [entry[1] for entry in stack], key, via)
            elif key not in self.done:
                via[key] = wanted.span
                new = self.read(target, wanted.span)
                stack.append((new, key, list(new.imports) if new else []))
        return tuple(self.order)

    def read(self, path: str, span: Span | None) -> tree.File | None:
        text = self.texts.get(path)
        given = None if text is None else Source(path, text)
        source = given or _read_source(path, span, self.reporter)
        return None if source is None else parse(source, self.reporter)

    def locate(self, wanted: tree.Import) -> str | None:
        name = wanted.name.text
        here = os.path.dirname(wanted.span.source.name)
        for folder in (here, *self.search):
            path = os.path.join(folder, f"{name}.vrs")
            if path in self.texts or os.path.exists(path):
                return path
        known = [p.stem for f in (here, *self.search) for p in sorted(Path(f or ".").glob("*.vrs"))]
        places = ", ".join(f"`{folder or '.'}`" for folder in (here, *self.search))
        self.reporter.report(
            "E0201",
            f"cannot find `{name}.vrs`",
            wanted.name.span,
            f"looked in {places}",
            help=similar(name, known),
        )
        return None

    def cycle(self, at: tree.Import, open_files: list[str], key: str, via: dict[str, Span]) -> None:
        chain = open_files[open_files.index(key) + 1 :]
        labels = [Label(via[path], "imported here") for path in chain if path in via]
        self.reporter.report(
            "E0202",
            f"`{at.name.text}` imports itself" + (" through other files" if chain else ""),
            at.span,
            "this closes the circle",
            labels=labels[:FEW],
            help="move what both need into a third file",
        )


def _read_source(path: str, span: Span | None, reporter: Reporter) -> Source | None:
    if span is None:
        span = Span(Source(path, ""), 0, 0)
    try:
        with open(path, "rb") as file:
            # a device or a huge file is refused after the first bytes over the limit
            data = file.read(4 * MAX_CHARACTERS + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        message = f"cannot read `{path}`: {(reason or 'unknown reason').lower()}"
        reporter.report("E0101", message, span)
        return None
    try:
        source = Source(path, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        source = Source(path, before + "\N{REPLACEMENT CHARACTER}")
        at = Span(source, len(before), len(before) + 1)
        byte = f"byte {data[error.start]:#04x} is not text"
        reporter.report("E0102", f"`{path}` is not a text file", at, byte)
        return None
    if not source.text.strip():
        empty = Span(source, 0, 0)
        reporter.report("E0112", "the file is empty", empty, help="declare a unit in it")
        return None
    return source
