"""Units on standard buses in Verilator, driven by bus models of others, beside naive rules."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from amaranth.hdl import Value
from cocotb_tools.check_results import get_results
from cocotb_tools.runner import get_runner

from gen import vrs
from gen.diag import Reporter
from gen.forms import python, rtl
from gen.forms.rtl.buses import bus_parameters
from gen.forms.rtl.manifest import manifest
from gen.ir.machine import Machine
from hdl.csr import BusParameters
from tb.build import build
from tests.units import ROOT, machine

NARROW = Path(__file__).with_name("narrow.vrs")
UNITS = {  # each unit on AXI4-Lite and on a Wishbone
    "axi4-lite": ("mpu", "riscv_pmp", "variable_segment", "narrow"),
    "wishbone": ("riscv_pmp", "variable_segment", "narrow"),
    "wishbone-pipelined": ("mpu", "narrow"),
}
ROUNDS = 150


def text_machine(path: Path) -> Machine:
    reporter = Reporter()
    found = vrs.elaborate(vrs.load(path, reporter, []), None, reporter)
    reporter.check()
    return found


def unit(name: str) -> Machine:
    return text_machine(NARROW) if name == "narrow" else machine(name)


def simulate(name: str, bus: str, folder: Path) -> tuple[int, int]:
    """Run the bench on a unit; return how many tests ran and how many failed."""
    pytest.importorskip("cocotbext.axi", reason="cocotbext-axi is not installed")
    pytest.importorskip("cocotbext.wishbone", reason="cocotbext-wishbone is not installed")
    found, options = unit(name), rtl.RtlOptions(bus=bus)
    verilog, model = folder / "unit.v", folder / "model.py"
    verilog.write_text(rtl.verilog(found, options))
    model.write_text(python.generate(found))
    description: dict[str, Any] = manifest(found, options)
    simulator = build(verilog, description, ROOT / "build" / "cache")
    parameters = bus_parameters(found, bus)
    assert parameters is not None
    impure = [r.name for r in parameters.registers if not r.pure]
    job = {"manifest": description, "model": str(model), "impure": impure}
    (folder / "job.json").write_text(json.dumps({**job, "seed": 7, "rounds": ROUNDS}))
    return run(simulator.folder, description["module"], folder, bus.split("-")[0])


def run(built: Path, module: str, folder: Path, tests: str) -> tuple[int, int]:
    results = folder / "results.xml"
    environment = {"BUS_JOB": str(folder / "job.json"), "COCOTB_LOG_LEVEL": "WARNING"}
    saved = dict(os.environ)
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        get_runner("verilator").test(
            test_module="tests.hdl.bus_bench",
            test_filter=rf"bus_bench\.{tests.rstrip('4')}_",
            hdl_toplevel=module,
            hdl_toplevel_lang="verilog",
            build_dir=built.resolve(),
            test_dir=folder,
            results_xml=str(results),
            extra_env=environment,
            log_file=folder / "sim.log",
        )
    except SystemExit:
        pass  # a cocotb test failed: the results say which
    finally:
        os.environ.clear()
        os.environ.update(saved)
    return get_results(results)


@pytest.mark.slow
@pytest.mark.parametrize(("bus", "name"), [(bus, name) for bus in UNITS for name in UNITS[bus]])
def test_a_unit_behind_a_bus(bus: str, name: str, tmp_path: Path) -> None:
    ran, failed = simulate(name, bus, tmp_path)
    assert ran == 2 and failed == 0, (tmp_path / "sim.log").read_text()[-3000:]


def keep_nothing(strobes: Value, new: Value, old: Value) -> Value:
    return new


def leave_where_it_is(parameters: BusParameters, word: Value, offset: Value) -> Value:
    return word[: parameters.data_width]


BROKEN = [
    ("axi4-lite", "hdl.bus.axi4_lite.merged", keep_nothing),
    ("wishbone-pipelined", "hdl.bus.wishbone.down", leave_where_it_is),
]


@pytest.mark.slow
@pytest.mark.parametrize(("bus", "function", "broken"), BROKEN)
def test_a_broken_adapter_is_found(
    bus: str,
    function: str,
    broken: Callable[..., Value],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(function, broken)
    ran, failed = simulate("narrow", bus, tmp_path)
    assert ran == 2 and failed >= 1
