"""Delta debugging: the smallest input that still goes wrong in the same way."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.fuzz.subject import Subject

__all__ = ["shrink"]

_SECONDS = 20.0  # for one finding
_MOST = 20_000  # parts; more are joined, lest the first step take all the time


def shrink(subject: Subject, data: bytes, wrong: Callable[[bytes], bool]) -> bytes:
    """Return `data` without parts that do not matter; `wrong` says whether a candidate fails."""
    end = time.monotonic() + _SECONDS
    for pattern in subject.parts:
        parts = pattern.findall(data)
        if len(parts) <= _MOST and b"".join(parts) == data:
            data = b"".join(_minimal(parts, lambda p: wrong(b"".join(p)), end))
    return data


def _minimal(parts: list[bytes], wrong: Callable[[list[bytes]], bool], end: float) -> list[bytes]:
    """Leave out ever smaller runs of parts, as long as it goes wrong and there is time."""
    size = max(1, len(parts) // 2)
    while parts:
        at, before = 0, len(parts)
        while at < len(parts):
            if time.monotonic() > end:
                return parts
            candidate = parts[:at] + parts[at + size :]
            if wrong(candidate):
                parts = candidate
            else:
                at += size
        if size == 1 and len(parts) == before:
            break
        size = max(1, min(size, len(parts)) // 2)
    return parts
