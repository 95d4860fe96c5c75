"""The cases of a regression."""

from __future__ import annotations

from gen.regress.plan import BUS_COUNT, BUS_SEEDS, BUS_UNITS, BUSES, Case, Scope, plan
from tests.units import UNITS


def test_each_unit_runs_on_each_seed_and_once_without_latency() -> None:
    cases = plan(Scope(("a", "b"), seeds=3, first_seed=7, transactions=500), pipelined_only=["b"])
    plain = [(c.unit, c.seed) for c in cases if not c.variant]
    assert plain == [(u, s) for u in "ab" for s in (7, 8, 9)]
    assert [c for c in cases if c.variant] == [Case("a", 7, 500, latency=0)]
    assert {c.transactions for c in cases} == {500}
    assert {c.mode for c in cases} == {"batch"}


def test_three_units_run_on_each_bus_and_not_for_long() -> None:
    cases = plan(Scope(tuple(UNITS), seeds=10, first_seed=1, transactions=1_000_000))
    buses = [c for c in cases if c.bus != "native"]
    wanted = {(u, b, s) for u in BUS_UNITS for b in BUSES for s in range(1, 1 + BUS_SEEDS)}
    assert {(c.unit, c.bus, c.seed) for c in buses} == wanted and len(buses) == len(wanted)
    assert {c.transactions for c in buses} == {BUS_COUNT}
    assert {c.mode for c in buses} == {"interactive"}
    assert set(BUS_UNITS) <= set(UNITS)


def test_the_variants_take_no_more_than_was_asked_for() -> None:
    cases = plan(Scope(("mpu",), seeds=1, first_seed=1, transactions=10))
    assert {c.transactions for c in cases} == {10}
    assert {c.seed for c in cases} == {1}


def test_a_plan_is_the_same_every_time_and_has_no_case_twice() -> None:
    scope = Scope(tuple(UNITS), seeds=4, first_seed=1, transactions=10)
    assert plan(scope) == plan(scope)
    assert len(set(plan(scope))) == len(plan(scope))


def test_given_verilog_has_no_variants() -> None:
    cases = plan(Scope(("mpu",), seeds=2, first_seed=1, transactions=10, verilog="x.v"))
    assert cases == [Case("mpu", 1, 10), Case("mpu", 2, 10)]


def test_names_say_seed_and_variant() -> None:
    assert Case("mpu", 255, 1).name == "seed 0xff"
    assert Case("mpu", 1, 1, bus="wishbone").name == "seed 0x1, wishbone"
    assert Case("mpu", 1, 1, bus="wishbone", latency=0).variant == "wishbone, latency 0"
