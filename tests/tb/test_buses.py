"""Units behind standard buses answer as their models do, driven by bus models of others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gen.forms import python, rtl
from gen.forms.rtl.manifest import manifest
from gen.ir.transaction import Kind
from tb.build import build
from tb.unit import Report, run
from tests.units import expected, machine, stream

pytestmark = pytest.mark.slow
pytest.importorskip("cocotbext.axi")
pytest.importorskip("cocotbext.wishbone")

BUSES = ("axi4-lite", "wishbone", "wishbone-pipelined")
UNITS = ("variable_segment", "mpu", "riscv_pmp")


def simulate(unit: str, bus: str, folder: Path) -> Report:
    options = rtl.RtlOptions(bus=bus)
    verilog, model = folder / f"{unit}.v", folder / f"{unit}.py"
    verilog.write_text(rtl.verilog(machine(unit), options))
    model.write_text(python.generate(machine(unit)))
    description = json.loads(json.dumps(manifest(machine(unit), options)))
    part = stream(unit, 50_000)[:1_500]
    assert {Kind.WRITE, Kind.READ, Kind.TRANSLATE} <= set(part["kind"].tolist())
    simulator = build(verilog, description, Path("build/cache"))
    sound = expected(unit, part)
    return run(simulator, part, sound, mode="interactive", folder=folder / "run", model=model)


@pytest.mark.parametrize("bus", BUSES)
@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_behind_a_bus_is_the_unit(unit: str, bus: str, tmp_path: Path) -> None:
    report = simulate(unit, bus, tmp_path)
    assert report.passed
    assert report.compared == 1_500
