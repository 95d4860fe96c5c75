"""What the names of a unit stand for, with what it inherits; and constants folded to numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, TypeVar

from gen.vrs import tree
from gen.vrs.program import Program
from gen.vrs.sizes import field_bits

__all__ = ["BUILTIN_TYPES", "NUMERIC_TYPES", "UNIT_TYPE", "Symbols", "View", "slices_of"]

NUMERIC_TYPES = frozenset({"int", "addr", "vaddr", "paddr", "size"})
BUILTIN_TYPES = NUMERIC_TYPES | {"bool", "flags"}
UNIT_TYPE = "UnitType"
"""Built-in type of an osspec: which unit a table is for."""


def slices_of(
    f: tree.StateField | tree.InterfaceField, own: tuple[tree.SliceDecl, ...] | None
) -> tuple[tree.SliceDecl, ...]:
    """Return the slices of a field; without a block one `val` over all of it."""
    if own is not None:
        return own
    size = f.size.value if f.size is not None else 8
    return (tree.SliceDecl(0, field_bits(size, None), tree.Ident("val", f.name.span), f.span),)


@dataclass(frozen=True)
class View:
    """A unit with what it inherits, looked up by name; the first of equal names counts."""

    unit: tree.Unit

    @cached_property
    def params(self) -> Mapping[str, tree.Param]:
        """Parameters of the unit."""
        return _by_name(self.unit.params)

    @cached_property
    def consts(self) -> Mapping[str, tree.Const]:
        """Constants of the unit."""
        return _by_name(self.unit.consts)

    @cached_property
    def state(self) -> Mapping[str, tree.StateField]:
        """State fields."""
        return _by_name(f for s in self.unit.states for f in s.fields)

    @cached_property
    def interface(self) -> Mapping[str, tree.InterfaceField]:
        """Interface fields."""
        return _by_name(f for i in self.unit.interfaces for f in i.fields)

    @cached_property
    def methods(self) -> Mapping[str, tree.Method]:
        """Methods."""
        return _by_name(self.unit.methods)

    @cached_property
    def extern_types(self) -> Mapping[str, tree.ExternType]:
        """Extern types declared in the unit."""
        return _by_name(self.unit.extern_types)

    def alias(self, f: tree.InterfaceField) -> tree.StateField | None:
        """Return the state field that an interface field gives access to, or None.

        It has the same name, a compatible kind and, if a layout is given, the same layout.
        """
        same = self.state.get(f.name.text)
        if same is None or f.kind == "instr" or (same.kind == "mem") != (f.kind == "mem"):
            return None
        if f.layout is not None and _places(f.layout) != _places(same.slices):
            return None
        return same

    def interface_slices(self, f: tree.InterfaceField) -> tuple[tree.SliceDecl, ...]:
        """Return the slices of an interface field, those of its alias if it has no layout."""
        alias = self.alias(f)
        return slices_of(f, f.layout if alias is None else alias.slices)


class _Named(Protocol):
    @property
    def name(self) -> tree.Ident: ...


_N = TypeVar("_N", bound=_Named)


def _by_name(items: Iterable[_N]) -> dict[str, _N]:
    out: dict[str, _N] = {}
    for item in items:
        out.setdefault(item.name.text, item)
    return out


def _places(slices: tuple[tree.SliceDecl, ...] | None) -> object:
    return None if slices is None else sorted((s.low, s.high, s.name.text) for s in slices)


@dataclass(frozen=True)
class Symbols:
    """The units of a program as views, and who holds whom."""

    program: Program
    _views: dict[str, View] = field(default_factory=dict)

    def view(self, name: str) -> View:
        """Return unit `name` with what it inherits. Raises `KeyError` if there is none."""
        if name not in self._views:
            self._views[name] = View(self.program.merged(name))
        return self._views[name]

    def get(self, name: str) -> View | None:
        """Return the view of unit `name`, or None."""
        return self.view(name) if name in self.program.units else None

    def elements(self, unit: tree.Unit) -> tuple[View, ...]:
        """Return the segments and maps that the elements of a map can be."""
        names = [e.unit.text for declaration in unit.maps for e in declaration.elements]
        found: dict[str, View] = {}
        for name in dict.fromkeys(names):
            view = self.get(name)
            if view is None:
                continue
            variants = [v.unit.text for v in view.unit.variants] or [name]
            found.update((n, v) for n in variants if (v := self.get(n)) is not None)
        return tuple(found.values())

    def holders(self, unit: tree.Unit) -> tuple[View, ...]:
        """Return the maps that hold a unit, directly, as a variant or through its derivations."""
        return self._holders.get(unit.name.text, ())

    @cached_property
    def _holders(self) -> Mapping[str, tuple[View, ...]]:
        out: dict[str, dict[str, View]] = {}
        for name, unit in self.program.units.items():
            if unit.kind != "staticmap":
                continue
            for element in self.elements(unit):
                held = element.unit.name.text
                for n in (held, *self.program.bases(held)):
                    out.setdefault(n, {})[name] = self.view(name)
        return {name: tuple(views.values()) for name, views in out.items()}

    @cached_property
    def extern_types(self) -> Mapping[str, tree.ExternType]:
        """Extern types of the whole program."""
        files = (t for f in self.program.files for t in f.extern_types)
        units = (t for u in self.program.units.values() for t in u.extern_types)
        return _by_name((*files, *units))

    def is_type(self, name: str) -> bool:
        """Return whether `name` may be the type of a parameter."""
        known = name in BUILTIN_TYPES or name == UNIT_TYPE or name in self.program.units
        return known or name in self.extern_types
