"""Translation units: from a `.vrs` file to a checked program, and from there to a machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from gen.diag import Reporter
from gen.vrs.check import check
from gen.vrs.elaborate import elaborate
from gen.vrs.files import read_files
from gen.vrs.parse import parse
from gen.vrs.program import Program

__all__ = ["Program", "elaborate", "load", "parse"]


def load(
    path: str | Path,
    reporter: Reporter,
    search: Sequence[str | Path] = (),
    texts: Mapping[str, str] | None = None,
) -> Program:
    """Return the checked program of the file at `path` and its imports.

    Imports are looked for beside the importing file, then in the folders of `search`. `texts` are
    files by path to be taken from there, not from the disk. Raises `IsoformError` through the
    reporter when a stage (reading, names, types and rules) ends with errors; warnings stay in the
    reporter.
    """
    files = read_files(path, reporter, search, texts)
    reporter.check()
    return check(Program.of(files), reporter)
