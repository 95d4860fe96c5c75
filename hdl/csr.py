"""The register bus: decoding of offsets to strobes, errors, read data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from amaranth.hdl import Cat, Const, Module, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

__all__ = ["BusParameters", "BusRegister", "RegisterBus"]


@dataclass(frozen=True)
class BusRegister:
    """A register, or an array of them, on the bus. Offsets, sizes and strides are in bytes.

    `pure` says that a read changes nothing, so that a partial write may read first.
    """

    name: str
    offset: int
    size: int
    count: int = 1
    stride: int = 0
    readable: bool = True
    writable: bool = True
    pure: bool = True

    @property
    def offsets(self) -> list[int]:
        """Byte offset of each element."""
        return [self.offset + k * self.stride for k in range(self.count)]

    @property
    def index_bits(self) -> tuple[int, int] | None:
        """The lowest bit and the number of bits that are an element's index in its address."""
        low, bits = self.stride.bit_length() - 1, (self.count - 1).bit_length()
        aligned = self.stride == 1 << max(low, 0) and self.offset % (self.stride << bits) == 0
        return (low, bits) if aligned else None


@dataclass(frozen=True)
class BusParameters:
    """The registers of a bus, and its widths in bits; `least_address_width` bounds one of them."""

    registers: tuple[BusRegister, ...]
    least_address_width: int = 1

    @property
    def data_width(self) -> int:
        """Bits of data: those of the widest register."""
        return max(8 * r.size for r in self.registers)

    @property
    def address_width(self) -> int:
        """Bits of a byte address: enough for the last byte of the last register."""
        last = max(o + r.size - 1 for r in self.registers for o in r.offsets)
        return max(self.least_address_width, last.bit_length())

    @property
    def places(self) -> list[tuple[int, int, int]]:
        """Offset, register and element of each; the first register has an offset of several."""
        found: dict[int, tuple[int, int]] = {}
        for i, r in enumerate(self.registers):
            for k, offset in enumerate(r.offsets):
                found.setdefault(offset, (i, k))
        return [(offset, i, k) for offset, (i, k) in found.items()]

    @property
    def index_bits(self) -> tuple[int, int] | None:
        """The bits of an address that are the index, if they are the same for all arrays."""
        found = {r.index_bits for r in self.registers if r.count > 1}
        return found.pop() if len(found) == 1 else None

    @property
    def index_width(self) -> int:
        """Bits of an element's index."""
        return max(1, max((r.count - 1).bit_length() for r in self.registers))


class RegisterBus(wiring.Component):
    """Decoder of a register bus without wait states.

    An access names a register by its exact byte offset. Read data and error are registered: they
    are valid in the cycle after the strobe, else 0. An offset without a register, a read
    of a write-only and a write of a read-only register are errors without effect. After reset no
    answer is pending. `read` and `write` must not be high together.

    Members
    -------
    read, write : In, strobes
    addr : In, byte address
    rdata, error : Out, answer to the access of the cycle before
    index : Out, element that the address names if it is one of an array; anything otherwise
    reads, writes : Out, a strobe per register, in the order of the parameters
    values : In, per register: the value of the element `index`
    """

    def __init__(self, parameters: BusParameters) -> None:
        self.parameters = parameters
        members = {
            "read": In(1),
            "write": In(1),
            "addr": In(parameters.address_width),
            "rdata": Out(parameters.data_width),
            "error": Out(1),
            "index": Out(parameters.index_width),
        }
        for i, r in enumerate(parameters.registers):
            members[f"reads_{i}"] = Out(1)
            members[f"writes_{i}"] = Out(1)
            members[f"value_{i}"] = In(8 * r.size)
        super().__init__(members)

    def elaborate(self, platform: object) -> Module:
        """Return the module."""
        m = Module()
        self._index(m)
        known = Signal(name="bus_known")
        data = Signal(self.parameters.data_width, name="bus_value")
        allowed: list[Value] = []
        values: list[Value] = []
        for i, r in enumerate(self.parameters.registers):
            hit = Signal(name=f"bus_names_{i}")
            m.d.comb += hit.eq(self._names(i, range(len(self.addr))))
            if r.readable:
                m.d.comb += getattr(self, f"reads_{i}").eq(hit & self.read)
                value = getattr(self, f"value_{i}")
                # Where no register is, any value will do: the answer is then 0.
                values.append(value & self._names(i, self._differing).replicate(len(value)))
                allowed.append(hit & self.read)
            if r.writable:
                m.d.comb += getattr(self, f"writes_{i}").eq(hit & self.write)
                allowed.append(hit & self.write)
        m.d.comb += [known.eq(Cat(allowed).any()), data.eq(_either(values))]
        answer = Signal(self.parameters.data_width, name="bus_rdata")
        refused = Signal(name="bus_error")
        m.d.sync += [answer.eq(0), refused.eq((self.read | self.write) & ~known)]
        with m.If(self.read & known):
            m.d.sync += answer.eq(data)
        m.d.comb += [self.rdata.eq(answer), self.error.eq(refused)]
        return m

    def _index(self, m: Module) -> None:
        """Give the element that the address names."""
        place = self.parameters.index_bits
        if place is not None:  # cheaper than what follows from the cases
            low, bits = place
            m.d.comb += self.index.eq(self.addr[low : low + bits])
            return
        with m.Switch(self.addr):
            for offset, _, k in self.parameters.places:
                with m.Case(offset):
                    m.d.comb += self.index.eq(k)

    def _names(self, i: int, bits: Sequence[int]) -> Value:
        """Return whether an address names a register, as far as these bits of it tell."""
        r = self.parameters.registers[i]
        offsets = [offset for offset, of, _ in self.parameters.places if of == i]
        place = r.index_bits
        if place is not None and len(offsets) == 1 << place[1]:
            low, count = place
            offsets, bits = [r.offset], [b for b in bits if not low <= b < low + count]
        return Cat(self._at(offset, bits) for offset in offsets).any()

    def _at(self, offset: int, bits: Sequence[int]) -> Value:
        if not bits:
            return Const(1)
        number = sum((offset >> b & 1) << k for k, b in enumerate(bits))
        return Cat(self.addr[b] for b in bits) == number

    @property
    def _differing(self) -> list[int]:
        """The bits of an address in which the offsets differ."""
        offsets = [offset for offset, _, _ in self.parameters.places]
        differing = reduce(or_, (offset ^ offsets[0] for offset in offsets))
        return [b for b in range(len(self.addr)) if differing >> b & 1]


def _either(values: list[Value]) -> Value:
    """Return the union of values of which at most one is not 0, as a tree."""
    while len(values) > 1:
        pairs = [values[k : k + 2] for k in range(0, len(values), 2)]
        values = [p[0] | p[1] if len(p) > 1 else p[0] for p in pairs]
    return values[0] if values else Const(0)
