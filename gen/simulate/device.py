"""A unit's Verilog made ready to run: forms on disk, manifest, simulator."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from gen.artefacts import write_forms
from gen.ir.machine import Machine
from gen.manifests import read_manifest
from tb import icarus
from tb.build import Build
from tb.build import build as build_verilator
from tb.model import Model
from tb.tools import require_drivers

__all__ = ["Device"]


class Device:
    """A variant of a unit, made once and run as often as wanted.

    Parameters
    ----------
    build : folder that the forms are written below
    cache : folder of simulators; default: `build` / ``cache``
    verilog : a file to run instead of the generated one
    simulator : ``"verilator"`` or ``"icarus"``

    Raises
    ------
    IsoformError : a file cannot be written
    ToolMissing : the package that drives the bus is not installed
    """

    def __init__(
        self,
        machine: Machine,
        build: Path,
        *,
        cache: Path | None = None,
        verilog: Path | None = None,
        latency: int = 1,
        bus: str = "native",
        waves: bool = False,
        simulator: str = "verilator",
        ports: int = 1,
    ) -> None:
        require_drivers(bus)
        self.machine = machine
        self.cache = cache or build / "cache"
        self.waves = waves
        self._build = icarus.build if simulator == "icarus" else build_verilator
        self.paths = write_forms(machine, build, latency, bus, ports)
        self.verilog = verilog or self.paths.verilog
        self.manifest: dict[str, Any] = read_manifest(self.paths.manifest)

    @cached_property
    def simulator(self) -> Build:
        """The simulator, built on first use.

        Raises
        ------
        ToolError : a tool is missing, or refuses the Verilog
        """
        return self._build(self.verilog, self.manifest, self.cache, waves=self.waves)

    @cached_property
    def model(self) -> Model:
        """The generated Python model."""
        return Model(self.paths.model, self.manifest)
