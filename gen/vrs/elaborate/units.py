"""How units hold each other: maps and their elements, enums and their variants, widths, walks."""

from __future__ import annotations

from collections.abc import Mapping

from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.source import Span
from gen.vrs import tree
from gen.vrs.elaborate.env import Environment
from gen.vrs.elaborate.instance import Instance
from gen.vrs.elaborate.values import WORD, Elaboration, Scope
from gen.vrs.program import Program

__all__ = [
    "children",
    "constant",
    "element_bits",
    "enum_variants",
    "in_bits",
    "is_associative",
    "next_unit",
    "out_bits",
]


_MOST_ELEMENTS = 1024  # of a map with registers: each of them is flip-flops


def constant(scope: Scope, node: tree.Expression) -> int | None:
    """Return the value of a constant expression, or None."""
    value = scope.word(node)
    return value.value if value.is_const else None


def _bare(elab: Elaboration, unit: tree.Unit) -> Scope:
    return Scope(elab, Instance(unit, {}), Environment())


def _width(elab: Elaboration, unit: tree.Unit, kind: str) -> int | None:
    for w in unit.widths:
        if w.kind == kind:
            bits = constant(_bare(elab, unit), w.value)
            if bits is None or not 1 <= bits <= WORD:
                shown = "not a constant" if bits is None else str(bits)
                elab.error(
                    "E0401",
                    f"`{kind}` of `{unit.name.text}` must be a constant from 1 to {WORD}, "
                    f"not {shown}",
                    w.value.span,
                )
                return WORD
            return bits
    return None


def in_bits(elab: Elaboration, instance: Instance) -> int:
    """Return the bits of a virtual address that a unit in place takes."""
    stated = _width(elab, instance.unit, "inbitwidth")
    if stated is not None:
        return stated
    if instance.unit.kind == "staticmap" and instance.element is not None:
        bits = element_bits(elab, instance)
        return bits if is_associative(instance.unit) else _map_bits(elab, instance, bits)
    if instance.unit.kind == "enum":
        return in_bits(elab, enum_variants(elab, instance)[0][0])
    return WORD


def _map_bits(elab: Elaboration, instance: Instance, below: int) -> int:
    """Return the bits of an address that a map takes whose elements take `below` bits."""
    above = (instance.count - 1).bit_length()
    if below + above > WORD:
        elab.error(
            "E0401",
            f"`{instance.unit.name.text}` takes addresses of {below + above} bits",
            instance.unit.maps[0].span,
            f"{above} bits for the element, and {below} within it",
            help="give the element an `inbitwidth`",
        )
        return WORD
    return below + above


def out_bits(elab: Elaboration, instance: Instance) -> int:
    """Return the bits of a physical address that a unit in place gives."""
    stated = _width(elab, instance.unit, "outbitwidth")
    if stated is None and instance.unit.kind == "enum":
        return out_bits(elab, enum_variants(elab, instance)[0][0])
    if stated is None and instance.unit.kind == "staticmap" and instance.element is not None:
        return out_bits(elab, children(elab, instance.element, {}))
    return WORD if stated is None else stated


def element_bits(elab: Elaboration, instance: Instance) -> int:
    """Return the bits of an address that one element of a map takes."""
    if instance.element is None:
        return WORD
    return in_bits(elab, children(elab, instance.element, {}))


def is_associative(unit: tree.Unit) -> bool:
    """Return whether the unit's map selects its element by looking at all of them."""
    return any(a.name.text == "select" for m in unit.maps for a in m.attributes)


def next_unit(program: Program, segment: tree.Unit) -> tree.Unit | None:
    """Return the unit that a segment maps to, or None for memory."""
    method = next((m for m in segment.methods if m.name.text == "map"), None)
    if method is None or len(method.params) < 4:
        return None
    return program.units.get(method.params[3].type.text)


def enum_variants(elab: Elaboration, instance: Instance) -> list[tuple[Instance, Span]]:
    """Return the variants of an enum in place, in order, with where they are named."""
    found = []
    for v in instance.unit.variants:
        unit = elab.program.merged(v.unit.text)
        given = [instance.params.get(a.text, e.const(0, WORD)) for a in v.args]
        params = {p.name.text: x for p, x in zip(unit.params, given, strict=False)}
        found.append((_like(instance, unit, params), v.span))
    return found


def _like(instance: Instance, unit: tree.Unit, params: Mapping[str, Expr]) -> Instance:
    return Instance(unit, params, instance.index, instance.count, instance.parent)


def children(
    elab: Elaboration,
    unit: tree.Unit,
    params: Mapping[str, Expr],
    parent: Instance | None = None,
) -> Instance:
    """Return a unit in place with its arguments; a map knows its elements."""
    unit = elab.program.merged(unit.name.text)
    if unit.kind != "staticmap" or not unit.maps:
        return Instance(unit, params, None, 1, parent)
    return _map(elab, unit, params)


def _map(elab: Elaboration, unit: tree.Unit, params: Mapping[str, Expr]) -> Instance:
    written = unit.maps[0]
    scope = _bare(elab, unit)
    first, low, count = written.elements[0], 0, len(written.elements)
    if written.variable is not None and written.low is not None and written.high is not None:
        low = constant(scope, written.low) or 0
        count = (constant(scope, written.high) or 0) - low
    unbuilt = next((x for x in written.elements if x.low or x.high or x.offset), None)
    others = next((x for x in written.elements if x.unit.text != first.unit.text), None)
    if unbuilt or others:
        bad = unbuilt or others
        elab.error(
            "E0406",
            f"this form of map in `{unit.name.text}` is not elaborated",
            (bad or first).span,
            "source ranges, offsets and mixed units are not built",
        )
    element = elab.program.merged(first.unit.text)
    if count > _MOST_ELEMENTS and _holds_registers(elab.program, element):
        elab.error(
            "E0414",
            f"`{unit.name.text}` has {count} elements with registers",
            written.span,
            f"at most {_MOST_ELEMENTS}",
        )
        count = 1
    holder = Instance(unit, params, None, count)

    def arguments(position: Expr) -> Mapping[str, Expr]:
        return _arguments(Scope(elab, holder, Environment()), written, element, position, low)

    return Instance(unit, params, None, count, None, element, arguments)


def _holds_registers(program: Program, unit: tree.Unit) -> bool:
    """Return whether a unit, or a variant of it, has state or an interface outside memory."""
    units = [unit, *(program.merged(v.unit.text) for v in unit.variants)]
    kinds: set[str] = {f.kind for u in units for s in u.states for f in s.fields}
    kinds |= {f.kind for u in units for i in u.interfaces for f in i.fields}
    return bool(kinds - {"mem"})


def _arguments(
    scope: Scope, written: tree.MapDecl, element: tree.Unit, position: Expr, low: int
) -> Mapping[str, Expr]:
    names = [p.name.text for p in element.params]
    if written.variable is not None:
        shifted = e.add(position, e.const(low, WORD)) if low else position
        inner = scope.bind({written.variable.text: shifted})
        values = [inner.word(a) for a in written.elements[0].args]
        return dict(zip(names, values, strict=False))
    result: dict[str, Expr] = {}
    for i, name in enumerate(names):
        value = e.const(0, WORD)
        for k, x in enumerate(written.elements):
            here = e.eq(position, e.const(k, WORD))
            value = e.ite(here, scope.word(x.args[i]), value)
        result[name] = value
    return result
