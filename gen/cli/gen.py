"""`isoform gen`: write every form of a unit."""

from __future__ import annotations

import argparse
from pathlib import Path

from gen.cli.output import Exit, Output
from gen.cli.units import (
    add_build_argument,
    add_bus_argument,
    add_unit_arguments,
    add_variant_arguments,
    elaborate,
)

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the unit and where to write."""
    add_unit_arguments(parser)
    add_build_argument(parser)
    add_variant_arguments(parser)
    add_bus_argument(parser)
    parser.epilog = (
        "examples:\n  isoform gen mpu\n  isoform gen my/segment.vrs -o out\n"
        "  isoform gen mpu_region --latency 0\n"
        "  isoform gen riscv_pmp32 --ports 2 --latency 2\n"
        "  isoform gen mpu --bus axi4-lite"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Write the forms and print their paths."""
    from gen.artefacts import write_document, write_forms

    machine = elaborate(args, output)
    build = Path(args.build)
    paths = write_forms(machine, build, args.latency, args.bus, args.ports)
    write_document(machine, build)
    written = {
        "verilog": paths.verilog,
        "core": paths.core,
        "waivers": paths.waivers,
        "model": paths.model,
        "manifest": paths.manifest,
        "machine": paths.machine,
        "markdown": paths.markdown,
        "html": paths.html,
    }
    for what, path in written.items():
        output.say(f"{what:<9} {path}")
    output.result(unit=machine.name, **{k: str(v) for k, v in written.items()})
    return Exit.OK
