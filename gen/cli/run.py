"""`isoform run`: run a program on an instruction set's interpreter."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from gen.cli.isa_arguments import add_isa_arguments, isa_of
from gen.cli.output import Output, print_diagnostics
from gen.cli.units import number
from gen.diag import Diagnostic, IsoformError

if TYPE_CHECKING:
    from sim.programs import Program, Stop

__all__ = ["add_arguments", "arrange", "run"]

_FLAGS = ("-h", "--help", "--json", "-q", "--quiet", "-v", "--verbose", "--debug")
_LIMIT = 124  # as `timeout` ends
_MOST = (1 << 62) - 1

EPILOG = """\
examples:
  isoform run hello.elf --isa rv64i
  isoform run --isa rv64i --trace - --max 100 hello.elf
  isoform run sort.elf --isa rv64i --files data --env LANG=C -- -r words.txt

The exit code is the program's. When the program does not end by itself: 124 after --max
instructions; after a trap that nothing handles 139 (no access to memory), 132 (illegal
instruction) or 133 (any other). --json tells one from the other.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the program, its set and its environment."""
    parser.add_argument(
        "command_line",
        metavar="PROGRAM",
        nargs="+",
        help="an ELF executable, linked statically, and its arguments",
    )
    add_isa_arguments(parser)
    parser.add_argument(
        "--max", type=number(1, _MOST), metavar="N", help="stop after N instructions"
    )
    parser.add_argument(
        "--environment",
        choices=("auto", "bare", "linux"),
        default="auto",
        help="what is around the program (default auto: bare with a symbol `tohost`, else linux)",
    )
    parser.add_argument(
        "--files", metavar="DIR", help="folder that the program sees as / (default: no files)"
    )
    parser.add_argument(
        "--env", action="append", default=[], metavar="K=V", help="set an environment variable"
    )
    parser.add_argument(
        "--engine",
        choices=("interpreter", "python", "native"),
        default="interpreter",
        help="what performs the instructions; native takes seconds to start (default: interpreter)",
    )
    parser.add_argument(
        "--trace", metavar="FILE", help="write a line for each instruction; - is standard error"
    )
    parser.add_argument(
        "--trace-format",
        choices=("spike", "sntf"),
        default="spike",
        help="as Spike's --log-commits (default), or LLVM-snippy's trace format",
    )
    parser.usage = "isoform run PROGRAM --isa NAME [option ...] [ARG ...]"
    parser.epilog = EPILOG


def arrange(words: list[str]) -> list[str]:
    """Return the command's words with its options first.

    What comes behind the program's first argument, or behind ``--``, is the program's.
    """
    options: list[str] = []
    line: list[str] = []
    left = list(words)
    while left and not (line and not left[0].startswith("-")):
        w = left.pop(0)
        if w == "--":
            break
        if not w.startswith("-"):
            line.append(w)
            continue
        options.append(w)
        if w not in _FLAGS and "=" not in w and left:
            options.append(left.pop(0))
    return [*options, "--", *line, *left] if line or left else options


def run(args: argparse.Namespace, output: Output) -> int:
    """Run the program; its exit code."""
    isa = isa_of(args)
    with _trace(args.trace) as trace:
        import sim.programs

        program = sim.programs.program(
            args.command_line[0],
            isa,
            args.command_line[1:],
            environment=args.environment,
            files=args.files,
            env=_settings(args.env),
            notes=_noted if args.verbose else lambda text: None,
            trace=trace,
            trace_format=args.trace_format,
            engine=args.engine,
        )
        start = time.perf_counter()
        stop = program.run(args.max)
        seconds = time.perf_counter() - start
    sys.stdout.flush()
    code = _code(program, stop)
    _report(program, stop, output)
    _summary(program, stop, code, seconds, output)
    return code


def _settings(pairs: list[str]) -> dict[str, str]:
    """Return the environment variables; raises E0708."""
    found = {}
    for p in pairs:
        name, equals, value = p.partition("=")
        if not name or not equals:
            text = f"`--env {p}` sets no variable"
            raise IsoformError([Diagnostic("E0708", text, help="write `--env NAME=VALUE`")])
        found[name] = value
    return found


@contextlib.contextmanager
def _trace(path: str | None) -> Iterator[TextIO | None]:
    if path is None:
        yield None
    elif path == "-":
        yield sys.stderr
    else:
        with open(path, "w", encoding="ascii") as file:
            yield file


def _noted(text: str) -> None:
    print(f"isoform: {text}", file=sys.stderr)


def _code(program: Program, stop: Stop) -> int:
    """Return the exit code."""
    if stop.code is not None:
        return stop.code
    if stop.trap is None:
        return _LIMIT
    faults = program.isa.faults
    if stop.trap.cause == faults["illegal"]:
        return 132
    accesses = (faults["load"], faults["store"], faults["fetch"])
    return 139 if stop.trap.cause in accesses else 133


def _report(program: Program, stop: Stop, output: Output) -> None:
    """Tell of a trap, or of the limit."""
    if stop.trap is not None:
        text = f"trap `{stop.trap.cause}` at {stop.pc:#x}{_near(program, stop.pc)}"
        if stop.trap.value:
            text += f", value {stop.trap.value:#x}"
        print_diagnostics([Diagnostic("E0958", text)], output)
        if not output.json and not output.quiet:
            print(
                "\n".join([_instruction(program, stop.pc), *_registers(program)]), file=sys.stderr
            )
    elif stop.reason == "limit" and output.verbose:
        _noted(f"stopped at {stop.pc:#x} after {program.hart.retired} instructions")


def _near(program: Program, pc: int) -> str:
    """Return the symbol before an address, in parentheses."""
    before = [(a, n) for n, a in program.symbols.items() if a <= pc and not n.startswith("$")]
    if not before:
        return ""
    address, name = max(before)
    return f" ({name}+{pc - address:#x})" if pc > address else f" ({name})"


def _instruction(program: Program, pc: int) -> str:
    """Return the word at an address and what it is."""
    from gen.isa import Trap

    isa = program.isa
    try:
        found = program.hart.at(pc)
    except Trap:
        return f"  {pc:#x}: {_word(program, pc, isa.unit):0{2 * isa.unit}x}  (no instruction)"
    length = found.encoding.width // 8
    word = _word(program, pc, length)
    return f"  {pc:#x}: {word:0{2 * length}x}  {_assembly(program, word, pc, found.name)}"


def _word(program: Program, pc: int, length: int) -> int:
    data = program.memory.dump(pc, length)
    return int.from_bytes(data, "big" if program.isa.byte_order == "big" else "little")


def _assembly(program: Program, word: int, pc: int, name: str) -> str:
    """Return assembly; the instruction's name where there is no disassembler."""
    try:
        assembly = importlib.import_module("gen.isa.assembly")
    except ImportError:
        return name
    return str(assembly.disassemble(program.isa, word, pc))


def _registers(program: Program) -> Iterator[str]:
    """Yield lines with the registers, four in each."""
    digits = program.isa.pc.width // 4
    shown = [f"{n:>4} {v:0{digits}x}" for n, v in program.registers.items()]
    for i in range(0, len(shown), 4):
        yield " ".join(shown[i : i + 4])


def _summary(program: Program, stop: Stop, code: int, seconds: float, output: Output) -> None:
    count = program.hart.retired
    rate = count / seconds / 1000 if seconds else 0.0
    output.result(
        program=program.executable.path,
        isa=program.isa.name,
        environment=program.environment.name,
        reason=stop.reason,
        code=code,
        pc=stop.pc,
        cause=stop.trap.cause if stop.trap else None,
        instructions=count,
        seconds=round(seconds, 6),
        kips=round(rate, 1),
    )
    if output.verbose:
        _noted(f"{count} instructions in {seconds:.2f} s, {rate:.0f} thousand a second")
