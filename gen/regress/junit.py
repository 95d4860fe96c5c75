"""The results as JUnit XML: a suite for each unit, a test for each case."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from gen.regress.database import Row
from gen.regress.report import Report, UnitReport

__all__ = ["junit"]

# What XML 1.0 cannot hold, even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KINDS = {"differs": "failure", "error": "error"}


def junit(report: Report) -> str:
    """Return the XML of a run."""
    root = ElementTree.Element("testsuites", name="isoform regress")
    for unit in report.units:
        root.append(_suite(report, unit))
    for total in ("tests", "failures", "errors", "skipped"):
        root.set(total, str(sum(int(s.get(total, "0")) for s in root)))
    root.set("time", f"{report.run.seconds:.3f}")
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(report: Report, unit: UnitReport) -> ElementTree.Element:
    outcomes = [r.finding.outcome if r.finding else "" for r in unit.rows]
    suite = ElementTree.Element(
        "testsuite",
        name=_clean(unit.unit),
        tests=str(len(outcomes)),
        failures=str(outcomes.count("differs")),
        errors=str(outcomes.count("error")),
        skipped=str(outcomes.count("")),
        time=f"{unit.seconds:.3f}",
        timestamp=report.run.started,
        hostname=_clean(report.run.host),
    )
    suite.extend(_case(r) for r in unit.rows)
    return suite


def _case(row: Row) -> ElementTree.Element:
    case, finding = row.case, row.finding
    seconds = finding.seconds if finding else 0.0
    element = ElementTree.Element(
        "testcase",
        classname=_clean(f"isoform.{case.unit}"),
        name=_clean(case.name),
        time=f"{seconds:.3f}",
    )
    if finding is None:
        ElementTree.SubElement(element, "skipped", message="not run yet")
    elif finding.outcome in _KINDS:
        first = finding.message.partition("\n")[0]
        kind = _KINDS[finding.outcome]
        child = ElementTree.SubElement(element, kind, message=_clean(first), type=finding.outcome)
        replay = f"\n\nreplay: {finding.replay}\n" if finding.replay else ""
        child.text = _clean(finding.message + replay)
    return element


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
