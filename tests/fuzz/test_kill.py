"""Commands killed at any moment, on a full disk, in folders that cannot be written."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.subject import ROOT

pytestmark = pytest.mark.slow

UNIT = "simple_segment"
GEN = ("gen", UNIT)
SIM = ("sim", UNIT, "-n", "20000", "--seed", "5")
TIMES = ("bench_seconds", "process_seconds")


class Command:
    """`isoform` as a process that leads a session of its own."""

    def __init__(self, *words: str, limit: Callable[[], None] | None = None) -> None:
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gen.cli", *words],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=limit,
        )

    def finish(self) -> tuple[int, str, str]:
        """Return exit code, output and errors."""
        out, err = self.process.communicate()
        return self.process.returncode, out, err

    def kill(self, everything: bool) -> None:
        """Kill the process, or all that it started as well."""
        if everything:
            self.clean()
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()

    def clean(self) -> None:
        """Kill what the process left behind."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def whole(folder: Path) -> Iterator[Path]:
    """Yield the files that count as results; each has to be whole."""
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder).parts
        passing = any(p.startswith((".", "making-", "job-")) for p in inner)
        if path.is_file() and not passing and inner[0] != "cache":
            check(path)
            yield path


def check(path: Path) -> None:
    """Fail unless a file is whole, as far as its form tells."""
    match path.suffix:
        case ".json":
            json.loads(path.read_text())
        case ".xml":
            ElementTree.fromstring(path.read_text())
        case ".py":
            ast.parse(path.read_text())
        case ".v":
            assert path.read_text().endswith("endmodule\n")


def results(folder: Path) -> dict[str, Any]:
    """Return what a finished command left, without what differs from run to run."""
    found: dict[str, Any] = {}
    for path in whole(folder):
        name = str(path.relative_to(folder))
        if path.name == "report.json":
            report = json.loads(path.read_text())
            found[name] = {k: v for k, v in report.items() if k not in (*TIMES, "junit")}
        elif path.suffix in (".log", ".xml"):
            found[name] = "there"
        else:
            found[name] = path.read_bytes()
    return found


def clean_run(words: tuple[str, ...], folder: Path) -> tuple[dict[str, Any], float]:
    """Return what a command leaves when nobody stops it, and the seconds that it took."""
    start = time.monotonic()
    code, _, err = Command(*words, "-o", str(folder)).finish()
    assert code == 0, err
    return results(folder), time.monotonic() - start


@pytest.mark.parametrize(("words", "kills"), [(GEN, 10), (SIM, 4)], ids=["gen", "sim"])
def test_a_killed_command_leaves_nothing_corrupt(
    words: tuple[str, ...], kills: int, tmp_path: Path
) -> None:
    expected, seconds = clean_run(words, tmp_path / "clean")
    folder = tmp_path / "killed"
    draw = random.Random(11)
    started = []
    for i in range(kills):
        command = Command(*words, "-o", str(folder))
        started.append(command)
        time.sleep(seconds * (i + draw.random()) / kills)
        command.kill(everything=i % 2 == 0)
        for path in whole(folder):
            name = str(path.relative_to(folder))
            assert name in expected
            if isinstance(expected[name], bytes):
                assert path.read_bytes() == expected[name]
    found, _ = clean_run(words, folder)
    for command in started:
        command.clean()
    assert found == expected


def test_a_half_made_simulator_is_not_used(tmp_path: Path) -> None:
    """What is being made has another name until it is finished."""
    from tb.tools import publish

    made, final = tmp_path / "making-x", tmp_path / "unit-1"
    made.mkdir()
    (made / "unit").write_text("new")
    assert publish(made, final).joinpath("unit").read_text() == "new"
    other = tmp_path / "making-y"
    other.mkdir()
    assert publish(other, final).joinpath("unit").read_text() == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["unit-1"]


def small_files() -> None:
    """Let no file grow over 4 kB: writing ends as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def test_a_full_disk(tmp_path: Path) -> None:
    code, out, err = Command("doc", "mpu", "-o", str(tmp_path), limit=small_files).finish()
    path = tmp_path / "mpu/doc/mpu.md"
    assert (code, out) == (1, "")
    assert err == (
        f"error[E0703]: cannot write `{path}`: File too large\n  = more: isoform explain E0703\n\n"
    )
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has /dev/full")
def test_output_that_cannot_be_written() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "gen.cli", "list"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(
        "error[E0703]: cannot read or write a file: No space left on device\n"
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [GEN, SIM, ("doc", UNIT), ("prove", UNIT)], ids=lambda w: w[0])
def test_a_build_path_that_is_a_file(words: tuple[str, ...], tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("mine")
    code, _, err = Command(*words, "-o", str(blocked)).finish()
    assert code == 1
    assert err.startswith(f"error[E0703]: cannot write `{blocked}/{UNIT}/")
    assert blocked.read_text() == "mine"


def test_a_cache_that_is_a_file(tmp_path: Path) -> None:
    """Where the simulator is built, only the system says no."""
    (tmp_path / "cache").write_text("mine")
    code, _, err = Command(*SIM, "-o", str(tmp_path)).finish()
    assert code == 1
    assert err == (
        f"error[E0703]: cannot read or write `{tmp_path}/cache`: File exists\n"
        "  = more: isoform explain E0703\n\n"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    code, _, err = Command(*GEN, "-o", str(tmp_path)).finish()
    tmp_path.chmod(0o700)
    assert code == 1
    assert "Permission denied" in err and not list(tmp_path.iterdir())
