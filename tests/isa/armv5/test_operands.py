"""ARM operands in assembly: what is printed reads back, and what is wrong is told."""

from __future__ import annotations

import random

import pytest

from gen.isa import Isa, Operand, OperandError
from specs.isa import armv5
from tests.isa.agree import random_word
from tests.isa.llvm import text

FOUND = armv5.isa("armv5")
assert FOUND is not None
ISA: Isa = FOUND
LONG = ("operand", "address", "half", "base", "list")


def kind(name: str) -> Operand:
    """Return a kind of operand."""
    return next(i.operands[name] for i in ISA.instructions if name in i.operands)


def test_what_is_printed_reads_back() -> None:
    draw = random.Random(3)
    for i in ISA.instructions:
        for _ in range(200):
            code = random_word(i, draw)
            for n, f in i.encoding.fields.items():
                value = f.extract(code)
                shown = i.operands[n].print(value, f.width, 0)
                if n in LONG:
                    assert i.operands[n].parse(shown) == value, (i.name, hex(code), shown)


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (0xE0823103, "add r3, r2, r3, lsl #2"),
        (0xE1B03001, "movs r3, r1"),
        (0x13A00CFF, "movne r0, #65280"),
        (0xE3A00F01, "mov r0, #1, 30"),
        (0xE3A00101, "mov r0, #1073741824"),
        (0xE3A00B01, "mov r0, #1024"),
        (0xE3A00001 | 3 << 8, "mov r0, #67108864"),
        (0xE3A00040 | 15 << 8, "mov r0, #64, 30"),
        (0xE1A00060, "mov r0, r0, rrx"),
        (0xE1500052, "cmp r0, r2, asr r0"),
        (0xE59F1004, "ldr r1, [pc, #4]"),
        (0xE5A01004, "str r1, [r0, #4]!"),
        (0xE6101002, "ldr r1, [r0], -r2"),
        (0xE5101000, "ldr r1, [r0, #-0]"),
        (0xE4901000, "ldr r1, [r0], #0"),
        (0xE7D01FA2, "ldrb r1, [r0, r2, lsr #31]"),
        (0xE15010B4, "ldrh r1, [r0, #-4]"),
        (0xE8BD8010, "ldm sp!, {r4, pc}"),
        (0x092D4FF0, "stmdbeq sp!, {r4, r5, r6, r7, r8, r9, sl, fp, lr}"),
        (0xE0810392, "umull r0, r1, r2, r3"),
        (0xE128F001, "msr CPSR_f, r1"),
        (0xEF000005, "svc 5"),
    ],
)
def test_assembly(code: int, line: str) -> None:
    found = ISA.decoder.find(code, 32)
    assert found is not None
    assert text(found, code) == line


def test_branches_name_their_target() -> None:
    assert text(ISA.instruction("b"), 0xEAFFFFFE, 0x8000) == "b 0x8000"
    target = kind("target")
    assert target.encode(0x8000, 0x3FFFFFC, 0x8000) == -8 & 0x3FFFFFF


def test_other_ways_to_write_operands() -> None:
    assert kind("list").parse("{r4-r7, ip,lr}") == 0x50F0
    assert kind("operand").encode(-0x80000000, 0x1FFF, 0) == 0x1000 | 1 << 8 | 2
    assert kind("operand").parse("#later") is None
    assert kind("address").parse("[ r1 , #+8 ]!") == kind("address").parse("[r1, #8]!")
    assert [kind("cond").parse(t) for t in ("", "al", "hs", "cs", "lo")] == [14, 14, 2, 2, 3]


@pytest.mark.parametrize(
    ("name", "wrong", "message"),
    [
        ("operand", "#257", "must be a byte rotated by an even number, not 257"),
        ("operand", "#-1", "must be a byte rotated by an even number, not -1"),
        ("operand", "#1, 3", "must be a byte and an even rotation up to 30"),
        ("operand", "r1, lsl #32", "`lsl` must be by 0 to 31, not 32"),
        ("operand", "r1, ror #0", "`ror` must be by 1 to 31, not 0"),
        ("operand", "r1, lsr #33", "`lsr` must be by 1 to 32, not 33"),
        ("operand", "r1, lsl x", "expected a register from `r0` to `pc`, found `x`"),
        ("operand", "r1, sll #2", "expected a register and a shift, found `r1, sll #2`"),
        ("address", "[r1, #4096]", "must be from -4095 to 4095, not 4096"),
        ("address", "[r1, r2, lsl r3]", "an address cannot be shifted by a register"),
        ("address", "r1", "expected an address in brackets, found `r1`"),
        ("half", "[r1], #-256", "must be from -255 to 255, not -256"),
        ("list", "r1", "expected registers in braces, found `r1`"),
        ("list", "{r4-r1}", "`r4-r1` is no range of registers"),
        ("base", "x!", "expected a register from `r0` to `pc`, found `x`"),
    ],
)
def test_wrong_operands(name: str, wrong: str, message: str) -> None:
    with pytest.raises(OperandError) as caught:
        kind(name).parse(wrong)
    assert str(caught.value) == message
