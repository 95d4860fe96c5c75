"""Where expressions stand: every expression of a program with what may be used in it.

The walks here are recursive; the parser lets no expression be deeper than `lexer.MAX_DEPTH`.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gen.vrs import tree
from gen.vrs.program import Program

__all__ = ["Place", "Site", "children", "sites", "subexpressions"]


class Place(enum.Enum):
    """Kind of place an expression stands in; the value is how messages call it."""

    CONST = "a constant"
    WIDTH = "a bit width"
    REQUIRES = "a `requires`"
    ENSURES = "an `ensures`"
    BODY = "a method's body"
    SOURCE = "an action"
    TARGET = "the destination of an action"
    ARGUMENT = "an argument of a map's element"
    BOUND = "the bounds of a map"

    @property
    def in_method(self) -> bool:
        """True within a method."""
        return self in (Place.REQUIRES, Place.ENSURES, Place.BODY)

    @property
    def in_action(self) -> bool:
        """True within an action."""
        return self in (Place.SOURCE, Place.TARGET)

    @property
    def constant(self) -> bool:
        """True where only constants may stand."""
        return self in (Place.CONST, Place.WIDTH, Place.BOUND)


@dataclass(frozen=True)
class Site:
    """One expression in its place.

    Members
    -------
    unit : the unit it is written in, None for constants of files
    variables : parameters of the method and loop variables, with their types
    method : the method it belongs to, or None
    expected : name of the type it must have; empty for any number or condition
    """

    expression: tree.Expression
    place: Place
    unit: tree.Unit | None = None
    variables: Mapping[str, tree.Ident] = field(default_factory=dict)
    method: tree.Method | None = None
    expected: str = "int"


def children(node: tree.Expression) -> tuple[tree.Expression, ...]:
    """Return the expressions directly below `node`, in order of writing."""
    match node:
        case tree.Binary():
            return (node.left, node.right)
        case tree.Unary():
            return (node.operand,)
        case tree.Member():
            return (node.base,)
        case tree.Call():
            return node.args
        case tree.If():
            return (node.condition, node.then, node.other)
        case tree.Element():
            return (node.base, node.index)
        case tree.BitSlice():
            return (node.base, node.low, node.high)
        case tree.Quantified():
            return (node.body,)
        case _:
            return ()


def subexpressions(node: tree.Expression) -> Iterator[tree.Expression]:
    """Yield `node` and everything below it, each node before what is below it."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def sites(program: Program) -> Iterator[Site]:
    """Yield every expression of the program, unit by unit, as written (nothing inherited)."""
    for file in program.files:
        for const in file.consts:
            yield Site(const.value, Place.CONST, expected=const.type.text)
        for unit in file.units:
            yield from _unit_sites(unit)


def _unit_sites(unit: tree.Unit) -> Iterator[Site]:
    for const in unit.consts:
        yield Site(const.value, Place.CONST, unit, expected=const.type.text)
    for width in unit.widths:
        yield Site(width.value, Place.WIDTH, unit)
    for interface in unit.interfaces:
        for f in interface.fields:
            for action in (*(f.read_actions or ()), *(f.write_actions or ())):
                yield Site(action.source, Place.SOURCE, unit, expected="")
                yield Site(action.target, Place.TARGET, unit, expected="")
    for declaration in unit.maps:
        yield from _map_sites(unit, declaration)
    for method in unit.methods:
        yield from _method_sites(unit, method)


def _map_sites(unit: tree.Unit, declaration: tree.MapDecl) -> Iterator[Site]:
    variables: dict[str, tree.Ident] = {}
    if declaration.variable is not None:
        variables = {declaration.variable.text: tree.Ident("int", declaration.variable.span)}
    for bound in (declaration.low, declaration.high):
        if bound is not None:
            yield Site(bound, Place.BOUND, unit)
    for element in declaration.elements:
        for part in (element.low, element.high, element.offset):
            if part is not None:
                yield Site(part, Place.ARGUMENT, unit, variables)
        for part in element.args:  # of the type that the element's parameter has
            yield Site(part, Place.ARGUMENT, unit, variables, expected="")


def _method_sites(unit: tree.Unit, method: tree.Method) -> Iterator[Site]:
    variables = {p.name.text: p.type for p in method.params}
    for e in method.requires:
        yield Site(e, Place.REQUIRES, unit, variables, method, "bool")
    result = variables if method.returns is None else {**variables, "result": method.returns}
    for e in method.ensures:
        yield Site(e, Place.ENSURES, unit, result, method, "bool")
    if method.body is not None:
        expected = method.returns.text if method.returns else ""
        yield Site(method.body, Place.BODY, unit, variables, method, expected)
