"""Masters of the standard buses for the interactive bench, with delays drawn per access.

The drivers are those of `cocotbext-axi` and `cocotbext-wishbone`: written by others, so that they
and the adapters do not share a misreading of a standard.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from cocotb.handle import HierarchyObject

from gen.ir.transaction import Kind

__all__ = ["AxiMaster", "Master", "WbMaster", "lanes", "master"]

ACKNOWLEDGED = 1  # code of the driver; 2 is an error
PATIENCE = 64  # cycles that an adapter may take


class Master(Protocol):
    """Performs one access at a time."""

    async def access(
        self, kind: int, offset: int, data: int, rng: random.Random
    ) -> tuple[int, int]:
        """Perform a read or a write of a register; return data (of a read) and error."""


def lanes(manifest: Mapping[str, Any], offset: int) -> tuple[int, int]:
    """Return the bytes of the word that a register at `offset` has: strobes, and bits of shift.

    All bytes if none starts there; then the access must be refused, whatever else the word holds.
    """
    size = manifest["bus"]["data"] // 8
    for r in manifest["registers"]:
        if offset in range(r["offset"], r["offset"] + r["count"] * max(1, r["stride"])) and (
            r["count"] == 1 or (offset - r["offset"]) % r["stride"] == 0
        ):
            low = offset % size
            return ((1 << r["size"]) - 1) << low, 8 * low
    return (1 << size) - 1, 0


def master(dut: HierarchyObject, manifest: Mapping[str, Any]) -> Master | None:
    """Return the master of a unit's bus, or None if it is the native one."""
    bus = manifest["bus"]
    if bus is None or bus["kind"] == "native":
        return None
    return AxiMaster(dut, manifest) if bus["kind"] == "axi4-lite" else WbMaster(dut, manifest)


def pauses(rng: random.Random) -> Iterator[bool]:
    """Yield for ever whether a channel waits in a cycle; one time in four it never does."""
    share = rng.choice((0.0, 0.2, 0.5, 0.8))
    while True:
        yield rng.random() < share


class AxiMaster:
    """AXI4-Lite; the five channels wait independently of each other."""

    def __init__(self, dut: HierarchyObject, manifest: Mapping[str, Any]) -> None:
        from cocotbext.axi import AxiLiteBus, AxiLiteMaster

        clock = getattr(dut, manifest["clock"])
        self.manifest = manifest
        self.master = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axi"), clock)
        write, read = self.master.write_if, self.master.read_if
        self.aw, self.w, self.b = write.aw_channel, write.w_channel, write.b_channel
        self.ar, self.r = read.ar_channel, read.r_channel

    async def access(
        self, kind: int, offset: int, data: int, rng: random.Random
    ) -> tuple[int, int]:
        """Perform one access, on the channels themselves: strobes are as we say."""
        for channel in (self.aw, self.w, self.b, self.ar, self.r):
            channel.set_pause_generator(pauses(random.Random(rng.getrandbits(64))))
        if kind == Kind.WRITE:
            strobes, shift = lanes(self.manifest, offset)
            return 0, await self.write(offset, data << shift, strobes)
        return await self.read(offset)

    async def write(self, address: int, data: int, strobes: int) -> int:
        """Write a word; return whether it was refused."""
        width = self.manifest["bus"]["data"]
        await self.aw.send(self.aw._transaction_obj(awaddr=address, awprot=0))
        word = data & (1 << width) - 1
        await self.w.send(self.w._transaction_obj(wdata=word, wstrb=strobes))
        return int(int((await self.b.recv()).bresp) != 0)

    async def read(self, address: int) -> tuple[int, int]:
        """Read the register at an address; return its value and whether it was refused."""
        await self.ar.send(self.ar._transaction_obj(araddr=address, arprot=0))
        answer = await self.r.recv()
        _, shift = lanes(self.manifest, address)
        return int(answer.rdata) >> shift, int(int(answer.rresp) != 0)


class WbMaster:
    """Wishbone, classic or pipelined as the unit's ports say."""

    def __init__(self, dut: HierarchyObject, manifest: Mapping[str, Any]) -> None:
        from cocotbext.wishbone.driver import WishboneMaster

        names = {n: f"{n}_i" for n in ("cyc", "stb", "we", "adr", "sel")}
        names |= {"datwr": "dat_i", "datrd": "dat_o", "ack": "ack_o", "err": "err_o"}
        if manifest["bus"]["kind"] == "wishbone-pipelined":
            names["stall"] = "stall_o"
        self.manifest = manifest
        clock = getattr(dut, manifest["clock"])
        width = manifest["bus"]["data"]
        self.master = WishboneMaster(dut, "wb", clock, PATIENCE, width, signals_dict=names)

    async def access(
        self, kind: int, offset: int, data: int, rng: random.Random
    ) -> tuple[int, int]:
        """Perform one access in a bus cycle of its own."""
        strobes, shift = lanes(self.manifest, offset)
        word = (data << shift) & (1 << self.manifest["bus"]["data"]) - 1
        idle = max(0, rng.randrange(-3, 4))
        return await self.perform(kind, offset, word, strobes, idle)

    async def perform(
        self, kind: int, address: int, word: int, strobes: int, idle: int = 0
    ) -> tuple[int, int]:
        """Perform one access of the bytes that `strobes` choose; `idle` cycles lie before STB."""
        from cocotbext.wishbone.driver import WBOp

        written = word if kind == Kind.WRITE else None
        (answer,) = await self.master.send_cycle([WBOp(address, written, idle, strobes)])
        _, shift = lanes(self.manifest, address)
        value = int(answer.datrd) >> shift if kind == Kind.READ else 0
        return value, int(answer.ack != ACKNOWLEDGED)
