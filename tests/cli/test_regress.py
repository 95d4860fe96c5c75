"""`isoform regress` as a person uses it: runs, kills, workers elsewhere, what is wrong."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gen.cli import regress
from gen.cli.__main__ import main
from gen.cli.output import Output
from gen.regress.database import Database
from gen.regress.store import Store
from tests.units import ROOT

UNIT = "variable_segment"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """Return a build folder of its own, but for the simulators."""
    folder = tmp_path / "build"
    folder.mkdir()
    (ROOT / "build" / "cache").mkdir(parents=True, exist_ok=True)
    (folder / "cache").symlink_to(ROOT / "build" / "cache")
    return folder


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    """Start the command in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "gen.cli", "regress", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def lines_until(process: subprocess.Popen[str], count: int) -> list[str]:
    """Return what a regression says until `count` cases are finished."""
    assert process.stdout is not None
    said: list[str] = []
    while sum(line.startswith("[") for line in said) < count:
        line = process.stdout.readline()
        assert line, said
        said.append(line)
    return said


def verilog(build: Path, old: str = "", new: str = "") -> Path:
    """Return the file of the unit's Verilog with something replaced."""
    assert main(["gen", UNIT, "-o", str(build), "-q"]) == 0
    text = (build / UNIT / "rtl" / f"{UNIT}.v").read_text()
    assert old in text
    path = build / "given.v"
    path.write_text(text.replace(old, new, 1))
    return path


def count_entries(build: Path) -> None:
    """Let the database itself write down whenever a case is entered as done."""
    with Store(build / "regress"), closing(sqlite3.connect(results(build))) as link:
        link.execute("CREATE TABLE entered (id)")
        link.execute(
            'CREATE TRIGGER entry AFTER UPDATE OF state ON "case" '
            "BEGIN INSERT INTO entered VALUES (new.id); END"
        )
        link.commit()


def entries(build: Path) -> list[int]:
    """Return the case of each entry, in order."""
    with closing(sqlite3.connect(results(build))) as link:
        return [row[0] for row in link.execute("SELECT id FROM entered ORDER BY id")]


def results(build: Path) -> Path:
    return build / "regress" / "regress.sqlite"


@pytest.mark.slow
def test_a_regression_killed_in_the_middle_goes_on(build: Path) -> None:
    count_entries(build)
    command = ["simple_segment", "--seeds", "3", "-n", "2000", "--jobs", "1", "--build", build]
    process = start(*command)
    first = lines_until(process, 2)
    assert first[0] == "run 1 begins: 4 of 4 cases to do, on 1 process\n"
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    done = len(entries(build))
    assert done in (2, 3)
    process = start(*command)
    said, _ = process.communicate()
    assert process.returncode == 0
    assert said.startswith(f"run 1 goes on: {4 - done} of 4 cases to do, on 1 process\n")
    assert "4 passed, 0 differ, 0 errors; 8,000 transactions compared in " in said
    left = {p.name for p in (build / "regress").iterdir()}
    assert left == {".lock", "index.html", "regress.sqlite", "results.xml"}
    assert entries(build) == [1, 2, 3, 4], "each case is entered once"
    rows = Database(results(build)).rows(1)
    found = [r.finding for r in rows if r.finding]
    assert [(f.outcome, f.compared) for f in found] == [("passed", 2000)] * 4
    page = (build / "regress" / "index.html").read_text()
    assert "Passed: the unit agrees with its models" in page
    junit = ElementTree.parse(build / "regress" / "results.xml").getroot()
    assert junit.get("tests") == "4" and junit.get("failures") == "0"


@pytest.mark.slow
def test_an_interrupt_says_how_to_go_on(build: Path) -> None:
    process = start("simple_segment", "--seeds", "9", "-n", "2000", "--jobs", "1", "--build", build)
    lines_until(process, 1)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate()
    assert process.returncode == 130
    found = re.search(r"^stopped: (\d+) of 10 cases are done and kept; (.*)$", said, re.M)
    assert found is not None
    assert found[2] == f"the same command goes on with the other {10 - int(found[1])}"
    rows = Database(results(build)).rows(1)
    assert sum(r.finding is not None for r in rows) == int(found[1])


@pytest.mark.slow
def test_a_difference_is_kept_with_its_replay(
    build: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = verilog(build, "i_req_va + address", "i_req_va - address")
    options = ["--verilog", str(given), "--jobs", "1", "--build", str(build)]
    command = ["regress", UNIT, "--seeds", "1", "-n", "20000", *options]
    assert main([*command, "--json"]) == 3
    case, total = map(json.loads, capsys.readouterr().out.splitlines())
    assert case["outcome"] == "differs" and case["unit"] == UNIT and case["seed"] == 1
    assert "smallest case found, 4 transactions" in case["message"]
    assert total["differs"] == 1 and total["passed"] == 0
    replay = case["replay"].split()
    assert replay[:5] == ["isoform", "sim", UNIT, "--seed", "0x1"]
    assert case["replay"].endswith(f" --verilog {given}")
    assert case["replay"] in (build / "regress" / "index.html").read_text()
    assert case["replay"] in (build / "regress" / "results.xml").read_text()
    assert main([*replay[1:], "-o", str(build)]) == 3
    assert case["message"] in capsys.readouterr().out
    # The same command again: that run is finished, so another begins. Other sources: as well.
    given.write_text("module nonsense\n")
    assert main(command) == 1
    out = capsys.readouterr().out
    assert out.startswith("run 2 begins: 1 of 1 cases to do, on 1 process\n")
    assert "[1/1] ERROR   variable_segment seed 0x1 " in out
    assert "0 passed, 0 differ, 1 errors; 0 transactions compared in " in out


@contextmanager
def dask(*arguments: str | Path, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a program of Dask's."""
    command = [sys.executable, "-m", *map(str, arguments), "--no-dashboard"]
    with open(folder / "log", "a") as log:
        process = subprocess.Popen(command, cwd=folder, stderr=log, stdout=log, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until_open(port: int) -> None:
    """Wait until somebody listens."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.1)


@pytest.mark.slow
def test_two_workers_of_which_one_dies(build: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    given = verilog(build)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    count_entries(build)
    port = address.rpartition(":")[2]
    worker = ["distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny"]
    worker += ["--local-directory", str(tmp_path)]
    scheduler = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port]
    with (
        dask(*scheduler, folder=tmp_path),
        dask(*worker, folder=tmp_path) as one,
        dask(*worker, folder=tmp_path) as other,
    ):
        until_open(int(port))
        options = ["--verilog", given, "--scheduler", address, "--build", build]
        process = start(UNIT, "--seeds", "4", "-n", "2000", *options)
        lines_until(process, 1)
        rows = [r.finding for r in Database(results(build)).rows(1) if r.finding]
        busy = {one.pid, other.pid}
        assert {int(f.worker.rpartition(":")[2]) for f in rows} <= busy
        one.kill()
        said, _ = process.communicate()
    assert process.returncode == 0, said
    assert "4 passed, 0 differ, 0 errors; 8,000 transactions compared" in said
    assert entries(build) == [1, 2, 3, 4]
    last = [r.finding for r in Database(results(build)).rows(1) if r.finding][-1]
    assert last.worker.endswith(f":{other.pid}")


# What can be wrong


def test_verilog_is_of_one_unit(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["regress", "mpu", "medium", "--verilog", "x.v"]) == 2
    assert capsys.readouterr().err == (
        "error[E0723]: `--verilog` is the Verilog of one unit: name it\n"
        "  = more: isoform explain E0723\n\n"
    )


def test_verilog_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = tmp_path / "no.v"
    assert main(["regress", "medium", "--verilog", str(given), "--build", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"error[E0703]: cannot read `{given}`: No such file or directory\n"
        "  = more: isoform explain E0703\n\n"
    )


@pytest.mark.parametrize(
    "arguments", [["--seeds", "0"], ["-n", "0"], ["--jobs", "0"], ["--first-seed", "-1"]]
)
def test_numbers_out_of_range(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["regress", *arguments])
    assert caught.value.code == 2
    assert "must " in capsys.readouterr().err


def test_a_wrong_specification_ends_it_before_it_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "s.vrs").write_text("flags { readable }\nsegment S( {\n")
    command = ["regress", "medium", f"{tmp_path}/s.vrs", "--build", str(tmp_path / "build")]
    assert main(command) == 1
    assert capsys.readouterr().err.startswith("error[E01")
    assert not (tmp_path / "build").exists()


def test_without_dask_there_is_one_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(regress.importlib.util, "find_spec", lambda name: None)
    command = ["regress", "medium", "--jobs", "2", "--build", str(tmp_path)]
    assert main(command) == 4
    assert capsys.readouterr().err == (
        "error[E0702]: `distributed`, which runs cases on several processes, is missing: install "
        "it with `pip install 'isoform[regress]'`, or `make setup`; `--jobs 1` works without\n"
        "  = more: isoform explain E0702\n\n"
    )


def test_two_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "regress"
    with Store(folder):
        assert main(["regress", "medium", "--jobs", "1", "--build", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"error[E0720]: another regression is at work in `{folder}`\n"
        "  = more: isoform explain E0720\n\n"
    )


def test_a_file_that_is_no_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "regress" / "regress.sqlite"
    path.parent.mkdir()
    path.write_text("a text " * 200)
    assert main(["regress", "medium", "--jobs", "1", "--build", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"error[E0721]: cannot use `{path}`: file is not a database\n"
        "  = more: isoform explain E0721\n\n"
    )


def test_a_folder_that_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "regress").write_text("")
    assert main(["regress", "medium", "--jobs", "1", "--build", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"error[E0703]: cannot write `{tmp_path}/regress`: File exists\n"
        "  = more: isoform explain E0703\n\n"
    )


def test_no_scheduler_at_the_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("distributed")
    command = ["regress", "medium", "--scheduler", "nonsense", "--build", str(tmp_path)]
    assert main(command) == 1
    assert capsys.readouterr().err == (
        "error[E0722]: no scheduler answers at `nonsense`: missing port number in address "
        "'nonsense'\n"
        "  = help: the same command goes on from here\n"
        "  = more: isoform explain E0722\n\n"
    )


def test_a_reader_that_has_gone_is_no_fault_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*arguments: object) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(regress, "_in_store", gone)
    parser = argparse.ArgumentParser()
    regress.add_arguments(parser)
    args = parser.parse_args(["medium", "--jobs", "1", "--build", str(tmp_path)])
    with pytest.raises(BrokenPipeError):
        regress.run(args, Output())
