"""The instruction sets that tests ask about: all that are listed, and the small one."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from gen.ir.machine import Machine
from gen.isa import Isa, elaborate, library
from tests.isa import toy

__all__ = ["SETS", "SIZED", "instruction_set", "machine_of"]

SETS = list(dict.fromkeys(["toy", "toy-big", *library.names(), "rv32gc", "rv64gc"]))
_LARGE = 60  # instructions, of which tests of each take more than two seconds


@cache
def instruction_set(name: str) -> Isa:
    """Return a set by its name."""
    if name.startswith("toy"):
        return toy.isa("big" if name.endswith("big") else "little")
    return library.find(name)


def _sized(name: str) -> Any:
    large = len(instruction_set(name).instructions) > _LARGE
    return pytest.param(name, marks=[pytest.mark.deep] if large else [])


@cache
def machine_of(name: str) -> Machine:
    """Return the machine of a set."""
    return elaborate(instruction_set(name))


def _within(name: str, other: str) -> bool:
    """Return whether a set is a smaller one of the same kind: `rv64imac` of `rv64gc`."""
    a, b = instruction_set(name), instruction_set(other)
    kinds = [(x.pc.width, x.byte_order) for x in (a, b)]
    return kinds[0] == kinds[1] and set(a.instructions) < set(b.instructions)


def _needed(name: str) -> bool:
    large = len(instruction_set(name).instructions) > _LARGE
    return not (large and any(_within(name, other) for other in SETS))


# The same for tests that are long for large sets, of which those within others are left out.
SIZED = [_sized(name) for name in SETS if _needed(name)]
