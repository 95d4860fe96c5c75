"""E02xx: names and imports."""

from __future__ import annotations

from gen.vrs.codes.row import Row, row

__all__ = ["NAMES"]

NAMES: dict[str, Row] = {
    "E0201": row(
        "an import is not found",
        "`import name;` reads `name.vrs` from the folder of the importing file, or from a folder "
        "given with `-I`.",
        "import mpu_regoin;",
        "import mpu_region;",
    ),
    "E0202": row(
        "files import each other in a circle",
        "What a file imports must be complete before the file itself, so no file can import "
        "itself, also not through others. Move what both need into a third file.",
        "// a.vrs\nimport b;\n// b.vrs\nimport a;",
        "// a.vrs\nimport common;\n// b.vrs\nimport common;",
    ),
    "E0203": row(
        "a name is declared twice",
        "Units, constants and extern types of a file and all its imports share one set of names; "
        "the constants of a unit may not hide them.",
        "const PAGE : size = 4096;\nconst PAGE : size = 8192;",
        "const PAGE : size = 4096;\nconst LARGE_PAGE : size = 8192;",
    ),
    "E0204": row(
        "a parameter is declared twice",
        "The parameters of one unit or method, the fields of one extern type and the variables of "
        "one quantifier have different names.",
        "fn inside(a : int, a : int) -> bool { a < 4 }",
        "fn inside(a : int, b : int) -> bool { a < b }",
    ),
    "E0205": row(
        "a field or slice is declared twice",
        "The fields of a state or interface and the slices of a field are told apart by name.",
        "reg ctrl [ 4 ] { 0 .. 1 enable, 1 .. 2 enable }",
        "reg ctrl [ 4 ] { 0 .. 1 enable, 1 .. 2 debug }",
    ),
    "E0206": row(
        "a method is declared twice",
        "A unit has one method of a name, whatever its parameters are.",
        "fn valid() -> bool { true }\nfn valid() -> bool { state.ctrl.enable == 1 }",
        "fn valid() -> bool { state.ctrl.enable == 1 }",
    ),
    "E0207": row(
        "a flag is declared twice",
        "Flag i is bit i of an access, so each has one place in the list.",
        "flags { readable, writable, readable }",
        "flags { readable, writable }",
    ),
    "E0208": row(
        "an item is given more than once",
        "A unit has one `inbitwidth`, `outbitwidth`, `state`, `interface` and `maps`, a file one "
        "list of flags.",
        "inbitwidth = 32;\ninbitwidth = 48;",
        "inbitwidth = 48;",
    ),
    "E0209": row(
        "a variant is listed twice",
        "The state tells the variants of an enum apart; the same unit twice cannot be told apart.",
        "enum Entry(base : paddr) { Page(base), Page(base) }",
        "enum Entry(base : paddr) { Page(base), Table(base) }",
    ),
    "E0210": row(
        "a name is not known",
        "It is no parameter, variable or constant that can be seen from here. Fields are named "
        "with where they are (`state.ctrl`), methods are called with parentheses.",
        "fn valid() -> bool { ctrl.enable == 1 }",
        "fn valid() -> bool { state.ctrl.enable == 1 }",
    ),
    "E0211": row(
        "a unit is not known",
        "Bases, elements of maps and variants are units of this file or of one that it imports.",
        "staticmap Table() { maps [ Entri() for i in 0 .. 4 ] }",
        "staticmap Table() { maps [ Entry() for i in 0 .. 4 ] }",
    ),
    "E0212": row(
        "a type is not known",
        "Types are int, bool, addr, vaddr, paddr, size and flags, the units (for what `map` maps "
        "to) and, in an osspec, its extern types.",
        "fn inside(a : adr) -> bool { a < 4 }",
        "fn inside(a : addr) -> bool { a < 4 }",
    ),
    "E0213": row(
        "a field or slice does not exist",
        "A path names a field of `state`, `interface` or `staticmap` (`staticmap[i]` for element "
        "i), and then a slice of it. A field without a block of slices has one, `val`. `state` "
        "alone is no value.",
        "state { reg ctrl [ 4 ] { 0 .. 1 on } }\nfn valid() -> bool { state.ctrl.onn == 1 }",
        "state { reg ctrl [ 4 ] { 0 .. 1 on } }\nfn valid() -> bool { state.ctrl.on == 1 }",
    ),
    "E0214": row(
        "a flag is not declared",
        "A parameter of type `flags` has the flags that the file declares, or one it imports.",
        "flags { readable, writable }\nfn permits(acc : flags) -> bool { !acc.write }",
        "flags { readable, writable }\nfn permits(acc : flags) -> bool { !acc.writable }",
    ),
    "E0215": row(
        "a method is not known",
        "Methods that can be called are those of the same unit and of the units it derives from.",
        "fn translate(va : vaddr) -> paddr { va + offest() }",
        "fn translate(va : vaddr) -> paddr { va + offset() }",
    ),
    "E0216": row(
        "a unit derives from itself",
        "A unit inherits everything from its base, so the chain of bases must end.",
        "segment A() : B { }\nsegment B() : A { }",
        "segment A() : B { }\nabstract segment B() { }",
    ),
    "E0217": row(
        "a constant depends on itself",
        "Its value would need its value.",
        "const PAGES : size = BYTES / 4096;\nconst BYTES : size = PAGES * 4096;",
        "const PAGES : size = 16;\nconst BYTES : size = PAGES * 4096;",
    ),
    "E0218": row(
        "a constant is needed here",
        "Constants, bit widths and the bounds of maps are worked out before there is hardware. "
        "They use numbers and other constants; parameters, state and methods are known only later.",
        "staticmap Table(n : int) { maps [ Entry() for i in 0 .. n ] }",
        "const ENTRIES : size = 4;\nstaticmap Table() { maps [ Entry() for i in 0 .. ENTRIES ] }",
    ),
    "E0219": row(
        "a part of the unit cannot be used here",
        "Methods describe the translation, which depends on the state, not on the interface by "
        "which software reaches it. Arguments of a map's elements are fixed when it is built.",
        "fn valid() -> bool { interface.ctrl.enable == 1 }",
        "fn valid() -> bool { state.ctrl.enable == 1 }",
    ),
    "E0220": row(
        "`staticmap` is used in a unit that no map holds",
        "`staticmap.f` is the state of the map that holds the unit, `staticmap[i].f` that of its "
        "neighbours. Some `staticmap` of the program must have the unit as its element.",
        "segment Region() { fn valid() -> bool { staticmap.ctrl.enable == 1 } }",
        "segment Region() { fn valid() -> bool { staticmap.ctrl.enable == 1 } }\n"
        "staticmap Mpu() {\n    maps [ Region() for i in 0 .. 8 ]\n"
        "    state { reg ctrl [ 4 ] { 0 .. 1 enable } }\n}",
    ),
}
