"""The register bus: decoding of offsets to strobes, errors, read data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

from amaranth.hdl import Cat, Const, Module, Signal
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
    index : Out, element that the address names, for arrays; any one if it names none
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
        known = Signal(name="bus_known")
        data = Signal(self.parameters.data_width, name="bus_value")
        with m.Switch(self.addr):
            for i, r in enumerate(self.parameters.registers):
                for offset in r.offsets:
                    with m.Case(offset):
                        self._strobe(m, i, r, known)
        self._choose(m, data)
        answer = Signal(self.parameters.data_width, name="bus_rdata")
        refused = Signal(name="bus_error")
        m.d.sync += [answer.eq(0), refused.eq((self.read | self.write) & ~known)]
        with m.If(self.read & known):
            m.d.sync += answer.eq(data)
        m.d.comb += [self.rdata.eq(answer), self.error.eq(refused)]
        return m

    def _strobe(self, m: Module, i: int, r: BusRegister, known: Signal) -> None:
        """Tell one register that it is accessed."""
        if r.readable:
            m.d.comb += getattr(self, f"reads_{i}").eq(self.read)
        if r.writable:
            m.d.comb += getattr(self, f"writes_{i}").eq(self.write)
        allowed = (self.read & Const(r.readable, 1)) | (self.write & Const(r.writable, 1))
        m.d.comb += known.eq(allowed)

    def _choose(self, m: Module, data: Signal) -> None:
        """Give index and value of the element at an address; any will do where there is none.

        So only those bits of the address are looked at in which the offsets differ.
        """
        elements: dict[int, tuple[int, int]] = {}  # the first at an offset, as in the decoder
        for i, r in enumerate(self.parameters.registers):
            for k, offset in enumerate(r.offsets):
                elements.setdefault(offset, (i, k))
        first, last = next(iter(elements)), next(reversed(elements))
        differing = reduce(or_, (offset ^ first for offset in elements))
        bits = [b for b in range(len(self.addr)) if differing >> b & 1]
        with m.Switch(Cat(self.addr[b] for b in bits)):
            for offset, (i, k) in elements.items():
                pattern = sum((offset >> b & 1) << n for n, b in enumerate(bits))
                with m.Default() if offset == last else m.Case(pattern):
                    m.d.comb += self.index.eq(k)
                    if self.parameters.registers[i].readable:
                        m.d.comb += data.eq(getattr(self, f"value_{i}"))
