"""Semantic functions to machines: each is run once for each way its conditions can go."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from gen.diag import Reporter
from gen.ir import expr as e
from gen.ir.expr import Expr, WidthError
from gen.ir.machine import Assign, Effect, Machine, Memory, Operation, Port
from gen.ir.machine import Register as Storage
from gen.ir.verify import verify
from gen.isa.extension import Instruction, span_of
from gen.isa.isa import Isa, advance
from gen.isa.state import ControlFile, File, Register
from gen.isa.symbolic import MEMORY, SymbolicState, Trapped
from gen.isa.symbolic import Path as Way
from gen.isa.values.terms import SemanticError
from gen.source import Span

__all__ = ["WORD", "elaborate", "operation", "operation_name"]

WORD = "word"  # the input of every instruction's operation
_MOST = 1024  # ways through one function
_PACKAGES = tuple(str(Path(__file__).parents[1] / name) for name in ("isa", "ir"))


def elaborate(isa: Isa) -> Machine:
    """Return the machine of an instruction set: an operation for each instruction.

    Each operation has the input ``word``; it assigns ``pc`` too. A trap is a fault with a value.

    Raises
    ------
    IsoformError : E0907, a semantic function cannot be run on symbols; E0908, it has too many ways
    """
    reporter = Reporter()
    operations = [operation(isa, i, reporter) for i in isa.instructions]
    reporter.check()
    return verify(
        Machine(
            _identifier(isa.name),
            tuple(_storage(isa)),
            (Memory(MEMORY, isa.pc.width),),
            tuple(o for o in operations if o is not None),
            causes=tuple(isa.causes),
            doc=isa.title,
        )
    )


def operation_name(instruction: str) -> str:
    """Return the name of an instruction's operation, an identifier."""
    return _identifier(instruction)


def _identifier(name: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in name)


def _storage(isa: Isa) -> list[Storage]:
    """Return the registers of the machine."""
    found: list[Storage] = []
    for d in isa.state:
        match d:
            case Register():
                found.append(Storage(d.name, d.width, reset=d.reset, doc=d.doc))
            case File():
                found.append(Storage(d.name, d.width, d.count, is_file=True, doc=d.doc))
            case ControlFile():
                found += [
                    Storage(c.name, d.width, reset=c.reset, doc=c.doc)
                    for c in d.controls
                    if c.stored
                ]
    return found


def operation(isa: Isa, i: Instruction, reporter: Reporter) -> Operation | None:
    """Return the operation of an instruction; None, with a message, if it has no meaning."""
    word = e.input_(WORD, i.encoding.width)

    def call(state: SymbolicState) -> None:
        advance(isa, state, i.encoding.width // 8)
        arguments = []
        for name in i.arguments:
            raw = i.encoding.fields[name].expression(word)
            arguments.append(i.operands[name].value(state.term(raw), isa.parameters))
        i.semantics(state, *arguments)

    effects = _run(isa, call, f"`{i.name}`", i.span, reporter)
    if effects is None:
        return None
    ports = (Port(WORD, i.encoding.width),)
    return Operation(operation_name(i.name), ports, tuple(effects), span=i.span, doc=i.doc)


def _run(
    isa: Isa,
    call: Callable[[SymbolicState], None],
    what: str,
    place: Span | None,
    reporter: Reporter,
) -> list[Effect] | None:
    """Return the effects of all ways through a function."""
    effects: list[Effect] = []
    ends: list[tuple[Expr, dict[str, Expr]]] = []
    waiting: list[tuple[bool, ...]] = [()]
    ways = 0
    while waiting:
        ways += 1
        if ways > _MOST:
            reporter.report(
                "E0908",
                f"{what} has more than {_MOST} ways through its conditions",
                place,
                help="choose values with `select`, or pass `when=` to loads, stores and writes",
            )
            return None
        way = Way(waiting.pop())
        state = SymbolicState(isa, way, _place)
        try:
            call(state)
            ends.append((way.guard, state.latched))
        except Trapped:
            pass
        except (SemanticError, WidthError) as error:
            reporter.report(
                "E0907", f"{what} has no meaning on symbols: {error}", _raised(error, place)
            )
            return None
        effects += way.effects
        waiting += reversed(way.other)
    return [*(x for x in effects if not _never(x)), *_latches(ends, place)]


def _latches(ends: list[tuple[Expr, dict[str, Expr]]], place: Span | None) -> Iterator[Assign]:
    """Yield one assignment for each latched register: by then no trap has ended the operation."""
    widths = {name: value.width for _, values in ends for name, value in values.items()}
    for name, width in widths.items():
        kept = e.state(name, width)
        *others, (_, values) = ends
        last = values.get(name, kept)
        for guard, values in reversed(others):
            last = e.ite(guard, values.get(name, kept), last)
        yield Assign(name, last, e.const(1, 1), None, place)


def _never(x: Effect) -> bool:
    return x.guard.is_const and not x.guard.value


def _ours(path: str) -> bool:
    return path.startswith(_PACKAGES)


def _place() -> Span | None:
    """Return the line of the description that is running."""
    frame = sys._getframe(1)
    while frame is not None:
        path = frame.f_code.co_filename
        if not _ours(path):
            return span_of(path, frame.f_lineno)
        if frame.f_back is None:
            break
        frame = frame.f_back
    return None


def _raised(error: BaseException, place: Span | None) -> Span | None:
    """Return the innermost line of the description in an error's trace."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if not _ours(f.filename)]
    if not own or own[-1].lineno is None:
        return place
    return span_of(own[-1].filename, own[-1].lineno)
