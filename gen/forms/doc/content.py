"""What a document says about a machine, before it has a form: texts, tables, formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import MappingProxyType

from gen.forms.doc.formula import Formulas
from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.ir.machine import (
    Assign,
    Fault,
    Field,
    InterfaceRegister,
    Load,
    Machine,
    Register,
)
from gen.ir.rewrite import simplify
from gen.source import Span

__all__ = ["Content", "FaultRow", "RegisterPage", "StateRow", "Step", "content"]


@dataclass(frozen=True)
class RegisterPage:
    """A register that software sees.

    Members
    -------
    access : ``read/write``, ``read only``, ``write only`` or ``instruction``
    effects : what an access does besides storing the value, a formula per line
    """

    name: str
    offset: str
    size: int
    access: str
    count: int
    stride: int
    fields: tuple[Field, ...]
    effects: tuple[str, ...]
    source: str
    bits: int


@dataclass(frozen=True)
class StateRow:
    """A register that holds state."""

    name: str
    width: int
    count: int
    fields: str
    source: str


@dataclass(frozen=True)
class Step:
    """A step of the translation: what is looked at, and what happens then."""

    title: str
    formula: str
    source: str


@dataclass(frozen=True)
class FaultRow:
    """A fault cause with its code."""

    code: int
    name: str
    happens: bool


@dataclass(frozen=True)
class Content:
    """All of a document."""

    name: str
    doc: str
    source: str
    va_bits: int
    pa_bits: int
    flags: tuple[str, ...]
    parameters: tuple[str, ...]
    registers: tuple[RegisterPage, ...]
    state: tuple[StateRow, ...]
    steps: tuple[Step, ...]
    definitions: tuple[tuple[str, str], ...]
    permissions: tuple[tuple[str, str], ...]
    faults: tuple[FaultRow, ...]
    covers: tuple[tuple[str, int], ...]


_CAUSES = {
    "not_present": "nothing is mapped: the unit or the entry is not valid",
    "out_of_range": "the address is outside the range of the mapping",
    "wrong_kind": "the entry is of another kind, or the unit is in another mode",
    "permission": "the access is not permitted",
    "multiple_match": "more than one entry matches the address",
    "no_match": "no entry matches the address",
}


def content(machine: Machine) -> Content:
    """Collect what there is to say about a machine."""
    formulas = Formulas(machine)
    translate = machine.operation("translate")
    widths = {p.name: p.width for p in translate.inputs}
    steps = _steps(machine, formulas)
    happening = {x.cause for x in translate.effects if isinstance(x, Fault)}
    groups: dict[str, int] = {}
    for c in machine.covers:
        groups[c.group] = groups.get(c.group, 0) + 1
    return Content(
        name=machine.name,
        doc=machine.doc.strip(),
        source=_place(machine.span),
        va_bits=widths["va"],
        pa_bits=translate.outputs[0].value.width,
        flags=machine.flags,
        parameters=tuple(p.name for p in machine.parameters),
        registers=tuple(_register(machine, r) for r in machine.interface),
        state=tuple(_state(r) for r in machine.registers),
        steps=steps,
        definitions=_definitions(machine, formulas),
        permissions=_permissions(machine),
        faults=tuple(FaultRow(machine.cause_code(c), c, c in happening) for c in machine.causes),
        covers=tuple(groups.items()),
    )


def cause_text(cause: str) -> str:
    """Return what a cause means."""
    return _CAUSES.get(cause, "")


def _place(span: Span | None) -> str:
    return f"{span.source.name}:{span.line}" if span else ""


# Registers


def _register(machine: Machine, r: InterfaceRegister) -> RegisterPage:
    many = f" + 0x{r.stride:x}·k, k < {r.count}" if r.count > 1 else ""
    return RegisterPage(
        name=r.name,
        offset=f"0x{r.offset:02x}{many}",
        size=r.size,
        access=_access(machine, r),
        count=r.count,
        stride=r.stride,
        fields=r.fields,
        effects=_effects(machine, r),
        source=_place(r.span),
        bits=8 * r.size,
    )


def _access(machine: Machine, r: InterfaceRegister) -> str:
    if r.kind == "instr":
        return "instruction"
    if r.read is None:
        return "write only"
    writes = r.write is not None and machine.operation(r.write).effects
    return "read/write" if writes else "read only"


def _effects(machine: Machine, r: InterfaceRegister) -> tuple[str, ...]:
    """Return what reading and writing do, unless it is plain storage."""
    formulas = Formulas(machine, bound={"data": "value", "index": "k"})
    lines: list[str] = []
    for name in (r.write, r.read):
        if name is None:
            continue
        operation = machine.operation(name)
        verb = "write" if name == r.write else "read"
        for x in operation.effects:
            if isinstance(x, Assign):
                lines.append(f"{verb}: {_target(formulas, x)} := {formulas.text(x.value)}")
        for o in operation.outputs:
            lines.append(f"{verb}: gives {formulas.text(o.value)}")
    plain = [line for line in lines if re.fullmatch(r"(write: \S+ := value|read: gives \S+)", line)]
    return () if len(plain) == len(lines) else tuple(lines)


def _target(formulas: Formulas, x: Assign) -> str:
    return x.target if x.index is None else f"{x.target}[{formulas.text(x.index)}]"


def _state(r: Register) -> StateRow:
    fields = ", ".join(f"[{f.low + f.width - 1}:{f.low}] {f.name}" for f in r.fields)
    return StateRow(r.name, r.width, r.count, fields, _place(r.span))


# Translation


def _steps(machine: Machine, formulas: Formulas) -> tuple[Step, ...]:
    translate = machine.operation("translate")
    steps: list[Step] = []
    for x in translate.effects:
        if isinstance(x, Load):
            address = formulas.text(x.address)
            steps.append(
                Step(f"load {x.name}", f"{x.width // 8} bytes at {address}", _place(x.span))
            )
        elif isinstance(x, Fault):
            condition = formulas.text(x.guard, define=True)
            steps.append(Step(f"fault {x.cause}", f"if {condition}", _place(x.span)))
    pa = formulas.text(_address(translate.outputs[0].value))
    steps.append(Step("translated", f"pa = {pa}", _place(translate.span)))
    return tuple(steps)


def _address(value: Expr) -> Expr:
    """Return the address itself: behind the faults its guard is known to hold."""
    if value.op is e.Op.ITE:
        _, then, other = value.args
        if other.is_const and other.value == 0:
            return then
        if then.is_const and then.value == 0:
            return other
    return value


def _definitions(machine: Machine, formulas: Formulas) -> tuple[tuple[str, str], ...]:
    """Return the named values in use; of a family of equal elements the first."""
    done: dict[Expr, str] = {}
    families: set[tuple[str, str]] = set()
    while len(done) < len(formulas.used):
        node, name = next((n, m) for n, m in formulas.used.items() if n not in done)
        done[node] = ""
        match = re.fullmatch(r"(\w+?)_(\d+)_(\w+)", name)
        family = (match[1], match[3]) if match else ("", name)
        if family in families:
            continue
        families.add(family)
        done[node] = formulas.text(node, define=True)
    return tuple((machine.names[n], text) for n, text in done.items() if text)


def _permissions(machine: Machine) -> tuple[tuple[str, str], ...]:
    """Return for each combination of at most four flags what the permission asks for."""
    translate = machine.operation("translate")
    guards = [
        x.guard for x in translate.effects if isinstance(x, Fault) and x.cause == "permission"
    ]
    if len(machine.flags) > 4 or not guards:
        return ()
    rows = []
    nameless = Formulas(_without_names(machine))
    for value in range(1 << len(machine.flags)):
        names = [f for i, f in enumerate(machine.flags) if value >> i & 1]
        asked = _granted(e.any_of(guards), value, len(machine.flags))
        text = "always" if asked.is_const and asked.value else nameless.text(asked)
        rows.append((", ".join(names) or "none", text if len(text) < 300 else "see the formula"))
    return tuple(rows)


def _granted(denied: Expr, value: int, width: int) -> Expr:
    constant = e.const(value, width)

    def leaf(node: Expr) -> Expr | None:
        return constant if node.op is e.Op.INPUT and node.name == "access" else None

    return simplify([e.not_(e.substitute([denied], leaf)[0])])[0]


def _without_names(machine: Machine) -> Machine:
    return replace(machine, names=MappingProxyType({}))
