"""A program: a file with all that it imports, and units together with what they inherit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from gen.vrs import tree

__all__ = ["Program", "uses"]


@dataclass(frozen=True)
class Program:
    """Everything that one root file says.

    Members
    -------
    files : dependencies first, the root file last
    units : every unit by name, as written
    consts : constants of files by name; those of units stay in their unit
    flags : names of the access flags; flag i is bit i of an access
    """

    files: tuple[tree.File, ...]
    units: Mapping[str, tree.Unit]
    consts: Mapping[str, tree.Const]
    flags: tuple[str, ...]
    _merged: dict[str, tree.Unit] = field(default_factory=dict, repr=False, compare=False)

    @staticmethod
    def of(files: tuple[tree.File, ...]) -> Program:
        """Return the program of parsed files; the first of several things of one name counts."""
        units: dict[str, tree.Unit] = {}
        consts: dict[str, tree.Const] = {}
        flags: dict[str, None] = {}
        for file in files:
            for const in file.consts:
                consts.setdefault(const.name.text, const)
            for unit in file.units:
                units.setdefault(unit.name.text, unit)
            for flag_list in (*file.flags, *(f for unit in file.units for f in unit.flags)):
                flags.update(dict.fromkeys(i.text for i in flag_list.names))
        return Program(files, units, consts, tuple(flags))

    def merged(self, name: str) -> tree.Unit:
        """Return unit `name` with the items of its base (and so on) in front of its own.

        A method or width of the unit replaces one of the same name that it inherits. Raises
        `KeyError` if there is no such unit. Unknown and cyclic bases end the chain.
        """
        if name not in self._merged:
            unit = self.units[name]
            for base in self.bases(name):
                unit = _inherit(unit, self.units[base])
            self._merged[name] = unit
        return self._merged[name]

    def bases(self, name: str) -> tuple[str, ...]:
        """Return the units that `name` derives from, nearest first."""
        out: list[str] = []
        unit = self.units.get(name)
        while unit is not None and unit.base is not None and unit.base.text in self.units:
            if unit.base.text in (name, *out):
                break
            out.append(unit.base.text)
            unit = self.units[unit.base.text]
        return tuple(out)

    @property
    def root_file(self) -> tree.File:
        """The file that was asked for."""
        return self.files[-1]

    @property
    def roots(self) -> tuple[str, ...]:
        """Concrete units of the root file that no other unit uses, in order; no osspec."""
        used = {i.text for unit in self.units.values() for i in uses(unit)}
        return tuple(
            u.name.text
            for u in self.root_file.units
            if not u.abstract and u.kind != "osspec" and u.name.text not in used
        )


def uses(unit: tree.Unit) -> Iterator[tree.Ident]:
    """Yield the names that may be units: base, elements, variants, types of parameters."""
    if unit.base is not None:
        yield unit.base
    for declaration in unit.maps:
        for element in declaration.elements:
            yield element.unit
    for variant in unit.variants:
        yield variant.unit
    for method in unit.methods:
        for param in method.params:
            yield param.type


def _inherit(unit: tree.Unit, base: tree.Unit) -> tree.Unit:
    own = {m.name.text for m in unit.methods}
    kinds = {w.kind for w in unit.widths}
    return replace(
        unit,
        widths=(*(w for w in base.widths if w.kind not in kinds), *unit.widths),
        consts=(*base.consts, *unit.consts),
        flags=(*base.flags, *unit.flags),
        states=(*base.states, *unit.states),
        interfaces=(*base.interfaces, *unit.interfaces),
        methods=(*(m for m in base.methods if m.name.text not in own), *unit.methods),
        maps=(*base.maps, *unit.maps),
    )
