"""`isoform list`: the units and the instruction sets, with what each is."""

from __future__ import annotations

import argparse

from gen.cli.output import Exit, Output
from gen.cli.units import SPECS, unit_names

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command takes no arguments."""
    parser.epilog = "examples:\n  isoform list\n  isoform list --json"


def run(args: argparse.Namespace, output: Output) -> int:
    """Print a line per unit: its name and the first sentence of its header; then the sets."""
    names = unit_names()
    width = max(map(len, names), default=0)
    for name in names:
        path = SPECS / "units" / f"{name}.vrs"
        summary = _summary(path.read_text(encoding="ascii", errors="replace"))
        output.say(f"{name:<{width}}  {summary}")
        output.result(unit=name, path=str(path), summary=summary)
    _sets(output, width)
    return Exit.OK


def _sets(output: Output, width: int) -> None:
    """Print a line per instruction set: its name, title and size."""
    from gen.isa import library

    output.say("\ninstruction sets:")
    for name in library.names():
        isa = library.find(name)
        output.say(f"{name:<{width}}  {isa.title}, {len(isa.instructions)} instructions")
        output.result(isa=name, title=isa.title, instructions=len(isa.instructions))


def _summary(text: str) -> str:
    """Return the first sentence of the comment at the top of a file."""
    words: list[str] = []
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped.startswith(("//", "/*", "*")):
            break
        content = stripped.strip("/* ").strip()
        if not content and words:
            break
        if content.strip("-=#"):
            words.append(content)
    return " ".join(words).split(". ")[0].rstrip(".")
