"""The forms of the hand-built machines do what the interpreter does, RTL included.

They have what the units seldom have: reset values, a file whose count is no power of two and an
index past its end, triggers, read actions, assignments that overrule earlier ones.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gen.forms import native, python, rtl
from gen.forms.native import TRANSACTION_DTYPE
from gen.forms.rtl.manifest import manifest
from gen.ir import expr as e
from gen.ir.machine import Machine, Output
from gen.ir.transaction import WINDOW_BASE, Kind
from tb.build import DEFAULT_PARAMETER, build
from tb.model import Model
from tb.unit import run
from tests.forms.test_units import Interpreter, plain
from tests.machines import sample_machine, sample_machine_memory


def choosing() -> Machine:
    """Return a unit that never faults: page 1 is wherever the choice says, the others are 0."""
    machine, va = sample_machine(), e.input_("va", 14)
    address = e.ite(e.eq(e.slice_(va, 12, 2), e.const(1, 2)), va, e.const(0, 14))
    translate = replace(
        machine.operation("translate"), effects=(), outputs=(Output("pa", address),)
    )
    operations = (translate, *machine.operations[1:])
    return replace(machine, name="choosing", operations=operations, covers=())


MACHINES = {m.name: m for m in (sample_machine(), sample_machine_memory(), choosing())}
CAUSES = {"sample": {0, 1, 2, 4}, "sample_memory": {0, 1}, "choosing": {0}}


def transactions(machine: Machine, count: int) -> NDArray[Any]:
    """Return translations, bus accesses (one in eight of no register), resets and stores."""
    rng = np.random.default_rng(3)
    t = np.zeros(count, TRANSACTION_DTYPE)
    memory = bool(machine.memories)
    kinds = [Kind.TRANSLATE, Kind.STORE] if memory else [Kind.TRANSLATE, Kind.WRITE, Kind.READ]
    t["kind"] = rng.choice([int(k) for k in kinds], count)
    t["kind"][rng.random(count) < 0.01] = int(Kind.RESET)
    t["va"] = rng.integers(0, 1 << 22 if memory else 1 << 14, count)
    t["access"] = rng.integers(0, 1 << len(machine.flags), count)
    t["offset"] = rng.choice([0, 4, 8, 16, 24, 32, 40, 2], count)
    data = rng.integers(0, 1 << 48, count, dtype=np.uint64)
    few = (data & np.uint64(0x3F)) | np.uint64(1 << 8)
    t["data"][:, 0] = np.where(rng.random(count) < 0.5, data, few)
    stores = t["kind"] == int(Kind.STORE)
    t["size"][stores] = 8
    # The first level is at the parameter; its entries point at tables within the window.
    t["va"][stores] = DEFAULT_PARAMETER + 8 * rng.integers(0, 64, int(stores.sum()))
    entry = WINDOW_BASE + 0x1000 * rng.integers(1, 3, count) + rng.integers(0, 4, count)
    t["data"][stores, 0] = entry[stores].astype(np.uint64)
    return t


def answers(machine: Machine, part: NDArray[Any]) -> NDArray[Any]:
    form = native.compile(machine)
    return form.run(form.reset_state(), part, form.new_memory())


@pytest.mark.parametrize("name", MACHINES)
def test_native_does_what_the_interpreter_does(name: str) -> None:
    part = transactions(MACHINES[name], 3_000)
    interpreter = Interpreter(MACHINES[name])
    expected = [interpreter.perform(t) for t in part]
    assert plain(answers(MACHINES[name], part)) == expected
    causes = {cause for _, cause, _ in expected}
    assert causes == CAUSES[name]
    assert any(error for _, _, error in expected) == bool(MACHINES[name].interface)


@pytest.mark.parametrize("name", MACHINES)
def test_python_does_what_native_does(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.py"
    path.write_text(python.generate(MACHINES[name]))
    part = transactions(MACHINES[name], 10_000)
    model = Model(path, manifest(MACHINES[name]))
    wrong = np.flatnonzero(model.run(part) != answers(MACHINES[name], part))
    assert not wrong.size, part[wrong[0]]


@pytest.mark.slow
@pytest.mark.parametrize("name", MACHINES)
def test_rtl_does_what_native_does(name: str, tmp_path: Path) -> None:
    machine = MACHINES[name]
    verilog, model = tmp_path / f"{name}.v", tmp_path / f"{name}.py"
    verilog.write_text(rtl.verilog(machine, rtl.RtlOptions()))
    model.write_text(python.generate(machine))
    description = json.loads(json.dumps(manifest(machine, rtl.RtlOptions())))
    simulator = build(verilog, description, Path("build/cache"))
    for mode, count in (("batch", 20_000), ("interactive", 2_000)):
        part = transactions(machine, count)
        expected = answers(machine, part)
        report = run(simulator, part, expected, mode=mode, folder=tmp_path / mode, model=model)
        assert report.failure is None, report.failure.text("")
        assert report.compared == count
