"""The integer instructions of RISC-V against a reference written by hand."""

from __future__ import annotations

import random

import pytest

from gen.isa import Hart, Isa, Trap
from gen.isa.extension import Instruction
from gen.isa.values import word as word_of
from specs.isa import riscv
from tests.isa.agree import Noise, corner, random_word
from tests.references.riscv_integer import Done
from tests.references.riscv_integer import Hart as Reference

SETS = ["rv32im_b_zicond", "rv64im_b_zicond"]


def found(name: str) -> Isa:
    isa = riscv.isa(name)
    assert isa is not None
    return isa


def performed(hart: Hart, code: int, pc: int, x: list[int]) -> Done:
    """Return what the interpreter does for a word."""
    memory, kind = hart.memory, word_of(hart.isa.pc.width)
    assert isinstance(memory, Noise)
    memory.bytes.clear()
    memory.writes.clear()
    memory.code = (code, pc)
    hart.forget(0, 1 << kind.width)
    for k, value in enumerate(x):
        list.__setitem__(hart.x, k, kind(value))
    hart._pc = kind(pc)
    try:
        hart.run(1)
    except Trap as trap:
        return Done(pc, trap=(trap.cause, trap.value))
    changed = [k for k in range(32) if hart.x[k] != x[k]]
    assert len(changed) <= 1
    rd = code >> 7 & 31
    assert changed in ([], [rd])
    store = memory.writes[0] if memory.writes else None
    return Done(int(hart.pc), rd, int(hart.x[rd]), store)


def check(isa: Isa, hart: Hart, i: Instruction, draw: random.Random) -> None:
    xlen = isa.pc.width
    code = random_word(i, draw)
    pc = corner(xlen, draw) & -4
    x = [0, *(k * 0x0123456789ABCDEF & (1 << xlen) - 1 for k in range(1, 32))]
    for k in (code >> 15 & 31, code >> 20 & 31):
        x[k] = corner(xlen, draw) if k else 0
    memory = hart.memory
    assert isinstance(memory, Noise)
    got = performed(hart, code, pc, x)
    memory.bytes.clear()
    want = Reference(xlen).execute(code, pc, x, memory.read)
    shown = (i.name, hex(code), hex(pc), got, want)
    if want.trap or got.trap:
        assert got.trap == want.trap, shown
        return
    assert (got.pc, got.store) == (want.pc, want.store), shown
    if want.rd:
        assert (got.rd, got.value) == (want.rd, want.value), shown
    else:
        assert not got.rd or got.value == x[got.rd], shown


def compare(name: str, count: int) -> None:
    isa = found(name)
    hart, draw = Hart(isa, Noise(7)), random.Random(name)
    for i in isa.instructions:
        for _ in range(count):
            check(isa, hart, i, draw)


@pytest.mark.parametrize("name", SETS)
def test_quickly(name: str) -> None:
    compare(name, 30)


@pytest.mark.deep
@pytest.mark.parametrize("name", SETS)
def test_a_thousand_of_each(name: str) -> None:
    compare(name, 1000)
