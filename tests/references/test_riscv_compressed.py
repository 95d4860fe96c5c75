"""All 16-bit words of RISC-V: which are instructions, and what they do."""

from __future__ import annotations

import random

import pytest

from gen.isa import Hart, Isa, Trap
from gen.isa.values import word as word_of
from specs.isa import riscv
from tests.isa.agree import Noise, corner
from tests.references.riscv_compressed import expand

WORDS = [w for w in range(1 << 16) if w & 3 != 3]


def found(name: str) -> Isa:
    isa = riscv.isa(name)
    assert isa is not None
    return isa


@pytest.mark.parametrize("xlen", [32, 64])
def test_words_are_one_instruction_or_none(xlen: int) -> None:
    isa = found(f"rv{xlen}ic")
    short = [i for i in isa.instructions if i.encoding.width == 16]
    for w in range(1 << 16):
        candidates = [i for i in short if w & i.encoding.mask == i.encoding.match and i.matches(w)]
        assert len(candidates) <= 1, (hex(w), [i.name for i in candidates])
        got = isa.decoder.find(w, 16)
        assert got is (candidates[0] if candidates else None), hex(w)
        wanted = w & 3 != 3 and expand(w, xlen) is not None
        assert (got is not None) == wanted, (hex(w), got and got.name)


def outcome(hart: Hart, code: int, pc: int, x: list[int]) -> tuple[object, ...]:
    """Return everything that a word does, and how far the next one is if it goes on."""
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
        return trap.cause, trap.value
    after = [int(hart.x[k]) for k in range(32)]
    return int(hart.pc) - pc, after, memory.writes[:]


def short_of(long: tuple[object, ...], code: int, pc: int, xlen: int) -> tuple[object, ...]:
    """Return what the short form of an instruction does: what follows it is two bytes nearer."""
    if len(long) == 2:
        return long
    step, after, writes = long
    assert isinstance(after, list)
    if code & 0x7F in (0x6F, 0x67) and code >> 7 & 31:
        after[1] = (after[1] - 2) % (1 << xlen)
    goes_on = step == 4 and code & 0x7F not in (0x6F, 0x67, 0x63)
    return (2 if goes_on else step), after, writes


@pytest.mark.slow
@pytest.mark.parametrize("xlen", [32, 64])
def test_words_do_what_they_are_short_for(xlen: int) -> None:
    isa = found(f"rv{xlen}ic")
    hart, draw = Hart(isa, Noise(3)), random.Random(xlen)
    for w in draw.sample(WORDS, 12_000):
        code = expand(w, xlen)
        if code is None:
            continue
        pc = 0x8000 + draw.randrange(100) * 2
        x = [0, *(corner(xlen, draw) for _ in range(31))]
        got = outcome(hart, w, pc, x)
        want = short_of(outcome(hart, code, pc, x), code, pc, xlen)
        if code & 0x7F == 0x63 and want[0] == 4 and got[0] == 2:
            want = (2, *want[1:])  # a branch that is not taken
        assert got == want, (hex(w), hex(code))


def test_links_are_two_bytes_ahead() -> None:
    hart = Hart(found("rv32ic"), Noise(1))
    x = [0, *(4 * k for k in range(1, 32))]
    step, after, _ = outcome(hart, 0x2001 | 1 << 3, 0x100, x)  # c.jal .+2
    assert step == 2
    assert isinstance(after, list)
    assert after[1] == 0x102
    step, after, _ = outcome(hart, 0x9082, 0x100, x)  # c.jalr ra: the old ra is the target
    assert isinstance(after, list)
    assert (step, after[1]) == (4 - 0x100, 0x102)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (0x0000, "all zeros"),
        (0x4002, "c.lwsp to x0"),
        (0x6002, "c.ldsp to x0"),
        (0x8002, "c.jr of x0"),
        (0x6101, "c.addi16sp of 0"),
        (0x6081, "c.lui of 0"),
        (0x2001, "c.addiw to x0"),
        (0x9C41, "reserved row of the register forms"),
        (0x2000, "c.fld without D"),
    ],
)
def test_reserved_words_are_illegal(code: int, name: str) -> None:
    hart = Hart(found("rv64ic"), Noise(1))
    assert outcome(hart, code, 0x100, [0] * 32) == ("illegal_instruction", code), name
