"""Extensions: the instructions of a description, as its decorators collect them."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from gen.diag import Reporter
from gen.isa import encoding
from gen.isa.encoding import Encoding
from gen.isa.operands import Operand, Parameters
from gen.isa.syntax import Syntax, SyntaxPatternError
from gen.isa.values import Value
from gen.source import Source, Span

__all__ = ["Alias", "Extension", "Instruction", "Semantics", "source_of", "span_of"]

Semantics = Callable[..., None]
Function = TypeVar("Function", bound=Semantics)

_sources: dict[str, Source] = {}


def source_of(path: str) -> Source:
    """Return the text of a description's file, read once."""
    if path not in _sources:
        shown = Path(path)
        if shown.is_relative_to(Path.cwd()):
            shown = shown.relative_to(Path.cwd())
        _sources[path] = Source(str(shown), Path(path).read_text())
    return _sources[path]


def span_of(path: str, line: int, text: str = "") -> Span:
    """Return the place of a text on or below a line, or the line without its indentation."""
    source = source_of(path)
    start = sum(len(x) + 1 for x in source.text.split("\n")[: line - 1])
    if text:
        found = source.text.find(text, start)
        if found >= 0:
            return Span(source, found, found + len(text))
    whole = source.line(line)
    return Span(source, start + len(whole) - len(whole.lstrip()), start + len(whole))


@dataclass(frozen=True, eq=False)
class Instruction:
    """An instruction.

    Members
    -------
    name : unique in an instruction set; the mnemonic, where it has no operands in it
    encoding : its word
    syntax : its assembly
    semantics : what it does: called with the state and a value for each field, by name
    operands : the kind of each field
    where : whether a word with these fields is this instruction (without it: all are)
    requires : parameters that must have these values
    section : of the manual
    """

    name: str
    encoding: Encoding
    syntax: Syntax
    semantics: Semantics
    operands: Mapping[str, Operand]
    extension: str
    where: Callable[..., Value] | None = None
    requires: Mapping[str, Any] = field(default_factory=dict)
    refines: str = ""
    section: str = ""
    doc: str = ""
    span: Span | None = None

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """The fields that the semantic function takes, in its order."""
        return tuple(inspect.signature(self.semantics).parameters)[1:]

    @cached_property
    def condition(self) -> tuple[str, ...]:
        """The fields that `where` takes."""
        return tuple(inspect.signature(self.where).parameters) if self.where else ()

    def fields(self, word: int) -> dict[str, int]:
        """Return the value of each field of a word."""
        return {n: f.extract(word) for n, f in self.encoding.fields.items()}

    def matches(self, word: int) -> bool:
        """Return whether a word is this instruction."""
        if word & self.encoding.mask != self.encoding.match:
            return False
        if self.where is None:
            return True
        found = self.encoding.fields
        return bool(self.where(*(found[n].extract(word) for n in self.condition)))

    def included(self, parameters: Parameters) -> bool:
        """Return whether a set with these parameters has the instruction."""
        return satisfied(self.requires, parameters)


@dataclass(frozen=True, eq=False)
class Alias:
    """Another way to write instructions: a pseudo-instruction.

    Members
    -------
    syntax : its assembly
    expansion : lines of assembly with the operands' names in braces, or a function that makes them
    printed : whether disassembly prefers it
    """

    syntax: Syntax
    operands: Mapping[str, Operand]
    expansion: tuple[str, ...] | Callable[..., list[str]]
    printed: bool
    extension: str
    requires: Mapping[str, Any] = field(default_factory=dict)
    span: Span | None = None

    def included(self, parameters: Parameters) -> bool:
        """Return whether a set with these parameters has the alias."""
        return satisfied(self.requires, parameters)


def satisfied(requires: Mapping[str, Any], parameters: Parameters) -> bool:
    """Return whether parameters have the values wanted; of a set of values, one of them."""
    for name, wanted in requires.items():
        have = parameters.get(name)
        if have != wanted and not (isinstance(have, frozenset) and wanted in have):
            return False
    return True


class Extension:
    """A part of an instruction set: a file of instructions.

    Parameters
    ----------
    name : as a set's name has it
    operands : kinds of the fields, by the names that patterns use
    word_widths : bits that instruction words may have
    requires : parameters that all its instructions need

    Members
    -------
    path : of the file that makes it
    """

    def __init__(
        self,
        name: str,
        *,
        operands: Mapping[str, Operand],
        title: str = "",
        source: str = "",
        word_widths: tuple[int, ...] = (32,),
        requires: Mapping[str, Any] | None = None,
    ) -> None:
        self.name = name
        self.title = title or name
        self.source = source
        self.operands = dict(operands)
        self.word_widths = word_widths
        self.requires = dict(requires or {})
        self.path = sys._getframe(1).f_code.co_filename
        self.instructions: list[Instruction] = []
        self.aliases: list[Alias] = []
        self.reporter = Reporter()

    def instruction(
        self,
        pattern: str,
        syntax: str,
        *,
        name: str = "",
        where: Callable[..., Value] | None = None,
        operands: Mapping[str, Operand] | None = None,
        refines: str = "",
        section: str = "",
        **requires: Any,
    ) -> Callable[[Function], Function]:
        """Make a semantic function an instruction.

        Parameters
        ----------
        pattern : the word; see `gen.isa.encoding.parse`
        syntax : assembly, with operands in braces
        name : of the instruction, if not the first word of `syntax`
        where : takes some of the fields, returns whether the word is this instruction
        operands : kinds of fields that differ from the extension's
        refines : name of the instruction from which this one takes some words
        requires : parameters that must have these values

        Raises
        ------
        IsoformError : when a set is made of the extension: E0901 to E0905
        """
        frame = sys._getframe(1)
        path, line = frame.f_code.co_filename, frame.f_lineno
        kinds = self.operands | dict(operands or {})

        def take(function: Function) -> Function:
            found = self._parse(pattern, syntax, kinds, path, line)
            if found is None:
                return function
            word, text = found
            made = Instruction(
                name or text.mnemonic,
                word,
                text,
                function,
                {n: kinds[n] for n in word.fields},
                self.name,
                where,
                self.requires | requires,
                refines,
                section,
                inspect.getdoc(function) or "",
                span_of(path, line),
            )
            if self._fits(made, path, line):
                self.instructions.append(made)
            return function

        return take

    def alias(
        self,
        syntax: str,
        *expansion: str | Callable[..., list[str]],
        operands: Mapping[str, Operand] | None = None,
        printed: bool = True,
        **requires: Any,
    ) -> None:
        """Add a pseudo-instruction: its assembly, and the lines it stands for."""
        frame = sys._getframe(1)
        path, line = frame.f_code.co_filename, frame.f_lineno
        kinds = self.operands | dict(operands or {})
        text = self._syntax(syntax, kinds, path, line)
        if text is None:
            return
        first = expansion[0]
        lines = first if callable(first) else tuple(x for x in expansion if isinstance(x, str))
        one = printed and not callable(first) and len(expansion) == 1
        used = {n: kinds[n] for n in text.operands}
        self.aliases.append(
            Alias(text, used, lines, one, self.name, self.requires | requires, span_of(path, line))
        )

    def __iter__(self) -> Iterator[Instruction]:
        return iter(self.instructions)

    def _parse(
        self, pattern: str, syntax: str, kinds: Mapping[str, Operand], path: str, line: int
    ) -> tuple[Encoding, Syntax] | None:
        """Return pattern and syntax, read; None if one of them is wrong."""
        text = self._syntax(syntax, kinds, path, line)
        try:
            widths = {n: k.width for n, k in kinds.items() if k.width}
            word = encoding.parse(pattern, widths, self.word_widths)
        except encoding.PatternError as error:
            whole = span_of(path, line, pattern)
            span = Span(
                whole.source, whole.start + error.start, whole.start + error.start + error.length
            )
            self.reporter.report("E0901", f"wrong encoding pattern: {error}", span)
            return None
        for n in word.fields:
            if n not in kinds:
                self.reporter.report(
                    "E0902",
                    f"field `{n}` is no declared operand",
                    span_of(path, line, pattern),
                    help="known: " + ", ".join(f"`{k}`" for k in kinds),
                )
                return None
        if text is None:
            return None
        for n in text.operands:
            if n not in word.fields:
                self.reporter.report(
                    "E0904",
                    f"the assembly names `{n}`, which is no field of the encoding",
                    span_of(path, line, f"{{{n}}}"),
                )
                return None
        return word, text

    def _syntax(
        self, syntax: str, kinds: Mapping[str, Operand], path: str, line: int
    ) -> Syntax | None:
        try:
            return Syntax.of(syntax, kinds)
        except SyntaxPatternError as error:
            self.reporter.report(
                "E0903", f"wrong assembly pattern: {error}", span_of(path, line, syntax)
            )
            return None

    def _fits(self, made: Instruction, path: str, line: int) -> bool:
        """Return whether the functions take fields of the encoding."""
        for n in (*made.arguments, *made.condition):
            if n not in made.encoding.fields:
                fields = ", ".join(f"`{f}`" for f in made.encoding.fields)
                self.reporter.report(
                    "E0905",
                    f"`{made.name}` takes `{n}`, which is no field of the encoding",
                    span_of(path, line),
                    help=f"fields: {fields}",
                )
                return False
        return True
