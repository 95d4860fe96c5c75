"""Results are kept whole: no case lost, none entered twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from gen.regress.database import Database, NoDatabase
from gen.regress.plan import Case, Scope, plan
from tests.regress.samples import SCOPE, begin, differs, error, filled, passed
from tests.units import ROOT


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    database = Database(tmp_path / "r.sqlite")
    run = begin(database)
    rows = database.rows(run)
    assert [r.case for r in rows] == plan(SCOPE)
    assert all(r.finding is None for r in rows)
    for row, make in zip(rows, (passed, differs, error), strict=False):
        assert database.record(row.id, make(row.case), 1.5)
    found = Database(tmp_path / "r.sqlite").rows(run)
    assert [r.finding for r in found[:3]] == [
        make(r.case) for r, make in zip(rows, (passed, differs, error), strict=False)
    ]
    assert all(r.finding is None for r in found[3:])
    (entry,) = database.runs()
    assert entry.seconds == 4.5 and entry.revision == "abc123+"
    assert entry.options["units"] == ["alpha", "variable_segment"]


def test_a_case_is_entered_once(tmp_path: Path) -> None:
    database = Database(tmp_path / "r.sqlite")
    row = database.rows(begin(database))[0]
    assert database.record(row.id, passed(row.case), 1.0)
    assert not database.record(row.id, differs(row.case), 1.0)
    kept = database.rows(row.run)[0].finding
    assert kept is not None and kept.outcome == "passed"
    assert database.runs()[0].seconds == 1.0


def test_a_run_is_unfinished_until_its_last_case(tmp_path: Path) -> None:
    database = Database(tmp_path / "r.sqlite")
    first, second = begin(database), begin(database)
    assert database.unfinished("same") == second
    assert database.unfinished("other") is None
    rows = database.rows(second)
    for row in rows[:-1]:
        database.record(row.id, passed(row.case), 0.0)
    database.finish(second)
    assert database.runs()[-1].finished is None
    database.record(rows[-1].id, passed(rows[-1].case), 0.0)
    assert database.unfinished("same") == second
    database.finish(second)
    assert database.runs()[-1].finished is not None
    assert database.unfinished("same") == first


@pytest.mark.parametrize("seed", [0, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
def test_seeds_have_64_bits(seed: int, tmp_path: Path) -> None:
    database = Database(tmp_path / "r.sqlite")
    run = begin(database, Scope(("a",), 1, seed, 10))
    assert database.rows(run)[0].case == Case("a", seed, 10)


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    path.write_text("this is a text, long enough to be no database of any kind" * 20)
    with pytest.raises(NoDatabase, match=r"^file is not a database$"):
        Database(path)
    other = sqlite3.connect(tmp_path / "other.sqlite")
    other.execute("CREATE TABLE t (x)")
    other.close()
    with pytest.raises(NoDatabase, match=r"^its tables have format 0, not 1$"):
        Database(tmp_path / "other.sqlite")
    newer = sqlite3.connect(tmp_path / "newer.sqlite")
    newer.execute("PRAGMA user_version = 9")
    newer.close()
    with pytest.raises(NoDatabase, match=r"^its tables have format 9, not 1$"):
        Database(tmp_path / "newer.sqlite")
    with pytest.raises(NoDatabase, match=r"^unable to open database file$"):
        Database(tmp_path / "no" / "such" / "folder.sqlite")


_WRITER = """
import sys
from pathlib import Path
from gen.regress.database import Database
from tests.regress.samples import begin, passed
database = Database(Path(sys.argv[1]))
run = database.unfinished("same")
for row in database.rows(run):
    if row.finding is None and database.record(row.id, passed(row.case), 0.0):
        print(row.id, flush=True)
"""


def test_a_writer_killed_at_any_moment_leaves_whole_cases(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    database = Database(path)
    run = begin(database, Scope(("a",), seeds=400, first_seed=1, transactions=10))
    command = [sys.executable, "-c", _WRITER, str(path)]
    told: list[int] = []
    for last in (20, 90, 160):
        writer = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        for line in writer.stdout:
            told.append(int(line))
            if len(told) >= last:
                os.kill(writer.pid, signal.SIGKILL)
                break
        told += map(int, writer.stdout.read().split())  # what it said before it died
        writer.wait()
        writer.stdout.close()
    assert len(told) == len(set(told))
    rows = Database(path).rows(run)
    done = {r.id for r in rows if r.finding is not None}
    assert set(told) <= done and 160 <= len(done) < 400
    assert all(r.finding == passed(r.case) for r in rows if r.finding is not None)


def test_a_history_of_runs(tmp_path: Path) -> None:
    database = filled(tmp_path / "r.sqlite", passed, runs=3)
    assert [r.id for r in database.runs()] == [1, 2, 3]
    assert all(r.finished for r in database.runs())
