"""Icarus as the second simulator: the same report as from Verilator, and undefined outputs seen."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from benchmarks.handwritten.__main__ import FILES
from gen.cli.__main__ import main
from gen.forms import rtl
from tb import icarus
from tests.units import machine

installed = pytest.mark.skipif(
    shutil.which("iverilog") is None, reason="no `iverilog`: apt-get install iverilog"
)
SAME = ("unit", "passed", "seed", "stream", "mode", "bus", "compared", "cycles", "coverage")


def report(
    capsys: pytest.CaptureFixture[str], folder: Path, simulator: str, *arguments: str
) -> dict[str, Any]:
    """Run `isoform sim` on a small unit and return its JSON, checked against the exit code."""
    command = ["sim", "variable_segment", "--seed", "1", "-n", "1500", "--mode", "interactive"]
    command += ["--simulator", simulator, "--json", "-o", str(folder), *arguments]
    status = main(command)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert status == (0 if found["passed"] else 3)
    assert found["simulator"] == simulator
    return found


def test_the_batch_bench_does_not_run_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sim", "mpu", "--simulator", "icarus", "--mode", "batch"]) == 1
    assert capsys.readouterr().err == (
        "error[E0705]: `--mode batch` cannot run on `--simulator icarus`\n"
        "  = help: leave out `--mode batch`\n"
        "  = more: isoform explain E0705\n\n"
    )


def test_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    icarus._version.cache_clear()
    monkeypatch.setattr("tb.icarus.shutil.which", lambda program: None)
    arguments = ["sim", "simple_segment", "--simulator", "icarus", "-q", "-o", str(tmp_path)]
    assert main(arguments) == 4
    assert capsys.readouterr().err == (
        "error[E0702]: no `iverilog`: install it with `apt-get install iverilog`, or leave out "
        "`--simulator icarus`\n"
        "  = more: isoform explain E0702\n\n"
    )


@pytest.mark.slow
@installed
@pytest.mark.parametrize("options", [(), ("--bus", "axi4-lite")], ids=["native", "axi4-lite"])
def test_the_report_is_that_of_verilator(
    options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = (report(capsys, tmp_path / s, s, *options) for s in ("verilator", "icarus"))
    assert ours["passed"] and ours["compared"] == 1500
    assert {k: ours[k] for k in SAME} == {k: theirs[k] for k in SAME}


@pytest.mark.slow
@installed
def test_broken_verilog_is_found_at_the_same_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.v"
    text = rtl.verilog(machine("variable_segment"))
    broken.write_text(text.replace("i_req_va + address", "i_req_va - address"))
    found = [
        report(capsys, tmp_path / s, s, "--verilog", str(broken)) for s in ("verilator", "icarus")
    ]
    first = [
        f["failure"].partition("\n  smallest")[0].partition("\n  not shrunk")[0] for f in found
    ]
    assert first[0] == first[1] and "RTL and model differ" in first[0]
    assert "not shrunk: the batch bench, which shrinks, needs Verilator" in found[1]["failure"]
    assert found[1]["failure"].splitlines()[-1] == (
        f"  replay: isoform sim variable_segment --seed 0x1 --epoch 0 --verilog {broken} "
        "--simulator icarus"
    )


@pytest.mark.slow
@installed
def test_an_undefined_output_is_an_error_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (given,) = (f for f in FILES if f.stem == "variable_segment")
    assert report(capsys, tmp_path, "icarus", "--verilog", str(given))["passed"]
    text = given.read_text()
    for role, old, new in (
        ("rsp_pa", "if (take & ~hit) o_rsp_pa <= 48'd0", "if (take & ~hit) o_rsp_pa[47:1] <= 0"),
        ("bus_error", "if (rst) o_bus_error <= 1'b0;\n    else     ", "if (i_bus_read) "),
    ):
        assert text.count(old) == 1
        path = tmp_path / f"{role}.v"
        path.write_text(text.replace(old, new))
        found = report(capsys, tmp_path, "icarus", "--verilog", str(path))
        assert f": an output is undefined: {role}\n" in found["failure"]


@pytest.mark.slow
@installed
def test_a_waveform(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waves = Path(report(capsys, tmp_path, "icarus", "--waves")["waves"])
    assert waves.name == "dump.fst" and waves.stat().st_size > 1000
    assert "variable_segment.i_req_va[47:0]" in waves.with_suffix(".gtkw").read_text()
