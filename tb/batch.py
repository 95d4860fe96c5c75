"""The batch bench, called within the simulator: a whole stream in one call on shared buffers."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gen.ir.transaction import RESULT, TRANSACTION, WINDOW_SIZE

__all__ = ["RESULT_DTYPE", "TRANSACTION_DTYPE", "VIOLATIONS", "Outcome", "run_batch"]

TRANSACTION_DTYPE: np.dtype[Any] = np.dtype(TRANSACTION, align=True)
RESULT_DTYPE: np.dtype[Any] = np.dtype(RESULT, align=True)

# What can be wrong besides a value; the codes are those of harness.cpp, but for the last.
VIOLATIONS = {
    0: "",
    1: "a response came without a request",
    2: "no response came when it was due",
    3: "a response was withdrawn before it was taken",
    4: "a response changed while it waited",
    5: "a request was refused although the response was being taken",
    6: "nothing happened for 1024 cycles",
    7: "the bus signalled an error without an access",
    8: "a memory request changed while it waited",
    9: "a request was taken without room for its answer",
    10: "an output is undefined",
}


class _Status(ctypes.Structure):
    _fields_ = [
        ("cycles", ctypes.c_uint64),
        ("done", ctypes.c_uint64),
        ("index", ctypes.c_uint64),
        ("violation", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    ]


@dataclass(frozen=True)
class Outcome:
    """What a stream did to the device.

    Members
    -------
    results : one per transaction; those from `done` on are not valid
    violation : what broke the protocol, or empty; `index` is the transaction it belongs to
    cycles : clock cycles taken
    """

    results: NDArray[Any]
    done: int
    violation: str = ""
    index: int = 0
    cycles: int = 0


def run_batch(stream: NDArray[Any]) -> Outcome:
    """Reset the device, run transactions on it and return what it answered."""
    function = ctypes.CDLL(None).isoform_batch
    function.restype = ctypes.c_uint32
    transactions = np.ascontiguousarray(stream, TRANSACTION_DTYPE)
    results = np.zeros(transactions.shape, RESULT_DTYPE)
    memory = np.zeros(WINDOW_SIZE, np.uint8)
    status = _Status()
    function(
        ctypes.c_void_p(transactions.ctypes.data),
        ctypes.c_void_p(results.ctypes.data),
        ctypes.c_uint64(transactions.size),
        ctypes.c_void_p(memory.ctypes.data),
        ctypes.byref(status),
    )
    text = VIOLATIONS[status.violation]
    return Outcome(results, status.done, text, status.index, status.cycles)
