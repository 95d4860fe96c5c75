"""Rules of state and interface: sizes, places, slices, parameters."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from gen.diag import Label, Reporter
from gen.hints import similar
from gen.vrs import tree
from gen.vrs.sizes import field_bits
from gen.vrs.symbols import Symbols, View

__all__ = ["check_fields"]

_BYTES = frozenset({1, 2, 4, 8, 16})
_BITS = frozenset({16, 32, 64, 128})
_MAX_SLICE = 64

_Field = tree.StateField | tree.InterfaceField


def check_fields(symbols: Symbols, reporter: Reporter) -> None:
    """Report E0311 to E0317, W0102, W0103, W0105, W0108, W0113 to W0115."""
    rules = _Fields(reporter)
    for unit in symbols.program.units.values():
        for state in unit.states:
            rules.params(unit, state.params, "state")
            rules.state(state)
        for interface in unit.interfaces:
            rules.params(unit, interface.params, "interface")
            rules.interface(interface, symbols.view(unit.name.text))
        rules.bases(unit, symbols)


class _Fields:
    def __init__(self, reporter: Reporter) -> None:
        self.reporter = reporter

    # Parameters and bases

    def params(self, unit: tree.Unit, params: tuple[tree.Param, ...] | None, item: str) -> None:
        """A state or interface has the parameters of its unit, or none."""
        shown = [(p.name.text, p.type.text) for p in params or ()]
        if not params or shown == [(p.name.text, p.type.text) for p in unit.params]:
            return
        wanted = ", ".join(f"{p.name.text}: {p.type.text}" for p in unit.params)
        self.reporter.report(
            "E0317",
            f"the parameters of `{item}` differ from those of `{unit.name.text}`",
            params[0].span.to(params[-1].span),
            f"expected `({wanted})`",
            labels=[Label(unit.name.span, "declared here")],
            help=f"write `{item}({wanted})`, or leave the list out",
        )

    def bases(self, unit: tree.Unit, symbols: Symbols) -> None:
        """The base of a field is a parameter of its unit, also of one that inherits it."""
        view = symbols.view(unit.name.text)
        own = {f.span for s in unit.states for f in s.fields}
        own |= {f.span for i in unit.interfaces for f in i.fields}
        fields: list[_Field] = [*view.state.values(), *view.interface.values()]
        for f in fields:
            if f.base is None or f.base.text in view.params:
                continue
            if f.span in own:
                help = similar(f.base.text, view.params)
                help = help or f"declare it: `{unit.kind} {unit.name.text}({f.base.text}: addr)`"
                message = f"`{f.base.text}` is no parameter of `{unit.name.text}`"
                self.reporter.report("E0316", message, f.base.span, "not a parameter", help=help)
            else:
                message = f"`{unit.name.text}` inherits `{f.name.text}`, which needs a parameter"
                label = [Label(f.base.span, f"`{f.base.text}` is used here")]
                caret = f"has no parameter `{f.base.text}`"
                self.reporter.report("E0316", message, unit.name.span, caret, labels=label)

    # State

    def state(self, state: tree.State) -> None:
        for f in state.fields:
            if self.size(f, f.size, f.slices):
                self.slices(f, f.slices, f.size)
                self.alignment(f, f.slices)
        memory = [f for f in state.fields if f.kind == "mem"]
        self.overlap(memory, "E0315", "state fields")

    def size(self, f: _Field, size: tree.Number, slices: object) -> bool:
        """Return whether the size is one that a field can have."""
        value = size.value
        wide = isinstance(slices, tuple) and any(s.high > 16 for s in slices)
        if value in _BYTES and (value != 16 or wide):
            return True
        if value in _BITS:
            help = f"{value} bits are {value // 8} bytes: write `{value // 8}`"
            self.reporter.report(
                "W0103",
                f"the size of `{f.name.text}` is given in bits",
                size.span,
                "bytes",
                help=help,
            )
            return True
        self.reporter.report(
            "E0313",
            f"field `{f.name.text}` cannot have {value} bytes",
            size.span,
            "the size is 1, 2, 4, 8 or 16",
        )
        return False

    def alignment(self, f: _Field, slices: tuple[tree.SliceDecl, ...] | None) -> None:
        if f.offset is None or f.size is None:
            return
        size = field_bits(f.size.value, slices) // 8
        if f.offset.value % size:
            below = f.offset.value // size * size
            self.reporter.report(
                "E0314",
                f"field `{f.name.text}` of {size} bytes is not aligned",
                f.offset.span,
                f"not a multiple of {size}",
                help=f"the offsets next to it are {below} and {below + size}",
            )

    def slices(
        self, f: _Field, slices: tuple[tree.SliceDecl, ...] | None, size: tree.Number | None
    ) -> None:
        bits = field_bits(size.value, slices) if size is not None else 64
        good = []
        for s in slices or ():
            if s.low >= s.high:
                self.empty(s)
            elif s.high > bits:
                self.reporter.report(
                    "E0312",
                    f"slice `{s.name.text}` ends past the {bits} bits of `{f.name.text}`",
                    s.span,
                    f"bits {s.low} to {s.high - 1}",
                    labels=[Label(size.span, "the size in bytes")] if size is not None else (),
                )
            elif s.high - s.low > _MAX_SLICE:
                message = f"slice `{s.name.text}` has {s.high - s.low} bits, more than {_MAX_SLICE}"
                help = "split it; the whole field may be wider"
                self.reporter.report("E0318", message, s.span, "too wide", help=help)
            else:
                good.append(s)
        self.slice_overlap(good)

    def empty(self, s: tree.SliceDecl) -> None:
        what = "is empty" if s.low == s.high else "is reversed"
        help = f"the second bound is not part of a slice: bit {s.low} is `{s.low}..{s.low + 1}`"
        if s.low > s.high:
            help = f"write `{s.high}..{s.low}`"
        self.reporter.report(
            "W0102", f"slice `{s.name.text}` {what} and left out", s.span, "no bits", help=help
        )

    def slice_overlap(self, slices: list[tree.SliceDecl]) -> None:
        ordered = sorted(slices, key=lambda s: (s.low, s.high))
        highest: tree.SliceDecl | None = None
        for s in ordered:
            if highest is not None and s.low < highest.high:
                self.reporter.report(
                    "E0311",
                    f"slices `{highest.name.text}` and `{s.name.text}` overlap",
                    s.span,
                    f"bit {s.low} is in both",
                    labels=[Label(highest.span, "the other one")],
                )
            if highest is None or s.high > highest.high:
                highest = s

    def overlap(self, fields: Iterable[_Field], code: str, what: str) -> None:
        """Report fields of one base that share bytes."""
        placed = [(f, *_bytes(f)) for f in fields if f.offset is not None and f.size is not None]
        placed.sort(key=lambda p: (p[1], p[2], p[0].span.start))
        for (a, base, _, high), (b, other, start, end) in pairwise(placed):
            if base != other or start >= high:
                continue
            first, second = sorted((a, b), key=lambda f: f.span.start)
            shared = f"{base}+{start}..{base}+{min(high, end)}"
            free = max(x[3] for x in placed if x[1] == base)
            size = _bytes(second)[2] - _bytes(second)[1]
            assert second.offset is not None and first.offset is not None
            self.reporter.report(
                code,
                f"{what} `{first.name.text}` and `{second.name.text}` overlap at {shared}",
                second.offset.span,
                f"`{second.name.text}` starts here",
                labels=[Label(first.offset.span, f"`{first.name.text}` is here")],
                help=f"the next free offset is {-(-free // size) * size}",
            )

    # Interface

    def interface(self, interface: tree.Interface, view: View) -> None:
        for f in interface.fields:
            slices = view.interface_slices(f) if f.size is not None else f.layout
            if f.size is not None:
                written = f.layout if f.layout is not None else slices
                if self.size(f, f.size, written):
                    self.slices(f, f.layout, f.size)
                    self.alignment(f, written)
            self.blocks(f)
            self.alias(f, view)
        placed = [f for f in interface.fields if f.kind in ("mmio", "mem")]
        for kind in ("mmio", "mem"):
            self.overlap((f for f in placed if f.kind == kind), "W0108", "interface fields")

    def blocks(self, f: tree.InterfaceField) -> None:
        if f.kind == "instr" and f.layout_span is not None:
            self.reporter.report(
                "W0105",
                f"instruction `{f.name.text}` has a layout",
                f.layout_span,
                "an instruction has no storage and no bits",
                help="remove it",
            )
        for span in f.duplicates:
            what = span.text.split("{")[0].strip()
            self.reporter.report(
                "W0113",
                f"`{f.name.text}` has more than one `{what}`; they are joined in order",
                span,
                "joined to the first",
            )

    def alias(self, f: tree.InterfaceField, view: View) -> None:
        same = view.alias(f)
        if same is None:
            return
        if f.size is not None and f.size.value != same.size.value:
            self.reporter.report(
                "W0115",
                f"interface field `{f.name.text}` and the state field differ in size",
                f.size.span,
                f"{f.size.value} here",
                labels=[Label(same.size.span, f"{same.size.value} here")],
            )
        for name, actions, copies in (
            ("WriteActions", f.write_actions, "writes to it reach the state at once"),
            ("ReadActions", f.read_actions, "reads of it show the state"),
        ):
            if actions == ():
                self.reporter.report(
                    "W0114",
                    f"an empty `{name}` is the same as none",
                    f.name.span,
                    copies,
                    help="leave it out; a different Layout gives the field storage of its own",
                )


def _bytes(f: _Field) -> tuple[str, int, int]:
    """Return the base of a field with its first byte and the one after its last."""
    slices = f.slices if isinstance(f, tree.StateField) else f.layout
    start = f.offset.value if f.offset else 0
    size = field_bits(f.size.value, slices) // 8 if f.size else 1
    return (f.base.text if f.base else "", start, start + max(size, 1))
