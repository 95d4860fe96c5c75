"""Verilog that nobody generated: the proof and the simulation both find it equal, or both not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.handwritten.__main__ import FILES, MARKERS, PAGE, row
from gen.cli.__main__ import main
from gen.forms.rtl.manifest import manifest
from gen.prove import Proof, prove
from tb.fpga.measure import Measurement
from tests.units import machine

NAMES = [path.stem for path in FILES]
# What a person gets wrong, and where.
MISTAKES = {
    "simple_segment": ("disabled <= ~enable", "disabled <= enable"),
    "variable_segment": ("length[0] & ~in_range, ~length[0]", "~in_range, ~length[0]"),
    "direct_segment": ("if (take & ~in_range)", "if (i_req_valid & ~in_range)"),
}


def proof(path: Path, unit: str) -> Proof:
    description: dict[str, Any] = json.loads(json.dumps(manifest(machine(unit))))
    return prove(machine(unit), description, path)


def given(name: str) -> Path:
    return FILES[NAMES.index(name)]


@pytest.mark.parametrize("name", NAMES)
def test_a_unit_written_by_hand_is_proved_equal(name: str) -> None:
    found = proof(given(name), name)
    assert [(o.name, o.status) for o in found.outcomes if o.status != "proved"] == []
    assert found.claim == "for all states and inputs, by induction over one clock cycle"
    assert {"reset", "write", "read", "bus", "translate", "stream"} == {
        o.group for o in found.outcomes
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_refuted(name: str, tmp_path: Path) -> None:
    assert proof(mistaken(name, tmp_path), name).status == "refuted"


def mistaken(name: str, folder: Path) -> Path:
    old, new = MISTAKES[name]
    text = given(name).read_text()
    assert text.count(old) == 1
    path = folder / f"{name}.v"
    path.write_text(text.replace(old, new))
    return path


def sim(name: str, path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    arguments = ["sim", name, "--verilog", str(path), "-n", "100000", "--seed", "1", "--json"]
    status = main([*arguments, "-o", str(folder)])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert status == (0 if report["passed"] else 3)
    return report


@pytest.mark.slow
@pytest.mark.parametrize("name", ["variable_segment"])
def test_the_simulation_agrees_with_the_proof(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = sim(name, given(name), tmp_path, capsys)
    assert report["passed"] and report["compared"] == 100_000
    report = sim(name, mistaken(name, tmp_path), tmp_path, capsys)
    assert not report["passed"] and "RTL and model differ" in report["failure"]


def test_the_table_has_a_row_for_each_file_and_device() -> None:
    text = PAGE.read_text().partition(MARKERS[0])[2].partition(MARKERS[1])[0]
    rows = [line.split(" | ") for line in text.splitlines() if "segment" in line]
    assert sorted({r[0].strip("| ") for r in rows}) == NAMES
    assert len(rows) == 2 * len(NAMES)
    for r in rows:
        assert int(r[2]) <= int(r[3]), f"{r[0]} is larger than what a person writes"


def test_a_row_compares_the_cells_that_fill_a_device() -> None:
    def measured(comb: int) -> Measurement:
        area = {"lut4": 1, "comb": comb, "ff": 7}
        return Measurement("u", "ecp5", 1, area, (), None, "")

    assert row(measured(50), measured(40)) == (
        "| u | ECP5 LFE5U-45F-6, COMB | 50 | 40 | 1.25 | 7 | 7 | - | - |"
    )
