"""W013x: what a solver finds that a specification claims of itself and is not so."""

from __future__ import annotations

from gen.vrs.codes.row import Row, row

__all__ = ["CLAIMS"]

CLAIMS: dict[str, Row] = {
    "W0130": row(
        "preconditions contradict each other",
        "No state and no arguments satisfy the `requires` of the method, so it is never used.",
        "fn translate(va : vaddr) -> paddr\n    requires va < 16\n    requires va > 32\n{ va }",
        "fn translate(va : vaddr) -> paddr\n    requires va < 16\n{ va }",
    ),
    "W0131": row(
        "a postcondition does not hold",
        "There are a state and arguments that satisfy every `requires` and give a result that "
        "`ensures` excludes; the message shows them.",
        "fn size() -> size ensures result < 256 { state.ctrl.bytes }      // 9 bits",
        "fn size() -> size ensures result < 512 { state.ctrl.bytes }",
    ),
    "W0132": row(
        "a translated address has more bits than the output",
        "The bits above `outbitwidth` are dropped, so two addresses may meet in one; the message "
        "shows a state and an address where that happens.",
        "outbitwidth = 32;\nfn translate(va : vaddr) -> paddr { va + state.base.address }",
        "outbitwidth = 32;\nfn translate(va : vaddr) -> paddr\n"
        "    requires va + state.base.address < (1 << 32)\n{ va + state.base.address }",
    ),
    "W0133": row(
        "a permission that no state can grant",
        "No state of the unit permits an access that asks for this flag alone.",
        "fn matchflags(flgs : flags) -> bool { !flgs.writable && !flgs.readable }",
        "fn matchflags(flgs : flags) -> bool { !flgs.writable }",
    ),
    "W0134": row(
        "a variant is never chosen",
        "The preconditions of its `translate` that only look at the state are never true, or only "
        "where an earlier variant is chosen.",
        "enum Entry(base : addr) { Any(base), Large(base) }       // Any requires nothing",
        "enum Entry(base : addr) { Large(base), Small(base) }     // each requires its own kind",
    ),
    "W0135": row(
        "two variants hold in one state",
        "The preconditions that tell them apart can be true together. The first one is chosen.",
        "// One: requires state.e.kind >= 1     Two: requires state.e.kind == 2",
        "// One: requires state.e.kind == 1     Two: requires state.e.kind == 2",
    ),
}
