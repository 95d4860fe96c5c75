"""What the assembler says about texts that are wrong: whole messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from gen.diag import IsoformError
from gen.isa import library
from gen.isa.assembly import assemble
from gen.isa.assembly.codes import CODES
from gen.source import Source
from tests.isa.assembly import helpers
from tests.isa.assembly.helpers import machine, message

# text, code and message, column of the caret, characters under it, help
CASES: list[tuple[str, str, str, int, int, str]] = [
    ("ADDI a0, a0, 1", "E0920", "unknown instruction `ADDI`", 1, 4, "did you mean `addi`?"),
    ("sum.q a0, a1, a2", "E0920", "unknown instruction `sum.q`", 1, 5, "did you mean `sum.b`?"),
    ("zzzzzz", "E0920", "unknown instruction `zzzzzz`", 1, 6, ""),
    (":", "E0920", "unknown instruction `:`", 1, 1, ""),
    (
        "addi a0, a1",
        "E0921",
        "wrong operands of `addi`: expected `,`, found the end",
        12,
        1,
        "written `addi rd, rs1, imm`",
    ),
    (
        "add",
        "E0921",
        "wrong operands of `add`: expected a register from `zero` to `t6`, found nothing",
        1,
        3,
        "written `add rd, rs1, rs2`",
    ),
    (
        "addi a0,, 1",
        "E0921",
        "wrong operands of `addi`: expected a register from `zero` to `t6`, found nothing",
        9,
        1,
        "written `addi rd, rs1, imm`",
    ),
    (
        "addi b0, a1, 2",
        "E0921",
        "wrong operands of `addi`: expected a register from `zero` to `t6`, found `b0`",
        6,
        2,
        "written `addi rd, rs1, imm`",
    ),
    (
        "addi a0, a1, a2",
        "E0921",
        "wrong operands of `addi`: expected an immediate, found the register `a2`",
        14,
        2,
        "written `addi rd, rs1, imm`",
    ),
    (
        "fence rw, q",
        "E0921",
        "wrong operands of `fence`: expected one of `w`, `r`, `rw`, `o`, `ow`, `or`, `orw`, `i`, "
        "`iw`, `ir`, `irw`, `io`, `iow`, `ior`, `iorw`, found `q`",
        11,
        1,
        "written `fence pred, succ`",
    ),
    (
        "lw a0, 4(a1) x",
        "E0921",
        "wrong operands of `lw`: unexpected `x`",
        14,
        1,
        "written `lw rd, imm(rs1)`",
    ),
    (
        "addi a0, a1, 5000",
        "E0922",
        "immediate `5000`: must be from -2048 to 2047, not 5000",
        14,
        4,
        "",
    ),
    (
        "beq a0, a1, . + 5000",
        "E0922",
        "address `. + 5000`: from 0x1000 to 0x2388: the distance must be from -4096 to 4095, "
        "not 5000",
        13,
        8,
        "",
    ),
    (
        "beq a0, a1, .+1",
        "E0922",
        "address `.+1`: from 0x1000 to 0x1001: the distance must be a multiple of 2, not 1",
        13,
        3,
        "",
    ),
    ("odd a0, a0, 0", "E0922", "`odd` does not exist with these operands", 1, 13, ""),
    ("li a0, 1 << 40", "E0922", "`li`: 1099511627776 has more than 32 bits", 1, 14, ""),
    (".byte 256", "E0922", "value `256`: must be from -128 to 255, not 256", 7, 3, ""),
    (".align 99", "E0922", "`99` must be from 0 to 24, not 99", 8, 2, ""),
    (".balign 3", "E0922", "`3` is no power of two", 9, 1, ""),
    (".zero -1", "E0922", "`-1` must be from 0 to 67108864, not -1", 7, 2, ""),
    ("addi a0, a1, x", "E0923", "symbol `x` is not defined", 14, 1, ""),
    (
        "start: li a0, %lo(strt)",
        "E0923",
        "symbol `strt` is not defined",
        19,
        4,
        "did you mean `start`?",
    ),
    ("jal zero, 1b", "E0923", "there is no label `1:` before this", 11, 2, ""),
    ("jal zero, 1f", "E0923", "there is no label `1:` behind this", 11, 2, ""),
    (".equ x, x & 1", "E0923", "symbol `x` is not defined", 9, 1, "its value depends on itself"),
    (".wrd 4", "E0925", "unknown directive `.wrd`", 1, 4, "did you mean `.word`?"),
    ("addi a0, a1, 12ab", "E0926", "`12ab` is no number", 14, 4, ""),
    (".word 08", "E0926", "`08` is no number", 7, 2, ""),
    (
        "addi a0, a1, 1 +",
        "E0926",
        "the expression is not complete",
        14,
        3,
        "written `addi rd, rs1, imm`",
    ),
    (
        "addi a0, a1, 1 + * 2",
        "E0926",
        "unexpected `*` in an expression",
        18,
        1,
        "written `addi rd, rs1, imm`",
    ),
    ('.word "a"', "E0926", 'expected an expression, found `"`', 7, 1, ""),
    (".word 1\0", "E0926", "unexpected `\\x00` in an expression", 8, 1, ""),
    (".word 1 / 0", "E0926", "division by zero", 7, 5, ""),
    (".word 1 << 9999", "E0926", "cannot shift by 9999", 7, 9, ""),
    (
        "addi a0, a1, %foo(1)",
        "E0926",
        "there is no operator `%foo`",
        14,
        4,
        "there are `%hi`, `%lo`, `%pcrel_hi`, `%pcrel_lo`",
    ),
    (
        "addi a0, a1, %pcrel_lo(. - 4)",
        "E0926",
        "there is no `%pcrel_hi` at 0xffc",
        14,
        16,
        "",
    ),
    (".word '\\q'", "E0926", "'\\q' is no character", 7, 4, ""),
    (".ascii hello", "E0927", "expected a string, found `hello`", 8, 5, ""),
    ('.ascii "a\\q"', "E0927", "the string has an unknown escape", 8, 5, ""),
    (".word", "E0927", "`.word` takes at least 1 argument, not 0", 1, 5, ""),
    (".align", "E0927", "`.align` takes 1 to 3 arguments, not 0", 1, 6, ""),
    (".equ a", "E0927", "`.equ` takes 2 arguments, not 1", 1, 6, ""),
    (".equ 4, 4", "E0927", "`4` is no name of a symbol", 6, 1, ""),
    (".section ?", "E0927", "`?` names no section", 10, 1, ""),
    ("nop; nop; .org 4", "E0927", "`.org` cannot go from 0x1008 to 0x1004", 11, 6, ""),
    (".bss; .byte 1", "E0927", "section `.bss` holds zeros only", 7, 7, ""),
]


@pytest.mark.parametrize(
    ("text", "code", "said", "column", "length", "help"), CASES, ids=[c[0] for c in CASES]
)
def test_message(text: str, code: str, said: str, column: int, length: int, help: str) -> None:
    shown = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    lines = [
        f"error[{code}]: {said}",
        f" --> a.s:1:{column}",
        "  |",
        f"1 | {shown}",
        f"  | {' ' * (column - 1)}{'^' * length}",
        *([f"  = help: {help}"] if help else []),
        f"  = more: isoform explain {code}",
    ]
    assert message(text).split("\n") == lines


def test_a_label_twice() -> None:
    assert message("a: nop\na: nop") == (
        "error[E0924]: label `a` is defined twice\n"
        " --> a.s:2:1\n"
        "  |\n"
        "1 | a: nop\n"
        "  | - it is here first\n"
        "2 | a: nop\n"
        "  | ^ again\n"
        "  = more: isoform explain E0924"
    )


def test_a_label_that_is_a_constant_too() -> None:
    assert message("a: nop\n.set a, 4") == (
        "error[E0924]: symbol `a` is defined twice\n"
        " --> a.s:2:6\n"
        "  |\n"
        "1 | a: nop\n"
        "  | - it is a label here\n"
        "2 | .set a, 4\n"
        "  |      ^ again\n"
        "  = more: isoform explain E0924"
    )


@pytest.mark.parametrize(
    ("text", "what", "column", "length"),
    [('.equ a, 1; "abc', "string", 12, 1), ("nop /* a\nnop", "comment", 5, 2)],
)
def test_unclosed(text: str, what: str, column: int, length: int) -> None:
    assert message(text) == (
        f"error[E0928]: the {what} is not closed\n"
        f" --> a.s:1:{column}\n"
        "  |\n"
        f"1 | {text.splitlines()[0]}\n"
        f"  | {' ' * (column - 1)}{'^' * length} the {what} begins here\n"
        "  = more: isoform explain E0928"
    )


def test_sizes_without_end() -> None:
    text = "a: .zero 3 - (b - a)\nb: nop"
    assert message(text) == (
        "error[E0930]: symbol `b` has another value in every pass\n"
        " --> a.s:2:1\n"
        "  |\n"
        "2 | b: nop\n"
        "  | ^\n"
        "  = more: isoform explain E0930"
    )


def test_pseudo_instructions_that_are_wrong_themselves() -> None:
    text = Path(helpers.__file__).read_text().splitlines()
    line = text.index('pseudo.alias("loop", "loop")') + 1
    assert message("loop") == (
        "error[E0931]: `loop` stands for itself\n"
        "  --> a.s:1:1\n"
        "   |\n"
        " 1 | loop\n"
        "   | ^^^^\n"
        f"  ::: tests/isa/assembly/helpers.py:{line}:1\n"
        f'{line} | pseudo.alias("loop", "loop")\n'
        "   | ---------------------------- the pseudo-instruction is here\n"
        "   = more: isoform explain E0931"
    )
    line += 1
    assert message("broken a0") == (
        "error[E0931]: `broken` stands for `addi a0, 1`, which is wrong: wrong operands of "
        "`addi`: expected a register from `zero` to `t6`, found `1`\n"
        "  --> a.s:1:1\n"
        "   |\n"
        " 1 | broken a0\n"
        "   | ^^^^^^^^^\n"
        f"  ::: tests/isa/assembly/helpers.py:{line}:1\n"
        f'{line} | pseudo.alias("broken {{rd}}", "addi {{rd}}, 1")\n'
        "   | ------------------------------------------- the pseudo-instruction is here\n"
        "   = help: written `addi rd, rs1, imm`\n"
        "   = more: isoform explain E0931"
    )


def test_an_address_behind_the_last() -> None:
    with pytest.raises(IsoformError) as caught:
        assemble(library.find("rv32i"), Source("a.s", "ecall\necall"), 0xFFFFFFFC)
    assert str(caught.value) == (
        "error[E0933]: section `.text` ends at 0x100000004, behind the last address of 32 bits\n"
        "  = more: isoform explain E0933"
    )


def test_an_instruction_of_another_width_is_hinted_at() -> None:
    assert message("addiw a0, a1, 1", machine("rv32i")) == (
        "error[E0920]: unknown instruction `addiw`\n"
        " --> a.s:1:1\n"
        "  |\n"
        "1 | addiw a0, a1, 1\n"
        "  | ^^^^^\n"
        "  = help: `addiw` is in the extension `I` for xlen=64 only\n"
        "  = more: isoform explain E0920"
    )


def test_an_instruction_of_another_extension_is_hinted_at() -> None:
    assert message("mul a0, a1, a2") == (
        "error[E0920]: unknown instruction `mul`\n"
        " --> a.s:1:1\n"
        "  |\n"
        "1 | mul a0, a1, a2\n"
        "  | ^^^\n"
        "  = help: `mul` is in the extension `M`, which `rv64i` lacks\n"
        "  = more: isoform explain E0920"
    )


def test_all_errors_of_a_text_at_once() -> None:
    found = message("bad\nworse 1\naddi a0, a0, 4096\nj nowhere\n.byte 1,")
    assert [line[6:11] for line in found.split("\n") if line.startswith("error[")] == [
        "E0920",
        "E0920",
        "E0922",
        "E0923",
        "E0926",
    ]


def test_every_code_has_a_test() -> None:
    elsewhere = {"E0924", "E0928", "E0930", "E0931", "E0932", "E0933"}
    assert {c[1] for c in CASES} | elsewhere == set(CODES)
