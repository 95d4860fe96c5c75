"""Which cases a regression has: units, seeds, variants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = [
    "BUS_COUNT",
    "BUS_SEEDS",
    "BUS_UNITS",
    "Case",
    "Scope",
    "plan",
]

# The adapters do not depend on the unit but for the widths of its registers: three units have
# registers narrower than a word, as wide, and wider.
BUS_UNITS = ("mpu", "riscv_pmp", "variable_segment")
BUSES = ("axi4-lite", "wishbone", "wishbone-pipelined")
BUS_SEEDS = 2
BUS_COUNT = 20_000  # transactions at most; each signal is driven by coroutines


@dataclass(frozen=True)
class Case:
    """One simulation.

    Members
    -------
    unit : as the command line names it
    latency : cycles from request to response
    mode : ``"batch"`` or ``"interactive"``
    """

    unit: str
    seed: int
    transactions: int
    bus: str = "native"
    latency: int = 1
    mode: str = "batch"

    @property
    def variant(self) -> str:
        """What sets the case apart from the plain ones of its unit, or empty."""
        parts = [] if self.bus == "native" else [self.bus]
        return ", ".join(parts + ([] if self.latency == 1 else [f"latency {self.latency}"]))

    @property
    def name(self) -> str:
        """Seed and variant."""
        return f"seed 0x{self.seed:x}" + (f", {self.variant}" if self.variant else "")


@dataclass(frozen=True)
class Scope:
    """What a regression covers.

    Members
    -------
    units : as the command line names them
    seeds : number of seeds; they are `first_seed` and those that follow
    transactions : of each plain case
    verilog : a file that is compared instead of the generated one; no variants then
    """

    units: tuple[str, ...]
    seeds: int
    first_seed: int
    transactions: int
    verilog: str | None = None


def plan(scope: Scope, pipelined_only: Sequence[str] = ()) -> list[Case]:
    """Return the cases, those of one unit together.

    Parameters
    ----------
    pipelined_only : units whose latency is that of their loads, which have no variant of it
    """
    return [c for unit in scope.units for c in _unit(scope, unit, unit not in pipelined_only)]


def _unit(scope: Scope, unit: str, latencies: bool) -> Iterator[Case]:
    seeds = range(scope.first_seed, scope.first_seed + scope.seeds)
    for seed in seeds:
        yield Case(unit, seed, scope.transactions)
    if scope.verilog is not None:
        return
    if latencies:
        yield Case(unit, scope.first_seed, scope.transactions, latency=0)
    if unit in BUS_UNITS:
        count = min(BUS_COUNT, scope.transactions)
        for bus in BUSES:
            for seed in seeds[:BUS_SEEDS]:
                yield Case(unit, seed, count, bus=bus, mode="interactive")
