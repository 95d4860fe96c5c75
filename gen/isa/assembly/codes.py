"""Codes of the messages of the assembler, and of reading what it writes."""

from __future__ import annotations

__all__ = ["CODES"]

CODES: dict[str, tuple[str, str]] = {
    "E0920": (
        "unknown instruction",
        "The instruction set has no such mnemonic. Mnemonics are written in small letters. One "
        "that an extension has which the set lacks needs another set: `--isa rv64im`, not "
        "`--isa rv64i`, for `mul`. `--extension FILE.py` adds instructions of your own.",
    ),
    "E0921": (
        "operands that the instruction is not written with",
        "The text does not agree with any form of the mnemonic; the message shows the place "
        "where it parts from the one that it agrees with longest, and lists the forms.",
    ),
    "E0922": (
        "a value cannot be encoded",
        "A number is too large or too small for its place, is not a multiple of what the place "
        "counts in, or the set reserves the word that these operands make.",
    ),
    "E0923": (
        "a symbol is not defined",
        "Every symbol is a label or a constant (`.set`, `.equ`, `=`) of the same file. A local "
        "label is a number: `1b` is the last `1:` before, `1f` the next one behind.",
    ),
    "E0924": (
        "a symbol is defined twice",
        "A label stands for one address. `.set` may give a constant another value, but a name is "
        "not both. Labels that are numbers may be used again and again.",
    ),
    "E0925": (
        "unknown directive",
        "Words that begin with a point are directives of the GNU assembler. There are `.text`, "
        "`.data`, `.rodata`, `.bss`, `.section`; `.byte`, `.half`, `.word`, `.dword` and their "
        "other names; `.ascii`, `.asciz`, `.string`; `.zero`, `.space`, `.skip`, `.fill`; "
        "`.align`, `.p2align`, `.balign`, `.org`; `.set`, `.equ`, `.globl`, `.comm`.",
    ),
    "E0926": (
        "an expression is wrong",
        "Expressions have numbers (`12`, `0x1f`, `0b101`, octal `017`), characters (`'a'`), "
        "symbols, `.` for the address here, `+ - * / % << >> & | ^ ~`, parentheses, and operators "
        "such as `%hi(x)`. As in the GNU assembler, products and shifts bind most, then `& | ^`, "
        "then sums.",
    ),
    "E0927": (
        "a directive's arguments are wrong",
        "There are too many or too few, or one is not of the kind that the directive takes.",
    ),
    "E0928": (
        "a string or comment is not closed",
        "A string ends on its line; write `\\n` for the end of a line in it. A comment that begins "
        "with `/*` ends with `*/`.",
    ),
    "E0930": (
        "the assembly has no end",
        "Sizes of instructions depend on symbols, and symbols on sizes. The assembler passes over "
        "the text until nothing changes; here something changes for ever, such as `.set a, a + 1` "
        "or a size that depends on itself.",
    ),
    "E0931": (
        "a pseudo-instruction of the description is wrong",
        "A line that the pseudo-instruction stands for cannot be assembled. Its description has to "
        "be mended.",
    ),
    "E0932": (
        "not an ELF file that can be read",
        "`isoform dis` takes the ELF files that assemblers and linkers write, of either size and "
        "byte order. The message has the reader's own words.",
    ),
    "E0933": (
        "a program does not fit into its addresses",
        "A section ends behind the last address that the program counter can hold. Choose a "
        "smaller `--base`.",
    ),
}
