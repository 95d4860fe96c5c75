"""Relocation operators: functions in assembly that a description gives a meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from gen.isa.operands import OperandError

__all__ = ["Operator", "Place"]


@dataclass(frozen=True)
class Place:
    """Where an operator stands.

    Members
    -------
    pc : address of the instruction
    given : what operators were given, by operator and address of the instruction
    """

    pc: int
    given: Mapping[tuple[str, int], int] = field(default_factory=dict)

    def argument(self, operator: str, address: int) -> int:
        """Return what an operator was given in the instruction at an address.

        Raises
        ------
        OperandError : no such operator stands there
        """
        found = self.given.get((operator, address))
        if found is None:
            raise OperandError(f"there is no `%{operator}` at {address:#x}")
        return found


Operator: TypeAlias = Callable[[int, Place], int]
"""Takes the value of its argument and where it stands; ``%name(x)`` is what it returns."""
