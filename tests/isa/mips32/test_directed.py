"""MIPS32, case by case: delay slots, exceptions, parts of words, coprocessor 0."""

from __future__ import annotations

from typing import Any

import pytest

from gen.isa import Isa, OperandError, Trap
from gen.isa.values import word
from specs.isa import mips32
from tests.isa.program import boot, encode

BIG, LITTLE = mips32.isa("mips32"), mips32.isa("mips32el")
assert BIG is not None and LITTLE is not None
ISA: Isa = BIG
START = 0x1000
ADD_ONE = encode(ISA, "addiu", rs=8, rt=8, imm=1)
UM, ERL, EXL, BEV, CU0, BD = 0x10, 4, 2, 1 << 22, 1 << 28, 1 << 31


def op(name: str, **fields: int) -> int:
    """Return a word."""
    return encode(ISA, name, **fields)


def trapped(hart: Any, count: int = 10) -> Trap:
    """Run until a trap, enter it, and return it."""
    with pytest.raises(Trap) as caught:
        hart.run(count)
    hart.enter(caught.value)
    return caught.value


# Delay slots


def test_a_taken_branch_executes_its_slot_first() -> None:
    hart = boot(ISA, [op("beq", branch=12), ADD_ONE, ADD_ONE, ADD_ONE, ADD_ONE])
    hart.run(2)
    assert (hart.pc, hart.r[8], hart.slot) == (START + 16, 1, 0)
    hart.run(1)
    assert (hart.pc, hart.r[8]) == (START + 20, 2)


def test_a_branch_not_taken_goes_on_behind_its_slot() -> None:
    hart = boot(ISA, [op("bne", branch=12), ADD_ONE, ADD_ONE])
    hart.run(1)
    assert (hart.pc, hart.slot) == (START + 4, 1)
    hart.run(2)
    assert (hart.pc, hart.r[8]) == (START + 12, 2)


def test_a_likely_branch_skips_its_slot_if_not_taken() -> None:
    hart = boot(ISA, [op("bnel", branch=12), ADD_ONE, op("nor", rd=9)])
    hart.run(1)
    assert (hart.pc, hart.slot) == (START + 8, 0)
    hart.run(1)
    assert (hart.r[8], hart.r[9]) == (0, 0xFFFFFFFF)


def test_a_likely_branch_executes_its_slot_if_taken() -> None:
    hart = boot(ISA, [op("beql", branch=8), ADD_ONE])
    hart.run(2)
    assert (hart.pc, hart.r[8]) == (START + 12, 1)


def test_the_slot_may_change_what_the_jump_has_read() -> None:
    hart = boot(ISA, [op("jr", rs=8), ADD_ONE], r8=0x2000)
    hart.run(2)
    assert (hart.pc, hart.r[8]) == (0x2000, 0x2001)


def test_a_link_is_the_address_behind_the_slot_whether_taken_or_not() -> None:
    for rs in (0, 4):
        hart = boot(ISA, [op("bltzal", rs=rs, branch=0x100), 0], r4=-1)
        hart.run(2)
        assert hart.r[31] == START + 8
        assert hart.pc == (START + 0x104 if rs else START + 8)
    hart = boot(ISA, [op("jalr", rs=4, rd=4), 0], r4=0x3000)
    hart.run(2)
    assert (hart.pc, hart.r[4]) == (0x3000, START + 8)


def test_a_jump_stays_in_the_region_of_its_slot() -> None:
    hart = boot(ISA, [op("jal", index=0x0400000), 0], start=0x1FFFFFFC)
    hart.run(2)
    assert (hart.pc, hart.r[31]) == (0x20400000, 0x20000004)


# Exceptions


def test_an_exception_is_told_where_it_happened() -> None:
    hart = boot(ISA, [ADD_ONE, op("lw", base=9, rt=8)], r9=0x2002)
    trap = trapped(hart)
    assert (trap.cause, trap.value) == ("address_error_load", 0x2002)
    assert (hart.EPC, hart.BadVAddr, hart.Cause) == (START + 4, 0x2002, 4 << 2)
    assert hart.Status == BEV | ERL | EXL
    assert (hart.pc, hart.r[8]) == (0xBFC00380, 1)


def test_an_exception_in_a_slot_is_at_its_branch_and_the_branch_is_done_again() -> None:
    codes = [op("bgezal", branch=0x100), op("add", rs=4, rt=4, rd=5), 0]
    hart = boot(ISA, codes, r4=0x7FFFFFFF)
    hart.Status = 0
    assert trapped(hart).cause == "integer_overflow"
    assert (hart.EPC, hart.Cause, hart.pc) == (START, BD | 12 << 2, 0x80000180)
    assert (hart.slot, hart.r[5], hart.r[31]) == (0, 0, START + 8)
    hart.r[4] = word(32)(1)
    hart.memory.put(ISA, 0x80000180, op("eret"))
    hart.run(3)
    assert (hart.pc, hart.r[5], hart.Status) == (START + 0x104, 2, 0)


def test_an_exception_within_another_keeps_where_the_first_was() -> None:
    hart = boot(ISA, [op("syscall")])
    hart.Status = 0
    trapped(hart)
    hart.memory.put(ISA, 0x80000180, op("break"))
    trapped(hart)
    assert (hart.EPC, hart.Cause, hart.pc) == (START, 9 << 2, 0x80000180)


def test_interrupts_have_their_own_vector_if_asked() -> None:
    for flag, vector in ((0, 0x80000180), (1 << 23, 0x80000200)):
        hart = boot(ISA, [])
        hart.Status, hart.Cause = 0, flag
        hart.enter(Trap("interrupt"))
        assert hart.pc == vector


@pytest.mark.parametrize(
    ("name", "fields", "cause"),
    [
        ("add", {"rs": 1, "rt": 1}, "integer_overflow"),
        ("addi", {"rs": 1, "imm": 1}, "integer_overflow"),
        ("sub", {"rs": 2, "rt": 1}, "integer_overflow"),
        ("teq", {}, "trap"),
        ("tge", {"rt": 2}, "trap"),
        ("tltiu", {"imm": -1}, "trap"),
        ("syscall", {"code": 5}, "system_call"),
        ("break", {"code": 5}, "breakpoint"),
        ("sh", {"base": 1}, "address_error_store"),
        ("lhu", {"base": 1}, "address_error_load"),
        ("ll", {"base": 3}, "address_error_load"),
        ("sc", {"base": 3}, "address_error_store"),
    ],
)
def test_traps(name: str, fields: dict[str, int], cause: str) -> None:
    hart = boot(ISA, [op(name, **fields)], r1=0x7FFFFFFF, r2=-2, r3=2)
    assert trapped(hart).cause == cause


def test_sums_without_traps_wrap() -> None:
    hart = boot(ISA, [op("addu", rs=1, rt=1, rd=2), op("addiu", rs=3, rt=3, imm=-1)], r1=1 << 31)
    hart.run(2)
    assert (hart.r[2], hart.r[3]) == (0, 0xFFFFFFFF)


def test_a_jump_to_an_unaligned_address_traps_at_the_target() -> None:
    hart = boot(ISA, [op("jr", rs=4), 0], r4=0x2002)
    trap = trapped(hart)
    assert (trap.cause, hart.EPC, hart.BadVAddr) == ("address_error_load", 0x2002, 0x2002)


def test_words_that_are_no_instruction_are_reserved() -> None:
    assert trapped(boot(ISA, [0x44000000])).cause == "reserved_instruction"


# Coprocessor 0


@pytest.mark.parametrize("name", ["mfc0", "mtc0", "eret", "cache", "wait"])
def test_coprocessor_0_is_for_the_kernel(name: str) -> None:
    for status, allowed in ((UM, False), (UM | CU0, True), (UM | EXL, True), (UM | ERL, True)):
        hart = boot(ISA, [op(name)])
        hart.Status = status
        if allowed:
            hart.run(1)
        else:
            assert trapped(hart).cause == "coprocessor_unusable"


def test_only_some_bits_can_be_written() -> None:
    ones = [op("mtc0", rt=4, c0=n, sel=k) for n in range(32) for k in range(8)]
    hart = boot(ISA, ones, r4=-1)
    before = (hart.PRId, hart.Config, hart.Config1)
    hart.run(len(ones))
    assert (hart.Status, hart.Cause) == (0x1040FF17, 0x00800300)
    assert (hart.PRId, hart.Config, hart.Config1) == before
    assert hart.BadVAddr == 0
    assert hart.EPC == hart.ErrorEPC == hart.Compare == 0xFFFFFFFF


def test_writing_compare_ends_the_timers_interrupt() -> None:
    hart = boot(ISA, [op("mtc0", c0=9), op("mtc0", c0=11)])
    hart.Cause = 1 << 15
    hart.run(1)
    assert hart.Cause == 1 << 15
    hart.run(1)
    assert hart.Cause == 0


def test_registers_are_read_by_number_and_selection() -> None:
    for isa, order in ((BIG, 1), (LITTLE, 0)):
        assert isa is not None
        codes = [encode(isa, "mfc0", rt=4, c0=16), encode(isa, "mfc0", rt=5, c0=3, sel=2)]
        hart = boot(isa, codes, r5=7)
        hart.run(2)
        assert (hart.r[4] >> 15 & 1, hart.r[5]) == (order, 0)


# Memory


@pytest.mark.parametrize("offset", range(4))
def test_two_instructions_load_and_store_an_unaligned_word(offset: int) -> None:
    for isa, near, far in ((BIG, 0, 3), (LITTLE, 3, 0)):
        assert isa is not None
        parts = {"l": offset + near, "r": offset + far}
        codes = [encode(isa, f"lw{x}", base=4, rt=5, offset=at) for x, at in parts.items()]
        codes += [encode(isa, f"sw{x}", base=6, rt=5, offset=at) for x, at in parts.items()]
        hart = boot(isa, codes, r4=0x2000, r5=-1, r6=0x3000)
        for k in range(8):
            hart.memory.write(0x2000 + k, 1, 0x10 + k)
            hart.memory.write(0x3000 + k, 1, 0xEE)
        hart.run(4)
        order = "big" if isa is BIG else "little"
        content = bytes(0x10 + offset + k for k in range(4))
        assert hart.r[5] == int.from_bytes(content, order)
        stored = hart.memory.read(0x3000, 8).to_bytes(8, "little")
        assert stored == b"\xee" * offset + content + b"\xee" * (4 - offset)


def test_a_conditional_store_needs_its_load() -> None:
    ll, sc = op("ll", base=4, rt=5), op("sc", base=4, rt=6)
    hart = boot(ISA, [ll, sc, sc, ll, op("eret"), sc], r4=0x2000, r6=7)
    hart.ErrorEPC = word(32)(START + 20)
    hart.run(2)
    assert (hart.r[6], hart.memory.at(ISA, 0x2000)) == (1, 7)
    hart.run(1)
    assert (hart.r[6], hart.memory.at(ISA, 0x2000)) == (0, 7)
    hart.run(3)
    assert (hart.pc, hart.r[6], hart.memory.at(ISA, 0x2000)) == (START + 24, 0, 7)


# Assembly


def test_addresses_in_assembly() -> None:
    index = ISA.instruction("j").operands["index"]
    assert index.print(0x400000, 28, 0x1FFFFFFC) == "0x20400000"
    assert index.encode(0x20400000, 0x0FFFFFFC, 0x1FFFFFFC) == 0x400000
    with pytest.raises(OperandError, match="0x400000 is not in the same 256 MB as 0x20000000"):
        index.encode(0x400000, 0x0FFFFFFC, 0x1FFFFFFC)
    branch = ISA.instruction("beq").operands["branch"]
    assert branch.print(0x3FFFC, 18, START) == hex(START)
    assert branch.encode(START, 0x3FFFC, START) == 0x3FFFC


def test_a_register_named_twice() -> None:
    both = ISA.instruction("clz").operands["both"]
    assert [both.parse(t) for t in ("$v0", "$2", "$ra")] == [66, 66, 31 * 33]
    assert both.print(66, 10, 0) == "$v0"


def lines(mnemonic: str, value: int) -> list[str]:
    """Return what a pseudo-instruction stands for."""
    (alias,) = [a for a in ISA.aliases if a.syntax.mnemonic == mnemonic]
    assert callable(alias.expansion)
    return alias.expansion(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (-1, ["addiu {rt}, $zero, -1"]),
        (0x7FFF, ["addiu {rt}, $zero, 32767"]),
        (0x8000, ["ori {rt}, $zero, 32768"]),
        (0x10000, ["lui {rt}, 1"]),
        (-0x8001, ["lui {rt}, 65535", "ori {rt}, {rt}, 32767"]),
        (0xDEADBEEF, ["lui {rt}, 57005", "ori {rt}, {rt}, 48879"]),
    ],
)
def test_load_immediate(value: int, expected: list[str]) -> None:
    assert lines("li", value) == expected


def test_load_address_is_always_as_long() -> None:
    assert lines("la", 0) == ["lui {rt}, 0", "ori {rt}, {rt}, 0"]
    assert lines("la", 0xDEADBEEF) == lines("li", 0xDEADBEEF)
