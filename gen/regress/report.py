"""What a run says, put together from the database for people: the page, JUnit, the summary."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gen.regress.database import Database, Row, Run

__all__ = ["Past", "Report", "UnitReport", "report"]

_PAST = 24  # runs that a history shows


@dataclass(frozen=True)
class Past:
    """A run in the history.

    Members
    -------
    rates : median rate of each unit's plain cases
    """

    run: Run
    counts: Counter[str]
    compared: int
    rates: dict[str, float]

    @property
    def verdict(self) -> str:
        """The worst outcome, or ``"waiting"``."""
        return next((v for v in ("differs", "error", "waiting") if self.counts[v]), "passed")


@dataclass(frozen=True)
class UnitReport:
    """A unit's share of a run.

    Members
    -------
    plain, variants : cases on the native bus with the default latency, and the others
    unreached : coverage points that no plain case reached
    trend : median rates of comparable runs, oldest first, this run's last
    """

    unit: str
    plain: tuple[Row, ...]
    variants: tuple[Row, ...]
    coverage: float | None
    unreached: tuple[str, ...]
    rate: float | None
    trend: tuple[float, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All cases."""
        return self.plain + self.variants

    @property
    def counts(self) -> Counter[str]:
        """Cases by outcome."""
        return _counts(self.rows)

    @property
    def seconds(self) -> float:
        """Wall time of all cases together."""
        return sum(r.finding.seconds for r in self.rows if r.finding)


@dataclass(frozen=True)
class Report:
    """A run as a whole; `history` is newest first and begins with it."""

    run: Run
    units: tuple[UnitReport, ...]
    history: tuple[Past, ...]

    @property
    def counts(self) -> Counter[str]:
        """Cases by outcome, and ``"waiting"``."""
        return _counts(r for u in self.units for r in u.rows)

    @property
    def compared(self) -> int:
        """Transactions compared with the model."""
        return sum(r.finding.compared for u in self.units for r in u.rows if r.finding)

    @property
    def bad(self) -> tuple[Row, ...]:
        """Cases that differ, then those with errors."""
        rows = [r for u in self.units for r in u.rows if r.finding]
        return tuple(r for wanted in ("differs", "error") for r in rows if _outcome(r) == wanted)


def report(database: Database, number: int) -> Report:
    """Return the report of a run."""
    runs = [r for r in database.runs() if r.id <= number]
    run = runs[-1]
    recent = runs[-_PAST:]
    rows = {r.id: database.rows(r.id) for r in recent}
    past = [_past(r, rows[r.id]) for r in recent]
    comparable = [p for p in past if _alike(p.run, run)]
    names = dict.fromkeys(r.case.unit for r in rows[run.id])
    units = tuple(_unit(name, rows[run.id], comparable) for name in names)
    return Report(run, units, tuple(reversed(past)))


def _alike(one: Run, other: Run) -> bool:
    """Whether rates can be compared: a short stream has another rate."""
    return all(one.options[k] == other.options[k] for k in ("transactions", "verilog"))


def _unit(name: str, rows: Sequence[Row], past: Sequence[Past]) -> UnitReport:
    mine = [r for r in rows if r.case.unit == name]
    plain = tuple(r for r in mine if not r.case.variant)
    found = [r.finding for r in plain if r.finding and r.finding.coverage is not None]
    missed = [set(f.unreached) for f in found]
    never = set.intersection(*missed) if missed else set()
    return UnitReport(
        unit=name,
        plain=plain,
        variants=tuple(r for r in mine if r.case.variant),
        coverage=max((f.coverage for f in found if f.coverage is not None), default=None),
        unreached=tuple(p for p in found[0].unreached if p in never) if found else (),
        rate=_rate(plain),
        trend=tuple(p.rates[name] for p in past if name in p.rates),
    )


def _past(run: Run, rows: Sequence[Row]) -> Past:
    rates = {}
    for name in dict.fromkeys(r.case.unit for r in rows):
        rate = _rate([r for r in rows if r.case.unit == name and not r.case.variant])
        if rate is not None:
            rates[name] = rate
    compared = sum(r.finding.compared for r in rows if r.finding)
    return Past(run, _counts(rows), compared, rates)


def _rate(rows: Iterable[Row]) -> float | None:
    """Return the median rate of cases that passed; others end early."""
    rates = [r.finding.rate for r in rows if r.finding and _outcome(r) == "passed"]
    known = [r for r in rates if r]
    return statistics.median(known) if known else None


def _outcome(row: Row) -> str:
    return row.finding.outcome if row.finding else "waiting"


def _counts(rows: Iterable[Row]) -> Counter[str]:
    return Counter(_outcome(r) for r in rows)
