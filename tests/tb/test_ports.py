"""Benches with several ports and two stages: agreement, equal cycles, faults found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gen.forms import python, rtl
from gen.forms.rtl.manifest import manifest
from tb.build import Build, build
from tb.ports import port_of
from tb.unit import run
from tests.units import expected, machine, stream

UNIT = "multisegment"
TWO = rtl.RtlOptions(latency=2, ports=2)


def test_requests_are_spread_over_the_ports() -> None:
    part = stream(UNIT, 2_000)
    part = part[part["kind"] == 0]
    columns = [part[n].tolist() for n in ("va", "access", "stall")]
    for ports in (1, 2, 3):
        found = [port_of(*x, ports) for x in zip(*columns, strict=True)]
        shares = np.bincount(found) / len(found)
        assert len(shares) == ports and shares.min() > 0.7 / ports


def device(
    unit: str, folder: Path, options: rtl.RtlOptions, old: str = "", new: str = ""
) -> tuple[Build, Path]:
    text = rtl.verilog(machine(unit), options)
    assert old in text, text
    verilog, model = folder / f"{unit}.v", folder / f"{unit}.py"
    verilog.write_text(text.replace(old, new, 1) if old else text)
    model.write_text(python.generate(machine(unit)))
    description: dict[str, Any] = json.loads(json.dumps(manifest(machine(unit), options)))
    return build(verilog, description, Path("build/cache")), model


@pytest.mark.slow
@pytest.mark.parametrize(
    ("unit", "options"),
    [("riscv_pmp32", TWO), (UNIT, rtl.RtlOptions(latency=0, ports=3))],
)
def test_both_benches_agree_with_the_model(
    unit: str, options: rtl.RtlOptions, tmp_path: Path
) -> None:
    simulator, model = device(unit, tmp_path, options)
    cycles = {}
    for mode in ("batch", "interactive"):
        part = stream(unit, 50_000)[:5_000]
        report = run(
            simulator, part, expected(unit, part), mode=mode, folder=tmp_path / mode, model=model
        )
        assert report.failure is None, report.failure.text("")
        assert report.compared == len(part)
        cycles[mode] = report.cycles
    assert cycles["interactive"] == cycles["batch"] + 2  # those of reset
    assert cycles["batch"] < 5_000  # several requests in a cycle


FAULTS = {
    "one port": ("o_rsp_cause_1 <= ", "o_rsp_cause_1 <= 1 ^ "),
    "overwritten": ("assign o_req_ready_0 = ", "assign o_req_ready_0 = 1'b1 | "),
    "half the throughput": ("assign o_req_ready_0 = ", "assign o_req_ready_0 = ~o_rsp_valid_0 & "),
    "a lost request": (
        "match_1_rsp_full <= i_req_valid_1",
        "match_1_rsp_full <= i_req_valid_1 & ~i_req_va_1[3]",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_in_both_modes(fault: str, tmp_path: Path) -> None:
    simulator, model = device(UNIT, tmp_path, TWO, *FAULTS[fault])
    part = stream(UNIT, 50_000)[:5_000]
    for mode in ("batch", "interactive"):
        report = run(
            simulator, part, expected(UNIT, part), mode=mode, folder=tmp_path / mode, model=model
        )
        assert not report.passed, f"{fault} passes in {mode} mode"
