"""From an instruction's assembly to its words."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gen.diag import Label
from gen.hints import similar
from gen.isa import library
from gen.isa.assembly.expressions import Fault, evaluate
from gen.isa.assembly.forms import Form, Made, Match, Mismatch, forms_of, mnemonics, written
from gen.isa.assembly.lines import Statement, Text, expanded
from gen.isa.assembly.names import Names
from gen.isa.extension import Alias, Instruction
from gen.isa.isa import Isa
from gen.isa.operands import OperandError
from gen.source import Span

__all__ = ["Encoder", "Wrong"]

_BRACES = re.compile(r"\{(\w+)\}")
_ATOM = re.compile(r"[\w.$]+\Z")
_DEEPEST = 8  # pseudo-instructions that stand for pseudo-instructions
_KEPT = 65536  # texts whose matches are remembered
_HINTS = 100  # mnemonics that are compared with all others
_FORMS = 6  # forms that a message lists


@dataclass
class Wrong(Exception):
    """A statement is wrong: what to report."""

    code: str
    message: str
    span: Span
    caret: str = ""
    help: str = ""
    labels: tuple[Label, ...] = ()


class Encoder:
    """Encodes the instructions of a set."""

    def __init__(self, isa: Isa, defined: frozenset[str] = frozenset()) -> None:
        self.isa = isa
        self.forms = forms_of(isa)
        self.defined = defined
        self._hints: dict[str, str] = {}
        self._found: dict[tuple[str, str], list[Match | Mismatch]] = {}

    def encode(self, statement: Statement, names: Names, depth: int = 0) -> list[tuple[int, int]]:
        """Return the words of an instruction and the bytes of each.

        Raises
        ------
        Wrong : E0920 to E0923, E0926, E0931
        """
        found = self._candidates(statement.head, statement.rest)
        error: Wrong | None = None
        for match in found:
            if isinstance(match, Match):
                try:
                    return self._encode(match, statement, names, depth)
                except Wrong as wrong:
                    error = error or wrong
        raise error or _unlike(statement, [m for m in found if isinstance(m, Mismatch)])

    def size(self, statement: Statement) -> int:
        """Return the bytes that a wrong instruction is taken to have."""
        forms = self.forms.by_mnemonic.get(statement.head.text, [])
        made = forms[0].made if forms else None
        return made.encoding.width // 8 if isinstance(made, Instruction) else self.isa.unit

    def _candidates(self, head: Text, rest: Text) -> list[Match | Mismatch]:
        key = (head.text, rest.text)
        if key not in self._found:
            if len(self._found) >= _KEPT:
                self._found.clear()
            forms = self.forms.by_mnemonic.get(head.text)
            if forms is None:
                if head.text not in self._hints and len(self._hints) < _HINTS:
                    self._hints[head.text] = self._hint(head.text)
                help = self._hints.get(head.text, "")
                raise Wrong("E0920", f"unknown instruction `{head.text}`", head.span(), "", help)
            self._found[key] = [self.forms.match(f, rest.text, self.defined) for f in forms]
        return self._found[key]

    def _hint(self, mnemonic: str) -> str:
        """Return which extension has an instruction, or what it may have been meant to be."""
        made = self._elsewhere.get(mnemonic)
        if made is not None:
            return self._where(mnemonic, made)
        return similar(mnemonic, self.forms.by_mnemonic)

    @cached_property
    def _elsewhere(self) -> dict[str, Made]:
        """What related extensions have, by mnemonic."""
        found: dict[str, Made] = {}
        for x in library.relatives(self.isa):
            both: list[Made] = [*x.instructions, *x.aliases]
            for made in both:
                for mnemonic in mnemonics(made):
                    found.setdefault(mnemonic, made)
        return found

    def _where(self, mnemonic: str, made: Made) -> str:
        name = self.isa.name
        if made.extension not in {x.name for x in self.isa.extensions}:
            return f"`{mnemonic}` is in the extension `{made.extension}`, which `{name}` lacks"
        wanted = ", ".join(f"{k}={v}" for k, v in made.requires.items())
        return f"`{mnemonic}` is in the extension `{made.extension}` for {wanted} only"

    def _encode(
        self, match: Match, statement: Statement, names: Names, depth: int
    ) -> list[tuple[int, int]]:
        made = match.form.made
        if isinstance(made, Alias):
            return self._expand(match, made, statement, names, depth)
        fields = {n: self._field(match, n, statement.rest, names) for n in made.encoding.fields}
        word = made.encoding.assemble(fields)
        if not made.matches(word):
            text = f"`{statement.head.text}` does not exist with these operands"
            raise Wrong("E0922", text, statement.span, help=_doc(made))
        return [(word, made.encoding.width // 8)]

    def _field(self, match: Match, name: str, rest: Text, names: Names) -> int:
        made = match.form.made
        assert isinstance(made, Instruction)
        found = match.values.get(name, 0)
        if isinstance(found, int):
            return found
        kind, given = made.operands[name], made.encoding.fields[name].given
        value = self._value(match, name, rest, names)
        try:
            return kind.encode(value, given, names.pc)
        except OperandError as error:
            text = f"{kind.kind} `{match.operand(name)}`: {error}"
            raise Wrong("E0922", text, rest.span(*match.places[name])) from None

    def _value(self, match: Match, name: str, rest: Text, names: Names) -> int:
        """Return the value of an operand that is an expression."""
        found = match.values[name]
        if isinstance(found, int):
            return found
        try:
            return evaluate(found, names)
        except Fault as fault:
            start = match.places[name][0]
            span = rest.span(start + fault.start, start + fault.end)
            raise Wrong(fault.code, str(fault), span, fault.caret, fault.help) from None

    # Pseudo-instructions

    def _expand(
        self, match: Match, made: Alias, statement: Statement, names: Names, depth: int
    ) -> list[tuple[int, int]]:
        if depth >= _DEEPEST:
            text = f"`{statement.head.text}` stands for itself"
            raise Wrong("E0931", text, statement.span, labels=_origin(made))
        start, words = names.pc, []
        try:
            for line in self._lines(match, made, statement, names):
                inner = expanded(line, statement.span)
                try:
                    found = self.encode(inner, names, depth + 1)
                except Wrong as wrong:
                    raise _within(wrong, line, statement, made) from None
                words += found
                names.pc += sum(size for _, size in found)
        finally:
            names.pc = start
        return words

    def _lines(
        self, match: Match, made: Alias, statement: Statement, names: Names
    ) -> Iterable[str]:
        lines: Iterable[str]
        if callable(made.expansion):
            lines = self._call(match, made.expansion, statement, names)
        else:
            lines = made.expansion
        texts = {n: _substitute(match, n) for n in made.operands}
        return [_BRACES.sub(lambda m: texts.get(m[1], m[0]), line) for line in lines]

    def _call(
        self, match: Match, function: Callable[..., list[str]], statement: Statement, names: Names
    ) -> list[str]:
        """Call a description's function with the operands that it wants."""
        given: dict[str, Any] = {}
        for name in inspect.signature(function).parameters:
            if name == "pc" and name not in match.values:
                given[name] = names.pc
            elif isinstance(match.values.get(name), int):
                given[name] = _substitute(match, name)
            else:
                given[name] = self._value(match, name, statement.rest, names)
        try:
            return function(**given)
        except OperandError as error:
            text = f"`{statement.head.text}`: {error}"
            raise Wrong("E0922", text, statement.span) from None


def _substitute(match: Match, name: str) -> str:
    """Return an operand's text such that operators around it do not part it."""
    if name not in match.places:
        return match.form.words[name]
    text = match.operand(name)
    return text if isinstance(match.values[name], int) or _ATOM.match(text) else f"({text})"


def _within(wrong: Wrong, line: str, statement: Statement, made: Alias) -> Wrong:
    """Return the error of a line as that of the pseudo-instruction that stands for it."""
    if wrong.code not in ("E0920", "E0921"):
        return wrong
    text = f"`{statement.head.text}` stands for `{line}`, which is wrong: {wrong.message}"
    return Wrong("E0931", text, statement.span, "", wrong.help, _origin(made))


def _origin(made: Alias) -> tuple[Label, ...]:
    return (Label(made.span, "the pseudo-instruction is here"),) if made.span else ()


def _unlike(statement: Statement, found: list[Mismatch]) -> Wrong:
    """Return the error of operands that no form of the mnemonic has."""
    best = max(found, key=lambda m: m.start)
    message = best.message
    if best.code == "E0921":
        message = f"wrong operands of `{statement.head.text}`: {message}"
    span = statement.span
    if statement.rest.text:
        span = statement.rest.span(best.start, best.end)
    help = best.help or _listed([m.form for m in found])
    return Wrong(best.code, message, span, help=help)


def _listed(forms: list[Form]) -> str:
    texts = list(dict.fromkeys(written(f) for f in forms))
    more = f", and {len(texts) - _FORMS} more" if len(texts) > _FORMS else ""
    return "written " + " or ".join(f"`{t}`" for t in texts[:_FORMS]) + more


def _doc(made: Instruction) -> str:
    return f"see section {made.section} of the manual" if made.section else ""
