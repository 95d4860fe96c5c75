"""The units that come with the project, elaborated once for all tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from numpy.typing import NDArray

from gen.diag import Reporter
from gen.forms import native
from gen.ir.machine import Machine
from gen.stream.config import Config
from gen.stream.generate import Generator
from sim.units import load_machine

__all__ = ["LARGE", "MARKED", "SMALL", "UNITS", "compiled", "expected", "machine", "stream"]

ROOT = Path(__file__).parents[1]
UNITS = sorted(p.stem for p in (ROOT / "specs" / "units").glob("*.vrs"))
LARGE = ("r4700_tlb", "riscv_pmp", "riscv_pmp32", "armv7m_mpu", "mpu")
SMALL = [u for u in UNITS if u not in LARGE]
MARKED = [pytest.param(u, marks=pytest.mark.slow if u in LARGE else ()) for u in UNITS]


@cache
def machine(unit: str) -> Machine:
    """Return the machine of a unit."""
    return load_machine(unit)


@cache
def compiled(unit: str) -> native.Native:
    """Return the native form of a unit."""
    return native.compile(machine(unit))


@cache
def stream(unit: str, count: int, seed: int = 1) -> NDArray[Any]:
    """Return a default stream for a unit."""
    generator = Generator(machine(unit), Config(), compiled(unit), Reporter())
    return generator.stream(seed, count)


def expected(unit: str, transactions: NDArray[Any]) -> NDArray[Any]:
    """Return what the native form answers from reset and empty memory."""
    form = compiled(unit)
    return form.run(form.reset_state(), transactions, form.new_memory())
