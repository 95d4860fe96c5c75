"""The rules of two bus standards as assertions, written from the standards, not the adapters.

AXI4-Lite: ARM IHI 0022, chapters A3 (handshake, dependencies of channels, reset) and B1.
Wishbone: revision B4, chapter 3; the rules' numbers stand with the assertions.
"""

from __future__ import annotations

from amaranth.hdl import Assert, Cat, Elaboratable, Module, ResetSignal, Signal, Value
from amaranth.lib import wiring

from hdl.csr import BusParameters, RegisterBus

__all__ = ["AxiMonitored", "Monitored", "WishboneMonitored"]

SOON = 6  # cycles in which an answer must come when nothing holds it up


class Monitored(Elaboratable):
    """An adapter on a register bus whose registers may hold anything, any inputs at all."""

    def __init__(self, adapter: wiring.Component, parameters: BusParameters) -> None:
        self.adapter = adapter
        self.bus = RegisterBus(parameters)
        prefixes = ("s_axi_", "wb_")
        names = [n for n in adapter.signature.members if n.startswith(prefixes)]
        self.signals = {n: Signal.like(getattr(adapter, n), name=n) for n in names}
        self.inputs = [n for n in names if adapter.signature.members[n].flow == wiring.In]
        values = [f"value_{i}" for i in range(len(parameters.registers))]
        self.values = {v: Signal.like(getattr(self.bus, v), name=v) for v in values}

    @property
    def ports(self) -> list[Signal]:
        """Return the inputs and outputs."""
        return [*self.signals.values(), *self.values.values()]

    def elaborate(self, platform: object) -> Module:
        """Return the module."""
        m = Module()
        m.submodules.adapter, m.submodules.bus = self.adapter, self.bus
        adapter, bus = self.adapter, self.bus
        m.d.comb += [
            bus.read.eq(adapter.bus_read),
            bus.write.eq(adapter.bus_write),
            bus.addr.eq(adapter.bus_addr),
            adapter.bus_rdata.eq(bus.rdata),
            adapter.bus_error.eq(bus.error),
        ]
        for name, signal in self.signals.items():
            inside = getattr(adapter, name)
            m.d.comb += inside.eq(signal) if name in self.inputs else signal.eq(inside)
        m.d.comb += [getattr(bus, name).eq(signal) for name, signal in self.values.items()]
        m.d.comb += Assert(~(bus.read & bus.write))
        self.rules(m)
        return m

    def rules(self, m: Module) -> None:
        """Assert the standard's rules."""
        raise NotImplementedError

    def before(self, m: Module, value: Value, name: str) -> Signal:
        """Return a value in the cycle before, 0 after reset."""
        kept = Signal(len(value), name=f"before_{name}")
        m.d.sync += kept.eq(value)
        return kept

    def soon(self, m: Module, waiting: Value, name: str) -> None:
        """Assert that something does not wait for long."""
        age = Signal(range(SOON + 2), name=f"age_{name}")
        m.d.sync += age.eq(0)
        with m.If(waiting):
            m.d.sync += age.eq(age + 1)
        m.d.comb += Assert(age < SOON)


class AxiMonitored(Monitored):
    """AXI4-Lite's rules for a subordinate."""

    def rules(self, m: Module) -> None:
        """Assert them."""
        s = {n.removeprefix("s_axi_"): v for n, v in self.signals.items()}
        self._held(m, "b", s["bvalid"], s["bready"], s["bresp"])
        self._held(m, "r", s["rvalid"], s["rready"], Cat(s["rdata"], s["rresp"]))
        taken = {c: s[f"{c}valid"] & s[f"{c}ready"] for c in ("aw", "w", "b", "ar", "r")}
        aw = self._owed(m, "aw", taken["aw"], taken["b"])
        w = self._owed(m, "w", taken["w"], taken["b"])
        ar = self._owed(m, "ar", taken["ar"], taken["r"])
        writing, reading = (aw > 0) & (w > 0), ar > 0
        # A3.3.1: a response only after both parts of the write, or the address of the read.
        m.d.comb += [Assert(~s["bvalid"] | writing), Assert(~s["rvalid"] | reading)]
        for response in ("bresp", "rresp"):  # B1.1.1: no EXOKAY; DECERR is an interconnect's
            m.d.comb += Assert((s[response] == 0b00) | (s[response] == 0b10))
        self.soon(m, writing & ~s["bvalid"], "write")
        self.soon(m, reading & ~s["rvalid"], "read")
        self.soon(m, ~s["awready"] & ~s["bvalid"] & (w > 0), "aw")
        self.soon(m, ~s["wready"] & ~s["bvalid"] & (aw > 0), "w")
        self.soon(m, ~s["arready"] & ~s["rvalid"], "ar")
        self._effects(m, writing, reading, taken["b"])
        # A3.1.2: in and just after reset no response is valid.
        was_reset = Signal(reset_less=True)
        m.d.sync += was_reset.eq(ResetSignal())
        m.d.comb += Assert(~was_reset | ~(s["bvalid"] | s["rvalid"]))

    def _held(self, m: Module, name: str, valid: Value, ready: Value, payload: Value) -> None:
        """A3.2.1: once valid it stays so, with its payload, until the handshake."""
        waited = self.before(m, valid & ~ready, f"{name}_waits")
        kept = self.before(m, payload, f"{name}_payload")
        m.d.comb += Assert(~waited | (valid & (payload == kept)))

    def _owed(self, m: Module, name: str, asked: Value, answered: Value) -> Signal:
        """Return how many requests have no answer yet; at most one waits behind another."""
        count = Signal(3, name=f"owed_{name}")
        m.d.sync += count.eq(count + asked - answered)
        m.d.comb += Assert(count <= 2)
        return count

    def _effects(self, m: Module, writing: Value, reading: Value, answered: Value) -> None:
        """No access without a request, and one write at most for each."""
        bus = self.bus
        written = Signal(name="written")
        with m.If(answered):
            m.d.sync += written.eq(0)
        with m.If(bus.write):
            m.d.sync += written.eq(1)
        m.d.comb += [
            Assert(~bus.write | (writing & ~written)),
            Assert(~bus.read | writing | reading),
        ]


class WishboneMonitored(Monitored):
    """Wishbone's rules for a slave."""

    def rules(self, m: Module) -> None:
        """Assert them."""
        s, pipelined = self.signals, self.adapter.pipelined
        answer = s["wb_ack_o"] | s["wb_err_o"]
        m.d.comb += [
            Assert(~(s["wb_ack_o"] & s["wb_err_o"])),  # 3.45: one of the termination signals
            Assert(~answer | s["wb_cyc_i"]),  # 3.35: in response to CYC and STB
            Assert(~(self.bus.read | self.bus.write) | s["wb_cyc_i"]),  # 3.25: part of a cycle
        ]
        if pipelined:
            self._pipelined(m, s, answer)
        else:
            self._classic(m, s, answer)

    def _classic(self, m: Module, s: dict[str, Signal], answer: Value) -> None:
        asking = s["wb_cyc_i"] & s["wb_stb_i"]
        waits = self.before(m, asking & ~answer, "waits")
        m.d.comb += [
            Assert(~answer | asking),  # 3.35
            Assert(~answer | waits),  # 3.50: an answer for each request, and none beside
        ]
        self.soon(m, asking & ~answer, "answer")
        self._once(m, self.before(m, answer | ~asking, "ended"))

    def _pipelined(self, m: Module, s: dict[str, Signal], answer: Value) -> None:
        """3.1.3.2: a request is taken when STALL is low; each has one answer, in order."""
        taken = s["wb_cyc_i"] & s["wb_stb_i"] & ~s["wb_stall_o"]
        owed = Signal(3, name="owed")
        m.d.sync += owed.eq(owed + taken - answer)
        with m.If(~s["wb_cyc_i"]):
            m.d.sync += owed.eq(0)
        m.d.comb += [Assert(~answer | (owed > 0)), Assert(owed <= 2)]
        self.soon(m, (owed > 0) & ~answer, "answer")
        self.soon(m, s["wb_stall_o"], "stall")

    def _once(self, m: Module, new: Value) -> None:
        """One write at most for each request."""
        written = Signal(name="written")
        m.d.sync += written.eq(self.bus.write | (written & ~new))
        m.d.comb += Assert(~self.bus.write | ~written | new)
