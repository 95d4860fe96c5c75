"""W01xx: what is allowed and seldom meant. A warning never changes a meaning."""

from __future__ import annotations

from gen.vrs.codes.row import Row, row

__all__ = ["WARNINGS"]

WARNINGS: dict[str, Row] = {
    "W0101": row(
        "a name is written in another style than usual",
        "Units are CamelCase, constants UPPER_CASE, all other names snake_case. Generated names "
        "are made from them.",
        "const pageSize : size = 4096;",
        "const PAGE_SIZE : size = 4096;",
    ),
    "W0102": row(
        "a slice has no bits",
        "`a .. b` are bits a to b - 1: with b not above a there are none. The slice is left out.",
        "reg ctrl [ 4 ] { 3 .. 3 mode, 8 .. 4 count }",
        "reg ctrl [ 4 ] { 3 .. 4 mode, 4 .. 8 count }",
    ),
    "W0103": row(
        "a size is given in bits",
        "Sizes are bytes. 16, 32, 64 and 128 have always been taken as bits; 16 is 16 bytes where "
        "a slice reaches past bit 16.",
        "reg ctrl [ 32 ]",
        "reg ctrl [ 4 ]",
    ),
    "W0104": row(
        "a segment leaves a method to its default",
        "Without `valid` a segment is always present, without `translate` addresses pass "
        "unchanged, without `matchflags` or `permits` everything is permitted.",
        "segment Pass() { fn translate(va : vaddr) -> paddr { va } }",
        "segment Pass() {\n    fn valid() -> bool { true }\n"
        "    fn matchflags(flgs : flags) -> bool { true }\n"
        "    fn translate(va : vaddr) -> paddr { va }\n}",
    ),
    "W0105": row(
        "an instruction has a layout",
        "An `instr` runs its actions and stores nothing; what is written to it is ignored.",
        "instr flush { Layout { 0 .. 1 all }, WriteActions { state.e.p <- 0; } }",
        "instr flush { WriteActions { state.e.p <- 0; } }",
    ),
    "W0106": row(
        "+ and - bind tighter than shifts",
        "As in C, `va + base << 12` shifts the sum. Two public specifications of page tables have "
        "this as a mistake.",
        "fn translate(va : vaddr) -> paddr { va + state.entry.frame << 12 }",
        "fn translate(va : vaddr) -> paddr { va + (state.entry.frame << 12) }",
    ),
    "W0107": row(
        "flags are declared in a unit",
        "An access has the same flags for every unit it passes, so the list belongs to the file. "
        "One in a unit counts as if it stood there.",
        "segment Entry() { flags = { readable, writable }; }",
        "flags { readable, writable }\nsegment Entry() { }",
    ),
    "W0108": row(
        "interface fields overlap",
        "Two fields share bytes. An access names a field by its exact offset, so at equal offsets "
        "the second cannot be reached.",
        "mmio length [ base, 16, 8 ], mmio perms [ base, 16, 8 ]",
        "mmio length [ base, 16, 8 ], mmio perms [ base, 24, 8 ]",
    ),
    "W0109": row(
        "the elements of a map overlap in memory",
        "The state of an element is larger than the distance to the next element.",
        "segment Entry(base : paddr) { state { mem entry [ base, 0, 8 ] } }\n"
        "staticmap Table(base : paddr) { maps [ Entry(base + i * 4) for i in 0 .. 1024 ] }",
        "segment Entry(base : paddr) { state { mem entry [ base, 0, 4 ] } }\n"
        "staticmap Table(base : paddr) { maps [ Entry(base + i * 4) for i in 0 .. 1024 ] }",
    ),
    "W0110": row(
        "a slice is shifted past the physical address",
        "The shifted slice has bits above `outbitwidth`, which are lost: the slice is too wide or "
        "the shift too far.",
        "outbitwidth = 32;\n... 21 .. 32 frame ...    // 11 bits\n"
        "fn translate(va : vaddr) -> paddr { va + (state.e.frame << 22) }",
        "outbitwidth = 32;\n... 22 .. 32 frame ...    // 10 bits\n"
        "fn translate(va : vaddr) -> paddr { va + (state.e.frame << 22) }",
    ),
    "W0111": row(
        "a unit takes fewer bits than the one that maps to it",
        "The walk goes on with the remaining bits of the address; the upper ones of these have no "
        "effect, so that many addresses translate to the same place.",
        "segment Root() { inbitwidth = 30; ... pa : Table }    // Table takes 22 bits",
        "segment Root() { inbitwidth = 22; ... pa : Table }",
    ),
    "W0112": row(
        "`valid` is not marked `#[remap]`",
        "`map` establishes the methods marked `#[remap]`. Without the mark a mapping that was made "
        "may not be present.",
        "fn valid() -> bool { state.e.present == 1 }",
        "#[remap]\nfn valid() -> bool { state.e.present == 1 }",
    ),
    "W0113": row(
        "a block is given more than once",
        "Blocks of one kind in a field are joined in order of writing.",
        "mmio a [ base, 0, 4 ] { WriteActions { 0 -> state.x; }, WriteActions { 0 -> state.y; } }",
        "mmio a [ base, 0, 4 ] { WriteActions { 0 -> state.x; 0 -> state.y; } }",
    ),
    "W0114": row(
        "an empty block of actions is the same as none",
        "A field of the same name as a state field reads and writes it. Empty actions do not "
        "change that; a layout that differs from the state's does.",
        "mmio mask [ base, 0, 4 ] { WriteActions { } }",
        "mmio mask [ base, 0, 4 ]",
    ),
    "W0115": row(
        "an interface field and its state field differ in size",
        "The interface field gives access to the state field of the same name, but has another "
        "size: bits are cut off or read as zero.",
        "state { reg ctrl [ 8 ] }\ninterface { mmio ctrl [ base, 0, 4 ] }",
        "state { reg ctrl [ 8 ] }\ninterface { mmio ctrl [ base, 0, 8 ] }",
    ),
    "W0116": row(
        "the program has different lists of flags",
        "Files that are used together should name the same flags in the same order: flag i is bit "
        "i. The lists are joined, those of imports first.",
        "// a.vrs\nflags { readable, writable }\n// b.vrs\nimport a;\nflags { writable, user }",
        "// a.vrs\nflags { readable, writable, user }\n// b.vrs\nimport a;",
    ),
    "W0117": row(
        "software cannot write state that `map` must set",
        "A method marked `#[remap]` depends on a state field that no interface field gives access "
        "to and no action writes.",
        "state { reg ctrl [ 4 ] { 0 .. 1 on } }\ninterface { }\n"
        "#[remap] fn valid() -> bool { state.ctrl.on == 1 }",
        "state { reg ctrl [ 4 ] { 0 .. 1 on } }\ninterface { mmio ctrl [ base, 0, 4 ] }\n"
        "#[remap] fn valid() -> bool { state.ctrl.on == 1 }",
    ),
    "W0118": row(
        "an action writes more bits than fit",
        "The upper bits of the source are dropped.",
        "interface.a.whole -> state.b.low;           // 32 bits to 8",
        "interface.a.whole[0 .. 8] -> state.b.low;",
    ),
    "W0119": row(
        "a slice is compared with a number that it never has",
        "The number needs more bits than the slice has, so the outcome is always the same.",
        "state { reg ctrl [ 4 ] { 0 .. 2 mode } }\nfn valid() -> bool { state.ctrl.mode == 4 }",
        "state { reg ctrl [ 4 ] { 0 .. 2 mode } }\nfn valid() -> bool { state.ctrl.mode == 3 }",
    ),
    "W0120": row(
        "an attribute is not known",
        "Known are `remap` on methods (`malloc` and `mfree` in an osspec), `repr` and `select` on "
        "`maps`, `desc` and `frame` on extern types.",
        "#[remapp]\nfn valid() -> bool { true }",
        "#[remap]\nfn valid() -> bool { true }",
    ),
}
