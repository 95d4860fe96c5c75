"""ARMv5TE, case by case: register 15, shifters, flags, multiple registers, the status register."""

from __future__ import annotations

from typing import Any

import pytest

from gen.isa import Isa, Trap
from gen.isa.values import word
from specs.isa import armv5
from tests.isa.program import boot, encode

FOUND = armv5.isa("armv5")
assert FOUND is not None
ISA: Isa = FOUND
START = 0x1000
AL = 14


def op(name: str, cond: int = AL, **fields: int) -> int:
    """Return a word; its condition is `always`."""
    return encode(ISA, name, cond=cond, **fields)


def operand(name: str, text: str) -> int:
    """Return the value of an operand's assembly."""
    found = ISA.instruction(name).operands
    kinds = {n: k for n, k in found.items() if n in ("operand", "address", "half", "base", "list")}
    value = next(iter(kinds.values())).parse(text)
    assert value is not None
    return value


def flags(hart: Any) -> str:
    """Return the flags that are set."""
    return "".join(f for f in "NZCV" if getattr(hart, f))


def run(codes: list[int], count: int = 0, c: int = 0, **registers: int) -> Any:
    """Return a hart that has run a program."""
    hart = boot(ISA, codes, **registers)
    hart.C = c
    hart.run(count or len(codes))
    return hart


# Shifter operands and flags


@pytest.mark.parametrize(
    ("text", "c", "value", "carry"),
    [
        ("#0", 1, 0, 1),
        ("#255", 0, 255, 0),
        ("#0x80000000", 0, 0x80000000, 1),
        ("#0x3FC", 1, 0x3FC, 0),
        ("r1", 1, 0x80000001, 1),
        ("r1, lsl #1", 0, 2, 1),
        ("r1, lsl #31", 1, 0x80000000, 0),
        ("r1, lsr #1", 0, 0x40000000, 1),
        ("r1, lsr #32", 0, 0, 1),
        ("r1, asr #1", 0, 0xC0000000, 1),
        ("r1, asr #32", 0, 0xFFFFFFFF, 1),
        ("r1, ror #1", 0, 0xC0000000, 1),
        ("r1, ror #4", 1, 0x18000000, 0),
        ("r1, rrx", 0, 0x40000000, 1),
        ("r1, rrx", 1, 0xC0000000, 1),
        ("r1, lsl r2", 1, 0x80000001, 1),  # r2: 0x100, of which the lowest byte is 0
        ("r1, ror r2", 0, 0x80000001, 0),
        ("r1, lsl r3", 0, 0, 1),  # r3: 32
        ("r1, lsr r3", 0, 0, 1),
        ("r1, asr r3", 0, 0xFFFFFFFF, 1),
        ("r1, ror r3", 0, 0x80000001, 1),
        ("r1, lsl r4", 1, 0, 0),  # r4: 33
        ("r1, lsr r4", 1, 0, 0),
        ("r1, asr r4", 0, 0xFFFFFFFF, 1),
        ("r1, ror r4", 0, 0xC0000000, 1),
        ("r1, asr r5", 0, 0xFFFFFFFF, 1),  # r5: 255
    ],
)
def test_shifters(text: str, c: int, value: int, carry: int) -> None:
    code = op("mov", S=1, rd=0, operand=operand("mov", text))
    hart = run([code], c=c, r1=0x80000001, r2=0x100, r3=32, r4=33, r5=255)
    assert (hart.r[0], hart.C) == (value, carry)
    assert ("N" in flags(hart), "Z" in flags(hart)) == (value >> 31 == 1, value == 0)


@pytest.mark.parametrize(
    ("name", "a", "b", "c", "value", "expected"),
    [
        ("add", 0x7FFFFFFF, 1, 0, 0x80000000, "NV"),
        ("add", 0xFFFFFFFF, 1, 0, 0, "ZC"),
        ("adc", 0xFFFFFFFF, 0, 1, 0, "ZC"),
        ("adc", 0x7FFFFFFF, 0, 1, 0x80000000, "NV"),
        ("sub", 5, 5, 0, 0, "ZC"),
        ("sub", 0, 1, 1, 0xFFFFFFFF, "N"),
        ("sub", 0x80000000, 1, 0, 0x7FFFFFFF, "CV"),
        ("rsb", 1, 0, 0, 0xFFFFFFFF, "N"),
        ("sbc", 5, 5, 0, 0xFFFFFFFF, "N"),
        ("sbc", 5, 5, 1, 0, "ZC"),
        ("rsc", 1, 5, 0, 3, "C"),
    ],
)
def test_flags_of_sums(name: str, a: int, b: int, c: int, value: int, expected: str) -> None:
    shifted = operand("add", "r2")
    hart = run([op(name, S=1, rn=1, rd=0, operand=shifted)], c=c, r1=a, r2=b)
    assert (hart.r[0], flags(hart)) == (value, expected)
    hart = run([op(name, S=0, rn=1, rd=0, operand=shifted)], c=c, r1=a, r2=b)
    assert (hart.r[0], flags(hart)) == (value, "C" * c)


def test_every_condition() -> None:
    holds = {  # of N, Z, C, V as a number of four bits
        0: lambda n, z, c, v: z,
        2: lambda n, z, c, v: c,
        4: lambda n, z, c, v: n,
        6: lambda n, z, c, v: v,
        8: lambda n, z, c, v: c and not z,
        10: lambda n, z, c, v: n == v,
        12: lambda n, z, c, v: n == v and not z,
        14: lambda n, z, c, v: True,
    }
    for cond in range(15):
        for state in range(16):
            hart = boot(ISA, [op("mov", cond=cond, rd=0, operand=operand("mov", "#1"))])
            nzcv = [state >> k & 1 for k in (3, 2, 1, 0)]
            hart.N, hart.Z, hart.C, hart.V = nzcv
            hart.run(1)
            assert hart.r[0] == bool(holds[cond & 14](*nzcv)) ^ cond & 1
            assert hart.pc == START + 4


# Register 15


def test_the_program_counter_reads_two_instructions_ahead() -> None:
    hart = run([op("mov", rd=0, operand=operand("mov", "pc"))])
    assert hart.r[0] == START + 8
    hart = run([op("str", rd=15, address=operand("str", "[r1]"))], r1=0x2000)
    assert hart.memory.at(ISA, 0x2000) == START + 8
    hart = run([op("stm", mode=1, base=1, list=1 << 15)], r1=0x2000)
    assert hart.memory.at(ISA, 0x2000) == START + 8


def test_writing_the_program_counter_jumps() -> None:
    hart = run([op("add", rn=15, rd=15, operand=operand("add", "#0x100"))])
    assert hart.pc == START + 8 + 0x100
    hart = run([op("mov", rd=15, operand=operand("mov", "r1"))], r1=0x2003)
    assert hart.pc == 0x2000
    hart = boot(ISA, [op("ldr", rd=15, address=operand("ldr", "[pc, #4]"))])
    hart.memory.put(ISA, START + 12, 0x2000)
    hart.run(1)
    assert hart.pc == 0x2000


def test_jumps_into_thumb_state_trap_and_change_nothing() -> None:
    bx, blx = op("bx", rm=1), op("blx", rm=1)
    load = op("ldr", rd=15, address=operand("ldr", "[r2], #4"))
    pop = op("ldm", mode=1, base=operand("ldm", "r2!"), list=1 << 15)
    for code in (bx, blx, load, pop):
        hart = boot(ISA, [code], r1=0x2001, r2=0x3000)
        hart.memory.put(ISA, 0x3000, 0x2001)
        with pytest.raises(Trap) as caught:
            hart.run(1)
        assert (caught.value.cause, caught.value.value) == ("undefined_instruction", 0x2001)
        assert (hart.pc, hart.r[2], hart.r[14]) == (START, 0x3000, 0)


def test_branches_and_links() -> None:
    for name in ("b", "bl"):
        hart = run([op(name, target=-8)])
        assert (hart.pc, hart.r[14]) == (START, START + 4 if name == "bl" else 0)
    hart = run([op("blx", rm=14)], r14=0x2000)
    assert (hart.pc, hart.r[14]) == (0x2000, START + 4)
    hart = run([op("bx", rm=3)], r3=0x2000)
    assert (hart.pc, hart.r[14]) == (0x2000, 0)
    hart = run([op("bl", cond=0, target=0)])
    assert (hart.pc, hart.r[14]) == (START + 4, 0)


def test_calls_of_the_system() -> None:
    hart = boot(ISA, [op("swi", number=0x900004), op("swi", cond=0)])
    with pytest.raises(Trap) as caught:
        hart.run(1)
    assert (caught.value.cause, caught.value.value) == ("software_interrupt", 0x900004)
    hart._pc = word(32)(START + 4)
    hart.run(1)
    assert hart.pc == START + 8


# Memory


@pytest.mark.parametrize(
    ("text", "address", "base"),
    [
        ("[r1]", 0x2000, 0x2000),
        ("[r1, #-4]", 0x1FFC, 0x2000),
        ("[r1, #4]!", 0x2004, 0x2004),
        ("[r1], #-8", 0x2000, 0x1FF8),
        ("[r1, r2]", 0x2010, 0x2000),
        ("[r1, -r2, lsl #2]!", 0x1FC0, 0x1FC0),
        ("[r1], r2, lsr #2", 0x2000, 0x2004),
        ("[r1, -r3, asr #32]", 0x2001, 0x2000),
        ("[r1, r2, rrx]", 0x2008, 0x2000),
    ],
)
def test_addresses(text: str, address: int, base: int) -> None:
    code = op("strb", rd=4, address=operand("strb", text))
    hart = run([code], r1=0x2000, r2=0x10, r3=0x80000000, r4=0xA5)
    assert hart.memory.bytes.get(address) == 0xA5
    assert hart.r[1] == base


@pytest.mark.parametrize(
    ("text", "address", "base"),
    [
        ("[r1]", 0x2000, 0x2000),
        ("[r1, #-254]", 0x1F02, 0x2000),
        ("[r1, -r2]!", 0x1FF0, 0x1FF0),
        ("[r1], r2", 0x2000, 0x2010),
    ],
)
def test_addresses_of_half_words(text: str, address: int, base: int) -> None:
    hart = run([op("strh", rd=4, half=operand("strh", text))], r1=0x2000, r2=0x10, r4=0x1234A5C3)
    assert hart.memory.read(address, 4) == 0xA5C3
    assert hart.r[1] == base


def test_an_unaligned_load_rotates_and_a_store_aligns() -> None:
    for at in range(4):
        load = op("ldr", rd=0, address=operand("ldr", f"[r1, #{at}]"))
        hart = boot(ISA, [load, load & ~(1 << 20)], r1=0x2000)
        hart.memory.put(ISA, 0x2000, 0x44332211)
        hart.run(1)
        assert hart.r[0] == (0x44332211 >> 8 * at | 0x44332211 << 32 - 8 * at) & 0xFFFFFFFF
        hart.run(1)
        assert hart.memory.at(ISA, 0x2000) == hart.r[0]


def test_loads_extend() -> None:
    codes = [op("ldrsb", rd=2, half=operand("ldrsb", "[r1]"))]
    codes += [op("ldrsh", rd=3, half=operand("ldrsh", "[r1]"))]
    codes += [op("ldrh", rd=4, half=operand("ldrh", "[r1]"))]
    codes += [op("ldrd", rd=6, half=operand("ldrd", "[r1], #8"))]
    hart = boot(ISA, codes, r1=0x2000)
    hart.memory.put(ISA, 0x2000, 0x0000_8180)
    hart.memory.put(ISA, 0x2004, 7)
    hart.run(4)
    assert [hart.r[k] for k in (2, 3, 4)] == [0xFFFFFF80, 0xFFFF8180, 0x8180]
    assert [hart.r[k] for k in (1, 6, 7)] == [0x2008, 0x8180, 7]


@pytest.mark.parametrize(
    ("mode", "first", "base"),
    [(0, 0x1FF8, 0x1FF4), (1, 0x2000, 0x200C), (2, 0x1FF4, 0x1FF4), (3, 0x2004, 0x200C)],
)
def test_modes_of_multiple_registers(mode: int, first: int, base: int) -> None:
    named = operand("stm", "r9!"), 0b1011
    for write in (0, 16):
        code = op("stm", mode=mode, base=9 | write, list=named[1])
        hart = run([code], r0=10, r1=11, r3=13, r9=0x2000)
        assert [hart.memory.at(ISA, first + 4 * k) for k in range(3)] == [10, 11, 13]
        assert len(hart.memory.bytes) == 4 + 12
        assert hart.r[9] == (base if write else 0x2000)
        hart.memory.put(ISA, START + 4, code | 1 << 20)
        for k in range(3):
            hart.r[k], hart.r[3] = word(32)(0), word(32)(0)
        hart.r[9] = word(32)(0x2000)
        hart.run(1)
        assert [hart.r[k] for k in (0, 1, 2, 3)] == [10, 11, 0, 13]


def test_a_base_in_the_list() -> None:
    hart = run([op("stm", mode=1, base=1 | 16, list=0b110)], r1=0x2000, r2=5)
    assert [hart.memory.at(ISA, 0x2000 + 4 * k) for k in (0, 1)] == [0x2000, 5]
    assert hart.r[1] == 0x2008
    for write in (0, 16):
        hart = boot(ISA, [op("ldm", mode=1, base=1 | write, list=0b110)], r1=0x2000)
        hart.memory.put(ISA, 0x2000, 77)
        hart.run(1)
        assert hart.r[1] == 77


def test_return_by_multiple_registers() -> None:
    hart = boot(ISA, [op("ldm", mode=1, base=13 | 16, list=1 << 15 | 1)], r13=0x2000)
    hart.memory.put(ISA, 0x2000, 3)
    hart.memory.put(ISA, 0x2004, 0x4000)
    hart.run(1)
    assert (hart.r[0], hart.pc, hart.r[13]) == (3, 0x4000, 0x2008)


def test_swaps() -> None:
    hart = boot(ISA, [op("swp", rn=1, rd=2, rm=2), op("swpb", rn=1, rd=3, rm=4)], r1=0x2000)
    hart.memory.put(ISA, 0x2000, 0x01020304)
    hart.r[2], hart.r[4] = word(32)(0xAABBCCDD), word(32)(0x55)
    hart.run(2)
    assert (hart.r[2], hart.r[3], hart.memory.at(ISA, 0x2000)) == (0x01020304, 0xDD, 0xAABBCC55)


# The status register


def test_the_status_register_is_read_and_written() -> None:
    ones = operand("msr", "#0xF0000000")
    hart = run([op("msr", fields=8, operand=ones), op("mrs", rd=0)])
    assert (flags(hart), hart.r[0]) == ("NZCV", 0xF0000010)
    hart = run([op("msr", fields=8, operand=operand("msr", "r1")), op("mrs", rd=0)], r1=0x60000013)
    assert (flags(hart), hart.r[0]) == ("ZC", 0x60000010)
    hart = run([op("msr", fields=7, operand=ones)])
    assert flags(hart) == ""


def test_multiplications_keep_carry_and_overflow() -> None:
    hart = boot(ISA, [op("umull", S=1, rdlo=0, rdhi=1, rm=2, rs=2)], r2=-1)
    hart.C = hart.V = 1
    hart.run(1)
    assert (hart.r[0], hart.r[1], flags(hart)) == (1, 0xFFFFFFFE, "NCV")
    hart = run([op("smlal", S=1, rdlo=0, rdhi=1, rm=2, rs=3)], r2=-1, r3=1, r0=1)
    assert (hart.r[0], hart.r[1], flags(hart)) == (0, 0, "Z")
    hart = run([op("clz", rd=0, rm=1), op("clz", rd=2, rm=3)], r1=0, r3=1)
    assert (hart.r[0], hart.r[2]) == (32, 31)
