"""The steps of a measurement; each is kept under the cache by the hash of all that goes into it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gen.yosys import Ran
from tb.fpga.devices import Device
from tb.fpga.tools import nextpnr, require, synthesise
from tb.fpga.wrapper import WRAPPER, wrapper
from tb.tools import ToolError, digest, publish

__all__ = ["DoesNotFit", "Flow", "Placement", "Synthesis"]

_FULL = (
    "no more",
    "no bels remaining",
    "failed to expand region",
    "unable to find legal placement",
    "failed to place",
    "unable to place",
)


class DoesNotFit(ToolError):
    """The design is larger than the device."""


@dataclass(frozen=True)
class Synthesis:
    """A netlist: the cells in it, and the CPU seconds it took."""

    cells: Mapping[str, int]
    seconds: float


@dataclass(frozen=True)
class Placement:
    """A placed and routed design.

    Members
    -------
    fmax : clock frequency that its slowest path allows, MHz
    start, end : cell and port where that path begins and ends
    """

    fmax: float
    start: str
    end: str
    seconds: float


@dataclass(frozen=True)
class Flow:
    """Measures one Verilog module on one device.

    Members
    -------
    limit : wall seconds that one step may take
    """

    verilog: str
    manifest: Mapping[str, Any]
    device: Device
    cache: Path
    limit: float

    def alone(self) -> Synthesis:
        """Synthesise the unit alone, without pads: what it costs inside a larger design."""
        return self._synthesis(self.device.synthesis, str(self.manifest["module"]), self.verilog)[0]

    def wrapped(self) -> Synthesis:
        """Synthesise the unit in its wrapper."""
        return self._wrapped()[0]

    def place(self, seed: int) -> Placement:
        """Place and route the wrapped unit.

        Raises
        ------
        DoesNotFit : not even the larger member of the family holds it
        ToolError : nextpnr failed otherwise
        """
        netlist = self._wrapped()[1]
        key = [netlist.read_bytes(), *self.device.place, *(self.device.larger or ()), str(seed)]

        def make(folder: Path) -> dict[str, Any]:
            shutil.copy(netlist, folder / "netlist.json")
            return self._place(folder, seed)

        return Placement(**json.loads((self._kept("place", key, make)).read_text()))

    # Synthesis

    def _wrapped(self) -> tuple[Synthesis, Path]:
        return self._synthesis(self.device.wrapped, WRAPPER, self.verilog + wrapper(self.manifest))

    def _synthesis(self, script: str, top: str, text: str) -> tuple[Synthesis, Path]:
        def make(folder: Path) -> dict[str, Any]:
            (folder / "design.v").write_text(text)
            passes = [
                "read_verilog design.v",
                f"{script} -top {top} -json netlist.json",
                "tee -q -o cells.json stat -json",
            ]
            ran = synthesise(passes, folder, self.limit)
            self._check(ran, "Yosys")
            modules = json.loads((folder / "cells.json").read_text())["modules"]
            cells = modules[f"\\{top}"]["num_cells_by_type"]
            return {"cells": cells, "seconds": ran.seconds}

        path = self._kept("synthesis", [script, top, text], make)
        return Synthesis(**json.loads(path.read_text())), path.with_name("netlist.json")

    # Place and route

    def _place(self, folder: Path, seed: int) -> dict[str, Any]:
        members = [m for m in (self.device.place, self.device.larger) if m is not None]
        seconds = 0.0
        for i, member in enumerate(members):
            options = [*member, "--seed", str(seed), "--json", "netlist.json"]
            options += ["--report", "report.json", "--timing-allow-fail", "--top", WRAPPER]
            ran = nextpnr(self.device, options, folder, self.limit)
            seconds += ran.seconds
            full = ran.code != 0 and any(word in ran.error.lower() for word in _FULL)
            if not full:
                break
            if i == len(members) - 1:
                raise DoesNotFit(ran.error)
        self._check(ran, self.device.program)
        report = json.loads((folder / "report.json").read_text())
        (clock,) = report["fmax"].values()
        start, end = _worst(report["critical_paths"])
        (folder / "netlist.json").unlink()
        (folder / "report.json").unlink()
        return {"fmax": clock["achieved"], "start": start, "end": end, "seconds": seconds}

    @staticmethod
    def _check(ran: Ran, tool: str) -> None:
        if ran.code != 0:
            raise ToolError(f"{tool} failed with code {ran.code}: {ran.error}")

    # Cache

    def _kept(self, step: str, parts: list[Any], make: Callable[[Path], dict[str, Any]]) -> Path:
        """Return the file with a step's result, made whole or not at all."""
        tools = [f"{n}-{v}" for n, v in require([self.device]).items()]
        final = self.cache / f"fpga-{step}-{digest([*tools, self.device.name, *parts])}"
        if not final.is_dir():
            self.cache.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix="making-", dir=self.cache))
            try:
                (folder / "result.json").write_text(json.dumps(make(folder)))
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            publish(folder, final)
        return final / "result.json"


def _worst(paths: list[dict[str, Any]]) -> tuple[str, str]:
    """Return the ends of the slowest path between registers."""
    clocked = [p for p in paths if p["from"] == p["to"]] or paths
    path = max(clocked, key=lambda p: sum(float(step["delay"]) for step in p["path"]))["path"]
    ends = (path[0]["from"], path[-1]["to"])
    return tuple(f"{e['cell']}.{e['port']}" for e in ends)  # type: ignore[return-value]
