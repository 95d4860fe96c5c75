"""Programs as Python functions do what the interpreter does, to the instruction."""

from __future__ import annotations

import random

import pytest

from gen.isa import Hart, Isa, MemoryFault, Trap, elaborate
from gen.isa.values import word
from sim.blocks import Blocks
from specs.isa import riscv
from tests.isa import toy
from tests.isa.agree import corner, get, random_word

SIZE = 1 << 12


class Ram:
    """A memory of `SIZE` bytes, again and again over the address space, with holes between."""

    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data)

    def place(self, address: int, size: int) -> int:
        """Return where an address lies in `data`."""
        at = address % (SIZE + SIZE // 16)
        if at + size > SIZE:
            raise MemoryFault(address)
        return at

    def read(self, address: int, size: int) -> int:
        at = self.place(address, size)
        return int.from_bytes(self.data[at : at + size], "little")

    fetch = read

    def write(self, address: int, size: int, value: int) -> None:
        at = self.place(address, size) | SIZE // 2  # the program lies below
        at = min(at, SIZE - size)
        self.data[at : at + size] = value.to_bytes(size, "little")


def program(isa: Isa, draw: random.Random) -> Ram:
    """Return a memory whose lower half is instructions at random, mostly few different ones."""
    some = draw.sample(isa.instructions, k=min(len(isa.instructions), 12))
    code = b""
    while len(code) < SIZE // 2:
        i = draw.choice(some if draw.random() < 0.9 else isa.instructions)
        code += random_word(i, draw).to_bytes(i.encoding.width // 8, isa.byte_order)
    return Ram(code[: SIZE // 2] + draw.randbytes(SIZE // 2))


def started(isa: Isa, memory: Ram, draw: random.Random) -> Hart:
    """Return a hart with numbers in its registers, many of them addresses in the program."""
    hart = Hart(isa, memory)
    for d in isa.state:
        file = getattr(hart, d.name)
        if isinstance(file, list):
            for k in range(len(file)):
                value = draw.choice([corner(d.width, draw), draw.randrange(SIZE // 4) * 4])
                list.__setitem__(file, k, word(d.width)(0 if k == file.zero else value))
    return hart


def trace(hart: Hart, step: int, engine: Hart | Blocks) -> list[object]:
    """Run in steps of so many instructions; return what is seen after each."""
    seen: list[object] = []
    for _ in range(30):
        try:
            done = engine.run(step)
        except Trap as trap:
            seen.append((trap.cause, trap.value, get(hart), hart.retired))
            hart.pc = word(hart.pc.width)(hart.retired * 52 % (SIZE // 2) & -4)
            hart._latch()
            continue
        seen.append((done, get(hart), hart.retired))
    return seen


SETS = {
    "toy": toy.isa(),
    "big toy": toy.isa("big"),
    "rv64i": riscv.isa("rv64i"),
    "rv64ifd": riscv.isa("rv64ifd"),
}


@pytest.mark.parametrize("step", [1, 7, 50])
@pytest.mark.parametrize("name", SETS)
def test_blocks_are_the_interpreter(name: str, step: int) -> None:
    isa = SETS[name]
    assert isa is not None
    machine = elaborate(isa)
    for seed in range(2 if name == "rv64ifd" else 6):
        one, two = random.Random(seed), random.Random(seed)
        memory, other = program(isa, one), program(isa, two)
        hart, blocks = started(isa, memory, one), Blocks(started(isa, other, two), machine)
        assert trace(hart, step, hart) == trace(blocks.hart, step, blocks), seed
        assert memory.data == other.data
