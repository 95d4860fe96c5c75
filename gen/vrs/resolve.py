"""What a name or a path stands for in its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from gen.hints import similar
from gen.source import Span
from gen.vrs import tree
from gen.vrs.symbols import Symbols, View, slices_of
from gen.vrs.walk import Place, Site

__all__ = ["ROOTS", "Problem", "Resolved", "resolve"]

ROOTS = frozenset({"state", "interface", "staticmap"})


@dataclass(frozen=True)
class Problem:
    """Why a path stands for nothing."""

    code: str
    message: str
    span: Span
    caret: str = ""
    help: str = ""


@dataclass(frozen=True)
class Resolved:
    """What a path stands for.

    Members
    -------
    kind : ``value`` a variable, parameter or constant, ``field`` a whole field, ``slice`` bits of
        one, ``flag`` one flag of a list
    root : for fields and slices ``state``, ``interface``, ``staticmap`` (the map's own state) or
        ``element`` (the state of an element)
    type : name of the type of a value
    """

    kind: Literal["value", "field", "slice", "flag"]
    type: str = "int"
    root: Literal["state", "interface", "staticmap", "element", ""] = ""
    field: tree.StateField | tree.InterfaceField | None = None
    slice: tree.SliceDecl | None = None


def resolve(symbols: Symbols, site: Site, node: tree.Name | tree.Member) -> Resolved | Problem:
    """Return what `node` stands for at `site`, or what is wrong with it."""
    return _Path(symbols, site).resolve(node)


class _Path:
    def __init__(self, symbols: Symbols, site: Site) -> None:
        self.symbols = symbols
        self.site = site
        self.view: View | None = symbols.get(site.unit.name.text) if site.unit else None

    def resolve(self, node: tree.Name | tree.Member) -> Resolved | Problem:
        if isinstance(node, tree.Name):
            return self.name(node)
        base = node.base
        if isinstance(base, tree.Name):
            if base.text in ROOTS:
                return self.field(base, node.name)
            return self.member_of_value(base, node.name)
        if isinstance(base, tree.Element):
            return self.element_field(base, node.name)
        if isinstance(base, tree.Member):
            return self.slice(base, node.name)
        return _no_member(node.name, base.span)

    # Names

    def name(self, node: tree.Name) -> Resolved | Problem:
        name, site = node.text, self.site
        if name in ROOTS:
            help = f"write `{name}.` and the name of a field"
            return Problem("E0213", f"`{name}` alone is no value", node.span, "no field", help)
        const = (self.view.consts.get(name) if self.view else None) or (
            self.symbols.program.consts.get(name)
        )
        type_ = site.variables.get(name)
        if type_ is None and self.view and name in self.view.params:
            type_ = self.view.params[name].type
        if site.place.constant:
            if const is not None:
                return Resolved("value", const.type.text)
            if type_ is not None or self.self_type(name):
                return _not_constant(node.span, name, site.place)
        elif type_ is not None:
            return Resolved("value", type_.text)
        elif const is not None:
            return Resolved("value", const.type.text)
        elif own := self.self_type(name):
            return Resolved("value", own)
        return self.unknown(node)

    def self_type(self, name: str) -> str:
        """Return the descriptor type that `self` stands for in an osspec, or nothing."""
        if name != "self" or self.view is None or self.view.unit.kind != "osspec":
            return ""
        described = (
            t.name.text
            for t in self.view.unit.extern_types
            if any(a.name.text == "desc" for a in t.attributes)
        )
        return next(described, "")

    def unknown(self, node: tree.Name) -> Problem:
        if node.text == "self" and self.view and self.view.unit.kind == "osspec":
            message = f"`self` in `{self.view.unit.name.text}`, which has no descriptor"
            help = "mark the type that describes a table with `#[desc]`"
            return Problem("E0337", message, node.span, "of what type?", help)
        known = [*self.site.variables, *self.symbols.program.consts]
        if self.view:
            known += [*self.view.params, *self.view.consts]
        help = similar(node.text, known)
        if not help and self.view and node.text in {*self.view.state, *self.view.interface}:
            root = "state" if node.text in self.view.state else "interface"
            help = f"a field is named with where it is: `{root}.{node.text}`"
        if not help and self.view and node.text in self.view.methods:
            help = f"a method is called with parentheses: `{node.text}()`"
        return Problem("E0210", f"unknown name `{node.text}`", node.span, "not known here", help)

    # Paths

    def field(self, base: tree.Name, name: tree.Ident) -> Resolved | Problem:
        forbidden = self.forbidden(base)
        if forbidden is not None:
            return forbidden
        if self.view is None:
            return _not_constant(base.span, base.text, self.site.place)
        unit = self.view.unit.name.text
        if base.text == "interface":
            f = self.view.interface.get(name.text)
            if f is None:
                return _unknown_field(f"unit `{unit}`", "interface", name, self.view.interface)
            return Resolved("field", root="interface", field=f)
        if base.text == "state":
            found = self.view.state.get(name.text)
            if found is None:
                return _unknown_field(f"unit `{unit}`", "state", name, self.view.state)
            return Resolved("field", root="state", field=found)
        return self.map_field(base, name)

    def forbidden(self, base: tree.Name) -> Problem | None:
        place = self.site.place
        if place.constant:
            return _not_constant(base.span, base.text, place)
        if base.text == "interface" and not place.in_action:
            return Problem(
                "E0219",
                f"`interface` cannot be used in {place.value}",
                base.span,
                "methods see the state, not how software reaches it",
                "use the state field that the interface gives access to",
            )
        if place is Place.ARGUMENT:
            message = f"`{base.text}` cannot be used in {place.value}"
            return Problem("E0219", message, base.span, "arguments are fixed when it is built")
        return None

    def map_field(self, base: tree.Name, name: tree.Ident) -> Resolved | Problem:
        holders = self.maps(base)
        if isinstance(holders, Problem):
            return holders
        for holder in holders:
            if name.text not in holder.state:
                what = f"map `{holder.unit.name.text}`"
                return _unknown_field(what, "state", name, holder.state)
        return Resolved("field", root="staticmap", field=holders[0].state[name.text])

    def maps(self, base: tree.Name) -> tuple[View, ...] | Problem:
        """Return the maps that `staticmap` can be here, at least one."""
        forbidden = self.forbidden(base)
        if forbidden is not None:
            return forbidden
        if self.view is None:
            return _not_constant(base.span, base.text, self.site.place)
        if self.view.unit.kind == "staticmap":
            return (self.view,)
        holders = self.symbols.holders(self.view.unit)
        if not holders:
            unit = self.view.unit.name.text
            message = f"`staticmap` is used in `{unit}`, which no map holds"
            help = f"declare a map of it: `staticmap Name {{ maps [ {unit}() for i in 0..4 ] }}`"
            return Problem("E0220", message, base.span, "which map?", help)
        return holders

    def element_field(self, base: tree.Element, name: tree.Ident) -> Resolved | Problem:
        root = base.base
        if not isinstance(root, tree.Name) or root.text != "staticmap":
            return _no_member(name, base.span)
        holders = self.maps(root)
        if isinstance(holders, Problem):
            return holders
        found: tree.StateField | None = None
        for element in (e for h in holders for e in self.symbols.elements(h.unit)):
            found = found or element.state.get(name.text)
            if name.text not in element.state:
                what = f"element `{element.unit.name.text}`"
                return _unknown_field(what, "state", name, element.state)
        if found is None:
            return _no_member(name, base.span)
        return Resolved("field", root="element", field=found)

    def slice(self, base: tree.Member, name: tree.Ident) -> Resolved | Problem:
        whole = self.resolve(base)
        if isinstance(whole, Problem):
            return whole
        if whole.kind != "field" or whole.field is None:
            return _no_member(name, base.span)
        f = whole.field
        if isinstance(f, tree.StateField):
            slices = slices_of(f, f.slices)
        else:
            slices = self.view.interface_slices(f) if self.view else ()
        for s in slices:
            if s.name.text == name.text:
                return Resolved("slice", root=whole.root, field=f, slice=s)
        return _unknown_field(
            f"field `{f.name.text}`", "slice", name, [s.name.text for s in slices]
        )

    def member_of_value(self, base: tree.Name, name: tree.Ident) -> Resolved | Problem:
        value = self.name(base)
        if isinstance(value, Problem):
            return value
        if value.type == "flags":
            flags = self.symbols.program.flags
            if name.text in flags:
                return Resolved("flag")
            help = similar(name.text, flags) or f"the flags are {_listed(flags)}"
            return Problem("E0214", f"unknown flag `{name.text}`", name.span, "not declared", help)
        extern = self.symbols.extern_types.get(value.type)
        if extern is None:
            return _no_member(name, base.span)
        for p in extern.fields:
            if p.name.text == name.text:
                return Resolved("value", p.type.text)
        fields = [p.name.text for p in extern.fields]
        return _unknown_field(f"type `{value.type}`", "field", name, fields)


def _not_constant(span: Span, name: str, place: Place) -> Problem:
    message = f"`{name}` is not constant and cannot be used in {place.value}"
    return Problem("E0218", message, span, "known only at run time")


def _no_member(name: tree.Ident, base: Span) -> Problem:
    shown = base.text if len(base.text) <= 40 else "this"
    message = f"`{name.text}` is not part of `{shown}`"
    return Problem("E0213", message, name.span, "there is nothing of this name in it")


def _unknown_field(what: str, kind: str, name: tree.Ident, known: Iterable[str]) -> Problem:
    kind = f"{kind} field" if kind in ("state", "interface") else kind
    names = list(known)
    help = similar(name.text, names) or (f"it has {_listed(names)}" if names else "")
    return Problem("E0213", f"{what} has no {kind} `{name.text}`", name.span, "not found", help)


def _listed(names: Iterable[str]) -> str:
    shown = [f"`{n}`" for n in names]
    return ", ".join(shown[:6] + (["..."] if len(shown) > 6 else [])) or "none"
