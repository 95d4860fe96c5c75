"""What an access must do, written down naively: the words of docs/buses.md as a few lines."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["Rules", "load"]


def load(path: Path) -> Any:
    """Return the module of a generated model."""
    spec = importlib.util.spec_from_file_location("bus_model", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bus_model"] = module
    spec.loader.exec_module(module)
    return module


class Rules:
    """A unit's model behind a bus of words; each access returns data of the word and an error."""

    def __init__(self, module: Any, manifest: Mapping[str, Any], impure: list[str]) -> None:
        self.module = module
        self.unit = next(c for c in vars(module).values() if hasattr(c, "translate_raw"))()
        self.size: int = manifest["bus"]["data"] // 8
        self.registers = {
            r["offset"] + k * r["stride"]: r
            for r in manifest["registers"]
            for k in range(r["count"])
        }
        self.impure = impure

    def chosen(self, address: int, strobes: int) -> int | None:
        """Return the offset of the one register that the strobed bytes belong to."""
        owners = set()
        for lane in range(self.size):
            if strobes >> lane & 1:
                byte = address // self.size * self.size + lane
                if byte < address:
                    return None
                found = [o for o, r in self.registers.items() if o <= byte < o + r["size"]]
                owners.add(found[0] if found else None)
        return owners.pop() if len(owners) == 1 else None

    def write(self, address: int, word: int, strobes: int) -> int:
        """Write; return whether it is refused."""
        if not strobes:
            return 0
        offset = self.chosen(address, strobes)
        if offset is None:
            return 1
        low, size = offset % self.size, self.registers[offset]["size"]
        lanes = [k for k in range(size) if strobes >> (low + k) & 1]
        try:
            old = 0
            if len(lanes) < size:
                if self.registers[offset]["name"] in self.impure:
                    return 1
                old = self.unit.read(offset)
            mask = sum(0xFF << 8 * k for k in lanes)
            self.unit.write(offset, old & ~mask | word >> 8 * low & mask)
        except self.module.BusError:
            return 1
        return 0

    def read(self, offset: int | None) -> tuple[int, int]:
        """Read the register at an exact offset."""
        try:
            if offset is None:
                return 0, 1
            return self.unit.read(offset) << 8 * (offset % self.size), 0
        except self.module.BusError:
            return 0, 1

    def read_lanes(self, address: int, strobes: int) -> tuple[int, int]:
        """Read the register that byte lanes choose, as Wishbone does."""
        return self.read(self.chosen(address, strobes)) if strobes else (0, 0)
