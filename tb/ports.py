"""Several pairs of streams, or two stages: the interactive bench cycle by cycle.

The rules are those of `harness.cpp`: drive, settle, sample, clock edge, in the same order, so that
the same stream takes the same cycles on both benches.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gen.ir.transaction import Kind
from tb.batch import RESULT_DTYPE, Outcome
from tb.interactive import PATIENCE, Interactive, Violation

__all__ = ["SeveralPorts", "port_of"]

_WORD = (1 << 64) - 1
_CAPACITY = 4  # requests of a port that are driven and not answered
_BUS = (Kind.WRITE, Kind.READ)


def port_of(va: int, access: int, stall: int, ports: int) -> int:
    """Return the port that makes a request: it follows from the request alone."""
    mixed = (va ^ va >> 17 ^ access ^ stall) * 0x9E3779B97F4A7C15 & _WORD
    return (mixed >> 40) % ports


@dataclass
class _Stream:
    """One pair of streams: what is on its way through the unit.

    Members
    -------
    waiting : transactions driven and not answered, oldest first
    request : the one being driven, or None
    ready : the response is being taken, if there is one
    stages : which stages hold a request, from the first on
    hold : cycles that the oldest response still has to wait
    held : the response that was not taken in the last cycle
    """

    suffix: str
    stages: list[bool]
    waiting: deque[int] = field(default_factory=deque)
    request: int | None = None
    ready: bool = True
    hold: int = 0
    held: tuple[int, int] | None = None

    def due(self) -> bool:
        """Return whether there must be a response."""
        return self.stages[-1] if self.stages else self.request is not None

    def room(self) -> bool:
        """Return whether a request must be taken."""
        return self.ready or not all(self.stages or [True])

    def edge(self, taken: bool) -> None:
        """Let each stage pass on what the next one has room for."""
        moves = self.ready
        for i in reversed(range(len(self.stages))):
            moves = moves or not self.stages[i]
            if moves:
                self.stages[i] = self.stages[i - 1] if i else taken


class SeveralPorts(Interactive):
    """Drives one device with several pairs of streams, or a latency of two cycles."""

    async def run(self, stream: NDArray[Any]) -> Outcome:
        """Reset the device and run the stream."""
        self.results = np.zeros(stream.shape, RESULT_DTYPE)
        self.stalls = stream["stall"].tolist()
        names = ("kind", "va", "access", "offset", "data")
        self.index = 0
        self.columns = {n: stream[n].tolist() for n in names}
        stages = self.manifest["latency"]
        self.streams = [_Stream(s, [False] * stages) for s in self.manifest["streams"]]
        self.next, self.end, self.progress = 0, len(stream), 0
        self.idle = self.stalls[0] & 15 if self.end else 0
        self.bus: int | None = None
        self.bus_before: int | None = None
        try:
            await self._reset()
            while not self._finished():
                await self._one_cycle()
        except Violation as v:
            return Outcome(self.results, min(self._open(), v.index), str(v), v.index, self.cycles)
        return Outcome(self.results, len(stream), "", 0, self.cycles)

    async def _one_cycle(self) -> None:
        standard = self._drive_cycle()
        if standard is not None:
            kind, offset, data = (self.columns[n][standard] for n in ("kind", "offset", "data"))
            await self._access(standard, kind, offset, data[0] | data[1] << 64)
            self.progress = self.cycles
            return
        await self.settle
        for s in self.streams:
            self._sample(s)
        self._sample_bus()
        await self.edge
        self.cycles += 1
        self._look()
        if self.cycles - self.progress > PATIENCE:
            raise Violation(6, self._blame())

    # What is open

    def _outstanding(self) -> Iterator[int]:
        return (s.waiting[0] for s in self.streams if s.waiting)

    def _open(self) -> int:
        """Return the first transaction without a result."""
        found = [self.next, *self._outstanding()]
        return min(found if self.bus_before is None else [*found, self.bus_before])

    def _finished(self) -> bool:
        idle = self.bus is None and self.bus_before is None
        return self.next == self.end and idle and not any(s.waiting for s in self.streams)

    def _asking(self) -> bool:
        return any(s.request is not None for s in self.streams)

    def _blame(self) -> int:
        return min([*self._outstanding(), max(0, self.next - 1)])

    # Driving

    def _advance(self) -> None:
        self.next += 1
        self.idle = self.stalls[self.next] & 15 if self.next < self.end else 0
        self.progress = self.cycles

    def _drive_cycle(self) -> int | None:
        """Drive a cycle; return the access that a master of a standard bus has to make first."""
        ports = self.ports
        self.rst.value = 0
        for role in ("bus_read", "bus_write"):
            if role in ports and self.master is None:
                ports[role].value = 0
        self.bus_before, self.bus = self.bus, None
        standard = self._start()
        for s in self.streams:
            s.ready = not s.waiting or s.hold == 0
            ports[f"req_valid{s.suffix}"].value = int(s.request is not None)
            ports[f"rsp_ready{s.suffix}"].value = int(s.ready)
        if self._overlaps():
            self._strobe()
        return standard

    def _overlaps(self) -> bool:
        """Return whether an access follows in the cycle that takes the requests before it.

        They must not see what it writes.
        """
        native = self.master is None and "bus_addr" in self.ports
        if not native or self.bus is not None or self.next == self.end or self.idle:
            return False
        taken = all(s.room() for s in self.streams if s.request is not None)
        return self.columns["kind"][self.next] in _BUS and self._asking() and taken

    def _start(self) -> int | None:
        """Start what can start: requests, one a port, or one of the others."""
        begun = False
        while self.next < self.end:
            if self.idle:
                if not begun and not self._asking():
                    self.idle -= 1
                    self.progress = self.cycles
                return None
            kind = self.columns["kind"][self.next]
            if kind == Kind.TRANSLATE:
                if not self._request_starts():
                    return None
                begun = True
                continue
            if self._asking():
                return None
            if kind in _BUS and self.master is None:
                self._strobe()
                return None
            if any(s.waiting for s in self.streams):
                return None
            done = self.next
            self._advance()
            if kind in _BUS:
                return done
            if kind == Kind.RESET:
                self.rst.value = 1
                return None
        return None

    def _request_starts(self) -> bool:
        """Drive the next request if its port is free."""
        i = self.next
        va, access, stall = self.columns["va"][i], self.columns["access"][i], self.stalls[i]
        s = self.streams[port_of(va, access, stall, len(self.streams))]
        if s.request is not None or len(s.waiting) == _CAPACITY:
            return False
        s.request = i
        for role, value in (("req_va", va), ("req_access", access)):
            self.ports[f"{role}{s.suffix}"].value = value & self.masks[f"{role}{s.suffix}"]
        if not s.waiting:
            s.hold = stall >> 4
        s.waiting.append(i)
        self._advance()
        return True

    def _strobe(self) -> None:
        """Access a register on the native bus."""
        i, ports = self.next, self.ports
        data = self.columns["data"][i]
        if "bus_addr" not in ports:  # a unit without registers refuses every access
            self.results[i] = ((0, 0), 0, 1)
        else:
            ports["bus_addr"].value = self.columns["offset"][i] & self.masks["bus_addr"]
            write = self.columns["kind"][i] == Kind.WRITE
            if write:
                value = (data[0] | data[1] << 64) & self.masks["bus_wdata"]
                ports["bus_wdata"].value = value
            ports["bus_write" if write else "bus_read"].value = 1
            self.bus = i
        self._advance()

    # Sampling

    def _sample(self, s: _Stream) -> None:
        asked = s.request
        taken = asked is not None and self._value(f"req_ready{s.suffix}") == 1
        if asked is not None and taken != s.room():
            raise Violation(9 if taken else 5, asked)
        valid = self._value(f"rsp_valid{s.suffix}") == 1
        if valid != s.due():
            raise Violation(1 if valid else 3 if s.held else 2, self._blame())
        if taken:
            s.request = None
            self.progress = self.cycles
        if valid:
            self._response(s)
        s.edge(taken)

    def _response(self, s: _Stream) -> None:
        found = self._value(f"rsp_pa{s.suffix}"), self._value(f"rsp_cause{s.suffix}")
        self.progress = self.cycles
        if s.held is not None and s.held != found:
            raise Violation(4, s.waiting[0])
        if not s.ready:
            s.held = found
            s.hold -= 1
            return
        pa, cause = found
        self.results[s.waiting.popleft()] = ((pa & _WORD, pa >> 64), cause, 0)
        s.held = None
        s.hold = self.stalls[s.waiting[0]] >> 4 if s.waiting else 0

    def _sample_bus(self) -> None:
        if "bus_error" not in self.ports:
            return
        error = self._value("bus_error")
        if self.bus_before is None:
            if error:
                raise Violation(7, self._blame())
            return
        value = self._value("bus_rdata")
        self.results[self.bus_before] = ((value & _WORD, value >> 64), 0, error)
        self.bus_before = None
