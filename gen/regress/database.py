"""Where results are kept: an SQLite file with every run and every case, written by one process."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gen.regress.finding import Finding
from gen.regress.plan import Case

__all__ = ["Database", "NoDatabase", "Row", "Run"]

_FORMAT = 1  # of the tables; kept in the file's user_version

_TABLES = """
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL,
    finished TEXT,
    seconds REAL NOT NULL DEFAULT 0,
    version TEXT NOT NULL,
    revision TEXT,
    host TEXT NOT NULL,
    identity TEXT NOT NULL,
    options TEXT NOT NULL
);
CREATE TABLE "case" (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (id),
    unit TEXT NOT NULL,
    seed INTEGER NOT NULL,
    transactions INTEGER NOT NULL,
    bus TEXT NOT NULL,
    latency INTEGER NOT NULL,
    mode TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done')),
    outcome TEXT CHECK (outcome IN ('passed', 'differs', 'error')),
    compared INTEGER,
    cycles INTEGER,
    rate REAL,
    coverage REAL,
    unreached TEXT,
    seconds REAL,
    worker TEXT,
    message TEXT,
    replay TEXT,
    CHECK ((state = 'done') = (outcome IS NOT NULL)),
    UNIQUE (run, unit, seed, bus, latency, mode)
);
"""


class NoDatabase(Exception):
    """The file cannot be used; the message says why."""


@dataclass(frozen=True)
class Run:
    """A regression.

    Members
    -------
    started, finished : UTC, ISO 8601; `finished` is None while a case waits
    seconds : wall time spent on it, over all times it was resumed
    revision : what version control says of the sources, or None
    identity : digest of all that the results depend on
    options : what the command line asked for
    """

    id: int
    started: str
    finished: str | None
    seconds: float
    version: str
    revision: str | None
    host: str
    identity: str
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """A case in the database; `finding` is None while it waits."""

    id: int
    run: int
    case: Case
    finding: Finding | None


class Database:
    """The results' file; every change is one transaction, so that a kill loses no finished case.

    Raises
    ------
    NoDatabase : the file is no database of ours, or cannot be opened
    """

    def __init__(self, path: Path) -> None:
        try:
            # The connection moves between threads but is never used by two at once.
            self._link = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._link.row_factory = sqlite3.Row
            self._link.execute("PRAGMA journal_mode = WAL")
            self._link.execute("PRAGMA foreign_keys = ON")
            self._prepare()
        except sqlite3.Error as error:
            raise NoDatabase(str(error)) from error

    def _prepare(self) -> None:
        found = self._link.execute("PRAGMA user_version").fetchone()[0]
        if found == _FORMAT:
            return
        if found or self._link.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise NoDatabase(f"its tables have format {found}, not {_FORMAT}")
        self._link.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {_FORMAT}; COMMIT;")

    def close(self) -> None:
        """Close the file."""
        self._link.close()

    # Writing

    def start(
        self,
        cases: Iterable[Case],
        *,
        identity: str,
        options: Mapping[str, Any],
        version: str,
        revision: str | None,
        host: str,
    ) -> int:
        """Enter a run with all its cases, which wait; return its number."""
        with self._transaction():
            run = self._link.execute(
                "INSERT INTO run (started, version, revision, host, identity, options) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (_now(), version, revision, host, identity, json.dumps(dict(options))),
            ).lastrowid
            assert run is not None
            names = [f.name for f in fields(Case)]
            holes = ", ".join(f":{n}" for n in names)
            self._link.executemany(
                f'INSERT INTO "case" (run, {", ".join(names)}) VALUES (:run, {holes})',
                [asdict(c) | {"run": run, "seed": _signed(c.seed)} for c in cases],
            )
        return run

    def record(self, case: int, finding: Finding, seconds: float) -> bool:
        """Enter what a case found, `seconds` of wall time after the entry before.

        False, and nothing is changed, if the case was entered already.
        """
        values = asdict(finding) | {"unreached": json.dumps(finding.unreached), "id": case}
        names = [f.name for f in fields(Finding)]
        settings = ", ".join(f"{n} = :{n}" for n in names)
        with self._transaction():
            changed = self._link.execute(
                f"UPDATE \"case\" SET state = 'done', {settings} "
                "WHERE id = :id AND state = 'waiting'",
                values,
            ).rowcount
            if not changed:
                return False
            self._link.execute(
                "UPDATE run SET seconds = seconds + ? "
                'WHERE id = (SELECT run FROM "case" WHERE id = ?)',
                (seconds, case),
            )
        return True

    def finish(self, run: int) -> None:
        """Mark a run as finished: every case is done and what is written of it is written."""
        self._link.execute(
            "UPDATE run SET finished = ? WHERE id = ? AND NOT EXISTS "
            "(SELECT 1 FROM \"case\" WHERE run = ? AND state = 'waiting')",
            (_now(), run, run),
        )

    def _transaction(self) -> _Transaction:
        return _Transaction(self._link)

    # Reading

    def unfinished(self, identity: str) -> int | None:
        """Return the newest run of this identity that is not finished, or None."""
        row = self._link.execute(
            "SELECT max(id) FROM run WHERE identity = ? AND finished IS NULL", (identity,)
        ).fetchone()
        return None if row[0] is None else int(row[0])

    def runs(self) -> list[Run]:
        """Return every run, oldest first."""
        rows = self._link.execute("SELECT * FROM run ORDER BY id")
        return [Run(**dict(r) | {"options": json.loads(r["options"])}) for r in rows]

    def rows(self, run: int) -> list[Row]:
        """Return every case of a run, in the order of its plan."""
        found = self._link.execute('SELECT * FROM "case" WHERE run = ? ORDER BY id', (run,))
        return [_row(r) for r in found]


class _Transaction:
    """All of what is done within, or nothing."""

    def __init__(self, link: sqlite3.Connection) -> None:
        self.link = link

    def __enter__(self) -> None:
        self.link.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *rest: object) -> None:
        self.link.execute("COMMIT" if kind is None else "ROLLBACK")


def _row(r: sqlite3.Row) -> Row:
    case = Case(**{f.name: r[f.name] for f in fields(Case)} | {"seed": _unsigned(r["seed"])})
    finding = None
    if r["state"] == "done":
        found = {f.name: r[f.name] for f in fields(Finding)}
        finding = Finding(**found | {"unreached": tuple(json.loads(r["unreached"]))})
    return Row(r["id"], r["run"], case, finding)


# A seed has 64 bits, SQLite's integers have a sign.


def _signed(seed: int) -> int:
    return seed - (1 << 64) if seed >> 63 else seed


def _unsigned(seed: int) -> int:
    return seed + (1 << 64) if seed < 0 else seed


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
