"""Constant expressions to numbers, and how far constants and methods unfold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from gen.diag import Label, Reporter
from gen.hints import FEW
from gen.vrs import tree
from gen.vrs.lexer import MAX_DEPTH
from gen.vrs.symbols import Symbols
from gen.vrs.walk import children, subexpressions

__all__ = ["Constants", "check_unfolding", "fold"]

_MASK = (1 << 64) - 1
_MAX_SIZE = 200_000
"""Most operators of a method with all its calls expanded: elaboration expands them."""

_OPERATORS: Mapping[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a // b if b else _MASK,
    "%": lambda a, b: a % b if b else a,
    "<<": lambda a, b: a << b if b < 64 else 0,
    ">>": lambda a, b: a >> b if b < 64 else 0,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "&&": lambda a, b: bool(a and b),
    "||": lambda a, b: bool(a or b),
    "==>": lambda a, b: bool(not a or b),
}


def fold(node: tree.Expression, lookup: Callable[[str], int | None]) -> int | None:
    """Return the value of an expression modulo 2**64 (conditions 0 or 1), or None.

    `lookup` gives the value of a name, None if it is not constant. Division by zero and shifts by
    64 and more are as in `gen.ir.expr`.
    """
    match node:
        case tree.Number() | tree.Boolean():
            return int(node.value)
        case tree.Name():
            return lookup(node.text)
        case tree.Unary():
            value = fold(node.operand, lookup)
            if value is None:
                return None
            return value ^ _MASK if node.operator == "~" else int(not value)
        case tree.Binary():
            left, right = fold(node.left, lookup), fold(node.right, lookup)
            if left is None or right is None:
                return None
            return int(_OPERATORS[node.operator](left, right)) & _MASK
        case tree.If():
            condition = fold(node.condition, lookup)
            if condition is None:
                return None
            return fold(node.then if condition else node.other, lookup)
        case _:
            return None


_Key = tuple[str, str]


@dataclass
class Constants:
    """The values of all constants, worked out on demand. Names must have been checked."""

    symbols: Symbols
    _values: dict[_Key, int | None] = field(default_factory=dict)

    def value(self, unit: tree.Unit | None, name: str) -> int | None:
        """Return the value of constant `name` as seen from `unit`, None if it has none."""
        key = self._key(unit.name.text if unit else "", name)
        stack = [key] if key is not None else []
        while stack:
            top = stack[-1]
            missing = [k for k in self._below(top) if k not in self._values]
            if top in self._values or not missing:
                stack.pop()
                self._values.setdefault(top, self._fold(top))
            elif len(stack) > len(set(stack)) or missing[0] in stack:
                self._values[missing[0]] = None  # a circle, reported by check_unfolding
            else:
                stack.append(missing[0])
        return None if key is None else self._values[key]

    def fold(self, node: tree.Expression, unit: tree.Unit | None) -> int | None:
        """Return the value of an expression of constants as seen from `unit`, or None."""
        return fold(node, lambda name: self.value(unit, name))

    def _const(self, key: _Key) -> tree.Const:
        unit, name = key
        return self.symbols.view(unit).consts[name] if unit else self.symbols.program.consts[name]

    def _key(self, unit: str, name: str) -> _Key | None:
        view = self.symbols.get(unit) if unit else None
        if view is not None and name in view.consts:
            return (unit, name)
        return ("", name) if name in self.symbols.program.consts else None

    def _below(self, key: _Key) -> Iterator[_Key]:
        for node in subexpressions(self._const(key).value):
            if isinstance(node, tree.Name) and (below := self._key(key[0], node.text)) is not None:
                yield below

    def _fold(self, key: _Key) -> int | None:
        def lookup(name: str) -> int | None:
            below = self._key(key[0], name)
            return None if below is None else self._values[below]

        return fold(self._const(key).value, lookup)


@dataclass
class _Node:
    """A constant or method with what it uses."""

    name: tree.Ident
    expressions: tuple[tree.Expression, ...]
    below: list[_Key]
    depth: int = 0
    size: int = 0


def check_unfolding(symbols: Symbols, reporter: Reporter) -> None:
    """Report constants that depend on themselves (E0217) and what unfolds too far (E0108).

    Methods that call themselves are left to the elaborator.
    """
    nodes = {**_constants(symbols, ""), **_own_constants(symbols), **_methods(symbols)}
    done: set[_Key] = set()
    for start in nodes:
        path: list[_Key] = [start]
        while path:
            top = path[-1]
            if top in done:
                path.pop()
                continue
            waiting = [k for k in nodes[top].below if k not in done]
            if not waiting:
                _measure(nodes, top, reporter)
                done.add(top)
            elif waiting[0] in path:
                _circle(nodes, path, waiting[0], reporter)
                done.add(top)
            else:
                path.append(waiting[0])


def _constants(symbols: Symbols, unit: str) -> dict[_Key, _Node]:
    consts = symbols.view(unit).consts if unit else symbols.program.consts
    return {
        (unit, n): _Node(c.name, (c.value,), list(_uses_of(symbols, unit, c.value)))
        for n, c in consts.items()
    }


def _own_constants(symbols: Symbols) -> dict[_Key, _Node]:
    out: dict[_Key, _Node] = {}
    for unit in symbols.program.units:
        out.update(_constants(symbols, unit))
    return out


def _methods(symbols: Symbols) -> dict[_Key, _Node]:
    out: dict[_Key, _Node] = {}
    for unit in symbols.program.units:
        for name, method in symbols.view(unit).methods.items():
            parts = (*method.requires, *((method.body,) if method.body is not None else ()))
            below = [k for part in parts for k in _uses_of(symbols, unit, part)]
            out[(unit, f"{name}()")] = _Node(method.name, parts, below)
    return out


def _uses_of(symbols: Symbols, unit: str, expression: tree.Expression) -> Iterator[_Key]:
    view = symbols.get(unit) if unit else None
    for node in subexpressions(expression):
        if isinstance(node, tree.Name):
            if view is not None and node.text in view.consts:
                yield (unit, node.text)
            elif node.text in symbols.program.consts:
                yield ("", node.text)
        elif (
            isinstance(node, tree.Call) and view is not None and node.function.text in view.methods
        ):
            yield (unit, f"{node.function.text}()")


def _measure(nodes: dict[_Key, _Node], key: _Key, reporter: Reporter) -> None:
    node = nodes[key]
    below = [nodes[k] for k in node.below]
    own = max((_depth(e) for e in node.expressions), default=0)
    node.depth = own + max((b.depth for b in below), default=0)
    written = sum(1 for e in node.expressions for _ in subexpressions(e))
    node.size = written + sum(b.size for b in below)
    too_deep, too_big = node.depth > MAX_DEPTH, node.size > _MAX_SIZE
    if too_deep or too_big:
        limit = f"{MAX_DEPTH} operators deep" if too_deep else f"{_MAX_SIZE} operators long"
        message = f"`{node.name.text}` unfolds to an expression more than {limit}"
        reporter.report("E0108", message, node.name.span, "with everything that it uses")
        node.depth = node.size = 0  # what uses it is not to blame


def _depth(expression: tree.Expression) -> int:
    deepest, stack = 0, [(expression, 1)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth)
        stack.extend((child, depth + 1) for child in children(node))
    return deepest


def _circle(nodes: dict[_Key, _Node], path: list[_Key], closing: _Key, reporter: Reporter) -> None:
    circle = path[path.index(closing) :]
    if any(key[1].endswith("()") for key in circle):
        return
    first, *others = (nodes[key].name for key in circle)
    reporter.report(
        "E0217",
        f"constant `{first.text}` depends on itself",
        first.span,
        "its value needs its value",
        labels=[Label(i.span, "through this one") for i in others[:FEW]],
    )
