"""What a stream needs from elsewhere, so that it depends on no form."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gen.ir.transaction import RESULT, TRANSACTION, WINDOW_SIZE

__all__ = ["RESULT_DTYPE", "TRANSACTION_DTYPE", "Native", "Records", "window"]

Records: TypeAlias = NDArray[Any]  # a structured array

TRANSACTION_DTYPE = np.dtype(TRANSACTION, align=True)
RESULT_DTYPE = np.dtype(RESULT, align=True)


class Native(Protocol):
    """A model of the machine that executes transactions fast."""

    @property
    def state_dtype(self) -> np.dtype[np.void]:
        """Layout of a state: one field for each register, by its name.

        A register of at most 64 bits is an unsigned integer, a wider one an array of 64-bit words,
        low first; a register file has its count as the leading dimension.
        """

    def run(self, state: Records, transactions: Records, memory: NDArray[np.uint8]) -> Records:
        """Execute transactions in order on one state (changed in place) and return the results."""


def window() -> NDArray[np.uint8]:
    """Return a memory window full of zeros."""
    return np.zeros(WINDOW_SIZE, np.uint8)
