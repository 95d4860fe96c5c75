"""What part an instruction's fields and registers play, read off its operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from gen.diag import Reporter
from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.machine import Assign, Effect, Fault, Load, Operation, Store
from gen.isa.elaborate import operation
from gen.isa.extension import Instruction
from gen.isa.isa import Isa
from gen.isa.meaning import values

__all__ = ["KINDS", "Roles", "roles", "sequential"]

KINDS = ("load", "store", "branch", "jump", "trap", "pure")


@dataclass(frozen=True)
class Roles:
    """The parts that fields and registers play.

    Members
    -------
    read, written : by field, the register files of which it names an element so used
    fixed : elements of register files that the encoding does not name, as ``(file, number)``
    registers : names of the other registers that it reads or writes, the program counter only if
        it is read, or written with more than the address of the next instruction
    kinds : of `KINDS`: ``branch`` may go elsewhere, ``jump`` does; ``pure`` is what changes
        nothing but registers and cannot trap
    """

    read: dict[str, tuple[str, ...]]
    written: dict[str, tuple[str, ...]]
    fixed: tuple[tuple[str, int], ...]
    registers: tuple[str, ...]
    kinds: tuple[str, ...]


def roles(isa: Isa, i: Instruction, o: Operation) -> Roles:
    """Return the roles in an instruction; `o` is its operation."""
    known = values(i, isa.parameters)
    after = sequential(isa, i)
    effects = [x for x in o.effects if not _is_next(x, after)]
    nodes = list(e.postorder(n for x in effects for n in _expressions(x)))
    read = [(n.name, n.args[0]) for n in nodes if n.op is Op.REGREAD]
    assigned = [x for x in effects if isinstance(x, Assign)]
    written = [(x.target, x.index) for x in assigned if x.index is not None]
    plain = {n.name for n in nodes if n.op is Op.STATE}
    plain |= {x.target for x in assigned if x.index is None}
    return Roles(
        _fields(known, read),
        _fields(known, written),
        tuple(sorted({(f, x.value) for f, x in (*read, *written) if x.is_const})),
        tuple(sorted(plain)),
        tuple(_kinds(effects, after)),
    )


def sequential(isa: Isa, i: Instruction) -> dict[str, Expr]:
    """Return what the latched registers become where an instruction goes nowhere else."""

    def nothing(state: Any) -> None:
        pass

    empty = operation(isa, replace(i, semantics=nothing), Reporter())
    assert empty is not None  # nothing has a meaning
    return {x.target: x.value for x in empty.effects if isinstance(x, Assign)}


def _is_next(x: Effect, after: dict[str, Expr]) -> bool:
    return isinstance(x, Assign) and x.index is None and after.get(x.target) is x.value


def _expressions(x: Effect) -> Iterator[Expr]:
    return (v for v in vars(x).values() if isinstance(v, Expr))


def _fields(known: dict[str, Expr], used: Iterable[tuple[str, Expr]]) -> dict[str, tuple[str, ...]]:
    """Return by field the files that have it in an index."""
    found: dict[str, dict[str, None]] = {}
    for file, index in used:
        within = set(e.postorder([index]))
        for name, value in known.items():
            if value in within:
                found.setdefault(name, {})[file] = None
    return {n: tuple(found[n]) for n in known if n in found}


def _kinds(effects: list[Effect], after: dict[str, Expr]) -> Iterator[str]:
    found = [k for k, kind in (("load", Load), ("store", Store)) if _any(effects, kind)]
    goes = [x for x in effects if isinstance(x, Assign) and x.target in after and x.index is None]
    if goes:
        may = all(after[x.target] in set(e.postorder([x.value])) for x in goes)
        found.append("branch" if may else "jump")
    if _any(effects, Fault):
        found.append("trap")
    yield from found or ["pure"]


def _any(effects: list[Effect], kind: type[Effect]) -> bool:
    return any(isinstance(x, kind) for x in effects)
