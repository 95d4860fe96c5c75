"""Running a stream on a unit's simulator and judging it against the model's results."""

from __future__ import annotations

import json
import os
import resource
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from cocotb_tools.check_results import get_results
from cocotb_tools.runner import get_runner
from numpy.typing import NDArray

from tb.build import Build
from tb.icarus import WAVES
from tb.report import Case, Failure
from tb.tools import ToolError
from tb.waves import write_gtkw

__all__ = ["Report", "run"]


@dataclass(frozen=True)
class Report:
    """What a run found.

    Members
    -------
    compared : transactions compared with the model
    cycles : clock cycles of the device
    bench_seconds : CPU time of driving, sampling and comparing, in the simulator
    process_seconds : CPU time of the simulator's whole process
    failure : the first difference, or None
    waves : the waveform's file, or None
    """

    compared: int
    cycles: int
    bench_seconds: float
    process_seconds: float
    failure: Failure | None
    results: NDArray[Any]
    waves: Path | None = None

    @property
    def passed(self) -> bool:
        """Device and model agreed on everything."""
        return self.failure is None


def run(
    build: Build,
    stream: NDArray[Any],
    expected: NDArray[Any],
    *,
    mode: str,
    folder: Path,
    model: Path,
) -> Report:
    """Run `stream` on the device and compare each answer with `expected`.

    Parameters
    ----------
    mode : ``"batch"`` or ``"interactive"``
    folder : for the job's files, JUnit results, log and waveform
    model : the generated Python model, for shrinking

    Raises
    ------
    ToolError : the simulator failed, not the device
    """
    job = _job(folder)
    try:
        return _run(build, stream, expected, mode, folder, job, model)
    finally:
        shutil.rmtree(job, ignore_errors=True)


def _job(folder: Path) -> Path:
    """Make a folder for this process alone: the simulator of a killed one may still be writing."""
    for old in folder.glob("job-*"):
        if not _alive(int(old.name.removeprefix("job-"))):
            shutil.rmtree(old, ignore_errors=True)
    job = folder / f"job-{os.getpid()}"
    shutil.rmtree(job, ignore_errors=True)
    job.mkdir(parents=True)
    return job


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True


def _run(
    build: Build,
    stream: NDArray[Any],
    expected: NDArray[Any],
    mode: str,
    folder: Path,
    job: Path,
    model: Path,
) -> Report:
    np.save(job / "stream.npy", stream)
    np.save(job / "expected.npy", expected)
    description = {
        "simulator": build.simulator,
        "mode": mode,
        "manifest": dict(build.manifest),
        "model": str(model.resolve()),
    }
    (job / "job.json").write_text(json.dumps(description))
    before = _child_seconds()
    _simulate(build, folder, job)
    seconds = _child_seconds() - before
    verdict = json.loads((job / "verdict.json").read_text())
    results = np.load(job / "results.npy")
    failure = _failure(build, job, verdict, stream, expected, results)
    return Report(
        compared=verdict["compared"],
        cycles=verdict["cycles"],
        bench_seconds=verdict["seconds"],
        process_seconds=seconds,
        failure=failure,
        results=results,
        waves=_waves(build, folder),
    )


def _child_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _simulate(build: Build, folder: Path, job: Path) -> None:
    """Run the simulator through cocotb's runner; what it leaves is put in `folder` at the end."""
    runner = get_runner(build.simulator)
    log = folder / "sim.log"
    root = Path(__file__).resolve().parents[1]
    path = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    environment = {
        "ISOFORM_JOB": str(job.resolve()),
        "PYTHONPATH": path,
        "COCOTB_LOG_LEVEL": "WARNING",
        "COCOTB_REDUCED_LOG_FMT": "1",
    }
    saved = dict(os.environ)
    os.environ["PYTHONPATH"] = path
    try:
        runner.test(
            test_module="tb.simulation",
            hdl_toplevel=str(build.manifest["module"]),
            hdl_toplevel_lang="verilog",
            build_dir=build.folder.resolve(),
            test_dir=job.resolve(),
            results_xml=str((job / "results.xml").resolve()),
            extra_env=environment,
            waves=build.waves,
            log_file=(job / log.name).resolve(),
        )
    except (SystemExit, RuntimeError):
        pass  # under pytest a failing test exits; the results say it all the same
    finally:
        os.environ.clear()
        os.environ.update(saved)
    results = job / "results.xml"
    ran = get_results(results)[0] if results.exists() else 0
    for name in (log.name, results.name, _dump(build)):
        if (job / name).exists():
            (job / name).replace(folder / name)
    if not ran or not (job / "verdict.json").exists():
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:]) if log.exists() else ""
        raise ToolError(f"the simulator ended before the comparison; {log} ends with:\n{tail}")


def _failure(
    build: Build,
    job: Path,
    verdict: dict[str, Any],
    stream: NDArray[Any],
    expected: NDArray[Any],
    results: NDArray[Any],
) -> Failure | None:
    wrong = verdict["wrong"]
    if wrong is None:
        return None
    manifest = build.manifest
    first = Case(manifest, stream, results, expected, wrong, verdict["violation"])
    small = None
    if verdict.get("shrunk"):
        outcome = json.loads((job / "small.json").read_text())
        stream, results = np.load(job / "small.npy"), np.load(job / "small_results.npy")
        small = Case.first(manifest, stream, results, np.load(job / "small_expected.npy"), outcome)
    return Failure(first, small, build.simulator)


def _dump(build: Build) -> str:
    """Return the name that the simulator gives a waveform."""
    return WAVES if build.simulator == "icarus" else "dump.vcd"


def _waves(build: Build, folder: Path) -> Path | None:
    dump = folder / _dump(build)
    if not build.waves or not dump.exists():
        return None
    write_gtkw(build.manifest, dump)
    return dump
