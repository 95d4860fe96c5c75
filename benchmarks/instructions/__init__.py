"""How fast the engines of an instruction set are, beside QEMU's user mode where it is installed."""

from __future__ import annotations

import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import sim
from benchmarks.measure import ROOT, Row, command_seconds
from gen.isa import library
from sim.native import Native

__all__ = ["instruction_sets"]

SET = "rv64gc"
SOURCE = Path(__file__).parent / "sieve.s"
COUNTS = {"interpreter": 400_000, "python": 4_000_000, "native": 100_000_000}
BLOCK = 4096  # records of a log


def instruction_sets() -> Iterator[Row]:
    """Yield rates on one program, a sieve of 0.1 G instructions, without start-up."""
    elf = ROOT / "build" / "bench" / "sieve.elf"
    elf.parent.mkdir(parents=True, exist_ok=True)
    command_seconds("asm", str(SOURCE), "--isa", SET, "-o", str(elf), rounds=1)
    yield Row(f"isoform isa {SET}: words proved", command_seconds("isa", SET), "CPU-s", "<= 10")
    rates = {name: _rate(elf, name) for name in COUNTS}
    yield Row("sieve: interpreter", rates["interpreter"] / 1e3, "k instructions/CPU-s", ">= 400")
    yield Row("sieve: Python functions", rates["python"] / 1e6, "M instructions/CPU-s", ">= 2")
    yield Row("sieve: native", rates["native"] / 1e6, "M instructions/CPU-s")
    logged = _logged(elf) / 1e6
    yield Row("sieve: native, all states logged", logged, "M instructions/CPU-s")
    qemu = shutil.which("qemu-riscv64")
    if qemu:
        yield Row("sieve: native / QEMU user mode", rates["native"] / _peer(qemu, elf), "x")


def _rate(elf: Path, engine: str) -> float:
    """Return the instructions of a CPU second, once the code is made."""
    program = sim.program(elf, SET, engine=engine)
    program.run(200_000)
    start = time.process_time()
    before = program.hart.retired
    program.run(COUNTS[engine])
    return (program.hart.retired - before) / (time.process_time() - start)


def _logged(elf: Path) -> float:
    program = sim.program(elf, library.find(SET))
    memory: Any = program.memory
    native = Native(program.hart, memory)
    log = np.zeros(BLOCK, native.state_dtype)
    native.run(BLOCK, log)
    start = time.process_time()
    for _ in range(1000):
        native.run(BLOCK, log)
    return 1000 * BLOCK / (time.process_time() - start)


def _peer(qemu: str, elf: Path) -> float:
    """Return the instructions of a CPU second of QEMU, its start included."""
    program = sim.program(elf, SET, engine="native")
    if program.run().code != 0:
        raise RuntimeError("the sieve counts wrong")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([qemu, str(elf)], check=True)
    return program.hart.retired / (resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
