"""Streams: the same everywhere, epochs on their own, weights kept, every fault reached."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gen import vrs
from gen.diag import IsoformError, Reporter
from gen.forms import native, smt
from gen.ir.machine import Machine
from gen.ir.transaction import Kind
from gen.stream.config import Config, Draw, Eviction, Range, Valuegram, load_config
from gen.stream.coverage import Coverage
from gen.stream.generate import Generator
from gen.stream.protocol import Records
from tests.machines import sample_machine_memory
from tests.units import MARKED, compiled, machine, stream


def generator(unit: str, config: Config) -> Generator:
    return Generator(machine(unit), config, compiled(unit), Reporter())


def test_a_seed_gives_one_stream_on_every_machine() -> None:
    """The hash changes only with the generator; seeds of old reports are then of no more use."""
    part = stream("variable_segment", 10_000, seed=42)
    digest = hashlib.sha256(part.tobytes()).hexdigest()
    assert digest[:16] == GOLDEN


GOLDEN = "b5877dcb40345979"


@pytest.mark.parametrize("unit", ["mpu", "x86_segmentation", "r4700_tlb"])
def test_an_epoch_alone_is_the_epoch_in_the_stream(unit: str) -> None:
    whole = stream(unit, 20_000)
    made = generator(unit, Config())
    for number in (0, 3, 17):
        alone = made.epoch(1, number)
        assert (alone == whole[whole["epoch"] == number]).all()
        assert alone["kind"][0] == Kind.RESET
        assert (alone["kind"][1:] != Kind.RESET).all()


def test_another_seed_gives_another_stream() -> None:
    assert (stream("mpu", 5_000, seed=1)["va"] != stream("mpu", 5_000, seed=2)["va"]).any()


def test_the_histogram_is_kept() -> None:
    config = Config(histogram=(("translate", 60.0), ("read", 30.0), ("write", 10.0)))
    made = generator("variable_segment", config).stream(7, 200_000)
    position = np.arange(len(made)) - np.searchsorted(made["epoch"], made["epoch"])
    late = made[position > 12]  # behind the configuration of two registers
    shares = np.bincount(late["kind"], minlength=3)[:3] / len(late)
    assert np.allclose(shares, [0.6, 0.1, 0.3], atol=0.01)


def test_one_register_may_be_asked_for() -> None:
    config = Config(histogram=(("translate", 1.0), ("read:length", 1.0)))
    made = generator("variable_segment", config).stream(7, 20_000)
    reads = made["offset"][made["kind"] == Kind.READ]
    assert (reads == 8).mean() > 0.9  # the others go astray on purpose


def test_unknown_operations_are_errors() -> None:
    with pytest.raises(IsoformError) as caught:
        generator("variable_segment", Config(histogram=(("fly", 1.0),)))
    assert str(caught.value) == (
        "error[E0505]: `fly` names no operation of `variable_segment`\n"
        "  = help: it has translate, write, reconfigure, read, and write:NAME and read:NAME of its "
        "registers\n"
        "  = more: isoform explain E0505"
    )


def test_memory_schemes() -> None:
    ranges = (Range(0x1000, 0x100, 0x10, 2, 5),)
    config = Config(boundaries=0.0, ranges=ranges)
    made = generator("variable_segment", config).stream(7, 20_000)
    vas = made["va"][made["kind"] == Kind.TRANSLATE]
    assert vas.min() >= 0x1002 and vas.max() <= 0x10F5
    assert set((vas & 0xF).tolist()) == {2, 3, 4, 5}
    config = Config(boundaries=0.0, evictions=(Eviction(0xFF00, 0x42),))
    made = generator("variable_segment", config).stream(7, 20_000)
    vas = made["va"][made["kind"] == Kind.TRANSLATE]
    assert ((vas & 0xFF) == 0x42).all() and len(np.unique(vas)) == 256
    config = Config(boundaries=0.0, addresses=((0x10, 1.0), (0x20, 3.0)))
    made = generator("variable_segment", config).stream(7, 20_000)
    vas = made["va"][made["kind"] == Kind.TRANSLATE]
    assert set(vas.tolist()) == {0x10, 0x20}
    assert 0.7 < (vas == 0x20).mean() < 0.8


def test_valuegrams_decide_fields() -> None:
    grams = (Valuegram(r"length\.bytes", (Draw("bitrange", 5, 9),)),)
    made = generator("variable_segment", Config(valuegrams=grams)).stream(7, 20_000)
    at = (made["kind"] == Kind.WRITE) & (made["offset"] == 8)
    fields = made["data"][at, 0] >> np.uint64(4) & np.uint64((1 << 44) - 1)
    assert {5, 6, 7, 8, 9} <= set(fields.tolist())


def test_stalls() -> None:
    made = generator("variable_segment", Config(stalls=0.0)).stream(7, 5_000)
    assert not made["stall"].any()
    made = generator("variable_segment", Config(stalls=1.0)).stream(7, 5_000)
    assert (made["stall"] != 0).mean() > 0.8


@pytest.mark.parametrize("unit", MARKED)
def test_a_short_stream_reaches_most_points(unit: str) -> None:
    form = compiled(unit)
    part = stream(unit, 20_000)
    counts = np.zeros(len(machine(unit).covers), np.uint64)
    results = form.run(form.reset_state(), part, form.new_memory(), cover_counts=counts)
    coverage = Coverage(machine(unit))
    coverage.add(part, results, counts)
    faults = [p for p in coverage.points if p.group == "fault"]
    assert sum(bool(p.hits) for p in faults) >= len(faults) / 2
    assert coverage.percent > 50


@pytest.mark.parametrize("name", ["default", "stress", "walk"])
def test_the_streams_that_come_with_the_project(name: str) -> None:
    path = Path(__file__).parents[2] / "specs" / "streams" / f"{name}.yaml"
    reporter = Reporter()
    config = load_config(path, reporter)
    made = generator("variable_segment", config).stream(7, 5_000)
    assert len(made) == 5_000
    assert not reporter.diagnostics


def test_a_walk_whose_loads_depend_on_loads() -> None:
    """The addresses of such loads once mixed up the widths of different values."""
    walk = _tables()
    made = Generator(walk, Config(), native.compile(walk), Reporter()).stream(1, 2_000)
    assert (made["kind"] == Kind.TRANSLATE).sum() > 1_000


@pytest.mark.parametrize("unit", ["system_segment", "x86_segmentation"])
def test_what_an_epoch_answers_does_not_depend_on_earlier_ones(unit: str) -> None:
    """A reset leaves memory alone, so an epoch writes what it will read."""
    _answers_alone(compiled(unit), stream(unit, 60_000))


def _answers_alone(form: native.Native, made: Records) -> None:
    together = form.run(form.reset_state(), made, form.new_memory())
    for number in np.unique(made["epoch"]):
        rows = made["epoch"] == number
        alone = form.run(form.reset_state(), made[rows], form.new_memory())
        assert (alone == together[rows]).all(), f"epoch {number}"


def _tables() -> Machine:
    reporter = Reporter()
    path = Path(__file__).parents[1] / "vrs" / "samples" / "tables.vrs"
    return vrs.elaborate(vrs.load(path, reporter), "Mmu", reporter)


@pytest.mark.parametrize("make", [sample_machine_memory, _tables])
def test_descriptors_stand_where_walks_look(make: Callable[[], Machine]) -> None:
    walk = make()
    form = native.compile(walk)
    made = Generator(walk, Config(), form, Reporter()).stream(1, 100_000)
    counts = np.zeros(len(walk.covers), np.uint64)
    results = form.run(form.reset_state(), made, form.new_memory(), cover_counts=counts)
    translates = made["kind"] == Kind.TRANSLATE
    assert (results["value"][translates, 0] != 0).sum() > 500
    coverage = Coverage(walk)
    coverage.add(made, results, counts)
    coverage.argue(smt.unreachable)
    assert coverage.percent == 100
    _answers_alone(form, made[made["epoch"] < 40])


def test_a_walk_through_two_levels_succeeds() -> None:
    """Without stored descriptors this share would be 0: memory reads 0, which is not present."""
    walk = sample_machine_memory()
    form = native.compile(walk)
    made = Generator(walk, Config(), form, Reporter()).stream(1, 50_000)
    results = form.run(form.reset_state(), made, form.new_memory())
    translates = made["kind"] == Kind.TRANSLATE
    assert (results["cause"][translates] == 0).mean() > 0.25


@pytest.mark.parametrize("histogram", [(), (("instr", 1.0),), (("translate", 0.0),)])
def test_a_histogram_that_leaves_nothing_to_do(histogram: tuple[tuple[str, float], ...]) -> None:
    unit = "variable_segment"
    with pytest.raises(IsoformError) as caught:
        Generator(machine(unit), Config(histogram=histogram), compiled(unit), Reporter())
    assert [d.message for d in caught.value.diagnostics] == [
        "the histogram leaves `variable_segment` nothing to do"
    ]


def test_ranges_of_more_than_32_bits_stay_within() -> None:
    unit = "variable_segment"
    far = Range(1 << 40, 1 << 40, 1 << 36, 1 << 34, (1 << 35) - 1)
    config = Config(ranges=(far,), boundaries=0.0, stalls=0.0)
    stream = Generator(machine(unit), config, compiled(unit), Reporter()).stream(3, 2000)
    va = stream["va"][stream["kind"] == Kind.TRANSLATE].astype(object)
    assert all((v - far.start) % far.stride >= far.first for v in va)
    assert all((v - far.start) % far.stride <= far.last for v in va)
    assert max(va) - min(va) > 1 << 36


def test_a_range_of_all_64_bits() -> None:
    unit = "variable_segment"
    top = (1 << 64) - 1
    config = Config(
        ranges=(Range(top, top, top, 0, top - 1),),
        evictions=(Eviction(top, 0),),
        valuegrams=(Valuegram(".*", (Draw("bitrange", 0, top),)),),
    )
    assert len(Generator(machine(unit), config, compiled(unit), Reporter()).stream(3, 500)) == 500
