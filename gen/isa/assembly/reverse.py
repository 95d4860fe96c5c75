"""Pseudo-instructions seen from the instructions that they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gen.isa.assembly.expressions import Expression, Fault, evaluate
from gen.isa.assembly.forms import Argument, Form, Forms, Match, Matching, forms_of, words_of
from gen.isa.assembly.lines import expanded
from gen.isa.assembly.names import Names, Table
from gen.isa.extension import Alias, Instruction
from gen.isa.isa import Isa
from gen.isa.operands import Operand, OperandError
from gen.source import Source, Span

__all__ = ["NOWHERE", "Reverse", "reversed_aliases"]

NOWHERE = Span(Source("", ""), 0, 0)
_HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Reverse:
    """A pseudo-instruction for an instruction.

    Members
    -------
    fixed : values of fields that it does not say
    places : the operand that gives a field, by the field
    """

    alias: Alias
    fixed: Mapping[str, int]
    places: Mapping[str, str]

    @property
    def fields(self) -> dict[str, str]:
        """A field for each operand."""
        return {a: f for f, a in self.places.items()}

    def operands(self, fields: Mapping[str, int]) -> dict[str, int] | None:
        """Return the operands that give an instruction with these fields, None if none do."""
        if any(fields[n] != v for n, v in self.fixed.items()):
            return None
        made: dict[str, int] = {}
        for field, name in self.places.items():
            if made.setdefault(name, fields[field]) != fields[field]:
                return None
        return made


def reversed_aliases(isa: Isa) -> dict[str, list[Reverse]]:
    """Return the printed pseudo-instructions by what they stand for, those that fix most first."""
    found: dict[str, list[Reverse]] = {}
    forms = forms_of(isa)
    for alias in isa.aliases:
        if alias.printed and not callable(alias.expansion):
            for name, reverse in _reversed(forms, alias, alias.expansion[0]):
                found.setdefault(name, []).append(reverse)
    for some in found.values():
        some.sort(key=lambda r: len(r.places))
    return found


def _reversed(forms: Forms, alias: Alias, line: str) -> Iterator[tuple[str, Reverse]]:
    statement = expanded(line, NOWHERE)
    for form in _forms(forms, alias, statement.head.text):
        match = _Holes(form, statement.rest.text, forms.registers).run()
        if isinstance(match, Match) and isinstance(form.made, Instruction):
            reverse = _reverse(form.made, alias, match.values)
            if reverse is not None and set(reverse.places.values()) == set(alias.operands):
                yield form.made.name, reverse
                return


def _forms(forms: Forms, alias: Alias, head: str) -> Iterator[Form]:
    """Yield the forms of a mnemonic, whose operands are the instruction's of the same names."""
    words = {n: words_of(alias.operands[n]) for n in _HOLE.findall(head) if n in alias.operands}
    if not all(words.values()):
        return
    first = {n: found[0] for n, found in words.items()}
    mnemonic = _HOLE.sub(lambda m: first[m[1]][0] if m[1] in first else m[0], head)
    for form in forms.by_mnemonic.get(mnemonic, ()):
        if all(form.fields.get(n) == value for n, (_, value) in first.items()):
            yield Form(form.made, form.words, {**form.fields, **{n: _Hole(n) for n in first}})


class _Hole(int):
    """Stands for the value of an operand of the pseudo-instruction."""

    name: str

    def __new__(cls, name: str) -> _Hole:
        made = super().__new__(cls, 0)
        made.name = name
        return made


class _Holes(Matching):
    """Compares a line of an expansion, whose operands may be names in braces."""

    def value(self, kind: Operand, text: str) -> Argument:
        """Return a hole for a name in braces."""
        hole = _HOLE.fullmatch(text)
        return _Hole(hole[1]) if hole else super().value(kind, text)


def _reverse(made: Instruction, alias: Alias, values: Mapping[str, Argument]) -> Reverse | None:
    """Return what fields have fixed values, and which operands give the others."""
    fixed: dict[str, int] = {}
    places: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, _Hole):
            places[name] = value.name
        elif isinstance(value, Expression):
            number = _constant(made, name, value)
            if number is None:
                return None
            fixed[name] = number
        else:
            fixed[name] = value
    return Reverse(alias, fixed, places)


def _constant(made: Instruction, name: str, value: Expression) -> int | None:
    """Return the field's value of an operand that is the same everywhere."""
    kind, given = made.operands[name], made.encoding.fields[name].given
    try:
        number = evaluate(value, Names(frozenset(), {}, Table()))
        found = [kind.encode(number, given, pc) for pc in (0, 64)]
    except (Fault, OperandError):
        return None
    return found[0] if found[0] == found[1] else None
