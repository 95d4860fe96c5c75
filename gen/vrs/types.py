"""Types of expressions: nominal but compatible.

All numeric types mix, and a unit as the type of a parameter is a number (its address). A flag
(``flgs.writable``) is a number or a condition as needed; so is a whole flag list. Conditions and
numbers do not mix otherwise, and extern types of an osspec only with themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from gen.diag import Label, Reporter
from gen.vrs import tree
from gen.vrs.resolve import Problem, resolve
from gen.vrs.symbols import NUMERIC_TYPES, Symbols
from gen.vrs.walk import Place, Site, sites

__all__ = ["BOOL", "FLAG", "FLAGS", "NUMBER", "Type", "Typing", "check_types"]

Type: TypeAlias = str
"""One of the constants below, or the name of an extern type."""

NUMBER: Type = "number"
BOOL: Type = "bool"
FLAG: Type = "flag"
FLAGS: Type = "flags"
UNKNOWN: Type = ""
"""Of an expression with an error that is already reported, or of a method without a type."""

_LOGIC = frozenset({"&&", "||", "==>"})
_ORDER = frozenset({"<", ">", "<=", ">="})
_EQUALITY = frozenset({"==", "!="})
_MIXING = frozenset({FLAG, FLAGS})
_WORDS = {NUMBER: "a number", BOOL: "a condition", FLAG: "a flag", FLAGS: "flags"}


def check_types(symbols: Symbols, reporter: Reporter) -> None:
    """Report E0301 to E0304 in every expression. The names must have been checked."""
    typing = Typing(symbols, reporter)
    for site in sites(symbols.program):
        typing.site(site)


@dataclass(frozen=True)
class Typing:
    """Finds the types of expressions and reports where they do not fit."""

    symbols: Symbols
    reporter: Reporter

    def named(self, name: str) -> Type:
        """Return the type that the name of a type stands for."""
        if name in NUMERIC_TYPES or name in self.symbols.program.units:
            return NUMBER
        return name

    def site(self, site: Site) -> None:
        """Check one expression in its place."""
        actual = self.type(site, site.expression)
        wanted = self.named(site.expected)
        if not site.expected or fits(actual, wanted):
            return
        if site.place is Place.BODY and site.method is not None:
            self.report_body(site, site.method, actual, wanted)
            return
        self.mismatch(
            site.expression,
            f"{site.place.value} must be {_word(wanted)}, not {_word(actual)}",
            actual,
            wanted,
        )

    def report_body(self, site: Site, method: tree.Method, actual: Type, wanted: Type) -> None:
        span = method.returns.span if method.returns else method.name.span
        self.reporter.report(
            "E0304",
            f"method `{method.name.text}` returns {_word(wanted)}, its body is {_word(actual)}",
            site.expression.span,
            f"this is {_word(actual)}",
            labels=[Label(span, "because of this type")],
            help=_conversion(actual, wanted),
        )

    def mismatch(
        self, node: tree.Expression, message: str, actual: Type, wanted: Type, code: str = "E0301"
    ) -> None:
        help = _conversion(actual, wanted)
        self.reporter.report(code, message, node.span, f"this is {_word(actual)}", help=help)

    def type(self, site: Site, node: tree.Expression) -> Type:
        """Return the type of `node` after checking what is below it."""
        match node:
            case tree.Number():
                return NUMBER
            case tree.Boolean():
                return BOOL
            case tree.Name() | tree.Member():
                return self.path(site, node)
            case tree.Binary():
                return self.binary(site, node)
            case tree.Unary():
                wanted = BOOL if node.operator == "!" else NUMBER
                self.want(site, node.operand, wanted, f"`{node.operator}`")
                return wanted
            case tree.Call():
                return self.call(site, node)
            case tree.If():
                return self.conditional(site, node)
            case tree.Quantified():
                variables = {**site.variables, **{p.name.text: p.type for p in node.variables}}
                self.want(replace(site, variables=variables), node.body, BOOL, f"`{node.kind}`")
                return BOOL
            case tree.BitSlice():
                for part in (node.base, node.low, node.high):
                    self.want(site, part, NUMBER, "a bit slice")
                return NUMBER
            case tree.Element():
                self.want(site, node.base, NUMBER, "`[ ]`")
                self.want(site, node.index, NUMBER, "`[ ]`")
                return NUMBER

    def want(self, site: Site, node: tree.Expression, wanted: Type, by: str) -> None:
        """Check that an operand has a type."""
        actual = self.type(site, node)
        if not fits(actual, wanted):
            takes = "numbers" if wanted == NUMBER else "conditions"
            self.mismatch(node, f"{by} takes {takes}, not {_word(actual)}", actual, wanted)

    def path(self, site: Site, node: tree.Name | tree.Member) -> Type:
        inner: tree.Expression = node
        while isinstance(inner, tree.Member):
            inner = inner.base
        if isinstance(inner, tree.Element):
            self.want(site, inner.index, NUMBER, "`[ ]`")
        found = resolve(self.symbols, site, node)
        if isinstance(found, Problem):
            return UNKNOWN
        if found.kind == "flag":
            return FLAG
        return self.named(found.type) if found.kind == "value" else NUMBER

    def binary(self, site: Site, node: tree.Binary) -> Type:
        operator = f"`{node.operator}`"
        if node.operator in _EQUALITY:
            return self.equality(site, node)
        wanted = BOOL if node.operator in _LOGIC else NUMBER
        self.want(site, node.left, wanted, operator)
        self.want(site, node.right, wanted, operator)
        return BOOL if node.operator in _LOGIC | _ORDER else NUMBER

    def equality(self, site: Site, node: tree.Binary) -> Type:
        left, right = self.type(site, node.left), self.type(site, node.right)
        if not fits(left, right) and not fits(right, left):
            self.reporter.report(
                "E0301",
                f"`{node.operator}` compares {_word(left)} with {_word(right)}",
                node.operator_span,
                "these never compare",
                labels=[
                    Label(node.left.span, f"this is {_word(left)}"),
                    Label(node.right.span, f"this is {_word(right)}"),
                ],
            )
        return BOOL

    def conditional(self, site: Site, node: tree.If) -> Type:
        self.want(site, node.condition, BOOL, "`if`")
        then, other = self.type(site, node.then), self.type(site, node.other)
        if not fits(then, other) and not fits(other, then):
            self.reporter.report(
                "E0301",
                f"one arm of `if` is {_word(then)}, the other is {_word(other)}",
                node.other.span,
                f"this is {_word(other)}",
                labels=[Label(node.then.span, f"this is {_word(then)}")],
            )
            return UNKNOWN
        return other if then in _MIXING else then

    def call(self, site: Site, node: tree.Call) -> Type:
        unit = site.unit.name.text if site.unit else ""
        view = self.symbols.get(unit)
        method = view.methods.get(node.function.text) if view else None
        types = [self.type(site, a) for a in node.args]
        if method is None:
            return UNKNOWN
        if len(types) != len(method.params):
            self.arity(node, method)
        else:
            for node_, actual, param in zip(node.args, types, method.params, strict=True):
                wanted = self.named(param.type.text)
                if not fits(actual, wanted):
                    what = f"argument `{param.name.text}` of `{method.name.text}`"
                    message = f"{what} is {_word(wanted)}, not {_word(actual)}"
                    self.mismatch(node_, message, actual, wanted, "E0303")
        return self.named(method.returns.text) if method.returns else UNKNOWN

    def arity(self, node: tree.Call, method: tree.Method) -> None:
        wanted, given = len(method.params), len(node.args)
        self.reporter.report(
            "E0302",
            f"`{method.name.text}` takes {_count(wanted, 'argument')}, not {given}",
            node.span,
            f"{_count(given, 'argument')} given",
            labels=[Label(method.name.span, "declared here")],
        )


def fits(actual: Type, wanted: Type) -> bool:
    """Return whether a value of type `actual` may stand where `wanted` is needed."""
    if UNKNOWN in (actual, wanted) or actual == wanted:
        return True
    return actual in _MIXING and wanted in (NUMBER, BOOL, FLAG)


def _word(type_: Type) -> str:
    return _WORDS.get(type_, f"a `{type_}`")


def _count(n: int, word: str) -> str:
    return f"{n or 'no'} {word}{'' if n == 1 else 's'}"


def _conversion(actual: Type, wanted: Type) -> str:
    if (actual, wanted) == (NUMBER, BOOL):
        return "a number becomes a condition by comparing it: `x == 1`"
    if (actual, wanted) == (BOOL, NUMBER):
        return "a condition becomes a number by `if c { 1 } else { 0 }`"
    return ""
