"""`isoform explain`: what a code means and how to mend it."""

from __future__ import annotations

import argparse
import difflib
import sys

from gen.cli.output import Exit, Output

__all__ = ["add_arguments", "all_codes", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the code."""
    parser.add_argument(
        "code", metavar="CODE", nargs="?", help="a code such as E0312; default: all"
    )
    parser.epilog = "examples:\n  isoform explain E0312\n  isoform explain"


def all_codes() -> dict[str, tuple[str, str]]:
    """Return every code with its title and explanation."""
    from gen.cli.codes import CODES as COMMAND
    from gen.forms.rtl.codes import CODES as RTL
    from gen.isa.assembly.codes import CODES as ASSEMBLY
    from gen.isa.codes import CODES as ISA
    from gen.isa.library import CODES as LIBRARY
    from gen.stream.codes import CODES as STREAM
    from gen.vrs.codes import CODES as LANGUAGE
    from gen.vrs.codes.claims import CLAIMS
    from gen.vrs.elaborate.codes import CODES as ELABORATION
    from sim.programs.codes import CODES as PROGRAMS

    tables = [LANGUAGE, CLAIMS, ELABORATION, STREAM, COMMAND, RTL]
    tables += [ISA, LIBRARY, ASSEMBLY, PROGRAMS]
    return {code: row for table in tables for code, row in sorted(table.items())}


def run(args: argparse.Namespace, output: Output) -> int:
    """Print the explanation of one code, or the title of each."""
    table = all_codes()
    if args.code is None:
        for code, (title, _) in table.items():
            output.say(f"{code}  {title}")
            output.result(code=code, title=title)
        return Exit.OK
    code = args.code.upper()
    if code not in table:
        near = difflib.get_close_matches(code, table, n=3)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        print(f"isoform: there is no code `{args.code}`{hint}", file=sys.stderr)
        return Exit.USAGE
    title, text = table[code]
    output.say(f"{code}: {title}\n\n{text.rstrip()}")
    output.result(code=code, title=title, text=text)
    return Exit.OK
