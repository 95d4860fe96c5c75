"""The layout of a transaction and of its result, shared by streams, models and simulators.

Pure data, so that NumPy (``np.dtype(TRANSACTION, align=True)``) and C use one source.
"""

from __future__ import annotations

import enum

__all__ = ["RESULT", "TRANSACTION", "WINDOW_BASE", "WINDOW_SIZE", "Kind"]


class Kind(enum.IntEnum):
    """What a transaction does."""

    TRANSLATE = 0  # request for `va` with `access`
    WRITE = 1  # bus write of `data` at `offset`
    READ = 2  # bus read at `offset`
    RESET = 3  # one cycle of reset
    STORE = 4  # software writes `size` bytes of `data` to memory at `va`


# `stall`: bits 0..3 idle cycles before the request, bits 4..7 cycles the response must wait.
TRANSACTION: list[tuple[str, str] | tuple[str, str, tuple[int, ...]]] = [
    ("kind", "u1"),
    ("stall", "u1"),
    ("size", "u2"),
    ("access", "u4"),
    ("offset", "u4"),
    ("epoch", "u4"),
    ("va", "u8"),
    ("data", "u8", (2,)),
]

# `value`: physical address or read data, low word first; `error`: the bus refused the access.
RESULT: list[tuple[str, str] | tuple[str, str, tuple[int, ...]]] = [
    ("value", "u8", (2,)),
    ("cause", "u1"),
    ("error", "u1"),
]

WINDOW_BASE = 0x10000  # byte address of the memory that a bench gives to a unit with memory state
WINDOW_SIZE = 0x10000  # bytes; outside the window memory reads as 0
