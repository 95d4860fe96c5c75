"""The faults: what is replaced in which source, and the unit in which it shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

__all__ = ["FAULTS", "Fault"]


@dataclass(frozen=True)
class Fault:
    """A replacement of one piece of text, which stands once in its file.

    `unit` is the unit in which it shows; for an adapter the bus.
    """

    name: str
    path: str
    old: str
    new: str
    unit: str = "variable_segment"

    @property
    def area(self) -> str:
        """The part of the project that it is in."""
        parts = self.path.split("/")
        return "/".join(parts[:-1])


FAULTS: tuple[Fault, ...] = tuple(
    Fault(**row) for row in yaml.safe_load(Path(__file__).with_name("faults.yaml").read_text())
)
