"""Reading a specification and its imports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gen.diag import Reporter
from gen.source import Source, Span
from gen.vrs import tree
from gen.vrs.parse import parse

__all__ = ["read_files"]


def read_files(
    path: Path, reporter: Reporter, search: Sequence[Path] = ()
) -> tuple[tree.File, ...]:
    """Return a file and all that it imports, dependencies first."""
    reader = _Reader(reporter, tuple(search))
    reader.read(path, None, ())
    return tuple(reader.files.values())


@dataclass
class _Reader:
    reporter: Reporter
    search: tuple[Path, ...]
    files: dict[Path, tree.File] = field(default_factory=dict)

    def read(self, path: Path, span: Span | None, trail: tuple[Path, ...]) -> None:
        """Read a file after its imports."""
        real = path.resolve()
        if real in self.files:
            return
        if real in trail:
            cycle = " -> ".join(p.stem for p in [*trail[trail.index(real) :], real])
            self.reporter.report("E0203", f"imports form a cycle: {cycle}", span)
            return
        text = self._text(path, span)
        if text is None:
            return
        parsed = parse(Source(str(path), text), self.reporter)
        if parsed is None:
            return
        for wanted in parsed.imports:
            self._import(path, wanted, (*trail, real))
        self.files[real] = parsed

    def _import(self, path: Path, wanted: tree.Import, trail: tuple[Path, ...]) -> None:
        name = f"{wanted.name.text}.vrs"
        folders = [path.parent, *self.search]
        found = next((f / name for f in folders if (f / name).is_file()), None)
        if found is None:
            looked = ", ".join(str(f) for f in folders)
            self.reporter.report(
                "E0202",
                f"there is no `{name}` to import",
                wanted.name.span,
                "not found",
                help=f"looked in {looked}",
            )
            return
        self.read(found, wanted.name.span, trail)

    def _text(self, path: Path, span: Span | None) -> str | None:
        try:
            data = path.read_bytes()
        except OSError as error:
            reason = (error.strerror or "unknown error").lower()
            self.reporter.report("E0101", f"cannot read `{path}`: {reason}", span)
            return None
        return data.decode("latin-1")
