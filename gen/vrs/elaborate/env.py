"""The running state of one operation while its actions are elaborated.

Reads see what earlier actions wrote; `effects` gives what remains in terms of the state before.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.ir.machine import Assign, Effect, Load
from gen.source import Span

__all__ = ["TRUE", "Environment"]

TRUE = e.const(1, 1)


@dataclass
class _FileWrite:
    index: Expr
    value: Expr
    span: Span | None


@dataclass
class Environment:
    """Current values of everything an operation touches.

    Members
    -------
    guard : condition under which loads happen
    interface : value of each interface field that was written, by name
    """

    guard: Expr = TRUE
    interface: dict[str, Expr] = field(default_factory=dict)
    _registers: dict[str, tuple[Expr, Span | None]] = field(default_factory=dict)
    _files: dict[str, list[_FileWrite]] = field(default_factory=dict)
    _loads: dict[tuple[str, Expr, int], Load] = field(default_factory=dict)

    def read(self, name: str, width: int) -> Expr:
        """Return the current value of a register."""
        if name in self._registers:
            return self._registers[name][0]
        return e.state(name, width)

    def write(self, name: str, value: Expr, span: Span | None) -> None:
        """Give a register a new value."""
        self._registers[name] = (value, span)

    def read_element(self, name: str, index: Expr, width: int) -> Expr:
        """Return the current value of an element of a register file."""
        value = e.regread(name, index, width)
        for w in self._files.get(name, []):
            value = e.ite(e.eq(index, w.index), w.value, value)
        return value

    def write_element(self, name: str, index: Expr, value: Expr, span: Span | None) -> None:
        """Give an element of a register file a new value."""
        writes = self._files.setdefault(name, [])
        if writes and writes[-1].index is index:
            writes.pop()
        writes.append(_FileWrite(index, value, span))

    def load(self, memory: str, name: str, address: Expr, width: int, span: Span | None) -> Expr:
        """Return the value at a byte address; equal loads are made once."""
        key = (memory, address, width)
        if key not in self._loads:
            taken = {x.name for x in self._loads.values()}
            unique = next(
                n for i in range(len(taken) + 1) if (n := f"{name}_{i}" if i else name) not in taken
            )
            self._loads[key] = Load(unique, memory, address, width, self.guard, span)
        return e.load(self._loads[key].name, width)

    @property
    def loads(self) -> tuple[Load, ...]:
        """The loads so far, in program order."""
        return tuple(self._loads.values())

    def effects(self) -> tuple[Effect, ...]:
        """Return loads, then assignments in order of writing."""
        assigns: list[Effect] = [
            Assign(name, value, TRUE, None, span) for name, (value, span) in self._registers.items()
        ]
        for name, writes in self._files.items():
            assigns.extend(Assign(name, w.value, TRUE, w.index, w.span) for w in writes)
        return (*self.loads, *assigns)
