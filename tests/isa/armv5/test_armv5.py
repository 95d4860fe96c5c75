"""ARMv5TE: its instructions, and interpreter beside machine."""

from __future__ import annotations

import random
from functools import cache

import pytest

from gen.ir.machine import Machine
from gen.isa import Isa, elaborate
from specs.isa import armv5
from tests.isa import agree

# DDI 0100I, section A3: the user-mode ARM instructions of version 5TE without coprocessors, the
# saturating and 16-bit multiplications, BKPT, PLD and the forms with T
INSTRUCTIONS = """
    and eor sub rsb add adc sbc rsc tst teq cmp cmn orr mov bic mvn
    mul mla umull umlal smull smlal clz
    ldr ldrb ldrh ldrsb ldrsh ldrd str strb strh strd ldm stm swp swpb
    b bl bx blx swi mrs msr
""".split()


@cache
def both() -> tuple[Isa, Machine]:
    """Return the set and its machine, made once."""
    isa = armv5.isa("armv5")
    assert isa is not None
    return isa, elaborate(isa)


def test_every_instruction_of_the_subset_and_no_other() -> None:
    isa, _ = both()
    assert sorted(i.name for i in isa.instructions) == sorted(INSTRUCTIONS)
    assert all(i.section and i.doc for i in isa.instructions)
    assert armv5.isa("armv7") is None


def test_ways_stay_few() -> None:
    _, machine = both()
    most = {"ldm": 80, "stm": 20}
    assert all(len(o.effects) <= most.get(o.name, 30) for o in machine.operations)


@pytest.mark.slow
def test_interpreter_and_machine_agree() -> None:
    isa, machine = both()
    agree.compare(isa, machine, 60)


def test_every_word_has_at_most_one_instruction() -> None:
    isa, draw = both()[0], random.Random(1)
    for i in isa.instructions:
        for _ in range(30):
            code = agree.random_word(i, draw)
            assert [x.name for x in isa.instructions if x.matches(code)] == [i.name]
            assert isa.decoder.find(code, 32) is i


@pytest.mark.parametrize(
    "code",
    [
        0xF3A00001,  # MOV with condition 15
        0xE6100010,  # LDR by a register, with bit 4: media instructions of version 6
        0xE4B00004,  # LDRT
        0xE5BF0004,  # LDR that updates the program counter
        0xE01000B4 | 1 << 8 | 1 << 12,  # LDRH by a register, with unused bits
        0xE1C010D0,  # LDRD to an odd register
        0xE8B00000,  # LDM of nothing
        0xE8D00001,  # LDM of user registers
        0xE1A10000 | 1 << 4 | 1 << 7,  # MOV with bits 4 and 7
        0xE1410080,  # SMLABB, a multiplication of half-words
        0xE120F070,  # BKPT without its condition
    ],
)
def test_words_that_are_no_instruction(code: int) -> None:
    assert both()[0].decoder.find(code, 32) is None
