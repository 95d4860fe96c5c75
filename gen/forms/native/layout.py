"""How state lies in memory: a NumPy structured dtype that LLVM code addresses by byte offset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gen.ir.machine import Machine

__all__ = ["Layout", "storage_bits"]


def storage_bits(width: int) -> int:
    """Return the bits that hold a value of `width` bits: 8, 16, 32, 64 or 128."""
    for bits in (8, 16, 32, 64, 128):
        if width <= bits:
            return bits
    raise ValueError(f"a register of {width} bits is wider than 128")


@dataclass(frozen=True)
class Layout:
    """Where each register of a machine lies.

    Members
    -------
    dtype : one field per register; wider than 64 bits: two words, low first; files: a subarray
    """

    machine: Machine
    dtype: np.dtype[Any]

    @staticmethod
    def of(machine: Machine) -> Layout:
        """Return the layout of a machine's state."""
        fields: list[tuple[str, str, tuple[int, ...]]] = []
        for r in machine.registers:
            bits = storage_bits(r.width)
            shape: tuple[int, ...] = (r.count,) if r.is_file else ()
            kind = "u8" if bits >= 64 else f"u{bits // 8}"
            fields.append((r.name, kind, (*shape, 2) if bits == 128 else shape))
        if not fields:
            fields.append(("_none", "u1", ()))
        return Layout(machine, np.dtype(fields, align=True))

    def offset(self, register: str) -> int:
        """Return the byte offset of a register or of element 0 of a file."""
        fields = self.dtype.fields
        assert fields is not None
        return int(fields[register][1])

    def reset(self, n: int) -> NDArray[Any]:
        """Return `n` states after reset."""
        states = np.zeros(n, self.dtype)
        for r in self.machine.registers:
            if not r.reset:
                continue
            if storage_bits(r.width) == 128:
                states[r.name][..., 0] = r.reset & (1 << 64) - 1
                states[r.name][..., 1] = r.reset >> 64
            else:
                states[r.name] = r.reset
        return states
