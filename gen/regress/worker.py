"""Running one case, in this process or in a worker's. All that a job needs travels with it."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import tempfile
import threading
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from gen import vrs
from gen.diag import IsoformError, Reporter
from gen.ir.machine import Machine
from gen.regress.finding import Finding
from gen.regress.plan import Case
from gen.simulate import Device, Order, Reference, Replay, Result, compare
from gen.stream.config import Config
from tb.tools import ToolError, user_cache

__all__ = ["Job", "Specification", "run_case"]


@dataclass(frozen=True)
class Specification:
    """A unit's specification as text.

    Members
    -------
    unit : as the command line names it
    path : of the file; `texts` has it and every file that it imports, by path
    search : folders that imports are looked for in
    config : the stimulus
    verilog : name and text of the file to run instead of the generated Verilog
    """

    unit: str
    path: str
    texts: Mapping[str, str] = field(repr=False)
    search: tuple[str, ...] = ()
    config: Config = field(default_factory=Config)
    verilog: tuple[str, str] | None = None

    @cached_property
    def key(self) -> str:
        """Digest of everything."""
        parts = (self, sorted(self.texts.items()))
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def machine(self) -> Machine:
        """Elaborate.

        Raises
        ------
        IsoformError : the specification has errors
        """
        reporter = Reporter()
        program = vrs.load(self.path, reporter, self.search, self.texts)
        machine = vrs.elaborate(program, None, reporter)
        reporter.check()
        return machine


@dataclass(frozen=True)
class Job:
    """A case, and what it takes to run it; `id` is its number in the database."""

    id: int
    case: Case
    specification: Specification


# What seeds of one unit share, kept by a process as long as it lives. A process runs one case at a
# time: a simulation changes the environment of the whole process while it starts its simulator.
_ONE = threading.Lock()
_references: dict[str, Reference] = {}
_devices: dict[tuple[str, str, int, str], Device] = {}


def run_case(job: Job, work: Path, cache: Path | None = None) -> Finding:
    """Run a case; whatever goes wrong is its outcome.

    Parameters
    ----------
    work : folder for what is needed while the process lives
    cache : folder of simulators; default: one in the user's cache
    """
    with _ONE:
        start = time.monotonic()
        try:
            finding = _simulate(job, work.resolve(), cache or user_cache() / "simulators")
        except Exception as error:
            replay = _replay(job).whole(job.case.transactions)
            finding = Finding("error", message=_message(error), replay=replay)
        worker = f"{socket.gethostname()}:{os.getpid()}"
        return replace(finding, seconds=time.monotonic() - start, worker=worker)


def _simulate(job: Job, work: Path, cache: Path) -> Finding:
    case, key = job.case, job.specification.key
    if key not in _references:
        _references[key] = Reference(job.specification.machine(), job.specification.config)
    reference = _references[key]
    variant = (key, case.bus, case.latency, str(work))
    if variant not in _devices or not _devices[variant].paths.model.exists():
        _devices[variant] = _device(job, reference.machine, work, cache)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=work))
    try:
        order = Order(case.seed, case.transactions, case.mode, folder)
        return _finding(compare(reference, _devices[variant], order), _replay(job))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _device(job: Job, machine: Machine, work: Path, cache: Path) -> Device:
    """Write the forms into a folder of this process alone."""
    work.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="forms-", dir=work))
    verilog = None
    if job.specification.verilog is not None:
        verilog = folder / "given.v"
        verilog.write_text(job.specification.verilog[1], encoding="utf-8")
    case = job.case
    return Device(machine, folder, cache=cache, verilog=verilog, latency=case.latency, bus=case.bus)


def _finding(found: Result, replay: Replay) -> Finding:
    report, coverage = found.report, found.coverage
    failure = report.failure
    return Finding(
        outcome="differs" if failure else "passed",
        compared=report.compared,
        cycles=report.cycles,
        rate=found.rate,
        coverage=coverage.percent,
        unreached=tuple(f"{p.group} {p.name}" for p in coverage.unhit),
        message=failure.body() if failure else "",
        replay=replay.line(failure.case.epoch) if failure else "",
    )


def _replay(job: Job) -> Replay:
    case, given = job.case, job.specification.verilog
    verilog = given[0] if given else None
    return Replay(case.unit, case.seed, None, verilog, case.bus, case.latency)


def _message(error: Exception) -> str:
    """Return what a person needs to know of an error; of a defect of ours also where it is."""
    if isinstance(error, IsoformError | ToolError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    where = f"\n  in {frames[-1].name}, {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}: {error}{where}"
