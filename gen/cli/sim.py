"""`isoform sim`: RTL and model compared on a random stream."""

from __future__ import annotations

import argparse
from pathlib import Path

from gen.cli.output import Output
from gen.cli.units import (
    MOST,
    add_build_argument,
    add_bus_argument,
    add_rtl_arguments,
    add_unit_arguments,
    elaborate,
    number,
)
from gen.diag import Diagnostic, IsoformError

__all__ = ["add_arguments", "run"]


_WORD = (1 << 64) - 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the unit, the stream and how to run it."""
    add_unit_arguments(parser)
    parser.add_argument(
        "-n",
        type=number(1, MOST),
        help="transactions (default: 1000000; with a standard bus 100000, on Icarus 20000)",
    )
    parser.add_argument(
        "--seed", type=number(0, _WORD), help="seed, 64 bits (default: drawn, and printed)"
    )
    parser.add_argument(
        "--stream", metavar="FILE", help="stimulus, a YAML file or a name in specs/streams"
    )
    parser.add_argument(
        "--case", metavar="FILE", help="run the transactions in a file instead of random ones"
    )
    parser.add_argument(
        "--mode",
        choices=("batch", "interactive"),
        help="batch: shared buffers, fast (default); interactive: each signal driven by coroutines "
        "(default, and the only one, with another bus than the native one and on Icarus)",
    )
    parser.add_argument(
        "--simulator",
        choices=("verilator", "icarus"),
        default="verilator",
        help="icarus: four values instead of two, interactive only (default: verilator)",
    )
    parser.add_argument(
        "--epoch", type=number(0, _WORD), metavar="K", help="replay only epoch K of the stream"
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
        "  isoform sim mpu --case build/mpu/proof/counterexample.yaml\n"
        "  isoform sim mpu --simulator icarus\n"
        "  isoform sim riscv_pmp32 --ports 2 --latency 2"
    )


def _mode(args: argparse.Namespace) -> str:
    """Return the bench's mode.

    Raises
    ------
    IsoformError : E0705, the batch bench is asked to drive a standard bus, or to run on Icarus
    """
    if args.bus != "native" and args.mode == "batch":
        text = f"`--mode batch` cannot drive `--bus {args.bus}`"
        raise IsoformError([Diagnostic("E0705", text, help="leave out `--mode batch`")])
    if args.simulator != "verilator" and args.mode == "batch":
        text = f"`--mode batch` cannot run on `--simulator {args.simulator}`"
        raise IsoformError([Diagnostic("E0705", text, help="leave out `--mode batch`")])
    interactive = args.waves or args.bus != "native" or args.simulator != "verilator"
    return "interactive" if interactive else args.mode or "batch"


def _case(args: argparse.Namespace) -> Path | None:
    """Return the case's file.

    Raises
    ------
    IsoformError : E0709, it is given together with what makes a random stream
    """
    if args.case is None:
        return None
    for name in ("n", "seed", "stream", "epoch"):
        if getattr(args, name) is not None:
            option = "-n" if name == "n" else f"--{name}"
            text = f"`--case` says every transaction, `{option}` has nothing to choose"
            raise IsoformError([Diagnostic("E0709", text, help=f"leave out `{option}`")])
    return Path(args.case)


def _default_count(args: argparse.Namespace) -> int:
    if args.simulator != "verilator":
        return 20_000
    return 1_000_000 if args.bus == "native" else 100_000


def run(args: argparse.Namespace, output: Output) -> int:
    """Run the comparison; 3 if something differs."""
    from gen.cli.simulate import Request, simulate

    machine = elaborate(args, output)
    request = Request(
        unit=args.unit,
        count=args.n or _default_count(args),
        seed=args.seed,
        stream=args.stream,
        mode=_mode(args),
        epoch=args.epoch,
        case=_case(args),
        waves=args.waves,
        verilog=Path(args.verilog) if args.verilog else None,
        latency=args.latency,
        bus=args.bus,
        ports=args.ports,
        build=Path(args.build),
        simulator=args.simulator,
    )
    return simulate(machine, request, output)
