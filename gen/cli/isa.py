"""`isoform isa`: what an instruction set is, its words proved disjoint, and its forms."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.output import Exit, Output
from gen.cli.units import add_build_argument

if TYPE_CHECKING:
    from gen.isa import Extension, Isa
    from gen.prove.encodings import Space
    from gen.sets import Check

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the set, extensions of the user's, and where to write."""
    parser.add_argument("name", metavar="NAME", help="instruction set, such as rv64i")
    parser.add_argument(
        "--extension",
        metavar="FILE",
        action="append",
        default=[],
        help="add the instructions of this Python file; again for more",
    )
    parser.add_argument("--free", action="store_true", help="list the largest parts of free words")
    add_build_argument(parser)
    parser.epilog = (
        "examples:\n  isoform isa rv64i\n  isoform isa rv64i --free\n"
        "  isoform isa rv64i --extension mine.py -o out"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Check the words, print a summary, write document, scripts and machine."""
    from gen.isa import library
    from gen.sets import check, write_set

    isa = library.find(args.name, args.extension)
    found = check(isa)
    _summary(isa, found, output)
    if args.free:
        for space in found.spaces.values():
            _free(space, output)
    if found.wrong:
        return Exit.MISMATCH
    files = write_set(isa, found, Path(args.build))
    output.say(f"document    {files.document}")
    output.say(f"smt         {files.smt} ({len(isa.instructions)} files)")
    output.say(f"machine     {files.machine}")
    output.result(
        isa=isa.name,
        title=isa.title,
        instructions=len(isa.instructions),
        extensions=[
            {"name": x.name, "title": x.title, "instructions": n} for x, n in _extensions(isa)
        ],
        words=[_object(s) for s in found.spaces.values()],
        refinements=found.refined,
        document=str(files.document),
        smt=str(files.smt),
        machine=str(files.machine),
    )
    return Exit.OK


def _extensions(isa: Isa) -> list[tuple[Extension, int]]:
    """Return how many instructions of each extension the set has, without those of none."""
    counts = [(x, sum(i.included(isa.parameters) for i in x)) for x in isa.extensions]
    return [(x, n) for x, n in counts if n]


def _summary(isa: Isa, found: Check, output: Output) -> None:
    output.say(f"{isa.title}: {len(isa.instructions)} instructions")
    for x, n in _extensions(isa):
        output.say(f"  {x.name:<9} {n:>4}  {x.title}")
    for s in found.spaces.values():
        used = s.words - s.free
        output.say(f"words       {s.width} bits: {used:,} used, {s.free:,} free ({_share(s)})")
    refined = f", {found.refined} where one refines the other" if found.refined else ""
    output.say(f"overlaps    none{refined} (proved)")
    for width, word in found.wrong.items():
        output.say(f"decoder     WRONG for the {width}-bit word {word:#x}")
        output.result(isa=isa.name, width=width, wrong=word)
    if not found.wrong:
        output.say("decoder     finds each word's instruction (proved)")


def _share(s: Space) -> str:
    return f"{100 * s.free / s.words:.2f} %"


def _free(s: Space, output: Output) -> None:
    output.say(f"free words of {s.width} bits, the largest parts:")
    for r in s.regions:
        output.say(f"  {r}  {r.words:>14,}")


def _object(s: Space) -> dict[str, object]:
    regions = [{"pattern": str(r), "words": r.words} for r in s.regions]
    return {"width": s.width, "words": s.words, "free": s.free, "regions": regions}
