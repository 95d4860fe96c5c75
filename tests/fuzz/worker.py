"""Running inputs in processes of their own, each with a limit of time and of memory."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import signal
import tempfile
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import FrameType, TracebackType
from typing import TypeAlias

from tests.fuzz.subject import ROOT
from tests.fuzz.subjects import SUBJECTS, made

__all__ = ["LIMIT", "Outcome", "Worker", "run_all"]

LIMIT = 2.0  # CPU-seconds of one input
_WALL = 40.0  # seconds; a process that does not answer is killed: CPU time cannot stop C code
_MEMORY = 6 << 30  # bytes of address space

Job: TypeAlias = "tuple[int, int] | tuple[str, bytes]"  # seed and case, or subject and input


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Members
    -------
    end : codes of the messages, "ok", or the first line of what went wrong
    signature : equal for runs that went wrong in the same way; None if all is well
    detail : the traceback
    seconds : CPU time
    """

    end: str
    signature: str | None = None
    detail: str = ""
    seconds: float = 0.0


class _TooLong(BaseException):
    """The limit of time is over; no `except Exception` on the way may take it."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise _TooLong


def _attempt(name: str, data: bytes, folder: Path) -> Outcome:
    """Run an input in an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    os.chdir(folder)
    before = _seconds()
    signal.setitimer(signal.ITIMER_PROF, LIMIT, 0.5)  # again, lest something swallow it
    try:
        try:
            end = SUBJECTS[name].run(data, folder)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except BaseException as error:
        return _failed(error, _seconds() - before)
    return Outcome(end, seconds=_seconds() - before)


def _seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _failed(error: BaseException, seconds: float) -> Outcome:
    kind = f"longer than {LIMIT:g} s" if isinstance(error, _TooLong) else type(error).__name__
    text = str(error).splitlines()
    end = f"{kind}: {text[0][:200]}" if text else kind
    where = "" if isinstance(error, _TooLong) else _place(error.__traceback__)
    first = " ".join(text[0].split()[:2]) if text and kind == "Unexpected" else ""
    lines = traceback.format_exception(error)
    detail = "".join(lines[:3] + ["  ...\n"] * (len(lines) > 30) + lines[-20:])
    return Outcome(end, f"{kind} {where} {first}".strip(), detail[-6000:], seconds)


def _place(trace: TracebackType | None) -> str:
    """Return the innermost function of the project that a traceback goes through."""
    frames = traceback.extract_tb(trace)
    ours = [f for f in frames if f.filename.startswith(str(ROOT / "gen"))] or list(frames)
    names = [f"{Path(f.filename).stem}.{f.name}" for f in ours[-1:]]
    return " ".join(names)


def _serve(pipe: Connection, folder: Path) -> None:
    """Answer jobs until the pipe closes."""
    signal.signal(signal.SIGPROF, _stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        name, data = made(*job) if isinstance(job[0], int) else job
        pipe.send(_attempt(name, data, folder))


class Worker:
    """A process that runs one input after the other, and a new one where the old one died."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="isoform-fuzz-"))
        self.job: Job | None = None
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(
            target=_serve, args=(theirs, self.folder / "run"), daemon=True
        )
        self.process.start()
        theirs.close()

    def send(self, job: Job) -> None:
        """Begin a job."""
        self.job = job
        self.pipe.send(job)

    def receive(self, seconds: float = _WALL) -> Outcome:
        """Return how the job ended; the process is replaced if it died or does not answer."""
        if not self.pipe.poll(seconds):
            self._replace()
            return Outcome("no answer", "no answer", seconds=seconds)
        try:
            found = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            self.process.join()
            end = f"died with code {self.process.exitcode}"
            self._replace()
            return Outcome(end, end)
        assert isinstance(found, Outcome)
        return found

    def run(self, name: str, data: bytes) -> Outcome:
        """Run one input."""
        self.send((name, data))
        return self.receive()

    def _replace(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()
        self._start()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def run_all(seed: int, cases: Iterable[int], jobs: int) -> Iterator[tuple[int, Outcome]]:
    """Run cases in several processes; yield each as it ends."""
    todo = iter(cases)
    workers = [Worker() for _ in range(jobs)]
    try:
        busy: dict[Connection, tuple[Worker, int]] = {}
        idle = list(workers)
        while True:
            while idle and (case := next(todo, None)) is not None:
                worker = idle.pop()
                worker.send((seed, case))
                busy[worker.pipe] = (worker, case)
            if not busy:
                return
            ready = wait(list(busy), _WALL) or list(busy)
            for pipe in ready:
                assert isinstance(pipe, Connection)
                worker, case = busy.pop(pipe)
                outcome = worker.receive(0 if pipe not in ready else _WALL)
                idle.append(worker)
                yield case, outcome
    finally:
        for worker in workers:
            worker.__exit__()
