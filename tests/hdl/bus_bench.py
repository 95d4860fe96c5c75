"""Runs inside the simulator: drivers of others on a unit's bus, each answer beside `Rules`."""

from __future__ import annotations

import copy
import json
import os
import random
from pathlib import Path
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, FallingEdge, RisingEdge, Timer
from cocotbext.wishbone.driver import WBOp, WishboneMaster

from tb.buses import AxiMaster, WbMaster, master, pauses
from tests.hdl.bus_rules import Rules, load

Access = tuple[bool, int, int, int]  # is it a write, address, word, strobes
JOB = json.loads(Path(os.environ["BUS_JOB"]).read_text())
MANIFEST, ROUNDS = JOB["manifest"], JOB["rounds"]
LIMIT: Any = {"timeout_time": 2, "timeout_unit": "ms"}  # 200,000 cycles: something hangs


class Bench:
    """A unit after reset, its rules, and random accesses to it."""

    def __init__(self, dut: Any, seed: int) -> None:
        self.dut = dut
        self.rng = random.Random(seed)
        self.module = load(Path(JOB["model"]))
        self.rules = Rules(self.module, MANIFEST, JOB["impure"])
        self.span = 1 << MANIFEST["bus"]["address"]

    async def start(self) -> Any:
        """Reset; return the master of the bus."""
        dut = self.dut
        Clock(dut.clk, 10, unit="ns").start()
        dut.i_req_valid.value = 0
        dut.i_rsp_ready.value = 1
        dut.rst.value = 1
        found = master(dut, MANIFEST)
        await ClockCycles(dut.clk, 2)
        dut.rst.value = 0
        await RisingEdge(dut.clk)
        return found

    def access(self, pure: bool = False) -> Access:
        """Draw an access: mostly a register's bytes or some of them, else anything."""
        rng, size = self.rng, self.rules.size
        offset, register = rng.choice(sorted(self.rules.registers.items(), key=lambda x: x[0]))
        lanes = (1 << register["size"]) - 1 << offset % size
        word = rng.getrandbits(8 * size)
        match rng.randrange(8):
            case 0:
                access = (True, offset, word, lanes & rng.getrandbits(size))
            case 1 if not pure:
                access = (rng.random() < 0.5, rng.randrange(self.span), word, rng.getrandbits(size))
            case 2:
                access = (True, offset // size * size, word, lanes & rng.getrandbits(size))
            case 3 | 4:
                access = (True, offset, word, lanes)
            case _:
                access = (False, offset, word, lanes)
        if pure and not access[0] and register["name"] in JOB["impure"]:
            return self.access(pure)
        return access

    async def translations(self) -> None:
        """Compare some translations: the state behind the registers is the model's."""
        dut, unit = self.dut, self.rules.unit
        for _ in range(3):
            va = self.rng.getrandbits(len(dut.i_req_va)) >> self.rng.choice((0, 0, 8, 20))
            flags = self.rng.getrandbits(len(dut.i_req_access))
            await FallingEdge(dut.clk)
            dut.i_req_va.value, dut.i_req_access.value = va, flags
            dut.i_req_valid.value = 1
            await FallingEdge(dut.clk)
            dut.i_req_valid.value = 0
            got = int(dut.o_rsp_pa.value), int(dut.o_rsp_cause.value)
            assert got == unit.translate_raw(va, flags)


# AXI4-Lite


async def send_writes(axi: AxiMaster, writes: list[Access], rng: random.Random) -> None:
    """Send addresses and data each on their own; either may run ahead of the other."""

    async def addresses() -> None:
        for _, address, _, _ in writes:
            await axi.aw.send(axi.aw._transaction_obj(awaddr=address, awprot=rng.getrandbits(3)))

    async def data() -> None:
        for _, _, word, strobes in writes:
            await axi.w.send(axi.w._transaction_obj(wdata=word, wstrb=strobes))

    first, second = rng.sample([addresses, data], 2)
    cocotb.start_soon(first())
    await ClockCycles(axi.aw.clock, rng.choice((1, 1, 4, 9)))
    cocotb.start_soon(second())


async def send_reads(axi: AxiMaster, reads: list[Access]) -> list[Any]:
    """Send addresses as fast as the channel takes them; return the answers."""

    async def addresses() -> None:
        for _, address, _, _ in reads:
            await axi.ar.send(axi.ar._transaction_obj(araddr=address, arprot=0))

    cocotb.start_soon(addresses())
    return [await axi.r.recv() for _ in reads]


def pause(axi: AxiMaster, rng: random.Random) -> None:
    """Give each channel a new share of cycles in which it waits."""
    for channel in (axi.aw, axi.w, axi.b, axi.ar, axi.r):
        channel.set_pause_generator(pauses(random.Random(rng.getrandbits(64))))


def fits(answers: list[tuple[int, int]], states: list[Rules], reads: list[Access]) -> bool:
    """Return whether each read saw some state between the writes, none earlier than the last."""
    at = 0
    for answer, (_, address, _, _) in zip(answers, reads, strict=True):
        while states[at].read(address) != answer:
            at += 1
            if at == len(states):
                return False
    return True


async def axi_round(bench: Bench, axi: AxiMaster) -> None:
    """Send a batch of writes and reads at once and judge every answer."""
    rng, rules = bench.rng, bench.rules
    accesses = [bench.access(pure=True) for _ in range(rng.randrange(1, 9))]
    writes = [a for a in accesses if a[0]]
    reads = [a for a in accesses if not a[0]]
    states, errors = [copy.copy(rules)], []
    for _, address, word, strobes in writes:
        states[-1].unit = copy.deepcopy(rules.unit)
        errors.append(rules.write(address, word, strobes))
        states.append(copy.copy(rules))
    pause(axi, rng)
    await send_writes(axi, writes, rng)
    reading = cocotb.start_soon(send_reads(axi, reads))
    got = [int((await axi.b.recv()).bresp) for _ in writes]
    assert got == [2 * e for e in errors], writes
    answers = await reading
    values = [(int(a.rdata), int(a.rresp) // 2) for a in answers]
    assert fits(values, states, reads), (writes, reads, values)
    await ClockCycles(axi.b.clock, 12)
    assert axi.b.empty() and axi.r.empty(), "an answer that nobody asked for"


@cocotb.test(**LIMIT)
async def axi_reads_and_writes_at_once(dut: Any) -> None:
    """Interleavings, under random back-pressure on all channels."""
    bench = Bench(dut, JOB["seed"])
    axi = await bench.start()
    for _ in range(ROUNDS):
        await axi_round(bench, axi)
        await bench.translations()


@cocotb.test(**LIMIT)
async def axi_one_after_the_other(dut: Any) -> None:
    """Any access, reads with effects too, in order."""
    bench = Bench(dut, JOB["seed"] + 1)
    axi = await bench.start()
    for _ in range(4 * ROUNDS):
        is_write, address, word, strobes = bench.access()
        pause(axi, bench.rng)
        if is_write:
            await send_writes(axi, [(True, address, word, strobes)], bench.rng)
            assert int((await axi.b.recv()).bresp) == 2 * bench.rules.write(address, word, strobes)
        else:
            await axi.ar.send(axi.ar._transaction_obj(araddr=address, arprot=0))
            answer = await axi.r.recv()
            got = int(answer.rdata), int(answer.rresp) // 2
            assert got == bench.rules.read(address), hex(address)


# Wishbone


class Streaming(WishboneMaster):
    """The same driver, which in pipelined mode does not wait for one answer to ask again."""

    async def _wait_ack(self) -> int:
        if not hasattr(self.bus, "stall"):
            return int(await super()._wait_ack())
        self.bus.stb.value = 0
        return 0


def expected(rules: Rules, access: Access) -> tuple[int | None, int]:
    """Return data (None: not looked at) and error."""
    is_write, address, word, strobes = access
    if is_write:
        return None, rules.write(address, word, strobes)
    data, error = rules.read_lanes(address, strobes)
    return (None if error else data), error


@cocotb.test(**LIMIT)
async def wishbone_cycles_of_many_accesses(dut: Any) -> None:
    """Cycles of several accesses, back to back and with pauses."""
    bench = Bench(dut, JOB["seed"])
    found: WbMaster = await bench.start()
    found.master.__class__ = Streaming
    for _ in range(ROUNDS):
        accesses = [bench.access() for _ in range(bench.rng.randrange(1, 9))]
        slow = bench.rng.random() < 0.5
        operations = [
            WBOp(a, word if w else None, bench.rng.randrange(4) if slow else 0, strobes)
            for w, a, word, strobes in accesses
        ]
        answers = await found.master.send_cycle(operations)
        assert len(answers) == len(accesses)
        for access, answer in zip(accesses, answers, strict=True):
            data, error = expected(bench.rules, access)
            assert int(answer.ack) == 1 + error, access
            assert data is None or int(answer.datrd) == data, access
        await bench.translations()


@cocotb.test(**LIMIT)
async def wishbone_a_cycle_that_is_dropped(dut: Any) -> None:
    """No answer comes to a cycle that has ended; a merge that has not written yet does not."""
    bench = Bench(dut, JOB["seed"] + 1)
    found: WbMaster = await bench.start()
    for _ in range(ROUNDS):
        is_write, address, word, strobes = access = bench.access()
        await FallingEdge(dut.clk)
        dut.wb_adr_i.value, dut.wb_dat_i.value, dut.wb_sel_i.value = address, word, strobes
        dut.wb_we_i.value = is_write
        dut.wb_cyc_i.value = dut.wb_stb_i.value = 1
        await FallingEdge(dut.clk)  # accepted
        dut.wb_cyc_i.value = dut.wb_stb_i.value = 0
        for _ in range(3):
            await Timer(1, "step")
            assert not int(dut.wb_ack_o.value) and not int(dut.wb_err_o.value)
            await FallingEdge(dut.clk)
        offset = bench.rules.chosen(address, strobes)
        register = bench.rules.registers.get(offset, {"size": 0})
        if not is_write or strobes.bit_count() == register["size"]:
            expected(bench.rules, access)
        after = bench.access()
        operation = WBOp(after[1], after[2] if after[0] else None, 0, after[3])
        (answer,) = await found.master.send_cycle([operation])
        data, error = expected(bench.rules, after)
        assert int(answer.ack) == 1 + error
        assert data is None or int(answer.datrd) == data
