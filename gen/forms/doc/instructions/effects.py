"""What an operation does, as lines that a person reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from gen.forms.doc.formula import ATOM, CHOICE, Formulas
from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.machine import Assign, Effect, Fault, Load, Machine, Operation, Store
from gen.ir.rewrite import simplify

__all__ = ["Told", "formula", "tell"]

_MOST = 2400  # characters of all lines together
_DEEP = 120  # operations within one another
_LINKS = 5  # of a chain of choices that are written out
_SHORT = {Op.SLICE, Op.ZEXT, Op.SEXT, Op.NOT, Op.REGREAD}
_LEAVES = {Op.CONST, Op.INPUT, Op.STATE, Op.LOAD}
_MARK = re.compile(r"@\d+")
_LONG = "more than fits here: its SMT-LIB script has all of it"


@dataclass(frozen=True)
class Told:
    """Effects, definitions of values that they name, and traps with their conditions."""

    effects: tuple[str, ...]
    definitions: tuple[tuple[str, str], ...]
    traps: tuple[tuple[str, str], ...]


@dataclass
class _Formulas(Formulas):
    """Formulas in which a long choice by one number is shortened."""

    def _structure(self, node: Expr) -> tuple[str, int]:
        links = list(_links(node))
        if len(links) < _LINKS:
            return super()._structure(_positive(node, self.machine.names))
        number, value, found = links[0]
        text = f"{self.at(number, ATOM)} chooses: {value:#x} → {self.at(found, CHOICE + 1)}"
        return f"{text}, … ({len(links)} in all)", CHOICE


def _positive(node: Expr, named: Mapping[Expr, str]) -> Expr:
    """Return a choice by what holds, where it is by what does not."""
    if node.op is not Op.ITE or node.args[0].op is not Op.NOT or node.args[0] in named:
        return node
    asked, then, other = node.args
    return e.ite(asked.args[0], other, then)


def _links(node: Expr) -> Iterator[tuple[Expr, int, Expr]]:
    """Yield number, constant and value of each choice in a chain of choices by one number."""
    number = None
    while node.op is Op.ITE and node.args[0].op is Op.EQ:
        a, b = node.args[0].args
        asked, value = (b, a) if a.is_const else (a, b)
        if not value.is_const or number not in (None, asked):
            return
        number = asked
        yield asked, value.value, node.args[1]
        node = node.args[2]


def formula(machine: Machine, values: Mapping[str, Expr], condition: Expr) -> str:
    """Return the formula of a condition on operands."""
    named = {x: n for n, x in values.items()}
    (plain,) = simplify([condition])
    return _Formulas(replace(machine, names=MappingProxyType(named))).text(plain)


def tell(
    machine: Machine, operation: Operation, values: Mapping[str, Expr], skip: Mapping[str, Expr]
) -> Told:
    """Return what an operation does.

    Parameters
    ----------
    values : the operands, by name
    skip : values of registers that are not worth a line: how the program counter goes on
    """
    kept = tuple(x for x in operation.effects if not _skipped(x, skip))
    roots = [v for x in kept for v in _shown(x)]
    if _depth(roots) > _DEEP:
        return _short(kept)
    told = _Teller(machine, replace(operation, effects=kept), values, roots).told()
    size = sum(map(len, (*told.effects, *(t for _, t in told.definitions))))
    return told if size <= _MOST else _short(kept)


def _shown(x: Effect) -> Iterator[Expr]:
    """Yield the values that an effect's line shows."""
    yield from _literals(x.guard)
    yield from (v for n, v in vars(x).items() if isinstance(v, Expr) and n != "guard")


def _short(effects: Iterable[Effect]) -> Told:
    """Return what may change, where the formulas are too long to be read."""
    assigned = [x for x in effects if isinstance(x, Assign)]
    assigned.sort(key=lambda x: x.index is None)
    targets = list(dict.fromkeys(x.target for x in assigned))
    more = f", … ({len(targets)})" if len(targets) > _LINKS else ""
    return Told(
        (f"may change {', '.join(targets[:_LINKS])}{more}", _LONG),
        (),
        tuple(dict.fromkeys((x.cause, "") for x in effects if isinstance(x, Fault))),
    )


def _skipped(x: object, skip: Mapping[str, Expr]) -> bool:
    return isinstance(x, Assign) and x.index is None and skip.get(x.target) is x.value


@dataclass
class _Teller:
    machine: Machine
    operation: Operation
    values: Mapping[str, Expr]
    roots: list[Expr]
    formulas: _Formulas = field(init=False)
    operands: set[Expr] = field(init=False)
    faults: list[list[Expr]] = field(init=False)

    def __post_init__(self) -> None:
        names = {x: n for n, x in self.values.items() if x.op is not Op.CONST}
        loads = [x for x in self.operation.effects if isinstance(x, Load)]
        for k, x in enumerate(loads, 1):
            names[e.load(x.name, x.width)] = "loaded" if len(loads) == 1 else f"loaded{k}"
        self.operands = set(names)
        effects = self.operation.effects
        self.faults = [_literals(x.guard) for x in effects if isinstance(x, Fault)]
        for k, node in enumerate(_shared(self.roots, names), 1):
            names[node] = f"@{k}"
        self.formulas = _Formulas(replace(self.machine, names=MappingProxyType(names)))

    def told(self) -> Told:
        effects = tuple(filter(None, map(self._line, self.operation.effects)))
        traps = tuple(
            (x.cause, self._trap(x)) for x in self.operation.effects if isinstance(x, Fault)
        )
        return _numbered(Told(effects, tuple(self._definitions()), traps))

    def _definitions(self) -> Iterator[tuple[str, str]]:
        """Yield the values that have been used, and those that these use."""
        done: set[Expr] = set(self.operands)
        while left := [n for n in self.formulas.used if n not in done]:
            done.add(left[0])
            yield self.formulas.used[left[0]], self.formulas.text(left[0], define=True)

    def _line(self, x: object) -> str:
        text = self.formulas.text
        match x:
            case Load():
                name = self.formulas.machine.names[e.load(x.name, x.width)]
                done = f"{name} := {_bytes(x.width)} at {text(x.address)}"
            case Store():
                done = f"{_bytes(x.value.width)} at {text(x.address)} := {text(x.value)}"
            case Assign():
                target = x.target if x.index is None else f"{x.target}[{text(x.index)}]"
                done = f"{target} := {text(x.value)}"
            case _:
                return ""
        return self._guarded(done, x.guard)

    def _guarded(self, done: str, guard: Expr) -> str:
        """Return a line with its condition: in front of it, or behind if it excludes something."""
        parts = _without(self.faults, _literals(guard))
        if not parts:
            return done
        if all(p.op is Op.NOT for p in parts):
            opposite = e.any_of(p.args[0] for p in parts)
            return f"{done}, unless {self.formulas.text(opposite)}"
        return f"if {self.formulas.text(e.all_of(parts))}: {done}"

    def _trap(self, x: Fault) -> str:
        parts = _literals(x.guard)
        when = f"if {self.formulas.text(e.all_of(parts))}" if parts else "always"
        if x.value is None or (x.value.is_const and not x.value.value):
            return when
        return f"{when}; its value is {self.formulas.text(x.value)}"


def _numbered(told: Told) -> Told:
    """Return the lines with the values named t1, t2 in the order in which they are met."""
    order: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        return order.setdefault(found[0], f"t{len(order) + 1}")

    def pairs(rows: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple((_MARK.sub(name, a), _MARK.sub(name, b)) for a, b in rows)

    effects = tuple(_MARK.sub(name, x) for x in told.effects)
    traps = pairs(told.traps)
    left = dict(told.definitions)
    definitions: list[tuple[str, str]] = []
    while left:  # those met so far, in order; then what they name
        mark = next((m for m in order if m in left), None) or next(iter(left))
        definitions += pairs([(mark, left.pop(mark))])
    return Told(effects, tuple(definitions), traps)


def _bytes(width: int) -> str:
    return "1 byte" if width == 8 else f"{width // 8} bytes"


def _literals(x: Expr) -> list[Expr]:
    """Return the parts of a conjunction; none if it always holds."""
    if x.op is Op.AND and x.width == 1:
        return [p for a in x.args for p in _literals(a)]
    return [] if x.is_const and x.value else [x]


def _without(faults: Iterable[list[Expr]], guard: list[Expr]) -> list[Expr]:
    """Return the parts of a guard besides that there is no trap, which ends an instruction."""
    left = list(guard)
    for fault in faults:
        for part in fault:
            opposite = part.args[0] if part.op is Op.NOT else e.not_(part)
            if opposite in left and all(p in guard for p in fault if p is not part):
                left.remove(opposite)
    return left


def _shared(roots: Iterable[Expr], named: Mapping[Expr, str]) -> Iterator[Expr]:
    """Yield the values that are used more than once and are not read as easily where they stand."""
    roots = list(roots)
    uses = Counter(roots)
    nodes = list(_unnamed(roots, named))
    for node in nodes:
        uses.update(node.args)
    for node in nodes:
        plain = all(a in named or a.op in _LEAVES for a in node.args)
        if uses[node] > 1 and not (plain and (node.op in _SHORT or node.width == 1)):
            yield node


def _unnamed(roots: Iterable[Expr], named: Mapping[Expr, str]) -> Iterator[Expr]:
    """Yield the values below the roots, operands first, but nothing below one that has a name."""
    seen: set[Expr] = set()
    stack = [(r, False) for r in roots]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif node not in seen and node not in named and node.op not in _LEAVES:
            seen.add(node)
            stack.append((node, True))
            stack += [(a, False) for a in reversed(node.args)]


def _depth(roots: Iterable[Expr]) -> int:
    found: dict[Expr, int] = {}
    for n in e.postorder(roots):
        found[n] = 1 + max((found[a] for a in n.args), default=0)
    return max(found.values(), default=0)
