"""`isoform check`: errors and warnings of specifications."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from gen.cli.output import Exit, Output, print_diagnostics
from gen.cli.units import SPECS, specification, unit_names
from gen.diag import IsoformError, Reporter

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the units to check."""
    parser.add_argument(
        "units", metavar="UNIT", nargs="*", help="names or paths; default: all of specs/units"
    )
    parser.add_argument(
        "-I", dest="search", metavar="DIR", action="append", default=[], help="search imports here"
    )
    parser.add_argument("--werror", action="store_true", help="exit 1 on warnings too")
    parser.add_argument(
        "--prove", action="store_true", help="let the solver look at what the specification claims"
    )
    parser.epilog = (
        "examples:\n  isoform check\n  isoform check mpu riscv_pmp\n"
        "  isoform check my/segment.vrs --werror --prove"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Check each unit through elaboration; 1 if any has an error."""
    failed = False
    shown = replace(output, quiet=output.quiet and not args.werror)
    for unit in args.units or unit_names():
        reporter = _check(unit, args.search, args.prove)
        print_diagnostics(reporter.sorted(), shown)
        errors, warnings = len(reporter.errors), len(reporter.warnings)
        failed = failed or bool(errors) or (args.werror and bool(warnings))
        output.say(f"{unit}: {_outcome(errors, warnings)}")
        output.result(unit=unit, errors=errors, warnings=warnings)
    return Exit.SPECIFICATION if failed else Exit.OK


def _check(unit: str, search: list[str], prove: bool) -> Reporter:
    from gen import vrs
    from gen.cli.claims import check_claims

    reporter = Reporter()
    try:
        paths = [Path(d) for d in search] + [SPECS / "units"]
        program = vrs.load(specification(unit), reporter, paths)
        for root in program.roots:
            vrs.elaborate(program, root, reporter)
            if prove:
                check_claims(program, root, reporter)
    except IsoformError as error:
        reporter.diagnostics.extend(d for d in error.diagnostics if d not in reporter.diagnostics)
    return reporter


def _outcome(errors: int, warnings: int) -> str:
    if not errors and not warnings:
        return "ok"
    counts = [(errors, "error"), (warnings, "warning")]
    return ", ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts if n)
