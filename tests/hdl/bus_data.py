"""What the adapters carry, as assertions: addresses, data, lanes and errors of every access.

Beside the protocol's rules (`bus_monitors`): the words of docs/buses.md register by
register, written without the adapters' own code. Registers may hold
anything, but hold it for the length of a run, so that an answer can be told from its request.
"""

from __future__ import annotations

from dataclasses import dataclass

from amaranth.hdl import Assert, Assume, Cat, Const, Module, ResetSignal, Signal, Value

from hdl.csr import BusRegister
from tests.hdl.bus_monitors import AxiMonitored, Monitored, WishboneMonitored

__all__ = ["AxiData", "WishboneData"]


@dataclass(frozen=True)
class _Place:
    """An element of a register on the bus."""

    index: int
    offset: int
    register: BusRegister


class _Monitor(Monitored):
    """Tables of what accesses do; the buses differ in when they do it."""

    @property
    def size(self) -> int:
        """Bytes of a word."""
        return 4

    def places(self) -> list[_Place]:
        registers = self.bus.parameters.registers
        return [_Place(i, o, r) for i, r in enumerate(registers) for o in r.offsets]

    def chosen(self, p: _Place, address: Value, strobes: Value) -> Value:
        """Return whether the strobed bytes, some and none below the address, are of a register."""
        ours = [p.offset <= p.offset // self.size * self.size + k < p.offset + p.register.size
                for k in range(self.size)]  # fmt: skip
        right = [
            ~strobes[k] | (Const(int(ours[k]), 1) & (address[:2] <= k)) for k in range(self.size)
        ]
        same_word = address[2:] == p.offset // self.size
        return same_word & strobes.any() & Cat(*right).all()

    def on_lanes(self, p: _Place) -> Value:
        """Return a register's value on its bytes of the word."""
        low = p.offset % self.size
        value = self.values[f"value_{p.index}"]
        return Cat(Const(0, 8 * low), value, Const(0, 8 * self.size - 8 * low - len(value)))

    def table(self, m: Module, name: str, address: Value, strobes: Value) -> dict[str, Signal]:
        """Return what an access with these would do, as signals."""
        shapes = {"write": 1, "write_error": 1, "read_error": 1, "offset": len(address)}
        shapes |= {"lanes": self.size, "value": 8 * self.size}
        s = {n: Signal(width, name=f"{name}_{n}") for n, width in shapes.items()}
        m.d.comb += [s["write_error"].eq(strobes.any()), s["read_error"].eq(strobes.any())]
        for p in self.places():
            with m.If(self.chosen(p, address, strobes)):
                self._row(m, s, p, strobes)
        return s

    def _row(self, m: Module, s: dict[str, Signal], p: _Place, strobes: Value) -> None:
        r = p.register
        lanes = ((1 << r.size) - 1) << p.offset % self.size
        possible = (strobes == lanes) | Const(int(r.readable and r.writable and r.pure), 1)
        m.d.comb += [
            s["write"].eq(possible),
            s["write_error"].eq(~possible | Const(int(not r.writable), 1)),
            s["read_error"].eq(not r.readable),
            s["offset"].eq(p.offset),
            s["lanes"].eq(lanes),
            s["value"].eq(self.on_lanes(p) if r.readable else 0),
        ]

    def exact(self, m: Module, address: Value) -> tuple[Signal, Signal]:
        """Return the word and the error of a read at a register's exact address."""
        word, error = Signal(8 * self.size, name="exact_word"), Signal(name="exact_error", init=1)
        with m.Switch(address):
            for p in self.places():
                if p.register.readable:
                    with m.Case(p.offset):
                        m.d.comb += [word.eq(self.on_lanes(p)), error.eq(0)]
        return word, error

    def still(self, m: Module) -> None:
        """Assume that registers hold what they hold, and no reset."""
        m.d.comb += Assume(~ResetSignal())
        started = Signal(name="started")
        m.d.sync += started.eq(1)
        for name, value in self.values.items():
            m.d.comb += Assume(~started | (value == self.before(m, value, name)))

    def written(self, m: Module, s: dict[str, Signal], data: Value, strobes: Value) -> Value:
        """Return whether the register bus writes what the access brings, where it belongs."""
        bytes_ = []
        for k in range(self.size):
            new, old = data.word_select(k, 8), s["value"].word_select(k, 8)
            one = Signal(8, name=f"{s['write'].name}_byte_{k}")
            m.d.comb += one.eq(old)
            with m.If(strobes[k]):
                m.d.comb += one.eq(new)
            bytes_.append(one)
        right = []
        for low in range(self.size):  # the register's first byte; bytes behind it do not matter
            same = [
                ~s["lanes"][low + k] | (self.adapter.bus_wdata.word_select(k, 8) == bytes_[low + k])
                for k in range(self.size - low)
            ]
            right.append((s["offset"][:2] != low) | Cat(*same).all())
        return s["write"] & (self.bus.addr == s["offset"]) & Cat(*right).all()

    def queue(self, m: Module, name: str, new: Value, enters: Value, leaves: Value) -> Signal:
        """Return the oldest of what has entered and not left; at most two are inside."""
        first = Signal(len(new), name=f"{name}_first")
        second = Signal(len(new), name=f"{name}_second")
        count = Signal(2, name=f"{name}_count")
        m.d.sync += count.eq(count + enters - leaves)
        with m.If(leaves):
            m.d.sync += first.eq(second)
        with m.If(enters & (count - leaves == 0)):
            m.d.sync += first.eq(new)
        with m.If(enters & (count - leaves == 1)):
            m.d.sync += second.eq(new)
        return first


class AxiData(_Monitor, AxiMonitored):
    """AXI4-Lite: each response against the oldest request without one."""

    def rules(self, m: Module) -> None:
        """Assert them."""
        self.still(m)
        s = {n.removeprefix("s_axi_"): v for n, v in self.signals.items()}
        taken = {c: s[f"{c}valid"] & s[f"{c}ready"] for c in ("aw", "w", "b", "ar", "r")}
        address = self.queue(m, "aw", s["awaddr"], taken["aw"], taken["b"])
        word = self.queue(m, "w", Cat(s["wdata"], s["wstrb"]), taken["w"], taken["b"])
        data, strobes = word[:32], word[32:]
        row = self.table(m, "write", address, strobes)
        m.d.comb += Assert(~self.bus.write | self.written(m, row, data, strobes))
        done = Signal(name="write_done")
        m.d.sync += done.eq((done | self.bus.write) & ~taken["b"])
        m.d.comb += Assert(
            ~s["bvalid"] | ((done == row["write"]) & (s["bresp"] == row["write_error"] << 1))
        )
        asked = self.queue(m, "ar", s["araddr"], taken["ar"], taken["r"])
        found, refused = self.exact(m, asked)
        m.d.comb += Assert(~s["rvalid"] | ((s["rdata"] == found) & (s["rresp"] == refused << 1)))


class WishboneData(_Monitor, WishboneMonitored):
    """Wishbone: each answer against the request that was accepted last; nothing is abandoned."""

    def rules(self, m: Module) -> None:
        """Assert them."""
        self.still(m)
        s = self.signals
        answer = s["wb_ack_o"] | s["wb_err_o"]
        asking = s["wb_cyc_i"] & s["wb_stb_i"]
        now = Cat(s["wb_dat_i"], s["wb_sel_i"], s["wb_we_i"], s["wb_adr_i"])
        if self.adapter.pipelined:
            taken = asking & ~s["wb_stall_o"]
            owed = Signal(2, name="owed_data")
            m.d.sync += owed.eq(owed + taken - answer)
            m.d.comb += Assume((owed == 0) | s["wb_cyc_i"])
        else:
            waits = self.before(m, asking & ~answer, "waiting")
            taken = asking & ~waits
            same = now == self.before(m, now, "request")
            m.d.comb += Assume(~waits | (asking & same))
        self._judge(m, taken, answer, now)

    def _judge(self, m: Module, taken: Value, answer: Value, now: Value) -> None:
        s = self.signals
        last = Signal(len(now), name="last")
        with m.If(taken):
            m.d.sync += last.eq(now)
        checks = []
        for name, request in (("now", now), ("last", last)):
            data, strobes, we, address = request[:32], request[32:36], request[36], request[37:]
            row = self.table(m, name, address, strobes)
            checks.append((row, we, we & self.written(m, row, data, strobes)))
        (_, _, writes_now), (row, we, writes_last) = checks
        right = Signal(name="write_right")
        m.d.comb += right.eq(writes_last)
        with m.If(taken):
            m.d.comb += right.eq(writes_now)
        m.d.comb += Assert(~self.bus.write | right)
        done = Signal(name="write_done")
        with m.If(taken | self.bus.write):
            m.d.sync += done.eq(self.bus.write)
        read = (s["wb_dat_o"] == row["value"]) | row["read_error"]
        m.d.comb += [
            Assert(~(answer & we) | (done == row["write"])),
            Assert(~(answer & we) | (s["wb_err_o"] == row["write_error"])),
            Assert(~(answer & ~we) | ((s["wb_err_o"] == row["read_error"]) & read)),
        ]
