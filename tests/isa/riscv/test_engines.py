"""Programs with every extension: Python functions of blocks do what the interpreter does."""

from __future__ import annotations

import random

import pytest

from gen.isa import elaborate
from sim.blocks import Blocks
from specs.isa import riscv
from tests.isa.test_blocks import program, started, trace


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rv64imac_b_zicond_zicsr", "rv32imac_ss", "rv64ic_zicsr"])
def test_blocks_are_the_interpreter(name: str) -> None:
    isa = riscv.isa(name)
    assert isa is not None
    machine = elaborate(isa)
    for seed in range(4):
        one, two = random.Random(seed), random.Random(seed)
        memory, other = program(isa, one), program(isa, two)
        hart, blocks = started(isa, memory, one), Blocks(started(isa, other, two), machine)
        assert trace(hart, 7, hart) == trace(blocks.hart, 7, blocks), seed
        assert memory.data == other.data
