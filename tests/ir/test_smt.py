"""The Z3 form says what the definition says."""

from __future__ import annotations

import random

import pytest
import z3

from gen.forms import smt
from gen.ir import expr as e
from gen.ir.interpret import Outcome, State, run
from gen.ir.machine import Machine
from tests.conformance import cases
from tests.machines import sample_machine, sample_machine_memory
from tests.units import MARKED, machine


def test_each_operation_is_the_definition() -> None:
    for case in cases():
        leaves = {n: smt.term(n) for n in e.postorder([case.expr]) if n.op is e.Op.INPUT}
        term = smt.term(case.expr)
        for values, expected in list(zip(case.values, case.expected(), strict=True))[::5]:
            bound = [(t, z3.BitVecVal(values[n.name], n.width)) for n, t in leaves.items()]
            got = z3.simplify(z3.substitute(term, *bound))
            assert got.as_long() == expected, (case.expr, values)


def test_unreachable() -> None:
    a = e.input_("a", 8)
    impossible = e.and_(e.eq(a, e.const(1, 8)), e.eq(a, e.const(2, 8)))
    conditions = [impossible, e.eq(a, e.const(1, 8)), impossible]
    assert smt.unreachable(conditions) == [True, False, True]
    assert smt.unreachable(conditions, budget_ms=0) == [False, False, False]


def test_a_question_too_hard_for_its_time() -> None:
    """Nobody factors a product of two 61-bit primes in a millisecond."""
    p, q = e.zext(e.input_("p", 61), 122), e.zext(e.input_("q", 61), 122)
    product = e.const(((1 << 61) - 1) * 2305843009213693921, 122)
    hard = e.all_of(
        [e.eq(e.mul(p, q), product), e.ult(e.const(1, 122), p), e.ult(e.const(1, 122), q)]
    )
    assert smt.unreachable([hard], timeout_ms=1) == [False]
    with pytest.raises(TimeoutError):
        smt.equal(hard, e.const(0, 1), timeout_ms=1)


def test_elements_of_a_file_are_free_but_equal() -> None:
    index = e.input_("i", 64)
    x = e.regread("f", index, 8)
    assert smt.equal(x, e.regread("f", index, 8))
    assert not smt.equal(x, e.regread("f", e.input_("j", 64), 8))


# Whole operations


def _substituted(term: z3.ExprRef, bound: list[tuple[z3.ExprRef, z3.ExprRef]]) -> int:
    value = z3.simplify(z3.substitute(term, *bound))
    if z3.is_bool(value):
        assert z3.is_true(value) or z3.is_false(value), value
        return int(z3.is_true(value))
    return int(value.as_long())


def _bound(
    machine: Machine, operation: str, before: State, inputs: dict[str, int], found: int
) -> list[tuple[z3.ExprRef, z3.ExprRef]]:
    """Return values for the constants; elements past the end of a file are not 0 on purpose."""
    o = machine.operation(operation)
    pairs: list[tuple[z3.ExprRef, z3.ExprRef]] = []
    for p in (*machine.parameters, *o.inputs):
        pairs.append((z3.BitVec(f"input.{p.name}", p.width), z3.BitVecVal(inputs[p.name], p.width)))
    for r in machine.registers:
        value = before[r.name]
        if isinstance(value, int):
            known = z3.BitVecVal(value, r.width)
            pairs.append((z3.BitVec(f"state.{r.name}", r.width), known))
            continue
        array = z3.K(z3.BitVecSort(128), z3.BitVecVal(99, r.width))
        for i, element in enumerate(value):
            array = z3.Store(array, z3.BitVecVal(i, 128), z3.BitVecVal(element, r.width))
        name = z3.Array(f"file.{r.name}", z3.BitVecSort(128), z3.BitVecSort(r.width))
        pairs.append((name, array))
    for x in o.effects:
        if hasattr(x, "name"):
            pairs.append((z3.BitVec(f"load.{x.name}", x.width), z3.BitVecVal(found, x.width)))
    return pairs


def _same(machine: Machine, operation: str, rng: random.Random) -> Outcome:
    o = machine.operation(operation)
    inputs = {
        p.name: rng.choice([0, 1, 2, 3, rng.getrandbits(p.width)]) & e.mask(p.width)
        for p in (*machine.parameters, *o.inputs)
    }
    before: State = {}
    for r in machine.registers:
        one = [rng.choice([0, rng.getrandbits(r.width), e.mask(r.width)]) for _ in range(r.count)]
        before[r.name] = one if r.is_file else one[0]
    found = rng.getrandbits(64)
    out = run(machine, operation, before, inputs, lambda address, size: found)
    terms = smt.operation_terms(machine, operation)
    bound = _bound(machine, operation, before, inputs, found)
    code = machine.cause_code(out.cause) if out.cause else 0
    assert _substituted(terms.cause, bound) == code
    assert {n: _substituted(t, bound) for n, t in terms.outputs.items()} == out.outputs
    for r in machine.registers:
        after = out.state[r.name]
        if isinstance(after, int):
            assert _substituted(terms.state[r.name], bound) == after, r.name
            continue
        elements = [
            _substituted(z3.Select(terms.state[r.name], z3.BitVecVal(i, 128)), bound)
            for i in range(r.count + 1)
        ]
        assert elements == [*after, 99], r.name
    return out


@pytest.mark.parametrize("operation", [o.name for o in sample_machine().operations])
def test_operations_do_what_the_interpreter_does(operation: str) -> None:
    rng = random.Random(operation)
    outcomes = [_same(sample_machine(), operation, rng) for _ in range(60)]
    if operation == "translate":
        assert len({o.cause for o in outcomes}) == 4


def test_loads_do_what_the_interpreter_does() -> None:
    rng = random.Random(5)
    outcomes = [_same(sample_machine_memory(), "translate", rng) for _ in range(16)]
    assert {o.cause for o in outcomes} == {None, "not_present"}


def test_whether_a_load_happens() -> None:
    terms = smt.operation_terms(sample_machine_memory(), "translate")
    upper = z3.BitVec("load.upper", 64)
    for value, happens in [(0, 0), (1, 1), (3, 0)]:
        bound = [(upper, z3.BitVecVal(value, 64))]
        assert _substituted(terms.loads["lower"].fires, bound) == happens
        assert _substituted(terms.loads["upper"].fires, bound) == 1


@pytest.mark.parametrize("unit", MARKED)
def test_every_unit_does_what_the_interpreter_does(unit: str) -> None:
    """On random and corner states, each operation; large units on fewer."""
    rng = random.Random(unit)
    operations = machine(unit).operations
    for o in operations:
        for _ in range(12 if len(operations) < 12 else 2):
            _same(machine(unit), o.name, rng)
