"""The reference model of a bench: a generated Python model, loaded from its file."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gen.ir.transaction import WINDOW_BASE, WINDOW_SIZE, Kind
from tb.batch import RESULT_DTYPE
from tb.build import DEFAULT_PARAMETER

__all__ = ["Model"]


class _Window:
    """The memory of the bench: a window of bytes, outside of which everything is 0."""

    def __init__(self) -> None:
        self.bytes = bytearray(WINDOW_SIZE)

    def read(self, address: int, size: int) -> int:
        """Return `size` bytes at a byte address."""
        at = [(address + k & (1 << 64) - 1) - WINDOW_BASE for k in range(size)]
        data = bytes(self.bytes[i] if 0 <= i < WINDOW_SIZE else 0 for i in at)
        return int.from_bytes(data, "little")

    def write(self, address: int, size: int, value: int) -> None:
        """Write `size` bytes at a byte address."""
        for k in range(size):
            if 0 <= address + k - WINDOW_BASE < WINDOW_SIZE:
                self.bytes[address + k - WINDOW_BASE] = value >> 8 * k & 0xFF


class Model:
    """Performs transactions on a generated model.

    Parameters
    ----------
    path : the model's file, written by ``isoform gen``
    manifest : manifest of the unit
    """

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        spec = importlib.util.spec_from_file_location(f"model_{path.stem}", path)
        if spec is None or spec.loader is None:
            raise ImportError(f"cannot load {path}")
        self.module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = self.module
        spec.loader.exec_module(self.module)
        found = vars(self.module).values()
        self.unit_class = next(c for c in found if hasattr(c, "translate_raw"))
        self.manifest = manifest

    def run(self, stream: NDArray[Any]) -> NDArray[Any]:
        """Perform transactions in order, from reset and empty memory; return their results."""
        memory = _Window()
        arguments: dict[str, Any] = {
            p["name"]: DEFAULT_PARAMETER for p in self.manifest["parameters"]
        }
        if self.manifest["memory"] is not None:
            arguments["memory"] = memory
        unit = self.unit_class(**arguments)
        results = np.zeros(stream.shape, RESULT_DTYPE)
        columns = [stream[n].tolist() for n in ("kind", "va", "access", "offset", "size", "data")]
        for i, row in enumerate(zip(*columns, strict=True)):
            value, cause, error = self._perform(unit, memory, *row)
            if value or cause or error:
                results[i] = ((value & (1 << 64) - 1, value >> 64), cause, error)
        return results

    def _perform(
        self,
        unit: Any,
        memory: _Window,
        kind: int,
        va: int,
        access: int,
        offset: int,
        size: int,
        data: list[int],
    ) -> tuple[int, int, int]:
        """Perform one transaction; return value, cause and bus error."""
        if kind == Kind.TRANSLATE:
            pa, cause = unit.translate_raw(va, access)
            return pa, cause, 0
        if kind == Kind.RESET:
            unit.reset()
        elif kind == Kind.STORE:
            memory.write(va, size, data[0] | data[1] << 64)
        else:
            try:
                if kind == Kind.READ:
                    return unit.read(offset), 0, 0
                unit.write(offset, data[0] | data[1] << 64)
            except self.module.BusError:
                return 0, 0, 1
        return 0, 0, 0
