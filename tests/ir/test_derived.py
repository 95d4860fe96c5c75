"""What an assignment changes, and values kept beside a register: rule and updates."""

from __future__ import annotations

import random
from dataclasses import replace

from gen.ir import expr as e
from gen.ir.changes import changes
from gen.ir.derived import ELEMENT, derived
from gen.ir.machine import Assign
from tests.units import UNITS, machine

A, C, D = e.state("a", 8), e.input_("c", 1), e.input_("d", 8)
ONE = e.const(1, 1)


def test_what_is_kept_is_no_change() -> None:
    kept = e.concat(e.slice_(A, 6, 2), e.ite(C, e.slice_(A, 0, 6), e.slice_(D, 0, 6)))
    (found,) = changes(Assign("a", kept, ONE))
    assert (found.low, found.value, found.guard) == (0, e.slice_(D, 0, 6), e.not_(C))
    assert changes(Assign("a", A, ONE)) == []
    whole = Assign("a", e.ite(C, D, e.not_(A)), ONE)
    assert [(x.low, x.value, x.guard) for x in changes(whole)] == [(0, whole.value, ONE)]


def test_changes_do_what_assignments_do() -> None:
    rng = random.Random(1)
    high = e.ite(C, e.slice_(A, 4, 4), e.ite(e.slice_(D, 0, 1), e.slice_(D, 4, 4), e.const(5, 4)))
    x = Assign("a", e.concat(high, e.slice_(A, 2, 2), e.slice_(D, 0, 2)), e.slice_(D, 7, 1))
    for _ in range(500):
        values = {"a": rng.getrandbits(8), "c": rng.getrandbits(1), "d": rng.getrandbits(8)}
        guard, value = e.evaluate([x.guard, x.value], values)
        want = value if guard else values["a"]
        got = values["a"]
        for change in changes(x):
            fires, part = e.evaluate([change.guard, change.value], values)
            if fires:
                mask = e.mask(change.value.width) << change.low
                got = got & ~mask | part << change.low
        assert got == want, values


def test_which_units_keep_derived_values() -> None:
    found = {u: [(d.register, len(d.elements)) for d in derived(machine(u))] for u in UNITS}
    assert {u: x for u, x in found.items() if x} == {
        "riscv_pmp": [("pmpaddr", 16)],
        "riscv_pmp32": [("pmpaddr", 16)],
    }


def test_a_mask_is_computed_of_what_is_written() -> None:
    (d,) = derived(machine("riscv_pmp32"))
    assert e.evaluate([d.term], {ELEMENT: 0b1011}) == [0b111]
    assert d.reset == 1
    (update,) = d.updates["write_pmpaddr"]
    data = e.input_("data", 32)
    (got,) = e.substitute([update.value], lambda n: e.const(0b1011, 32) if n is data else None)
    assert got.value == 0b111
    locked = {"cfg": [0x80] + [0] * 15, "pmpaddr": [0] * 16}
    for index, fires in ((0, 0), (1, 1)):
        assert e.evaluate([update.guard], {"index": index}, locked) == [fires]


def test_it_does_not_pay_where_each_element_is_written_apart() -> None:
    unit = machine("riscv_pmp32")
    write = unit.operation("write_pmpaddr")
    many = replace(write, effects=write.effects * 16)
    others = tuple(many if o is write else o for o in unit.operations)
    assert derived(replace(unit, operations=others)) == []
