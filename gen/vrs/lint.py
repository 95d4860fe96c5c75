"""Warnings: what the language allows and people seldom mean. Nothing here changes a meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gen.diag import Label, Reporter
from gen.vrs import tree
from gen.vrs.program import Program
from gen.vrs.symbols import Symbols
from gen.vrs.walk import sites, subexpressions

__all__ = ["check_style"]

_CAMEL = re.compile(r"[A-Z][A-Za-z0-9]*")
_SNAKE = re.compile(r"[a-z0-9_]+")
_UPPER = re.compile(r"[A-Z0-9_]+")
_ATTRIBUTES = {
    "method": frozenset({"remap", "malloc", "mfree"}),
    "maps": frozenset({"repr", "select"}),
    "type": frozenset({"desc", "frame"}),
}
_DEFAULTS = {
    "valid": "`true`: it is always present",
    "translate": "the identity: addresses pass unchanged",
    "matchflags": "`true`: every access is permitted",
}


def check_style(symbols: Symbols, reporter: Reporter) -> None:
    """Report W0101, W0104, W0106, W0107, W0112, W0116 and W0120."""
    program = symbols.program
    style = _Style(symbols, reporter)
    for file in program.files:
        for const in file.consts:
            style.name(const.name, _UPPER, "constant")
        for flag_list in file.flags:
            style.names(flag_list.names, "flag")
        for extern in file.extern_types:
            style.attributes(extern.attributes, "type")
        for unit in file.units:
            style.unit(unit)
    style.flag_lists(program)
    for site in sites(program):
        for node in subexpressions(site.expression):
            style.shift(node)


class _Style:
    def __init__(self, symbols: Symbols, reporter: Reporter) -> None:
        self.symbols = symbols
        self.reporter = reporter

    # Names

    def name(self, ident: tree.Ident, style: re.Pattern[str], what: str) -> None:
        if style.fullmatch(ident.text) or len(ident.text) > 64:
            return
        wanted = {_CAMEL: "CamelCase", _SNAKE: "snake_case", _UPPER: "UPPER_CASE"}[style]
        message = f"the name of {what} `{ident.text}` is not {wanted}"
        help = f"write `{_restyled(ident.text, style)}`"
        self.reporter.report("W0101", message, ident.span, f"not {wanted}", help=help)

    def names(self, idents: Iterable[tree.Ident], what: str) -> None:
        for ident in idents:
            self.name(ident, _SNAKE, what)

    def unit(self, unit: tree.Unit) -> None:
        self.name(unit.name, _CAMEL, unit.kind)
        self.names((p.name for p in unit.params), "parameter")
        for const in unit.consts:
            self.name(const.name, _UPPER, "constant")
        for state in unit.states:
            for f in state.fields:
                self.name(f.name, _SNAKE, "state field")
                self.names((s.name for s in f.slices or ()), "slice")
        for interface in unit.interfaces:
            for g in interface.fields:
                self.name(g.name, _SNAKE, "interface field")
                self.names((s.name for s in g.layout or ()), "slice")
        for method in unit.methods:
            self.name(method.name, _SNAKE, "method")
            self.names((p.name for p in method.params), "parameter")
            self.attributes(method.attributes, "method")
        for extern in unit.extern_types:
            self.attributes(extern.attributes, "type")
        for declaration in unit.maps:
            self.attributes(declaration.attributes, "maps")
        self.unit_flags(unit)
        if unit.kind == "segment" and not unit.abstract:
            self.defaults(unit)

    def attributes(self, attributes: Iterable[tree.Attribute], where: str) -> None:
        for a in attributes:
            if a.name.text in _ATTRIBUTES[where]:
                continue
            known = ", ".join(f"`{n}`" for n in sorted(_ATTRIBUTES[where]))
            self.reporter.report(
                "W0120",
                f"attribute `{a.name.text}` means nothing here",
                a.span,
                "ignored",
                help=f"known here: {known}",
            )

    # Methods that are left out

    def defaults(self, unit: tree.Unit) -> None:
        methods = self.symbols.view(unit.name.text).methods
        for name, default in _DEFAULTS.items():
            if name in methods or (name == "matchflags" and "permits" in methods):
                continue
            self.reporter.report(
                "W0104",
                f"segment `{unit.name.text}` has no method `{name}`",
                unit.name.span,
                f"`{name}` is {default}",
                help=f"say so if it is meant: add `fn {name}`",
            )
        valid = methods.get("valid")
        if valid is None or "map" not in methods or isinstance(valid.body, tree.Boolean):
            return
        if not any(a.name.text == "remap" for a in valid.attributes):
            self.reporter.report(
                "W0112",
                f"`valid` of `{unit.name.text}` is not marked `#[remap]`",
                valid.name.span,
                "`map` need not make it true",
                help="write `#[remap]` above it, so that what is mapped is present",
            )

    # Flags

    def unit_flags(self, unit: tree.Unit) -> None:
        for flag_list in unit.flags:
            self.names(flag_list.names, "flag")
            self.reporter.report(
                "W0107",
                f"flags are declared in `{unit.name.text}`",
                flag_list.span,
                "they hold for the whole program",
                help="declare them once in the file: `flags { ... }`",
            )

    def flag_lists(self, program: Program) -> None:
        lists = [
            flag_list
            for f in program.files
            for flag_list in (*f.flags, *(x for u in f.units for x in u.flags))
        ]
        for later in lists[1:]:
            if [i.text for i in later.names] != [i.text for i in lists[0].names]:
                self.reporter.report(
                    "W0116",
                    "the program has different lists of flags",
                    later.span,
                    "what the first has not is added to it",
                    labels=[Label(lists[0].span, "the first is here")],
                )

    # Precedence

    def shift(self, node: tree.Expression) -> None:
        """Shifts bind weaker than + and -: ``a + b << c`` is ``(a + b) << c``."""
        if not isinstance(node, tree.Binary) or node.operator not in ("<<", ">>"):
            return
        for side in (node.left, node.right):
            if not isinstance(side, tree.Binary) or side.operator not in ("+", "-"):
                continue
            if side.parenthesised:
                continue
            self.reporter.report(
                "W0106",
                f"`{side.operator}` binds tighter than `{node.operator}`",
                node.operator_span,
                f"shifts all of `{_short(node.left.span.text)}`"
                if side is node.left
                else f"shifts by all of `{_short(node.right.span.text)}`",
                labels=[Label(side.operator_span, "this is done first")],
                help=_regrouped(node, side),
            )


def _regrouped(node: tree.Binary, side: tree.Binary) -> str:
    """Return the two readings of ``a + b << c``."""
    shift, inner = node.operator, side.operator
    left, right = _text(side.left), _text(side.right)
    if side is node.left:
        amount = _text(node.right)
        same = f"({side.span.text}) {shift} {amount}"
        other = f"{left} {inner} ({right} {shift} {amount})"
    else:
        value = _text(node.left)
        same = f"{value} {shift} ({side.span.text})"
        other = f"({value} {shift} {left}) {inner} {right}"
    return f"write `{_short(same)}` if it is meant, else `{_short(other)}`"


def _text(node: tree.Expression) -> str:
    """Return an expression as written; spans leave out the parentheses around a node."""
    grouped = isinstance(node, tree.Binary) and node.parenthesised
    return f"({node.span.text})" if grouped else node.span.text


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."


def _restyled(name: str, style: re.Pattern[str]) -> str:
    if style is _CAMEL:
        return "".join(p[:1].upper() + p[1:] for p in name.split("_")) or name
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return words.upper() if style is _UPPER else words.lower()
