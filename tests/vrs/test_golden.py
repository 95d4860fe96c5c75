"""Golden cases: for each code of the front end a file, and the whole text that it gives.

After a change of wording, look at each difference and write the new text with
``ISOFORM_UPDATE_GOLDEN=1 pytest tests/vrs/test_golden.py``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from gen import vrs
from gen.diag import IsoformError, Reporter, render_text
from gen.vrs import files, lexer
from gen.vrs.codes import CODES

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(p.stem for p in GOLDEN.glob("*.vrs"))


def messages(name: str) -> str:
    """Return every message for a golden file, as printed."""
    reporter = Reporter()
    try:
        vrs.load(f"{name}.vrs", reporter, ["parts"])
    except IsoformError as error:
        assert list(error.diagnostics) == reporter.sorted()
    return "\n\n".join(render_text(d) for d in reporter.sorted()) + "\n"


@pytest.mark.parametrize("name", CASES)
def test_messages_are_as_expected(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    if name.startswith("E0109"):  # the real limit would need a file of a megabyte
        monkeypatch.setattr(lexer, "MAX_CHARACTERS", 400)
        monkeypatch.setattr(files, "MAX_CHARACTERS", 400)
    text = messages(name)
    expected = GOLDEN / f"{name}.expect"
    if os.environ.get("ISOFORM_UPDATE_GOLDEN"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")
    assert f"[{name[:5]}]" in text


def test_every_code_has_a_case_and_every_case_a_code() -> None:
    assert {name[:5] for name in CASES} == set(CODES)


def test_no_expectation_is_left_over() -> None:
    assert sorted(p.stem for p in GOLDEN.glob("*.expect")) == CASES


def test_every_code_that_the_sources_report_is_in_the_table() -> None:
    sources = Path(vrs.__file__).parent.glob("*.py")
    reported = {c for p in sources for c in re.findall(r'"([EW]0\d{3})"', p.read_text())}
    assert reported == set(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_explanations_have_a_wrong_and_a_right_example(code: str) -> None:
    title, text = CODES[code]
    assert re.fullmatch(r"[a-z`+].*[^.]", title)
    why, wrong, right = re.split(r"\n\n(?:Wrong|Right):\n\n", text)
    assert why.endswith(".")
    assert wrong != right
