"""The instruction sets that tests ask about: all that are listed, and the small one."""

from __future__ import annotations

from functools import cache

from gen.ir.machine import Machine
from gen.isa import Isa, elaborate, library
from tests.isa import toy

__all__ = ["SETS", "instruction_set", "machine_of"]

SETS = ["toy", "toy-big", *library.names()]


@cache
def instruction_set(name: str) -> Isa:
    """Return a set by its name."""
    if name.startswith("toy"):
        return toy.isa("big" if name.endswith("big") else "little")
    return library.find(name)


@cache
def machine_of(name: str) -> Machine:
    """Return the machine of a set."""
    return elaborate(instruction_set(name))
