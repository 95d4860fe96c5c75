"""Rules of operating-system specifications."""

from __future__ import annotations

from gen.diag import Label, Reporter
from gen.vrs import tree
from gen.vrs.symbols import UNIT_TYPE, Symbols

__all__ = ["check_osspec", "role"]

_VNODE = "a table"
_ROLES = {
    (("size", "paddr"), "paddr"): "allocation of physical memory",
    (("size",), "vaddr"): "allocation of virtual memory",
    (("paddr", "size"), None): "freeing of physical memory",
    (("vaddr", "size"), None): "freeing of virtual memory",
    (("paddr",), "vaddr"): "translation from physical to virtual",
    (("vaddr",), "paddr"): "translation from virtual to physical",
}
_ALLOCATIONS = frozenset({r for r in _ROLES.values() if r.startswith("alloc")})
_FREES = frozenset({r for r in _ROLES.values() if r.startswith("freeing")})


def check_osspec(symbols: Symbols, reporter: Reporter) -> None:
    """Report E0333 to E0336."""
    rules = _OsSpec(reporter)
    found = [u for u in symbols.program.units.values() if u.kind == "osspec"]
    for unit in found[1:]:
        rules.one(unit.name, found[0].name, "osspec")
    for unit in found:
        rules.types(unit)
        rules.methods(unit)
        rules.complete(unit)


def role(method: tree.Method, unit: tree.Unit) -> str:
    """Return what an extern function is for, by its signature, or nothing."""
    params = tuple(p.type.text for p in method.params)
    returns = method.returns.text if method.returns else None
    described = _with(unit, "desc")
    if described is not None and returns == described.text and params == (UNIT_TYPE,):
        return f"allocation of {_VNODE}"
    if described is not None and returns is None and params == (described.text,):
        return f"freeing of {_VNODE}"
    return _ROLES.get((params, returns), "")


def _with(unit: tree.Unit, attribute: str) -> tree.Ident | None:
    marked = (
        t.name for t in unit.extern_types if any(a.name.text == attribute for a in t.attributes)
    )
    return next(marked, None)


class _OsSpec:
    def __init__(self, reporter: Reporter) -> None:
        self.reporter = reporter

    def one(self, later: tree.Ident, first: tree.Ident, what: str) -> None:
        self.reporter.report(
            "E0335",
            f"there is more than one {what}: `{first.text}` and `{later.text}`",
            later.span,
            "one too many",
            labels=[Label(first.span, "the first is here")],
        )

    def types(self, unit: tree.Unit) -> None:
        for mark in ("desc", "frame"):
            marked = [
                t.name for t in unit.extern_types if any(a.name.text == mark for a in t.attributes)
            ]
            for later in marked[1:]:
                self.one(later, marked[0], f"type with `#[{mark}]`")

    def methods(self, unit: tree.Unit) -> None:
        roles: dict[str, tree.Method] = {}
        for method in unit.methods:
            if method.extern:
                self.extern(unit, method, roles)
            elif method.synth or method.abstract or not _is_operation(method):
                self.reporter.report(
                    "E0336",
                    f"`{method.name.text}` does not belong in an osspec",
                    method.name.span,
                    "neither `extern` nor `map...`, `protect` or `unmap`",
                    help="an osspec declares what the operating system offers: `extern fn`",
                )

    def extern(self, unit: tree.Unit, method: tree.Method, roles: dict[str, tree.Method]) -> None:
        found = role(method, unit)
        marks = {a.name.text for a in method.attributes}
        for mark, wanted in (("malloc", "allocation"), ("mfree", "freeing")):
            if mark in marks and not found.startswith(wanted):
                self.reporter.report(
                    "E0334",
                    f"`{method.name.text}` is marked `{mark}` but has no signature of {wanted}",
                    method.name.span,
                    f"it is {found}" if found else "unknown by its types",
                    help=_expected(_ALLOCATIONS if mark == "malloc" else _FREES),
                )
        first = roles.setdefault(found, method) if found else method
        if first is not method:
            self.reporter.report(
                "E0334",
                f"`{first.name.text}` and `{method.name.text}` both have the signature of {found}",
                method.name.span,
                "which one is to be called?",
                labels=[Label(first.name.span, "the first is here")],
            )

    def complete(self, unit: tree.Unit) -> None:
        """Map, protect and unmap are given together, or not at all."""
        own = [m for m in unit.methods if m.body is not None and _is_operation(m)]
        names = {m.name.text for m in own}
        missing = [n for n in ("protect", "unmap") if n not in names]
        if not any(n.startswith("map") for n in names):
            missing.insert(0, "map")
        if own and missing:
            self.reporter.report(
                "E0333",
                f"osspec `{unit.name.text}` has no {_listed(missing)}",
                unit.name.span,
                "incomplete",
                labels=[Label(own[0].name.span, "this one alone cannot work")],
                help="give `map...`, `protect` and `unmap`, or none of them",
            )


def _is_operation(method: tree.Method) -> bool:
    name = method.name.text
    return name.startswith("map") or name in ("protect", "unmap")


def _expected(roles: frozenset[str]) -> str:
    shown = [
        f"`({', '.join(params)})" + (f" -> {returns}`" if returns else "`")
        for (params, returns), r in _ROLES.items()
        if r in roles
    ]
    return f"expected {' or '.join(shown)}, or a table's descriptor"


def _listed(names: list[str]) -> str:
    shown = [f"`{n}`" for n in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
