"""Rules of actions: what they can write, and what they write twice."""

from __future__ import annotations

from gen.diag import Label, Reporter
from gen.source import Span
from gen.vrs import tree
from gen.vrs.printer import print_expression
from gen.vrs.resolve import Problem, Resolved, resolve
from gen.vrs.sizes import field_bits
from gen.vrs.symbols import Symbols
from gen.vrs.walk import Place, Site, subexpressions

__all__ = ["check_actions"]


def check_actions(symbols: Symbols, reporter: Reporter) -> None:
    """Report E0324, E0325 and W0118."""
    rules = _Actions(symbols, reporter)
    for unit in symbols.program.units.values():
        for f in (f for i in unit.interfaces for f in i.fields):
            for actions in (f.read_actions or (), f.write_actions or ()):
                rules.block(unit, actions)


class _Actions:
    def __init__(self, symbols: Symbols, reporter: Reporter) -> None:
        self.symbols = symbols
        self.reporter = reporter

    def block(self, unit: tree.Unit, actions: tuple[tree.Action, ...]) -> None:
        written: dict[str, Span] = {}
        for action in actions:
            target = self.target(unit, action)
            reads_instruction = self.instructions(unit, action.source)
            if target is None:
                continue
            path = print_expression(action.target)
            earlier = written.setdefault(path, action.target.span)
            if earlier is not action.target.span:
                self.reporter.report(
                    "E0324",
                    f"`{path}` is written twice by the same actions",
                    action.target.span,
                    "again here",
                    labels=[Label(earlier, "first here")],
                    help="the last one would win; remove the other",
                )
            if not reads_instruction:
                self.truncation(unit, action, target)

    def target(self, unit: tree.Unit, action: tree.Action) -> Resolved | None:
        """Return what an action writes; report what it cannot."""
        node = action.target
        if isinstance(node, tree.Member):
            found = resolve(self.symbols, Site(node, Place.TARGET, unit), node)
            if isinstance(found, Resolved) and found.kind in ("field", "slice"):
                return None if self.is_instruction(found, node) else found
            if isinstance(found, Problem):
                return None  # reported with the names
        swapped = isinstance(action.source, tree.Member) and not isinstance(node, tree.Member)
        arrow = "->" if action.reversed else "<-"
        self.reporter.report(
            "E0325",
            "an action can only write a field or a slice of one",
            node.span,
            "this cannot be written",
            help=f"the arrow points at what is written; use `{arrow}`?" if swapped else "",
        )
        return None

    def is_instruction(self, found: Resolved, node: tree.Expression) -> bool:
        f = found.field
        if not isinstance(f, tree.InterfaceField) or f.kind != "instr":
            return False
        self.reporter.report(
            "E0325",
            f"instruction `{f.name.text}` has no storage",
            node.span,
            "nothing to read or write",
            labels=[Label(f.name.span, "an `instr`")],
        )
        return True

    def instructions(self, unit: tree.Unit, source: tree.Expression) -> bool:
        """Report instructions that are read; return whether there was one."""
        found_one = False
        for node in subexpressions(source):
            if isinstance(node, tree.Member) and isinstance(node.base, tree.Name):
                found = resolve(self.symbols, Site(node, Place.SOURCE, unit), node)
                if isinstance(found, Resolved) and self.is_instruction(found, node):
                    found_one = True
        return found_one

    def truncation(self, unit: tree.Unit, action: tree.Action, target: Resolved) -> None:
        """Warn if a path is copied to a narrower one: the upper bits are dropped."""
        if not isinstance(action.source, tree.Member):
            return
        found = resolve(self.symbols, Site(action.source, Place.SOURCE, unit), action.source)
        if not isinstance(found, Resolved) or found.kind not in ("field", "slice"):
            return
        wide, narrow = _bits(found), _bits(target)
        if wide > narrow:
            self.reporter.report(
                "W0118",
                f"{wide} bits are written to {narrow}",
                action.target.span,
                f"{narrow} bit{'' if narrow == 1 else 's'}",
                labels=[Label(action.source.span, f"{wide} bits; the upper ones are dropped")],
                help=f"say which bits are meant: `{print_expression(action.source)}[0..{narrow}]`",
            )


def _bits(found: Resolved) -> int:
    """Return the width of a slice, or the highest bit in use of a field."""
    if found.slice is not None:
        return found.slice.high - found.slice.low
    f = found.field
    slices = f.slices if isinstance(f, tree.StateField) else f.layout if f is not None else None
    size = f.size.value if f is not None and f.size is not None else 8
    return field_bits(size, slices)
