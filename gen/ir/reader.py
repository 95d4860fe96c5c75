"""Reading the text form of a machine back: lists first, then what they mean.

Every error is a `TextError` that says what was expected, what came, and at which line and column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from gen.ir.expr import BINARY, COMPARE, Expr, Op, build
from gen.ir.functions import FUNCTIONS
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

__all__ = ["DEEPEST", "TextError", "read_expr", "read_machine"]

DEEPEST = 200  # lists within lists; the writer stays far below
_WIDEST = 1 << 12  # bits of a value; a typing error must not allocate gigabytes
_MOST = 1 << 16  # elements of a register file, for the same reason

_TOKEN = re.compile(r'(?:\s|;[^\n]*)*(?:([()])|("(?:[^"\\]|\\.)*")|([^\s()";]+))')
_SPACE = re.compile(r"(?:\s|;[^\n]*)*")
_NUMBER = re.compile(r"0x[0-9a-f]+|[0-9]+")
_ARITY = dict.fromkeys(BINARY | COMPARE, 2) | {Op.NOT: 1, Op.ITE: 3}


class TextError(ValueError):
    """The text is no machine: what was expected, what came, and at which line and column."""


@dataclass(frozen=True)
class _Atom:
    text: str
    offset: int


@dataclass(frozen=True)
class _List:
    items: tuple[_Node, ...]
    offset: int
    end: int  # offset of the closing parenthesis


_Node: TypeAlias = "_Atom | _List"


@dataclass
class _Reader:
    """The text and the values defined so far."""

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
        position = self._skip(0)
        while position < len(self.text):
            match = _TOKEN.match(self.text, position)
            if match is None:
                raise self.fail(position, "a word, a string or a list", self.text[position])
            self._token(match, position, stack)
            position = self._skip(match.end())
        if len(stack) > 1:
            raise self.fail(stack[-1][0], "`)` for this list", "the end")
        return stack[0][1]

    def _skip(self, position: int) -> int:
        match = _SPACE.match(self.text, position)
        return match.end() if match else position

    def _token(
        self, match: re.Match[str], start: int, stack: list[tuple[int, list[_Node]]]
    ) -> None:
        if match[1] == "(":
            if len(stack) > DEEPEST:
                raise self.fail(start, f"at most {DEEPEST} lists within each other", "one more")
            stack.append((start, []))
        elif match[1] == ")":
            if len(stack) == 1:
                raise self.fail(start, "an open list", "`)`")
            opened, items = stack.pop()
            stack[-1][1].append(_List(tuple(items), opened, start))
        else:
            stack[-1][1].append(_Atom(match[0], start))

    def form(self, node: _Node, head: str | None = None) -> _Form:
        """Return the first word of a list and a cursor over the rest."""
        if isinstance(node, _Atom) or not node.items:
            found = f"`{node.text}`" if isinstance(node, _Atom) else "an empty list"
            raise self.fail(node.offset, f"`({head or 'word'} ...)`", found)
        first = _Form(self, "", node.items[:1], node.offset, node.end).word()
        if head is not None and first != head:
            raise self.fail(node.offset, f"`({head} ...)`", f"`({first} ...)`")
        return _Form(self, first, node.items, node.offset, node.end, 1)

    def expr(self, node: _Node) -> Expr:
        """Return an expression."""
        if isinstance(node, _Atom):
            if node.text not in self.defined:
                raise self.fail(node.offset, "an expression", f"`{node.text}`")
            return self.defined[node.text]
        form = self.form(node)
        try:
            return form.node(Op(form.head))
        except TextError:
            raise
        except ValueError as error:
            raise self.fail(node.offset, "a well-formed expression", str(error)) from error

    def define(self, form: _Form) -> None:
        """Take a definition of a shared value."""
        offset = form.place()
        name = form.word()
        if name in self.defined:
            raise self.fail(offset, "a new name", f"`{name}` again")
        self.defined[name] = form.expr()
        form.done()


@dataclass
class _Form:
    """A cursor over the items of a list that starts with the word `head`."""

    reader: _Reader
    head: str
    items: tuple[_Node, ...]
    offset: int
    end: int
    at: int = 0

    def next(self, expected: str) -> _Node:
        """Return the next item."""
        if self.at == len(self.items):
            raise self.reader.fail(self.end, expected, "the end of the list")
        self.at += 1
        return self.items[self.at - 1]

    def rest(self) -> tuple[_Node, ...]:
        """Return the remaining items."""
        items, self.at = self.items[self.at :], len(self.items)
        return items

    def place(self) -> int:
        """Return the offset of the next item."""
        return self.items[self.at].offset if self.at < len(self.items) else self.end

    def done(self) -> None:
        """Refuse further items."""
        if self.at < len(self.items):
            raise self.reader.fail(self.place(), "the end of the list", "another item")

    def _text(self, expected: str) -> _Atom:
        node = self.next(expected)
        if isinstance(node, _List):
            raise self.reader.fail(node.offset, expected, "a list")
        return node

    def word(self) -> str:
        """Return a word."""
        atom = self._text("a word")
        if atom.text.startswith('"'):
            raise self.reader.fail(atom.offset, "a word", "a string")
        return atom.text

    def number(self) -> int:
        """Return a number, decimal or ``0x``."""
        atom = self._text("a number")
        if not _NUMBER.fullmatch(atom.text):
            raise self.reader.fail(atom.offset, "a number", f"`{atom.text}`")
        return int(atom.text, 16 if atom.text.startswith("0x") else 10)

    def width(self) -> int:
        """Return a number of bits."""
        offset, number = self.place(), self.number()
        if not 1 <= number <= _WIDEST:
            raise self.reader.fail(offset, f"1 to {_WIDEST} bits", str(number))
        return number

    def count(self) -> int:
        """Return a number of elements."""
        offset, number = self.place(), self.number()
        if number > _MOST:
            raise self.reader.fail(offset, f"at most {_MOST} elements", str(number))
        return number

    def string(self) -> str:
        """Return a string."""
        atom = self._text("a string")
        if not atom.text.startswith('"'):
            raise self.reader.fail(atom.offset, "a string", f"`{atom.text}`")
        try:
            return str(json.loads(atom.text))
        except ValueError as error:
            raise self.reader.fail(atom.offset, "a string", str(error)) from error

    def expr(self) -> Expr:
        """Return an expression."""
        return self.reader.expr(self.next("an expression"))

    def node(self, op: Op) -> Expr:
        """Return the expression of operation `op` that the items say."""
        made = self._node(op)
        self.done()
        return made

    def _node(self, op: Op) -> Expr:
        match op:
            case Op.CONST:
                return self._const()
            case Op.INPUT | Op.STATE | Op.LOAD:
                name = self.word()
                return build(op, self.width(), (), name)
            case Op.REGREAD:
                name, index = self.word(), self.expr()
                return build(op, self.width(), (index,), name)
            case Op.SLICE:
                value, low = self.expr(), self.number()
                return build(op, self.width(), (value,), low)
            case Op.ZEXT | Op.SEXT:
                value = self.expr()
                return build(op, self.width(), (value,))
            case Op.CONCAT:
                return build(op, 0, tuple(self.reader.expr(x) for x in self.rest()))
            case Op.CALL:
                return self._call()
        args = tuple(self.expr() for _ in range(_ARITY[op]))
        return build(op, args[0].width, args)

    def _call(self) -> Expr:
        offset, name = self.place(), self.word()
        if name not in FUNCTIONS:
            raise self.reader.fail(offset, "a function", f"`{name}`")
        return build(Op.CALL, 0, tuple(self.reader.expr(x) for x in self.rest()), name)

    def _const(self) -> Expr:
        offset, value, width = self.place(), self.number(), self.width()
        if value >> width:
            raise self.reader.fail(offset, f"a value of {width} bits", str(value))
        return build(Op.CONST, width, (), value)


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
        reader.define(reader.form(node, "def"))
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
    return _MachineReader(reader).machine(reader.form(nodes[0], "machine"))


@dataclass
class _MachineReader:
    """Collects the parts of a machine in order."""

    r: _Reader
    doc: str = ""
    causes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    parameters: list[Port] = field(default_factory=list)
    registers: list[Register] = field(default_factory=list)
    memories: list[Memory] = field(default_factory=list)
    interface: list[InterfaceRegister] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    names: dict[Expr, str] = field(default_factory=dict)

    def machine(self, form: _Form) -> Machine:
        """Return the machine of a list."""
        name = form.word()
        for node in form.rest():
            part = self.r.form(node)
            read = _PARTS.get(part.head)
            if read is None:
                raise self.r.fail(part.offset, " or ".join(sorted(_PARTS)), f"`{part.head}`")
            read(self, part)
            part.done()
        return Machine(
            name=name,
            registers=tuple(self.registers),
            memories=tuple(self.memories),
            operations=tuple(self.operations),
            parameters=tuple(self.parameters),
            causes=self.causes,
            flags=self.flags,
            interface=tuple(self.interface),
            covers=tuple(self.covers),
            names=MappingProxyType(self.names),
            doc=self.doc,
        )

    def read_doc(self, x: _Form) -> None:
        self.doc = x.string()

    def read_causes(self, x: _Form) -> None:
        self.causes = self._words(x)

    def read_flags(self, x: _Form) -> None:
        self.flags = self._words(x)

    def _words(self, x: _Form) -> tuple[str, ...]:
        return tuple(x.word() for _ in x.items[1:])

    def read_parameter(self, x: _Form) -> None:
        self.parameters.append(_port(x))

    def read_register(self, x: _Form) -> None:
        name, kind, width = x.word(), x.word(), x.width()
        count, reset, doc, fields = x.count(), x.number(), x.string(), self._fields(x)
        made = Register(name, width, count, kind == "file", reset, fields, None, doc)
        self.registers.append(made)

    def _fields(self, x: _Form) -> tuple[Field, ...]:
        node = x.next("a list of fields")
        if isinstance(node, _Atom):
            raise self.r.fail(node.offset, "a list of fields", f"`{node.text}`")
        return tuple(self._field(self.r.form(item, "field")) for item in node.items)

    def _field(self, x: _Form) -> Field:
        made = Field(x.word(), x.number(), x.width(), None, x.string())
        x.done()
        return made

    def read_memory(self, x: _Form) -> None:
        self.memories.append(Memory(x.word(), x.width()))

    def read_interface(self, x: _Form) -> None:
        name, kind = x.word(), x.word()
        offset, size, count, stride = x.number(), x.number(), x.count(), x.number()
        read, write = _optional(x), _optional(x)
        doc, fields = x.string(), self._fields(x)
        made = InterfaceRegister(
            name, kind, offset, size, count, stride, fields, read, write, None, doc
        )
        self.interface.append(made)

    def read_operation(self, x: _Form) -> None:
        name, doc = x.word(), x.string()
        inputs: list[Port] = []
        effects: list[Effect] = []
        outputs: list[Output] = []
        for node in x.rest():
            y = self.r.form(node)
            if y.head == "input":
                inputs.append(_port(y))
            elif y.head == "output":
                outputs.append(Output(y.word(), y.expr()))
            else:
                effects.append(self._effect(y))
            y.done()
        made = Operation(name, tuple(inputs), tuple(effects), tuple(outputs), None, doc)
        self.operations.append(made)

    def _effect(self, y: _Form) -> Effect:
        match y.head:
            case "load":
                return Load(y.word(), y.word(), y.expr(), y.width(), y.expr())
            case "store":
                return Store(y.word(), y.expr(), y.expr(), y.expr())
            case "assign":
                target, index = y.word(), self._index(y)
                return Assign(target, y.expr(), y.expr(), index)
            case "fault":
                cause, guard = y.word(), y.expr()
                return Fault(cause, guard, value=self._rest(y))
        expected = "input, output, load, store, assign or fault"
        raise self.r.fail(y.offset, expected, f"`{y.head}`")

    def _rest(self, y: _Form) -> Expr | None:
        return self.r.expr(y.next("a value")) if y.at < len(y.items) else None

    def _index(self, y: _Form) -> Expr | None:
        node = y.next("an index or `-`")
        return None if isinstance(node, _Atom) and node.text == "-" else self.r.expr(node)

    def read_cover(self, x: _Form) -> None:
        self.covers.append(Cover(x.word(), x.word(), x.string(), x.expr()))

    def read_def(self, x: _Form) -> None:
        self.r.define(x)

    def read_name(self, x: _Form) -> None:
        value = x.expr()
        self.names[value] = x.word()


_PARTS: dict[str, Callable[[_MachineReader, _Form], None]] = {
    "doc": _MachineReader.read_doc,
    "parameter": _MachineReader.read_parameter,
    "register": _MachineReader.read_register,
    "memory": _MachineReader.read_memory,
    "causes": _MachineReader.read_causes,
    "flags": _MachineReader.read_flags,
    "interface": _MachineReader.read_interface,
    "operation": _MachineReader.read_operation,
    "cover": _MachineReader.read_cover,
    "def": _MachineReader.read_def,
    "name": _MachineReader.read_name,
}


def _port(x: _Form) -> Port:
    return Port(x.word(), x.width(), x.string())


def _optional(x: _Form) -> str | None:
    word = x.word()
    return None if word == "-" else word
