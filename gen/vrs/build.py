"""From grammar rules to the syntax tree: one method per rule of `grammar.lark`.

Children of a rule are its tokens and nodes in order; expressions are in `build_expressions`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from gen.source import Source, Span
from gen.vrs import tree
from gen.vrs.build_expressions import (
    Built,
    ExpressionRules,
    expressions_in,
    ident_of,
    number_of,
    of_kind,
    span_of,
)
from gen.vrs.lexer import VrsToken

__all__ = ["Builder", "file_of"]


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


def _names(children: list[Any]) -> tuple[tree.Ident, ...]:
    return tuple(ident_of(c) for c in children if isinstance(c, VrsToken) and c.type == "ID")


def _part(children: list[Any], kind: str) -> Any:
    """Return the value of the part called `kind`, or None."""
    return next((c.value for c in children if isinstance(c, _Part) and c.kind == kind), None)


class _Fields(ExpressionRules):
    """Rules of state, interface and map."""

    def param(self, c: list[Any]) -> tree.Param:
        return tree.Param(ident_of(c[0]), c[2], span_of(c))

    def type(self, c: list[Any]) -> tree.Ident:
        return ident_of(c[0])

    def params(self, c: list[Any]) -> _Part:
        return _Part("params", of_kind(c, tree.Param), span_of(c))

    def slice(self, c: list[Any]) -> tree.SliceDecl:
        return tree.SliceDecl(c[0].number, c[2].number, ident_of(c[3]), span_of(c))

    def slices(self, c: list[Any]) -> _Part:
        return _Part("slices", of_kind(c, tree.SliceDecl), span_of(c))

    def place(self, c: list[Any]) -> _Part:
        return _Part("place", (ident_of(c[1]), number_of(c[3]), number_of(c[5])), span_of(c))

    def size(self, c: list[Any]) -> _Part:
        return _Part("place", (None, None, number_of(c[1])), span_of(c))

    def state_field(self, c: list[Any]) -> tree.StateField:
        base, offset, size = _part(c, "place")
        return tree.StateField(
            str(c[0]),  # type: ignore[arg-type]
            ident_of(c[1]), base, offset, size, _part(c, "slices"), span_of(c),
        )  # fmt: skip

    def state(self, c: list[Any]) -> tree.State:
        return tree.State(_part(c, "params"), of_kind(c, tree.StateField), span_of(c))

    def layout(self, c: list[Any]) -> _Part:
        return _Part("Layout", c[1].value, span_of(c))

    def action(self, c: list[Any]) -> tree.Action:
        left, arrow, right = c[0].node, c[1], c[2].node
        if arrow.type == "LARROW":
            return tree.Action(right, left, span_of(c), reversed=True)
        return tree.Action(left, right, span_of(c))

    def actions(self, c: list[Any]) -> _Part:
        return _Part(str(c[0]), of_kind(c, tree.Action), span_of(c))

    def blocks(self, c: list[Any]) -> _Part:
        return _Part("blocks", of_kind(c, _Part), span_of(c))

    def interface_field(self, c: list[Any]) -> tree.InterfaceField:
        base, offset, size = _part(c, "place") or (None, None, None)
        blocks: tuple[_Part, ...] = _part(c, "blocks") or ()
        seen: dict[str, tuple[Any, ...]] = {}
        for block in blocks:
            seen[block.kind] = seen.get(block.kind, ()) + block.value
        return tree.InterfaceField(
            str(c[0]),  # type: ignore[arg-type]
            ident_of(c[1]), base, offset, size,
            seen.get("Layout"), seen.get("ReadActions"), seen.get("WriteActions"), span_of(c),
            next((b.span for b in blocks if b.kind == "Layout"), None),
            tuple(b.span for i, b in enumerate(blocks) if b.kind in {p.kind for p in blocks[:i]}),
        )  # fmt: skip

    def interface(self, c: list[Any]) -> tree.Interface:
        return tree.Interface(_part(c, "params"), of_kind(c, tree.InterfaceField), span_of(c))

    def source(self, c: list[Any]) -> _Part:
        return _Part("source", (c[0].node, c[2].node), span_of(c))

    def offset(self, c: list[Any]) -> _Part:
        return _Part("offset", c[1].node, span_of(c))

    def element(self, c: list[Any]) -> tree.MapElement:
        low, high = _part(c, "source") or (None, None)
        call: tree.Call = next(b.node for b in c if isinstance(b, Built))  # type: ignore[assignment]
        return tree.MapElement(low, high, call.function, call.args, _part(c, "offset"), span_of(c))

    def map_range(self, c: list[Any]) -> _Part:
        return _Part("map", ((c[1],), ident_of(c[3]), *expressions_in(c)), span_of(c))

    def map_list(self, c: list[Any]) -> _Part:
        return _Part("map", (of_kind(c, tree.MapElement), None, None, None), span_of(c))

    def maps(self, c: list[Any]) -> tree.MapDecl:
        elements, variable, low, high = _part(c, "map")
        attributes = _part(c, "attributes") or ()
        return tree.MapDecl(attributes, elements, variable, low, high, span_of(c))


class Builder(_Fields):
    """Rules of files, units and methods."""

    def import_decl(self, c: list[Any]) -> tree.Import:
        return tree.Import(ident_of(c[1]), span_of(c))

    def const(self, c: list[Any]) -> tree.Const:
        return tree.Const(ident_of(c[1]), c[3], c[5].node, span_of(c))

    def flags(self, c: list[Any]) -> tree.FlagList:
        return tree.FlagList(_names(c), span_of(c))

    unit_flags = flags

    def attribute(self, c: list[Any]) -> tree.Attribute:
        return tree.Attribute(ident_of(c[0]), ident_of(c[2]) if len(c) > 1 else None, span_of(c))

    def attributes(self, c: list[Any]) -> _Part:
        return _Part("attributes", of_kind(c, tree.Attribute), span_of(c), c[0].doc)

    def extern_type(self, c: list[Any]) -> tree.ExternType:
        name = next(t for t in c if isinstance(t, VrsToken) and t.type == "ID")
        attributes = _part(c, "attributes") or ()
        return tree.ExternType(attributes, ident_of(name), of_kind(c, tree.Param), span_of(c))

    def width(self, c: list[Any]) -> tree.Width:
        return tree.Width(str(c[0]), c[2].node, span_of(c))  # type: ignore[arg-type]

    def returns(self, c: list[Any]) -> _Part:
        return _Part("returns", c[1], span_of(c))

    def clause(self, c: list[Any]) -> _Part:
        return _Part(str(c[0]), c[1].node, span_of(c))

    def body(self, c: list[Any]) -> _Part:
        return _Part("body", c[1].node, span_of(c))

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
            ident_of(head.tokens["ID"]),
            _part(c, "params"),
            _part(c, "returns"),
            tuple(p.value for p in clauses if p.kind == "requires"),
            tuple(p.value for p in clauses if p.kind == "ensures"),
            _part(c, "body"),
            span_of(c),
            head.doc,
        )

    def base(self, c: list[Any]) -> _Part:
        return _Part("base", ident_of(c[1]), span_of(c))

    def unit_head(self, c: list[Any]) -> _Head:
        return _head(c)

    def segment(self, c: list[Any]) -> tree.Unit:
        head: _Head = c[0]
        kind = next(k for k in ("segment", "staticmap", "osspec") if k.upper() in head.tokens)
        return _unit(head, c, kind)

    def variant(self, c: list[Any]) -> tree.EnumVariant:
        return tree.EnumVariant(ident_of(c[0]), _names(c[1:]), span_of(c))

    def enum(self, c: list[Any]) -> tree.Unit:
        return _unit(_head([t for t in c if not isinstance(t, tree.EnumVariant)]), c, "enum")

    def file(self, c: list[Any]) -> tuple[Any, ...]:
        return tuple(c)


def _head(children: list[Any]) -> _Head:
    """Return what stands before a body: keywords and the first name, and the parts."""
    tokens = {t.type: t for t in reversed(children) if isinstance(t, VrsToken)}
    parts = {p.kind: p for p in children if isinstance(p, _Part)}
    return _Head(tokens, parts, span_of(children), children[0].doc)


def _unit(head: _Head, children: list[Any], kind: str) -> tree.Unit:
    params, base = head.parts.get("params"), head.parts.get("base")
    return tree.Unit(
        kind,  # type: ignore[arg-type]
        "ABSTRACT" in head.tokens,
        ident_of(head.tokens["ID"]),
        params.value if params else (),
        base.value if base else None,
        of_kind(children, tree.Width),
        of_kind(children, tree.Const),
        of_kind(children, tree.FlagList),
        of_kind(children, tree.State),
        of_kind(children, tree.Interface),
        of_kind(children, tree.Method),
        of_kind(children, tree.MapDecl),
        of_kind(children, tree.EnumVariant),
        of_kind(children, tree.ExternType),
        span_of(children),
        head.doc,
    )


def file_of(source: Source, items: tuple[Any, ...], doc: str) -> tree.File:
    """Return the file made of its top-level items."""
    children = list(items)
    return tree.File(
        source,
        of_kind(children, tree.Import),
        of_kind(children, tree.Const),
        of_kind(children, tree.FlagList),
        of_kind(children, tree.ExternType),
        of_kind(children, tree.Unit),
        doc,
    )
