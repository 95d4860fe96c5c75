"""The syntax tree of a `.vrs` file: one small class per construct, a span on every node.

The tree says what was written, in order, and nothing else: no name is resolved, no default filled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from gen.source import Source, Span

__all__ = [
    "Action",
    "Attribute",
    "Binary",
    "BitSlice",
    "Boolean",
    "Call",
    "Const",
    "Element",
    "EnumVariant",
    "Expression",
    "ExternType",
    "File",
    "FlagList",
    "Ident",
    "If",
    "Import",
    "Interface",
    "InterfaceField",
    "MapDecl",
    "MapElement",
    "Member",
    "Method",
    "Name",
    "Number",
    "Param",
    "Quantified",
    "SliceDecl",
    "State",
    "StateField",
    "Unary",
    "Unit",
    "Width",
]


@dataclass(frozen=True)
class Ident:
    """A name where it is introduced or used."""

    text: str
    span: Span


# Expressions


@dataclass(frozen=True)
class Number:
    """A number, at most 64 bits."""

    value: int
    span: Span


@dataclass(frozen=True)
class Boolean:
    """`true` or `false`."""

    value: bool
    span: Span


@dataclass(frozen=True)
class Name:
    """The first word of a path: a variable, a constant, `state`, `interface`, `staticmap`."""

    text: str
    span: Span


@dataclass(frozen=True)
class Member:
    """``base . name``"""

    base: Expression
    name: Ident
    span: Span


@dataclass(frozen=True)
class Element:
    """``base [ index ]``"""

    base: Expression
    index: Expression
    span: Span


@dataclass(frozen=True)
class BitSlice:
    """``base [ low .. high ]``: bits low to high - 1."""

    base: Expression
    low: Expression
    high: Expression
    span: Span


@dataclass(frozen=True)
class Call:
    """``function ( args )``"""

    function: Ident
    args: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True)
class Unary:
    """A prefix operator, ``~`` or ``!``."""

    operator: Literal["~", "!"]
    operand: Expression
    span: Span


@dataclass(frozen=True)
class Binary:
    """A binary operator as written: ``==> || && == != < > <= >= | ^ & << >> + - * / %``.

    `operator_span` is where the operator stands; the parser sets `parenthesised` where the whole
    expression stands in parentheses (the precedence lint needs it).
    """

    operator: str
    left: Expression
    right: Expression
    span: Span
    operator_span: Span
    parenthesised: bool = False


@dataclass(frozen=True)
class If:
    """``if condition { then } else { other }``"""

    condition: Expression
    then: Expression
    other: Expression
    span: Span


@dataclass(frozen=True)
class Quantified:
    """``forall | exists`` variables ``::`` body."""

    kind: Literal["forall", "exists"]
    variables: tuple[Param, ...]
    body: Expression
    span: Span


Expression: TypeAlias = (
    Number | Boolean | Name | Member | Element | BitSlice | Call | Unary | Binary | If | Quantified
)


# Declarations


@dataclass(frozen=True)
class Param:
    """``name : type``; the type is a built-in or the name of a unit."""

    name: Ident
    type: Ident
    span: Span


@dataclass(frozen=True)
class Attribute:
    """``name`` or ``name(argument)`` within ``#[ ]``."""

    name: Ident
    argument: Ident | None
    span: Span


@dataclass(frozen=True)
class Import:
    """``import name ;``"""

    name: Ident
    span: Span


@dataclass(frozen=True)
class Const:
    """``const name : type = value ;``"""

    name: Ident
    type: Ident
    value: Expression
    span: Span


@dataclass(frozen=True)
class FlagList:
    """``flags { a, b }`` of a file or ``flags = { a, b };`` of a unit."""

    names: tuple[Ident, ...]
    span: Span


@dataclass(frozen=True)
class ExternType:
    """``extern type name { fields }`` of an operating-system specification."""

    attributes: tuple[Attribute, ...]
    name: Ident
    fields: tuple[Param, ...]
    span: Span


@dataclass(frozen=True)
class Width:
    """``inbitwidth = e ;`` or ``outbitwidth = e ;``"""

    kind: Literal["inbitwidth", "outbitwidth"]
    value: Expression
    span: Span


@dataclass(frozen=True)
class SliceDecl:
    """``low .. high name``: bits low to high - 1 of a field."""

    low: int
    high: int
    name: Ident
    span: Span


@dataclass(frozen=True)
class StateField:
    """``reg name [ size ]`` or ``mem name [ base, offset, size ]``, slices None for no block."""

    kind: Literal["reg", "mem"]
    name: Ident
    base: Ident | None
    offset: Number | None
    size: Number
    slices: tuple[SliceDecl, ...] | None
    span: Span


@dataclass(frozen=True)
class State:
    """``state (params) { fields }``"""

    params: tuple[Param, ...] | None
    fields: tuple[StateField, ...]
    span: Span


@dataclass(frozen=True)
class Action:
    """``a -> b ;`` (or ``b <- a ;``): `target` receives `source`."""

    source: Expression
    target: Expression
    span: Span
    reversed: bool = False


@dataclass(frozen=True)
class InterfaceField:
    """One field of an interface; each block is None where it is absent.

    Several blocks of one kind are joined in order; `duplicates` holds the spans of the later ones.
    """

    kind: Literal["mem", "mmio", "reg", "instr"]
    name: Ident
    base: Ident | None
    offset: Number | None
    size: Number | None
    layout: tuple[SliceDecl, ...] | None
    read_actions: tuple[Action, ...] | None
    write_actions: tuple[Action, ...] | None
    span: Span
    layout_span: Span | None = None
    duplicates: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Interface:
    """``interface (params) { fields }``"""

    params: tuple[Param, ...] | None
    fields: tuple[InterfaceField, ...]
    span: Span


@dataclass(frozen=True)
class MapElement:
    """``low .. high => unit(args) @ offset``, range and offset optional."""

    low: Expression | None
    high: Expression | None
    unit: Ident
    args: tuple[Expression, ...]
    offset: Expression | None
    span: Span


@dataclass(frozen=True)
class MapDecl:
    """``maps [ element for variable in low .. high ]`` or, with `variable` None, a list."""

    attributes: tuple[Attribute, ...]
    elements: tuple[MapElement, ...]
    variable: Ident | None
    low: Expression | None
    high: Expression | None
    span: Span


@dataclass(frozen=True)
class Method:
    """A function of a unit."""

    attributes: tuple[Attribute, ...]
    extern: bool
    abstract: bool
    synth: bool
    name: Ident
    params: tuple[Param, ...]
    returns: Ident | None
    requires: tuple[Expression, ...]
    ensures: tuple[Expression, ...]
    body: Expression | None
    span: Span
    doc: str = ""


@dataclass(frozen=True)
class EnumVariant:
    """``Unit(arguments)``, arguments being parameter names of the enum."""

    unit: Ident
    args: tuple[Ident, ...]
    span: Span


@dataclass(frozen=True)
class Unit:
    """A segment, staticmap, enum or osspec. Items are in order of writing."""

    kind: Literal["segment", "staticmap", "enum", "osspec"]
    abstract: bool
    name: Ident
    params: tuple[Param, ...]
    base: Ident | None
    widths: tuple[Width, ...]
    consts: tuple[Const, ...]
    flags: tuple[FlagList, ...]
    states: tuple[State, ...]
    interfaces: tuple[Interface, ...]
    methods: tuple[Method, ...]
    maps: tuple[MapDecl, ...]
    variants: tuple[EnumVariant, ...]
    extern_types: tuple[ExternType, ...]
    span: Span
    doc: str = ""


@dataclass(frozen=True)
class File:
    """One parsed file. `doc` is the comment block at its top, markers removed."""

    source: Source
    imports: tuple[Import, ...]
    consts: tuple[Const, ...]
    flags: tuple[FlagList, ...]
    extern_types: tuple[ExternType, ...]
    units: tuple[Unit, ...]
    doc: str = ""
