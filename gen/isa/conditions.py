"""What descriptions say of words with Python conditions, as expressions of the word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from gen.diag import Reporter
from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.isa.elaborate import WORD
from gen.isa.extension import Instruction
from gen.isa.isa import Isa
from gen.isa.symbolic import Path as Way
from gen.isa.values.terms import Decide, Term, nonzero

__all__ = ["condition", "lengths"]

Question: TypeAlias = Callable[[Decide], Any]
_MOST = 1024  # ways through one function


def condition(i: Instruction, reporter: Reporter) -> Expr:
    """Return what `where` says of the input ``word``, 1 bit; true without one, or after an error.

    Errors reported: E0907, it cannot be run on symbols; E0908, it has too many ways.
    """
    if i.where is None:
        return e.const(1, 1)
    where = i.where
    word = e.input_(WORD, i.encoding.width)
    fields = [i.encoding.fields[n].expression(word) for n in i.condition]
    what = f"`where` of `{i.name}`"
    try:
        found = _ways(lambda decide: where(*(Term(f, decide) for f in fields)))
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        reporter.report("E0907", f"{what} has no meaning on symbols: {error}", i.span)
        return e.const(1, 1)
    except _TooMany:
        reporter.report(
            "E0908", f"{what} has more than {_MOST} ways through its conditions", i.span
        )
        return e.const(1, 1)
    return e.any_of(e.all_of((guard, _truth(value))) for guard, value in found)


def lengths(isa: Isa) -> dict[int, Expr]:
    """Return by the bits of words which words the set's `length` gives so many, 1 bit each.

    A word of another length is never fetched as one of these. Empty if `length` cannot be asked
    about symbols.
    """
    widths = sorted({i.encoding.width for i in isa.instructions})
    try:
        return {w: _length(isa, w) for w in widths}
    except (TypeError, _TooMany):  # a SemanticError too: a table of lengths
        return {}


def _length(isa: Isa, width: int) -> Expr:
    """Return which words of `width` bits are fetched as such."""
    unit = 8 * isa.unit
    if width < unit:
        return e.const(0, 1)
    word = e.input_(WORD, width)
    first = e.slice_(word, 0, unit) if isa.byte_order == "little" else _first(word, unit)
    found = _ways(lambda decide: isa.length(Term(first, decide)))  # type: ignore[arg-type]
    return e.any_of(guard for guard, value in found if 8 * int(value) == width)


def _first(word: Expr, unit: int) -> Expr:
    """Return the first bytes of a big-endian word as they are read, little endian."""
    top = e.slice_(word, word.width - unit, unit)
    return e.concat(*(e.slice_(top, 8 * k, 8) for k in range(unit // 8)))


class _TooMany(Exception):
    pass


def _ways(ask: Question) -> list[tuple[Expr, Any]]:
    """Return what a function answers, with the condition of each way through it."""
    found: list[tuple[Expr, Any]] = []
    waiting: list[tuple[bool, ...]] = [()]
    while waiting:
        if len(found) == _MOST:
            raise _TooMany
        way = Way(waiting.pop())
        value = ask(way.decide)
        found.append((way.guard, value))
        waiting += way.other
    return found


def _truth(value: Any) -> Expr:
    return nonzero(value.expr) if isinstance(value, Term) else e.const(int(bool(value)), 1)
