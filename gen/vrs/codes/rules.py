"""E03xx: types and rules."""

from __future__ import annotations

from gen.vrs.codes.row import Row, row

__all__ = ["RULES"]

RULES: dict[str, Row] = {
    "E0301": row(
        "types do not fit",
        "Numbers of all types mix; conditions and numbers do not. A flag (`acc.writable`) is "
        "either. A slice of one bit is a number: compare it.",
        "fn valid() -> bool { state.ctrl.enable && state.ctrl.ready == 1 }",
        "fn valid() -> bool { state.ctrl.enable == 1 && state.ctrl.ready == 1 }",
    ),
    "E0302": row(
        "the number of arguments is wrong",
        "A call, an element of a map and a variant of an enum give one argument for each "
        "parameter.",
        "segment Entry(base : addr) { }\nstaticmap Table() { maps [ Entry() for i in 0 .. 4 ] }",
        "segment Entry(base : addr) { }\n"
        "staticmap Table(base : addr) { maps [ Entry(base + i * 8) for i in 0 .. 4 ] }",
    ),
    "E0303": row(
        "an argument has the wrong type",
        "Numeric types mix, but a condition is no number, and flags are passed as flags.",
        "fn scaled(n : int) -> int { n << 12 }\nfn size() -> int { scaled(state.a.x == 1) }",
        "fn scaled(n : int) -> int { n << 12 }\nfn size() -> int { scaled(state.a.x) }",
    ),
    "E0304": row(
        "a method's body is not of the type it returns",
        "The body is the value that the method returns.",
        "fn valid() -> bool { state.ctrl.enable }",
        "fn valid() -> bool { state.ctrl.enable == 1 }",
    ),
    "E0305": row(
        "a method has the wrong signature",
        "These methods have a meaning, and signatures that go with it: `valid() -> bool`, "
        "`translate(va: vaddr) -> paddr`, `matchflags(flgs: flags) -> bool`, "
        "`permits(acc: flags) -> bool`, `map(va: vaddr, sz: size, flgs: flags, pa: paddr)` (or a "
        "unit as the type of pa), `unmap(va: vaddr, sz: size)` and "
        "`protect(va: vaddr, sz: size, flgs: flags)`. `valid` and `permits` may have `va: vaddr` "
        "as last parameter. A method that overrides an abstract one has its signature. Names of "
        "parameters are free.",
        "fn translate(va : vaddr, sz : size) -> paddr { va }",
        "fn translate(va : vaddr) -> paddr { va }",
    ),
    "E0306": row(
        "a method has no body",
        "Every method is one expression, except abstract ones, extern ones of an osspec, and "
        "`map`, `unmap` and `protect`, whose bodies are synthesised.",
        "fn unmap(va : vaddr, sz : size)\nfn inside(va : vaddr) -> bool",
        "synth fn unmap(va : vaddr, sz : size)\nfn inside(va : vaddr) -> bool { va < 4096 }",
    ),
    "E0307": row(
        "a method has a body and must not",
        "The body of an `abstract` method is given by the units that derive, that of a `synth` "
        "method is found, that of an `extern` one is the operating system's.",
        "abstract fn valid() -> bool { true }",
        "abstract fn valid() -> bool",
    ),
    "E0308": row(
        "an abstract unit is used",
        "An abstract unit is a part of others: it is not complete. Use one that derives from it.",
        "abstract segment Base() { }\nstaticmap Table() { maps [ Base() for i in 0 .. 4 ] }",
        "abstract segment Base() { }\nsegment Entry() : Base { }\n"
        "staticmap Table() { maps [ Entry() for i in 0 .. 4 ] }",
    ),
    "E0309": row(
        "an abstract method is left without a body",
        "A segment that is not abstract overrides every abstract method it inherits, and declares "
        "none.",
        "abstract segment Base() { abstract fn valid() -> bool }\nsegment Entry() : Base { }",
        "abstract segment Base() { abstract fn valid() -> bool }\n"
        "segment Entry() : Base { fn valid() -> bool { true } }",
    ),
    "E0310": row(
        "an inherited method is declared again",
        "Only abstract methods are overridden: what a base says of its units holds.",
        "abstract segment Base() { fn valid() -> bool { true } }\n"
        "segment Entry() : Base { fn valid() -> bool { state.e.p == 1 } }",
        "abstract segment Base() { abstract fn valid() -> bool }\n"
        "segment Entry() : Base { fn valid() -> bool { state.e.p == 1 } }",
    ),
    "E0311": row(
        "slices overlap",
        "A bit belongs to one slice of a field, or to none. `0 .. 4` are bits 0 to 3: the second "
        "bound is not part of the slice.",
        "reg ctrl [ 4 ] { 0 .. 4 mode, 3 .. 8 count }",
        "reg ctrl [ 4 ] { 0 .. 4 mode, 4 .. 8 count }",
    ),
    "E0312": row(
        "a slice ends past its field",
        "The size of a field is given in bytes: `[ 4 ]` has bits 0 to 31.",
        "reg ctrl [ 4 ] { 0 .. 40 address }",
        "reg ctrl [ 8 ] { 0 .. 40 address }",
    ),
    "E0313": row(
        "a field has an impossible size",
        "A field has 1, 2, 4, 8 or 16 bytes. With a warning, 32, 64 and 128 are taken as bits, and "
        "so is 16 where no slice reaches past bit 16.",
        "reg ctrl [ 3 ]",
        "reg ctrl [ 4 ]",
    ),
    "E0314": row(
        "a field is not aligned",
        "The offset of a field is a multiple of its size in bytes.",
        "mmio limit [ base, 2, 4 ]",
        "mmio limit [ base, 4, 4 ]",
    ),
    "E0315": row(
        "state fields overlap in memory",
        "Two state fields at the same base share bytes, so that one could not change alone.",
        "mem low [ base, 0, 8 ], mem high [ base, 0, 8 ]",
        "mem low [ base, 0, 8 ], mem high [ base, 8, 8 ]",
    ),
    "E0316": row(
        "the base of a field is no parameter of the unit",
        "`mem f [ base, offset, size ]` and `mmio f [ ... ]` lie at an offset from a parameter of "
        "the unit, which whoever uses the unit gives. A unit that inherits such a field has the "
        "parameter too.",
        "segment Entry() { state { mem entry [ base, 0, 8 ] } }",
        "segment Entry(base : paddr) { state { mem entry [ base, 0, 8 ] } }",
    ),
    "E0317": row(
        "the parameters of state or interface differ from the unit's",
        "A state or interface repeats the parameters of its unit, or has none.",
        "segment Entry(base : paddr) { state(addr0 : paddr) { reg e [ 4 ] } }",
        "segment Entry(base : paddr) { state(base : paddr) { reg e [ 4 ] } }",
    ),
    "E0318": row(
        "a slice is too wide",
        "A value has at most 64 bits. A field may have 128, but not a slice of it.",
        "reg descriptor [ 16 ] { 0 .. 100 address }",
        "reg descriptor [ 16 ] { 0 .. 64 low, 64 .. 100 high }",
    ),
    "E0319": row(
        "a unit has state of its own and inherits some",
        "State and interface come from one place: the base or the unit itself.",
        "abstract segment Base() { state { reg a [ 4 ] } }\n"
        "segment Entry() : Base { state { reg b [ 4 ] } }",
        "abstract segment Base() { state { reg a [ 4 ], reg b [ 4 ] } }\n"
        "segment Entry() : Base { }",
    ),
    "E0320": row(
        "a map has an impossible number of elements",
        "The upper bits of an address choose the element of a map, so their number is a power of "
        "two. A map with `#[select(...)]` compares each element instead: it has 1 to 256.",
        "maps [ Entry() for i in 0 .. 12 ]",
        "maps [ Entry() for i in 0 .. 16 ]",
    ),
    "E0321": row(
        "the variants of an enum differ",
        "A variant is chosen by the state, so all variants have the same parameters, "
        "`inbitwidth`, state fields and interface fields; only the slices may differ.",
        "segment Page(base : paddr) { inbitwidth = 21; ... }\n"
        "segment Table(base : paddr) { inbitwidth = 12; ... }\n"
        "enum Entry(base : paddr) { Page(base), Table(base) }",
        "segment Page(base : paddr) { inbitwidth = 21; ... }\n"
        "segment Table(base : paddr) { inbitwidth = 21; ... }\n"
        "enum Entry(base : paddr) { Page(base), Table(base) }",
    ),
    "E0322": row(
        "a map takes addresses that are too wide",
        "A map takes the bits of its element and those that choose it; there are fewer than 64.",
        "segment Big() { inbitwidth = 62; }\nstaticmap Table() { maps [ Big() for i in 0 .. 4 ] }",
        "segment Big() { inbitwidth = 60; }\nstaticmap Table() { maps [ Big() for i in 0 .. 4 ] }",
    ),
    "E0323": row(
        "a unit of this kind cannot stand here",
        "The elements of a map are segments, enums or maps. The variants of an enum are segments.",
        "staticmap Table() { maps [ Page() for i in 0 .. 4 ] }\nenum Entry() { Table() }",
        "segment Page() { }\nenum Entry() { Page() }",
    ),
    "E0324": row(
        "an action's destination is written twice",
        "Both actions of one block write the same place, so the first has no effect. A whole field "
        "and then a slice of it is allowed.",
        "WriteActions {\n    interface.a.x -> state.b.x;\n    0 -> state.b.x;\n}",
        "WriteActions {\n    interface.a.x -> state.b.x;\n}",
    ),
    "E0325": row(
        "an action writes what cannot be written",
        "Actions write fields or slices of `state`, `interface` and `staticmap[i]`. The arrow "
        "points at what is written. An `instr` has no storage.",
        "WriteActions { interface.a.x <- 0 + 1; state.b.x -> 1; }",
        "WriteActions { interface.a.x <- 0 + 1; state.b.x <- 1; }",
    ),
    "E0326": row(
        "a unit cannot have such a parameter",
        "The parameters of a unit are numbers and conditions, known when it is built.",
        "segment Entry(acc : flags) { }",
        "segment Entry(base : paddr) { }",
    ),
    "E0327": row(
        "a unit cannot derive from this one",
        "Inheritance is for segments only.",
        "staticmap Table() { maps [ Entry() for i in 0 .. 4 ] }\nsegment Big() : Table { }",
        "abstract segment Common() { }\nsegment Big() : Common { }",
    ),
    "E0328": row(
        "an extern method stands outside an osspec",
        "`extern fn` declares what an operating system offers. Hardware cannot call it.",
        "segment Entry() { extern fn allocate(sz : size) -> vaddr }",
        "osspec System() { extern fn allocate(sz : size) -> vaddr }",
    ),
    "E0330": row(
        "an item does not belong in this kind of unit",
        "Segments have widths, state, interface and methods; a staticmap has `maps` as well; an "
        "osspec has extern types, methods and constants.",
        "segment Table() { maps [ Entry() for i in 0 .. 4 ] }",
        "staticmap Table() { maps [ Entry() for i in 0 .. 4 ] }",
    ),
    "E0331": row(
        "a unit holds nothing",
        "A staticmap has `maps`, an enum at least one variant.",
        "staticmap Table() { inbitwidth = 14; }",
        "staticmap Table() { maps [ Entry() for i in 0 .. 4 ] }",
    ),
    "E0332": row(
        "`select` is not understood",
        "`#[select(first)]` and `#[select(last)]` let the lowest or highest element that hits win; "
        "with `#[select(unique)]` more than one hit is a fault.",
        "#[select(any)]\nmaps [ Region() for i in 0 .. 8 ]",
        "#[select(first)]\nmaps [ Region() for i in 0 .. 8 ]",
    ),
    "E0333": row(
        "an osspec is incomplete",
        "The operations `map...`, `protect` and `unmap` are given together, or none of them.",
        "osspec System() { fn unmap(va : vaddr, sz : size) -> bool { true } }",
        "osspec System() { extern fn allocate(sz : size) -> vaddr }",
    ),
    "E0334": row(
        "the role of an extern function is not clear",
        "Extern functions are recognised by their types: `(size, paddr) -> paddr` allocates "
        "physical memory, `(size) -> vaddr` virtual; `(paddr, size)` and `(vaddr, size)` free "
        "them; `(paddr) -> vaddr` and `(vaddr) -> paddr` convert; `(UnitType) -> D` and `(D)` "
        "allocate and free a table, D being the type with `#[desc]`. A role is taken once, and "
        "`#[malloc]` and `#[mfree]` stand on allocations and frees.",
        "#[malloc] extern fn release(pa : paddr, sz : size)",
        "#[mfree] extern fn release(pa : paddr, sz : size)",
    ),
    "E0335": row(
        "there is more than one osspec, descriptor or frame",
        "A program is for one operating system, with one type that describes tables and one that "
        "describes frames.",
        "osspec A() { }\nosspec B() { }",
        "osspec A() { }",
    ),
    "E0336": row(
        "a method does not belong in an osspec",
        "An osspec declares `extern fn`s and defines the operations `map...`, `protect`, `unmap`.",
        "osspec System() { fn helper() -> bool { true } }",
        "osspec System() { extern fn helper() -> bool }",
    ),
    "E0337": row(
        "`self` has no type",
        "In the operations of an osspec `self` is what describes the table: the extern type that "
        "is marked `#[desc]`.",
        "extern type Node { cap : int }\n... self.cap ...",
        "#[desc] extern type Node { cap : int }\n... self.cap ...",
    ),
}
