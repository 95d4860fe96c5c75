"""How system calls are declared: functions by their names, with as many arguments as they take."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

__all__ = ["Failed", "Table", "int32", "signed"]

Call: TypeAlias = Callable[..., int]
Function = TypeVar("Function", bound=Call)


class Failed(Exception):
    """A system call fails with an error such as ``"ENOENT"``."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Table(dict[str, tuple[Call, int]]):
    """System calls by name: the function and how many arguments it takes after the process."""

    def add(self, *names: str) -> Callable[[Function], Function]:
        """Make a function a system call under its own name, or under these."""

        def take(function: Function) -> Function:
            count = len(inspect.signature(function).parameters) - 1
            for n in names or (function.__name__,):
                self[n] = function, count
            return function

        return take


def int32(value: Any) -> int:
    """Return the C `int` in a register."""
    return signed(value & 0xFFFF_FFFF, 32)


def signed(value: int, width: int) -> int:
    """Return the integer that `width` bits are in two's complement."""
    return value - (1 << width) if value >> width - 1 & 1 else value
