"""Names: everything that is used must be declared, and declared once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gen.diag import Label, Reporter
from gen.hints import FEW, similar
from gen.vrs import tree
from gen.vrs.duplicates import check_duplicates
from gen.vrs.fold import check_unfolding
from gen.vrs.resolve import Problem, resolve
from gen.vrs.symbols import BUILTIN_TYPES, Symbols
from gen.vrs.walk import Place, Site, sites

__all__ = ["check_names"]


def check_names(symbols: Symbols, reporter: Reporter) -> None:
    """Report E02xx: duplicates, units, types, and every path in every expression."""
    check_duplicates(symbols.program, reporter)
    names = _Names(symbols, reporter)
    for file in symbols.program.files:
        for const in file.consts:
            names.type(const.type)
        for extern in file.extern_types:
            names.params(extern.fields)
        for unit in file.units:
            names.unit(unit)
    for site in sites(symbols.program):
        if site.unit is None or names.complete(site.unit):
            names.expression(site, site.expression)
    check_unfolding(symbols, reporter)


class _Names:
    def __init__(self, symbols: Symbols, reporter: Reporter) -> None:
        self.symbols = symbols
        self.program = symbols.program
        self.reporter = reporter
        self.order = {name: i for i, name in enumerate(self.program.units)}

    # Units and types

    def unit(self, unit: tree.Unit) -> None:
        self.params(unit.params)
        self.base(unit)
        for declaration in unit.maps:
            for element in declaration.elements:
                self.known_unit(element.unit)
        for variant in unit.variants:
            self.known_unit(variant.unit)
            self.variant_arguments(unit, variant)
        for const in unit.consts:
            self.type(const.type)
        for extern in unit.extern_types:
            self.params(extern.fields)
        for state in unit.states:
            self.params(state.params or ())
        for interface in unit.interfaces:
            self.params(interface.params or ())
        for method in unit.methods:
            self.params(method.params)
            if method.returns is not None:
                self.type(method.returns)

    def base(self, unit: tree.Unit) -> None:
        if unit.base is None or not self.known_unit(unit.base):
            return
        chain = [unit.name.text]
        next_: tree.Unit | None = self.program.units[unit.base.text]
        while next_ is not None and next_.name.text not in chain:
            chain.append(next_.name.text)
            next_ = self.program.units.get(next_.base.text) if next_.base else None
        # one message for a circle: at the unit that is declared first
        first = min(chain, key=self.order.__getitem__)
        if next_ is not None and next_.name.text == unit.name.text == first:
            others = [self.program.units[n].name.span for n in chain[1 : FEW + 1]]
            self.reporter.report(
                "E0216",
                f"`{unit.name.text}` derives from itself",
                unit.base.span,
                "this closes the circle",
                labels=[Label(span, "through this unit") for span in others],
            )

    def complete(self, unit: tree.Unit) -> bool:
        """Return whether all that `unit` inherits is there: otherwise much would be unknown."""
        chain = [unit.name.text, *self.program.bases(unit.name.text)]
        return self.program.units[chain[-1]].base is None

    def known_unit(self, name: tree.Ident) -> bool:
        if name.text in self.program.units:
            return True
        help = similar(name.text, self.program.units)
        self.reporter.report(
            "E0211", f"unknown unit `{name.text}`", name.span, "not declared", help=help
        )
        return False

    def variant_arguments(self, unit: tree.Unit, variant: tree.EnumVariant) -> None:
        known = [p.name.text for p in unit.params]
        for argument in variant.args:
            if argument.text not in known:
                self.reporter.report(
                    "E0210",
                    f"`{argument.text}` is no parameter of `{unit.name.text}`",
                    argument.span,
                    "not known here",
                    help=similar(argument.text, known),
                )

    def params(self, params: Iterable[tree.Param]) -> None:
        for param in params:
            self.type(param.type)

    def type(self, name: tree.Ident) -> None:
        if self.symbols.is_type(name.text):
            return
        known = [*BUILTIN_TYPES, *self.program.units, *self.symbols.extern_types]
        help = similar(name.text, known)
        self.reporter.report(
            "E0212", f"unknown type `{name.text}`", name.span, "not a type", help=help
        )

    # Expressions

    def expression(self, site: Site, node: tree.Expression) -> None:
        match node:
            case tree.Name() | tree.Member():
                found = resolve(self.symbols, site, node)
                if isinstance(found, Problem):
                    self.report(found)
                self.indices(site, node)
            case tree.Element():
                self.element(site, node)
            case tree.Call():
                self.call(site, node)
            case tree.Quantified():
                self.quantified(site, node)
            case tree.Binary():
                self.expression(site, node.left)
                self.expression(site, node.right)
            case tree.Unary():
                self.expression(site, node.operand)
            case tree.If():
                for part in (node.condition, node.then, node.other):
                    self.expression(site, part)
            case tree.BitSlice():
                for part in (node.base, node.low, node.high):
                    self.expression(site, part)

    def report(self, problem: Problem) -> None:
        self.reporter.report(
            problem.code, problem.message, problem.span, problem.caret, help=problem.help
        )

    def indices(self, site: Site, node: tree.Expression) -> None:
        """Check the indices within a path; the path itself has been checked."""
        while isinstance(node, tree.Member):
            node = node.base
        if isinstance(node, tree.Element):
            self.expression(site, node.index)

    def element(self, site: Site, node: tree.Element) -> None:
        if isinstance(node.base, tree.Name) and node.base.text == "staticmap":
            message = "an element of a map alone is no value"
            self.reporter.report(
                "E0213", message, node.span, "no field", help="add `.` and the name of a field"
            )
            return
        self.expression(site, node.base)
        self.expression(site, node.index)

    def call(self, site: Site, node: tree.Call) -> None:
        for argument in node.args:
            self.expression(site, argument)
        name = node.function
        if site.place.constant or site.place is Place.ARGUMENT or site.unit is None:
            message = f"a method cannot be called in {site.place.value}"
            self.reporter.report("E0218", message, node.span, "known only at run time")
            return
        methods = self.symbols.view(site.unit.name.text).methods
        if name.text in methods:
            return
        self.reporter.report(
            "E0215",
            f"unit `{site.unit.name.text}` has no method `{name.text}`",
            name.span,
            "not found",
            help=similar(name.text, methods),
        )

    def quantified(self, site: Site, node: tree.Quantified) -> None:
        self.params(node.variables)
        seen: dict[str, tree.Param] = {}
        for param in node.variables:
            first = seen.setdefault(param.name.text, param)
            if first is not param:
                self.reporter.report(
                    "E0204",
                    f"variable `{param.name.text}` is declared twice",
                    param.name.span,
                    "again here",
                    labels=[Label(first.name.span, "first declared here")],
                )
        variables = {**site.variables, **{p.name.text: p.type for p in node.variables}}
        inner = replace(site, expression=node.body, variables=variables)
        self.expression(inner, node.body)
