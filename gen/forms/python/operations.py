"""Operations as methods: translate without exceptions, and the register accesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gen.forms.python.layout import wrapped
from gen.forms.python.names import Names, identifier
from gen.forms.python.text import Body, literal, number
from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.ir.machine import (
    Assign,
    Fault,
    InterfaceRegister,
    Load,
    Machine,
    Operation,
    Output,
    Store,
)
from gen.ir.rewrite import outputs_without_fault
from gen.source import Span

__all__ = ["bus_operation", "indented", "place", "roots", "translate_raw"]


def place(span: Span | None) -> str:
    """Return file and line of a span; nothing for none."""
    return f"{span.source.name}:{span.line}" if span else ""


def indented(lines: Sequence[str]) -> list[str]:
    """Return lines one step to the right."""
    return [f"    {x}" if x else "" for x in lines]


def roots(operation: Operation) -> list[Expr]:
    """Return every expression of an operation, in order of use."""
    roots: list[Expr] = []
    for x in operation.effects:
        roots.append(x.guard)
        match x:
            case Load():
                roots.append(x.address)
            case Store():
                roots += [x.address, x.value]
            case Assign():
                roots += [x.value, *([] if x.index is None else [x.index])]
    return roots + [o.value for o in operation.outputs]


def _body(machine: Machine, names: Names, operation: Operation) -> Body:
    variables = {p.name: p.name for p in operation.inputs}
    variables |= {p.name: f"self.{names.parameters[p.name]}" for p in machine.parameters}
    body = Body(
        {r.name: r for r in machine.registers},
        machine.names,
        variables,
        taken={"self", "s", "int", "min", "_sdiv", "_srem", *variables},
        attributes=names.state,
        flags=machine.flags,
    )
    body.count(roots(operation))
    return body


def _loads(body: Body, operation: Operation) -> None:
    for x in operation.effects:
        if isinstance(x, Load):
            name = identifier(x.name, body.taken)
            body.taken.add(name)
            body.variables[x.name] = name
            guard, address = body.value(x.guard), body.value(x.address)
            value = f"self.memory.read({address.text}, {x.width // 8})"
            if not x.guard.is_const:
                value = f"{value} if {guard.text} else 0"
            body.lines.append(f"{name} = {value}")


def _start(body: Body, head: list[str]) -> list[str]:
    """Return the head and the lines; `s` only where the state is used."""
    lines = [part for line in body.lines for part in wrapped(line)]
    return [*head, *(["    s = self.state"] if body.uses_state else []), *indented(lines)]


def translate_raw(machine: Machine, names: Names, translate: Operation) -> list[str]:
    """Return the translate operation: faults in order, then the address."""
    widths = {p.name: p.width for p in translate.inputs}
    (address,) = outputs_without_fault(translate)
    translate = replace(translate, outputs=(Output(translate.outputs[0].name, address),))
    body = _body(machine, names, translate)
    body.lines += [
        f"va &= {literal(e.mask(widths['va']))}",
        f"access &= {literal(e.mask(widths['access']))}",
    ]
    _loads(body, translate)
    for x in translate.effects:
        if isinstance(x, Fault):
            guard = body.value(x.guard)
            where = f"  # {place(x.span)}" if x.span else ""
            body.lines.append(f"if {guard.text}:")
            body.lines.append(f"    return 0, {machine.cause_code(x.cause)}{where}")
    pa = body.value(translate.outputs[0].value)
    body.lines.append(f"return {number(address, pa.text)}, 0")
    head = [
        "def translate_raw(self, va: int, access: int) -> tuple[int, int]:",
        '    """Return physical address and fault cause of an access: fast, no exception."""',
    ]
    return _start(body, head)


def bus_operation(
    machine: Machine, names: Names, operation: Operation, r: InterfaceRegister
) -> list[str]:
    """Return the method that performs one direction of a register's access."""
    body = _body(machine, names, operation)
    _loads(body, operation)
    outputs = [number(o.value, body.value(o.value).text) for o in operation.outputs]
    effects = [x for x in operation.effects if isinstance(x, Assign | Store)]
    if len(effects) > 1 or (effects and outputs):
        outputs = [_kept(body, "result", t) for t in outputs]
    done = [_assignment(machine, body, x, len(effects) > 1) for x in effects]
    for lines in done:
        body.lines += lines
    body.lines += [f"return {t}" for t in outputs] or ([] if done else ["pass"])
    index = ", index: int" if r.count > 1 else ""
    if r.count == 1 and "index" in body.variables:
        body.lines.insert(0, "index = 0")
    is_read = operation.name == r.read
    data = "" if is_read else ", data: int"
    result = "int" if is_read else "None"
    return _start(body, [f"def {names.operations[operation.name]}(self{data}{index}) -> {result}:"])


def _kept(body: Body, stem: str, text: str) -> str:
    """Keep a value of the state before, ahead of the assignments."""
    name = identifier(stem, body.taken)
    body.taken.add(name)
    body.lines.append(f"{name} = {text}")
    return name


def _assignment(machine: Machine, body: Body, x: Assign | Store, keep: bool) -> list[str]:
    """Return the lines of an effect; its values are computed ahead of all effects."""
    value, guard = body.value(x.value).text, body.value(x.guard)
    if isinstance(x, Store):
        address = body.value(x.address).text
        lines = [f"self.memory.write({address}, {x.value.width // 8}, {value})"]
    else:
        value = number(x.value, value)
        if keep and not value.isidentifier():
            value = _kept(body, f"new_{x.target}", value)
        lines = _assign(machine, body, x, value)
    if not x.guard.is_const:
        return [f"if {guard.text}:", *indented(lines)]
    return lines


def _assign(machine: Machine, body: Body, x: Assign, value: str) -> list[str]:
    if x.index is None:
        return [f"{body.stored(x.target)} = {value}"]
    index = body.value(x.index)
    count = machine.register(x.target).count
    line = f"{body.stored(x.target)}[{index.text}] = {value}"
    if x.index.is_const:
        return [line] if x.index.value < count else []
    if 1 << min(index.bits, 32) <= count:
        return [line]
    return [f"if {index.text} < {count}:", f"    {line}"]
