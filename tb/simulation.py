"""The cocotb test that runs inside the simulator: stream in, answers and a verdict out.

The process that started the simulator says in a job file what to run, and reads what came out.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.handle import HierarchyObject
from numpy.typing import NDArray

from gen.ir.transaction import Kind
from tb.batch import Outcome, run_batch
from tb.interactive import PERIOD, Interactive
from tb.model import Model
from tb.ports import SeveralPorts
from tb.shrink import shrink

__all__ = ["compare", "differences"]


def differences(results: NDArray[Any], expected: NDArray[Any]) -> NDArray[np.bool_]:
    """Return for each transaction whether device and model differ."""
    unequal = (results["value"] != expected["value"]).any(axis=-1)
    unequal |= results["cause"] != expected["cause"]
    unequal |= results["error"] != expected["error"]
    return np.asarray(unequal, np.bool_)


def first_failure(outcome: Outcome, expected: NDArray[Any]) -> int | None:
    """Return the first transaction that went wrong, by value or by protocol."""
    done = outcome.done
    wrong = np.flatnonzero(differences(outcome.results[:done], expected[:done]))
    if wrong.size:
        return int(wrong[0])
    return outcome.index if outcome.violation else None


@cocotb.test()
async def compare(dut: HierarchyObject) -> None:
    """Run the job's stream, write the results, and shrink what failed."""
    folder = Path(os.environ["ISOFORM_JOB"])
    job = json.loads((folder / "job.json").read_text())
    stream = np.load(folder / "stream.npy")
    expected = np.load(folder / "expected.npy")
    start = time.process_time()
    if job["mode"] == "batch":
        outcome = run_batch(stream)
    else:
        clock = Clock(getattr(dut, job["manifest"]["clock"]), PERIOD, unit="ns")
        clock.start(start_high=False)
        several = len(job["manifest"]["streams"]) > 1 or job["manifest"]["latency"] == 2
        bench = SeveralPorts if several else Interactive
        four_valued = job["simulator"] == "icarus"
        outcome = await bench(dut, job["manifest"], four_valued=four_valued).run(stream)
        clock.stop()
    wrong = first_failure(outcome, expected)
    seconds = time.process_time() - start
    np.save(folder / "results.npy", outcome.results)
    verdict: dict[str, Any] = {
        "compared": outcome.done,
        "cycles": outcome.cycles,
        "violation": outcome.violation,
        "wrong": wrong,
        "seconds": seconds,
    }
    if wrong is not None:
        native = job["manifest"]["bus"] is None or job["manifest"]["bus"]["kind"] == "native"
        batch = native and job["simulator"] == "verilator"
        verdict["shrunk"] = batch and _shrink(folder, job, stream, wrong)
    (folder / "verdict.json").write_text(json.dumps(verdict))
    assert wrong is None, f"transaction {wrong} differs"


def _parts(stream: NDArray[Any], wrong: int) -> Iterator[NDArray[Any]]:
    """Yield the stream up to what went wrong from the last reset on, then from earlier ones."""
    resets = np.flatnonzero(stream["kind"][: wrong + 1] == Kind.RESET)
    for start in resets[::-1][:4].tolist() or [0]:
        yield stream[start : wrong + 1]


def _shrink(folder: Path, job: dict[str, Any], stream: NDArray[Any], wrong: int) -> bool:
    """Write the smallest failing case; False if the batch bench does not see the failure."""
    model = Model(Path(job["model"]), job["manifest"])

    def fails(candidate: NDArray[Any]) -> bool:
        return first_failure(run_batch(candidate), model.run(candidate)) is not None

    part = next((p for p in _parts(stream, wrong) if fails(p)), None)
    if part is None:
        return False
    small = shrink(part, fails)
    outcome = run_batch(small)
    np.save(folder / "small.npy", small)
    np.save(folder / "small_results.npy", outcome.results)
    np.save(folder / "small_expected.npy", model.run(small))
    (folder / "small.json").write_text(
        json.dumps({"done": outcome.done, "violation": outcome.violation, "index": outcome.index})
    )
    return True
