"""Entry point of the `isoform` command."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import sys
from collections.abc import Sequence

from gen.cli.output import Exit, Output, internal_error, print_diagnostics

__all__ = ["main"]

# Each subcommand is a module with `add_arguments(parser)` and `run(args, output) -> int`. The help
# line stands here, so that `isoform --help` imports none of them.
COMMANDS = {
    "list": "list the units and the instruction sets, with what each is",
    "check": "check specifications and print every error and warning",
    "gen": "write every form: Verilog, Python model, manifest, document",
    "sim": "compare RTL and model on a random stream, in Verilator through cocotb",
    "run": "run a program on an instruction set",
    "regress": "run every unit on many seeds and variants, keep the results, write a page",
    "prove": "prove the Verilog equal to the specification, for all states and inputs",
    "fpga": "measure area and clock frequency on FPGAs",
    "asm": "assemble a program to an ELF executable",
    "dis": "disassemble an ELF file, or instruction words",
    "doc": "write the register and translation document",
    "isa": "check an instruction set's words, write its document and its meaning in SMT-LIB",
    "explain": "explain a code such as E0312",
    "doctor": "say which outside tools are found and what is missing",
}

EPILOG = """\
examples:
  isoform check specs/units/mpu.vrs
  isoform gen mpu
  isoform sim mpu -n 1000000 --seed 0x1f

exit codes: 0 ok, 1 specification or configuration error, 2 usage, 3 mismatch found, 4 tool missing
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # paths may hold bytes that are no text
        sys.stdout.reconfigure(errors="backslashreplace")
    arguments = list(sys.argv[1:] if argv is None else argv)
    arguments = _arranged(arguments)
    parser = _parser(arguments)
    args = parser.parse_args(arguments)
    if args.command is None:
        parser.print_help()
        return Exit.USAGE
    output = Output(json=args.json, quiet=args.quiet, verbose=args.verbose)
    command = importlib.import_module(f"gen.cli.{args.command}")
    return _guarded(command.run, args, output)


def _guarded(run, args: argparse.Namespace, output: Output) -> int:  # type: ignore[no-untyped-def]
    from gen.diag import Diagnostic, IsoformError

    try:
        code = int(run(args, output))
        sys.stdout.flush()  # what cannot be written is an error here, not after the end
        return code
    except IsoformError as error:
        print_diagnostics(error.diagnostics, output)
        return Exit.SPECIFICATION
    except KeyboardInterrupt:
        print("isoform: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return Exit.OK
    except OSError as error:  # a full disk, a folder that nobody may write, no more processes
        which = f"`{error.filename}`" if error.filename else "a file"
        text = f"cannot read or write {which}: {error.strerror or error}"
        with contextlib.suppress(OSError):  # it may be the output that cannot be written
            print_diagnostics([Diagnostic("E0703", text)], output)
        return Exit.SPECIFICATION
    except Exception as error:
        if args.debug:
            raise
        print(internal_error(error, sys.argv), file=sys.stderr)
        return 70


def _arranged(arguments: list[str]) -> list[str]:
    """Let a command that has an `arrange` put its arguments in an order that argparse reads."""
    if not arguments or arguments[0] not in COMMANDS:
        return arguments
    arrange = getattr(importlib.import_module(f"gen.cli.{arguments[0]}"), "arrange", None)
    return [arguments[0], *arrange(arguments[1:])] if arrange else arguments


def _parser(arguments: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="isoform",
        description="One hardware specification, every form of it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=_version())
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    wanted = next((a for a in arguments if a in COMMANDS), None)
    for name, line in COMMANDS.items():
        sub = subparsers.add_parser(
            name,
            help=line,
            description=line[0].upper() + line[1:] + ".",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.add_argument("--json", action="store_true", help="print JSON, one object per line")
        sub.add_argument("-q", "--quiet", action="store_true", help="print errors only")
        sub.add_argument("-v", "--verbose", action="store_true", help="print more")
        sub.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
        if name == wanted:
            importlib.import_module(f"gen.cli.{name}").add_arguments(sub)
    return parser


def _version() -> str:
    from gen.version import VERSION

    return f"isoform {VERSION}"


if __name__ == "__main__":
    sys.exit(main())
