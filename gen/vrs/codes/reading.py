"""E01xx: files, characters, brackets, grammar."""

from __future__ import annotations

from gen.vrs.codes.row import Row, row

__all__ = ["READING"]

READING: dict[str, Row] = {
    "E0101": row(
        "a file cannot be read",
        "The file is not there, is a directory, or may not be read. The message ends with the "
        "reason that the system gives.",
        "isoform check specs/units",
        "isoform check specs/units/simple_segment.vrs",
    ),
    "E0102": row(
        "a file is not text",
        "A specification is ASCII text; comments may hold any UTF-8. This file has a byte that is "
        "neither: it is binary, or saved in another encoding. The message points at the first.",
        "isoform check build/mpu.o",
        "isoform check specs/units/mpu.vrs",
    ),
    "E0103": row(
        "a character is not part of the language",
        "Outside comments only ASCII letters, digits, `_` and the operators are used. Typographic "
        "quotes and dashes from a document are the usual guests.",
        "const SIZE : size = 4 \u00d7 1024;",
        "const SIZE : size = 4 * 1024;",
    ),
    "E0104": row(
        "a number is not well formed",
        "Letters or digits follow that the base does not have. Numbers are decimal, `0x`, `0o` or "
        "`0b`, with `_` between digits as wanted; they have no suffix.",
        "const SIZE : size = 4k;\nconst MASK : size = 0b012;",
        "const SIZE : size = 4096;\nconst MASK : size = 0b011;",
    ),
    "E0105": row(
        "a number needs more than 64 bits",
        "Values are 64-bit words. The largest number is 0xffff_ffff_ffff_ffff.",
        "const LIMIT : size = 0x1_0000_0000_0000_0000;",
        "const LIMIT : size = 0xffff_ffff_ffff_ffff;",
    ),
    "E0106": row(
        "a block comment is not closed",
        "A comment that begins with `/*` reaches to the next `*/`. Block comments do not nest.",
        "/* the unit's flags\nflags { readable }",
        "/* the unit's flags */\nflags { readable }",
    ),
    "E0107": row(
        "brackets do not match",
        "Each `(`, `[` and `{` is closed by its own kind. Nothing else is reported for the file, "
        "since what belongs where is not known.",
        "state { reg ctrl [ 4 } { 0 .. 1 enable } }",
        "state { reg ctrl [ 4 ] { 0 .. 1 enable } }",
    ),
    "E0108": row(
        "something nests too deep",
        "Brackets and expressions may be 200 deep, and so may a constant or method with "
        "everything that it uses written in its place (and 200000 operators long): methods are "
        "expanded where they are called. Hardware of that depth would be of no use.",
        "a + (b + (c + (d + ... )))    // 201 times",
        "fn low() -> int { a + b }\nfn sum() -> int { low() + c + d }    // helper methods",
    ),
    "E0109": row(
        "a file is too large",
        "A file has at most 262144 characters. A specification is some hundred lines; this is "
        "probably another kind of file.",
        "isoform check everything.vrs     // 300 kB",
        "import first;                    // several files\nimport second;",
    ),
    "E0110": row(
        "the grammar does not allow this here",
        "The message says what could stand here and what does. After it, the next unit, constant "
        "or import is read again, so each of them shows its first mistake. No `;` follows a block, "
        "and keywords (such as `size` and `state`) cannot be names.",
        "const SIZE : size = 4096\nflags { readable };",
        "const SIZE : size = 4096;\nflags { readable }",
    ),
    "E0111": row(
        "comparisons are chained",
        "`a < b < c` would compare the outcome of `a < b` with c. The language has no such thing.",
        "requires 0 <= va < SIZE",
        "requires 0 <= va && va < SIZE",
    ),
    "E0113": row(
        "a name is too long",
        "A name has at most 255 characters. Names become those of signals and files, whose limits "
        "are not far above.",
        "const AAAAAAAA : size = 4096;    // 256 times A",
        "const A : size = 4096;",
    ),
    "E0112": row(
        "a file is empty",
        "There is nothing but white space in it. A specification declares at least one unit.",
        "",
        "flags { readable }\nsegment Pass() {\n    inbitwidth = 32;\n    outbitwidth = 32;\n}",
    ),
}
