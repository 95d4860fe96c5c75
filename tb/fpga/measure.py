"""A unit measured on a device: area of the unit alone, clock frequency over several placements."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tb.fpga.flow import DoesNotFit, Flow, Placement
from tb.fpga.tools import TooLong

__all__ = ["Measurement", "measure"]


@dataclass(frozen=True)
class Measurement:
    """What was found.

    Members
    -------
    latency, ports : the variant; latency is None where loads decide it
    area : figures of the unit alone by name (`tb.fpga.devices.Device.area`), or None
    fmax : median over the placements, MHz, or None
    placements : one per seed, in the order of the seeds 1, 2 ...
    synthesis_seconds, place_seconds : CPU time of the unit's synthesis, of a placement (median)
    note : why a figure is missing, or empty
    """

    unit: str
    device: str
    latency: int | None
    area: Mapping[str, int] | None
    placements: tuple[Placement, ...]
    synthesis_seconds: float | None
    note: str
    ports: int = 1

    @property
    def label(self) -> str:
        """The unit, and the variant if it is not the default one."""
        latency = f", latency {self.latency}" if self.latency not in (None, 1) else ""
        return self.unit + latency + (f", {self.ports} ports" if self.ports > 1 else "")

    @property
    def fmax(self) -> float | None:
        """Median of the placements' frequencies, MHz."""
        return statistics.median(p.fmax for p in self.placements) if self.placements else None

    @property
    def place_seconds(self) -> float | None:
        """Median of the placements' CPU time."""
        return statistics.median(p.seconds for p in self.placements) if self.placements else None

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        medians = {"fmax": self.fmax, "place_seconds": self.place_seconds}
        return {**asdict(self), "area": self.area, **medians}


def measure(flow: Flow, seeds: int, progress: Callable[[str], None]) -> Measurement:
    """Measure a unit; a step that takes too long or does not fit leaves its figures out.

    Raises
    ------
    ToolError : a tool is missing, or refuses the design
    """
    name, device = flow.manifest["unit"], flow.device
    area: Mapping[str, int] | None = None
    seconds: float | None = None
    placements: list[Placement] = []
    note = ""
    try:
        progress(f"{name}: synthesis for {device.part}")
        alone = flow.alone()
        area, seconds = device.area(alone.cells), alone.seconds
        flow.wrapped()
        for seed in range(1, seeds + 1):
            progress(f"{name}: place and route on {device.part}, seed {seed} of {seeds}")
            placements.append(flow.place(seed))
    except DoesNotFit:
        note = "does not fit"
    except TooLong as error:
        step = "place and route" if area else "synthesis"
        note = f"{step}: {error}"
    latency, ports = flow.manifest["latency"], len(flow.manifest["streams"])
    placed = tuple(placements)
    return Measurement(name, device.name, latency, area, placed, seconds, note, ports)
