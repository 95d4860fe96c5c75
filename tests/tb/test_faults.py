"""Faults put into the Verilog are found, in both modes, and shrunk to a small case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gen.forms import python, rtl
from gen.forms.rtl.manifest import manifest
from tb.build import build
from tb.unit import Report, run
from tests.units import expected, machine, stream

pytestmark = pytest.mark.slow

UNIT = "variable_segment"
# What is replaced in the Verilog, and by what.
FAULTS = {
    "wrong bound": ("i_req_va[47:4] < length[47:4]", "i_req_va[47:4] <= length[47:4]"),
    "wrong sum": ("i_req_va + address[47:0]", "i_req_va - address[47:0]"),
    "lost write": ("else if (bus_writes_1) length <= i_bus_wdata", "else if (1'b0) length <= 0"),
    "no reset": ("if (rst) length <= 64'h0000000000000000", "if (1'b0) length <= 64'h0"),
    "inverted present": ("~ length[0]", "length[0]"),
    "dropped request": (
        "else if (o_req_ready) o_rsp_valid <= i_req_valid",
        "else if (o_req_ready) o_rsp_valid <= i_req_valid & ~i_req_va[3]",
    ),
    "unstable while waiting": (
        "o_rsp_pa <= computed_pa;",
        "o_rsp_pa <= computed_pa; else if (~i_rsp_ready) o_rsp_pa <= ~o_rsp_pa;",
    ),
    "refuses when taken": ("| i_rsp_ready;", "& ~o_rsp_valid;"),
    "error without access": ("else o_bus_error <= ", "else o_bus_error <= i_req_va[0] | "),
}


def files(tmp_path: Path, old: str, new: str) -> tuple[Path, Path, dict[str, Any]]:
    text = rtl.verilog(machine(UNIT))
    assert old in text, f"`{old}` is not in the Verilog:\n{text}"
    verilog, model = tmp_path / f"{UNIT}.v", tmp_path / f"{UNIT}.py"
    verilog.write_text(text.replace(old, new, 1))
    model.write_text(python.generate(machine(UNIT)))
    return verilog, model, json.loads(json.dumps(manifest(machine(UNIT))))


def simulate(tmp_path: Path, fault: str, mode: str, count: int) -> Report:
    verilog, model, description = files(tmp_path, *FAULTS[fault])
    part = stream(UNIT, 50_000)[:count]
    simulator = build(verilog, description, Path("build/cache"))
    return run(
        simulator, part, expected(UNIT, part), mode=mode, folder=tmp_path / mode, model=model
    )


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_in_both_modes(fault: str, tmp_path: Path) -> None:
    for mode, count in (("batch", 50_000), ("interactive", 45_000)):
        report = simulate(tmp_path, fault, mode, count)
        assert not report.passed, f"{fault} passes in {mode} mode"
        assert report.failure is not None
        assert report.failure.small is not None
        assert len(report.failure.small.stream) <= 6


def test_the_message_is_whole(tmp_path: Path) -> None:
    report = simulate(tmp_path, "wrong sum", "batch", 50_000)
    assert report.failure is not None
    text = report.failure.text("isoform sim variable_segment --seed 0x1 --epoch 0")
    lines = text.splitlines()
    assert lines[0].startswith("mismatch at transaction ")
    assert lines[0].endswith(", epoch 0: RTL and model differ")
    assert lines[1] == "    field            RTL                                  model"
    small = text[text.index("  smallest case found") :]
    assert small == (
        "  smallest case found, 4 transactions:\n"
        "           0  reset\n"
        "           1  write   address := 0x20\n"
        "           2  write   length := 0x8000000001  "
        "(present=0x1, rw=0x0, exec=0x0, bytes=0x800000000)\n"
        "  >        3  translate va=0x0 access=no flags\n"
        "    field            RTL                                  model\n"
        "    pa               0xffffffffffe0                       0x20"
        "                                 !!!\n"
        "    fault            0 none                               0 none\n"
        "\n"
        "  replay: isoform sim variable_segment --seed 0x1 --epoch 0"
    )


def test_a_waveform_has_the_signals(tmp_path: Path) -> None:
    verilog, model, description = files(tmp_path, "module", "module")
    part = stream(UNIT, 50_000)[:200]
    simulator = build(verilog, description, Path("build/cache"), waves=True)
    folder = tmp_path / "waves"
    report = run(
        simulator, part, expected(UNIT, part), mode="interactive", folder=folder, model=model
    )
    assert report.passed
    assert report.waves is not None
    dump, view = report.waves.read_text(), report.waves.with_suffix(".gtkw").read_text()
    for name in ("i_req_va", "o_rsp_cause", "i_bus_wdata", "length"):
        assert f" {name} " in dump
        assert f"{UNIT}.{name}" in view
    assert dump.count("\n#") > 200
