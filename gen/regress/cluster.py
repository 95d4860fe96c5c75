"""Running cases on Dask workers: a local cluster's, or those of a scheduler elsewhere."""

from __future__ import annotations

import contextlib
import logging
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

from gen.regress.finding import Finding
from gen.regress.identity import code_digest
from gen.regress.schedule import Queue, Record, Run
from gen.regress.worker import Job

__all__ = ["NoWorkers", "local", "remote", "run_on"]

_DEATHS = 3  # of workers under one case, which are then its outcome
_CONNECT = 30.0  # seconds for a scheduler to answer
_PATIENCE = 60.0  # seconds without any worker
_LOOK = 1.0  # seconds after which new workers are looked for


class NoWorkers(Exception):
    """There is no scheduler, or no worker that can be used; the message says which."""


def _library() -> Any:
    """Import the library, which says nothing by itself: what matters is in what we raise."""
    import distributed

    for name in [n for n in logging.root.manager.loggerDict if n.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return distributed


@contextlib.contextmanager
def local(processes: int, work: Path) -> Iterator[Any]:
    """Give a client of a cluster of `processes` on this machine, gone afterwards.

    The processes do not hear an interrupt from the keyboard, which is for this one.
    """
    distributed = _library()
    import dask

    settings = {
        "distributed.deploy.lost-worker-timeout": "10 minutes",  # restarting takes its time
        "distributed.worker.memory.terminate": False,  # cases are few and of one size
    }
    with contextlib.ExitStack() as stack:
        # Threads and processes inherit the mask of the thread that makes them; the tracker, which
        # the first process brings with it, would take the mask off.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            stack.enter_context(dask.config.set(settings))
            cluster = distributed.LocalCluster(
                n_workers=processes,
                threads_per_worker=1,
                dashboard_address=None,
                local_directory=str(work),
                silence_logs=logging.CRITICAL,
            )
            stack.enter_context(cluster)
            client = stack.enter_context(distributed.Client(cluster))
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        yield client


@contextlib.contextmanager
def remote(address: str) -> Iterator[Any]:
    """Give a client of a scheduler.

    Raises
    ------
    NoWorkers : there is none at this address
    """
    distributed = _library()
    try:
        client = distributed.Client(address, timeout=_CONNECT)
    except (OSError, ValueError) as error:
        raise NoWorkers(f"no scheduler answers at `{address}`: {error}") from error
    with client:
        yield client


def run_on(client: Any, jobs: Iterable[Job], run: Run, record: Record) -> None:
    """Run jobs on a client's workers, one at a time on each.

    Raises
    ------
    NoWorkers : the scheduler is gone, or for a minute there was no worker
    """
    _Dispatch(client, run, record, Queue(jobs)).loop()


def _on_worker(run: Run, job: Job) -> Finding:
    """Run a job within a worker, in whose folder the scheduler's library tidies up."""
    from distributed import get_worker

    return run(job, Path(get_worker().local_directory))


@dataclass
class _Dispatch:
    """Hands jobs to workers that are free.

    Members
    -------
    running : job and worker's address by future
    last : unit of each worker's last case, by address
    fit : whether a worker has these very sources, by address
    deaths : workers that died under a case, by its number
    seen : when there was a worker that can be used
    """

    client: Any
    run: Run
    record: Record
    queue: Queue
    running: dict[Any, tuple[Job, str]] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)
    fit: dict[str, bool] = field(default_factory=dict)
    deaths: Counter[int] = field(default_factory=Counter)
    seen: float = field(default_factory=time.monotonic)

    def loop(self) -> None:
        """Hand out and collect until nothing is left."""
        while self.queue or self.running:
            workers = self._workers()
            self._bury(workers)
            self._hand_out([a for a in workers if self.fit[a]])
            self._collect()

    def _bury(self, workers: list[str]) -> None:
        """Take back the cases of workers that are gone.

        The scheduler would do so, but for a case that must run where we say it waits for ever.
        """
        for future, (job, address) in list(self.running.items()):
            if address in workers or future.done():
                continue
            del self.running[future]
            future.cancel()
            self.deaths[job.id] += 1
            if self.deaths[job.id] < _DEATHS:
                self.queue.put(job)
            else:
                text = f"{_DEATHS} workers died while they ran this case"
                self.record(job, Finding("error", message=text))

    def _hand_out(self, workers: list[str]) -> None:
        if workers:
            self.seen = time.monotonic()
        elif time.monotonic() - self.seen > _PATIENCE:
            raise NoWorkers(self._why())
        busy = {address for _, address in self.running.values()}
        for address in sorted(set(workers) - busy):
            if not self.queue:
                break
            others = {job.case.unit for job, _ in self.running.values()}
            job = self.queue.take(self.last.get(address), others)
            self.last[address] = job.case.unit
            future = self.client.submit(
                _on_worker,
                self.run,
                job,
                key=f"case-{job.id}-{time.time_ns()}",
                workers=[address],
                pure=False,
            )
            self.running[future] = (job, address)

    def _workers(self) -> list[str]:
        """Return the workers there are, and know of each whether it has our sources.

        Raises
        ------
        NoWorkers : the scheduler is gone
        """
        try:
            found = list(self.client.nthreads())
            for address in found:
                if address not in self.fit:
                    self.fit[address] = self._is_fit(address)
        except (OSError, TimeoutError, RuntimeError) as error:
            raise NoWorkers(f"the scheduler does not answer: {error}") from error
        return found

    def _is_fit(self, address: str) -> bool:
        try:
            answer = self.client.run(code_digest, workers=[address], on_error="return")
        except KeyError:  # it went away meanwhile
            return False
        return bool(answer.get(address) == code_digest())

    def _why(self) -> str:
        unfit = [a for a, fit in self.fit.items() if not fit]
        if unfit:
            return f"{', '.join(unfit)}: no Isoform there, or another version than here"
        return f"there was no worker for {_PATIENCE:.0f} s"

    def _collect(self) -> None:
        distributed = _library()
        if not self.running:
            time.sleep(_LOOK)
            return
        with contextlib.suppress(TimeoutError):
            distributed.wait(list(self.running), timeout=_LOOK, return_when="FIRST_COMPLETED")
        for future in [f for f in self.running if f.done()]:
            job, _ = self.running.pop(future)
            self.record(job, self._finding(future))

    def _finding(self, future: Any) -> Finding:
        if future.status == "finished":
            found = future.result()
            assert isinstance(found, Finding)
            return found
        if future.status == "cancelled":
            raise NoWorkers("the connection to the scheduler was lost")
        error = future.exception()
        return Finding("error", message=f"{type(error).__name__}: {error}")
