"""`isoform sim`: RTL and model compared on a random stream."""

from __future__ import annotations

import argparse
from pathlib import Path

from gen.cli.output import Output
from gen.cli.units import add_unit_arguments, elaborate

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
        "-n", type=_count, default=1_000_000, help="transactions (default: 1000000)"
    )
    parser.add_argument("--seed", type=_number, help="seed, 64 bits (default: drawn, and printed)")
    parser.add_argument(
        "--stream", metavar="FILE", help="stimulus, a YAML file or a name in specs/streams"
    )
    parser.add_argument(
        "--mode",
        choices=("batch", "interactive"),
        default="batch",
        help="batch: shared buffers, fast (default); interactive: each signal driven by coroutines",
    )
    parser.add_argument(
        "--epoch", type=_number, metavar="K", help="replay only epoch K of the stream"
    )
    parser.add_argument(
        "--waves", action="store_true", help="write a waveform (runs interactively)"
    )
    parser.add_argument(
        "--verilog", metavar="FILE", help="compare this Verilog instead of the generated one"
    )
    parser.add_argument("--latency", type=int, choices=(0, 1), default=1, help="variant of the RTL")
    parser.add_argument(
        "-o", dest="build", metavar="DIR", default="build", help="write below here (default: build)"
    )
    parser.epilog = (
        "examples:\n  isoform sim mpu -n 1000000\n"
        "  isoform sim mpu --seed 0x1f --epoch 12 --waves\n"
        "  isoform sim mpu --verilog my_mpu.v"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Run the comparison; 3 if something differs."""
    from gen.cli.simulate import Request, simulate

    machine = elaborate(args, output)
    request = Request(
        unit=args.unit,
        count=args.n,
        seed=args.seed,
        stream=args.stream,
        mode="interactive" if args.waves else args.mode,
        epoch=args.epoch,
        waves=args.waves,
        verilog=Path(args.verilog) if args.verilog else None,
        latency=args.latency,
        build=Path(args.build),
    )
    return simulate(machine, request, output)
