"""The folder of a regression: its lock, its database, what is written at the end."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType

from gen.artefacts import write_whole
from gen.regress.database import Database
from gen.regress.finding import Finding
from gen.regress.identity import code_digest, digest, revision
from gen.regress.junit import junit
from gen.regress.page import page
from gen.regress.plan import Case, Scope
from gen.regress.report import Report, report
from gen.regress.worker import Job, Specification
from gen.version import VERSION

__all__ = ["Busy", "Regression", "Store"]


class Busy(Exception):
    """Another process holds the folder."""


@dataclass
class Regression:
    """A run that has begun.

    Members
    -------
    total : cases of the run; `waiting` are those still to be run
    resumed : it was begun by an earlier process
    """

    database: Database
    id: int
    total: int
    waiting: list[Job]
    resumed: bool
    _last: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> int:
        """Cases that are not done, as the database says."""
        return sum(r.finding is None for r in self.database.rows(self.id))

    def record(self, job: Job, finding: Finding) -> bool:
        """Keep what a case found; False if it was kept before."""
        now = time.monotonic()
        seconds, self._last = now - self._last, now
        return self.database.record(job.id, finding, seconds)


class Store:
    """A folder of results, held by this process until it is closed.

    Raises
    ------
    Busy : another process holds it
    NoDatabase : its database cannot be used
    OSError : it cannot be written
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise Busy from None
        shutil.rmtree(self.work, ignore_errors=True)  # of a process that was killed
        self.work.mkdir()
        self.database = Database(self.path)

    @property
    def path(self) -> Path:
        """The database's file."""
        return self.folder / "regress.sqlite"

    @property
    def work(self) -> Path:
        """Folder of what is needed during a run only."""
        return self.folder / "work"

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.database.close()
        shutil.rmtree(self.work, ignore_errors=True)
        os.close(self._lock)

    def begin(
        self,
        scope: Scope,
        cases: Sequence[Case],
        specifications: Sequence[Specification],
        new: bool,
    ) -> Regression:
        """Go on with the unfinished run of the same cases, sources and specifications, or begin.

        Parameters
        ----------
        new : begin in any case
        """
        identity = digest([code_digest(), cases, [s.key for s in specifications]])
        found = None if new else self.database.unfinished(identity)
        run = found or self.database.start(
            cases,
            identity=identity,
            options=asdict(scope),
            version=VERSION,
            revision=revision(),
            host=f"{socket.gethostname()}, {os.cpu_count()} cores",
        )
        rows = self.database.rows(run)
        by_unit = {s.unit: s for s in specifications}
        waiting = [Job(r.id, r.case, by_unit[r.case.unit]) for r in rows if r.finding is None]
        return Regression(self.database, run, len(rows), waiting, found is not None)

    def write(self, run: int) -> Report:
        """Write page and JUnit XML of a run, mark it as finished if it is, return its report.

        Raises
        ------
        IsoformError : E0703, a file cannot be written
        """
        made = report(self.database, run)
        write_whole(self.folder / "results.xml", junit(made))
        write_whole(self.folder / "index.html", page(made))
        self.database.finish(run)
        return made
