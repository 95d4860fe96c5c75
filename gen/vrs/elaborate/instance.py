"""Units in place: a unit with its arguments, and the registers that hold its state."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gen.ir.expr import Expr
from gen.ir.machine import Field, Register
from gen.vrs import tree
from gen.vrs.sizes import field_bits

__all__ = ["Instance", "Registry", "fields_of", "parameter_name", "snake", "state_register"]

_RESERVED = frozenset({"va", "access", "pa", "data", "index"})


def snake(name: str) -> str:
    """Return a unit's name as an identifier in snake case: ``RiscvPmp`` gives ``riscv_pmp``."""
    parts = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", parts).lower()


def parameter_name(p: tree.Param) -> str:
    """Return what the machine calls a unit's parameter: operations have some names themselves."""
    name = p.name.text
    return f"{name}_parameter" if name in _RESERVED else name


def fields_of(slices: tuple[tree.SliceDecl, ...] | None, width: int) -> tuple[Field, ...]:
    """Return the bit fields of a layout, as far as the width goes; without one, `val` covers it."""
    if slices is None:
        return (Field("val", 0, width),)
    ordered = sorted(slices, key=lambda s: s.low)
    return tuple(
        Field(s.name.text, s.low, min(s.high, width) - s.low, s.span)
        for s in ordered
        if s.low < width
    )


@dataclass(frozen=True)
class Instance:
    """A unit in place.

    Members
    -------
    unit : the unit with what it inherits
    params : 64-bit value of each parameter
    index : 64-bit position within the map that holds it, or None
    count : elements of that map, or of this one
    parent : the map that holds it, or None
    element : for a map, the unit that its elements are
    arguments : for a map, the parameters of the element at a position
    """

    unit: tree.Unit
    params: Mapping[str, Expr]
    index: Expr | None = None
    count: int = 1
    parent: Instance | None = None
    element: tree.Unit | None = None
    arguments: Callable[[Expr], Mapping[str, Expr]] | None = None

    def element_at(self, index: Expr) -> Instance:
        """Return the element of this map at a position, constant or not."""
        if self.element is None or self.arguments is None:
            raise TypeError(f"{self.unit.name.text} is not a map")
        return Instance(self.element, self.arguments(index), index, self.count, self)

    def method(self, name: str) -> tree.Method | None:
        """Return the method called `name`, or None."""
        return next((m for m in self.unit.methods if m.name.text == name), None)

    def state_field(self, name: str) -> tree.StateField | None:
        """Return the state field called `name`, or None."""
        fields = (f for s in self.unit.states for f in s.fields)
        return next((f for f in fields if f.name.text == name), None)

    @property
    def interface(self) -> tuple[tree.InterfaceField, ...]:
        """The interface fields, in order."""
        return tuple(f for i in self.unit.interfaces for f in i.fields)


@dataclass
class Registry:
    """The registers of a machine. State registers are global by name, as in the language."""

    registers: dict[str, Register] = field(default_factory=dict)
    reserved: set[str] = field(default_factory=lambda: set(_RESERVED))
    _named: dict[tuple[str, str, bool], str] = field(default_factory=dict)

    def declare(self, unit: tree.Unit, wanted: Register, *, shared: bool = True) -> str:
        """Declare a register for `unit` and return its name; one of the same shape is shared."""
        key = (unit.name.text, wanted.name, shared)
        if key not in self._named:
            self._named[key] = self._declare(unit, wanted, shared)
        return self._named[key]

    def _declare(self, unit: tree.Unit, wanted: Register, shared: bool) -> str:
        prefix = snake(unit.name.text)
        for name in (wanted.name, f"{prefix}_{wanted.name}", f"{prefix}_{wanted.name}_reg"):
            found = self.registers.get(name)
            if found is None and name not in self.reserved:
                self.registers[name] = Register(
                    name,
                    wanted.width,
                    wanted.count,
                    wanted.is_file,
                    wanted.reset,
                    wanted.fields,
                    wanted.span,
                    wanted.doc,
                )
                return name
            if shared and found is not None and _shape(found) == _shape(wanted):
                return name
        return self._declare(unit, _renamed(wanted), shared)


def _renamed(register: Register) -> Register:
    return Register(
        register.name + "_",
        register.width,
        register.count,
        register.is_file,
        register.reset,
        register.fields,
        register.span,
        register.doc,
    )


def _shape(r: Register) -> tuple[int, int, bool]:
    return r.width, r.count, r.is_file


def state_register(instance: Instance, f: tree.StateField) -> Register:
    """Return the register that a `reg` state field of an instance wants."""
    width = field_bits(f.size.value, f.slices)
    is_file = instance.index is not None
    count = instance.count if is_file else 1
    return Register(f.name.text, width, count, is_file, 0, fields_of(f.slices, width), f.span)
