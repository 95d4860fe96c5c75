"""ARMv5TE beside the reference written by hand, on random and corner operands."""

from __future__ import annotations

import random

import pytest

from gen.isa import Hart, Trap
from gen.isa.values import word
from specs.isa import armv5
from tests.isa.agree import Noise, random_word
from tests.references.armv5 import Machine

SETS = 1500
WITHOUT = "b bl bx blx swi mrs msr".split()  # in test_directed
FLAGS = "NZCV"
EXTREMES = (0, 1, 2, 31, 32, 33, 64, 255, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xAAAAAAAA)


def number(draw: random.Random) -> int:
    """Return a word, often a corner or near one."""
    kind = draw.getrandbits(2)
    if kind == 0:
        return draw.choice(EXTREMES)
    return draw.getrandbits(7) - 64 & 0xFFFFFFFF if kind == 1 else draw.getrandbits(32)


def prepare(hart: Hart, reference: Machine, draw: random.Random) -> None:
    """Give both the same random registers and flags."""
    hart._decoded.clear()
    values, pc = [number(draw) for _ in range(15)], number(draw) & -4
    reference.r, reference.pc = list(values), pc
    list.__setitem__(hart.r, slice(None), map(word(32), values))
    hart._pc = word(32)(pc)
    for name in FLAGS:
        flag = draw.getrandbits(1)
        setattr(hart, name, flag)
        setattr(reference, name.lower(), bool(flag))


def check(hart: Hart, reference: Machine, code: int) -> None:
    """Perform a word on both and compare."""
    memory = hart.memory
    assert isinstance(memory, Noise)
    memory.code = (code, int(hart.pc))
    hart.run(1)
    reference.step(code)
    assert [int(x) for x in list.__iter__(hart.r)] == reference.r
    assert int(hart.pc) == reference.pc
    assert [bool(getattr(hart, f)) for f in FLAGS] == [getattr(reference, f.lower()) for f in FLAGS]
    assert memory.bytes == reference.written


@pytest.mark.slow
def test_every_instruction() -> None:
    isa, draw = armv5.isa("armv5"), random.Random(5)
    assert isa is not None
    memory, bytes_ = Noise(7), Noise(7)
    hart = Hart(isa, memory)
    for i in isa.instructions:
        compared = 0
        while compared < SETS and i.name not in WITHOUT:
            memory.bytes.clear()
            reference = Machine(lambda a: bytes_.read(a, 1))
            prepare(hart, reference, draw)
            code = random_word(i, draw)
            if draw.getrandbits(1):
                code |= 0xE0000000  # most conditions do not hold
                code &= 0xEFFFFFFF
            try:
                check(hart, reference, code)
            except Trap as trap:  # a jump into Thumb state: the reference has none
                assert trap.value & 1 and i.name in ("ldr", "ldm")
                continue
            compared += 1
