"""Finding specifications by name or path, and elaborating them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from gen.cli.output import Output, print_diagnostics
from gen.diag import Diagnostic, IsoformError, Reporter
from gen.ir.machine import Machine

__all__ = [
    "MOST",
    "SPECS",
    "add_bus_argument",
    "add_unit_arguments",
    "add_variant_arguments",
    "elaborate",
    "number",
    "read_text",
    "specification",
    "unit_names",
]

MOST = 100_000_000  # transactions of a run, which take 100 bytes each
SPECS = Path(__file__).resolve().parents[2] / "specs"


def number(low: int, high: int) -> Callable[[str], int]:
    """Return what reads an integer between two limits, in any of Python's bases."""

    def read(text: str) -> int:
        try:
            value = int(text, 0)
        except ValueError:
            raise argparse.ArgumentTypeError(f"not an integer: {text!r}") from None
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must be from {low} to {high}, not {text}")
        return value

    return read


def add_unit_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name a specification."""
    parser.add_argument("unit", metavar="UNIT", help="name in specs/units, or path of a .vrs file")
    parser.add_argument(
        "--root", metavar="NAME", help="unit to elaborate, if the file has several roots"
    )
    parser.add_argument(
        "-I", dest="search", metavar="DIR", action="append", default=[], help="search imports here"
    )


def add_rtl_arguments(parser: argparse.ArgumentParser, does: str) -> None:
    """Add which Verilog of the unit: a file instead of the generated one (`does`), its variant."""
    parser.add_argument(
        "--verilog", metavar="FILE", help=f"{does} this Verilog instead of the generated one"
    )
    add_variant_arguments(parser)


def add_variant_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how the machine becomes hardware."""
    parser.add_argument(
        "--latency",
        type=int,
        choices=(0, 1, 2),
        default=1,
        help="cycles from request to response: 1 registered (default), 0 combinational, "
        "2 in two stages",
    )
    parser.add_argument(
        "--ports",
        type=int,
        choices=range(1, 9),
        default=1,
        metavar="N",
        help="translation ports that share the registers, 1 to 8 (default: 1)",
    )


def add_build_argument(parser: argparse.ArgumentParser) -> None:
    """Add where files are written."""
    parser.add_argument(
        "-o", dest="build", metavar="DIR", default="build", help="write below here (default: build)"
    )


def add_bus_argument(parser: argparse.ArgumentParser) -> None:
    """Add the choice of the register bus."""
    parser.add_argument(
        "--bus",
        choices=("native", "axi4-lite", "wishbone", "wishbone-pipelined"),
        default="native",
        help="how software reaches the registers (default: native); see docs/buses.md",
    )


def unit_names() -> list[str]:
    """Return the names of the units that come with the project."""
    return sorted(p.stem for p in (SPECS / "units").glob("*.vrs"))


def specification(unit: str) -> Path:
    """Return the path of a specification given by name or path; it need not exist."""
    if unit.endswith(".vrs") or "/" in unit:
        return Path(unit)
    path = SPECS / "units" / f"{unit}.vrs"
    if unit not in unit_names():
        reporter = Reporter()
        reporter.report(
            "E0701",
            f"there is no unit `{unit}` in specs/units",
            help=f"units: {', '.join(unit_names())}; or give the path of a .vrs file",
        )
        reporter.check()
    cwd = Path.cwd()
    return path.relative_to(cwd) if path.is_relative_to(cwd) else path


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises
    ------
    IsoformError : E0703, the file cannot be read
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise IsoformError([Diagnostic("E0703", f"cannot read `{path}`: {why}")]) from error


def elaborate(args: argparse.Namespace, output: Output, *, warnings: bool = False) -> Machine:
    """Return the machine that the command line names; print warnings on request.

    Raises
    ------
    IsoformError : the specification has errors
    """
    from gen import vrs

    reporter = Reporter()
    path = specification(args.unit)
    search = [Path(d) for d in args.search] + [SPECS / "units"]
    program = vrs.load(path, reporter, search)
    machine = vrs.elaborate(program, args.root, reporter)
    if warnings or output.verbose:
        print_diagnostics(reporter.warnings, output)
    if reporter.errors:
        raise IsoformError(reporter.errors)
    return machine
