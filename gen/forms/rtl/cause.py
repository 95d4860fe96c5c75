"""The fault cause of an answer: the code of the first guard that holds, 0 if none does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from amaranth.hdl import Const, Mux, Value

__all__ = ["FirstCause", "by_choice", "by_gates"]

FirstCause: TypeAlias = Callable[[Sequence[tuple[Value, Const]], int], tuple[Value, Value]]


def by_gates(guarded: Sequence[tuple[Value, Const]], width: int) -> tuple[Value, Value]:
    """Return cause and fault for a register: guards in order of priority, each with its code.

    A choice among constants would be taken for resets: a net to each bit's reset pin. No code is 0,
    so that the cause says too whether there is a fault.
    """
    cause, before = Value.cast(Const(0, width)), Value.cast(Const(0, 1))
    for guard, code in guarded:
        cause |= code & (guard & ~before).replicate(width)
        before |= guard
    return cause, cause.any()


def by_choice(guarded: Sequence[tuple[Value, Const]], width: int) -> tuple[Value, Value]:
    """Return cause and fault for a wire, where a choice is smaller and the fault need not wait."""
    cause, fault = Value.cast(Const(0, width)), Value.cast(Const(0, 1))
    for guard, code in reversed(guarded):
        cause = Mux(guard, code, cause)
        fault |= guard
    return cause, fault
