"""Expressions of assembly: from text to a tree, from a tree to a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from gen.hints import similar
from gen.isa.assembly.strings import unescape
from gen.isa.operands import OperandError
from gen.isa.place import Operator, Place

__all__ = ["Expression", "Fault", "Scope", "evaluate", "parse", "symbols"]

_MOST_OPERATORS = 200  # each is a level of Python's stack
_MOST_BITS = 4096  # of a result of a shift: a slip of the pen must not fill the memory


class Fault(Exception):
    """An expression is wrong or has no value.

    Members
    -------
    code : of the message
    start, end : characters of the expression's text
    caret, help : see `gen.diag.Reporter.report`
    """

    def __init__(
        self, code: str, message: str, start: int, end: int, caret: str = "", help: str = ""
    ) -> None:
        super().__init__(message)
        self.code, self.start, self.end, self.caret, self.help = code, start, end, caret, help


class Scope(Protocol):
    """What gives names a value where an expression stands."""

    @property
    def pc(self) -> int:
        """Address of what is being assembled: the value of ``.``."""

    @property
    def operators(self) -> Mapping[str, Operator]:
        """Functions by name."""

    @property
    def given(self) -> MutableMapping[tuple[str, int], int]:
        """Arguments of operators so far; see `Place`."""

    def symbol(self, name: str) -> int | None:
        """Return the value of a symbol, None if there is none."""

    def local(self, name: str) -> int | None:
        """Return the address of a local label (``1b``, ``1f``)."""

    def known(self) -> Iterator[str]:
        """Yield the names of symbols, for hints."""


@dataclass(frozen=True)
class Expression:
    """An expression, read."""

    tree: Tree[Token] | Token
    text: str


@cache
def _grammar() -> Lark:
    text = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", propagate_positions=True)


@lru_cache(maxsize=65536)
def parse(text: str) -> Expression:
    """Return an expression, read.

    Raises
    ------
    Fault : E0926
    """
    operators = sum(text.count(c) for c in "+-*/%<&|^~>(")
    if operators > _MOST_OPERATORS:
        message = f"an expression may have {_MOST_OPERATORS} operators, not {operators}"
        raise Fault("E0926", message, 0, len(text))
    try:
        return Expression(_grammar().parse(text), text)
    except UnexpectedInput as error:
        at = error.pos_in_stream
        if at is None or at < 0 or at >= len(text) or getattr(error, "token", None) == "":
            raise Fault("E0926", "the expression is not complete", 0, len(text)) from None
        token = getattr(error, "token", None)
        found = str(token) if token is not None else text[at]
        found = found if found.isprintable() else found.encode("unicode_escape").decode()
        message = f"expected an expression, found `{found}`"
        if text[:at].strip():
            message = f"unexpected `{found}` in an expression"
        raise Fault("E0926", message, at, at + len(found)) from None


def symbols(expression: Expression) -> list[str]:
    """Return the names of the symbols in an expression."""
    tree = expression.tree
    assert isinstance(tree, Tree)
    return [str(t.children[0]) for t in tree.find_data("symbol")]


def evaluate(expression: Expression, scope: Scope) -> int:
    """Return the value of an expression, a number of any size.

    Raises
    ------
    Fault : E0923, a symbol is not defined; E0926, the expression has no value
    """
    return _Evaluation(scope).value(expression.tree)


@dataclass
class _Evaluation:
    scope: Scope

    def value(self, tree: Tree[Token] | Token) -> int:
        assert isinstance(tree, Tree)
        first = tree.children[0]
        if isinstance(first, Token):
            found: int = getattr(self, f"_{tree.data}")(first, tree)
            return found
        values = [self.value(c) for c in tree.children]
        try:
            return _compute(str(tree.data), values)
        except (ArithmeticError, ValueError) as error:
            start, end = _place(tree)
            raise Fault("E0926", str(error), start, end) from None

    def _number(self, token: Token, tree: Tree[Token]) -> int:
        try:
            octal = len(token) > 1 and token[0] == "0" and token[1].isdigit()
            return int(token, 8 if octal else 0)
        except ValueError:
            start, end = _place(token)
            raise Fault("E0926", f"`{token}` is no number", start, end) from None

    def _character(self, token: Token, tree: Tree[Token]) -> int:
        text = unescape(token[1:-1])
        if text is None or len(text) != 1:
            start, end = _place(token)
            raise Fault("E0926", f"{token} is no character", start, end)
        return text[0]

    def _local(self, token: Token, tree: Tree[Token]) -> int:
        found = self.scope.local(str(token))
        if found is None:
            side = "before" if token[-1] == "b" else "behind"
            start, end = _place(token)
            raise Fault("E0923", f"there is no label `{token[:-1]}:` {side} this", start, end)
        return found

    def _symbol(self, token: Token, tree: Tree[Token]) -> int:
        if token == ".":
            return self.scope.pc
        found = self.scope.symbol(str(token))
        if found is None:
            start, end = _place(token)
            known = set(self.scope.known())
            help = similar(str(token), known)
            if token in known:
                help = "its value depends on itself"
            raise Fault("E0923", f"symbol `{token}` is not defined", start, end, help=help)
        return found

    def _call(self, token: Token, tree: Tree[Token]) -> int:
        name = token[1:]
        operator = self.scope.operators.get(name)
        start, end = _place(token)
        if operator is None:
            known = ", ".join(f"`%{n}`" for n in self.scope.operators)
            help = f"there are {known}" if known else "the instruction set has none"
            raise Fault("E0926", f"there is no operator `{token}`", start, end, help=help)
        argument = self.value(tree.children[1])
        self.scope.given[name, self.scope.pc] = argument
        try:
            return operator(argument, Place(self.scope.pc, self.scope.given))
        except OperandError as error:
            raise Fault("E0926", str(error), start, _place(tree)[1]) from None


def _compute(name: str, values: list[int]) -> int:
    """Return the result of an operator; quotients are cut towards zero."""
    if name in ("neg", "pos", "invert"):
        x = values[0]
        return {"neg": -x, "pos": x, "invert": ~x}[name]
    a, b = values
    if name in ("shl", "shr"):
        if not 0 <= b <= _MOST_BITS:
            raise ValueError(f"cannot shift by {b}")
        return a << b if name == "shl" else a >> b
    if name in ("div", "rem"):
        if not b:
            raise ValueError("division by zero")
        quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        return quotient if name == "div" else a - b * quotient
    return {"add": a + b, "sub": a - b, "mul": a * b, "and_": a & b, "or_": a | b, "xor": a ^ b}[
        name
    ]


def _place(node: Tree[Token] | Token) -> tuple[int, int]:
    meta = node if isinstance(node, Token) else node.meta
    return meta.start_pos or 0, meta.end_pos or 0
