"""The line that runs a failing epoch again."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Replay"]


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

    def line(self, epoch: int) -> str:
        """Return the command for one epoch, or for the case."""
        origin = f"--case {self.case}" if self.case else f"--seed 0x{self.seed:x} --epoch {epoch}"
        line = f"isoform sim {self.unit} {origin}"
        if self.stream:
            line += f" --stream {self.stream}"
        if self.verilog:
            line += f" --verilog {self.verilog}"
        if self.bus != "native":
            line += f" --bus {self.bus}"
        return line + (" --latency 0" if self.latency == 0 else "")
