"""A simplified machine does the same, keeps its names, and is made in little time."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
import z3

from gen.forms import smt
from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.ir.machine import Assign, Cover, Fault, Load, Machine, Operation, Output, Register
from gen.ir.rewrite import simplify, simplify_machine
from gen.ir.text import operation_exprs
from gen.ir.verify import verify
from gen.source import Source, Span
from tests.machines import TRUE, sample_machine, sample_machine_memory

WORD = 64


def widened(root: Expr) -> Expr:
    """Return an equal expression, as clumsy as a front end that only knows 64 bits makes it."""
    if root.width > WORD:
        return root
    wide = e.add(e.zext(root, WORD), e.sub(e.const(5, WORD), e.const(5, WORD)))
    chosen = e.ite(e.eq(wide, wide), e.or_(wide, wide), e.not_(wide))
    return e.slice_(e.lshr(e.shl(chosen, e.const(0, WORD)), e.const(0, WORD)), 0, root.width)


def clumsy(machine: Machine) -> Machine:
    def operation(o: Operation) -> Operation:
        effects = []
        for x in o.effects:
            changed = {"guard": widened(x.guard)}
            if isinstance(x, Assign):
                changed["value"] = widened(x.value)
                if x.index is not None:
                    changed["index"] = widened(x.index)
            if isinstance(x, Load):
                changed["address"] = widened(x.address)
            effects.append(replace(x, **changed))
        outputs = tuple(Output(x.name, widened(x.value)) for x in o.outputs)
        return replace(o, effects=tuple(effects), outputs=outputs)

    return replace(machine, operations=tuple(operation(o) for o in machine.operations))


MACHINES = [sample_machine(), sample_machine_memory()]
OPERATIONS = [(m, o.name) for m in MACHINES for o in m.operations]


def _count(machine: Machine) -> int:
    roots = [x for o in machine.operations for x in operation_exprs(o)]
    return sum(1 for _ in e.postorder(roots))


@pytest.mark.parametrize(("machine", "operation"), OPERATIONS, ids=[n for _, n in OPERATIONS])
def test_each_operation_is_proved_the_same(machine: Machine, operation: str) -> None:
    old = smt.operation_terms(clumsy(machine), operation)
    new = smt.operation_terms(verify(simplify_machine(clumsy(machine))), operation)
    solver = z3.Solver()
    different = [old.cause != new.cause]
    different += [old.outputs[n] != new.outputs[n] for n in old.outputs]
    different += [old.state[n] != new.state[n] for n in old.state]
    different += [old.loads[n].fires != new.loads[n].fires for n in old.loads]
    solver.add(z3.Or(different))
    assert solver.check() == z3.unsat


@pytest.mark.parametrize("machine", MACHINES)
def test_clumsy_machines_become_as_small_as_careful_ones(machine: Machine) -> None:
    assert _count(clumsy(machine)) > 2 * _count(machine)
    assert simplify_machine(clumsy(machine)) == simplify_machine(machine)
    assert _count(simplify_machine(machine)) <= _count(machine)


def test_effects_that_never_happen_go_but_loads_stay() -> None:
    never = e.and_(e.state("r", 1), e.not_(e.state("r", 1)))
    effects = (
        Load("x", "m", e.const(0, 64), 8, never),
        Assign("r", TRUE, never),
        Fault("bad", never),
        Fault("bad", e.state("r", 1)),
    )
    machine = Machine("m", (Register("r", 1),), operations=(Operation("op", effects=effects),))
    kept = simplify_machine(machine).operations[0].effects
    assert [type(x).__name__ for x in kept] == ["Load", "Fault"]


def test_names_and_spans_move_to_the_new_nodes() -> None:
    a, b = e.input_("a", 8), e.input_("b", 8)
    wide = e.add(e.zext(a, 64), e.zext(b, 64))
    same = e.add(e.zext(a, 64), e.const(0, 64))
    span = Span(Source("x.vrs", "a + b"), 0, 5)
    machine = Machine(
        "m",
        names=MappingProxyType({wide: "total", same: "only_a_leaf_widened"}),
        spans=MappingProxyType({wide: span}),
    )
    new = simplify_machine(machine)
    (total,) = simplify([wide])
    assert total is not wide
    assert new.names[total] == "total"
    assert new.spans[total] is span


def test_a_name_of_a_leaf_is_dropped() -> None:
    machine = Machine(
        "m", names=MappingProxyType({e.or_(e.input_("a", 8), e.const(0, 8)): "just_a"})
    )
    assert not simplify_machine(machine).names


def test_covers_are_rewritten() -> None:
    a = e.input_("a", 1)
    cover = Cover("op", "branch", "c", e.not_(e.not_(a)))
    assert simplify_machine(Machine("m", covers=(cover,))).covers[0].condition is a


def test_a_large_machine_narrows_and_does_not_grow() -> None:
    """An associative unit of 700 entries, written with 64 bits everywhere."""
    va = e.zext(e.input_("va", 32), WORD)
    hits = []
    for i in range(700):
        entry = e.regread("entry", e.const(i, WORD), 48)
        base = e.shl(e.zext(e.slice_(entry, 5, 27), WORD), e.const(5, WORD))
        size = e.shl(e.zext(e.slice_(entry, 32, 16), WORD), e.const(5, WORD))
        inside = e.and_(e.ule(base, va), e.ult(va, e.add(base, e.add(size, e.const(32, WORD)))))
        on = e.eq(e.zext(e.slice_(entry, 0, 1), WORD), e.const(1, WORD))
        hits.append(e.and_(on, inside))
    root = e.any_of(hits)
    before = sum(1 for _ in e.postorder([root]))
    assert before > 13_000
    (new,) = simplify([root])
    nodes = list(e.postorder([new]))
    assert len(nodes) <= before
    assert max(n.width for n in nodes if n.op in e.BINARY) <= 33
