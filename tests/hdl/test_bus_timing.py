"""Latency and throughput of the adapters are what their docstrings say, cycle by cycle."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from amaranth.hdl import Elaboratable, Module, Signal
from amaranth.lib import wiring
from amaranth.sim import Simulator

from hdl.bus import Axi4Lite, Wishbone, on_words
from hdl.csr import BusParameters, BusRegister, RegisterBus

PARAMETERS = on_words(BusParameters((BusRegister("first", 0, 4), BusRegister("second", 4, 4))))


class Registers(Elaboratable):
    """An adapter, a register bus, and two registers."""

    def __init__(self, adapter: wiring.Component) -> None:
        self.adapter = adapter
        self.bus = RegisterBus(PARAMETERS)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.adapter, m.submodules.bus = adapter, bus = self.adapter, self.bus
        m.d.comb += [
            bus.read.eq(adapter.bus_read),
            bus.write.eq(adapter.bus_write),
            bus.addr.eq(adapter.bus_addr),
            adapter.bus_rdata.eq(bus.rdata),
            adapter.bus_error.eq(bus.error),
        ]
        for i, value in enumerate((bus.value_0, bus.value_1)):
            stored = Signal(32, name=f"stored_{i}")
            m.d.comb += value.eq(stored)
            with m.If(getattr(bus, f"writes_{i}")):
                m.d.sync += stored.eq(adapter.bus_wdata)
        return m


def run(adapter: wiring.Component, bench: Callable[[Any], Any]) -> None:
    simulator = Simulator(Registers(adapter))
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()


def gaps(cycles: list[int]) -> set[int]:
    return {b - a for a, b in itertools.pairwise(cycles)}


async def axi_cycles(
    ctx: Any, axi: Axi4Lite, channels: tuple[str, ...], count: int
) -> dict[str, list[int]]:
    """Keep requests valid; return the cycles of each channel's handshakes."""
    ready = ["aw", "w", "b", "ar", "r"]
    seen: dict[str, list[int]] = {c: [] for c in ready}
    ctx.set(axi.s_axi_bready, 1)
    ctx.set(axi.s_axi_rready, 1)
    for channel in channels:
        ctx.set(getattr(axi, f"s_axi_{channel}valid"), 1)
    for cycle in range(count):
        for c in ready:
            if ctx.get(getattr(axi, f"s_axi_{c}valid") & getattr(axi, f"s_axi_{c}ready")):
                seen[c].append(cycle)
        await ctx.tick()
    return seen


@pytest.mark.parametrize(("strobes", "latency", "each"), [(15, 3, 3), (3, 4, 4), (0, 2, 2)])
def test_axi4_lite_writes(strobes: int, latency: int, each: int) -> None:
    axi = Axi4Lite(PARAMETERS)

    async def bench(ctx: Any) -> None:
        ctx.set(axi.s_axi_wstrb, strobes)
        seen = await axi_cycles(ctx, axi, ("aw", "w"), 60)
        assert seen["aw"][0] == seen["w"][0] == 0
        assert seen["b"][0] == latency
        assert gaps(seen["b"]) == {each}

    run(axi, bench)


def test_axi4_lite_reads() -> None:
    axi = Axi4Lite(PARAMETERS)

    async def bench(ctx: Any) -> None:
        seen = await axi_cycles(ctx, axi, ("ar",), 60)
        assert seen["ar"][0] == 0 and seen["r"][0] == 3
        assert gaps(seen["r"]) == {3}

    run(axi, bench)


def test_axi4_lite_reads_beside_writes() -> None:
    """The register bus is free two cycles of three: neither slows the other down."""
    axi = Axi4Lite(PARAMETERS)

    async def bench(ctx: Any) -> None:
        ctx.set(axi.s_axi_wstrb, 15)
        seen = await axi_cycles(ctx, axi, ("aw", "w", "ar"), 61)
        assert abs(len(seen["b"]) - len(seen["r"])) <= 1
        assert gaps(seen["b"]) | gaps(seen["r"]) == {3}
        assert {seen["b"][0], seen["r"][0]} == {3, 4}  # one of them had to wait a cycle

    run(axi, bench)


@pytest.mark.parametrize("pipelined", [False, True])
@pytest.mark.parametrize(("write", "select"), [(False, 15), (True, 15), (True, 3)])
def test_wishbone(pipelined: bool, write: bool, select: int) -> None:
    wishbone = Wishbone(PARAMETERS, pipelined=pipelined)
    partial = write and select != 15

    async def bench(ctx: Any) -> None:
        for name, value in {"cyc": 1, "stb": 1, "we": write, "sel": select}.items():
            ctx.set(getattr(wishbone, f"wb_{name}_i"), value)
        answers, stalls = [], []
        for cycle in range(60):
            if ctx.get(wishbone.wb_ack_o):
                answers.append(cycle)
            if pipelined and ctx.get(wishbone.wb_stall_o):
                stalls.append(cycle)
            await ctx.tick()
        assert answers[0] == 1 + partial
        assert gaps(answers) == {1 + partial + (not pipelined)}
        assert gaps(stalls) == ({2} if pipelined and partial else set())

    run(wishbone, bench)
