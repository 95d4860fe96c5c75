"""Who runs which case when: in this process, or on the workers of a Dask scheduler."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TypeAlias

from gen.regress.finding import Finding
from gen.regress.worker import Job

__all__ = ["Queue", "Record", "Run", "run_here"]

Run: TypeAlias = Callable[[Job, Path], Finding]
Record: TypeAlias = Callable[[Job, Finding], None]


class Queue:
    """Cases that wait; a worker is given those of a unit that it knows, while there are any."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._waiting: dict[str, list[Job]] = {}
        for job in jobs:
            self._waiting.setdefault(job.case.unit, []).append(job)

    def put(self, job: Job) -> None:
        """Take back a case; it is the next of its unit."""
        self._waiting.setdefault(job.case.unit, []).insert(0, job)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def take(self, last: str | None, others: Collection[str] = ()) -> Job:
        """Return the next case for a worker.

        A unit that is new to a worker costs its elaboration. So a worker stays with a unit, and
        then takes the one with most left to do that no other is at work on, if there is one.

        Parameters
        ----------
        last : unit of the worker's last case
        others : units of the other workers' cases
        """
        unit = last
        if unit not in self._waiting:
            free = [u for u in self._waiting if u not in others] or self._waiting
            unit = max(free, key=lambda u: len(self._waiting[u]))
        assert unit is not None
        jobs = self._waiting[unit]
        job = jobs.pop(0)
        if not jobs:
            del self._waiting[unit]
        return job


def run_here(jobs: Iterable[Job], run: Run, record: Record, work: Path) -> None:
    """Run jobs one after the other in this process."""
    queue = Queue(jobs)
    unit = None
    while queue:
        job = queue.take(unit)
        record(job, run(job, work))
        unit = job.case.unit
