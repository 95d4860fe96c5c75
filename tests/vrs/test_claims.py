"""What a specification claims of itself and is not so: the whole text of each warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from gen import vrs
from gen.cli.claims import check_claims
from gen.diag import Reporter, render_text
from tests.units import UNITS

ROOT = Path(__file__).parents[2]
HEAD = "flags { readable, writable }\n"
SEGMENT = """segment S(base : addr) {
    inbitwidth = 16;
    outbitwidth = 16;
    state(base : addr) { reg ctrl [ 2 ] { 0 .. 8 low, 8 .. 16 high } }
    interface(base : addr) { mmio ctrl [ base, 0, 2 ] }
    fn valid() -> bool { true }
    fn matchflags(flgs : flags) -> bool { MATCH }
    fn translate(va : vaddr) -> paddr TRANSLATE
    METHOD
}
"""


def warnings(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "s.vrs"
    path.write_text(text)
    reporter = Reporter()
    program = vrs.load(path, reporter)
    before = len(reporter.diagnostics)
    check_claims(program, None, reporter)
    found = reporter.diagnostics[before:]
    return [render_text(d, color=False).replace(str(tmp_path) + "/", "") for d in found]


def segment(match: str = "true", translate: str = "{ va }", method: str = "") -> str:
    body = SEGMENT.replace("MATCH", match).replace("TRANSLATE", translate)
    return HEAD + body.replace("METHOD", method)


def test_a_sound_segment_has_none(tmp_path: Path) -> None:
    method = "fn half() -> size ensures result < 256 { state.ctrl.low }"
    assert warnings(tmp_path, segment(method=method)) == []


def test_preconditions_that_contradict(tmp_path: Path) -> None:
    (text,) = warnings(tmp_path, segment(translate="requires va < 4 requires va > 8 { va }"))
    assert text == (
        "warning[W0130]: nothing satisfies the preconditions of `S.translate`\n"
        " --> s.vrs:9:48\n"
        "  |\n"
        "9 |     fn translate(va : vaddr) -> paddr requires va < 4 requires va > 8 { va }\n"
        "  |                                                ^^^^^^ never all true\n"
        "  = more: isoform explain W0130"
    )


def test_a_postcondition_that_does_not_hold(tmp_path: Path) -> None:
    method = "fn half() -> size ensures result < 255 { state.ctrl.low }"
    (text,) = warnings(tmp_path, segment(method=method))
    assert text == (
        "warning[W0131]: a postcondition of `S.half` does not hold\n"
        "  --> s.vrs:10:31\n"
        "   |\n"
        "10 |     fn half() -> size ensures result < 255 { state.ctrl.low }\n"
        "   |                               ^^^^^^^^^^^^ not always true\n"
        "   = help: for example ctrl = 0xff\n"
        "   = more: isoform explain W0131"
    )


def test_an_address_that_is_cut(tmp_path: Path) -> None:
    (text,) = warnings(tmp_path, segment(translate="{ va + state.ctrl.low }"))
    lines = text.splitlines()
    assert lines[0] == ("warning[W0132]: `S.translate` can give an address of more than 16 bits")
    assert "the bits above `outbitwidth` are dropped" in text
    assert "= help: for example va = 0x" in text or "= help: for example ctrl = 0x" in text


def test_a_permission_that_nothing_grants(tmp_path: Path) -> None:
    (text,) = warnings(tmp_path, segment(match="!flgs.writable"))
    assert text.splitlines()[0] == (
        "warning[W0133]: no state of `S` permits an access with `writable`"
    )


ENUM = """enum Entry(base : addr) { One(base), Two(base) }
segment One(base : addr) {
    inbitwidth = 16; outbitwidth = 16;
    state(base : addr) { reg kind [ 1 ] { 0 .. 2 k } }
    interface(base : addr) { mmio kind [ base, 0, 1 ] }
    fn valid() -> bool { true }
    fn matchflags(flgs : flags) -> bool { true }
    fn translate(va : vaddr) -> paddr requires state.kind.k FIRST { va }
}
segment Two(base : addr) {
    inbitwidth = 16; outbitwidth = 16;
    state(base : addr) { reg kind [ 1 ] { 0 .. 2 k } }
    interface(base : addr) { mmio kind [ base, 0, 1 ] }
    fn valid() -> bool { true }
    fn matchflags(flgs : flags) -> bool { true }
    fn translate(va : vaddr) -> paddr requires state.kind.k SECOND { va }
}
"""


@pytest.mark.parametrize(
    ("first", "second", "messages"),
    [
        ("== 1", "== 2", []),
        ("== 1", ">= 1", ["W0135]: `one` and `two` hold in one state"]),
        (
            ">= 1",
            "== 2",
            ["W0134]: `two` is never chosen", "W0135]: `one` and `two` hold in one state"],
        ),
    ],
)
def test_variants(first: str, second: str, messages: list[str], tmp_path: Path) -> None:
    text = HEAD + ENUM.replace("FIRST", first).replace("SECOND", second)
    found = [w.splitlines()[0].removeprefix("warning[") for w in warnings(tmp_path, text)]
    assert found == messages


# A sum past the end of the output wraps in these, as their headers say of the hardware; nothing is
# fetched from a system segment.
WRAPPING = ("multisegment", "simple_segment", "variable_segment", "direct_segment")
KNOWN = dict.fromkeys((*WRAPPING, "assoc_segment", "medium"), "W0132")
KNOWN |= {"system_segment": "W0133"}


@pytest.mark.parametrize("unit", UNITS)
def test_the_units_are_sound(unit: str) -> None:
    reporter = Reporter()
    program = vrs.load(ROOT / "specs" / "units" / f"{unit}.vrs", reporter)
    check_claims(program, None, reporter)
    assert {d.code for d in reporter.diagnostics} == ({KNOWN[unit]} if unit in KNOWN else set())
