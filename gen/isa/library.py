"""The instruction sets that there are, found by name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from pathlib import Path

from gen.diag import Diagnostic, IsoformError
from gen.isa.isa import Isa

__all__ = ["CODES", "find"]

CODES: dict[str, tuple[str, str]] = {
    "E0940": (
        "no instruction set of this name",
        "An instruction set is called as its makers do, in small letters: `rv64i`.",
    ),
}


def find(name: str, extensions: Iterable[Path | str] = ()) -> Isa:
    """Return an instruction set by its name.

    Raises
    ------
    IsoformError : E0940, there is none
    """
    package = importlib.import_module("specs.isa")
    for m in pkgutil.iter_modules(package.__path__, "specs.isa."):
        found: Isa | None = importlib.import_module(m.name).isa(name)
        if found is not None:
            return found
    raise IsoformError([Diagnostic("E0940", f"there is no instruction set `{name}`")])
