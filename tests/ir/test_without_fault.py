"""Outputs under the knowledge that no fault fires."""

from __future__ import annotations

from dataclasses import replace

import pytest
import z3

from gen.forms import smt
from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.ir.machine import Fault, Operation, Output
from gen.ir.rewrite import outputs_without_fault, simplify_machine
from tests.machines import sample_machine, sample_machine_memory
from tests.units import SMALL, machine

A, B, C, D = (e.input_(n, 1) for n in "abcd")
X, ZERO = e.input_("x", 8), e.const(0, 8)


def operation(value: Expr, *guards: Expr) -> Operation:
    return Operation("op", (), tuple(Fault("bad", g) for g in guards), (Output("out", value),))


def proved(o: Operation) -> list[Expr]:
    """Return the outputs, proved equal to the operation's where no guard holds."""
    found = outputs_without_fault(o)
    guards = smt.terms([x.guard for x in o.effects if isinstance(x, Fault)])
    solver = z3.Solver()
    solver.add(*(g == 0 for g in guards))
    old, new = smt.terms(x.value for x in o.outputs), smt.terms(found)
    solver.add(z3.Or([a != b for a, b in zip(old, new, strict=True)]))
    assert solver.check() == z3.unsat
    return found


@pytest.mark.parametrize(
    ("guards", "condition"),
    [
        ((A,), A),
        ((A, B), e.or_(A, B)),
        ((e.or_(A, B),), e.or_(B, A)),
        ((e.not_(e.and_(e.not_(A), C)),), e.or_(A, e.not_(C))),
        ((A, e.and_(e.not_(A), B)), e.or_(A, B)),
    ],
)
def test_a_guard_that_hides_the_address_goes(guards: tuple[Expr, ...], condition: Expr) -> None:
    assert proved(operation(e.ite(condition, ZERO, X), *guards)) == [X]


@pytest.mark.parametrize(
    ("guards", "condition"), [((), A), ((A,), B), ((e.and_(A, B),), A), ((e.const(0, 1),), A)]
)
def test_a_choice_of_the_specification_stays(guards: tuple[Expr, ...], condition: Expr) -> None:
    """It looks the same, but says nothing about faults."""
    for value in (e.ite(condition, ZERO, X), e.ite(condition, X, ZERO)):
        assert proved(operation(value, *guards)) == [value]


def test_parts_of_a_guard_are_known() -> None:
    value = e.ite(A, e.ite(B, X, e.const(1, 8)), e.const(2, 8))
    assert proved(operation(value, e.or_(e.not_(A), B))) == [e.const(1, 8)]


@pytest.mark.parametrize("unit", SMALL)
def test_units(unit: str) -> None:
    proved(machine(unit).operation("translate"))


@pytest.mark.parametrize("sample", [sample_machine(), sample_machine_memory()])
def test_sample_machines(sample: object) -> None:
    o = simplify_machine(sample).operation("translate")  # type: ignore[arg-type]
    proved(o)
    hidden = e.any_of(x.guard for x in o.effects if isinstance(x, Fault))
    value = o.outputs[0].value
    wrapped = e.ite(hidden, e.const(0, value.width), value)
    outputs = (Output("pa", wrapped),)
    assert outputs_without_fault(replace(o, outputs=outputs)) == outputs_without_fault(o)
