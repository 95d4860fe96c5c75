"""The page: whole, escaped, and in need of nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

from gen.regress.database import Database
from gen.regress.finding import Finding
from gen.regress.page import page
from gen.regress.plan import Case, Scope
from gen.regress.report import report
from tests.regress.samples import begin, differs, error, filled, passed
from tests.regress.test_report import mixed

# Elements that have no end.
_VOID = {"meta", "br", "hr", "img", "input", "link", "path", "circle"}


class Reader(HTMLParser):
    """Checks that elements nest, and collects texts and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(k, v or "") for k, v in attrs]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_needs_nothing_else(tmp_path: Path) -> None:
    text = page(report(filled(tmp_path / "r.sqlite", mixed), 1))
    assert not re.search(r"https?:|url\(|@import", text)
    read = Reader(text)
    assert not {"link", "img", "iframe", "object"} & set(read.tags)
    assert not [v for k, v in read.attributes if k == "src"]
    targets = [v for k, v in read.attributes if k == "href"]
    assert targets and all(v.startswith("#") for v in targets)
    places = {v for k, v in read.attributes if k == "id"}
    assert {v[1:] for v in targets} <= places


def test_texts_of_cases_are_no_markup(tmp_path: Path) -> None:
    text = page(report(filled(tmp_path / "r.sqlite", differs), 1))
    read = Reader(text)
    assert read.tags.count("script") == 1
    assert "alert(" not in text.partition("<script>")[2]
    assert any('<script>alert("x")</script> & ' in t for t in read.texts)
    assert "isoform sim alpha --seed 0x5 --epoch 1" in read.texts


def test_headlines(tmp_path: Path) -> None:
    def title(name: str, outcome: Callable[[Case], Finding | None]) -> str:
        text = page(report(filled(tmp_path / name, outcome), 1))
        found = re.search(r'<p class="verdict">(.*)</p>', text)
        assert found is not None
        return found[1]

    assert title("a", passed) == "Passed: 2 units agree with their models"
    assert title("b", mixed) == "1 case differs, 1 case with an error"
    assert title("c", error) == "14 cases with an error"
    assert title("d", lambda c: None) == "Unfinished: 14 cases to do"


def test_squares_coverage_and_history(tmp_path: Path) -> None:
    database = filled(tmp_path / "r.sqlite", mixed, runs=3)
    read = Reader(page(report(database, 3)))
    labels = [v for k, v in read.attributes if k == "aria-label"]
    assert "seed 0x6: differs, 7 compared, coverage 50.0 %, 0.5 s" in labels
    assert "seed 0x7: not run yet" in labels
    assert "rates: 1.00 M, 1.00 M, 1.00 M" in labels
    assert labels.count("11 passed, 1 differ, 1 errors, 1 not run yet") == 3
    assert "97.5 %" in read.texts and "branch b" in read.texts
    assert "first run" not in read.texts
    assert "first run" in Reader(page(report(database, 1))).texts


def test_many_failing_cases_do_not_make_an_endless_page(tmp_path: Path) -> None:
    database = Database(tmp_path / "r.sqlite")
    run = begin(database, Scope(("alpha",), 60, 1, 10))
    for row in database.rows(run):
        database.record(row.id, differs(row.case), 1.0)
    read = Reader(page(report(database, run)))
    assert read.tags.count("details") == 50
    assert "and 11 more: see results.xml" in read.texts
    targets = {v[1:] for k, v in read.attributes if k == "href"}
    assert targets == {v for k, v in read.attributes if k == "id" and v.startswith("case-")}
