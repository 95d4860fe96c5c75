"""Who runs what: units stay with workers; here, and on Dask's workers, some of which die."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gen.regress import cluster
from gen.regress.finding import Finding
from gen.regress.plan import Case
from gen.regress.schedule import Queue, run_here
from gen.regress.worker import Job, Specification


def jobs(**units: int) -> list[Job]:
    cases = [Case(u, seed, 10) for u, count in units.items() for seed in range(count)]
    return [Job(i, c, Specification(c.unit, "x.vrs", {})) for i, c in enumerate(cases)]


def test_a_worker_stays_with_a_unit() -> None:
    queue = Queue(jobs(a=2, b=3))
    last, order = None, []
    while queue:
        last = queue.take(last).case.unit
        order.append(last)
    assert order == ["b", "b", "b", "a", "a"]


def test_workers_share_a_unit_only_if_there_is_no_other() -> None:
    queue = Queue(jobs(a=1, b=3))
    assert queue.take(None).case.unit == "b"
    assert queue.take(None, {"b"}).case.unit == "a"
    assert queue.take("a", {"b"}).case.unit == "b"


def test_here_every_case_runs_once_in_the_order_of_the_plan(tmp_path: Path) -> None:
    found: list[tuple[int, Path]] = []
    told: list[int] = []

    def run(job: Job, work: Path) -> Finding:
        found.append((job.id, work))
        return Finding("passed", compared=job.id)

    run_here(jobs(a=3), run, lambda job, finding: told.append(finding.compared), work=tmp_path)
    assert found == [(i, tmp_path) for i in range(3)] and told == [0, 1, 2]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    pytest.importorskip("distributed")
    with cluster.local(2, tmp_path_factory.mktemp("work")) as made:
        yield made


def on(client: Any, all_jobs: list[Job], run: Any) -> dict[int, Finding]:
    """Run jobs on the cluster; each must be recorded once."""
    found: dict[int, Finding] = {}

    def record(job: Job, finding: Finding) -> None:
        assert job.id not in found
        found[job.id] = finding

    cluster.run_on(client, all_jobs, run, record)
    assert set(found) == {j.id for j in all_jobs}
    return found


# The functions below are made within tests, so that they travel to the workers whole.


@pytest.mark.slow
def test_an_exception_is_the_outcome_of_its_case_only(client: Any) -> None:
    def run(job: Job, work: Path) -> Finding:
        if job.id == 3:
            raise ValueError("by hand")
        return Finding("passed", worker=str(os.getpid()))

    found = on(client, jobs(a=4, b=4), run)
    assert found[3] == Finding("error", message="ValueError: by hand")
    assert Counter(f.outcome for f in found.values()) == {"passed": 7, "error": 1}
    assert os.getpid() not in {int(f.worker) for f in found.values() if f.worker}


@pytest.mark.slow
def test_a_case_whose_worker_dies_runs_again(client: Any, tmp_path: Path) -> None:
    def run(job: Job, work: Path) -> Finding:
        mark = tmp_path / str(job.id)
        first = not mark.exists()
        mark.touch()
        if job.id == 2 and first:
            os.kill(os.getpid(), signal.SIGKILL)
        return Finding("passed", compared=job.id)

    found = on(client, jobs(a=5), run)
    assert {i: f.compared for i, f in found.items()} == {i: i for i in range(5)}


@pytest.mark.slow
def test_a_case_that_kills_its_workers_is_given_up(client: Any) -> None:
    def run(job: Job, work: Path) -> Finding:
        if job.id == 1:
            os._exit(9)
        return Finding("passed")

    found = on(client, jobs(a=4), run)
    assert found[1] == Finding("error", message="3 workers died while they ran this case")
    assert Counter(f.outcome for f in found.values()) == {"passed": 3, "error": 1}


def test_no_scheduler() -> None:
    pytest.importorskip("distributed")
    with (
        pytest.raises(cluster.NoWorkers, match=r"^no scheduler answers at `nonsense`: "),
        cluster.remote("nonsense"),
    ):
        pass


class Scheduler:
    """A client of a scheduler whose one worker gives a certain digest, or that is gone."""

    def __init__(self, digest: str | None) -> None:
        self.digest = digest

    def nthreads(self) -> dict[str, int]:
        if self.digest is None:
            raise OSError("connection reset")
        return {"tcp://there:1": 1}

    def run(self, function: object, workers: list[str], on_error: str) -> dict[str, object]:
        return dict.fromkeys(workers, self.digest)


def refused(digest: str | None) -> str:
    """Return why nothing can be run."""
    with pytest.raises(cluster.NoWorkers) as caught:
        cluster.run_on(Scheduler(digest), jobs(a=1), pytest.fail, pytest.fail)
    return str(caught.value)


def test_a_scheduler_that_is_gone() -> None:
    pytest.importorskip("distributed")
    assert refused(None) == "the scheduler does not answer: connection reset"


def test_workers_with_other_sources_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "_PATIENCE", 0.0)
    monkeypatch.setattr(cluster, "_LOOK", 0.01)
    why = refused("0123456789")
    assert why == "tcp://there:1: no Isoform there, or another version than here"
