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

    def line(self, epoch: int) -> str:
        """Return the command for one epoch."""
        return self._line(f"--epoch {epoch}")

    def whole(self, count: int) -> str:
        """Return the command for the whole run, of `count` transactions."""
        return self._line(f"-n {count}")

    def _line(self, extent: str) -> str:
        line = f"isoform sim {self.unit} --seed 0x{self.seed:x} {extent}"
        if self.stream:
            line += f" --stream {self.stream}"
        if self.verilog:
            line += f" --verilog {self.verilog}"
        if self.bus != "native":
            line += f" --bus {self.bus}"
        return line + (" --latency 0" if self.latency == 0 else "")
