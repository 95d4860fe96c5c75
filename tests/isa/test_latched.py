"""Sets that latch more than the program counter, words that may be left out, aligned fetches."""

from __future__ import annotations

from typing import Any

import pytest

from gen.isa import Choice, Extension, Hart, Immediate, Isa, OperandError, Trap, elaborate
from gen.isa.state import Register
from gen.isa.values import Value
from tests.isa.agree import Noise, compare

late = Extension("late", operands={"n": Immediate(6)}, word_widths=(8,))


@late.instruction("00 n", "later {n}")
def later(s: Any, n: Value) -> None:
    """Go where `then` says; it is the number unless that is 0."""
    s.pc = s.then
    if n:
        s.then = n


@late.instruction("01 n", "fail {n}")
def fail(s: Any, n: Value) -> None:
    """Write, then trap: nothing was written."""
    s.then = n
    raise s.trap("failed")


@late.instruction("10 n", "pass")
def pass_(s: Any, n: Value) -> None:
    """Do nothing."""


ISA = Isa(
    "late",
    extensions=(late,),
    state=(Register("pc", 6, latched=True), Register("then", 6, latched=True)),
    causes={"failed": 0, "unaligned": 1, "none": 2},
    faults={"fetch": "none", "load": "none", "store": "none", "illegal": "none"},
    enter=lambda s, cause, value: setattr(s, "pc", cause),
    unit=1,
)


def test_a_latched_register_keeps_its_value_on_ways_that_do_not_write_it() -> None:
    compare(ISA, elaborate(ISA), 100)


def test_a_trap_forgets_what_latched_registers_should_become() -> None:
    hart = Hart(ISA, memory := Noise(1))
    memory.code = (0b01_000111 | 0b10 << 14, 0)
    with pytest.raises(Trap) as trap:
        hart.run(1)
    hart.enter(trap.value)
    memory.code = (0b10_000000, 0)
    hart.forget(0, 2)
    hart.run(1)
    assert (hart.pc, hart.then) == (1, 0)


def test_an_unaligned_fetch_traps_where_the_set_says_so() -> None:
    faults = ISA.faults | {"unaligned": "unaligned"}
    strict = Isa("strict", extensions=(), state=ISA.state, causes=ISA.causes, faults=faults, unit=4)
    hart = Hart(strict, Noise(1))
    hart._pc = hart._pc + 2
    with pytest.raises(Trap) as trap:
        hart.run(1)
    assert (trap.value.cause, trap.value.value) == ("unaligned", 2)


def test_a_choice_of_which_one_is_not_written() -> None:
    condition = Choice(2, ("eq", "ne", ""), others={"same": 0}, nothing=2)
    assert [condition.print(x, 2, 0) for x in range(4)] == ["eq", "ne", "", "3"]
    assert [condition.parse(t) for t in ("eq", "same", "ne", "", "3")] == [0, 0, 1, 2, 3]
    with pytest.raises(OperandError, match="expected one of `eq`, `ne`, found `4`"):
        condition.parse("4")


def test_a_choice_that_must_be_written() -> None:
    with pytest.raises(OperandError, match="expected one of `a`, found ``"):
        Choice(1, ("a", "")).parse("")
