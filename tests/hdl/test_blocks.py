"""The hardware blocks in Amaranth's simulator, each beside a naive model."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from amaranth.hdl import Elaboratable
from amaranth.sim import Simulator

from hdl.csr import BusParameters, BusRegister, RegisterBus
from hdl.loader import Loader, LoaderParameters
from hdl.stream import ResponseStage


def simulate(dut: Elaboratable, bench: Callable[[Any], Any]) -> None:
    simulator = Simulator(dut)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()


def test_the_response_stage_keeps_order_and_holds_what_waits() -> None:
    dut = ResponseStage(16, 4)
    rng = random.Random(1)
    sent: list[int] = []
    taken: list[int] = []

    async def bench(ctx: Any) -> None:
        waiting: int | None = None
        number = 1
        for _ in range(3000):
            valid, ready = rng.random() < 0.7, rng.random() < 0.5
            ctx.set(dut.i_valid, valid)
            void = number % 3 == 0
            ctx.set(dut.i_payload, number)
            ctx.set(dut.i_status, number % 16)
            ctx.set(dut.i_void, void)
            ctx.set(dut.o_ready, ready)
            full = ctx.get(dut.o_valid)
            assert full == (waiting is not None)
            assert ctx.get(dut.i_ready) == (not full or ready)
            if waiting is not None:
                assert ctx.get(dut.o_payload) == (waiting if waiting % 3 else 0)
                assert ctx.get(dut.o_status) == waiting % 16
            if full and ready:
                taken.append(waiting)
                waiting = None
            if valid and (not full or ready):
                sent.append(number)
                waiting = number
                number += 1
            await ctx.tick()

    simulate(dut, bench)
    assert len(taken) > 500
    assert taken == sent[: len(taken)]


def test_the_response_stage_passes_one_each_cycle() -> None:
    dut = ResponseStage(8, 1)

    async def bench(ctx: Any) -> None:
        ctx.set(dut.i_valid, 1)
        ctx.set(dut.o_ready, 1)
        for k in range(50):
            ctx.set(dut.i_payload, k)
            assert ctx.get(dut.i_ready)
            await ctx.tick()
            assert ctx.get(dut.o_valid) and ctx.get(dut.o_payload) == k  # latency 1

    simulate(dut, bench)


REGISTERS = (
    BusRegister("a", 0x0, 4),
    BusRegister("ro", 0x8, 8, writable=False),
    BusRegister("wo", 0x10, 1, readable=False),
    BusRegister("many", 0x20, 2, count=5, stride=4),
)
# Arrays whose index is no part of the address; one offset that two registers share.
ODD = (
    BusRegister("first", 0x2, 4, writable=False),
    BusRegister("second", 0x2, 2),
    BusRegister("wide", 0x8, 2, count=3, stride=6),
    BusRegister("late", 0x24, 4, count=4, stride=4),
)
FULL = (BusRegister("cfg", 0x0, 4), BusRegister("all", 0x23, 1, count=4, stride=8))


@pytest.mark.parametrize(
    ("registers", "widths"), [(REGISTERS, (64, 6, 3)), (ODD, (32, 6, 2)), (FULL, (32, 6, 2))]
)
def test_the_register_bus_decodes_exact_offsets(
    registers: tuple[BusRegister, ...], widths: tuple[int, int, int]
) -> None:
    parameters = BusParameters(registers)
    found = (parameters.data_width, parameters.address_width, parameters.index_width)
    assert found == widths
    dut = RegisterBus(parameters)
    known: dict[int, tuple[int, int]] = {}
    for i, r in enumerate(registers):
        for k, o in enumerate(r.offsets):
            known.setdefault(o, (i, k))
    rng = random.Random(2)

    async def bench(ctx: Any) -> None:
        for i, r in enumerate(registers):
            ctx.set(getattr(dut, f"value_{i}"), 0x1122_3344_5566_7788 >> i & (1 << 8 * r.size) - 1)
        for _ in range(2000):
            read = rng.random() < 0.4
            write = not read and rng.random() < 0.6
            offset = rng.choice([*known, rng.randrange(64)])
            ctx.set(dut.read, read)
            ctx.set(dut.write, write)
            ctx.set(dut.addr, offset)
            i, k = known.get(offset, (-1, 0))
            allowed = i >= 0 and (registers[i].readable if read else registers[i].writable)
            for j in range(len(registers)):
                hit = allowed and i == j
                assert ctx.get(getattr(dut, f"reads_{j}")) == (hit and read)
                assert ctx.get(getattr(dut, f"writes_{j}")) == (hit and write)
            if i >= 0 and registers[i].count > 1:
                assert ctx.get(dut.index) == k
            expected = ctx.get(getattr(dut, f"value_{i}")) if read and allowed else 0
            await ctx.tick()
            assert ctx.get(dut.rdata) == expected
            assert ctx.get(dut.error) == ((read or write) and not allowed)

    simulate(dut, bench)


def test_registers_at_one_offset() -> None:
    registers = (BusRegister("first", 0x4, 4), BusRegister("hidden", 0x4, 4))
    dut = RegisterBus(BusParameters(registers))

    async def bench(ctx: Any) -> None:
        ctx.set(dut.value_0, 7)
        ctx.set(dut.value_1, 8)
        ctx.set(dut.read, 1)
        for offset, answer in ((0x4, 7), (0x3, 0)):
            ctx.set(dut.addr, offset)
            assert not ctx.get(dut.reads_1)
            await ctx.tick()
            assert (ctx.get(dut.rdata), ctx.get(dut.error)) == (answer, answer == 0)

    simulate(dut, bench)


def test_the_loader_loads_in_order_and_skips_what_is_disabled() -> None:
    parameters = LoaderParameters((32, 64, 8), address_width=16)
    assert parameters.data_width == 64
    dut = Loader(parameters)
    rng = random.Random(3)
    memory = {a: rng.getrandbits(64) for a in range(64)}

    async def walk(ctx: Any, enables: list[int], delay: int) -> int:
        """Run one walk, and return its cycles from start to done."""
        addresses = [rng.randrange(64) for _ in range(3)]
        for k in range(3):
            ctx.set(getattr(dut, f"address_{k}"), addresses[k])
            ctx.set(getattr(dut, f"enable_{k}"), enables[k])
        assert ctx.get(dut.idle)
        ctx.set(dut.start, 1)
        await ctx.tick()
        ctx.set(dut.start, 0)
        asked: list[int] = []
        left, cycles = -1, 0
        while not ctx.get(dut.done):
            ctx.set(dut.mem_rsp_valid, left == 0)
            if left == 0:
                ctx.set(dut.mem_rsp_data, memory[asked[-1]])
            ctx.set(dut.mem_ready, 1)
            if ctx.get(dut.mem_valid):
                asked.append(ctx.get(dut.mem_addr))
                left = delay
            left -= 1
            await ctx.tick()
            cycles += 1
            assert cycles < 100
        ctx.set(dut.mem_rsp_valid, 0)
        assert asked == [a for a, on in zip(addresses, enables, strict=True) if on]
        for k, width in enumerate(parameters.widths):
            value = memory[addresses[k]] & (1 << width) - 1 if enables[k] else 0
            assert ctx.get(getattr(dut, f"value_{k}")) == value
        ctx.set(dut.take, 1)
        await ctx.tick()
        ctx.set(dut.take, 0)
        return cycles

    async def bench(ctx: Any) -> None:
        for _ in range(100):
            enables = [rng.randrange(2) for _ in range(3)]
            delay = rng.randrange(1, 5)
            cycles = await walk(ctx, enables, delay)
            assert cycles == sum(delay + 1 if on else 1 for on in enables)

    simulate(dut, bench)
