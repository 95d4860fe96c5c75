"""Codes of the messages about descriptions of instruction sets."""

from __future__ import annotations

__all__ = ["CODES"]

CODES: dict[str, tuple[str, str]] = {
    "E0901": (
        "an encoding pattern cannot be read",
        "A pattern is what the manual's table of the word shows, from the most significant bit: "
        "`0`, `1`, `x` (either), fields with their declared width (`rd`), and bits of a field's "
        "value (`imm[12|10:5]`). Together they must be as wide as an instruction word, and no bit "
        "of a value stands twice.",
    ),
    "E0902": (
        "a field has no kind",
        "Each field of a pattern is an operand that the extension declares (`operands=`), which "
        "says what its value means and how assembly writes it.",
    ),
    "E0903": (
        "an assembly pattern cannot be read",
        "It has the mnemonic, a space, and operands in braces with what stands between them: "
        "`lw {rd}, {imm}({rs1})`. Each is declared; one within the mnemonic is a choice of words.",
    ),
    "E0904": (
        "assembly names what the encoding lacks",
        "Each operand in braces is a field of the encoding.",
    ),
    "E0905": (
        "a function takes what the encoding lacks",
        "Behind the state, a semantic function takes fields of the encoding by their names; so "
        "does `where`.",
    ),
    "E0906": (
        "two instructions of one name",
        "In a set each instruction has its own name: the first word of its assembly, or `name=`.",
    ),
    "E0907": (
        "a semantic function has no meaning on symbols",
        "The function is run on symbols, for all values at once: words must have equal widths, "
        "loops and lists need constants, memory is accessed before registers are written. The "
        "message names the line.",
    ),
    "E0908": (
        "too many ways through a semantic function",
        "Each `if` on a symbol doubles the ways. Choose values with `select`, or pass `when=` to "
        "loads, stores and register writes, which keeps one way.",
    ),
    "E0909": (
        "the name of an instruction set has an unknown part",
        "A family of instruction sets names each by its parts, such as `rv64imac`: a width, a base "
        "and extensions. The message says which part is not described, and what is.",
    ),
    "E0910": (
        "a word is two instructions",
        "Two encodings have a word in common: the message has one. Exclude it from one of them "
        "with `where=`, or declare with `refines=` which of them takes it from the other.",
    ),
    "E0911": (
        "words that are never fetched as they are described",
        "The set's `length` tells from the first bytes of a word how many it has. The encoding has "
        "words for which it tells another number than the bits of the pattern, so that they never "
        "come to the decoder as these.",
    ),
}
