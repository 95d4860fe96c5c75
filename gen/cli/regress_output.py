"""What `isoform regress` shows: progress while it runs, a table at the end."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from gen.cli.output import Output

if TYPE_CHECKING:
    from gen.regress.finding import Finding
    from gen.regress.plan import Case
    from gen.regress.report import Report, UnitReport
    from gen.regress.store import Regression, Store

__all__ = ["Live", "say_summary"]

_WORDS = {"passed": "passed", "differs": "DIFFERS", "error": "ERROR"}


class Live:
    """Progress: a bar on a terminal, else a line for each finished case."""

    def __init__(self, output: Output, regression: Regression) -> None:
        self.output = output
        self.run = regression.id
        self.resumed = regression.resumed
        self.total = regression.total
        self.done = regression.total - len(regression.waiting)
        self.bad = 0
        shown = sys.stderr.isatty() and not output.json and not output.quiet
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not shown,
        )
        self.plain = not shown
        self.task = self.bar.add_task("", total=self.total, completed=self.done, note="")

    def start(self, where: str) -> None:
        """Say what is run, before it begins."""
        left = self.total - self.done
        verb = f"run {self.run} goes on" if self.resumed else f"run {self.run} begins"
        self.output.say(f"{verb}: {left} of {self.total} cases to do, on {where}")

    def __enter__(self) -> Live:
        self.bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bar.stop()

    def finished(self, case: Case, finding: Finding) -> None:
        """Show a case that is kept now."""
        self.done += 1
        bad = finding.outcome != "passed"
        self.bad += bad
        note = f"{self.bad} bad" if self.bad else ""
        self.bar.update(self.task, completed=self.done, description=case.unit, note=note)
        if bad or self.plain:
            self._line(case, finding)
        self.output.result(
            unit=case.unit,
            seed=case.seed,
            bus=case.bus,
            latency=case.latency,
            mode=case.mode,
            **vars(finding),
        )

    def _line(self, case: Case, finding: Finding) -> None:
        width = len(str(self.total))
        what = f"{case.unit} {case.name}"
        text = f"[{self.done:{width}}/{self.total}] {_WORDS[finding.outcome]:<7} {what:<44}"
        if finding.outcome == "error":
            text += f" {finding.message.splitlines()[0]}"
        else:
            text += f" {finding.compared:>9,} compared in {finding.seconds:.1f} s"
        if finding.outcome == "differs":
            text += f"\n  replay: {finding.replay}"
        if not self.plain:
            self.bar.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            self.output.say(text)
            sys.stdout.flush()  # somebody may read along through a pipe


def say_summary(report: Report, store: Store, output: Output) -> None:
    """Print the table of units, the totals and where everything is."""
    counts = report.counts
    if not output.json and not output.quiet:
        console = Console()
        console.print(_table(report), highlight=False)
    output.say(
        f"{counts['passed']} passed, {counts['differs']} differ, {counts['error']} errors; "
        f"{report.compared:,} transactions compared in {report.run.seconds:.0f} s"
    )
    for row in report.bad[:5]:
        output.say(f"replay    {row.finding.replay if row.finding else ''}")
    files = {
        "page": store.folder / "index.html",
        "junit": store.folder / "results.xml",
        "database": store.path,
    }
    for what, path in files.items():
        output.say(f"{what:<9} {path}")
    output.result(
        run=report.run.id,
        passed=counts["passed"],
        differs=counts["differs"],
        errors=counts["error"],
        compared=report.compared,
        seconds=report.run.seconds,
        **{what: str(path) for what, path in files.items()},
    )


def _table(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("unit", no_wrap=True)
    for name in ("cases", "passed", "differ", "errors", "coverage", "rate /CPU-s"):
        table.add_column(name, justify="right", no_wrap=True)
    for unit in report.units:
        table.add_row(*_cells(unit))
    return table


def _cells(unit: UnitReport) -> list[str]:
    counts = unit.counts
    numbers = [counts[k] for k in ("passed", "differs", "error")]
    coverage = "-" if unit.coverage is None else f"{unit.coverage:.1f} %"
    rate = "-" if unit.rate is None else f"{unit.rate:,.0f}"
    return [unit.unit, str(len(unit.rows)), *map(str, numbers), coverage, rate]
