"""What is told of a failure: the difference, and the lines that run it again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from gen.artefacts import write_whole
from gen.ir.machine import Machine
from gen.stream.case import case_text
from tb.report import Failure

__all__ = ["Replay", "explained"]


@dataclass(frozen=True)
class Replay:
    """What was run, in the words of the command line."""

    unit: str
    seed: int
    stream: str | None = None
    verilog: str | None = None
    bus: str = "native"
    latency: int = 1
    case: str | None = None
    simulator: str = "verilator"
    ports: int = 1

    def line(self, epoch: int) -> str:
        """Return the command for one epoch, or for the case."""
        return self._line("" if self.case else f" --seed 0x{self.seed:x} --epoch {epoch}")

    def whole(self, count: int) -> str:
        """Return the command for the whole run, of `count` transactions."""
        return self._line(f" --seed 0x{self.seed:x} -n {count}")

    def _line(self, extent: str) -> str:
        line = f"isoform sim {self.unit}"
        line += f" --case {self.case}" if self.case else extent
        if self.stream and not self.case:
            line += f" --stream {self.stream}"
        if self.verilog:
            line += f" --verilog {self.verilog}"
        if self.bus != "native":
            line += f" --bus {self.bus}"
        if self.simulator != "verilator":
            line += f" --simulator {self.simulator}"
        if self.latency != 1:
            line += f" --latency {self.latency}"
        return line + (f" --ports {self.ports}" if self.ports != 1 else "")


def explained(machine: Machine, failure: Failure, replay: Replay, folder: Path) -> str:
    """Return the whole message of a failure; the smallest case is written to the folder.

    Raises
    ------
    IsoformError : the case cannot be written
    """
    text = failure.text(replay.line(failure.case.epoch))
    if failure.small is None:
        return text
    path = folder / "smallest.yaml"
    again = replace(replay, case=str(path)).line(0)
    write_whole(path, f"# {again}\n{case_text(machine, failure.small.stream)}")
    return f"{text}\n  smallest: {again}"
