"""A program: every file that a specification imports, and the units they declare together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from gen.vrs import tree

__all__ = ["Program"]


@dataclass(frozen=True)
class Program:
    """What one compilation sees.

    Members
    -------
    files : in order of their dependencies; the file asked for is last
    units : by name, of all files
    consts : constants of files, by name
    flags : access flags, in order; flag i is bit i
    """

    files: tuple[tree.File, ...]
    units: Mapping[str, tree.Unit]
    consts: Mapping[str, tree.Const]
    flags: tuple[str, ...]

    @staticmethod
    def of(files: tuple[tree.File, ...]) -> Program:
        """Return the program of files; of names declared twice the first one counts."""
        units: dict[str, tree.Unit] = {}
        consts: dict[str, tree.Const] = {}
        flags: list[str] = []
        for file in files:
            for u in file.units:
                units.setdefault(u.name.text, u)
            for c in file.consts:
                consts.setdefault(c.name.text, c)
            lists = [*file.flags, *(f for u in file.units for f in u.flags)]
            flags += [n.text for f in lists for n in f.names if n.text not in flags]
        return Program(files, units, consts, tuple(flags))

    def merged(self, name: str) -> tree.Unit:
        """Return a unit with what it inherits; its own methods and widths come first.

        Raises
        ------
        KeyError : there is no such unit
        """
        unit = self.units[name]
        seen = {name}
        while unit.base is not None:
            base = self.units.get(unit.base.text)
            if base is None or base.name.text in seen:
                return replace(unit, base=None)
            seen.add(base.name.text)
            unit = _inherit(unit, base)
        return unit

    @property
    def roots(self) -> tuple[str, ...]:
        """Concrete units of the last file that no other unit uses, in order of writing."""
        used = {n for u in self.units.values() for n in _uses(u)}
        return tuple(
            u.name.text
            for u in self.files[-1].units
            if not u.abstract and u.kind != "osspec" and u.name.text not in used
        )


def _inherit(unit: tree.Unit, base: tree.Unit) -> tree.Unit:
    own = {m.name.text for m in unit.methods}
    kinds = {w.kind for w in unit.widths}
    return replace(
        unit,
        base=base.base,
        consts=base.consts + unit.consts,
        widths=unit.widths + tuple(w for w in base.widths if w.kind not in kinds),
        flags=base.flags + unit.flags,
        states=unit.states or base.states,
        interfaces=unit.interfaces or base.interfaces,
        methods=tuple(m for m in base.methods if m.name.text not in own) + unit.methods,
    )


def _uses(unit: tree.Unit) -> Iterator[str]:
    """Yield the units that a unit is made of or maps to."""
    if unit.base is not None:
        yield unit.base.text
    for m in unit.maps:
        yield from (x.unit.text for x in m.elements)
    yield from (v.unit.text for v in unit.variants)
    for method in unit.methods:
        yield from (p.type.text for p in method.params)
