"""For every unit: interpreter, Python model, native code and RTL give the same answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gen.forms import python, rtl
from gen.forms.rtl.manifest import manifest
from gen.ir import interpret
from gen.ir.machine import Machine
from gen.ir.transaction import Kind
from tb.build import DEFAULT_PARAMETER, build
from tb.model import Model, _Window
from tb.unit import run
from tests.units import MARKED, expected, machine, stream

INTERPRETED = {
    "r4700_tlb": 60,
    "riscv_pmp": 150,
    "riscv_pmp32": 150,
    "armv7m_mpu": 150,
    "mpu": 200,
}


class Interpreter:
    """Performs transactions by the reference semantics."""

    def __init__(self, unit: Machine) -> None:
        self.unit = unit
        self.state = interpret.reset_state(unit)
        self.memory = _Window()
        self.parameters = {p.name: DEFAULT_PARAMETER for p in unit.parameters}
        self.widths = {p.name: p.width for p in unit.operation("translate").inputs}

    def perform(self, t: Any) -> tuple[int, int, int]:
        """Return value, cause and error of one transaction."""
        kind, data = int(t["kind"]), int(t["data"][0]) | int(t["data"][1]) << 64
        if kind == Kind.TRANSLATE:
            return self._translate(int(t["va"]), int(t["access"]))
        if kind == Kind.RESET:
            self.state = interpret.reset_state(self.unit)
        elif kind == Kind.STORE:
            self.memory.write(int(t["va"]), int(t["size"]), data)
        else:
            written = data if kind == Kind.WRITE else None
            offset, read = int(t["offset"]), self.memory.read
            done = interpret.access(self.unit, self.state, offset, written, self.parameters, read)
            self.state = done.state
            return done.data, 0, int(done.error)
        return 0, 0, 0

    def _translate(self, va: int, access: int) -> tuple[int, int, int]:
        inputs = {
            "va": va & (1 << self.widths["va"]) - 1,
            "access": access & (1 << self.widths["access"]) - 1,
            **self.parameters,
        }
        read = self.memory.read
        outcome = interpret.run(self.unit, "translate", self.state, inputs, read)
        cause = self.unit.cause_code(outcome.cause) if outcome.cause else 0
        return outcome.outputs["pa"], cause, 0


def plain(results: NDArray[Any]) -> list[tuple[int, int, int]]:
    return [
        (int(r["value"][0]) | int(r["value"][1]) << 64, int(r["cause"]), int(r["error"]))
        for r in results
    ]


@pytest.mark.parametrize("unit", MARKED)
def test_interpreter_and_native_agree(unit: str) -> None:
    part = stream(unit, 20_000)[: INTERPRETED.get(unit, 800)]
    interpreter = Interpreter(machine(unit))
    assert [interpreter.perform(t) for t in part] == plain(expected(unit, part))


@pytest.mark.parametrize("unit", MARKED)
def test_python_and_native_agree(unit: str, tmp_path: Path) -> None:
    path = tmp_path / f"{unit}.py"
    path.write_text(python.generate(machine(unit)))
    transactions = stream(unit, 20_000)
    model = Model(path, manifest(machine(unit)))
    wrong = np.flatnonzero(model.run(transactions) != expected(unit, transactions))
    assert not wrong.size, transactions[wrong[0]]


def device(unit: str, folder: Path, latency: int) -> tuple[Any, Path]:
    """Return a built simulator and the model's path."""
    options = rtl.RtlOptions(latency=latency)
    verilog, model = folder / f"{unit}.v", folder / f"{unit}.py"
    verilog.write_text(rtl.verilog(machine(unit), options))
    model.write_text(python.generate(machine(unit)))
    description = json.loads(json.dumps(manifest(machine(unit), options)))
    return build(verilog, description, Path("build/cache")), model


@pytest.mark.slow
@pytest.mark.parametrize("unit", MARKED)
def test_rtl_and_native_agree(unit: str, tmp_path: Path) -> None:
    simulator, model = device(unit, tmp_path, 1)
    for mode, count in (("batch", 50_000), ("interactive", 3_000)):
        part = stream(unit, 50_000)[:count]
        folder = tmp_path / mode
        report = run(simulator, part, expected(unit, part), mode=mode, folder=folder, model=model)
        assert report.failure is None, report.failure.text("")
        assert report.compared == count


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["mpu_region", "multisegment"])
def test_combinational_rtl_and_native_agree(unit: str, tmp_path: Path) -> None:
    simulator, model = device(unit, tmp_path, 0)
    for mode, count in (("batch", 50_000), ("interactive", 3_000)):
        part = stream(unit, 50_000)[:count]
        folder = tmp_path / mode
        report = run(simulator, part, expected(unit, part), mode=mode, folder=folder, model=model)
        assert report.failure is None, report.failure.text("")
