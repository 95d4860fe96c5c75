"""MIPS32: its instructions, and interpreter beside machine."""

from __future__ import annotations

import random
from functools import cache

import pytest

from gen.ir.machine import Machine
from gen.isa import Isa, elaborate
from specs.isa import mips32
from tests.isa import agree

# Volume II, revision 0.95, tables 2-1 to 2-11, without floating point, coprocessor 2, EJTAG, TLB
INSTRUCTIONS = """
    add addi addiu addu clo clz div divu madd maddu msub msubu mul mult multu
    slt slti sltiu sltu sub subu
    beq beql bgez bgezal bgezall bgezl bgtz bgtzl blez blezl bltz bltzal bltzall bltzl bne bnel
    j jal jalr jr
    lb lbu lh lhu ll lw lwl lwr pref sb sc sh sw swl swr sync
    and andi lui nor or ori xor xori
    mfhi mflo movn movz mthi mtlo
    sll sllv sra srav srl srlv
    break syscall teq teqi tge tgei tgeiu tgeu tlt tlti tltiu tltu tne tnei
    cache eret mfc0 mtc0 wait
""".split()
ALIASES = (
    "b bal beqz bnez jalr break syscall teq tne tge tgeu tlt tltu sync mfc0 mtc0 wait "
    "nop ssnop move neg negu not div divu li la"
).split()


def made(name: str) -> Isa:
    """Return a set."""
    found = mips32.isa(name)
    assert found is not None
    return found


@cache
def both(name: str) -> tuple[Isa, Machine]:
    """Return a set and its machine, made once."""
    isa = made(name)
    return isa, elaborate(isa)


def test_every_instruction_of_the_manual_and_no_other() -> None:
    isa = made("mips32")
    assert sorted(i.name for i in isa.instructions) == sorted(INSTRUCTIONS)
    assert [a.syntax.mnemonic for a in isa.aliases] == ALIASES
    assert all(i.section and i.doc for i in isa.instructions)


def test_names_and_byte_orders() -> None:
    assert mips32.isa("mips64") is None
    assert [made(n).byte_order for n in mips32.NAMES] == ["big", "little"]


@pytest.mark.parametrize("name", mips32.NAMES)
def test_interpreter_and_machine_agree(name: str) -> None:
    isa, machine = both(name)
    agree.compare(isa, machine, 20)


def test_every_word_has_at_most_one_instruction() -> None:
    isa, draw = made("mips32"), random.Random(1)
    for i in isa.instructions:
        for _ in range(30):
            code = agree.random_word(i, draw)
            assert [x.name for x in isa.instructions if x.matches(code)] == [i.name]
            assert isa.decoder.find(code, 32) is i


@pytest.mark.parametrize(
    "code",
    [
        0x70000020 | 1 << 16 | 2 << 11,  # CLZ that names two registers
        0x00000020 | 1 << 6,  # ADD with a shift amount
        0x3C200000,  # LUI with a source
        0x44000000,  # coprocessor 1
        0x42000001,  # TLBR
    ],
)
def test_words_that_are_no_instruction(code: int) -> None:
    assert made("mips32").decoder.find(code, 32) is None
