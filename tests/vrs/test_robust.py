"""Bad input of any kind ends in a message with a place, soon, and never in a traceback."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gen import vrs
from gen.diag import IsoformError, Reporter, render_github, render_json, render_text
from gen.source import Source
from gen.vrs.lexer import KEYWORDS, MAX_CHARACTERS, PUNCTUATION
from gen.vrs.parse import parse
from tests.vrs.helpers import SAMPLES

SAMPLE = (Path(__file__).parent / "samples" / "segments.vrs").read_text()
LIMIT = 20.0  # CPU-seconds: what takes longer hangs; most take a hundredth of one


def outcome(path: Path) -> list[str]:
    """Load a file; return the codes of its errors, none if it loads."""
    reporter = Reporter()
    start = time.process_time()
    try:
        vrs.load(path, reporter)
    except IsoformError as error:
        for d in error.diagnostics:
            assert d.primary is not None
            assert len(render_text(d)) < 4000 + 40 * len(d.primary.span.source.name)
            render_json(d)
            render_github(d)
    assert time.process_time() - start < LIMIT
    return [d.code for d in reporter.errors]


def written(folder: Path, text: str | bytes) -> Path:
    """Write `text` to a file and return its path."""
    path = folder / "bad.vrs"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


LINE = "const A : size = " + "1 + " * 50 + "1;"
UNIT = "segment S() {{ fn valid() -> bool {{ {} }} }}\n"
BAD: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "E0112"),
    "blank": (" \n\t\r\n", "E0112"),
    "zeros": (b"\0" * 1000, "E0103"),
    "binary": (bytes(range(256)) * 64, "E0102"),
    "one line of 10 MB": ("a " * 5_000_000, "E0109"),
    "brackets": ("(" * 10_000, "E0108"),
    "closing brackets": (")" * 10_000, "E0107"),
    "nested groups": (f"const A : int = {'(' * 10_000}1{')' * 10_000};", "E0108"),
    "nested blocks": ("segment A {" * 10_000 + "}" * 10_000, "E0108"),
    "prefixes": (f"const A : int = {'!' * 10_000}1;", "E0108"),
    "sum": (f"const A : int = {'1 + ' * 10_000}1;", "E0108"),
    "quantifiers": (f"const A : bool = {'forall i : int :: ' * 10_000}true;", "E0108"),
    "members": (f"const A : int = a{'.b' * 10_000};", "E0108"),
    "elements": (f"const A : int = a{'[0]' * 10_000};", "E0108"),
    "else chain": (
        UNIT.format("if true { true } else { " * 10_000 + "true" + " }" * 10_000),
        "E0108",
    ),
    "number": (f"const A : int = {'9' * 100_000};", "E0105"),
    "zeros before a number": (f"const A : int = {'0' * 100_000}x;", "E0104"),
    "name": ("const " + "a" * 100_000 + " : int = b;", "E0113"),
    "comment": ("/*" + "x" * 100_000, "E0106"),
    "stars": ("/*" + "*" * 200_000, "E0106"),
    "slashes and stars": ("/* " * 50_000, "E0106"),
    "comments in one line": ("/**/" * 60_000 + "x", "E0110"),
    "keywords": ("segment " * 20_000, "E0110"),
    "semicolons": (";" * 200_000, "E0110"),
    "chain of constants": (
        "".join(f"const A{i} : int = A{i + 1};\n" for i in range(5000)) + "const A5000 : int = 1;",
        "E0108",
    ),
    "circle of constants": (
        "".join(f"const A{i} : int = A{(i + 1) % 3000};\n" for i in range(3000)),
        "E0217",
    ),
    "chain of methods": (
        "segment S() {"
        + "".join(f"fn m{i}() -> int {{ m{i + 1}() }}\n" for i in range(2000))
        + "fn m2000() -> int { 1 } }",
        "E0108",
    ),
    "methods that double": (
        "segment S() {"
        + "".join(f"fn m{i}() -> int {{ m{i + 1}() + m{i + 1}() }}\n" for i in range(60))
        + "fn m60() -> int { 1 } }",
        "E0108",
    ),
    "chain of bases": (
        "".join(f"segment S{i}() : S{i + 1} {{ }}\n" for i in range(300)) + "segment S300() { x }",
        "E0110",
    ),
    "circle of bases": (
        "".join(f"segment S{i}() : S{(i + 1) % 300} {{ }}\n" for i in range(300)),
        "E0216",
    ),
    "many unknown names": (UNIT.format(" && ".join(f"x{i}" for i in range(150))), "E0210"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_end_in_a_message(tmp_path: Path, name: str) -> None:
    text, code = BAD[name]
    assert code in outcome(written(tmp_path, text))


def test_a_long_chain_of_bases_is_walked_without_recursion(tmp_path: Path) -> None:
    units = "".join(f"abstract segment S{i}() : S{i + 1} {{ }}\n" for i in range(300))
    text = "flags { a }\n" + units + "abstract segment S300() { inbitwidth = 8; }"
    assert outcome(written(tmp_path, text)) == []


def test_a_long_chain_of_imports_is_walked_without_recursion(tmp_path: Path) -> None:
    for i in range(1200):
        (tmp_path / f"f{i}.vrs").write_text(f"import f{i + 1};\n")
    (tmp_path / "f1200.vrs").write_text("flags { a }\n")
    assert outcome(tmp_path / "f0.vrs") == []
    (tmp_path / "f1200.vrs").write_text("import f7;\n")
    assert outcome(tmp_path / "f0.vrs") == ["E0202"]


def test_a_file_that_imports_itself(tmp_path: Path) -> None:
    assert outcome(written(tmp_path, "import bad;")) == ["E0202"]


def test_folders_missing_files_and_odd_names(tmp_path: Path) -> None:
    assert outcome(tmp_path) == ["E0101"]
    assert outcome(tmp_path / "gone.vrs") == ["E0101"]
    assert outcome(tmp_path / ("x" * 5000)) == ["E0101"]
    assert outcome(Path("nul\0byte.vrs")) == ["E0101"]
    assert outcome(Path("/dev/zero")) in (["E0103"], ["E0109"])


def test_the_largest_file_and_one_character_more(tmp_path: Path) -> None:
    text = "const A : int = 1; //"
    assert outcome(written(tmp_path, text.ljust(MAX_CHARACTERS, "x"))) == []
    assert outcome(written(tmp_path, text.ljust(MAX_CHARACTERS + 1, "x"))) == ["E0109"]


def test_carriage_returns_and_a_byte_order_mark(tmp_path: Path) -> None:
    assert outcome(written(tmp_path, SAMPLE.replace("\n", "\r\n"))) == []
    assert outcome(written(tmp_path, "\ufeff" + SAMPLE)) == ["E0103"]


@pytest.mark.parametrize("cut", range(1, 40))
def test_truncated_files_end_in_a_message(tmp_path: Path, cut: int) -> None:
    where = len(SAMPLE) * cut // 40
    path = written(tmp_path, SAMPLE[:where])
    depth = SAMPLE[:where].count("{") - SAMPLE[:where].count("}")
    assert outcome(path) or depth == 0


def _words() -> list[str]:
    return [*sorted(KEYWORDS), *PUNCTUATION, "a", "base", "state.a", "0", "0..4", "4096", "\n"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(_words()), max_size=40).map(" ".join))
def test_any_words_parse_or_are_reported(text: str) -> None:
    reporter = Reporter()
    parsed = parse(Source("fuzz.vrs", text), reporter)
    assert (parsed is None) == bool(reporter.errors)
    for d in reporter.errors:
        render_text(d)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_parses_or_is_reported(text: str) -> None:
    reporter = Reporter()
    parsed = parse(Source("fuzz.vrs", text), reporter)
    assert (parsed is None) == bool(reporter.errors)
    for d in reporter.errors:
        render_text(d)


@pytest.mark.parametrize("seed", range(60))
def test_files_with_a_word_replaced_load_or_are_reported(tmp_path: Path, seed: int) -> None:
    """Most of these parse and reach the later stages."""
    draw = random.Random(seed)
    source = draw.choice(SAMPLES).read_text().split(" ")
    for _ in range(draw.randint(1, 3)):
        source[draw.randrange(len(source))] = draw.choice([*source, *_words()])
    outcome(written(tmp_path, " ".join(source)))
