"""The Velosiraptor language: from files to a checked program, and from there to a machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gen.diag import Reporter
from gen.vrs.elaborate import elaborate
from gen.vrs.files import read_files
from gen.vrs.program import Program

__all__ = ["Program", "elaborate", "load"]


def load(path: Path, reporter: Reporter, search: Sequence[Path] = ()) -> Program:
    """Return the program of a file and of what it imports.

    Imports are looked up beside the importing file, then in `search`.

    Raises
    ------
    IsoformError : through `reporter.check`, with every error of the stage that found one
    """
    files = read_files(path, reporter, search)
    reporter.check()
    return Program.of(files)
