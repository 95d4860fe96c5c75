"""Loading: imports, inheritance, roots, flags, and that good files give no messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from gen import vrs
from gen.diag import IsoformError, Reporter
from gen.hints import distance, similar
from gen.vrs.fold import Constants
from gen.vrs.program import Program
from gen.vrs.symbols import Symbols
from tests.vrs.helpers import SAMPLES, UNITS, expression

HEAD = "flags { readable }\n"


def load(folder: Path, search: tuple[Path, ...] = (), **files: str) -> Program:
    """Write files (name to text) and load `main`, which must have no errors."""
    for name, text in files.items():
        (folder / f"{name}.vrs").write_text(text)
    return vrs.load(folder / "main.vrs", Reporter(), search)


def errors(folder: Path, **files: str) -> list[str]:
    """Return the codes of the errors that loading `main` ends with."""
    with pytest.raises(IsoformError) as caught:
        load(folder, **files)
    return [d.code for d in caught.value.diagnostics]


@pytest.mark.parametrize("path", [*SAMPLES, *UNITS], ids=lambda p: p.name)
def test_good_files_load_without_a_message(path: Path) -> None:
    reporter = Reporter()
    vrs.load(path, reporter, [path.parent])
    assert reporter.diagnostics == []


def test_imports_come_first_and_once(tmp_path: Path) -> None:
    program = load(
        tmp_path,
        main="import left; import right; import left;\nsegment Main() : Base { }",
        left="import base;\nconst LEFT : int = 1;",
        right="import base;\nconst RIGHT : int = LEFT + 1;\nflags { readable }",
        base="abstract segment Base() { inbitwidth = 8; }",
    )
    assert [Path(f.source.name).stem for f in program.files] == ["base", "left", "right", "main"]
    assert list(program.units) == ["Base", "Main"]
    assert list(program.consts) == ["LEFT", "RIGHT"]
    assert program.flags == ("readable",)
    assert program.root_file is program.files[-1]


def test_imports_are_found_beside_the_file_before_the_search_path(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.vrs").write_text("const A : int = 2;")
    (other / "b.vrs").write_text("import c;")
    (other / "c.vrs").write_text("const C : int = 3;")
    program = load(tmp_path, (other,), main=HEAD + "import a; import b;", a="const A : int = 1;")
    assert Constants(Symbols(program)).value(None, "A") == 1
    assert Constants(Symbols(program)).value(None, "C") == 3


def test_a_missing_file_is_reported_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(IsoformError, match=r"cannot read `.*gone\.vrs`: no such file"):
        vrs.load(tmp_path / "gone.vrs", Reporter())


def test_files_with_errors_do_not_hide_those_of_others(tmp_path: Path) -> None:
    found = errors(tmp_path, main="import a; import gone;", a="const A : int = ;")
    assert sorted(found) == ["E0110", "E0201"]


def test_merged_units_have_what_they_inherit(tmp_path: Path) -> None:
    text = """
    abstract segment A(base : addr) {
        inbitwidth = 8; outbitwidth = 16;
        const ONE : int = 1;
        state { reg r [ 4 ] }
        abstract fn valid() -> bool
        fn one() -> int { ONE }
    }
    abstract segment B(base : addr) : A {
        interface { mmio r [ base, 0, 4 ] }
        fn valid() -> bool { true }
    }
    segment C(base : addr) : B {
        inbitwidth = 12;
        const TWO : int = 2;
        fn two() -> int { ONE + TWO }
    }"""
    program = load(tmp_path, main=HEAD + text)
    unit = program.merged("C")
    assert program.bases("C") == ("B", "A")
    widths = {w.kind: w.value.span.text for w in unit.widths}
    assert widths == {"outbitwidth": "16", "inbitwidth": "12"}
    assert [c.name.text for c in unit.consts] == ["ONE", "TWO"]
    assert [f.name.text for s in unit.states for f in s.fields] == ["r"]
    assert [f.name.text for i in unit.interfaces for f in i.fields] == ["r"]
    methods = {m.name.text: m for m in unit.methods}
    assert list(methods) == ["one", "valid", "two"]
    assert not methods["valid"].abstract
    assert program.units["C"].widths != unit.widths
    assert program.merged("C") is unit
    with pytest.raises(KeyError):
        program.merged("D")


def test_roots_are_the_concrete_units_that_no_other_uses(tmp_path: Path) -> None:
    text = """import lib;
    abstract segment Base() { }
    segment Leaf() : Base { inbitwidth = 12; }
    segment Walk() { synth fn map(va : vaddr, sz : size, flgs : flags, pa : Table) }
    staticmap Table() { maps [ Leaf() for i in 0 .. 4 ] }
    segment First() { }
    segment Second() { }
    enum Both() { First(), Second() }
    segment Alone() { }
    osspec System() { }"""
    program = load(tmp_path, main=text, lib=HEAD + "segment Unused() { }")
    assert program.roots == ("Walk", "Both", "Alone")


def test_flags_of_units_count_and_lists_are_joined(tmp_path: Path) -> None:
    program = load(
        tmp_path,
        main="import a;\nflags { b, c }\nsegment S() { flags = { d, a }; }",
        a="flags { a, b }",
    )
    assert program.flags == ("a", "b", "c", "d")


def test_empty_slices_are_left_out(tmp_path: Path) -> None:
    text = """segment S() {
        state { reg r [ 4 ] { 3 .. 3 none, 8 .. 4 less, 0 .. 1 on } }
        interface { reg q [ 4 ] { Layout { 1 .. 1 none } } }
    }"""
    unit = load(tmp_path, main=HEAD + text).units["S"]
    assert [s.name.text for s in unit.states[0].fields[0].slices or ()] == ["on"]
    assert unit.interfaces[0].fields[0].layout == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 << 48", 1 << 48),
        ("256 * 1024 - 1", 262143),
        ("0 - 1", (1 << 64) - 1),
        ("~0 >> 60", 15),
        ("1 << 64", 0),
        ("7 / 0", (1 << 64) - 1),
        ("7 % 0", 7),
        ("7 % 4 ^ 1", 2),
        ("if 1 < 2 && !(3 >= 4) { 5 } else { 6 }", 5),
        ("if false ==> true { 1 } else { 0 }", 1),
        ("if 1 == 2 || 1 != 1 || 2 > 1 && 3 <= 2 { 1 } else { 12 & 6 | 1 }", 5),
    ],
)
def test_constants_fold_to_64_bits(tmp_path: Path, text: str, value: int) -> None:
    constants = Constants(Symbols(load(tmp_path, main=HEAD + f"const A : int = {text};")))
    assert constants.value(None, "A") == value


def test_constants_of_units_use_those_of_bases_and_files(tmp_path: Path) -> None:
    text = """const A : int = 2;
    abstract segment Base() { const B : int = A * 3; }
    segment Unit() : Base { const C : int = B + A; }"""
    program = load(tmp_path, main=HEAD + text)
    constants = Constants(Symbols(program))
    assert constants.value(program.units["Unit"], "C") == 8
    assert constants.value(program.units["Unit"], "D") is None
    assert constants.fold(expression("C + 1"), program.units["Unit"]) == 9
    assert constants.fold(expression("va + 1"), None) is None


def test_the_value_of_a_constant_in_a_circle_is_unknown() -> None:
    from gen.source import Source
    from gen.vrs.parse import parse

    source = Source("a.vrs", "const A : int = B + 1; const B : int = A; const C : int = C;")
    parsed = parse(source, Reporter())
    assert parsed is not None
    constants = Constants(Symbols(Program.of((parsed,))))
    assert [constants.value(None, name) for name in "ABC"] == [None, None, None]


@pytest.mark.parametrize(
    ("a", "b", "far"),
    [("ctrl", "ctrl", 0), ("ctrl", "crtl", 2), ("on", "onn", 1), ("abc", "xyz", 3), ("", "ab", 2),
     ("short", "muchlonger", 3)],
)  # fmt: skip
def test_edit_distance(a: str, b: str, far: int) -> None:
    assert distance(a, b) == distance(b, a) == far


def test_suggestions_are_near_and_not_the_name_itself() -> None:
    assert similar("enabel", ["enable", "disable"]) == "did you mean `enable`?"
    assert similar("SIZE_4k", ["SIZE_4K"]) == "did you mean `SIZE_4K`?"
    assert similar("a", ["b", "cd"]) == "did you mean `b`?" or similar("a", ["b", "cd"]) == ""
    assert similar("nothing", ["near", "it"]) == ""
    assert similar("x", []) == ""
