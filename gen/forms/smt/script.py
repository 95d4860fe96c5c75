"""One operation as an SMT-LIB script that stands alone: what a person reads and a solver takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gen.forms.smt.layout import Sexpr
from gen.forms.smt.writer import Writer, bits_sort, choice, number
from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.machine import Assign, Effect, Fault, Load, Machine, Operation, Register, Store

__all__ = ["About", "script"]

_CAUSE = 8  # bits of a cause


@dataclass(frozen=True)
class About:
    """What a script says of an operation besides its effects.

    Members
    -------
    head : lines of comment at the top
    values : names of values, in order: an instruction's operands
    matches : the words that are this instruction, 1 bit
    zeros : by register file, the element that is always 0
    remarks : on registers, by name
    """

    head: tuple[str, ...] = ()
    values: Mapping[str, Expr] = field(default_factory=dict)
    matches: Expr | None = None
    zeros: Mapping[str, int] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)


def script(machine: Machine, operation: Operation, about: About | None = None) -> str:
    """Return the script of an operation.

    It declares the inputs and the state before (`pc`; a register file is an array) and what each
    load finds, and defines `trap_cause` (8 bits, 0: none), `trap_value`, whether each load and
    store happens with its address and value, and each register afterwards (`pc_after`).
    """
    return "\n".join(_Script(machine, operation, about or About()).lines())


class _Script:
    def __init__(self, machine: Machine, operation: Operation, about: About) -> None:
        self.machine = machine
        self.operation = operation
        self.about = about
        self.steps = [(x, _fires(operation, k)) for k, x in enumerate(operation.effects)]
        counts = {r.name: r.count for r in machine.registers if r.is_file}
        self.writer = Writer(_index_widths(operation, counts), counts)

    def lines(self) -> list[str]:
        """Return the lines of the script."""
        w = self.writer
        for line in self.about.head:
            w.comment(line)
        w.add(("set-logic", "ALL"))
        self._before()
        self._values()
        w.expect(x for step in self.steps for x in _expressions(*step))
        self._traps_and_memory()
        self._after()
        return [*w.lines, ""]

    def _section(self, text: str) -> None:
        self.writer.comment()
        self.writer.comment(text)

    def _before(self) -> None:
        """Declare inputs and the registers that are read or written."""
        w = self.writer
        self._section("Before")
        for p in (*self.machine.parameters, *self.operation.inputs):
            w.declare(e.input_(p.name, p.width), p.name)
        used = _registers(self.operation)
        for r in self.machine.registers:
            if r.name not in used:
                continue
            remark = self.about.remarks.get(r.name, "")
            if r.is_file:
                w.declare_file(r.name, r.width, remark)
                self._zero(r)
            else:
                w.declare(e.state(r.name, r.width), r.name, remark)
        for x in self.operation.effects:
            if isinstance(x, Load):
                w.declare(e.load(x.name, x.width), x.name, "what memory has there")

    def _zero(self, r: Register) -> None:
        w = self.writer
        if r.name in self.about.zeros:
            index = number(self.about.zeros[r.name], w.indices[r.name])
            w.add(("assert", ("=", ("select", w.file(r.name), index), number(0, r.width))))

    def _sort(self, register: str) -> Sexpr:
        r = self.machine.register(register)
        if not r.is_file:
            return bits_sort(r.width)
        return self.writer.array_sort(register, r.width)

    def _values(self) -> None:
        w = self.writer
        if self.about.values:
            self._section("Operands")
        for name, value in self.about.values.items():
            if value.op is not Op.CONST:
                w.define(value, name)
        if self.about.matches is not None:
            self._section("The words that are this instruction")
            w.define_as(w.fresh("matches"), "Bool", w.condition(self.about.matches))

    def _traps_and_memory(self) -> None:
        for x, fires in self.steps:
            if isinstance(x, Load):
                self._section(f"Load, {x.width} bits")
                self._load(x, fires)
        faults = [(x, f) for x, f in self.steps if isinstance(x, Fault)]
        if faults:
            self._section("Traps")
            known = dict.fromkeys(x.cause for x, _ in faults)
            names = [f"{self.machine.cause_code(c)}: {c}" for c in known]
            self.writer.comment("trap_cause is 0: none; " + ", ".join(names))
            self._causes(faults)
        stores = [(x, f) for x, f in self.steps if isinstance(x, Store)]
        for k, (s, fires) in enumerate(stores):
            self._section(f"Store, {s.value.width} bits")
            self._store(s, fires, "store" if len(stores) == 1 else f"store{k}")

    def _store(self, x: Store, fires: Expr, name: str) -> None:
        w = self.writer
        w.define_as(w.fresh(f"{name}_happens"), "Bool", w.condition(fires))
        w.define_as(w.fresh(f"{name}_address"), bits_sort(x.address.width), w.bits(x.address))
        w.define_as(w.fresh(f"{name}_value"), bits_sort(x.value.width), w.bits(x.value))

    def _load(self, x: Load, fires: Expr) -> None:
        """Define whether a load happens, and make its value 0 where it does not."""
        w = self.writer
        w.define_as(w.fresh(f"{x.name}_happens"), "Bool", w.condition(fires))
        w.define_as(w.fresh(f"{x.name}_address"), bits_sort(x.address.width), w.bits(x.address))
        if not (fires.is_const and fires.value):
            zero = e.const(0, x.width)
            found = e.load(x.name, x.width)
            w.rename(found, w.define(e.ite(fires, found, zero), f"{x.name}_value"))

    def _causes(self, faults: list[tuple[Fault, Expr]]) -> None:
        w = self.writer
        cause: Sexpr = number(0, _CAUSE)
        value: Sexpr = ""
        for x, fires in reversed(faults):
            code = number(self.machine.cause_code(x.cause), _CAUSE)
            if x.value is not None:
                zero = number(0, x.value.width)
                value = choice(w.condition(fires), w.bits(x.value), value or zero)
            cause = choice(w.condition(fires), code, cause)
        w.define_as(w.fresh("trap_cause"), bits_sort(_CAUSE), cause)
        width = next((x.value.width for x, _ in faults if x.value is not None), 0)
        if width:
            w.define_as(w.fresh("trap_value"), bits_sort(width), value)

    def _after(self) -> None:
        w = self.writer
        written = any(isinstance(x, Assign) for x, _ in self.steps)
        others = "other registers keep their values" if written else "registers keep their values"
        self._section(f"Afterwards; {others}")
        for r in self.machine.registers:
            steps = [(x, f) for x, f in self.steps if isinstance(x, Assign) and x.target == r.name]
            if not steps:
                continue
            text = self.writer.file(r.name) if r.is_file else w.bits(e.state(r.name, r.width))
            for k, (x, fires) in enumerate(steps):
                last = k == len(steps) - 1
                name = w.fresh(f"{r.name}_after" if last else f"{r.name}_{k + 1}")
                w.define_as(name, self._sort(r.name), self._assigned(x, fires, text))
                text = name

    def _assigned(self, x: Assign, fires: Expr, before: Sexpr) -> Sexpr:
        w = self.writer
        value = w.bits(x.value)
        if x.index is None:
            return choice(w.condition(fires), value, before)
        new = ("store", before, w.index(x.target, x.index), value)
        inside = e.all_of((fires, w.within(x.target, x.index)))
        return choice(w.condition(inside), new, before)


def _fires(o: Operation, k: int) -> Expr:
    """Return when an effect happens: its guard holds, and no fault before it."""
    guard = o.effects[k].guard
    faults = [x.guard for x in o.effects[:k] if isinstance(x, Fault)]
    parts = (p for p in _conjuncts(guard) if not (p.is_const and p.value))
    return e.all_of((*parts, *(e.not_(f) for f in faults if not _exclude(guard, f))))


def _exclude(a: Expr, b: Expr) -> bool:
    """Return whether two conditions plainly exclude each other: a part and its opposite."""
    mine = set(_conjuncts(a))
    return any(e.not_(x) in mine or (x.op is Op.NOT and x.args[0] in mine) for x in _conjuncts(b))


def _conjuncts(x: Expr) -> Iterator[Expr]:
    stack = [x]
    while stack:
        n = stack.pop()
        if n.op is Op.AND and n.width == 1:
            stack += reversed(n.args)
        else:
            yield n


def _expressions(x: Effect, fires: Expr) -> Iterator[Expr]:
    yield fires
    if isinstance(x, Load | Store):
        yield x.address
    if isinstance(x, Store | Assign):
        yield x.value
    if isinstance(x, Fault) and x.value is not None:
        yield x.value
    if isinstance(x, Assign) and x.index is not None:
        yield x.index


def _nodes(o: Operation) -> Iterator[Expr]:
    return e.postorder(n for x in o.effects for n in _expressions(x, x.guard))


def _registers(o: Operation) -> set[str]:
    """Return the names of the registers that an operation reads or writes."""
    read = {n.name for n in _nodes(o) if n.op in (Op.STATE, Op.REGREAD)}
    return read | {x.target for x in o.effects if isinstance(x, Assign)}


def _index_widths(o: Operation, counts: Mapping[str, int]) -> dict[str, int]:
    """Return the bits of each file's index: those of its numbers, more if an index has more."""
    found = {name: max(1, (count - 1).bit_length()) for name, count in counts.items()}
    used = [(n.name, n.args[0].width) for n in _nodes(o) if n.op is Op.REGREAD]
    used += [
        (x.target, x.index.width)
        for x in o.effects
        if isinstance(x, Assign) and x.index is not None
    ]
    for name, width in used:
        found[name] = max(found[name], width)
    return found
