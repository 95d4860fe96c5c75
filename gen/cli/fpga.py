"""`isoform fpga`: area and clock frequency of units on FPGAs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gen.cli.output import Exit, Output, print_diagnostics
from gen.cli.units import (
    add_build_argument,
    add_rtl_arguments,
    add_unit_arguments,
    elaborate,
    number,
    read_text,
    unit_names,
)
from gen.diag import Diagnostic, IsoformError

if TYPE_CHECKING:
    from tb.fpga.measure import Measurement

__all__ = ["add_arguments", "run"]

_SECONDS = 1800.0  # of wall time for one step, unless asked otherwise


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the unit, the devices, and what to do with the figures."""
    add_unit_arguments(parser)
    unit = next(a for a in parser._actions if a.dest == "unit")
    unit.nargs = "?"
    parser.add_argument("--all", action="store_true", help="every unit of specs/units")
    parser.add_argument(
        "--device", choices=("ecp5", "ice40", "all"), default="all", help="family (default: all)"
    )
    parser.add_argument(
        "--seeds",
        type=number(1, 1000),
        default=3,
        help="placements; Fmax is the median (default: 3)",
    )
    parser.add_argument(
        "--limit",
        type=number(1, 1_000_000),
        default=_SECONDS,
        metavar="S",
        help="wall seconds for one step",
    )
    add_rtl_arguments(parser, "measure")
    parser.add_argument(
        "--table", metavar="FILE", help="put the table between the markers of this Markdown file"
    )
    add_build_argument(parser)
    parser.epilog = (
        "examples:\n  isoform fpga mpu\n  isoform fpga mpu --device ecp5 --seeds 5 --json\n"
        "  isoform fpga riscv_pmp32 --ports 2 --latency 2\n"
        "  isoform fpga --all --table docs/fpga.md"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Measure, print, and write the table on request.

    Raises
    ------
    IsoformError : a specification is wrong, the flow failed, or a file cannot be read or written
    """
    from tb.tools import ToolError, ToolMissing

    if args.all == (args.unit is not None) or (args.all and args.verilog):
        print_diagnostics([Diagnostic("E0708", "give a unit, or --all without --verilog")], output)
        return Exit.USAGE
    try:
        _measure_all(args, output)
    except ToolMissing as error:
        print_diagnostics([Diagnostic("E0702", str(error))], output)
        return Exit.TOOL_MISSING
    except ToolError as error:
        raise IsoformError([Diagnostic("E0706", str(error))]) from error
    return Exit.OK


def _measure_all(args: argparse.Namespace, output: Output) -> None:
    from tb.fpga.devices import DEVICES
    from tb.fpga.tools import require

    document = read_text(Path(args.table)) if args.table else ""
    devices = [d for d in DEVICES.values() if args.device in (d.name, "all")]
    tools = require(devices)
    if document:  # a document without markers is found before the work, not after it
        _inserted(Path(args.table), document, "")
    found = []
    for m in _measurements(args, output, devices):
        found.append(m)
        _say(m, output)
    if args.table:
        from gen.artefacts import write_whole
        from tb.fpga.table import markdown

        table = markdown(found, tools, _command(args))
        write_whole(Path(args.table), _inserted(Path(args.table), document, table))
        output.say(f"table     {args.table}")


def _measurements(
    args: argparse.Namespace, output: Output, devices: list[Any]
) -> Iterator[Measurement]:
    from gen.cli.simulate import Progress
    from tb.fpga.flow import Flow
    from tb.fpga.measure import measure

    progress = Progress(output)
    for unit in unit_names() if args.all else [args.unit]:
        args.unit = unit
        manifest, text = _design(args, output)
        for device in devices:
            flow = Flow(text, manifest, device, Path(args.build) / "cache", args.limit)
            try:
                found = measure(flow, args.seeds, progress)
            finally:
                progress.clear()
            yield found


def _design(args: argparse.Namespace, output: Output) -> tuple[dict[str, Any], str]:
    """Return the manifest and the Verilog of a unit."""
    from gen.forms import rtl
    from gen.forms.rtl.manifest import manifest

    machine = elaborate(args, output)
    options = rtl.RtlOptions(latency=args.latency, ports=args.ports)
    text = read_text(Path(args.verilog)) if args.verilog else rtl.verilog(machine, options)
    return manifest(machine, options), text


def _inserted(path: Path, document: str, table: str) -> str:
    from tb.fpga.table import MarkersMissing, replace

    try:
        return replace(document, table)
    except MarkersMissing as error:
        text = f"`{path}` has no place for the table: {error}"
        raise IsoformError([Diagnostic("E0707", text)]) from error


def _command(args: argparse.Namespace) -> str:
    what = "--all" if args.all else args.unit
    device = "" if args.device == "all" else f" --device {args.device}"
    latency = "" if args.latency == 1 else f" --latency {args.latency}"
    limit = "" if args.limit == _SECONDS else f" --limit {args.limit:g}"
    ports = "" if args.ports == 1 else f" --ports {args.ports}"
    how = f"{device} --seeds {args.seeds}{limit}{latency}{ports}"
    return f"isoform fpga {what}{how} --table {args.table}"


def _say(m: Measurement, output: Output) -> None:
    from tb.fpga.devices import DEVICES

    output.result(**m.to_json())
    output.say(f"unit      {m.label} on {DEVICES[m.device].part}")
    if m.area is not None:
        area = ", ".join(f"{n} {name.upper()}" for name, n in m.area.items() if n)
        output.say(f"area      {area} (synthesis {m.synthesis_seconds:.1f} CPU-s)")
    if m.fmax is not None:
        each = ", ".join(f"{p.fmax:.1f}" for p in m.placements)
        output.say(
            f"Fmax      {m.fmax:.1f} MHz, median of {each} ({m.place_seconds:.1f} CPU-s each)"
        )
        slow = min(m.placements, key=lambda p: p.fmax)
        output.say(f"slowest   from {slow.start} to {slow.end}")
    if m.note:
        output.say(f"note      {m.note}")
    output.say()
