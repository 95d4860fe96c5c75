"""A sample run on a device, judged by the reference."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gen.simulate.device import Device
from gen.simulate.reference import Reference, Sample
from gen.stream.coverage import Coverage
from tb.unit import Report, run

__all__ = ["Order", "Result", "compare"]

_MODEL_SHARE = 10_000  # transactions that the Python model repeats, besides the native one


@dataclass(frozen=True)
class Order:
    """What to run.

    Members
    -------
    count : transactions
    epoch : run this whole epoch of the stream instead
    mode : ``"batch"`` or ``"interactive"``
    folder : for the simulator's files, log and waveform
    given : run these transactions instead
    """

    seed: int
    count: int
    mode: str
    folder: Path
    epoch: int | None = None
    given: NDArray[Any] | None = None


@dataclass(frozen=True)
class Result:
    """What a simulation found.

    Members
    -------
    on_model : transactions that the Python model repeated
    answers : how often each answer to a translation came
    """

    report: Report
    sample: Sample
    coverage: Coverage
    on_model: int
    answers: dict[str, int]

    @property
    def rate(self) -> float:
        """Transactions per CPU-second of the bench."""
        return self.report.compared / max(self.report.bench_seconds, 1e-9)


def _silent(text: str) -> None:
    pass


def compare(
    reference: Reference,
    device: Device,
    order: Order,
    progress: Callable[[str], None] = _silent,
) -> Result:
    """Run an order on a device; the simulator is built while the stream is made.

    Raises
    ------
    ToolError : a tool is missing or failed, not the device
    AssertionError : the forms of the reference disagree among themselves
    """
    with ThreadPoolExecutor(1) as pool:
        progress("building the simulator and making the stream")
        job = pool.submit(lambda: device.simulator)
        if order.given is None:
            sample = reference.sample(order.seed, order.count, order.epoch)
        else:
            sample = reference.judge(order.given)
        on_model = _check_python_model(device, sample)
        simulator = job.result()
    progress(f"comparing {len(sample.stream):,} transactions")
    report = run(
        simulator,
        sample.stream,
        sample.expected,
        mode=order.mode,
        folder=order.folder,
        model=device.paths.model,
    )
    return Result(report, sample, reference.coverage(sample), on_model, reference.answers(sample))


def _check_python_model(device: Device, sample: Sample) -> int:
    """Repeat the first transactions on the Python model; the forms must agree."""
    part = sample.stream[:_MODEL_SHARE]
    wrong = np.flatnonzero(device.model.run(part) != sample.expected[: len(part)])
    if wrong.size:
        raise AssertionError(
            f"the Python model and the native model differ at transaction {wrong[0]}"
        )
    return len(part)
