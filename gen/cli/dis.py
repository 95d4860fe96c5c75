"""`isoform dis`: disassemble an executable, or words."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.isa_arguments import add_isa_arguments, isa_of
from gen.cli.output import Exit, Output
from gen.cli.units import number

if TYPE_CHECKING:
    from gen.isa import Isa
    from gen.isa.assembly.dump import Row

__all__ = ["add_arguments", "run"]

_ANY = number(0, (1 << 64) - 1)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file or words, and the instruction set."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("file", metavar="FILE.elf", type=Path, nargs="?", help="ELF file")
    what.add_argument(
        "--word", metavar="WORD", type=_ANY, nargs="+", help="instruction words, such as 0x00a58593"
    )
    add_isa_arguments(parser)
    parser.add_argument(
        "--base",
        type=_ANY,
        default=0,
        metavar="ADDR",
        help="address of the first word (default: 0); a file has its own",
    )
    parser.epilog = (
        "examples:\n"
        "  isoform dis hello.elf --isa rv64i\n"
        "  isoform dis --word 0x00a58593 0xfe051ee3 --isa rv64i --base 0x1000\n"
        "  isoform dis --word 0x02c5850b --isa rv64i --extension sum3.py --json"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Print a line per instruction."""
    isa = isa_of(args)
    if args.word is not None:
        _words(isa, args.word, args.base, output)
    else:
        _file(isa, args.file, output)
    return Exit.OK


def _words(isa: Isa, words: list[int], base: int, output: Output) -> None:
    from gen.isa.assembly import disassemble, length_of
    from gen.isa.assembly.dump import Row

    for word in words:
        size = max(length_of(isa, word), (word.bit_length() + 7) // 8)
        _print(Row(base, word, size, disassemble(isa, word, base)), "", "", output)
        base += size


def _file(isa: Isa, path: Path, output: Output) -> None:
    from gen.isa.assembly.dump import read, rows

    found = read(path, isa)
    mark = isa.comments[0] if isa.comments else "//"
    name = ""
    for section, address, data in found.code:
        output.say(f"section {section}" if section else f"segment at {address:#x}")
        for row in rows(isa, address, data):
            for label in found.symbols.get(row.address, ()):
                output.say(f"{label}:")
                name = label
            to = found.symbols.get(row.target, [""])[0] if row.target is not None else ""
            _print(row, name, f"  {mark} {to}" if to else "", output)


def _print(row: Row, symbol: str, note: str, output: Output) -> None:
    word = f"{row.word:0{2 * row.size}x}"
    output.say(f"  {row.address:8x}:  {word:<10}  {row.text}{note}")
    output.result(address=row.address, word=row.word, bytes=row.size, text=row.text, symbol=symbol)
