"""The register file: interface fields to registers with read and write operations."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.ir.machine import InterfaceRegister, Operation, Output, Port
from gen.source import Span
from gen.vrs import tree
from gen.vrs.elaborate.env import Environment
from gen.vrs.elaborate.instance import Instance, fields_of, snake, state_register
from gen.vrs.elaborate.units import enum_variants
from gen.vrs.elaborate.values import (
    WORD,
    Elaboration,
    Scope,
    alias_of,
    field_place,
    layout_of,
    storage_register,
)
from gen.vrs.sizes import field_bits

__all__ = ["Registers", "build_interface", "holders"]


@dataclass(frozen=True)
class _Wanted:
    """An interface field before it has its place."""

    instance: Instance
    field: tree.InterfaceField
    size: int
    offset: int | None
    stride: int


@dataclass
class Registers:
    """The register map and its operations."""

    interface: list[InterfaceRegister] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)


def build_interface(elab: Elaboration, root: Instance) -> Registers:
    """Return the register file of a root unit."""
    wanted = [w for i in holders(elab, root) for w in _fields(elab, root, i)]
    result = Registers()
    taken: set[str] = set()
    used: set[int] = set()
    for w, offset in zip(wanted, _offsets(wanted), strict=True):
        if offset in used:  # the checks warn of it; the first one answers
            continue
        used.add(offset)
        name = w.field.name.text
        if name in taken:
            name = f"{snake(w.instance.unit.name.text)}_{name}"
        taken.add(name)
        _build(elab, w, name, offset, result)
    result.interface.sort(key=lambda r: r.offset)
    _check_apart(elab, result.interface)
    return result


def _check_apart(elab: Elaboration, registers: list[InterfaceRegister]) -> None:
    """Report arrays of registers of which two lie on the same bytes; others were checked before."""
    places = sorted(
        (r.offset + k * r.stride, i) for i, r in enumerate(registers) for k in range(r.count)
    )
    for (low, i), (high, j) in pairwise(places):
        first, second = registers[i], registers[j]
        if low + first.size > high and max(first.count, second.count) > 1 and second.span:
            both = (
                f"`{first.name}` and `{second.name}`" if i != j else f"elements of `{first.name}`"
            )
            elab.error("E0416", f"{both} are both at offset {high:#x}", second.span, "too close")
            return


def holders(elab: Elaboration, root: Instance) -> list[Instance]:
    """Return the units whose interface fields make the register file."""
    if root.unit.kind == "enum":
        return [enum_variants(elab, root)[0][0]]
    if root.unit.kind == "staticmap" and root.element is not None:
        element = root.element_at(e.input_("index", WORD))
        if root.element.kind == "enum":
            element = enum_variants(elab, element)[0][0]
        return [root, element]
    return [root]


def _fields(elab: Elaboration, root: Instance, instance: Instance) -> list[_Wanted]:
    wanted = []
    for f in instance.interface:
        if f.kind == "mem":
            continue
        alias = alias_of(instance, f)
        slices = layout_of(instance, f)
        written = f.size or (alias.size if alias else None)
        size = field_bits(written.value, slices) // 8 if written else 4
        offset, stride = _place(elab, root, instance, f)
        wanted.append(_Wanted(instance, f, size, offset, stride))
    return wanted


def _place(
    elab: Elaboration, root: Instance, instance: Instance, f: tree.InterfaceField
) -> tuple[int | None, int]:
    """Return the byte offset of element 0 and the stride; None for a field without an offset."""
    if f.offset is None:
        return None, 0
    if instance.index is None or root.arguments is None or f.base is None:
        return f.offset.value, 0
    base = f.base.text
    at = [_offset(root, base, k) for k in range(instance.count)]
    stride = at[1] - at[0] if len(at) > 1 else 0
    if any(x != at[0] + k * stride for k, x in enumerate(at)) or (len(at) > 1 and stride <= 0):
        elab.error(
            "E0404",
            f"the registers of the elements of `{root.unit.name.text}` are not evenly spaced",
            root.unit.maps[0].span,
            f"first offsets: {', '.join(map(str, at[:4]))}",
        )
    return at[0] + f.offset.value, stride


def _offset(root: Instance, base: str, k: int) -> int:
    """Return the byte offset of element k: its base where every parameter of the root is 0."""
    value = root.element_at(e.const(k, WORD)).params.get(base, e.const(0, WORD))
    zero = e.substitute([value], lambda n: e.const(0, n.width) if n.op is e.Op.INPUT else None)[0]
    return zero.value if zero.is_const else 0


def _offsets(wanted: list[_Wanted]) -> list[int]:
    """Give fields without an offset the next free aligned ones, in order."""
    end = max(
        (
            w.offset + w.stride * (w.instance.count - 1) + w.size
            for w in wanted
            if w.offset is not None
        ),
        default=0,
    )
    offsets = []
    for w in wanted:
        if w.offset is not None:
            offsets.append(w.offset)
            continue
        start = -(-end // w.size) * w.size
        many = w.instance.count if w.instance.index is not None else 1
        offsets.append(start)
        end = start + w.size * many
    return offsets


def _build(elab: Elaboration, w: _Wanted, name: str, offset: int, into: Registers) -> None:
    f, instance = w.field, w.instance
    is_array = instance.index is not None
    inputs = (Port("index", WORD),) if is_array else ()
    width = w.size * 8
    data = Port("data", width, "value on the bus")
    write = Operation(
        f"write_{name}", (data, *inputs), _write(elab, instance, f, width), (), f.span
    )
    into.operations.append(write)
    read = None
    if f.kind != "instr":
        read = _read(elab, instance, f, name, width, inputs)
        into.operations.append(read)
    into.interface.append(
        InterfaceRegister(
            name=name,
            kind=f.kind,
            offset=offset,
            size=w.size,
            count=instance.count if is_array else 1,
            stride=(w.stride or w.size) if is_array else 0,
            fields=() if f.kind == "instr" else fields_of(layout_of(instance, f), width),
            read=read.name if read else None,
            write=write.name,
            span=f.span,
        )
    )


def _write(elab: Elaboration, instance: Instance, f: tree.InterfaceField, width: int) -> tuple:  # type: ignore[type-arg]
    scope = Scope(elab, instance, Environment())
    if f.kind != "instr":
        value = e.input_("data", width)
        if alias_of(instance, f) is None:
            value = _named_bits(value, f.layout)
            _store_interface(scope, f, value)
        scope.env.interface[f.name.text] = value
        if alias_of(instance, f) is not None and not f.write_actions:
            _store_state(scope, instance, f.name, value, f.span)
    _run(scope, f.write_actions or ())
    return scope.env.effects()


def _read(
    elab: Elaboration,
    instance: Instance,
    f: tree.InterfaceField,
    name: str,
    width: int,
    inputs: tuple[Port, ...],
) -> Operation:
    scope = Scope(elab, instance, Environment())
    scope.env.interface[f.name.text] = scope.interface_of(f.name)
    _run(scope, f.read_actions or ())
    value = scope.env.interface[f.name.text]
    if alias_of(instance, f) is None and f.read_actions:
        _store_interface(scope, f, value)
    output = Output("data", e.resize(value, width))
    return Operation(f"read_{name}", inputs, scope.env.effects(), (output,), f.span)


def _named_bits(value: Expr, layout: tuple[tree.SliceDecl, ...] | None) -> Expr:
    """Return the value with the bits that no slice names at 0."""
    if layout is None:
        return value
    used = 0
    for s in layout:
        used |= e.mask(s.high - s.low) << s.low
    if used == e.mask(value.width):
        return value
    return e.and_(value, e.const(used, value.width))


# Actions


def _run(scope: Scope, actions: tuple[tree.Action, ...]) -> None:
    for action in actions:
        _act(scope, action)


def _act(scope: Scope, action: tree.Action) -> None:
    target = action.target
    value = scope.plain(action.source)
    if not isinstance(target, tree.Member):
        scope.elab.error("E0412", f"`{target.span.text}` cannot be assigned", target.span)
        return
    inner = target.base
    if isinstance(inner, tree.Member):
        whole, slices = field_place(scope, inner)
        name = target.name.text
        found = next((s for s in slices or () if s.name.text == name), None)
        outside = found is not None and found.high > whole.width
        if outside or (found is None and not (slices is None and name == "val")):
            scope.elab.error(
                "E0412",
                f"`{inner.span.text}` has no slice `{name}`",
                target.name.span,
                "no such slice",
            )
            return
        if found is not None:
            value = _insert(whole, found, value)
        target = inner
    _assign(scope, target, value, action.span)


def _insert(whole: Expr, s: tree.SliceDecl, value: Expr) -> Expr:
    """Return the field with one slice replaced; a value too wide is cut."""
    parts = []
    if s.high < whole.width:
        parts.append(e.slice_(whole, s.high, whole.width - s.high))
    parts.append(e.resize(value, s.high - s.low))
    if s.low > 0:
        parts.append(e.slice_(whole, 0, s.low))
    return e.concat(*parts)


def _assign(scope: Scope, target: tree.Member, value: Expr, span: Span) -> None:
    base, name = target.base, target.name
    if isinstance(base, tree.Name) and base.text == "interface":
        f = next((f for f in scope.instance.interface if f.name.text == name.text), None)
        if f is None:
            scope.interface_of(name)
            return
        value = e.resize(value, scope.interface_of(name).width)
        scope.env.interface[name.text] = value
        if alias_of(scope.instance, f) is None:
            _store_interface(scope, f, value)
        return
    if isinstance(base, tree.Name) and base.text == "state":
        instance: Instance | None = scope.instance
    elif isinstance(base, tree.Name) and base.text == "staticmap":
        instance = scope.map_of(base.span)
    elif isinstance(base, tree.Element):
        instance = scope.element_of(base.index, base.span)
    else:
        scope.elab.error("E0412", f"`{target.span.text}` cannot be assigned", target.span)
        return
    if instance is not None:
        _store_state(scope, instance, name, value, span)


def _store_state(
    scope: Scope, instance: Instance, name: tree.Ident, value: Expr, span: Span
) -> None:
    f = instance.state_field(name.text)
    if f is None:
        scope.state_of(instance, name)
        return
    if f.kind == "mem":
        scope.elab.error("E0405", f"an action cannot write `{name.text}`, which is in memory", span)
        return
    register = state_register(instance, f)
    where = scope.elab.registry.declare(instance.unit, register)
    value = e.resize(value, register.width)
    if instance.index is not None:
        scope.env.write_element(where, instance.index, value, span)
    else:
        scope.env.write(where, value, span)


def _store_interface(scope: Scope, f: tree.InterfaceField, value: Expr) -> None:
    register = storage_register(scope.instance, f)
    where = scope.elab.registry.declare(scope.instance.unit, register, shared=False)
    value = e.resize(value, register.width)
    if scope.instance.index is not None:
        scope.env.write_element(where, scope.instance.index, value, f.span)
    else:
        scope.env.write(where, value, f.span)
