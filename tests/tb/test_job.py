"""The folder of a run: nobody else writes there, and what the dead left goes away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tb.unit import _job


def test_a_run_has_a_folder_of_its_own(tmp_path: Path) -> None:
    """The simulator of a killed run may write its verdict after the next run began."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for process in (dead.pid, os.getppid(), os.getpid()):
        folder = tmp_path / f"job-{process}"
        folder.mkdir()
        (folder / "verdict.json").write_text("{}")
    job = _job(tmp_path)
    assert job == tmp_path / f"job-{os.getpid()}"
    assert list(job.iterdir()) == []
    assert not (tmp_path / f"job-{dead.pid}").exists()
    assert (tmp_path / f"job-{os.getppid()}" / "verdict.json").exists()
