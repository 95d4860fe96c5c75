"""The interactive bench: coroutines drive and watch each signal, a transaction at a time.

Everything happens at the falling edge of the clock: what the device shows there is of the state
after the rising edge before it, and what is driven there is taken by the rising edge after it.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from cocotb.handle import HierarchyObject
from cocotb.triggers import FallingEdge, SimTimeoutError, Timer, with_timeout
from cocotb.utils import get_sim_time
from numpy.typing import NDArray

from gen.ir.transaction import WINDOW_BASE, WINDOW_SIZE, Kind
from tb.batch import RESULT_DTYPE, VIOLATIONS, Outcome
from tb.build import DEFAULT_PARAMETER
from tb.buses import master
from tb.defined import undefined

__all__ = ["PATIENCE", "PERIOD", "Interactive", "Violation"]

_WORD = (1 << 64) - 1
PATIENCE = 1024  # cycles without progress that count as a hang
PERIOD = 10  # ns of a clock cycle


class Violation(Exception):
    """The device broke the protocol."""

    def __init__(self, code: int, index: int, more: str = "") -> None:
        super().__init__(VIOLATIONS[code] + more)
        self.code = code
        self.index = index


@dataclass
class _Memory:
    """The memory behind the unit's port: answers loads, with delays that follow from `stall`."""

    window: bytearray = field(default_factory=lambda: bytearray(WINDOW_SIZE))
    wait: int = -1
    address: int = 0

    def bytes(self, address: int, size: int) -> int:
        """Return `size` bytes; outside the window everything is 0."""
        at = [address + k - WINDOW_BASE for k in range(size)]
        data = bytes(self.window[i] if 0 <= i < WINDOW_SIZE else 0 for i in at)
        return int.from_bytes(data, "little")

    def store(self, address: int, size: int, value: int) -> None:
        """Write bytes, those that the window has."""
        for k in range(size):
            if 0 <= address + k - WINDOW_BASE < WINDOW_SIZE:
                self.window[address + k - WINDOW_BASE] = value >> 8 * k & 0xFF


class Interactive:
    """Drives one device. `run` takes a stream and returns what the device answered.

    With a simulator that is `four_valued`, each output is looked at in each cycle after reset.
    """

    def __init__(
        self, dut: HierarchyObject, manifest: Mapping[str, Any], *, four_valued: bool = False
    ) -> None:
        self.manifest = manifest
        self.ports = {p["role"]: getattr(dut, p["name"]) for p in manifest["ports"]}
        self.masks = {p["role"]: (1 << p["width"]) - 1 for p in manifest["ports"]}
        self.parameters = [getattr(dut, f"i_{p['name']}") for p in manifest["parameters"]]
        self.rst = getattr(dut, manifest["reset"])
        self.edge = FallingEdge(getattr(dut, manifest["clock"]))
        self.settle = Timer(1, "step")
        self.master = master(dut, manifest)
        self.memory = _Memory()
        outputs = [p["role"] for p in manifest["ports"] if p["direction"] == "output"]
        self.watched = outputs if four_valued else []
        self.cycles = 0
        self.pending: int | None = None  # accepted, not answered yet
        self.load_delay = 0

    async def run(self, stream: NDArray[Any]) -> Outcome:
        """Reset the device and run the stream."""
        self.results = np.zeros(stream.shape, RESULT_DTYPE)
        self.stalls = stream["stall"].tolist()
        columns = [stream[n].tolist() for n in ("kind", "va", "access", "offset", "size", "data")]
        lengths = self._burst_lengths(stream)
        self.index = 0
        try:
            await self._reset()
            while self.index < len(stream):
                i = self.index
                if lengths[i] > 1:
                    await self._burst(i, i + lengths[i], columns[1], columns[2])
                    self.index += lengths[i]
                    continue
                await self._perform(i, *(c[i] for c in columns))
                self.index += 1
            await self._drain()
        except Violation as v:
            return Outcome(self.results, v.index, str(v), v.index, self.cycles)
        return Outcome(self.results, len(stream), "", 0, self.cycles)

    def _burst_lengths(self, stream: NDArray[Any]) -> list[int]:
        """Return for each transaction how many plain requests without stalls start with it."""
        if self.manifest["memory"] is not None or self.manifest["latency"] == 0 or self.watched:
            return [0] * len(stream)
        plain = (stream["kind"] == Kind.TRANSLATE) & (stream["stall"] == 0)
        lengths = np.zeros(len(stream) + 1, np.int64)
        for i in range(len(stream) - 1, -1, -1):
            lengths[i] = lengths[i + 1] + 1 if plain[i] else 0
        return [int(n) for n in lengths]

    async def _burst(self, start: int, end: int, vas: list[int], accesses: list[int]) -> None:
        """Make requests back to back, one each cycle: the same as `_request`, without its cases."""
        if self.pending is not None:
            await self._answer(self.pending)
        ports = self.ports
        va_port, access_port = ports["req_va"], ports["req_access"]
        valid, pa, cause = ports["rsp_valid"], ports["rsp_pa"], ports["rsp_cause"]
        va_mask, access_mask, edge = self.masks["req_va"], self.masks["req_access"], self.edge
        answers: list[tuple[int, int]] = []
        ports["req_valid"].value = 1
        va_port.value = vas[start] & va_mask
        access_port.value = accesses[start] & access_mask
        for i in range(start + 1, end):
            await edge
            if not int(valid.value):
                self._store(start, answers)
                raise Violation(2, i - 1)
            answers.append((int(pa.value), int(cause.value)))
            va_port.value = vas[i] & va_mask
            access_port.value = accesses[i] & access_mask
        await edge
        self.cycles += end - start
        self.pending = end - 1
        self._store(start, answers)

    def _store(self, start: int, answers: list[tuple[int, int]]) -> None:
        """Put a burst's answers among the results."""
        part = self.results[start : start + len(answers)]
        part["value"][:, 0] = [a & _WORD for a, _ in answers]
        part["cause"] = [c for _, c in answers]

    # Cycles

    async def _cycle(self) -> None:
        """Let one clock cycle pass; the memory answers in it."""
        await self.edge
        self.cycles += 1
        self._look()
        if self.manifest["memory"] is not None:
            self._memory()

    def _look(self) -> None:
        """Report an output that is undefined."""
        if self.watched and (role := undefined(self.ports, self.watched)) is not None:
            raise Violation(10, self.index, f": {role}")

    def _value(self, role: str) -> int:
        return int(self.ports[role].value)

    async def _reset(self) -> None:
        for p in self.manifest["ports"]:
            if p["direction"] == "input":
                ready = p["role"].startswith(("rsp_ready", "mem_ready"))
                self.ports[p["role"]].value = int(ready)
        for handle in self.parameters:
            handle.value = DEFAULT_PARAMETER
        self.rst.value = 1
        await self.edge  # before it an output may be undefined
        self.cycles += 1
        await self._cycle()
        self.rst.value = 0

    # Transactions

    async def _perform(
        self, i: int, kind: int, va: int, access: int, offset: int, size: int, data: list[int]
    ) -> None:
        if idle := self.stalls[i] & 15:
            await self._idle(idle)
        if kind == Kind.TRANSLATE:
            await self._request(i, va, access)
            return
        await self._drain()
        if kind == Kind.STORE:
            self.memory.store(va, size, data[0] | data[1] << 64)
        elif kind == Kind.RESET:
            self.rst.value = 1
            await self._cycle()
            self.rst.value = 0
        else:
            await self._access(i, kind, offset, data[0] | data[1] << 64)

    async def _idle(self, cycles: int) -> None:
        """Ask for nothing for some cycles; nothing may come then."""
        await self._drain()
        for _ in range(cycles):
            await self._cycle()
            if self.manifest["memory"] is None and self._value("rsp_valid"):
                raise Violation(1, self.index)
            if "bus_error" in self.ports and self._value("bus_error"):
                raise Violation(7, self.index)

    async def _request(self, i: int, va: int, access: int) -> None:
        """Start a request; it overlaps with the answer to the one before it."""
        if self.manifest["memory"] is not None or self.manifest["latency"] == 0:
            await self._whole_request(i, va, access)
            return
        if self.pending is not None:
            await self._answer(self.pending)
        self._drive(va, access)
        await self.edge
        self.cycles += 1
        self._look()
        self.pending = i

    def _drive(self, va: int, access: int) -> None:
        ports = self.ports
        ports["req_va"].value = va & self.masks["req_va"]
        ports["req_access"].value = access & self.masks["req_access"]
        ports["req_valid"].value = 1

    async def _answer(self, i: int) -> None:
        """Take the answer that is due now, after making it wait as the stream says."""
        ports = self.ports
        if not int(ports["rsp_valid"].value):
            raise Violation(2, i)
        pa, cause = int(ports["rsp_pa"].value), int(ports["rsp_cause"].value)
        hold = self.stalls[i] >> 4
        if hold:
            await self._hold(i, hold, pa, cause)
            await self.settle
            if not self._value("req_ready"):
                raise Violation(5, i)
        self.results[i] = ((pa & _WORD, pa >> 64), cause, 0)
        self.pending = None

    async def _hold(self, i: int, hold: int, pa: int, cause: int) -> None:
        """Refuse a response for some cycles, with a request waiting behind it."""
        self.ports["rsp_ready"].value = 0
        for _ in range(hold):
            await self._cycle()
            if not self._value("rsp_valid"):
                raise Violation(3, i)
            if (self._value("rsp_pa"), self._value("rsp_cause")) != (pa, cause):
                raise Violation(4, i)
        self.ports["rsp_ready"].value = 1

    async def _drain(self) -> None:
        """Stop requesting and take the answer that is due; it leaves with the next cycle."""
        self.ports["req_valid"].value = 0
        if self.pending is not None:
            await self._answer(self.pending)

    async def _whole_request(self, i: int, va: int, access: int) -> None:
        """Make a request and wait for its answer: latency 0, or state in memory."""
        self.load_delay = self.stalls[i] & 3
        self._drive(va, access)
        hold = self.stalls[i] >> 4
        self.ports["rsp_ready"].value = int(hold == 0)
        await self.settle
        accepted = False
        for _ in range(PATIENCE):
            taken = self._value("req_ready") == 1
            if (accepted or self.manifest["latency"] == 0) and self._value("rsp_valid"):
                break
            await self._cycle()
            if taken and not accepted:
                accepted = True
                self.ports["req_valid"].value = 0
            await self.settle
        else:
            raise Violation(6, i)
        pa, cause = self._value("rsp_pa"), self._value("rsp_cause")
        if hold:
            await self._hold(i, hold, pa, cause)
        self.results[i] = ((pa & _WORD, pa >> 64), cause, 0)
        await self._cycle()
        self.ports["req_valid"].value = 0

    async def _access(self, i: int, kind: int, offset: int, data: int) -> None:
        """Access a register on the unit's bus."""
        if self.master is None:
            await self._bus(i, kind, offset, data)
            return
        # Delays follow from the transaction, so that an epoch replayed alone has the same.
        rng = random.Random(zlib.crc32(repr((kind, offset, data, self.stalls[i])).encode()))
        start = get_sim_time("ns")
        access = self.master.access(kind, offset, data, rng)
        try:
            value, error = await with_timeout(access, PATIENCE * PERIOD, "ns")
        except SimTimeoutError:
            raise Violation(6, i) from None
        await self.edge
        self.cycles += int(get_sim_time("ns") - start) // PERIOD
        self.results[i] = ((value & _WORD, value >> 64), 0, error)

    async def _bus(self, i: int, kind: int, offset: int, data: int) -> None:
        """Access a register; the answer is there in the cycle after the strobe."""
        ports = self.ports
        if "bus_addr" not in ports:  # a unit without registers refuses every access
            self.results[i] = ((0, 0), 0, 1)
            return
        ports["bus_addr"].value = offset & self.masks["bus_addr"]
        if kind == Kind.WRITE:
            ports["bus_wdata"].value = data & self.masks["bus_wdata"]
        strobe = ports["bus_write" if kind == Kind.WRITE else "bus_read"]
        strobe.value = 1
        await self._cycle()
        strobe.value = 0
        value = self._value("bus_rdata")  # after a write, too: it is 0 then
        error = self._value("bus_error")
        if value or error:
            self.results[i] = ((value & _WORD, value >> 64), 0, error)

    def _memory(self) -> None:
        """Answer the memory port: accept a load, wait, then give its data for one cycle."""
        ports, memory = self.ports, self.memory
        ports["mem_rsp_valid"].value = 0
        if memory.wait < 0 and self._value("mem_valid"):
            memory.address = self._value("mem_addr")
            memory.wait = self.load_delay
        elif memory.wait > 0:
            memory.wait -= 1
        elif memory.wait == 0:
            size = self.manifest["memory"]["data"] // 8
            ports["mem_rsp_data"].value = memory.bytes(memory.address, size)
            ports["mem_rsp_valid"].value = 1
            memory.wait = -1
