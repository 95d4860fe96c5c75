"""The ways to write each mnemonic of an instruction set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TypeAlias
from weakref import WeakKeyDictionary

from gen.isa.assembly.expressions import Expression, Fault, parse, symbols
from gen.isa.extension import Alias, Instruction
from gen.isa.isa import Isa
from gen.isa.operands import Choice, Immediate, Operand, OperandError, Register

__all__ = [
    "Argument",
    "Form",
    "Forms",
    "Made",
    "Match",
    "Mismatch",
    "forms_of",
    "mnemonics",
    "written",
]

Argument: TypeAlias = int | Expression
Made: TypeAlias = Instruction | Alias


@dataclass(frozen=True)
class Form:
    """A way to write a mnemonic.

    Members
    -------
    made : what it writes
    words : the operands within the mnemonic, as text
    fields : and as values of their fields
    """

    made: Made
    words: Mapping[str, str]
    fields: Mapping[str, int]

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Text and operands behind the mnemonic."""
        return self.made.syntax.parts


@dataclass(frozen=True)
class Match:
    """A form that a text agrees with.

    Members
    -------
    values : of each operand, or the expression that gives it
    places : of each operand, in the text
    """

    form: Form
    text: str
    values: Mapping[str, Argument]
    places: Mapping[str, tuple[int, int]]

    def operand(self, name: str) -> str:
        """Return the text of an operand."""
        start, end = self.places[name]
        return self.text[start:end]


@dataclass(frozen=True)
class Mismatch:
    """Where a text parts from a form, and why."""

    form: Form
    message: str
    start: int
    end: int
    help: str = ""
    code: str = "E0921"


class Forms:
    """All forms of an instruction set."""

    def __init__(self, isa: Isa) -> None:
        self.by_mnemonic: dict[str, list[Form]] = {}
        self.made: list[Made] = [*isa.instructions, *isa.aliases]
        for made in self.made:
            for mnemonic, form in _forms(made):
                self.by_mnemonic.setdefault(mnemonic, []).append(form)

    @cached_property
    def registers(self) -> frozenset[str]:
        """Names that are registers' in some operand."""
        kinds = (k for m in self.made for k in m.operands.values())
        return frozenset(n for k in kinds if isinstance(k, Register) for n in (*k.names, *k.others))

    def match(self, form: Form, text: str, defined: frozenset[str]) -> Match | Mismatch:
        """Compare what follows a mnemonic with a form."""
        return Matching(form, text, self.registers - defined).run()


_forms_of: WeakKeyDictionary[Isa, Forms] = WeakKeyDictionary()


def forms_of(isa: Isa) -> Forms:
    """Return the forms of an instruction set, made once."""
    found = _forms_of.get(isa)
    if found is None:
        found = _forms_of[isa] = Forms(isa)
    return found


def mnemonics(made: Made) -> list[str]:
    """Return every mnemonic of an instruction."""
    return [mnemonic for mnemonic, _ in _forms(made)]


def written(form: Form) -> str:
    """Return how a form is written, as a message shows it."""
    made = [form.words[t] if kind == "operand" else t for kind, t in form.made.syntax.head]
    return "".join([*made, " ", *(t for _, t in form.parts)]).strip()


def _forms(made: Made) -> Iterator[tuple[str, Form]]:
    """Yield each mnemonic of an instruction, with the values of the operands in it."""
    names = [t for kind, t in made.syntax.head if kind == "operand"]
    choices = [words_of(made.operands[n]) for n in names]
    for picked in product(*choices):
        words = {n: word for n, (word, _) in zip(names, picked, strict=True)}
        fields = {n: value for n, (_, value) in zip(names, picked, strict=True)}
        text = "".join(words[t] if kind == "operand" else t for kind, t in made.syntax.head)
        yield text, Form(made, words, fields)


def words_of(kind: Operand) -> list[tuple[str, int]]:
    """Return the words of a choice in a mnemonic, where an empty one is no word at all."""
    if not isinstance(kind, Choice):
        return []
    found = {} if kind.nothing is None else {"": kind.nothing}
    for value, word in enumerate(kind.names):
        if value != kind.nothing:
            found.setdefault(word, value)
    return list({**kind.others, **found}.items())


class Matching:
    """Compares a text with a form's parts; goes back where an operand might be longer."""

    def __init__(self, form: Form, text: str, reserved: frozenset[str]) -> None:
        self.form, self.text, self.reserved = form, text, reserved
        self.failed: Mismatch | None = None

    def run(self) -> Match | Mismatch:
        values: dict[str, Argument] = dict(self.form.fields)
        places: dict[str, tuple[int, int]] = {}
        if self._from(0, 0, values, places):
            return Match(self.form, self.text, values, places)
        assert self.failed is not None
        return self.failed

    def _from(
        self, part: int, at: int, values: dict[str, Argument], places: dict[str, tuple[int, int]]
    ) -> bool:
        if part == len(self.form.parts):
            rest = self.text[at:].strip()
            if rest:
                at = self.text.index(rest, at)
                self._fail(f"unexpected `{rest}`", at, at + len(rest))
            return not rest
        kind, name = self.form.parts[part]
        if kind == "text":
            end = self._literal(name, at)
            return end is not None and self._from(part + 1, end, values, places)
        for end in self._ends(part, at):
            found = self._operand(name, at, end)
            if found is not None:
                values[name], places[name] = found
                if self._from(part + 1, end, values, places):
                    return True
        return False

    def _literal(self, wanted: str, at: int) -> int | None:
        """Return where a part of fixed text ends, blanks set aside."""
        for c in wanted.replace(" ", ""):
            at = self._skip(at)
            if self.text[at : at + 1] != c:
                found = f"found `{self.text[at:]}`" if at < len(self.text) else "found the end"
                self._fail(f"expected `{wanted.strip()}`, {found}", at, len(self.text))
                return None
            at += 1
        return at

    def _skip(self, at: int) -> int:
        while self.text[at : at + 1].isspace():
            at += 1
        return at

    def _ends(self, part: int, at: int) -> Iterator[int]:
        """Yield where an operand may end: at what follows it, outside of brackets."""
        if part + 1 == len(self.form.parts):
            yield len(self.text)
            return
        following = self.form.parts[part + 1][1].strip()[:1]
        depth, any_ = 0, False
        for end in range(at, len(self.text)):
            c = self.text[end]
            if depth == 0 and c == following:
                any_ = True
                yield end
            depth += (c in "([{") - (c in ")]}")
            if depth < 0:
                break
        if not any_:
            yield len(self.text)

    def _operand(self, name: str, start: int, end: int) -> tuple[Argument, tuple[int, int]] | None:
        """Return the value of an operand's text and its place, None after noting a mismatch."""
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        place = (start, start + len(text))
        kind = self.form.made.operands[name]
        try:
            if text:
                return self.value(kind, text), place
            if isinstance(kind, Immediate) and self.text[end : end + 1] == "(":
                return 0, place  # a distance of nothing may be left out
            if (value := kind.parse(text)) is not None:
                return value, place
            self._fail(f"expected {_described(kind)}, found nothing", *place)
        except OperandError as error:
            message = str(error) if text else f"expected {_described(kind)}, found nothing"
            self._fail(message, *place)
        except Fault as fault:
            where = (start + fault.start, start + fault.end)
            self._fail(str(fault), *where, help=fault.help, code=fault.code)
        return None

    def value(self, kind: Operand, text: str) -> Argument:
        """Return the value of an operand's text, or the expression that gives it.

        Raises
        ------
        OperandError : the text is neither
        Fault : the expression is wrong
        """
        value = kind.parse(text)
        if value is not None:
            return value
        found = parse(text)
        for name in symbols(found):
            if name in self.reserved:
                raise OperandError(f"expected {_described(kind)}, found the register `{name}`")
        return found

    def _fail(
        self, message: str, start: int, end: int, help: str = "", code: str = "E0921"
    ) -> None:
        """Keep the mismatch that is farthest in the text: it is the likeliest."""
        if self.failed is None or start > self.failed.start:
            self.failed = Mismatch(self.form, message, start, end, help, code)


def _described(kind: Operand) -> str:
    text = kind.describe()
    if text.split()[0] in ("a", "an", "one"):
        return text
    return f"{'an' if text[0] in 'aeiou' else 'a'} {text}"
