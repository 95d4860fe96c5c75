"""From grammar rules to the syntax tree: one method per rule of `grammar.lark`.

Children are the tokens and nodes of the rule in order. An expression travels as `Built`, with its
depth, so that no tree is made which a recursive walk could not follow.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

from lark import Transformer

from gen.source import Source, Span
from gen.vrs import tree
from gen.vrs.lexer import MAX_DEPTH, VrsToken

__all__ = ["COMPARISONS", "PRECEDENCE", "Builder", "Built", "SyntaxFault", "file_of"]

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


class _Part(NamedTuple):
    """Something between tokens that is no node of the tree, such as a parameter list."""

    kind: str
    value: Any
    span: Span
    doc: str = ""


class _Head(NamedTuple):
    """What stands before the parameters of a unit or a method."""

    tokens: dict[str, VrsToken]
    parts: dict[str, _Part]
    span: Span
    doc: str


def _span(children: list[Any]) -> Span:
    first: Span = children[0].span
    return first.to(children[-1].span)


def _ident(token: VrsToken) -> tree.Ident:
    return tree.Ident(str(token), token.span)


def _of(children: list[Any], kind: type[_T]) -> tuple[_T, ...]:
    return tuple(c for c in children if isinstance(c, kind))


def _names(children: list[Any]) -> tuple[tree.Ident, ...]:
    return tuple(_ident(c) for c in children if isinstance(c, VrsToken) and c.type == "ID")


def _expressions(children: list[Any]) -> tuple[tree.Expression, ...]:
    return tuple(c.node for c in children if isinstance(c, Built))


def _part(children: list[Any], kind: str) -> Any:
    """Return the value of the part called `kind`, or None."""
    return next((c.value for c in children if isinstance(c, _Part) and c.kind == kind), None)


def _number(token: VrsToken) -> tree.Number:
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


class _Expressions(Transformer[Any, Any]):
    """Rules of expressions."""

    def number(self, c: list[Any]) -> Built:
        return Built(_number(c[0]), 1, c[0].span)

    def boolean(self, c: list[Any]) -> Built:
        return Built(tree.Boolean(str(c[0]) == "true", c[0].span), 1, c[0].span)

    def root(self, c: list[Any]) -> Built:
        return Built(tree.Name(str(c[0]), c[0].span), 1, c[0].span)

    def group(self, c: list[Any]) -> Built:
        inner: Built = c[1]
        node, span = inner.node, _span(c)
        if isinstance(node, tree.Binary) and not node.parenthesised:
            node = tree.Binary(
                node.operator, node.left, node.right, node.span, node.operator_span, True
            )
        return Built(node, inner.depth, span)

    def member(self, c: list[Any]) -> Built:
        span = _span(c)
        return _grow(tree.Member(c[0].node, _ident(c[2]), span), span, c[0])

    def index(self, c: list[Any]) -> Built:
        span = _span(c)
        return _grow(tree.Element(c[0].node, c[2].node, span), span, c[0], c[2])

    def bits(self, c: list[Any]) -> Built:
        span = _span(c)
        node = tree.BitSlice(c[0].node, c[2].node, c[4].node, span)
        return _grow(node, span, c[0], c[2], c[4])

    def call(self, c: list[Any]) -> Built:
        span = _span(c)
        return _grow(tree.Call(_ident(c[0]), _expressions(c), span), span, *_of(c, Built))

    def conditional(self, c: list[Any]) -> Built:
        span = _span(c)
        condition, then, other = _expressions(c)
        return _grow(tree.If(condition, then, other, span), span, *_of(c, Built))

    def quantified(self, c: list[Any]) -> Built:
        span = _span(c)
        node = tree.Quantified(str(c[0]), _of(c, tree.Param), c[-1].node, span)  # type: ignore[arg-type]
        return _grow(node, span, c[-1])

    def prefix(self, c: list[Any]) -> VrsToken:
        token: VrsToken = c[0]
        return token

    def unary(self, c: list[Any]) -> Built:
        span = _span(c)
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


class _Fields(_Expressions):
    """Rules of state, interface and map."""

    def param(self, c: list[Any]) -> tree.Param:
        return tree.Param(_ident(c[0]), c[2], _span(c))

    def type(self, c: list[Any]) -> tree.Ident:
        return _ident(c[0])

    def params(self, c: list[Any]) -> _Part:
        return _Part("params", _of(c, tree.Param), _span(c))

    def slice(self, c: list[Any]) -> tree.SliceDecl:
        return tree.SliceDecl(c[0].number, c[2].number, _ident(c[3]), _span(c))

    def slices(self, c: list[Any]) -> _Part:
        return _Part("slices", _of(c, tree.SliceDecl), _span(c))

    def place(self, c: list[Any]) -> _Part:
        return _Part("place", (_ident(c[1]), _number(c[3]), _number(c[5])), _span(c))

    def size(self, c: list[Any]) -> _Part:
        return _Part("place", (None, None, _number(c[1])), _span(c))

    def state_field(self, c: list[Any]) -> tree.StateField:
        base, offset, size = _part(c, "place")
        return tree.StateField(
            str(c[0]),  # type: ignore[arg-type]
            _ident(c[1]), base, offset, size, _part(c, "slices"), _span(c),
        )  # fmt: skip

    def state(self, c: list[Any]) -> tree.State:
        return tree.State(_part(c, "params"), _of(c, tree.StateField), _span(c))

    def layout(self, c: list[Any]) -> _Part:
        return _Part("Layout", c[1].value, _span(c))

    def action(self, c: list[Any]) -> tree.Action:
        left, arrow, right = c[0].node, c[1], c[2].node
        if arrow.type == "LARROW":
            return tree.Action(right, left, _span(c), reversed=True)
        return tree.Action(left, right, _span(c))

    def actions(self, c: list[Any]) -> _Part:
        return _Part(str(c[0]), _of(c, tree.Action), _span(c))

    def blocks(self, c: list[Any]) -> _Part:
        return _Part("blocks", _of(c, _Part), _span(c))

    def interface_field(self, c: list[Any]) -> tree.InterfaceField:
        base, offset, size = _part(c, "place") or (None, None, None)
        blocks: tuple[_Part, ...] = _part(c, "blocks") or ()
        seen: dict[str, tuple[Any, ...]] = {}
        for block in blocks:
            seen[block.kind] = seen.get(block.kind, ()) + block.value
        return tree.InterfaceField(
            str(c[0]),  # type: ignore[arg-type]
            _ident(c[1]), base, offset, size,
            seen.get("Layout"), seen.get("ReadActions"), seen.get("WriteActions"), _span(c),
            next((b.span for b in blocks if b.kind == "Layout"), None),
            tuple(b.span for i, b in enumerate(blocks) if b.kind in {p.kind for p in blocks[:i]}),
        )  # fmt: skip

    def interface(self, c: list[Any]) -> tree.Interface:
        return tree.Interface(_part(c, "params"), _of(c, tree.InterfaceField), _span(c))

    def source(self, c: list[Any]) -> _Part:
        return _Part("source", (c[0].node, c[2].node), _span(c))

    def offset(self, c: list[Any]) -> _Part:
        return _Part("offset", c[1].node, _span(c))

    def element(self, c: list[Any]) -> tree.MapElement:
        low, high = _part(c, "source") or (None, None)
        call: tree.Call = next(b.node for b in c if isinstance(b, Built))  # type: ignore[assignment]
        return tree.MapElement(low, high, call.function, call.args, _part(c, "offset"), _span(c))

    def map_range(self, c: list[Any]) -> _Part:
        return _Part("map", ((c[1],), _ident(c[3]), *_expressions(c)), _span(c))

    def map_list(self, c: list[Any]) -> _Part:
        return _Part("map", (_of(c, tree.MapElement), None, None, None), _span(c))

    def maps(self, c: list[Any]) -> tree.MapDecl:
        elements, variable, low, high = _part(c, "map")
        attributes = _part(c, "attributes") or ()
        return tree.MapDecl(attributes, elements, variable, low, high, _span(c))


class Builder(_Fields):
    """Rules of files, units and methods."""

    def import_decl(self, c: list[Any]) -> tree.Import:
        return tree.Import(_ident(c[1]), _span(c))

    def const(self, c: list[Any]) -> tree.Const:
        return tree.Const(_ident(c[1]), c[3], c[5].node, _span(c))

    def flags(self, c: list[Any]) -> tree.FlagList:
        return tree.FlagList(_names(c), _span(c))

    unit_flags = flags

    def attribute(self, c: list[Any]) -> tree.Attribute:
        return tree.Attribute(_ident(c[0]), _ident(c[2]) if len(c) > 1 else None, _span(c))

    def attributes(self, c: list[Any]) -> _Part:
        return _Part("attributes", _of(c, tree.Attribute), _span(c), c[0].doc)

    def extern_type(self, c: list[Any]) -> tree.ExternType:
        name = next(t for t in c if isinstance(t, VrsToken) and t.type == "ID")
        attributes = _part(c, "attributes") or ()
        return tree.ExternType(attributes, _ident(name), _of(c, tree.Param), _span(c))

    def width(self, c: list[Any]) -> tree.Width:
        return tree.Width(str(c[0]), c[2].node, _span(c))  # type: ignore[arg-type]

    def returns(self, c: list[Any]) -> _Part:
        return _Part("returns", c[1], _span(c))

    def clause(self, c: list[Any]) -> _Part:
        return _Part(str(c[0]), c[1].node, _span(c))

    def body(self, c: list[Any]) -> _Part:
        return _Part("body", c[1].node, _span(c))

    def method_head(self, c: list[Any]) -> _Head:
        return _head(c)

    def method(self, c: list[Any]) -> tree.Method:
        head: _Head = c[0]
        clauses = [p for p in c if isinstance(p, _Part)]
        attributes = head.parts.get("attributes")
        return tree.Method(
            attributes.value if attributes else (),
            "EXTERN" in head.tokens,
            "ABSTRACT" in head.tokens,
            "SYNTH" in head.tokens,
            _ident(head.tokens["ID"]),
            _part(c, "params"),
            _part(c, "returns"),
            tuple(p.value for p in clauses if p.kind == "requires"),
            tuple(p.value for p in clauses if p.kind == "ensures"),
            _part(c, "body"),
            _span(c),
            head.doc,
        )

    def base(self, c: list[Any]) -> _Part:
        return _Part("base", _ident(c[1]), _span(c))

    def unit_head(self, c: list[Any]) -> _Head:
        return _head(c)

    def segment(self, c: list[Any]) -> tree.Unit:
        head: _Head = c[0]
        kind = next(k for k in ("segment", "staticmap", "osspec") if k.upper() in head.tokens)
        return _unit(head, c, kind)

    def variant(self, c: list[Any]) -> tree.EnumVariant:
        return tree.EnumVariant(_ident(c[0]), _names(c[1:]), _span(c))

    def enum(self, c: list[Any]) -> tree.Unit:
        return _unit(_head([t for t in c if not isinstance(t, tree.EnumVariant)]), c, "enum")

    def file(self, c: list[Any]) -> tuple[Any, ...]:
        return tuple(c)


def _head(children: list[Any]) -> _Head:
    """Return what stands before a body: keywords and the first name, and the parts."""
    tokens = {t.type: t for t in reversed(children) if isinstance(t, VrsToken)}
    parts = {p.kind: p for p in children if isinstance(p, _Part)}
    return _Head(tokens, parts, _span(children), children[0].doc)


def _unit(head: _Head, children: list[Any], kind: str) -> tree.Unit:
    params, base = head.parts.get("params"), head.parts.get("base")
    return tree.Unit(
        kind,  # type: ignore[arg-type]
        "ABSTRACT" in head.tokens,
        _ident(head.tokens["ID"]),
        params.value if params else (),
        base.value if base else None,
        _of(children, tree.Width),
        _of(children, tree.Const),
        _of(children, tree.FlagList),
        _of(children, tree.State),
        _of(children, tree.Interface),
        _of(children, tree.Method),
        _of(children, tree.MapDecl),
        _of(children, tree.EnumVariant),
        _of(children, tree.ExternType),
        _span(children),
        head.doc,
    )


def file_of(source: Source, items: tuple[Any, ...], doc: str) -> tree.File:
    """Return the file made of its top-level items."""
    children = list(items)
    return tree.File(
        source,
        _of(children, tree.Import),
        _of(children, tree.Const),
        _of(children, tree.FlagList),
        _of(children, tree.ExternType),
        _of(children, tree.Unit),
        doc,
    )
