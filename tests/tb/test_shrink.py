"""Shrinking finds the smallest stream for failures whose smallest stream is known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gen.ir.transaction import Kind
from tb.batch import TRANSACTION_DTYPE
from tb.shrink import shrink


def random_stream(count: int) -> NDArray[Any]:
    rng = np.random.default_rng(5)
    stream = np.zeros(count, TRANSACTION_DTYPE)
    stream["kind"] = rng.integers(0, 3, count)
    stream["kind"][0] = Kind.RESET
    stream["va"] = rng.integers(0, 1 << 40, count)
    stream["data"] = rng.integers(0, 1 << 60, (count, 2))
    stream["stall"] = 3
    return stream


def test_two_transactions_in_order() -> None:
    def fails(s: NDArray[Any]) -> bool:
        writes = np.flatnonzero((s["kind"] == Kind.WRITE) & (s["data"][:, 0] & 4 != 0))
        asks = np.flatnonzero((s["kind"] == Kind.TRANSLATE) & (s["va"] >= 0x1000))
        return bool(writes.size and asks.size and writes[0] < asks[-1])

    small = shrink(random_stream(500), fails)
    assert small["kind"].tolist() == [Kind.RESET, Kind.WRITE, Kind.TRANSLATE]
    assert small["data"][1].tolist() == [4, 0]
    assert int(small["va"][2]).bit_count() == 1
    assert small["va"][2] >= 0x1000
    assert not small["stall"].any()


def test_a_stream_that_always_fails_keeps_its_first_transaction() -> None:
    assert len(shrink(random_stream(50), lambda s: True)) == 1
