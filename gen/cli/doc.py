"""`isoform doc`: write the document of a unit."""

from __future__ import annotations

import argparse
from pathlib import Path

from gen.cli.output import Exit, Output
from gen.cli.units import add_build_argument, add_unit_arguments, elaborate

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the unit and where to write."""
    add_unit_arguments(parser)
    add_build_argument(parser)
    parser.epilog = "examples:\n  isoform doc mpu\n  isoform doc riscv_pmp -o out"


def run(args: argparse.Namespace, output: Output) -> int:
    """Write Markdown and HTML and print their paths."""
    from gen.artefacts import write_document

    machine = elaborate(args, output)
    paths = write_document(machine, Path(args.build))
    output.say(f"markdown  {paths.markdown}\nhtml      {paths.html}")
    output.result(unit=machine.name, markdown=str(paths.markdown), html=str(paths.html))
    return Exit.OK
