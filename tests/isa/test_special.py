"""Control registers that are computed, counters, interrupts, and whose fault a load is."""

from __future__ import annotations

from typing import Any

import pytest

from gen.isa import Extension, Hart, Immediate, Isa, MemoryFault, Trap, elaborate
from gen.isa import Register as Field
from gen.isa.state import Control, ControlFile, File, Register, Special
from gen.isa.values import Value, concat, zext
from tests.isa.agree import compare

x = Extension(
    "special",
    operands={"a": Field(2, "r", ["r0", "r1", "r2", "r3"]), "n": Immediate(4), "v": Immediate(8)},
    word_widths=(16,),
)


@x.instruction("00 a n v", "put {a}, {n}, {v}")
def put(s: Any, a: Value, n: Value, v: Value) -> None:
    """Exchange, where the register exists."""
    if s.csr.exists(n):
        old = s.csr[n]
        s.csr[n] = v
        s.r[a] = old


@x.instruction("01 a 000000000000", "count {a}")
def count(s: Any, a: Value) -> None:
    """Read the counter."""
    s.r[a] = s.done


@x.instruction("10 a 000000000000", "fetch {a}")
def fetch(s: Any, a: Value) -> None:
    """Load; what is not there is a store's fault."""
    s.r[a] = s.load(zext(s.r[a], 16), 1, fault="store")


@x.instruction("11 00000000000000", "nop")
def nop(s: Any) -> None:
    """Do nothing."""


def both_halves() -> Special:
    def read(s: Any) -> Value:
        return concat(s.high[3:0], s.low[3:0])

    def write(s: Any, value: Value) -> None:
        s.low = zext(value[3:0], 8)
        s.high = zext(value[7:4], 8)
        s.kept.write(1, value, when=value[0])

    return Special(read, write)


def entered(s: Any, cause: Value, value: Value) -> None:
    s.pc = 0x80


def made(*, interrupts: bool = True) -> Isa:
    controls = (
        Control("low", 1, mask=0xF),
        Control("high", 2, mask=0xF),
        Control("both", 3, special=both_halves()),
        Control("counter", 4, special=Special(lambda s: s.done, _count)),
    )
    return Isa(
        "special",
        extensions=[x],
        state=[
            Register("pc", 16, latched=True),
            Register("done", 8, reset=3, counts=True),
            Register("line", 1),
            File("r", 8, 4),
            File("kept", 8, 2),
            ControlFile("csr", 8, controls, number_width=4),
        ],
        causes={"illegal": 0, "load": 1, "store": 2},
        faults={"illegal": "illegal", "fetch": "load", "load": "load", "store": "store"},
        enter=entered,
        interrupt=(lambda s: zext(s.line, 16)) if interrupts else None,
        unit=2,
    )


def _count(s: Any, value: Value) -> None:
    s.done = value


class Words:
    """Memory of instructions; anything else is not there."""

    def __init__(self, *words: int) -> None:
        self.words = words

    def fetch(self, address: int, size: int) -> int:
        return self.words[address // 2]

    def read(self, address: int, size: int) -> int:
        raise MemoryFault(address)

    def write(self, address: int, size: int, value: int) -> None:
        raise MemoryFault(address)


PUT, COUNT, FETCH, NOP = 0, 1 << 14, 2 << 14, 3 << 14


def test_interpreter_and_machine_agree() -> None:
    isa = made()
    compare(isa, elaborate(isa), 300)


def test_computed_register() -> None:
    hart: Any = Hart(
        made(), Words(PUT | 3 << 8 | 0xA5, PUT | 1 << 12 | 3 << 8, PUT | 2 << 12 | 9 << 8)
    )
    hart.run(1)
    assert (hart.low, hart.high, hart.both, hart.r[0]) == (5, 0xA, 0xA5, 0)
    assert hart.kept[1] == 0xA5
    hart.run(2)
    assert (hart.r[1], hart.r[2], hart.both, hart.kept[1]) == (0xA5, 0, 0, 0xA5)


def test_a_computed_register_has_no_storage() -> None:
    names = {r.name for r in elaborate(made()).registers}
    assert names == {"pc", "done", "line", "r", "kept", "low", "high"}


def test_counter_is_exact_within_a_run() -> None:
    hart: Any = Hart(made(), Words(NOP, COUNT | 1 << 12, PUT | 4 << 8 | 100, COUNT | 2 << 12, NOP))
    assert hart.run(5) == 5
    assert (hart.r[1], hart.r[0], hart.r[2]) == (4, 5, 100)
    assert (hart.done, hart.retired) == (102, 5)
    hart.done = 7
    assert hart.done == 7
    hart.reset()
    assert (hart.done, hart.retired) == (3, 0)


def test_what_traps_is_not_counted() -> None:
    hart: Any = Hart(made(), Words(NOP, FETCH, NOP))
    with pytest.raises(Trap) as caught:
        hart.run(3)
    assert (caught.value.cause, hart.retired, hart.done) == ("store", 1, 4)


def test_interrupts() -> None:
    hart: Any = Hart(made(), Words(NOP, NOP))
    assert not hart.interrupt()
    hart.line = 1
    assert hart.interrupt()
    assert hart.pc == 0x80
    assert not Hart(made(interrupts=False), Words(NOP)).interrupt()
