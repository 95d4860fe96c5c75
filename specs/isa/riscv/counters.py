"""Counters and floating-point status: the control registers of unprivileged programs.

RISC-V unprivileged manual 20240411, chapters 8 (Zicntr) and 20.2 (fcsr); privileged manual
20240411, section 3.1.10 (mcycle and minstret). Each instruction takes one cycle and one tick of
`time`; whoever drives a hart may set the three counts between instructions.
"""

from collections.abc import Iterator
from typing import Any

from gen.isa.state import Control, Register, Special
from gen.isa.values import Value, concat, zext
from specs.isa.riscv.numbers import NUMBERS

__all__ = ["COUNTS", "constant", "float_status", "machine_counters", "user_counters"]

COUNTS = (
    Register("cycle_count", 64, counts=True, doc="clock cycles"),
    Register("time_count", 64, counts=True, doc="ticks of the real-time clock"),
    Register("instret_count", 64, counts=True, doc="instructions retired"),
)


def constant(name: str, value: int = 0, doc: str = "") -> Control:
    """Return a control register that is always `value`; writes are ignored."""

    def read(s: Any) -> Value:
        return s.x[0] | value

    return Control(name, NUMBERS[name], special=Special(read, _ignore), doc=doc)


def _ignore(s: Any, value: Value) -> None:
    """Do not write."""


def _half(name: str, count: str, *, high: bool, doc: str) -> Control:
    """Return a control register of 32 bits: a half of a count."""

    def read(s: Any) -> Value:
        return getattr(s, count)[63:32] if high else getattr(s, count)[31:0]

    def write(s: Any, value: Value) -> None:
        old = getattr(s, count)
        setattr(s, count, concat(value, old[31:0]) if high else concat(old[63:32], value))

    return Control(name, NUMBERS[name], special=Special(read, write), doc=doc)


def _whole(name: str, count: str, doc: str) -> Control:
    """Return a control register of 64 bits: a count."""

    def read(s: Any) -> Value:
        return getattr(s, count)

    def write(s: Any, value: Value) -> None:
        setattr(s, count, value)

    return Control(name, NUMBERS[name], special=Special(read, write), doc=doc)


def _counter(name: str, count: str, xlen: int, doc: str) -> Iterator[Control]:
    """Yield the control registers of a counter: two on RV32."""
    if xlen == 64:
        yield _whole(name, count, doc)
    else:
        yield _half(name, count, high=False, doc=doc)
        yield _half(f"{name}h", count, high=True, doc=doc)


def user_counters(xlen: int) -> Iterator[Control]:
    """Yield cycle, time and instret; their numbers say that they are read-only."""
    yield from _counter("cycle", "cycle_count", xlen, "clock cycles")
    yield from _counter("time", "time_count", xlen, "ticks of the real-time clock")
    yield from _counter("instret", "instret_count", xlen, "instructions retired")


def machine_counters(xlen: int) -> Iterator[Control]:
    """Yield the counters of machine mode; those of events count nothing."""
    yield from _counter("mcycle", "cycle_count", xlen, "clock cycles")
    yield from _counter("minstret", "instret_count", xlen, "instructions retired")
    for k in range(3, 32):
        yield constant(f"mhpmcounter{k}")
        yield constant(f"mhpmevent{k}")
        if xlen == 32:
            yield constant(f"mhpmcounter{k}h")


def float_status() -> Iterator[Control]:
    """Yield accrued exceptions and rounding mode of floating point, and both in one."""

    def read(s: Any) -> Value:
        return s.frm << 5 | s.fflags

    def write(s: Any, value: Value) -> None:
        s.fflags = value
        s.frm = zext(value[7:5], s.xlen)

    yield Control("fflags", NUMBERS["fflags"], mask=0x1F, doc="accrued exceptions")
    yield Control("frm", NUMBERS["frm"], mask=0x7, doc="dynamic rounding mode")
    yield Control("fcsr", NUMBERS["fcsr"], special=Special(read, write), doc="frm and fflags")
