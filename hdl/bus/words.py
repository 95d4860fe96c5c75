"""Registers in the words of a bus: which bytes of which word are a register."""

from __future__ import annotations

from dataclasses import dataclass, replace

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Member, Out

from hdl.csr import BusParameters

__all__ = [
    "Lanes",
    "Strobes",
    "bus_bytes",
    "down",
    "layouts",
    "merged",
    "native",
    "on_words",
    "up",
]


@dataclass(frozen=True, order=True)
class Lanes:
    """The bytes of a word that are one register.

    Members
    -------
    low : first byte in the word
    size : bytes
    mergeable : a write of some of its bytes may read the others first
    """

    low: int
    size: int
    mergeable: bool

    @property
    def mask(self) -> int:
        """Return one bit per byte of the word."""
        return ((1 << self.size) - 1) << self.low


def bus_bytes(parameters: BusParameters) -> int:
    """Return the bytes of a bus that holds the widest register: 4 or 8.

    Raises
    ------
    ValueError : a register is wider than 64 bits
    """
    widest = max(r.size for r in parameters.registers)
    if widest > 8:
        raise ValueError(f"a register of {8 * widest} bits is wider than the bus can be")
    return 4 if widest <= 4 else 8


def on_words(parameters: BusParameters) -> BusParameters:
    """Return the same registers with addresses of at least one whole word."""
    least = (bus_bytes(parameters) - 1).bit_length()
    return replace(parameters, least_address_width=least)


def layouts(parameters: BusParameters) -> dict[tuple[Lanes, ...], list[int]]:
    """Return each way that words are divided among registers, with the addresses of those words.

    Raises
    ------
    ValueError : a register is wider than 64 bits, crosses two words or overlaps another
    """
    size = bus_bytes(parameters)
    words: dict[int, list[Lanes]] = {}
    for r in parameters.registers:
        for offset in r.offsets:
            lanes = Lanes(offset % size, r.size, r.readable and r.writable and r.pure)
            taken = sum(other.mask for other in words.get(offset // size, []))
            if lanes.low + r.size > size:
                raise ValueError(f"`{r.name}` at {offset:#x} crosses two words of {size} bytes")
            if taken & lanes.mask:
                raise ValueError(f"`{r.name}` at {offset:#x} overlaps another register")
            words.setdefault(offset // size, []).append(lanes)
    found: dict[tuple[Lanes, ...], list[int]] = {}
    for word, parts in sorted(words.items()):
        found.setdefault(tuple(sorted(parts)), []).append(word)
    return found


class Strobes(wiring.Component):
    """Which register the byte strobes of an access choose. Combinational.

    Members
    -------
    addr : In, byte address in the word
    strobes : In, a bit per byte of the word
    empty : Out, no byte is chosen
    one : Out, some are, none below the address, and all of them belong to one register
    whole, mergeable : Out, of that register: all bytes are chosen; see `Lanes`
    offset : Out, its byte address
    """

    def __init__(self, parameters: BusParameters) -> None:
        self.parameters = parameters
        self.size = bus_bytes(parameters)
        super().__init__(
            {
                "addr": In(parameters.address_width),
                "strobes": In(self.size),
                "empty": Out(1),
                "one": Out(1),
                "whole": Out(1),
                "mergeable": Out(1),
                "offset": Out(parameters.address_width),
            }
        )

    def elaborate(self, platform: object) -> Module:
        """Return the module."""
        m = Module()
        bits = (self.size - 1).bit_length()
        high = self.parameters.address_width - bits
        low = ((Const(1, 1) << self.addr[:bits]) - 1)[: self.size]
        below = Signal(name="strobes_below")
        m.d.comb += [self.empty.eq(self.strobes == 0), below.eq((self.strobes & low) != 0)]
        with m.Switch(self.addr):
            for parts, words in layouts(self.parameters).items():
                patterns = [(f"{w:0{high}b}" if high else "") + "-" * bits for w in words]
                with m.Case(*patterns):
                    for lanes in parts:
                        self._choose(m, lanes, bits, below)
        return m

    def _choose(self, m: Module, lanes: Lanes, bits: int, below: Value) -> None:
        """Choose a register if all strobes are its bytes."""
        others = ~lanes.mask & (1 << self.size) - 1
        with m.If(~self.empty & ~below & ((self.strobes & others) == 0)):
            m.d.comb += [
                self.one.eq(1),
                self.whole.eq((self.strobes & lanes.mask) == lanes.mask),
                self.mergeable.eq(lanes.mergeable),
                self.offset.eq(Cat(Const(lanes.low, bits), self.addr[bits:])),
            ]


def _starts(parameters: BusParameters) -> bool:
    """Return whether a register starts elsewhere than with its word."""
    return any(lanes.low for parts in layouts(parameters) for lanes in parts)


def up(parameters: BusParameters, value: Value, offset: Value) -> Value:
    """Return a register's value on the bytes of the word where it lies."""
    size = bus_bytes(parameters)
    bits = (size - 1).bit_length()
    wide = Cat(value, Const(0, 8 * size - len(value)))
    if not _starts(parameters):
        return wide
    return (wide << Cat(Const(0, 3), offset[:bits]))[: 8 * size]


def down(parameters: BusParameters, word: Value, offset: Value) -> Value:
    """Return the value that a word brings for the register at `offset`, as wide as the widest."""
    bits = (bus_bytes(parameters) - 1).bit_length()
    if _starts(parameters):
        word = word >> Cat(Const(0, 3), offset[:bits])
    return word[: parameters.data_width]


def native(parameters: BusParameters) -> dict[str, Member]:
    """Return an adapter's members towards the register bus; see `hdl.csr.RegisterBus`."""
    return {
        "bus_read": Out(1),
        "bus_write": Out(1),
        "bus_addr": Out(parameters.address_width),
        "bus_wdata": Out(parameters.data_width),
        "bus_rdata": In(parameters.data_width),
        "bus_error": In(1),
    }


def merged(strobes: Value, new: Value, old: Value) -> Value:
    """Return a word with the bytes that the strobes choose from `new`, the others from `old`."""
    pairs = [(new.word_select(k, 8), old.word_select(k, 8)) for k in range(len(strobes))]
    return Cat(*(Mux(s, a, b) for s, (a, b) in zip(strobes, pairs, strict=True)))
