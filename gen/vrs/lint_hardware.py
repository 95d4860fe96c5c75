"""Warnings about what a specification makes of its hardware: widths, strides, reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gen.diag import Label, Reporter
from gen.vrs import tree
from gen.vrs.fold import Constants, fold
from gen.vrs.resolve import Resolved, resolve
from gen.vrs.rules_units import Widths
from gen.vrs.sizes import field_bits
from gen.vrs.symbols import Symbols, View
from gen.vrs.walk import Place, Site, sites, subexpressions

__all__ = ["check_hardware"]

_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">="})


def check_hardware(symbols: Symbols, reporter: Reporter) -> None:
    """Report W0109 to W0111, W0117 and W0119. Names, types and rules must have been checked."""
    lint = _Hardware(symbols, reporter)
    for unit in symbols.program.units.values():
        for declaration in unit.maps:
            for element in declaration.elements:
                lint.stride(unit, declaration, element)
        if unit.kind == "segment" and not unit.abstract:
            lint.target(unit)
            lint.reach(unit)
    for site in sites(symbols.program):
        for node in subexpressions(site.expression):
            if isinstance(node, tree.Binary):
                lint.comparison(site, node)
                lint.shifted_slice(site, node)


class _Hardware:
    def __init__(self, symbols: Symbols, reporter: Reporter) -> None:
        self.symbols = symbols
        self.reporter = reporter
        self.constants = Constants(symbols)
        self.widths = Widths(symbols, self.constants)

    # Maps

    def stride(self, unit: tree.Unit, declaration: tree.MapDecl, element: tree.MapElement) -> None:
        """The state of an element in memory ends before that of the next one begins."""
        if declaration.variable is None:
            return
        for held in self.symbols.elements(unit):
            for f in held.state.values():
                names = [p.name.text for p in held.unit.params]
                if f.kind != "mem" or f.base is None or f.base.text not in names:
                    continue
                argument = element.args[names.index(f.base.text)]
                places = [self.at(argument, unit, declaration.variable.text, i) for i in (0, 1)]
                if places[0] is None or places[1] is None:
                    continue
                stride = places[1] - places[0]
                size = field_bits(f.size.value, f.slices) // 8
                if 0 <= stride < size:
                    self.reporter.report(
                        "W0109",
                        f"elements of `{unit.name.text}` overlap: they are {stride} bytes apart",
                        argument.span,
                        f"a stride of {stride}",
                        labels=[Label(f.size.span, f"`{f.name.text}` has {size} bytes")],
                        help=f"a size of {stride} or a stride of {size}",
                    )

    def at(
        self, argument: tree.Expression, unit: tree.Unit, variable: str, index: int
    ) -> int | None:
        """Return an argument for element `index`, parameters of the map taken as 0."""
        params = self.symbols.view(unit.name.text).params

        def lookup(name: str) -> int | None:
            if name == variable:
                return index
            return 0 if name in params else self.constants.value(unit, name)

        return fold(argument, lookup)

    # Segments that map to units

    def target(self, unit: tree.Unit) -> None:
        method = self.symbols.view(unit.name.text).methods.get("map")
        if method is None or len(method.params) != 4:
            return
        below = self.symbols.program.units.get(method.params[3].type.text)
        if below is None:
            return
        own, reached = self.widths.input(unit), self.widths.input(below)
        if own is not None and reached is not None and reached < own:
            self.reporter.report(
                "W0111",
                f"`{unit.name.text}` takes addresses of {own} bits, the unit it maps to of "
                f"{reached}",
                method.params[3].type.span,
                f"`{below.name.text}` sees the low {reached} bits only",
                labels=[Label(unit.name.span, f"{own} bits")],
                help=f"{own - reached} bits of the address have no effect",
            )

    # Comparisons and shifts

    def slice(self, site: Site, node: tree.Expression) -> tree.SliceDecl | None:
        if not isinstance(node, tree.Member):
            return None
        found = resolve(self.symbols, site, node)
        return found.slice if isinstance(found, Resolved) else None

    def comparison(self, site: Site, node: tree.Binary) -> None:
        """A slice compared with a number that it cannot hold has one outcome."""
        if node.operator not in _COMPARISONS:
            return
        for part, other in ((node.left, node.right), (node.right, node.left)):
            s = self.slice(site, part)
            value = None if s is None else fold(other, lambda n: self.number(site, n))
            if s is None or value is None or s.low >= s.high:  # no bits: W0102
                continue
            if value < 1 << (s.high - s.low):
                continue
            bits = s.high - s.low
            self.reporter.report(
                "W0119",
                f"slice `{s.name.text}` of {bits} bit{'' if bits == 1 else 's'} is compared with "
                f"{value}",
                other.span,
                f"the slice is at most {(1 << bits) - 1}",
                labels=[Label(s.span, "declared here")],
            )

    def number(self, site: Site, name: str) -> int | None:
        params = self.symbols.view(site.unit.name.text).params if site.unit else {}
        if name in site.variables or name in params:
            return None
        return self.constants.value(site.unit, name)

    def shifted_slice(self, site: Site, node: tree.Binary) -> None:
        """A slice shifted past the physical address loses its upper bits."""
        if node.operator != "<<" or site.place is not Place.BODY or site.unit is None:
            return
        if site.method is None or site.method.name.text != "translate":
            return
        s = self.slice(site, node.left)
        amount = fold(node.right, lambda n: self.number(site, n))
        width = self.widths.own(site.unit, "outbitwidth")
        if s is None or amount is None or width is None:
            return
        bits = s.high - s.low
        if bits + amount > width:
            self.reporter.report(
                "W0110",
                f"slice `{s.name.text}` reaches bit {bits + amount - 1} of an address of {width} "
                "bits",
                node.span,
                f"{bits} bits, shifted by {amount}",
                labels=[Label(s.span, f"bits {s.low} to {s.high - 1}")],
                help=f"what is above bit {width - 1} is lost: is the slice too wide, "
                "or the shift too far?",
            )

    # What software reaches

    def reach(self, unit: tree.Unit) -> None:
        """What `map` must establish, some interface field must be able to write."""
        view = self.symbols.view(unit.name.text)
        method = view.methods.get("map")
        if method is None or not method.synth:
            return
        reached = set(self.written(view))
        for m in view.methods.values():
            if not any(a.name.text == "remap" for a in m.attributes) or m.body is None:
                continue
            for f, name in self.state_used(unit, m.body):
                if f.name.text in reached:
                    continue
                reached.add(f.name.text)  # one message for each field
                self.reporter.report(
                    "W0117",
                    f"no interface field of `{unit.name.text}` writes state `{f.name.text}`",
                    name.span,
                    f"`{m.name.text}` depends on it",
                    labels=[Label(f.name.span, "declared here")],
                    help="software cannot make this true: add an interface field or an action",
                )

    def written(self, view: View) -> Iterator[str]:
        """Yield the state fields that the interface of a unit, or of its map, can write."""
        for f in view.interface.values():
            alias = view.alias(f)
            if alias is not None:
                yield alias.name.text
        for holder in (view, *self.symbols.holders(view.unit)):
            yield from self.destinations(holder, own=holder is view)

    def destinations(self, view: View, own: bool) -> Iterator[str]:
        for f in view.interface.values():
            for action in (*(f.write_actions or ()), *(f.read_actions or ())):
                if not isinstance(action.target, tree.Member):
                    continue
                found = resolve(
                    self.symbols, Site(action.target, Place.TARGET, view.unit), action.target
                )
                if not isinstance(found, Resolved) or found.field is None:
                    continue
                if found.root == ("state" if own else "element"):
                    yield found.field.name.text

    def state_used(
        self, unit: tree.Unit, body: tree.Expression
    ) -> Iterable[tuple[tree.StateField, tree.Member]]:
        site = Site(body, Place.BODY, unit)
        for node in subexpressions(body):
            if not isinstance(node, tree.Member) or not isinstance(node.base, tree.Name):
                continue
            if node.base.text != "state":
                continue
            found = resolve(self.symbols, site, node)
            if isinstance(found, Resolved) and isinstance(found.field, tree.StateField):
                yield found.field, node
