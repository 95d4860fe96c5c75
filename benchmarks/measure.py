"""What is measured, and how: CPU seconds of processes and of calls."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gen.diag import Reporter
from gen.forms import native, python
from gen.stream.config import Config
from gen.stream.generate import Generator
from sim.units import import_model, load_machine

__all__ = ["Row", "command_seconds", "models", "simulation"]

ROUNDS = 5
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Row:
    """A figure: what, how much, in what unit, against which aim."""

    what: str
    value: float
    unit: str
    aim: str = ""


def cpu(work: Callable[[], object]) -> float:
    """Return the median CPU seconds of some calls in this process."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)


def command_seconds(*arguments: str, rounds: int = 3) -> float:
    """Return the median CPU seconds of an `isoform` command, children included."""
    seconds = []
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "gen.cli", *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(seconds)


def models(unit: str) -> list[Row]:
    """Measure native and Python translation of one unit on the same addresses."""
    machine = load_machine(unit)
    form = native.compile(machine)
    stream = Generator(machine, Config(), form, Reporter()).stream(1, 200_000)
    asked = stream[stream["kind"] == 0]
    state = form.reset_state()
    form.run(state, stream[:64])
    model = import_model(unit, python.generate(machine))
    model_unit: Any = getattr(model, python.class_name(machine.name))()
    for r in machine.registers:
        value = state[r.name][0]
        setattr(model_unit.state, r.name, value.tolist())
    vas, accesses = asked["va"][:50_000].tolist(), asked["access"][:50_000].tolist()

    def in_python() -> None:
        translate = model_unit.translate_raw
        for va, access in zip(vas, accesses, strict=True):
            translate(va, access)

    many = np.tile(asked["va"], 1 + 20_000_000 // len(asked))
    flags = np.tile(asked["access"].astype(np.uint32), 1 + 20_000_000 // len(asked))
    form.translate_batch(state, many[:16], flags[:16])
    slow = len(vas) / cpu(in_python)
    fast = len(many) / cpu(lambda: form.translate_batch(state, many, flags))
    return [
        Row(f"{unit}: native translate_batch", fast / 1e6, "M/s", ">= 50"),
        Row(f"{unit}: Python translate_raw", slow / 1e6, "M/s", ">= 0.5"),
        Row(f"{unit}: native / Python", fast / slow, "x", ">= 100"),
    ]


def simulation(unit: str) -> list[Row]:
    """Measure batch and interactive benches on one stream and one simulator."""
    from gen.forms import rtl
    from gen.forms.rtl.manifest import manifest
    from tb.build import build
    from tb.unit import run

    machine = load_machine(unit)
    folder = ROOT / "build" / "bench" / unit
    folder.mkdir(parents=True, exist_ok=True)
    verilog, model = folder / f"{unit}.v", folder / f"{unit}.py"
    verilog.write_text(rtl.verilog(machine))
    model.write_text(python.generate(machine))
    form = native.compile(machine)
    stream = Generator(machine, Config(), form, Reporter()).stream(1, 1_000_000)
    expected = form.run(form.reset_state(), stream, form.new_memory())
    simulator = build(verilog, manifest(machine), ROOT / "build" / "cache")
    rates: dict[str, float] = {}
    for mode, count in (("batch", 1_000_000), ("interactive", 200_000)):
        found = []
        for _ in range(3):
            report = run(
                simulator,
                stream[:count],
                expected[:count],
                mode=mode,
                folder=folder / mode,
                model=model,
            )
            if not report.passed:
                raise RuntimeError(f"{unit} differs from its model")
            found.append(report.compared / report.bench_seconds)
        rates[mode] = statistics.median(found)
    return [
        Row(f"{unit}: batch bench", rates["batch"] / 1e6, "M compared/CPU-s", ">= 1"),
        Row(f"{unit}: interactive bench", rates["interactive"] / 1e3, "k compared/CPU-s", ">= 60"),
        Row(f"{unit}: batch / interactive", rates["batch"] / rates["interactive"], "x", ">= 10"),
    ]


def cold_simulation(unit: str) -> Row:
    """Measure `isoform sim` with nothing in the simulator's caches."""
    import tempfile

    with tempfile.TemporaryDirectory() as empty:
        saved = os.environ.get("XDG_CACHE_HOME")
        os.environ["XDG_CACHE_HOME"] = empty
        try:
            seconds = command_seconds("sim", unit, "--seed", "1", "-o", f"{empty}/build", rounds=1)
        finally:
            if saved is None:
                del os.environ["XDG_CACHE_HOME"]
            else:
                os.environ["XDG_CACHE_HOME"] = saved
    return Row(f"isoform sim {unit}, a million, caches cold", seconds, "CPU-s", "<= 30")
