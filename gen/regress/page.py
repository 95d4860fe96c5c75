"""The results as one HTML page that needs nothing else."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from gen.regress.database import Row
from gen.regress.report import Report

__all__ = ["page"]

_TEMPLATE = Path(__file__).with_name("page.html.j2")
_SHOWN = 50  # failing cases with their whole text
_WIDTH, _HEIGHT = 96, 26  # of a small plot, in pixels


@dataclass(frozen=True)
class _Headline:
    title: str
    tone: str


@dataclass(frozen=True)
class _Spark:
    """A small plot of a few numbers, from 0 up; `x` and `y` are the last one's place."""

    line: str
    area: str
    x: str
    y: str
    width: int = _WIDTH
    height: int = _HEIGHT


def page(report: Report) -> str:
    """Return the whole page."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(duration=_duration, si=_si, moment=_moment, summary=_summary)
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    bad = report.bad[:_SHOWN]
    return template.render(
        report=report,
        headline=_headline(report),
        bad=bad,
        shown={r.id for r in bad},
        variants=list(dict.fromkeys(r.case.variant for u in report.units for r in u.variants)),
        outcome=_outcome,
        tip=_tip,
        spark=_spark,
        change=_change,
    )


def _headline(report: Report) -> _Headline:
    counts, verdict = report.counts, report.history[0].verdict
    if verdict == "passed":
        units = len(report.units)
        what = "the unit agrees with its" if units == 1 else f"{units} units agree with their"
        return _Headline(f"Passed: {what} models", "passed")
    if verdict == "waiting":
        return _Headline(f"Unfinished: {counts['waiting']} cases to do", "waiting")
    parts = [f"{_cases(counts['differs'])} {'differs' if counts['differs'] == 1 else 'differ'}"]
    parts = parts if counts["differs"] else []
    parts += [f"{_cases(counts['error'])} with an error"] if counts["error"] else []
    return _Headline(", ".join(parts), verdict)


def _cases(count: int) -> str:
    return f"{count} case" if count == 1 else f"{count} cases"


def _outcome(row: Row) -> str:
    return row.finding.outcome if row.finding else "waiting"


def _tip(row: Row) -> str:
    """Return a case in a line, for a square."""
    found = row.finding
    if found is None:
        return f"{row.case.name}: not run yet"
    text = f"{row.case.name}: {found.outcome}, {found.compared:,} compared"
    if found.coverage is not None:
        text += f", coverage {found.coverage:.1f} %"
    return f"{text}, {found.seconds:.1f} s"


def _spark(values: Sequence[float]) -> _Spark:
    top = max(values) or 1.0
    step = _WIDTH / (len(values) - 1)
    places = [(i * step, _HEIGHT - 3 - (_HEIGHT - 6) * v / top) for i, v in enumerate(values)]
    line = "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    return _Spark(line, f"{line} L{_WIDTH},{_HEIGHT} L0,{_HEIGHT} Z", f"{x:.1f}", f"{y:.1f}")


def _change(values: Sequence[float]) -> float:
    """Return by how many percent the last value differs from the median of those before."""
    return 100 * (values[-1] / statistics.median(values[:-1]) - 1)


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def _si(rate: float) -> str:
    """Return a number with three digits and a prefix."""
    for size, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if rate >= size:
            return f"{rate / size:#.3g}".rstrip(".") + f" {prefix}"
    return f"{rate:.3g}"


def _moment(text: str) -> str:
    """Return a time of the database as people write it."""
    return f"{text[:10]} {text[11:16]} UTC"


def _summary(counts: Counter[str]) -> str:
    words = {"passed": "passed", "differs": "differ", "error": "errors", "waiting": "not run yet"}
    return ", ".join(f"{counts[o]} {word}" for o, word in words.items() if counts[o])
