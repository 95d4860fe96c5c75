"""`isoform asm`: assemble a file to an executable."""

from __future__ import annotations

import argparse
from pathlib import Path

from gen.cli.isa_arguments import add_isa_arguments, isa_of
from gen.cli.output import Exit, Output
from gen.cli.units import number, read_text

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the source, the instruction set and what to write."""
    parser.add_argument("source", metavar="FILE.s", type=Path, help="assembly")
    add_isa_arguments(parser)
    parser.add_argument(
        "-o", dest="output", metavar="FILE.elf", type=Path, help="executable to write"
    )
    parser.add_argument(
        "--base",
        type=number(0, (1 << 64) - 1),
        metavar="ADDR",
        help="address of the first section (default: 0x10000)",
    )
    parser.add_argument(
        "--listing", action="store_true", help="print addresses and bytes of every statement"
    )
    parser.epilog = (
        "examples:\n"
        "  isoform asm hello.s --isa rv64i\n"
        "  isoform asm boot.s --isa rv32i --base 0x80000000 -o build/boot.elf --listing\n"
        "  isoform asm sum.s --isa rv64i --extension sum3.py --listing"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Assemble, write the executable, say what is in it."""
    from gen.artefacts import write_whole
    from gen.isa.assembly import BASE, assemble, elf
    from gen.source import Source

    isa = isa_of(args)
    base = BASE if args.base is None else args.base
    program = assemble(isa, Source(str(args.source), read_text(args.source)), base)
    path = args.output or args.source.with_suffix(".elf")
    write_whole(path, elf.write(program), 0o777)
    if args.listing:
        for line in program.listing():
            output.say(line)
    size = sum(len(s.data) for s in program.sections)
    output.say(f"{path}: {size} bytes, entry {program.entry:#x}")
    output.result(
        path=str(path),
        isa=isa.name,
        entry=program.entry,
        sections=[
            {"name": s.name, "address": s.address, "size": len(s.data), "flags": s.flags}
            for s in program.sections
        ],
        symbols={n: s.value for n, s in program.symbols.items()},
    )
    return Exit.OK
