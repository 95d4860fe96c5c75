"""The instruction sets that there are, found by name, and extensions in files of the user."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

from gen.diag import Reporter
from gen.hints import similar
from gen.isa.extension import Extension
from gen.isa.isa import Isa
from gen.source import Source, Span

__all__ = ["CODES", "find", "load", "names", "relatives"]

_PACKAGE = "specs.isa"

CODES: dict[str, tuple[str, str]] = {
    "E0940": (
        "no instruction set of this name",
        "An instruction set is called as its makers do, in small letters: `rv64i`. Each package "
        "in `specs/isa` makes sets from their names; the message lists examples.",
    ),
    "E0941": (
        "a file of instructions cannot be read",
        "`--extension` takes a Python file. The path does not exist, or the file is no text.",
    ),
    "E0942": (
        "a file of instructions is not Python, or fails",
        "The file given with `--extension` is run as a Python module. The message has Python's own "
        "words and points at the line of the file where it happened.",
    ),
    "E0943": (
        "a file of instructions makes no extension",
        "The file must bind at least one `gen.isa.Extension(...)` that it makes itself to a name; "
        "its decorated functions are the instructions that the set is extended with.",
    ),
}


def find(name: str, extensions: Iterable[Path | str] = ()) -> Isa:
    """Return an instruction set by its name, extended with the user's files.

    Raises
    ------
    IsoformError : E0940, there is none; E0941 to E0943, a file is wrong; or what the set's own
        description reports of the name
    """
    made = (p.isa(name) for p in _packages())
    found: Isa | None = next((x for x in made if x is not None), None)
    if found is None:
        reporter = Reporter()
        known = names()
        hint = similar(name, known)
        reporter.report(
            "E0940",
            f"there is no instruction set `{name}`",
            help=f"{hint} instruction sets: {', '.join(known)}".strip(),
        )
        reporter.check()
        raise AssertionError("reported")
    added = [x for path in extensions for x in load(Path(path))]
    return found.extended(*added) if added else found


def names() -> list[str]:
    """Return the names of sets that a list of all shows."""
    return [n for p in _packages() for n in getattr(p, "NAMES", ())]


def load(path: Path) -> list[Extension]:
    """Run a Python file and return the extensions that it makes, in order of their names' binding.

    Raises
    ------
    IsoformError : E0941, it cannot be read; E0942, it fails; E0943, it makes none
    """
    source = _source(path)
    where = str(path.resolve())
    module = ModuleType(f"isoform_extension_{path.stem}")
    module.__file__ = where
    sys.modules[module.__name__] = module  # dataclasses and pickles look there
    try:
        exec(compile(source.text, where, "exec"), module.__dict__)
    except (Exception, SystemExit) as error:
        _failed(error, source, where)
    found = list(dict.fromkeys(x for x in _extensions(module) if x.path == where))
    if not found:
        reporter = Reporter()
        reporter.report("E0943", f"`{path}` makes no extension", _whole_line(source, 1))
        reporter.check()
    return found


def relatives(isa: Isa) -> list[Extension]:
    """Return the extensions that the descriptions next to those of a set make, the set's too."""
    folders = {Path(x.path).parent for x in isa.extensions}
    modules = [m for n, m in sorted(sys.modules.items()) if n.startswith(_PACKAGE + ".")]
    found = dict.fromkeys((*isa.extensions, *(x for m in modules for x in _extensions(m))))
    return [x for x in found if Path(x.path).parent in folders]


def _packages() -> Iterator[ModuleType]:
    """Yield the packages that know instruction sets."""
    for entry in pkgutil.iter_modules(importlib.import_module(_PACKAGE).__path__):
        if entry.ispkg:
            module = importlib.import_module(f"{_PACKAGE}.{entry.name}")
            if hasattr(module, "isa"):
                yield module


def _extensions(module: ModuleType) -> Iterator[Extension]:
    return (x for x in vars(module).values() if isinstance(x, Extension))


def _source(path: Path) -> Source:
    try:
        return Source(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        reporter = Reporter()
        reporter.report("E0941", f"cannot read `{path}`: {why}")
        reporter.check()
        raise AssertionError("reported") from error


def _failed(error: BaseException, source: Source, where: str) -> None:
    """Report what a user's file raised, at its own innermost line."""
    reporter = Reporter()
    if isinstance(error, SyntaxError):
        reporter.report("E0942", f"not Python: {error.msg}", _syntax_span(error, source))
    else:
        lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == where]
        text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        line = (lines and lines[-1]) or 1
        reporter.report("E0942", f"the file fails: {text}", _whole_line(source, line))
    try:
        reporter.check()
    except Exception as reported:
        raise reported from error


def _syntax_span(error: SyntaxError, source: Source) -> Span:
    line = min(error.lineno or 1, source.text.count("\n") + 1)
    whole = _whole_line(source, line)
    start = whole.start - whole.column + (error.offset or 1)
    return Span(source, start, max(start + 1, whole.end))


def _whole_line(source: Source, line: int) -> Span:
    """Return a line without its indentation."""
    text = source.line(line)
    start = sum(len(x) + 1 for x in source.text.split("\n")[: line - 1])
    return Span(source, start + len(text) - len(text.lstrip()), start + len(text))
