"""The assembler: instructions, pseudo-instructions, symbols, sections."""

from __future__ import annotations

import pytest

from tests.isa.assembly.helpers import BASE, data, machine, program, words

ADD = 0x00C58533  # add a0, a1, a2
NOP = 0x00000013


def addi(imm: int, rd: int = 10, rs1: int = 0) -> int:
    return (imm & 0xFFF) << 20 | rs1 << 15 | rd << 7 | 0x13


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("add a0, a1, a2", ADD),
        ("add x10,x11,x12", ADD),
        ("  add   a0 ,a1 , a2  # comment", ADD),
        ("add a0, a1, a2 // comment", ADD),
        ("add /* here */ a0, a1, a2", ADD),
        ("addi a0, zero, -2048", addi(-2048)),
        ("addi a0, zero, 0x7ff", addi(2047)),
        ("addi a0, zero, 'a'", addi(97)),
        ("addi a0, zero, '#'", addi(35)),
        ("addi a0, zero, ';'", addi(59)),
        ("addi a0, zero, '\\n'", addi(10)),
        ("addi a0, zero, 0b101", addi(5)),
        ("addi a0, zero, 017", addi(15)),
        ("lw a0, -4(sp)", 0xFFC12503),
        ("lw a0, (1 + 2) * 4(sp)", 0x00C12503),
        ("lw a0, %lo(0x12345fff)(sp)", 0xFFF12503),
        ("lui a0, %hi(0x12345fff)", 0x12346537),
        ("sd fp, 16(x2)", 0x00813823),
        ("fence rw, w", 0x0310000F),
        ("beq a0, a1, . + 8", 0x00B50463),
        ("jal ra, 0x1000", 0x000000EF),
        ("sum a0, a1, a2", 0x00C5850B),
        ("sum.h a0, a1, a2", 0x08C5850B),
        ("sum.sh a0, a1, a2", 0x08C5850B),
        ("swap a0, a1", 0x0005A50B),
        ("swap.x a0, a1", 0x0205A50B),
        ("mv a0, a1", addi(0, 10, 11)),
        ("subi a0, a1, 1 + 2", addi(-3, 10, 11)),
        ("double.w a0, a1", 0x0CB5850B),
        ("twice a0", 0x00A50533),
    ],
)
def test_an_instruction(text: str, word: int) -> None:
    assert words(text) == [word]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("1 << 4 + 1", 17),  # products and shifts first, as the GNU assembler has it
        ("6 & 3 + 1", 3),
        ("-7 / 2", -3),
        ("-7 % 4", -3),
        ("7 / -2", -3),
        ("~0 & 0xff ^ 0x0f", 0xF0),
        ("1 | 6", 7),
        ("- - 5", 5),
        ("+5", 5),
        ("256 >> 4", 16),
        ("A - B", 4),
        ("%lo(4096 + 3)", 3),
        ("%hi(4096 * 3)%2", 1),
    ],
)
def test_expressions(text: str, value: int) -> None:
    made = data(f".equ A, 7\nB = 3\n.word {text}")
    assert int.from_bytes(made, "little", signed=True) == value


def test_labels_forward_and_back() -> None:
    assert words("start: j end\nnop\nend: j start") == [0x0080006F, NOP, 0xFF9FF06F]


def test_local_labels_are_the_nearest() -> None:
    found = program("1: j 1b\nj 1f\n1: j 1b\n1: j 1b\nj 1b")
    text = found.sections[0].data
    offsets = [int.from_bytes(text[i : i + 4], "little") for i in range(0, len(text), 4)]
    assert offsets == [0x0000006F, 0x0040006F, 0x0000006F, 0x0000006F, 0xFFDFF06F]


def test_several_labels_and_statements_on_a_line() -> None:
    found = program("a: b: nop; c: nop; d:")
    assert {n: s.value - BASE for n, s in found.symbols.items()} == {"a": 0, "b": 0, "c": 4, "d": 8}


def test_a_low_part_belongs_to_the_upper_part_at_its_label() -> None:
    text = "a: auipc a0, %pcrel_hi(x)\nb: auipc a1, %pcrel_hi(y)\n"
    text += "addi a0, a0, %pcrel_lo(a)\naddi a1, a1, %pcrel_lo(b)\n.data\nx: .word 1\ny: .word 2"
    found = words(text)
    assert [w >> 20 for w in found[2:]] == [0, 0]
    assert [w >> 12 for w in found[:2]] == [1, 1]


def test_pseudo_instructions_of_several_lines() -> None:
    assert words("la a0, . + 0x12345800") == [0x12346517, addi(-2048, 10, 10)]
    assert words("nop; here a0") == [NOP, addi(BASE + 4 & 0x7FF)]


def test_a_function_makes_lines_by_the_value() -> None:
    assert words("li a0, 100") == [addi(100)]
    assert words("li a0, 0x12345800") == [0x12346537, addi(-2048, 10, 10)]


def test_sizes_may_depend_on_symbols_behind() -> None:
    """The distance is 2040 with a short `li`; 2048 needs a long one, which makes it 2052."""
    assert len(words("a: li a0, b - a\n.zero 2036\nb: nop")) == 1 + 509 + 1
    assert len(words("a: li a0, b - a\n.zero 2044\nb: nop")) == 2 + 511 + 1
    found = program("a: li a0, later\nb: nop\n.equ later, 5000\n")
    assert found.symbols["b"].value == BASE + 8


def test_constants_may_change() -> None:
    assert data("x = 1\n.byte x\n.set x, x + 1\n.byte x\nx=x*5\n.byte x, y\n.equ y, 9") == bytes(
        [1, 2, 10, 9]
    )


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (".byte 1, -1, 255", b"\1\xff\xff"),
        (".half 0x1234\n.short -2\n.2byte 1", b"\x34\x12\xfe\xff\1\0"),
        (".word 0x12345678, 1 << 31", b"\x78\x56\x34\x12\0\0\0\x80"),
        (".long 1\n.4byte 2", b"\1\0\0\0\2\0\0\0"),
        (".dword -2\n.quad 1", b"\xfe" + b"\xff" * 7 + b"\1" + bytes(7)),
        ('.ascii "a\\tb", "c"', b"a\tbc"),
        ('.asciz "x;y # z"\n.string "\\x41\\101\\"\\\\"', b'x;y # z\0AA"\\\0'),
        ('.ascii "\u00e9 // no comment"', "\u00e9 // no comment".encode()),
        (".zero 3\n.space 2, 7\n.skip 1", b"\0\0\0\7\7\0"),
        (".fill 2, 2, 0x102", b"\2\1\2\1"),
        (".byte 1\n.align 2\n.byte 2", b"\1\0\0\0\2"),
        (".byte 1\n.balign 4, 0xff\n.byte 2", b"\1\xff\xff\xff\2"),
        (".byte 1\n.p2align 3,,2\n.byte 2", b"\1\2"),
        (".byte 1\n.org 4\n.byte 2", b"\1\0\0\0\2"),
        ("a: .byte 1\n.org a + 3\n.byte 2", b"\1\0\0\2"),
        ("a: .byte b - a, . - a\nb:", b"\2\0"),
        (".set noreorder\n.type a, @function\n.cfi_startproc\n.byte 1", b"\1"),
    ],
)
def test_directives(text: str, made: bytes) -> None:
    assert data(text) == made


def test_code_is_padded_with_instructions_that_do_nothing() -> None:
    assert words("add a0, a1, a2\n.align 4\nadd a0, a1, a2") == [ADD, NOP, NOP, NOP, ADD]
    assert words(".byte 1\n.align 2\nadd a0, a1, a2", machine()) == [1, ADD]


def test_sections_have_pages_of_their_own() -> None:
    text = ".bss\nz: .zero 8\n.data\nd: .byte 1\n.text\nt: nop\n.rodata\nr: .byte 2\n"
    text += '.section .text.more, "ax"\nm: nop\n.section .init\ni: .byte 3\n.text\nnop'
    found = program(text)
    shown = [(s.name, s.flags, s.address - BASE, len(s.data), s.zeros) for s in found.sections]
    assert shown == [
        (".text", "ax", 0, 8, False),
        (".text.more", "ax", 8, 4, False),
        (".rodata", "a", 0x1000, 1, False),
        (".data", "aw", 0x2000, 1, False),
        (".init", "aw", 0x2001, 1, False),
        (".bss", "aw", 0x2002, 8, True),
    ]
    assert found.symbols["z"].value == BASE + 0x2002
    assert found.symbols["z"].section == ".bss"


def test_entry_and_shared_symbols() -> None:
    found = program(".globl _start, x\nnop\n_start: nop\nx:")
    assert found.entry == BASE + 4
    assert [n for n, s in found.symbols.items() if s.shared] == ["_start", "x"]
    assert program("nop").entry == BASE
    assert program("").sections == []


def test_zeros_with_a_label() -> None:
    found = program(".comm a, 3\n.comm b, 8, 4\nnop\nla a0, b\n.bss\n.byte 0")
    assert [(s.name, len(s.data), s.align) for s in found.sections] == [
        (".text", 12, 4),
        (".bss", 13, 4),
    ]
    assert {n: (s.value - BASE, s.section) for n, s in found.symbols.items()} == {
        "a": (0x1000, ".bss"),
        "b": (0x1004, ".bss"),
    }


def test_listing() -> None:
    assert list(program("a:\n  li a0, 5000 # long\n.data\nb: .zero 12").listing()) == [
        "a:",
        "  00001000  37 15 00 00 13 05 85 38        2  li a0, 5000",
        "b:",
        "  00002000  00 00 00 00 00 00 00 00 ..     4  .zero 12",
    ]
