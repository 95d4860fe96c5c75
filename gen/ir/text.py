"""The text form of a machine: S-expressions that read back (`gen.ir.reader`) to an equal machine.

A value used more than once is defined once: ``(def %3 (add %1 (const 5 64)))``. Spans are not
written; names of intermediate values are.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gen.ir.expr import Expr, Op, postorder
from gen.ir.machine import (
    Assign,
    Effect,
    Fault,
    Field,
    InterfaceRegister,
    Load,
    Machine,
    Operation,
    Register,
    Store,
)
from gen.ir.reader import TextError, read_expr, read_machine

__all__ = [
    "TextError",
    "effect_exprs",
    "operation_exprs",
    "print_expr",
    "print_machine",
    "print_operation",
    "read_expr",
    "read_machine",
]


_DEEPEST = 40  # lists within lists of one value; a deeper value is defined in steps
_LEAVES = (Op.CONST, Op.INPUT, Op.STATE, Op.LOAD)


def _quoted(text: str) -> str:
    return json.dumps(text)


def _plain(node: Expr, args: list[str]) -> str:
    match node.op:
        case Op.CONST:
            return f"(const {node.value} {node.width})"
        case Op.INPUT | Op.STATE | Op.LOAD:
            return f"({node.op.value} {node.name} {node.width})"
        case Op.REGREAD:
            return f"(regread {node.name} {args[0]} {node.width})"
        case Op.SLICE:
            return f"(slice {args[0]} {node.low} {node.width})"
        case Op.CALL:
            return f"(call {' '.join([node.name, *args])})"
        case Op.ZEXT | Op.SEXT:
            return f"({node.op.value} {args[0]} {node.width})"
    return f"({node.op.value} {' '.join(args)})"


@dataclass
class _Writer:
    """Numbers shared values in the order of their definition."""

    lines: list[str] = field(default_factory=list)
    texts: dict[Expr, str] = field(default_factory=dict)
    depths: dict[Expr, int] = field(default_factory=dict)
    shared: set[Expr] = field(default_factory=set)

    def write(self, roots: Iterable[Expr], always: Iterable[Expr] = ()) -> None:
        """Make the text of every value; define what is used more than once, and `always`."""
        roots = list(roots)
        uses = Counter(roots)
        for node in postorder(roots):
            uses.update(node.args)
        self.shared = {n for n, k in uses.items() if k > 1 and n.op not in _LEAVES} | set(always)
        for node in postorder(roots):
            self._write(node)

    def _write(self, node: Expr) -> None:
        text = _plain(node, [self.texts[a] for a in node.args])
        depth = 1 + max((self.depths[a] for a in node.args), default=0)
        if node in self.shared or depth >= _DEEPEST:
            name = f"%{len(self.lines)}"
            self.lines.append(f"(def {name} {text})")
            text, depth = name, 0
        self.texts[node], self.depths[node] = text, depth


def print_expr(expr: Expr) -> str:
    """Return an expression as text: definitions of shared values, then the expression."""
    writer = _Writer()
    writer.write([expr])
    last = writer.texts[expr]
    return "\n".join([*writer.lines, last])


def print_machine(machine: Machine) -> str:
    """Return a machine as text."""
    writer = _Writer()
    roots = [r for o in machine.operations for r in operation_exprs(o)]
    roots += [c.condition for c in machine.covers]
    known = set(postorder(roots))
    named = {n: name for n, name in machine.names.items() if n in known}
    writer.write(roots, named)
    head = [f"(machine {machine.name}", f"  (doc {_quoted(machine.doc)})"]
    head += [f"  (parameter {p.name} {p.width} {_quoted(p.doc)})" for p in machine.parameters]
    head += [f"  (register {_register(r)})" for r in machine.registers]
    head += [f"  (memory {m.name} {m.address_width})" for m in machine.memories]
    head.append(f"  (causes {' '.join(machine.causes)})")
    head.append(f"  (flags {' '.join(machine.flags)})")
    head += [f"  (interface {_interface(r)})" for r in machine.interface]
    tail = [line for o in machine.operations for line in _operation(writer, o)]
    for c in machine.covers:
        condition = writer.texts[c.condition]
        tail.append(f"  (cover {c.operation} {c.group} {_quoted(c.name)} {condition})")
    tail += [f"  (name {writer.texts[n]} {name})" for n, name in named.items()]
    return "\n".join([*head, *(f"  {x}" for x in writer.lines), *tail]) + ")\n"


def effect_exprs(x: Effect) -> Iterator[Expr]:
    """Yield the expressions of an effect, its guard first."""
    yield x.guard
    match x:
        case Load():
            yield x.address
        case Store():
            yield from (x.address, x.value)
        case Assign():
            yield x.value
            if x.index is not None:
                yield x.index
        case Fault():
            if x.value is not None:
                yield x.value


def operation_exprs(o: Operation) -> Iterator[Expr]:
    """Yield the expressions of an operation: of its effects in order, then its outputs."""
    for x in o.effects:
        yield from effect_exprs(x)
    yield from (out.value for out in o.outputs)


def print_operation(o: Operation) -> str:
    """Return one operation as text, for messages: the definitions that it needs, then itself."""
    writer = _Writer()
    writer.write(operation_exprs(o))
    tail = _operation(writer, o)
    return "\n".join([*(f"  {x}" for x in writer.lines), *tail])


def _fields(fields: tuple[Field, ...]) -> str:
    return " ".join(f"(field {f.name} {f.low} {f.width} {_quoted(f.doc)})" for f in fields)


def _register(r: Register) -> str:
    kind = "file" if r.is_file else "plain"
    fields = _fields(r.fields)
    return f"{r.name} {kind} {r.width} {r.count} {r.reset} {_quoted(r.doc)} ({fields})"


def _interface(r: InterfaceRegister) -> str:
    numbers = f"{r.offset} {r.size} {r.count} {r.stride}"
    ways = f"{r.read or '-'} {r.write or '-'}"
    return f"{r.name} {r.kind} {numbers} {ways} {_quoted(r.doc)} ({_fields(r.fields)})"


def _operation(writer: _Writer, o: Operation) -> list[str]:
    out = [f"  (operation {o.name} {_quoted(o.doc)}"]
    out += [f"    (input {p.name} {p.width} {_quoted(p.doc)})" for p in o.inputs]
    for x in o.effects:
        out.append(f"    {_effect(writer, x)}")
    out += [f"    (output {x.name} {writer.texts[x.value]})" for x in o.outputs]
    out[-1] += ")"
    return out


def _effect(writer: _Writer, x: Effect) -> str:
    guard = writer.texts[x.guard]
    match x:
        case Load():
            address = writer.texts[x.address]
            return f"(load {x.name} {x.memory} {address} {x.width} {guard})"
        case Store():
            return f"(store {x.memory} {writer.texts[x.address]} {writer.texts[x.value]} {guard})"
        case Assign():
            index = "-" if x.index is None else writer.texts[x.index]
            return f"(assign {x.target} {index} {writer.texts[x.value]} {guard})"
        case Fault():
            value = "" if x.value is None else f" {writer.texts[x.value]}"
            return f"(fault {x.cause} {guard}{value})"
