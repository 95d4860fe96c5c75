"""A small instruction set for tests: what the descriptions in `specs` have no use for as well."""

from __future__ import annotations

from typing import Any

from gen.isa import Extension, Immediate, Isa, Register
from gen.isa.state import Control, ControlFile, File, Special
from gen.isa.state import Register as Scalar
from gen.isa.values import Value, bits, select, signed

NAMES = [f"r{k}" for k in range(8)]
toy = Extension(
    "toy",
    operands={
        "a": Register(3, "r", NAMES),
        "b": Register(3, "r", NAMES),
        "n": Immediate(4, signed=True, to="size"),
        "c": Immediate(2),
    },
    word_widths=(16,),
)


@toy.instruction("0000 a b 000000", "add {a}, {b}")
def add(s: Any, a: Value, b: Value) -> None:
    """Add, and say whether there was a carry."""
    total = s.r[a] + s.r[b]
    s.carry = total < s.r[b]
    s.r[a] = total


@toy.instruction("0001 a n 00000", "clamp {a}, {n}")
def clamp(s: Any, a: Value, n: Value) -> None:
    """Add a number, but not beyond what a word holds: three ways."""
    total = signed(s.r[a]) + signed(n)
    if total > 0x7FFF:
        s.r[a] = 0x7FFF
    elif total < -0x8000:
        s.r[a] = 0x8000
    else:
        s.r[a] = bits(total, 16)


@toy.instruction("0010 a b 000000", "swap {a}, {b}")
def swap(s: Any, a: Value, b: Value) -> None:
    """Exchange two registers; the second read sees what the first write left if they are one."""
    old = s.r[a]
    s.r[a] = s.r[b]
    s.r[b] = old + s.r[a] - s.r[a]


@toy.instruction("0011 a b 000000", "exchange {a}, {b}")
def exchange(s: Any, a: Value, b: Value) -> None:
    """Exchange a register with memory, unless the address is odd."""
    address = s.r[b]
    if address[0]:
        raise s.trap("odd", address)
    value = s.load(address, 2)
    s.store(address, s.r[a])
    s.r[a] = value


@toy.instruction("0100 a c 0000000", "control {a}, {c}")
def control(s: Any, a: Value, c: Value) -> None:
    """Exchange a register with a control register."""
    if not s.ctl.exists(c):
        raise s.trap("undefined")
    old = s.ctl[c]
    s.ctl[c] = s.r[a]
    s.r[a] = old


@toy.instruction("0101 a b 000000", "when {a}, {b}")
def when(s: Any, a: Value, b: Value) -> None:
    """Load, store and write under conditions, without a way for each."""
    small = s.r[a] < 100
    value = s.load(s.r[b], 2, when=small)
    s.store(s.r[b], select(small, value, 7) + 1, when=s.carry == 0)
    s.r.write(b, value, when=small)


@toy.instruction("0110 a b 000000", "jump {a}, {b}", where=lambda a, b: a != b)
def jump(s: Any, a: Value, b: Value) -> None:
    """Go to an address; the program counter reads as it was."""
    s.pc = s.r[a]
    s.r[b] = s.pc


@toy.instruction("0111 000000000000", "bank")
def bank(s: Any) -> None:
    """Change the bank of the upper registers."""
    s.high = ~s.high


def _bank(s: Any, number: Value) -> Value:
    """Return the element of a register: of the upper two there are two."""
    return select(number >= 5, select(s.high == 1, number + 1, number), number)


def isa(byte_order: str = "little") -> Isa:
    """Return the set."""
    special = Special(lambda s: s.pc + 2, lambda s, v: setattr(s, "pc", v & -2))
    return Isa(
        "toy",
        extensions=(toy,),
        state=(
            Scalar("pc", 16, latched=True),
            Scalar("carry", 1),
            Scalar("high", 1),
            File("r", 16, 8, zero=0, special={7: special}, bank=_bank, names=NAMES),
            ControlFile(
                "ctl",
                16,
                (
                    Control("status", 0, mask=0x00FF, reset=0x1200),
                    Control("view", 1, mask=0x000F, of="status"),
                    Control("even", 3, legal=lambda new, old: new & -2),
                ),
                number_width=2,
            ),
        ),
        causes={"odd": 3, "undefined": 4, "nothing": 5},
        faults={"fetch": "nothing", "load": "nothing", "store": "nothing", "illegal": "undefined"},
        parameters={"size": 16},
        unit=2,
        byte_order=byte_order,
    )
