"""`isoform regress`: every unit on many seeds, results kept, a page of what came out."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.output import Exit, Output, print_diagnostics
from gen.cli.units import MOST, SPECS, number, read_text, specification, unit_names
from gen.diag import Diagnostic, IsoformError, Reporter

if TYPE_CHECKING:
    from gen.cli.regress_output import Live
    from gen.regress.finding import Finding
    from gen.regress.plan import Case, Scope
    from gen.regress.report import Report
    from gen.regress.store import Regression, Store
    from gen.regress.worker import Job, Specification

__all__ = ["add_arguments", "run"]

INTERRUPTED = 130
_SEEDS, _JOBS = 10_000, 1_000
_FIRST = 1 << 62  # the database has integers of 64 bits with a sign
_DASK = (
    "`distributed`, which runs cases on several processes, is missing: install it with "
    "`pip install 'isoform[regress]'`, or `make setup`; `--jobs 1` works without"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what to run, where and by how many."""
    parser.add_argument(
        "units", metavar="UNIT", nargs="*", help="names or paths; default: all of specs/units"
    )
    parser.add_argument(
        "--seeds",
        type=number(1, _SEEDS),
        default=10,
        metavar="K",
        help="seeds a unit (default: 10)",
    )
    parser.add_argument(
        "--first-seed",
        type=number(0, _FIRST),
        default=1,
        metavar="S",
        help="K seeds from S on (default: 1)",
    )
    parser.add_argument(
        "-n", type=number(1, MOST), default=1_000_000, help="transactions a case (default: 1000000)"
    )
    parser.add_argument("--verilog", metavar="FILE", help="compare this Verilog as the one UNIT")
    parser.add_argument(
        "-I", dest="search", metavar="DIR", action="append", default=[], help="search imports here"
    )
    parser.add_argument(
        "--jobs", type=number(1, _JOBS), metavar="N", help="processes (default: one for each core)"
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="use the workers of this Dask scheduler instead"
    )
    parser.add_argument(
        "--new", action="store_true", help="start another run although one is unfinished"
    )
    parser.add_argument(
        "--build", metavar="DIR", default="build", help="keep results in DIR/regress (build)"
    )
    parser.epilog = _epilog()


def _epilog() -> str:
    from gen.regress.plan import BUS_COUNT, BUS_SEEDS, BUS_UNITS

    return (
        "Beside the seeds each unit is run once with `--latency 0`, on the first seed, and the\n"
        f"units {', '.join(BUS_UNITS)} on each bus, on the first {BUS_SEEDS} seeds, at most\n"
        f"{BUS_COUNT:,} transactions. A regression that was stopped goes on when the same command\n"
        "is given again.\n"
        "Exit code 3: a case differs; 1: there were errors.\n\n"
        "examples:\n  isoform regress\n  isoform regress mpu riscv_pmp --seeds 100\n"
        "  isoform regress --scheduler tcp://127.0.0.1:8786"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Run what is left of the regression and report; 3 if a case differs, 1 on errors.

    Raises
    ------
    IsoformError : a specification is wrong, there is no worker, results cannot be read or written
    """
    from tb.tools import ToolMissing

    units = tuple(dict.fromkeys(args.units or unit_names()))
    if args.verilog and len(units) != 1:
        text = "`--verilog` is the Verilog of one unit: name it"
        print_diagnostics([Diagnostic("E0723", text)], output)
        return Exit.USAGE
    try:
        return _regress(args, units, output)
    except ToolMissing as error:
        print_diagnostics([Diagnostic("E0702", str(error))], output)
        return Exit.TOOL_MISSING


def _regress(args: argparse.Namespace, units: tuple[str, ...], output: Output) -> int:
    from gen.forms.rtl.options import loader_parameters
    from gen.regress.plan import Scope, plan

    scope = Scope(units, args.seeds, args.first_seed, args.n, args.verilog)
    specifications = [_specification(unit, args) for unit in units]
    machines = {s.unit: s.machine() for s in specifications}
    loading = [unit for unit, m in machines.items() if loader_parameters(m) is not None]
    cases = plan(scope, loading)
    _require_tools(args, cases)
    folder = Path(args.build) / "regress"
    try:
        return _in_store(args, output, folder, scope, cases, specifications)
    except BrokenPipeError:  # whoever read our output has gone
        raise
    except OSError as error:
        text = f"cannot write `{folder}`: {error.strerror or error}"
        raise IsoformError([Diagnostic("E0703", text)]) from error


def _specification(unit: str, args: argparse.Namespace) -> Specification:
    """Return the specification with all that it imports, checked."""
    from gen import vrs
    from gen.regress.worker import Specification
    from gen.stream.config import load_config

    path = specification(unit)
    search = (*args.search, str(SPECS / "units"))
    program = vrs.load(path, Reporter(), search)
    return Specification(
        unit=unit,
        path=str(path),
        texts={f.source.name: f.source.text for f in program.files},
        search=search,
        config=load_config(SPECS / "streams" / "default.yaml", Reporter()),
        verilog=(args.verilog, read_text(Path(args.verilog))) if args.verilog else None,
    )


def _require_tools(args: argparse.Namespace, cases: list[Case]) -> None:
    """Raise `ToolMissing` before any work, not in each case."""
    from tb.tools import ToolMissing, require_drivers, toolchain

    several = args.scheduler or _jobs(args, len(cases)) > 1
    if several and importlib.util.find_spec("distributed") is None:
        raise ToolMissing(_DASK)
    if not args.scheduler:  # elsewhere other tools count
        toolchain()
        for bus in dict.fromkeys(c.bus for c in cases):
            require_drivers(bus)


def _jobs(args: argparse.Namespace, cases: int) -> int:
    return min(int(args.jobs or os.cpu_count() or 1), max(1, cases))


def _in_store(
    args: argparse.Namespace,
    output: Output,
    folder: Path,
    scope: Scope,
    cases: list[Case],
    specifications: list[Specification],
) -> int:
    from gen.regress.database import NoDatabase
    from gen.regress.store import Busy, Store

    try:
        with Store(folder) as store:
            regression = store.begin(scope, cases, specifications, args.new)
            return _run(args, output, store, regression)
    except Busy:
        text = f"another regression is at work in `{folder}`"
        raise IsoformError([Diagnostic("E0720", text)]) from None
    except (NoDatabase, sqlite3.Error) as error:
        text = f"cannot use `{folder / 'regress.sqlite'}`: {error}"
        raise IsoformError([Diagnostic("E0721", text)]) from error


def _run(args: argparse.Namespace, output: Output, store: Store, regression: Regression) -> int:
    from gen.cli.regress_output import Live, say_summary

    live = Live(output, regression)
    live.start(args.scheduler or _plural(_jobs(args, len(regression.waiting)), "process"))
    try:
        with live:
            _schedule(args, store, regression, live)
    except KeyboardInterrupt:
        left = regression.left
        output.say(
            f"\nstopped: {regression.total - left} of {regression.total} cases are done and kept; "
            f"the same command goes on with the other {left}"
        )
        return INTERRUPTED
    report = store.write(regression.id)
    say_summary(report, store, output)
    return _exit_code(report)


def _schedule(args: argparse.Namespace, store: Store, regression: Regression, live: Live) -> None:
    from gen.regress import cluster
    from gen.regress.schedule import run_here
    from gen.regress.worker import run_case

    def record(job: Job, finding: Finding) -> None:
        if regression.record(job, finding):
            live.finished(job.case, finding)

    if not regression.waiting:
        return
    jobs = _jobs(args, len(regression.waiting))
    here = partial(run_case, cache=(Path(args.build) / "cache").resolve())
    try:
        if args.scheduler:
            with cluster.remote(args.scheduler) as client:
                cluster.run_on(client, regression.waiting, run_case, record)
        elif jobs > 1:
            with cluster.local(jobs, store.work.resolve()) as client:
                cluster.run_on(client, regression.waiting, here, record)
        else:
            run_here(regression.waiting, here, record, store.work)
    except cluster.NoWorkers as error:
        raise IsoformError(
            [Diagnostic("E0722", str(error), help="the same command goes on from here")]
        ) from error


def _exit_code(report: Report) -> int:
    if report.counts["differs"]:
        return Exit.MISMATCH
    return Exit.SPECIFICATION if report.counts["error"] else Exit.OK


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" + ("" if count == 1 else "es")
