"""Programs of MIPS32 and ARMv5, assembled and run; and what the disassembler prefers."""

from __future__ import annotations

from typing import Any

import pytest

from gen.isa import Hart, Trap, library
from gen.isa.assembly import assemble, disassemble
from gen.isa.values import word
from gen.source import Source
from tests.isa.program import Ram

BASE = 0x1000
MIPS = """
        la      $a0, numbers        # the sum of five numbers
        li      $a1, 5
        move    $v0, $zero
loop:   lw      $t0, 0($a0)
        addiu   $a1, $a1, -1
        addu    $v0, $v0, $t0
        bnez    $a1, loop
        addiu   $a0, $a0, 4
        lui     $t1, %hi(numbers+4)
        lw      $v1, %lo(numbers+4)($t1)
        break
numbers: .word 1, 20, 300, 4000, 50000
"""
ARM = """
        mov     r0, #0              @ the sum of five numbers
        add     r1, pc, #numbers-.-8
        mov     r2, #5
loop:   ldr     r3, [r1], #4
        subs    r2, r2, #1
        add     r0, r0, r3
        bne     loop
        push    {r0, lr}
        bl      double
        pop     {r1, lr}
        svc     7
double: lsls    r0, r0, #1
        movcs   r0, #0
        bx      lr
numbers: .word 1, 20, 300, 4000, 50000
"""


def performed(name: str, text: str) -> tuple[Any, Trap]:
    """Return a hart that has run a program, and the trap at its end."""
    isa = library.find(name)
    memory = Ram()
    for section in assemble(isa, Source("a.s", text), BASE).sections:
        for k, byte in enumerate(bytes(section.data)):
            memory.write(section.address + k, 1, byte)
    hart: Any = Hart(isa, memory)
    hart._pc = word(32)(BASE)
    if name == "armv5":
        hart.r[13] = word(32)(0x8000)
    with pytest.raises(Trap) as caught:
        hart.run(1000)
    return hart, caught.value


@pytest.mark.parametrize("name", ["mips32", "mips32el"])
def test_a_program_of_mips32(name: str) -> None:
    hart, trap = performed(name, MIPS)
    assert (trap.cause, hart.r[2], hart.r[3]) == ("breakpoint", 54321, 20)


def test_a_program_of_armv5() -> None:
    hart, trap = performed("armv5", ARM)
    assert (trap.cause, trap.value) == ("software_interrupt", 7)
    assert (hart.r[0], hart.r[1], hart.r[13]) == (108642, 54321, 0x8000)


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("mips32", 0x00000000, "nop"),
        ("mips32", 0x00A02021, "move $a0, $a1"),
        ("mips32", 0x10000003, "b 0x1010"),
        ("mips32", 0x0411FFFF, "bal 0x1000"),
        ("mips32", 0x1480FFFF, "bnez $a0, 0x1000"),
        ("mips32", 0x0080F809, "jalr $a0"),
        ("mips32", 0x0000000C, "syscall"),
        ("mips32", 0x0080102A, "slt $v0, $a0, $zero"),
        ("mips32", 0x70621021, "clo $v0, $v1"),
        ("mips32", 0x40046000, "mfc0 $a0, $12"),
        ("armv5", 0xE8BD8010, "pop {r4, pc}"),
        ("armv5", 0x092D4010, "pusheq {r4, lr}"),
        ("armv5", 0xE1A00000, "nop"),
        ("armv5", 0xE0901002, "adds r1, r0, r2"),
        ("armv5", 0x2AFFFFFE, "bcs 0x1000"),
        ("armv5", 0x912FFF1E, "bxls lr"),
        ("armv5", 0xE98D0006, "stmib sp, {r1, r2}"),
        ("armv5", 0xF3A00001, ".word 0xf3a00001"),
    ],
)
def test_disassembly(name: str, code: int, text: str) -> None:
    assert disassemble(library.find(name), code, BASE) == text
