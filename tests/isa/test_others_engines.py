"""Programs of MIPS32 and ARMv5 as Python functions and as compiled code: as interpreted."""

from __future__ import annotations

import random

import pytest

from gen.isa import Isa, elaborate
from sim.blocks import Blocks
from sim.native import Native
from specs.isa import armv5, mips32
from tests.isa.agree import get
from tests.isa.test_blocks import program, started, trace
from tests.isa.test_native import Paged

SETS = {"mips32": mips32.isa, "mips32el": mips32.isa, "armv5": armv5.isa}
pytestmark = [pytest.mark.deep, pytest.mark.parametrize("name", SETS)]


def made(name: str) -> Isa:
    """Return a set."""
    found = SETS[name](name)
    assert found is not None
    return found


def test_blocks_are_the_interpreter(name: str) -> None:
    isa = made(name)
    machine = elaborate(isa)
    for seed in range(4):
        one, two = random.Random(seed), random.Random(seed)
        memory, other = program(isa, one), program(isa, two)
        hart, blocks = started(isa, memory, one), Blocks(started(isa, other, two), machine)
        assert trace(hart, 7, hart) == trace(blocks.hart, 7, blocks), seed
        assert memory.data == other.data


def test_compiled_code_is_the_interpreter(name: str) -> None:
    isa = made(name)
    machine = elaborate(isa)
    for seed in range(2):
        one, two = random.Random(seed), random.Random(seed)
        memory, other = program(isa, one), Paged(program(isa, two).data)
        hart, native = started(isa, memory, one), Native(started(isa, other, two), other, machine)
        assert trace(hart, 50, hart) == trace(native.hart, 50, native), seed
        assert get(hart) == get(native.hart)
        assert memory.data == other.data
