"""Codes of the messages that elaboration gives, for `isoform explain`."""

from __future__ import annotations

__all__ = ["CODES"]

CODES: dict[str, tuple[str, str]] = {
    "E0401": (
        "a bit width is not a constant from 1 to 64",
        "`inbitwidth` and `outbitwidth` say how many bits a virtual and a physical address have. "
        "Both must fold to a number from 1 to 64.\n\n"
        "    inbitwidth = 0;      // wrong\n    inbitwidth = 32;     // right",
    ),
    "E0402": (
        "no access flags are declared",
        "Every unit is asked with an address and the flags of the access. Name them once per file, "
        "or in a file that is imported.\n\n"
        "    flags { readable, writable }",
    ),
    "E0403": (
        "the unit cannot be elaborated",
        "Hardware is made from a concrete segment, static map or enum. An abstract segment needs "
        "a segment that derives from it; an osspec describes software.",
    ),
    "E0404": (
        "the registers of a map's elements are not evenly spaced",
        "The elements of a map form an array of registers: element i must lie at a fixed first "
        "offset plus i times a fixed stride.\n\n"
        "    maps [ Entry(base + i * i) for i in 0..4 ]    // wrong\n"
        "    maps [ Entry(base + i * 8) for i in 0..4 ]    // right",
    ),
    "E0405": (
        "an action touches state in memory",
        "Read and write actions run in the register file and reach registers only. Software "
        "reaches `mem` state through a `mem` interface field of the same name.",
    ),
    "E0406": (
        "this form of map is not elaborated",
        "A map is elaborated from `Unit(arguments) for i in low..high` or from a list of elements "
        "of one unit. Source ranges (`low..high =>`) and offsets (`@`) are checked, not built.",
    ),
    "E0407": (
        "a quantifier has no constant bound",
        "Each variable must be bounded by a comparison with a constant, first in the body: "
        "`forall i : int :: i < 8 ==> ...` or `exists i : int :: i < 8 && ...`.",
    ),
    "E0408": (
        "a bit slice lies outside its value",
        "`x[a..b]` takes bits a to b - 1. Both bounds must be constants, a below b, and b at most "
        "the number of bits of x.",
    ),
    "E0409": (
        "a method calls itself",
        "Methods are expanded where they are called, so they cannot be recursive.",
    ),
    "E0410": (
        "a walk does not end",
        "A segment whose `map` takes a unit translates to that unit. Followed from the root, the "
        "units must end at memory.",
    ),
    "E0411": (
        "`staticmap` is used outside a map",
        "`staticmap` names the state of the map that holds the unit. The unit is elaborated on its "
        "own here; elaborate the map instead.",
    ),
    "E0412": (
        "a name is unknown in this place",
        "The expression names something that does not exist where it is used.",
    ),
    "E0414": (
        "a map has too many registers",
        "The registers of a map's elements are flip-flops, and there may be 1024 elements. A map "
        "whose elements are in memory (`mem`), such as a page table, may have any number.\n\n"
        "    maps [ Entry(base + i * 8) for i in 0..1048576 ]    // with `reg` state: wrong\n"
        "    maps [ Entry(base + i * 8) for i in 0..64 ]         // right",
    ),
    "E0415": (
        "the unit unfolds to too much",
        "Methods are expanded where they are called, the body of a quantifier for each value (at "
        "most 4096 of them), a segment for each element of an associative map: 200000 expressions "
        "in all. Hardware of that size would be of no use.\n\n"
        "    forall i : int, j : int :: i < 4096 && j < 4096 ==> ...    // 16 million times",
    ),
    "E0416": (
        "registers of a map's elements overlap",
        "Each element of a map brings its own registers, and all of them lie in one register file. "
        "The elements must be at least as far apart as the registers of one reach.\n\n"
        "    maps [ Entry(base + i * 8) for i in 0..4 ]     // Entry has 16 bytes: wrong\n"
        "    maps [ Entry(base + i * 16) for i in 0..4 ]    // right",
    ),
    "E0413": (
        "a value is wider than 64 bits",
        "Arithmetic is on 64 bits. A wider field can only be copied whole or used through its "
        "slices.",
    ),
}
