"""AXI4-Lite, the subordinate's side, in front of the register bus."""

from __future__ import annotations

from amaranth.hdl import Const, Module, Mux, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Member, Out

from hdl.bus.words import Strobes, bus_bytes, down, merged, native, up
from hdl.csr import BusParameters

__all__ = ["Axi4Lite", "axi4_lite_signals"]

_OKAY, _SLVERR = 0b00, 0b10


def axi4_lite_signals(parameters: BusParameters) -> dict[str, Member]:
    """Return the signals of a subordinate but clock and reset, by their standard names.

    Raises
    ------
    ValueError : a register is wider than 64 bits
    """
    size, address = bus_bytes(parameters), parameters.address_width
    aw = {"awvalid": In(1), "awready": Out(1), "awaddr": In(address), "awprot": In(3)}
    w = {"wvalid": In(1), "wready": Out(1), "wdata": In(8 * size), "wstrb": In(size)}
    b = {"bvalid": Out(1), "bready": In(1), "bresp": Out(2)}
    ar = {"arvalid": In(1), "arready": Out(1), "araddr": In(address), "arprot": In(3)}
    r = {"rvalid": Out(1), "rready": In(1), "rdata": Out(8 * size), "rresp": Out(2)}
    return {f"s_axi_{name}": member for name, member in {**aw, **w, **b, **ar, **r}.items()}


class Axi4Lite(wiring.Component):
    """AXI4-Lite to the register bus. Addresses are in bytes.

    Each channel has a register of its own: address and data of a write come in any order. No
    output depends on an input of the same cycle. A write and a read are in work at the same time;
    if both want the register bus in one cycle they take turns.

    Latency: a response is valid 3 cycles after the handshake that completes its request, one more
    for a write of part of a register, and one or two more while the register bus serves the other
    direction; 2 cycles for a write that never reaches the register bus. Throughput: a read and a
    write each 3 cycles, a write of part of a register each 4. While a response waits one more
    request is accepted and kept. After reset nothing is pending.

    A read names a register by its exact address and answers on the register's byte lanes, 0 on the
    others. A write names a word, and its strobes choose the register in it. Refused with SLVERR,
    without effect: a read where no readable register starts; strobes on bytes of no register, of
    several, or below the address; a write of part of a register that cannot be read without an
    effect; a write of a read-only register. A write without strobes is OKAY and does nothing.

    Members
    -------
    s_axi_* : the five channels, see `axi4_lite_signals`; `awprot` and `arprot` are not looked at
    bus_* : to the register bus
    """

    def __init__(self, parameters: BusParameters) -> None:
        self.parameters = parameters
        super().__init__(axi4_lite_signals(parameters) | native(parameters))

    def elaborate(self, platform: object) -> Module:
        """Return the module."""
        m = Module()
        reading, writing = _Path("read"), _Path("write")
        self._reads(m, reading)
        self._writes(m, writing)
        turn = Signal(name="read_has_turn")
        both = reading.wants & writing.wants
        with m.If(both):
            m.d.sync += turn.eq(~turn)
        m.d.comb += [
            reading.granted.eq(reading.wants & ~writing.locked & ~(both & ~turn)),
            writing.granted.eq(writing.wants & ~(both & turn)),
            self.bus_read.eq(reading.granted | (writing.granted & writing.partial)),
            self.bus_write.eq(writing.locked | (writing.granted & ~writing.partial)),
            self.bus_addr.eq(Mux(reading.granted, reading.offset, writing.offset)),
        ]
        return m

    def _kept(self, m: Module, channel: str, names: tuple[str, ...], taken: Value) -> list[Signal]:
        """Keep what a channel brings until it is taken; return whether it does, and what."""
        full = Signal(name=f"{channel}_full")
        brought = [getattr(self, f"s_axi_{name}") for name in names]
        kept = [Signal(len(b), name=f"{n}_kept") for b, n in zip(brought, names, strict=True)]
        m.d.comb += getattr(self, f"s_axi_{channel}ready").eq(~full)
        with m.If(taken):
            m.d.sync += full.eq(0)
        with m.If(getattr(self, f"s_axi_{channel}valid") & ~full):
            m.d.sync += [full.eq(1), *(k.eq(b) for k, b in zip(kept, brought, strict=True))]
        return [full, *kept]

    # Reads

    def _reads(self, m: Module, path: _Path) -> None:
        full, address = self._kept(m, "ar", ("araddr",), path.done)
        path.offset = address
        valid, data = Signal(name="r_full"), Signal.like(self.s_axi_rdata, name="rdata_kept")
        refused = Signal(name="rresp_kept")
        m.d.comb += [
            path.wants.eq(full & ~valid & ~path.asked),
            self.s_axi_rvalid.eq(valid),
            self.s_axi_rdata.eq(data),
            self.s_axi_rresp.eq(Mux(refused, _SLVERR, _OKAY)),
            path.done.eq(path.asked),
        ]
        m.d.sync += path.asked.eq(path.granted)
        with m.If(valid & self.s_axi_rready):
            m.d.sync += valid.eq(0)
        with m.If(path.asked):
            answer = up(self.parameters, self.bus_rdata, address)
            m.d.sync += [valid.eq(1), refused.eq(self.bus_error), data.eq(answer)]

    # Writes

    def _writes(self, m: Module, path: _Path) -> None:
        aw_full, address = self._kept(m, "aw", ("awaddr",), path.done)
        w_full, data, strobes = self._kept(m, "w", ("wdata", "wstrb"), path.done)
        m.submodules.chosen = chosen = Strobes(self.parameters)
        path.offset = chosen.offset
        ready, refused = Signal(name="write_ready"), Signal(name="write_refused")
        impossible = ~chosen.one | (path.partial & ~chosen.mergeable)
        m.d.comb += [
            chosen.addr.eq(address),
            chosen.strobes.eq(strobes),
            path.partial.eq(~chosen.whole),
            ready.eq(aw_full & w_full & ~self.s_axi_bvalid & ~path.asked & ~path.locked),
            refused.eq(impossible & ~chosen.empty),
            path.wants.eq(ready & ~impossible),
        ]
        m.d.sync += [
            path.locked.eq(path.granted & path.partial),
            path.asked.eq(path.locked | (path.granted & ~path.partial)),
        ]
        old = up(self.parameters, self.bus_rdata, chosen.offset)
        word = Mux(path.locked, merged(strobes, data, old), data)
        m.d.comb += self.bus_wdata.eq(down(self.parameters, word, chosen.offset))
        self._write_response(m, path, ready & impossible, refused)

    def _write_response(self, m: Module, path: _Path, at_once: Value, refused: Value) -> None:
        """Answer what the register bus did, or what never reaches it."""
        valid, error = Signal(name="b_full"), Signal(name="bresp_kept")
        m.d.comb += [
            self.s_axi_bvalid.eq(valid),
            self.s_axi_bresp.eq(Mux(error, _SLVERR, _OKAY)),
            path.done.eq(path.asked | at_once),
        ]
        with m.If(valid & self.s_axi_bready):
            m.d.sync += valid.eq(0)
        with m.If(path.done):
            m.d.sync += [valid.eq(1), error.eq(Mux(path.asked, self.bus_error, refused))]


class _Path:
    """One direction's way to the register bus.

    Members
    -------
    wants, granted : it asks for the register bus in this cycle, and gets it
    asked : the register bus answers it in this cycle
    done : its request leaves in this cycle
    partial : the write is of part of a register, so that it reads first
    locked : the register was read, and is written in this cycle
    offset : byte address of the register
    """

    def __init__(self, name: str) -> None:
        self.wants = Signal(name=f"{name}_wants")
        self.granted = Signal(name=f"{name}_granted")
        self.asked = Signal(name=f"{name}_asked")
        self.done = Signal(name=f"{name}_done")
        self.partial = Signal(name=f"{name}_partial")
        self.locked = Signal(name=f"{name}_locked")
        self.offset: Value = Const(0)
