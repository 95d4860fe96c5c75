"""Things that are declared twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from gen.diag import Label, Reporter
from gen.hints import word_in
from gen.source import Span
from gen.vrs import tree
from gen.vrs.program import Program

__all__ = ["check_duplicates"]

_Item: TypeAlias = tree.State | tree.Interface | tree.MapDecl | tree.Width | tree.FlagList


def check_duplicates(program: Program, reporter: Reporter) -> None:
    """Report E0203 to E0209: one message for each repeated declaration."""
    checker = _Duplicates(reporter)
    checker.top_level(program.files)
    for file in program.files:
        checker.single(file.flags, "flags")
        checker.flags(file.flags)
        for extern in file.extern_types:
            checker.params(extern.fields)
        for unit in file.units:
            checker.unit(unit)
        _against_files_and_base(program, file, checker)


def _against_files_and_base(program: Program, file: tree.File, checker: _Duplicates) -> None:
    for unit in file.units:
        if program.units[unit.name.text] is not unit:
            continue  # reported as a duplicate itself
        inherited = [c.name for b in program.bases(unit.name.text) for c in program.units[b].consts]
        own = [c.name for c in unit.consts]
        known = [c.name for c in program.consts.values()]
        checker.names("E0203", "constant", [*known, *inherited, *own], report_from=own)


class _Duplicates:
    def __init__(self, reporter: Reporter) -> None:
        self.reporter = reporter

    def names(
        self,
        code: str,
        what: str,
        idents: Iterable[tree.Ident],
        report_from: list[tree.Ident] | None = None,
    ) -> None:
        """Report each name after the first; with `report_from`, only those among it."""
        first: dict[str, Span] = {}
        wanted = None if report_from is None else {i.span for i in report_from}
        for ident in idents:
            earlier = first.setdefault(ident.text, ident.span)
            if earlier is ident.span or (wanted is not None and ident.span not in wanted):
                continue
            self.reporter.report(
                code,
                f"{what} `{ident.text}` is declared twice".lstrip(),
                ident.span,
                "again here",
                labels=[Label(earlier, "first declared here")],
            )

    def single(self, items: Iterable[_Item], what: str) -> None:
        """Report each item after the first."""
        first: Span | None = None
        for item in items:
            if first is None:
                first = item.span
                continue
            self.reporter.report(
                "E0208",
                f"there is more than one `{what}`",
                word_in(item.span, what),
                "again here",
                labels=[Label(word_in(first, what), "the first is here")],
            )

    def top_level(self, files: tuple[tree.File, ...]) -> None:
        everything = [
            named
            for f in files
            for named in sorted(
                [*(c.name for c in f.consts), *(t.name for t in f.extern_types),
                 *(u.name for u in f.units)],
                key=lambda i: i.span.start,
            )
        ]  # fmt: skip
        self.names("E0203", "", everything)

    def params(self, params: Iterable[tree.Param] | None) -> None:
        self.names("E0204", "parameter", (p.name for p in params or ()))

    def flags(self, lists: Iterable[tree.FlagList]) -> None:
        for flag_list in lists:
            self.names("E0207", "flag", flag_list.names)

    def unit(self, unit: tree.Unit) -> None:
        self.params(unit.params)
        self.flags(unit.flags)
        self.single(unit.flags, "flags")
        self.single(unit.states, "state")
        self.single(unit.interfaces, "interface")
        self.single(unit.maps, "maps")
        for kind in ("inbitwidth", "outbitwidth"):
            self.single((w for w in unit.widths if w.kind == kind), kind)
        self.names("E0206", "method", (m.name for m in unit.methods))
        self.names("E0209", "variant", (v.unit for v in unit.variants))
        self.names("E0203", "extern type", (t.name for t in unit.extern_types))
        for extern in unit.extern_types:
            self.params(extern.fields)
        for method in unit.methods:
            self.params(method.params)
        self.fields(unit)

    def fields(self, unit: tree.Unit) -> None:
        for state in unit.states:
            self.params(state.params)
            self.names("E0205", "state field", (f.name for f in state.fields))
            for f in state.fields:
                self.names("E0205", "slice", (s.name for s in f.slices or ()))
        for interface in unit.interfaces:
            self.params(interface.params)
            self.names("E0205", "interface field", (f.name for f in interface.fields))
            for g in interface.fields:
                self.names("E0205", "slice", (s.name for s in g.layout or ()))
