"""The assembler: passes over the statements until every symbol keeps its value."""

from __future__ import annotations

from gen.diag import Label, Reporter
from gen.hints import similar
from gen.isa.assembly.directives import DIRECTIVES, IGNORED, NAMING, run
from gen.isa.assembly.encoder import Encoder, Wrong
from gen.isa.assembly.expressions import Fault, evaluate, parse, symbols
from gen.isa.assembly.lines import Statement, Text, arguments, expanded, statements
from gen.isa.assembly.names import Names, Table
from gen.isa.assembly.program import Line, Program, Section, Symbol, flags_of
from gen.isa.isa import Isa
from gen.source import Source, Span

__all__ = ["BASE", "assemble"]

BASE = 0x10000
_PASSES = 32
_PAGE = 4096
_MOST_ERRORS = 100  # of one text: who needs more has a tool at work, not mistakes
_ORDER = {"ax": 0, "a": 1, "aw": 2}


def assemble(isa: Isa, source: Source, base: int = BASE) -> Program:
    """Return the program of a text.

    Parameters
    ----------
    base : address of the first section

    Raises
    ------
    IsoformError : E0920 to E0933, the first hundred that the text has
    """
    return _Assembly(isa, source, base).run()


class _Assembly:
    """The statements of a text, and what does not change between passes."""

    def __init__(self, isa: Isa, source: Source, base: int) -> None:
        self.isa, self.source, self.base = isa, source, base
        self.reporter = Reporter()
        self.statements = statements(source, isa.comments, self.reporter)
        self.labels = self._labels()
        self.declared = frozenset({*self.labels, *self._constants()})
        self.encoder = Encoder(isa, self.declared)
        self.little = isa.byte_order == "little"
        self.nop = self._nop()

    def run(self) -> Program:
        """Pass until nothing changes; the last pass's errors are those of the text."""
        before = Table()
        for number in range(_PASSES):
            made = _Pass(self, before, number == 0)
            made.run()
            if number and made.settled():
                made.check_addresses()
                self.reporter.diagnostics += made.reporter.diagnostics
                self.reporter.check()
                return made.program()
            before = made.names.now
        self._report_endless(before)
        self.reporter.check()
        raise AssertionError("reported")

    def _labels(self) -> dict[str, Text]:
        """Return the labels with their places; reports E0924."""
        found: dict[str, Text] = {}
        twice: set[str] = set()
        for label in (x for s in self.statements for x in s.labels):
            name = label.text
            if name.isdigit():
                continue
            if name in found and name not in twice:
                twice.add(name)
                first = Label(found[name].span(), "it is here first")
                text = f"label `{name}` is defined twice"
                self.reporter.report("E0924", text, label.span(), "again", labels=[first])
            found.setdefault(name, label)
        return found

    def _constants(self) -> set[str]:
        found = set()
        for s in self.statements:
            if s.assigned:
                found.add(s.assigned.text)
            elif s.head.text in NAMING:
                found |= {t.text for t in arguments(s.rest)[:1]}
        return found

    def _nop(self) -> bytes:
        """Return the bytes of ``nop``; none if the set has no such instruction."""
        line = expanded("nop", Span(self.source, 0, 0))
        try:
            words = self.encoder.encode(line, Names(frozenset(), {}, Table()))
        except Wrong:
            return b""
        return b"".join(self.bytes_of(word, size) for word, size in words)

    def bytes_of(self, word: int, size: int) -> bytes:
        """Return a word of the program in the byte order of the set."""
        return word.to_bytes(size, "little" if self.little else "big")

    def _report_endless(self, before: Table) -> None:
        last = _Pass(self, before, False)
        last.run()
        moving = [n for n, v in last.names.now.symbols.items() if before.symbols.get(n) != v]
        place = self.labels.get(moving[0]) if moving else None
        text = f"symbol `{moving[0]}` has another value in every pass" if moving else "no end"
        self.reporter.report("E0930", text, place.span() if place else Span(self.source, 0, 1))


class _Pass:
    """One pass: everything again, with the symbols of the pass before."""

    def __init__(self, whole: _Assembly, before: Table, first: bool) -> None:
        self.whole = whole
        self.reporter = Reporter()
        self.names = Names(whole.declared, whole.isa.operators, before, first=first)
        self.sections: dict[str, Section] = {}
        self.where: dict[str, str] = {}
        self.shared: set[str] = set()
        self.lines: list[Line] = []
        self.little = whole.little
        self.enter(".text")

    def run(self) -> None:
        """Assemble every statement."""
        for statement in self.whole.statements:
            self._statement(statement)
        self._layout()

    def settled(self) -> bool:
        """Return whether the pass before had the same values."""
        now, before = self.names.now, self.names.before
        return (now.symbols, now.locals, now.bases, now.given) == (
            before.symbols,
            before.locals,
            before.bases,
            before.given,
        )

    def _statement(self, statement: Statement) -> None:
        self.names.statement = statement.number
        self.names.pc = self._here()
        for label in statement.labels:
            if label.text.isdigit():
                places = self.names.now.locals.setdefault(str(int(label.text)), [])
                places.append((statement.number, self.names.pc))
            elif label is self.whole.labels[label.text]:
                self._define(label.text, self.names.pc, self.section.name)
        if not statement.head.text:
            return
        try:
            if statement.head.text.startswith("."):
                self._directive(statement)
            else:
                self._instruction(statement)
        except Wrong as w:
            if len(self.reporter.diagnostics) >= _MOST_ERRORS:
                return
            self.reporter.report(w.code, w.message, w.span, w.caret, labels=w.labels, help=w.help)

    def _instruction(self, statement: Statement) -> None:
        encoder = self.whole.encoder
        try:
            words = encoder.encode(statement, self.names)
        except Wrong:
            self.section.data += bytes(encoder.size(statement))
            raise
        finally:
            self.section.align = max(self.section.align, self.whole.isa.unit)
        self.emit(b"".join(self.whole.bytes_of(w, size) for w, size in words), statement)

    def _directive(self, statement: Statement) -> None:
        name = statement.head.text
        if name[1:] in IGNORED or name.startswith(".cfi"):
            return
        found = DIRECTIVES.get(name)
        if found is None:
            help = similar(name, DIRECTIVES)
            raise Wrong("E0925", f"unknown directive `{name}`", statement.head.span(), "", help)
        run(self, statement, found)

    def _here(self) -> int:
        return self.section.address + len(self.section.data)

    def _define(self, name: str, value: int, section: str) -> None:
        self.names.now.symbols[name] = value
        self.where[name] = section

    # What directives call

    def value(self, text: Text) -> int:
        """Return the value of an expression."""
        self.names.guessed = False
        try:
            return evaluate(parse(text.text), self.names)
        except Fault as fault:
            span = text.span(fault.start, fault.end)
            raise Wrong(fault.code, str(fault), span, fault.caret, fault.help) from None

    def emit(self, data: bytes, statement: Statement) -> None:
        """Append bytes."""
        if self.section.zeros and any(data):
            text = f"section `{self.section.name}` holds zeros only"
            raise Wrong("E0927", text, statement.span)
        self.lines.append(Line(self._here(), data, statement.span))
        self.section.data += data

    def pad(self, count: int, fill: int | None, statement: Statement) -> None:
        """Append bytes of a value, or in code instructions that do nothing."""
        nop = self.whole.nop
        if fill is None and nop and "x" in self.section.flags:
            data = bytes(count % len(nop)) + nop * (count // len(nop))
        else:
            data = bytes([fill or 0]) * count
        if data:
            self.emit(data, statement)

    def enter(self, name: str, flags: str | None = None, zeros: bool | None = None) -> None:
        """Go on in a section, new or not."""
        if name not in self.sections:
            empty = name.startswith((".bss", ".sbss")) if zeros is None else zeros
            made = Section(name, flags_of(name) if flags is None else flags, empty)
            made.address = self.names.before.bases.get(name, self.whole.base)
            self.sections[name] = made
        self.section = self.sections[name]

    def constant(self, name: Text, value: int, section: str = "") -> None:
        """Give a symbol a value."""
        label = self.whole.labels.get(name.text)
        if label is not None:
            first = Label(label.span(), "it is a label here")
            text = f"symbol `{name.text}` is defined twice"
            raise Wrong("E0924", text, name.span(), "again", labels=(first,))
        if not self.names.guessed:
            self._define(name.text, value, section)

    def common(self, name: Text, size: int, align: int, statement: Statement) -> None:
        """Make zeros with a label in ``.bss``."""
        before = self.section
        self.enter(".bss")
        self.section.align = max(self.section.align, align)
        self.pad(-len(self.section.data) % align, 0, statement)
        self.constant(name, self._here(), ".bss")
        self.emit(bytes(size), statement)
        self.section = before

    def relative(self, text: Text) -> bool:
        """Return whether an expression is about addresses."""
        return any(n == "." or n in self.whole.labels for n in symbols(parse(text.text)))

    def share(self, name: Text) -> None:
        """Make a symbol global."""
        self.shared.add(name.text)

    # The end

    def _layout(self) -> None:
        """Give each section an address; others start on another page."""
        at, flags = self.whole.base, None
        for s in self._ordered():
            align = max(s.align, 1 if flags in (None, s.flags) else _PAGE)
            at += -at % align
            self.names.now.bases[s.name] = at
            at, flags = at + len(s.data), s.flags

    def check_addresses(self) -> None:
        """Report E0933."""
        width = self.whole.isa.pc.width
        for s in self._ordered():
            if s.address + len(s.data) > 1 << width:
                text = f"section `{s.name}` ends at {s.address + len(s.data):#x}, behind the last"
                self.reporter.report("E0933", f"{text} address of {width} bits")

    def _ordered(self) -> list[Section]:
        used = [s for s in self.sections.values() if s.data or s.name in self.where.values()]
        return sorted(used, key=lambda s: (s.zeros, _ORDER.get(s.flags, 1)))

    def program(self) -> Program:
        """Return what the pass made."""
        values = self.names.now.symbols
        made = {n: Symbol(n, v, self.where[n], n in self.shared) for n, v in values.items()}
        sections, lines = self._ordered(), sorted(self.lines, key=_at)
        first = sections[0].address if sections else self.whole.base
        return Program(self.whole.isa, sections, made, values.get("_start", first), lines)


def _at(line: Line) -> int:
    return line.address
