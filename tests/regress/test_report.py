"""What is said of a run: totals, medians, trends, JUnit."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from gen.regress.finding import Finding
from gen.regress.junit import junit
from gen.regress.plan import Case, Scope
from gen.regress.report import report
from tests.regress.samples import begin, differs, error, filled, passed


def mixed(case: Case) -> Finding | None:
    """Return a case that passed, differs, has an error, or waits, by its seed."""
    if case.variant:
        return passed(case)
    if case.unit == "alpha":
        return {5: passed, 6: differs, 7: error}[case.seed](case)
    return None if case.seed == 7 else passed(case)


def test_totals(tmp_path: Path) -> None:
    made = report(filled(tmp_path / "r.sqlite", mixed), 1)
    assert made.counts == {"passed": 11, "differs": 1, "error": 1, "waiting": 1}
    assert made.compared == 11 * 1000 + 7
    assert [(r.case.unit, r.case.seed) for r in made.bad] == [("alpha", 6), ("alpha", 7)]
    assert made.history[0].verdict == "differs"


def test_rates_are_of_cases_that_passed(tmp_path: Path) -> None:
    alpha, segment = report(filled(tmp_path / "r.sqlite", mixed), 1).units
    assert alpha.rate == 1_005_000  # one seed of three
    assert segment.rate == 1_005_500  # the median of two


def test_a_point_is_unreached_if_no_seed_reached_it(tmp_path: Path) -> None:
    alpha, segment = report(filled(tmp_path / "r.sqlite", passed), 1).units
    assert segment.unreached == alpha.unreached == ("branch b",)


def test_a_trend_has_runs_of_the_same_length_only(tmp_path: Path) -> None:
    database = filled(tmp_path / "r.sqlite", passed, runs=2)
    longer = begin(database, Scope(("alpha",), 1, 5, 9999))
    for row in database.rows(longer):
        database.record(row.id, passed(row.case), 1.0)
    assert report(database, 2).units[0].trend == (1_006_000, 1_006_000)
    assert report(database, longer).units[0].trend == (1_005_000,)
    assert [p.run.id for p in report(database, longer).history] == [3, 2, 1]
    assert [p.run.id for p in report(database, 1).history] == [1]


def test_junit(tmp_path: Path) -> None:
    text = junit(report(filled(tmp_path / "r.sqlite", mixed), 1))
    root = ElementTree.fromstring(text)
    totals = {k: root.get(k) for k in ("tests", "failures", "errors", "skipped")}
    assert totals == {"tests": "14", "failures": "1", "errors": "1", "skipped": "1"}
    alpha, segment = root
    assert (alpha.get("name"), alpha.get("tests"), alpha.get("failures")) == ("alpha", "4", "1")
    names = [case.get("name") for case in segment]
    assert names[:4] == ["seed 0x5", "seed 0x6", "seed 0x7", "seed 0x5, latency 0"]
    assert "seed 0x6, wishbone-pipelined" in names
    failure = alpha[1].find("failure")
    assert failure is not None and failure.text is not None
    assert failure.text.endswith("\n\nreplay: isoform sim alpha --seed 0x6 --epoch 1\n")
    assert '<script>alert("x")</script> & \ufffd\ufffd[31m ]]>' in failure.text
    wrong = alpha[2].find("error")
    assert wrong is not None and wrong.get("message") == "`verilator_bin` failed"
    assert segment[2].find("skipped") is not None
