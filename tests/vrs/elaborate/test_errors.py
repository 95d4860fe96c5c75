"""Every message of elaboration, by its whole text; none of them is a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from gen import vrs
from gen.diag import IsoformError, Reporter
from gen.vrs.elaborate.codes import CODES

GOLDEN = Path(__file__).with_name("golden")
# The checks before elaboration find these first; elaboration keeps them for programs made by hand.
EARLIER = {"E0411": "E0220", "E0412": "E0201"}


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.vrs")), ids=lambda p: p.stem)
def test_the_whole_text(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    reporter = Reporter()
    with pytest.raises(IsoformError) as caught:
        program = vrs.load(Path(path.name), reporter)
        vrs.elaborate(program, None if program.roots else next(iter(program.units)), reporter)
    assert str(caught.value) + "\n" == path.with_suffix(".expect").read_text()
    assert {d.code for d in caught.value.diagnostics} == {path.stem}


def test_every_code_has_a_case() -> None:
    assert {p.stem for p in GOLDEN.glob("*.vrs")} | set(EARLIER) == set(CODES)


def test_a_unit_that_is_not_there() -> None:
    reporter = Reporter()
    program = vrs.load(GOLDEN / "E0409.vrs", reporter)
    with pytest.raises(IsoformError) as caught:
        vrs.elaborate(program, "T", reporter)
    assert str(caught.value) == (
        "error[E0403]: there is no unit `T`; the file has `S`\n  = more: isoform explain E0403"
    )
