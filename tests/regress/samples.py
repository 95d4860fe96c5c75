"""Runs made up for the tests of what reads the database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gen.regress.database import Database
from gen.regress.finding import Finding
from gen.regress.plan import Case, Scope, plan

__all__ = ["SCOPE", "begin", "differs", "error", "filled", "passed"]

SCOPE = Scope(("alpha", "variable_segment"), seeds=3, first_seed=5, transactions=1000)
NASTY = '<script>alert("x")</script> & \x00\x1b[31m ]]>'


def passed(case: Case) -> Finding:
    """Return a case without a difference."""
    rate = 1e6 + 1000 * case.seed
    unreached = ("branch b", f"field f = {case.seed}")
    return Finding("passed", case.transactions, 1200, rate, 97.5, unreached, 2.0, "host:1")


def differs(case: Case) -> Finding:
    """Return a case with a difference whose text is hostile to markup."""
    text = f"mismatch at transaction 7, epoch 1: {NASTY}\n    pa  0x1  0x2 !!!"
    replay = f"isoform sim {case.unit} --seed 0x{case.seed:x} --epoch 1"
    return Finding("differs", 7, 9, 10.0, 50.0, ("branch b",), 0.5, "host:2", text, replay)


def error(case: Case) -> Finding:
    """Return a case that could not be run."""
    return Finding("error", seconds=0.1, worker="host:2", message="`verilator_bin` failed\nwhy")


def begin(database: Database, scope: Scope = SCOPE, identity: str = "same") -> int:
    """Enter a run of a scope, all of it waiting."""
    options = {**vars(scope)}
    where = {"version": "0.1.0", "revision": "abc123+", "host": "host, 2 cores"}
    return database.start(plan(scope), identity=identity, options=options, **where)


def filled(path: Path, outcome: Callable[[Case], Finding | None], runs: int = 1) -> Database:
    """Return a database with finished runs; None for a case leaves it waiting."""
    database = Database(path)
    for _ in range(runs):
        run = begin(database)
        for row in database.rows(run):
            finding = outcome(row.case)
            if finding is not None:
                database.record(row.id, finding, 1.5)
        database.finish(run)
    return database
