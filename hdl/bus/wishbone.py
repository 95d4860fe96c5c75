"""Wishbone B4, the slave's side, in front of the register bus."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Member, Out

from hdl.bus.words import Strobes, bus_bytes, down, merged, native, up
from hdl.csr import BusParameters

__all__ = ["Wishbone", "wishbone_signals"]


def wishbone_signals(parameters: BusParameters, *, pipelined: bool) -> dict[str, Member]:
    """Return the signals of a slave but clock and reset, by their standard names.

    Raises
    ------
    ValueError : a register is wider than 64 bits
    """
    size = bus_bytes(parameters)
    signals = {
        "wb_cyc_i": In(1),
        "wb_stb_i": In(1),
        "wb_we_i": In(1),
        "wb_adr_i": In(parameters.address_width),
        "wb_sel_i": In(size),
        "wb_dat_i": In(8 * size),
        "wb_dat_o": Out(8 * size),
        "wb_ack_o": Out(1),
        "wb_err_o": Out(1),
    }
    return signals | ({"wb_stall_o": Out(1)} if pipelined else {})


class Wishbone(wiring.Component):
    """Wishbone B4, classic or pipelined, to the register bus. Granularity 8 bits.

    Latency: ACK or ERR comes in the cycle after the one in which the access is accepted, for a
    write of part of a register one cycle later. Throughput: classic, an access each 2 cycles, 3 for
    a write of part of a register; pipelined, one each cycle, but STALL is high in the cycle after a
    write of part of a register. STALL and `wb_dat_o` depend on no input of the same cycle; ACK and
    ERR are masked with CYC (and STB in classic), as the standard asks. After reset idle.

    `wb_adr_i` is a byte address: tie the bits below the word to 0 for a master without them. SEL
    chooses the register in the word, for reads too; a read answers on the register's byte lanes, 0
    on the others. ERR, without effect: SEL on bytes of no register, of several, or below the
    address; a read of a write-only register; a write of a read-only register, or of part of one
    that cannot be read without an effect.
    An access without SEL is acknowledged and does nothing, and reads 0.

    If the master lowers CYC (classic: or STB) before the answer, no answer comes; what was accepted
    has been performed, but a write of part of a register whose write is still to come is dropped.

    Members
    -------
    wb_* : see `wishbone_signals`
    bus_* : to the register bus
    """

    def __init__(self, parameters: BusParameters, *, pipelined: bool) -> None:
        self.parameters = parameters
        self.pipelined = pipelined
        super().__init__(wishbone_signals(parameters, pipelined=pipelined) | native(parameters))

    def elaborate(self, platform: object) -> Module:
        """Return the module."""
        m = Module()
        m.submodules.chosen = chosen = Strobes(self.parameters)
        answering = Signal(name="wb_answering")  # the register bus, or nobody, answers
        refused = Signal(name="wb_refused")
        merging = Signal(name="wb_merging")  # part of a register was read, and is written now
        offset = Signal.like(self.bus_addr, name="wb_offset")
        present = self.wb_cyc_i if self.pipelined else self.wb_cyc_i & self.wb_stb_i
        busy = merging if self.pipelined else merging | answering
        start = Signal(name="wb_start")
        partial = self.wb_we_i & ~chosen.whole
        possible = Signal(name="wb_possible")
        m.d.comb += [
            chosen.addr.eq(self.wb_adr_i),
            chosen.strobes.eq(self.wb_sel_i),
            start.eq(self.wb_cyc_i & self.wb_stb_i & ~busy),
            possible.eq(chosen.one & (~partial | chosen.mergeable)),
            self.bus_read.eq(start & possible & (~self.wb_we_i | partial)),
            self.bus_write.eq((start & possible & self.wb_we_i & ~partial) | (merging & present)),
            self.bus_addr.eq(Mux(merging, offset, chosen.offset)),
            self.wb_ack_o.eq(answering & present & ~refused & ~self.bus_error),
            self.wb_err_o.eq(answering & present & (refused | self.bus_error)),
            self.wb_dat_o.eq(up(self.parameters, self.bus_rdata, offset)),
        ]
        merge = start & possible & partial
        m.d.sync += [
            merging.eq(merge),
            answering.eq((start & ~merge) | (merging & present)),
            refused.eq(start & ~possible & ~chosen.empty),
        ]
        with m.If(start):
            m.d.sync += offset.eq(chosen.offset)
        self._data(m, start, merging, offset, chosen.offset)
        if self.pipelined:
            m.d.comb += self.wb_stall_o.eq(merging)
        return m

    def _data(self, m: Module, start: Value, merging: Value, kept: Value, now: Value) -> None:
        """Write what the master gives, or merge what it gave into what was read."""
        data = Signal.like(self.wb_dat_i, name="wb_data")
        strobes = Signal.like(self.wb_sel_i, name="wb_strobes")
        with m.If(start):
            m.d.sync += [data.eq(self.wb_dat_i), strobes.eq(self.wb_sel_i)]
        whole = merged(strobes, data, up(self.parameters, self.bus_rdata, kept))
        word, offset = Mux(merging, whole, self.wb_dat_i), Mux(merging, kept, now)
        m.d.comb += self.bus_wdata.eq(down(self.parameters, word, offset))
