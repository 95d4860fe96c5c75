"""From grammar rules to the syntax tree: expressions, and what all rules use.

Children of a rule are its tokens and nodes in order. An expression travels as `Built`, with its
depth, so that no tree is made which a recursive walk could not follow.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

from lark import Transformer

from gen.source import Span
from gen.vrs import tree
from gen.vrs.lexer import MAX_DEPTH, VrsToken

__all__ = [
    "COMPARISONS",
    "PRECEDENCE",
    "Built",
    "ExpressionRules",
    "SyntaxFault",
    "expressions_in",
    "ident_of",
    "number_of",
    "of_kind",
    "span_of",
]

PRECEDENCE = {
    operator: level
    for level, row in enumerate(
        ["==>", "||", "&&", "== != < > <= >=", "|", "^", "&", "<< >>", "+ -", "* / %"]
    )
    for operator in row.split()
}
"""Level of each binary operator, 0 the weakest. All are left associative."""

COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">="})

_T = TypeVar("_T")


class SyntaxFault(Exception):
    """A rule that the grammar cannot state is broken."""

    def __init__(self, code: str, message: str, span: Span, caret: str, help: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.span, self.caret, self.help = (
            code, message, span, caret, help
        )  # fmt: skip


class Built(NamedTuple):
    """An expression on its way up; `span` includes its parentheses."""

    node: tree.Expression
    depth: int
    span: Span


def span_of(children: list[Any]) -> Span:
    first: Span = children[0].span
    return first.to(children[-1].span)


def ident_of(token: VrsToken) -> tree.Ident:
    return tree.Ident(str(token), token.span)


def of_kind(children: list[Any], kind: type[_T]) -> tuple[_T, ...]:
    return tuple(c for c in children if isinstance(c, kind))


def expressions_in(children: list[Any]) -> tuple[tree.Expression, ...]:
    return tuple(c.node for c in children if isinstance(c, Built))


def number_of(token: VrsToken) -> tree.Number:
    return tree.Number(token.number, token.span)


def _grow(node: tree.Expression, span: Span, *below: Built) -> Built:
    depth = 1 + max((b.depth for b in below), default=0)
    if depth > MAX_DEPTH:
        raise SyntaxFault(
            "E0108",
            f"the expression is more than {MAX_DEPTH} operators deep",
            Span(span.source, span.start, span.start + 1),
            "it begins here",
            "give parts of it a name with helper methods or constants",
        )
    return Built(node, depth, span)


class ExpressionRules(Transformer[Any, Any]):
    """Rules of expressions."""

    def number(self, c: list[Any]) -> Built:
        return Built(number_of(c[0]), 1, c[0].span)

    def boolean(self, c: list[Any]) -> Built:
        return Built(tree.Boolean(str(c[0]) == "true", c[0].span), 1, c[0].span)

    def root(self, c: list[Any]) -> Built:
        return Built(tree.Name(str(c[0]), c[0].span), 1, c[0].span)

    def group(self, c: list[Any]) -> Built:
        inner: Built = c[1]
        node, span = inner.node, span_of(c)
        if isinstance(node, tree.Binary) and not node.parenthesised:
            node = tree.Binary(
                node.operator, node.left, node.right, node.span, node.operator_span, True
            )
        return Built(node, inner.depth, span)

    def member(self, c: list[Any]) -> Built:
        span = span_of(c)
        return _grow(tree.Member(c[0].node, ident_of(c[2]), span), span, c[0])

    def index(self, c: list[Any]) -> Built:
        span = span_of(c)
        return _grow(tree.Element(c[0].node, c[2].node, span), span, c[0], c[2])

    def bits(self, c: list[Any]) -> Built:
        span = span_of(c)
        node = tree.BitSlice(c[0].node, c[2].node, c[4].node, span)
        return _grow(node, span, c[0], c[2], c[4])

    def call(self, c: list[Any]) -> Built:
        span = span_of(c)
        return _grow(tree.Call(ident_of(c[0]), expressions_in(c), span), span, *of_kind(c, Built))

    def conditional(self, c: list[Any]) -> Built:
        span = span_of(c)
        condition, then, other = expressions_in(c)
        return _grow(tree.If(condition, then, other, span), span, *of_kind(c, Built))

    def quantified(self, c: list[Any]) -> Built:
        span = span_of(c)
        node = tree.Quantified(str(c[0]), of_kind(c, tree.Param), c[-1].node, span)  # type: ignore[arg-type]
        return _grow(node, span, c[-1])

    def prefix(self, c: list[Any]) -> VrsToken:
        token: VrsToken = c[0]
        return token

    def unary(self, c: list[Any]) -> Built:
        span = span_of(c)
        return _grow(tree.Unary(str(c[0]), c[1].node, span), span, c[1])  # type: ignore[arg-type]

    def expr(self, c: list[Any]) -> Built:
        """Arrange ``operand operator operand ...`` by precedence, without recursion."""
        operands: list[Built] = [c[0]]
        operators: list[VrsToken] = []
        for operator, operand in zip(c[1::2], c[2::2], strict=True):
            level = PRECEDENCE[operator]
            while operators and PRECEDENCE[operators[-1]] >= level:
                _reduce(operands, operators, operator)
            operators.append(operator)
            operands.append(operand)
        while operators:
            _reduce(operands, operators, None)
        return operands[0]


def _reduce(operands: list[Built], operators: list[VrsToken], coming: VrsToken | None) -> None:
    operator, right, left = operators.pop(), operands.pop(), operands.pop()
    if str(operator) in COMPARISONS and coming is not None and str(coming) in COMPARISONS:
        raise SyntaxFault(
            "E0111",
            "comparisons cannot be chained",
            coming.span,
            f"the second after `{operator}`",
            "write `a < b && b < c`, or put one of them in parentheses",
        )
    span = left.span.to(right.span)
    node = tree.Binary(str(operator), left.node, right.node, span, operator.span)
    operands.append(_grow(node, span, left, right))
