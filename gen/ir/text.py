"""The text form of a machine: S-expressions that read back to an equal machine.

A value used more than once is defined once: ``(def %3 (add %1 (const 5 64)))``. Spans are not
written; names of intermediate values are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from gen.ir.expr import Expr, Op, build, postorder
from gen.ir.machine import (
    Assign,
    Cover,
    Effect,
    Fault,
    Field,
    InterfaceRegister,
    Load,
    Machine,
    Memory,
    Operation,
    Output,
    Port,
    Register,
    Store,
)

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


class TextError(ValueError):
    """The text is no machine: what was expected, what came, and at which line and column."""


# Writing


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
        case Op.ZEXT | Op.SEXT:
            return f"({node.op.value} {args[0]} {node.width})"
    return f"({node.op.value} {' '.join(args)})"


@dataclass
class _Writer:
    """Numbers shared values in the order of their definition."""

    lines: list[str] = field(default_factory=list)
    texts: dict[Expr, str] = field(default_factory=dict)
    shared: set[Expr] = field(default_factory=set)
    count: int = 0

    def share(self, roots: Iterable[Expr], always: Iterable[Expr] = ()) -> None:
        """Find what is used more than once."""
        uses: dict[Expr, int] = {}
        for node in postorder(roots):
            for a in node.args:
                uses[a] = uses.get(a, 0) + 1
        leaves = (Op.CONST, Op.INPUT, Op.STATE, Op.LOAD)
        self.shared = {n for n, k in uses.items() if k > 1 and n.op not in leaves} | set(always)

    def text(self, root: Expr) -> str:
        """Return the text of a value, after the definitions that it needs."""
        for node in postorder([root]):
            if node in self.texts:
                continue
            text = _plain(node, [self.texts[a] for a in node.args])
            if node in self.shared:
                self.lines.append(f"(def %{self.count} {text})")
                text = f"%{self.count}"
                self.count += 1
            self.texts[node] = text
        return self.texts[root]


def print_expr(expr: Expr) -> str:
    """Return an expression as text: definitions of shared values, then the expression."""
    writer = _Writer()
    writer.share([expr])
    last = writer.text(expr)
    return "\n".join([*writer.lines, last])


def print_machine(machine: Machine) -> str:
    """Return a machine as text."""
    writer = _Writer()
    roots = [r for o in machine.operations for r in operation_exprs(o)]
    roots += [c.condition for c in machine.covers]
    known = set(postorder(roots))
    named = {n: name for n, name in machine.names.items() if n in known}
    writer.share(roots, named)
    head = [f"(machine {machine.name}", f"  (doc {_quoted(machine.doc)})"]
    head += [f"  (parameter {p.name} {p.width} {_quoted(p.doc)})" for p in machine.parameters]
    head += [f"  (register {_register(r)})" for r in machine.registers]
    head += [f"  (memory {m.name} {m.address_width})" for m in machine.memories]
    head.append(f"  (causes {' '.join(machine.causes)})")
    head.append(f"  (flags {' '.join(machine.flags)})")
    head += [f"  (interface {_interface(r)})" for r in machine.interface]
    tail = [line for o in machine.operations for line in _operation(writer, o)]
    for c in machine.covers:
        condition = writer.text(c.condition)
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


def operation_exprs(o: Operation) -> Iterator[Expr]:
    """Yield the expressions of an operation: of its effects in order, then its outputs."""
    for x in o.effects:
        yield from effect_exprs(x)
    yield from (out.value for out in o.outputs)


def print_operation(o: Operation) -> str:
    """Return one operation as text, for messages: the definitions that it needs, then itself."""
    writer = _Writer()
    writer.share(operation_exprs(o))
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
    out += [f"    (output {x.name} {writer.text(x.value)})" for x in o.outputs]
    out[-1] += ")"
    return out


def _effect(writer: _Writer, x: Effect) -> str:
    guard = writer.text(x.guard)
    match x:
        case Load():
            address = writer.text(x.address)
            return f"(load {x.name} {x.memory} {address} {x.width} {guard})"
        case Store():
            return f"(store {x.memory} {writer.text(x.address)} {writer.text(x.value)} {guard})"
        case Assign():
            index = "-" if x.index is None else writer.text(x.index)
            return f"(assign {x.target} {index} {writer.text(x.value)} {guard})"
        case Fault():
            return f"(fault {x.cause} {guard})"


# Reading: the tree of lists first, then what it means

_TOKEN = re.compile(r'\s*(?:([()])|("(?:[^"\\]|\\.)*")|([^\s()"]+))')


@dataclass(frozen=True)
class _Atom:
    text: str
    offset: int


@dataclass(frozen=True)
class _List:
    items: tuple[_Node, ...]
    offset: int


_Node: TypeAlias = "_Atom | _List"


@dataclass
class _Reader:
    text: str
    defined: dict[str, Expr] = field(default_factory=dict)

    def fail(self, offset: int, expected: str, found: str) -> TextError:
        """Return the error for a place."""
        line = self.text.count("\n", 0, offset) + 1
        column = offset - self.text.rfind("\n", 0, offset)
        return TextError(f"{line}:{column}: expected {expected}, found {found}")

    def lists(self) -> list[_Node]:
        """Return the top-level nodes of the text."""
        stack: list[tuple[int, list[_Node]]] = [(0, [])]
        position = 0
        end = len(self.text.rstrip())
        while position < end:
            match = _TOKEN.match(self.text, position)
            if match is None:
                raise self.fail(position, "a word, a string or a list", self.text[position])
            position, start = match.end(), match.start(match.lastindex or 0)
            if match[1] == "(":
                stack.append((start, []))
            elif match[1] == ")":
                if len(stack) == 1:
                    raise self.fail(start, "an open list", "`)`")
                opened, items = stack.pop()
                stack[-1][1].append(_List(tuple(items), opened))
            else:
                stack[-1][1].append(_Atom(match[0].strip(), start))
        if len(stack) > 1:
            raise self.fail(stack[-1][0], "`)` for this list", "the end")
        return stack[0][1]

    # Atoms

    def word(self, node: _Node) -> str:
        """Return a word."""
        if isinstance(node, _List):
            raise self.fail(node.offset, "a word", "a list")
        return node.text

    def number(self, node: _Node) -> int:
        """Return a number."""
        text = self.word(node)
        if not text.isdigit():
            raise self.fail(node.offset, "a number", f"`{text}`")
        return int(text)

    def string(self, node: _Node) -> str:
        """Return a string."""
        text = self.word(node)
        if not text.startswith('"'):
            raise self.fail(node.offset, "a string", f"`{text}`")
        return str(json.loads(text))

    def list(self, node: _Node, head: str | None = None) -> tuple[str, tuple[_Node, ...]]:
        """Return the first word and the rest of a list."""
        if isinstance(node, _Atom) or not node.items:
            found = f"`{node.text}`" if isinstance(node, _Atom) else "an empty list"
            raise self.fail(node.offset, f"`({head or 'word'} ...)`", found)
        first = self.word(node.items[0])
        if head is not None and first != head:
            raise self.fail(node.offset, f"`({head} ...)`", f"`({first} ...)`")
        return first, node.items[1:]

    # Expressions

    def expr(self, node: _Node) -> Expr:
        """Return an expression; deep ones are bounded by the definitions that share them."""
        if isinstance(node, _Atom):
            if node.text not in self.defined:
                raise self.fail(node.offset, "an expression", f"`{node.text}`")
            return self.defined[node.text]
        name, items = self.list(node)
        try:
            return self._expr(Op(name), items)
        except (ValueError, TypeError, IndexError) as error:
            if isinstance(error, TextError):
                raise
            raise self.fail(node.offset, "a well-formed expression", str(error)) from error

    def _expr(self, op: Op, items: tuple[_Node, ...]) -> Expr:
        match op:
            case Op.CONST:
                return build(op, self.number(items[1]), (), self.number(items[0]))
            case Op.INPUT | Op.STATE | Op.LOAD:
                return build(op, self.number(items[1]), (), self.word(items[0]))
            case Op.REGREAD:
                index = (self.expr(items[1]),)
                return build(op, self.number(items[2]), index, self.word(items[0]))
            case Op.SLICE:
                value = (self.expr(items[0]),)
                return build(op, self.number(items[2]), value, self.number(items[1]))
            case Op.ZEXT | Op.SEXT:
                return build(op, self.number(items[1]), (self.expr(items[0]),))
        args = tuple(self.expr(x) for x in items)
        return build(op, args[0].width, args)

    def define(self, items: tuple[_Node, ...]) -> None:
        """Take a definition of a shared value."""
        self.defined[self.word(items[0])] = self.expr(items[1])


def read_expr(text: str) -> Expr:
    """Return the expression that `print_expr` wrote.

    Raises
    ------
    TextError : with line and column
    """
    reader = _Reader(text)
    nodes = reader.lists()
    if not nodes:
        raise reader.fail(0, "an expression", "the end")
    for node in nodes[:-1]:
        reader.define(reader.list(node, "def")[1])
    return reader.expr(nodes[-1])


def read_machine(text: str) -> Machine:
    """Return the machine that `print_machine` wrote, without spans.

    Raises
    ------
    TextError : with line and column
    """
    reader = _Reader(text)
    nodes = reader.lists()
    if len(nodes) != 1:
        raise reader.fail(0, "one `(machine ...)`", f"{len(nodes)} lists")
    _, items = reader.list(nodes[0], "machine")
    return _MachineReader(reader).machine(items)


@dataclass
class _MachineReader:
    """Collects the parts of a machine in order."""

    r: _Reader
    parts: dict[str, list[object]] = field(default_factory=dict)
    names: dict[Expr, str] = field(default_factory=dict)

    def machine(self, items: tuple[_Node, ...]) -> Machine:
        """Return the machine of a list's items."""
        readers: dict[str, Callable[[tuple[_Node, ...]], object]] = {
            "doc": lambda x: self.r.string(x[0]),
            "parameter": self._port,
            "register": self._register,
            "memory": lambda x: Memory(self.r.word(x[0]), self.r.number(x[1])),
            "causes": lambda x: tuple(map(self.r.word, x)),
            "flags": lambda x: tuple(map(self.r.word, x)),
            "interface": self._interface,
            "operation": self._operation,
            "cover": self._cover,
            "def": self.r.define,
            "name": self._name,
        }
        for node in items[1:]:
            head, rest = self.r.list(node)
            if head not in readers:
                raise self.r.fail(node.offset, " or ".join(sorted(readers)), f"`{head}`")
            self.parts.setdefault(head, []).append(readers[head](rest))
        return self._assembled(self.r.word(items[0]))

    def _assembled(self, name: str) -> Machine:
        def many(head: str) -> tuple[object, ...]:
            return tuple(self.parts.get(head, ()))

        def one(head: str, default: object) -> object:
            return self.parts.get(head, [default])[0]

        return Machine(
            name=name,
            registers=many("register"),  # type: ignore[arg-type]
            memories=many("memory"),  # type: ignore[arg-type]
            operations=many("operation"),  # type: ignore[arg-type]
            parameters=many("parameter"),  # type: ignore[arg-type]
            causes=one("causes", ()),  # type: ignore[arg-type]
            flags=one("flags", ()),  # type: ignore[arg-type]
            interface=many("interface"),  # type: ignore[arg-type]
            covers=many("cover"),  # type: ignore[arg-type]
            names=MappingProxyType(self.names),
            doc=one("doc", ""),  # type: ignore[arg-type]
        )

    def _port(self, x: tuple[_Node, ...]) -> Port:
        return Port(self.r.word(x[0]), self.r.number(x[1]), self.r.string(x[2]))

    def _fields(self, node: _Node) -> tuple[Field, ...]:
        if isinstance(node, _Atom):
            raise self.r.fail(node.offset, "a list of fields", f"`{node.text}`")
        fields = []
        for item in node.items:
            _, x = self.r.list(item, "field")
            name, low, width = self.r.word(x[0]), self.r.number(x[1]), self.r.number(x[2])
            fields.append(Field(name, low, width, None, self.r.string(x[3])))
        return tuple(fields)

    def _register(self, x: tuple[_Node, ...]) -> Register:
        return Register(
            name=self.r.word(x[0]),
            is_file=self.r.word(x[1]) == "file",
            width=self.r.number(x[2]),
            count=self.r.number(x[3]),
            reset=self.r.number(x[4]),
            doc=self.r.string(x[5]),
            fields=self._fields(x[6]),
        )

    def _interface(self, x: tuple[_Node, ...]) -> InterfaceRegister:
        def way(node: _Node) -> str | None:
            word = self.r.word(node)
            return None if word == "-" else word

        return InterfaceRegister(
            name=self.r.word(x[0]),
            kind=self.r.word(x[1]),
            offset=self.r.number(x[2]),
            size=self.r.number(x[3]),
            count=self.r.number(x[4]),
            stride=self.r.number(x[5]),
            read=way(x[6]),
            write=way(x[7]),
            doc=self.r.string(x[8]),
            fields=self._fields(x[9]),
        )

    def _operation(self, x: tuple[_Node, ...]) -> Operation:
        inputs: list[Port] = []
        effects: list[Effect] = []
        outputs: list[Output] = []
        for node in x[2:]:
            head, y = self.r.list(node)
            if head == "input":
                inputs.append(self._port(y))
            elif head == "output":
                outputs.append(Output(self.r.word(y[0]), self.r.expr(y[1])))
            else:
                effects.append(self._effect(head, y, node.offset))
        name, doc = self.r.word(x[0]), self.r.string(x[1])
        return Operation(name, tuple(inputs), tuple(effects), tuple(outputs), None, doc)

    def _effect(self, head: str, y: tuple[_Node, ...], offset: int) -> Effect:
        word, expr = self.r.word, self.r.expr
        match head:
            case "load":
                width = self.r.number(y[3])
                return Load(word(y[0]), word(y[1]), expr(y[2]), width, expr(y[4]))
            case "store":
                return Store(word(y[0]), expr(y[1]), expr(y[2]), expr(y[3]))
            case "assign":
                plain = isinstance(y[1], _Atom) and y[1].text == "-"
                index = None if plain else expr(y[1])
                return Assign(word(y[0]), expr(y[2]), expr(y[3]), index)
            case "fault":
                return Fault(word(y[0]), expr(y[1]))
        raise self.r.fail(offset, "load, store, assign or fault", f"`{head}`")

    def _cover(self, x: tuple[_Node, ...]) -> Cover:
        name, condition = self.r.string(x[2]), self.r.expr(x[3])
        return Cover(self.r.word(x[0]), self.r.word(x[1]), name, condition)

    def _name(self, x: tuple[_Node, ...]) -> None:
        self.names[self.r.expr(x[0])] = self.r.word(x[1])
