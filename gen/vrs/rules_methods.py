"""Rules of methods: the signatures of those with a meaning, bodies, inheritance."""

from __future__ import annotations

from dataclasses import dataclass

from gen.diag import Label, Reporter
from gen.hints import with_article, word_in
from gen.vrs import tree
from gen.vrs.symbols import NUMERIC_TYPES, Symbols

__all__ = ["SYNTHESISED", "check_methods"]

SYNTHESISED = frozenset({"map", "unmap", "protect"})
"""Methods whose bodies are found from the specification."""


@dataclass(frozen=True)
class _Signature:
    params: tuple[tuple[str, str], ...]
    returns: str | None
    more: tuple[tuple[str, str], ...] = ()  # that may follow

    def __str__(self) -> str:
        return f"({_listed(self.params)})" + (f" -> {self.returns}" if self.returns else "")

    @property
    def longer(self) -> str:
        """With what may follow."""
        return str(_Signature((*self.params, *self.more), self.returns))


def _listed(params: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{name}: {type_}" for name, type_ in params)


_VA, _SZ, _FLGS = ("va", "vaddr"), ("sz", "size"), ("flgs", "flags")
_SPECIAL = {
    "valid": _Signature((), "bool", (_VA,)),
    "translate": _Signature((_VA,), "paddr"),
    "matchflags": _Signature((_FLGS,), "bool"),
    "permits": _Signature((("acc", "flags"),), "bool", (_VA,)),
    "map": _Signature((_VA, _SZ, _FLGS, ("pa", "paddr")), None),
    "unmap": _Signature((_VA, _SZ), None),
    "protect": _Signature((_VA, _SZ, _FLGS), None),
}


def check_methods(symbols: Symbols, reporter: Reporter) -> None:
    """Report E0305 to E0307, E0309, E0310, E0326 to E0328 and E0330."""
    rules = _Methods(symbols, reporter)
    for unit in symbols.program.units.values():
        rules.unit(unit)
        for method in unit.methods:
            rules.body(unit, method)
            if unit.kind != "osspec":
                rules.special(unit, method)


class _Methods:
    def __init__(self, symbols: Symbols, reporter: Reporter) -> None:
        self.symbols = symbols
        self.program = symbols.program
        self.reporter = reporter

    # One method

    def special(self, unit: tree.Unit, method: tree.Method) -> None:
        """A method with a meaning has the signature that goes with it."""
        name = method.name.text
        if method.extern:
            message = f"`{name}` is extern, outside an osspec"
            self.reporter.report("E0328", message, method.name.span, "it has no hardware")
        wanted = _SPECIAL.get(name)
        if wanted is None:
            if method.synth:
                self.not_synthesised(method)
            return
        if method.synth and name not in SYNTHESISED:
            self.not_synthesised(method)
        if self.matches(wanted, method):
            return
        expected = str(wanted)
        if name == "map":
            expected = expected.replace("pa: paddr", "pa: paddr or a unit")
        self.reporter.report(
            "E0305",
            f"method `{name}` of `{unit.name.text}` has the wrong signature",
            method.name.span,
            f"expected `{expected}`" + (f" or `{wanted.longer}`" if wanted.more else ""),
            help=f"write `fn {name}{wanted}`",
        )

    def not_synthesised(self, method: tree.Method) -> None:
        self.reporter.report(
            "E0306",
            f"`{method.name.text}` cannot be synthesised and needs a body",
            method.name.span,
            "only `map`, `unmap` and `protect` are synthesised",
        )

    def matches(self, wanted: _Signature, method: tree.Method) -> bool:
        given = [p.type.text for p in method.params]
        types = [type_ for _, type_ in wanted.params]
        if method.name.text == "map" and len(given) == len(types):
            target = self.program.units.get(given[-1])
            if target is not None and not target.abstract and target.kind != "osspec":
                given[-1] = types[-1]
        returns = method.returns.text if method.returns else None
        longer = types + [type_ for _, type_ in wanted.more]
        return given in (types, longer) and returns == wanted.returns

    def body(self, unit: tree.Unit, method: tree.Method) -> None:
        """Abstract, synth and extern methods have no body, all others one."""
        name = method.name.text
        words = [w for w in ("abstract", "synth", "extern") if getattr(method, w)]
        if words and method.body is not None:
            self.reporter.report(
                "E0307",
                f"`{words[0]}` method `{name}` has a body",
                method.name.span,
                f"declared `{words[0]}`",
                labels=[Label(method.body.span, "the body")],
                help=f"remove the body, or `{words[0]}`",
            )
        if not words and method.body is None:
            synth = name in SYNTHESISED and unit.kind != "osspec"
            help = f"write `synth fn {name}`" if synth else "add one: `{ expression }`"
            message = f"method `{name}` has no body"
            self.reporter.report("E0306", message, method.name.span, "it needs one", help=help)
        if method.abstract and not unit.abstract and unit.kind != "osspec":
            self.reporter.report(
                "E0309",
                f"`{unit.name.text}` is not abstract but its method `{name}` is",
                method.name.span,
                "nothing will override it",
                labels=[Label(unit.name.span, "not declared `abstract`")],
            )

    # Units and inheritance

    def unit(self, unit: tree.Unit) -> None:
        for param in unit.params:
            if param.type.text not in NUMERIC_TYPES | {"bool"}:
                self.reporter.report(
                    "E0326",
                    f"parameter `{param.name.text}` of a unit cannot be `{param.type.text}`",
                    param.type.span,
                    "expected int, bool, addr, vaddr, paddr or size",
                )
        if unit.base is None:
            return
        base = self.program.units[unit.base.text]
        if unit.kind != "segment" or base.kind != "segment":
            wrong = unit if unit.kind != "segment" else base
            self.reporter.report(
                "E0327",
                f"`{unit.name.text}` cannot derive from `{base.name.text}`",
                unit.base.span,
                f"`{wrong.name.text}` is {with_article(wrong.kind)}",
                help="only segments derive, and only from segments",
            )
            return
        self.overriding(unit)
        self.redefinition(unit)
        self.left_abstract(unit)

    def overriding(self, unit: tree.Unit) -> None:
        inherited: dict[str, tree.Method] = {}
        for base in reversed(self.program.bases(unit.name.text)):
            inherited.update((m.name.text, m) for m in self.program.units[base].methods)
        for method in unit.methods:
            old = inherited.get(method.name.text)
            if old is None:
                continue
            label = [Label(old.name.span, "inherited from here")]
            if not old.abstract:
                self.reporter.report(
                    "E0310",
                    f"method `{method.name.text}` is inherited and cannot be declared again",
                    method.name.span,
                    "again here",
                    labels=label,
                    help="declare the inherited one `abstract`, or leave this one out",
                )
            elif _types(old) != _types(method):
                self.reporter.report(
                    "E0305",
                    f"method `{method.name.text}` does not have the signature it inherits",
                    method.name.span,
                    f"expected {_shown(old)}",
                    labels=label,
                )

    def redefinition(self, unit: tree.Unit) -> None:
        """A unit has state, interface or map of its own or inherits them, never both."""
        for base in self.program.bases(unit.name.text):
            old = self.program.units[base]
            for what, mine, theirs in (
                ("state", [s.span for s in unit.states], [s.span for s in old.states]),
                ("interface", [i.span for i in unit.interfaces], [i.span for i in old.interfaces]),
            ):
                if not mine or not theirs:
                    continue
                label = Label(word_in(theirs[0], what), f"inherited from `{base}`")
                self.reporter.report(
                    "E0319",
                    f"`{unit.name.text}` has its own `{what}` and inherits one",
                    word_in(mine[0], what),
                    "a second one",
                    labels=[label],
                    help="move both into one of the units",
                )

    def left_abstract(self, unit: tree.Unit) -> None:
        if unit.abstract:
            return
        own = {m.name.text for m in unit.methods}
        for method in self.symbols.view(unit.name.text).methods.values():
            if method.abstract and method.name.text not in own:
                self.reporter.report(
                    "E0309",
                    f"`{unit.name.text}` does not define the abstract method `{method.name.text}`",
                    unit.name.span,
                    "not abstract itself",
                    labels=[Label(method.name.span, "declared here")],
                    help=f"add `fn {method.name.text}{_shown(method).strip('`')} {{ ... }}`",
                )


def _types(method: tree.Method) -> tuple[object, ...]:
    returns = method.returns.text if method.returns else None
    return (*(p.type.text for p in method.params), returns)


def _shown(method: tree.Method) -> str:
    params = ", ".join(f"{p.name.text}: {p.type.text}" for p in method.params)
    return f"`({params})" + (f" -> {method.returns.text}`" if method.returns else "`")
