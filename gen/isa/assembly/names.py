"""Symbols of an assembly: their values in this pass and in the one before."""

from __future__ import annotations

from bisect import bisect_right
from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field

from gen.isa.place import Operator

__all__ = ["Names", "Table"]


@dataclass
class Table:
    """What one pass gives values.

    Members
    -------
    symbols : labels and constants
    locals : of each local label the statements (by number) and addresses, in order
    given : arguments of operators; see `gen.isa.place.Place`
    bases : addresses of sections
    """

    symbols: dict[str, int] = field(default_factory=dict)
    locals: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    given: dict[tuple[str, int], int] = field(default_factory=dict)
    bases: dict[str, int] = field(default_factory=dict)


@dataclass
class Names:
    """The scope of expressions.

    Members
    -------
    declared : names that the text defines somewhere
    first : whether this is the first pass: what is not known yet is taken to be 0
    guessed : whether that has happened
    pc : address of the instruction or data being assembled
    statement : number of the statement
    """

    declared: frozenset[str]
    operators: Mapping[str, Operator]
    before: Table
    now: Table = field(default_factory=Table)
    pc: int = 0
    statement: int = 0
    first: bool = False
    guessed: bool = False

    @property
    def given(self) -> MutableMapping[tuple[str, int], int]:
        """Arguments of operators, of this pass and the one before."""
        return ChainMap(self.now.given, self.before.given)

    def symbol(self, name: str) -> int | None:
        """Return a symbol's value."""
        found = self.now.symbols.get(name)
        if found is None:
            found = self.before.symbols.get(name)
        if found is None and self.first and name in self.declared:
            self.guessed = True
            return 0
        return found

    def local(self, name: str) -> int | None:
        """Return the address of the last such label before this statement, or the next one."""
        ahead = name[-1] == "f"
        table = self.before if ahead else self.now
        places = table.locals.get(name[:-1], [])
        if ahead:
            at = bisect_right(places, self.statement, key=lambda p: p[0])
            if at == len(places):
                return 0 if self.first else None
            return places[at][1]
        return places[-1][1] if places else None

    def known(self) -> Iterator[str]:
        """Yield the names of symbols."""
        yield from self.declared
