"""`isoform sim`: RTL and model compared on a random stream."""

from __future__ import annotations

import argparse
from pathlib import Path

from gen.cli.output import Output
from gen.cli.units import (
    add_build_argument,
    add_bus_argument,
    add_rtl_arguments,
    add_unit_arguments,
    elaborate,
)
from gen.diag import Diagnostic, IsoformError

__all__ = ["add_arguments", "run"]


def _number(text: str) -> int:
    return int(text, 0)


def _count(text: str) -> int:
    value = int(text.replace("_", ""), 0)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the unit, the stream and how to run it."""
    add_unit_arguments(parser)
    parser.add_argument(
        "-n",
        type=_count,
        help="transactions (default: 1000000; with another bus than the native one 100000)",
    )
    parser.add_argument("--seed", type=_number, help="seed, 64 bits (default: drawn, and printed)")
    parser.add_argument(
        "--stream", metavar="FILE", help="stimulus, a YAML file or a name in specs/streams"
    )
    parser.add_argument(
        "--mode",
        choices=("batch", "interactive"),
        help="batch: shared buffers, fast (default); interactive: each signal driven by coroutines "
        "(default, and the only one, with another bus than the native one)",
    )
    parser.add_argument(
        "--epoch", type=_number, metavar="K", help="replay only epoch K of the stream"
    )
    parser.add_argument(
        "--waves", action="store_true", help="write a waveform (runs interactively)"
    )
    add_rtl_arguments(parser, "compare")
    add_bus_argument(parser)
    add_build_argument(parser)
    parser.epilog = (
        "examples:\n  isoform sim mpu -n 1000000\n"
        "  isoform sim mpu --seed 0x1f --epoch 12 --waves\n"
        "  isoform sim mpu --verilog my_mpu.v\n"
        "  isoform sim mpu --bus axi4-lite -n 20000\n"
        "  isoform sim riscv_pmp32 --ports 2 --latency 2"
    )


def _mode(args: argparse.Namespace) -> str:
    """Return the bench's mode.

    Raises
    ------
    IsoformError : E0705, the batch bench is asked to drive a standard bus
    """
    if args.bus != "native" and args.mode == "batch":
        text = f"`--mode batch` cannot drive `--bus {args.bus}`"
        raise IsoformError([Diagnostic("E0705", text, help="leave out `--mode batch`")])
    interactive = args.waves or args.bus != "native"
    return "interactive" if interactive else args.mode or "batch"


def run(args: argparse.Namespace, output: Output) -> int:
    """Run the comparison; 3 if something differs."""
    from gen.cli.simulate import Request, simulate

    machine = elaborate(args, output)
    request = Request(
        unit=args.unit,
        count=args.n or (1_000_000 if args.bus == "native" else 100_000),
        seed=args.seed,
        stream=args.stream,
        mode=_mode(args),
        epoch=args.epoch,
        waves=args.waves,
        verilog=Path(args.verilog) if args.verilog else None,
        latency=args.latency,
        bus=args.bus,
        ports=args.ports,
        build=Path(args.build),
    )
    return simulate(machine, request, output)
