"""MIPS32 beside the reference written by hand, on random and corner operands."""

from __future__ import annotations

import random

import pytest

from gen.isa import Hart, Trap
from gen.isa.extension import Instruction
from gen.isa.values import word
from specs.isa import mips32
from tests.isa.agree import Noise, random_word
from tests.references.mips32 import Exception_, Machine

SETS = 1000
# What the reference has not: system instructions, and what only hints or traps
WITHOUT = "break syscall ll sc sync pref cache eret mfc0 mtc0 wait".split()
EXTREMES = (0, 1, 2, 4, 31, 32, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def number(draw: random.Random) -> int:
    """Return a word, often a corner or near one."""
    kind = draw.getrandbits(2)
    if kind == 0:
        return draw.choice(EXTREMES)
    return draw.getrandbits(6) - 32 & 0xFFFFFFFF if kind == 1 else draw.getrandbits(32)


def prepare(hart: Hart, reference: Machine, draw: random.Random) -> None:
    """Give both the same random registers, in a delay slot or not."""
    hart._decoded.clear()
    values = [0, *[number(draw) for _ in range(31)]]
    hi, lo, slot = number(draw), number(draw), draw.randrange(2)
    pc = number(draw) & -4
    beyond = number(draw) & -4
    reference.r, reference.hi, reference.lo, reference.pc = list(values), hi, lo, pc
    reference.next = beyond if slot else pc + 4 & 0xFFFFFFFF
    list.__setitem__(hart.r, slice(None), map(word(32), values))
    hart.HI, hart.LO = word(32)(hi), word(32)(lo)
    hart._pc, hart._npc, hart._slot = word(32)(pc), word(32)(beyond), word(1)(slot)


def following(hart: Hart) -> tuple[int, int]:
    """Return the addresses of the next two instructions."""
    pc = int(hart.pc)
    return pc, int(hart.npc) if hart.slot else pc + 4 & 0xFFFFFFFF


def check(hart: Hart, reference: Machine, code: int, big: bool) -> None:
    """Perform a word on both and compare."""
    memory = hart.memory
    assert isinstance(memory, Noise)
    memory.code = (int.from_bytes(code.to_bytes(4), "little") if big else code, int(hart.pc))
    trap = other = None
    try:
        hart.run(1)
    except Trap as found:
        trap = (found.cause, found.value)
    try:
        reference.step(code)
    except Exception_ as found:
        other = (found.name, found.address)
    assert trap == other
    assert [int(x) for x in hart.r] == reference.r
    assert reference.hi == hart.HI and reference.lo == hart.LO
    assert memory.bytes == reference.written
    if trap is None:
        assert following(hart) == (reference.pc, reference.next)


def undefined(i: Instruction, code: int, reference: Machine, hart: Hart) -> bool:
    """Return whether the manual does not say what happens: by zero, a branch in a slot."""
    if i.name in ("div", "divu"):
        return not reference.r[code >> 16 & 31]
    return bool(hart.slot) and ("branch" in i.encoding.fields or "index" in i.encoding.fields)


@pytest.mark.slow
@pytest.mark.parametrize("name", mips32.NAMES)
def test_every_instruction(name: str) -> None:
    """Little endian, only loads and stores: the rest is the same text."""
    isa, draw = mips32.isa(name), random.Random(name)
    assert isa is not None
    big = name == "mips32"
    memory, bytes_ = Noise(7), Noise(7)
    hart = Hart(isa, memory)
    for i in isa.instructions:
        if i.name in WITHOUT or not (big or "offset" in i.encoding.fields):
            continue
        compared = 0
        while compared < SETS:
            memory.bytes.clear()
            reference = Machine(lambda a: bytes_.read(a, 1), big)
            prepare(hart, reference, draw)
            code = random_word(i, draw)
            if not undefined(i, code, reference, hart):
                check(hart, reference, code, big)
                compared += 1
