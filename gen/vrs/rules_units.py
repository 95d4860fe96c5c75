"""Rules of static maps and enums: what they hold, with which arguments, and how many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gen.diag import Label, Reporter
from gen.hints import similar, with_article
from gen.source import Span
from gen.vrs import tree
from gen.vrs.fold import Constants
from gen.vrs.symbols import Symbols, View
from gen.vrs.types import BOOL, NUMBER, UNKNOWN, Typing, fits
from gen.vrs.walk import Place, Site

__all__ = ["Widths", "attribute", "check_units", "element_count"]

_SELECT = ("first", "last", "unique")
_MAX_SELECT = 256
_HELD = {"element": ("segment", "enum", "staticmap"), "variant": ("segment",)}
_ITEMS = {
    "segment": frozenset({"state", "interface", "fn", "inbitwidth", "outbitwidth"}),
    "staticmap": frozenset({"state", "interface", "fn", "inbitwidth", "outbitwidth", "maps"}),
    "osspec": frozenset({"fn", "extern type"}),
}


def check_units(symbols: Symbols, reporter: Reporter) -> None:
    """Report E0308, E0320 to E0325 and E0330, E0331."""
    rules = _Units(symbols, reporter)
    for unit in symbols.program.units.values():
        if unit.kind in _ITEMS:
            rules.items(unit)
        if unit.kind == "staticmap":
            rules.staticmap(unit)
        if unit.kind == "enum":
            rules.enum(unit)


def attribute(attributes: Sequence[tree.Attribute], name: str) -> tree.Attribute | None:
    """Return the attribute called `name`, or None."""
    return next((a for a in attributes if a.name.text == name), None)


def element_count(unit: tree.Unit, constants: Constants) -> int | None:
    """Return the number of elements of a map, None if it is not known."""
    if not unit.maps:
        return None
    declaration = unit.maps[0]
    if declaration.low is None or declaration.high is None:
        return len(declaration.elements)
    low = constants.fold(declaration.low, unit)
    high = constants.fold(declaration.high, unit)
    return None if low is None or high is None else high - low


class Widths:
    """Bits of the addresses that units take, where they are known."""

    def __init__(self, symbols: Symbols, constants: Constants) -> None:
        self.symbols = symbols
        self.constants = constants

    def own(self, unit: tree.Unit, kind: str) -> int | None:
        """Return the width that a unit states or inherits, or None."""
        view = self.symbols.view(unit.name.text)
        value = next((w.value for w in view.unit.widths if w.kind == kind), None)
        return None if value is None else self.constants.fold(value, unit)

    def input(self, unit: tree.Unit, seen: tuple[str, ...] = ()) -> int | None:
        """Return the bits of the addresses that a unit translates, or None if not known."""
        name = unit.name.text
        stated = self.own(unit, "inbitwidth")
        if stated is not None or name in seen:
            return stated
        if unit.kind == "enum":
            held = [v.unit.text for v in unit.variants]
        else:
            held = [e.unit.text for m in unit.maps for e in m.elements]
        below = self.symbols.program.units.get(held[0]) if held else None
        if below is None or len(seen) > 32:
            return None
        bits = self.input(below, (*seen, name))
        if bits is None or unit.kind == "enum":
            return bits
        count = element_count(unit, self.constants)
        return None if not count else bits + (count - 1).bit_length()


class _Units:
    def __init__(self, symbols: Symbols, reporter: Reporter) -> None:
        self.symbols = symbols
        self.program = symbols.program
        self.reporter = reporter
        self.constants = Constants(symbols)
        self.widths = Widths(symbols, self.constants)
        self.typing = Typing(symbols, Reporter())  # types_ has reported what is wrong within

    def items(self, unit: tree.Unit) -> None:
        """Each kind of unit has its items."""
        found: list[tuple[str, Span]] = [
            *((w.kind, w.span) for w in unit.widths),
            *(("state", s.span) for s in unit.states),
            *(("interface", i.span) for i in unit.interfaces),
            *(("maps", m.span) for m in unit.maps),
            *(("fn", m.name.span) for m in unit.methods),
            *(("extern type", t.name.span) for t in unit.extern_types),
        ]
        for word, span in found:
            if word not in _ITEMS[unit.kind]:
                self.reporter.report(
                    "E0330",
                    f"`{word}` does not belong in {with_article(unit.kind)}",
                    span if word == "extern type" else _first(span, word),
                    f"in `{unit.name.text}`",
                )
        if unit.kind == "staticmap" and not unit.maps:
            message = f"map `{unit.name.text}` maps nothing"
            help = "add `maps [ Unit() for i in 0..4 ]`"
            self.reporter.report("E0331", message, unit.name.span, "no `maps` in it", help=help)

    # Maps

    def staticmap(self, unit: tree.Unit) -> None:
        for declaration in unit.maps:
            self.select(declaration)
            for element in declaration.elements:
                self.element(unit, declaration, element)
            self.count(unit, declaration)

    def select(self, declaration: tree.MapDecl) -> None:
        select = attribute(declaration.attributes, "select")
        if select is None or (select.argument is not None and select.argument.text in _SELECT):
            return
        help = similar(select.argument.text, _SELECT) if select.argument else ""
        self.reporter.report(
            "E0332",
            "`select` says which of several elements that hit wins",
            select.span,
            "expected `first`, `last` or `unique`",
            help=help,
        )

    def count(self, unit: tree.Unit, declaration: tree.MapDecl) -> None:
        count = element_count(unit, self.constants)
        if count is None:
            return
        span = declaration.elements[0].span if declaration.elements else declaration.span
        if declaration.low is not None and declaration.high is not None:
            span = declaration.low.span.to(declaration.high.span)
        selects = attribute(declaration.attributes, "select") is not None
        caret = f"{count} elements" if count > 0 else "no elements"
        if count <= 0:
            message, help = f"map `{unit.name.text}` has no elements", "the bounds are `low..high`"
        elif selects and count > _MAX_SELECT:
            message = f"map `{unit.name.text}` selects among more than {_MAX_SELECT} elements"
            help = "each element is compared with every address"
        elif not selects and count & (count - 1):
            message = f"the elements of map `{unit.name.text}` are no power of two"
            power = 1 << count.bit_length()
            help = f"bits of the address choose the element: use {power // 2} or {power}"
        else:
            self.bits(unit, count, span, selects)
            return
        self.reporter.report("E0320", message, span, caret, help=help)

    def bits(self, unit: tree.Unit, count: int, span: Span, selects: bool) -> None:
        element = self.program.units[unit.maps[0].elements[0].unit.text]
        below = self.widths.input(element)
        if below is None or selects:
            return
        total = below + (count - 1).bit_length()
        if total >= 64:
            self.reporter.report(
                "E0322",
                f"map `{unit.name.text}` would take addresses of {total} bits",
                span,
                f"{(count - 1).bit_length()} bits, and {below} of `{element.name.text}`",
                help="at most 63 bits are possible",
            )

    def element(self, unit: tree.Unit, declaration: tree.MapDecl, element: tree.MapElement) -> None:
        target = self.program.units[element.unit.text]
        if not self.usable(target, element.unit, "element"):
            return
        if len(element.args) != len(target.params):
            self.arity(target, element.span, len(element.args))
            return
        variables = {}
        if declaration.variable is not None:
            variables = {declaration.variable.text: tree.Ident("int", declaration.variable.span)}
        for argument, param in zip(element.args, target.params, strict=True):
            site = Site(argument, Place.ARGUMENT, unit, variables)
            actual = self.typing.type(site, argument)
            if not fits(actual, self.typing.named(param.type.text)):
                self.argument(argument.span, param, actual)

    def argument(self, span: Span, param: tree.Param, actual: str) -> None:
        shown = {NUMBER: "a number", BOOL: "a condition"}.get(actual, actual or UNKNOWN)
        self.reporter.report(
            "E0303",
            f"parameter `{param.name.text}` is `{param.type.text}`, not {shown}",
            span,
            f"this is {shown}",
            labels=[Label(param.span, "declared here")],
        )

    def usable(self, target: tree.Unit, name: tree.Ident, what: str) -> bool:
        """Report an abstract unit and one of the wrong kind."""
        role = with_article(what)
        kinds = _HELD[what]
        if target.kind not in kinds:
            self.reporter.report(
                "E0323",
                f"`{name.text}` cannot be {role}",
                name.span,
                f"it is {with_article(target.kind)}",
                help=f"expected {_listed(kinds)}",
            )
            return False
        if target.abstract:
            self.reporter.report(
                "E0308",
                f"`{name.text}` is abstract and cannot be {role}",
                name.span,
                "abstract",
                labels=[Label(target.name.span, "declared here")],
                help=f"use a segment that derives from it: `segment X() : {name.text} {{ }}`",
            )
            return False
        return True

    def arity(self, target: tree.Unit, span: Span, given: int) -> None:
        wanted = len(target.params)
        self.reporter.report(
            "E0302",
            f"`{target.name.text}` takes {wanted or 'no'} argument{'' if wanted == 1 else 's'}, "
            f"not {given}",
            span,
            f"{given or 'none'} given",
            labels=[Label(target.name.span, "declared here")],
        )

    # Enums

    def enum(self, unit: tree.Unit) -> None:
        if not unit.variants:
            self.reporter.report(
                "E0331", f"enum `{unit.name.text}` has no variants", unit.name.span, "empty"
            )
        good: list[View] = []
        for variant in unit.variants:
            target = self.program.units[variant.unit.text]
            if not self.usable(target, variant.unit, "variant"):
                continue
            if len(variant.args) != len(target.params):
                self.arity(target, variant.span, len(variant.args))
                continue
            self.variant_types(unit, variant, target)
            good.append(self.symbols.view(variant.unit.text))
        for other in good[1:]:
            self.same(unit, good[0], other)

    def variant_types(self, unit: tree.Unit, variant: tree.EnumVariant, target: tree.Unit) -> None:
        types = {p.name.text: p.type.text for p in unit.params}
        for argument, param in zip(variant.args, target.params, strict=True):
            actual = self.typing.named(types[argument.text])
            if not fits(actual, self.typing.named(param.type.text)):
                self.argument(argument.span, param, actual)

    def same(self, unit: tree.Unit, first: View, other: View) -> None:
        """The variants of an enum differ in nothing that software or the walk could see."""
        a, b = first.unit, other.unit
        differences = (
            ("parameters", _params(first), _params(other)),
            ("inbitwidth", str(self.widths.input(a)), str(self.widths.input(b))),
            ("state fields", _shape(first.state.values()), _shape(other.state.values())),
            ("interface", _shape(first.interface.values()), _shape(other.interface.values())),
        )
        spans = {v.unit.text: v.unit.span for v in unit.variants}
        for what, reference, found in differences:
            if reference != found:
                self.reporter.report(
                    "E0321",
                    f"variants `{a.name.text}` and `{b.name.text}` differ in their {what}",
                    spans[b.name.text],
                    f"has {found or 'none'}",
                    labels=[Label(spans[a.name.text], f"has {reference or 'none'}")],
                    help="hardware picks the variant by the state that they share",
                )


def _params(view: View) -> str:
    return ", ".join(f"{p.name.text}: {p.type.text}" for p in view.unit.params)


def _shape(fields: Iterable[tree.StateField | tree.InterfaceField]) -> str:
    """Return fields in order of name as they are written, bases left out."""
    shown = []
    for f in sorted(fields, key=lambda f: f.name.text):
        numbers = [str(n.value) for n in (f.offset, f.size) if n is not None]
        shown.append(f"{f.kind} {f.name.text} [ {', '.join(numbers)} ]")
    return ", ".join(shown)


def _first(span: Span, word: str) -> Span:
    start = span.start + max(span.text.find(word), 0) if word != "fn" else span.start
    return span if word == "fn" else Span(span.source, start, start + len(word))


def _listed(kinds: Sequence[str]) -> str:
    *first, last = map(with_article, kinds)
    return f"{', '.join(first)} or {last}" if first else last
