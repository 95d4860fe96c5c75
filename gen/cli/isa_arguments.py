"""The arguments that name an instruction set."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gen.isa import Isa

__all__ = ["add_isa_arguments", "isa_of"]


def add_isa_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the instruction set and the user's extensions of it."""
    parser.add_argument("--isa", required=True, metavar="NAME", help="instruction set: rv64i, ...")
    parser.add_argument(
        "--extension",
        metavar="FILE.py",
        type=Path,
        action="append",
        default=[],
        help="add the instructions of this file; may be given several times",
    )


def isa_of(args: argparse.Namespace) -> Isa:
    """Return the instruction set that the command line names.

    Raises
    ------
    IsoformError : E0940 to E0943, there is no such set or a file is wrong
    """
    from gen.isa import library

    return library.find(args.isa, args.extension)
