"""What an operation does, effect by effect."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gen.ir import expr as e
from gen.ir.interpret import State, access, find_register, reset_state, run
from gen.ir.machine import Assign, Fault, Load, Machine, Memory, Operation, Output, Register, Store
from tests.machines import TRUE, sample_machine, sample_machine_memory

MACHINE = sample_machine()
WALK = sample_machine_memory()
ON = 0x70 | 1


def state(**changes: int | list[int]) -> State:
    return reset_state(MACHINE) | changes


def one(*effects: object, output: e.Expr | None = None) -> Machine:
    """Return a machine of one operation, with a register `r` and a file `f`."""
    outputs = () if output is None else (Output("out", output),)
    operation = Operation("op", (), effects, outputs)  # type: ignore[arg-type]
    registers = (Register("r", 8), Register("f", 8, 2, True))
    return Machine("one", registers, (Memory("m", 64),), (operation,), causes=("bad",))


def test_reset() -> None:
    assert reset_state(MACHINE) == {"ctrl": 0x70, "flushes": 0, "entry": [0, 0, 0]}


def test_translate() -> None:
    before = state(ctrl=ON, entry=[0, 0x1234_0001, 0])
    out = run(MACHINE, "translate", before, {"va": 0x1ABC, "access": 3})
    assert (out.outputs, out.cause) == ({"pa": 0x123400ABC}, None)


@pytest.mark.parametrize(
    ("ctrl", "va", "writes", "cause"),
    [
        (0, 0x0000, 2, "not_present"),
        (ON, 0x0000, 2, "out_of_range"),
        (ON, 0x3000, 0, "out_of_range"),  # the file has no element 3: it reads 0
        (ON, 0x1000, 2, "permission"),
        (ON, 0x1000, 1, None),
    ],
)
def test_the_first_fault_wins(ctrl: int, va: int, writes: int, cause: str | None) -> None:
    before = state(ctrl=ctrl, entry=[0, 0x100, 0x100])
    out = run(MACHINE, "translate", before, {"va": va, "access": writes})
    assert out.cause == cause
    assert out.outputs == {"pa": 0 if cause else 0x1000}
    assert out.state == before


def test_the_last_assignment_wins_and_reads_are_of_the_old_state() -> None:
    assert run(MACHINE, "flush_write", state(flushes=5), {"data": 0}).state["flushes"] == 6
    assert run(MACHINE, "flush_write", state(flushes=127), {"data": 0}).state["flushes"] == 127
    r = e.state("r", 8)
    swap = one(Assign("r", e.add(r, e.const(1, 8)), TRUE), Assign("r", r, TRUE), output=r)
    out = run(swap, "op", {"r": 9, "f": [0, 0]}, {})
    assert (out.state["r"], out.outputs) == (9, {"out": 9})


def test_an_index_past_the_end_assigns_nothing() -> None:
    out = run(MACHINE, "flush_write", state(entry=[7, 8, 9]), {"data": 0})
    assert out.state["entry"] == [0, 8, 9]


def test_the_state_given_is_not_changed() -> None:
    before = state(entry=[7, 8, 9])
    after = run(MACHINE, "entry_write", before, {"data": 1, "index": 2}).state
    assert (before["entry"], after["entry"]) == ([7, 8, 9], [7, 8, 1])


def test_a_fault_ends_the_operation_and_keeps_what_was_done() -> None:
    def put(value: int) -> Assign:
        return Assign("r", e.const(value, 8), TRUE)

    out = run(one(put(1), Fault("bad", TRUE), put(2), output=TRUE), "op", {"r": 0, "f": [0, 0]}, {})
    assert (out.cause, out.state["r"], out.outputs) == ("bad", 1, {"out": 0})


def test_stores_in_order_under_their_guards() -> None:
    def store(address: int, value: int, guard: int) -> Store:
        return Store("m", e.const(address, 64), e.const(value, 16), e.const(guard, 1))

    machine = one(store(4, 0x12345, 1), store(8, 1, 0), store(4, 2, 1))
    out = run(machine, "op", {"r": 0, "f": [0, 0]}, {})
    assert out.stores == ((4, 16, 0x2345), (4, 16, 2))


def test_loads() -> None:
    seen: list[tuple[int, int]] = []
    memory = {0x1008: 0x5001, 0x5004: 0xABCDE001}

    def read(address: int, size: int) -> int:
        seen.append((address, size))
        return memory.get(address, 0)

    inputs = {"base": 0x1000, "va": 1 << 17 | 1 << 12 | 0x123, "access": 0}
    assert run(WALK, "translate", {}, inputs, read).outputs == {"pa": 0xABCDE123}
    assert seen == [(0x1008, 8), (0x5004, 4)]


def test_a_load_whose_guard_is_false_does_not_happen_and_gives_zero() -> None:
    seen: list[int] = []

    def read(address: int, size: int) -> int:
        seen.append(address)
        return 0x40_0003  # present, leaf

    inputs = {"base": 0x1000, "va": 0x1FFFF, "access": 0}
    assert run(WALK, "translate", {}, inputs, read).outputs == {"pa": 0x41FFFF}
    assert seen == [0x1000]
    quiet = one(Load("x", "m", e.const(0, 64), 8, e.const(0, 1)), output=e.load("x", 8))
    assert run(quiet, "op", {"r": 0, "f": [0, 0]}, {}, read).outputs == {"out": 0}


def test_a_load_is_cut_to_its_width() -> None:
    wide = one(Load("x", "m", e.const(0, 64), 8, TRUE), output=e.load("x", 8))
    assert run(wide, "op", {"r": 0, "f": [0, 0]}, {}, lambda a, n: 0x1FE).outputs == {"out": 0xFE}


def test_unknown_operations_and_missing_inputs() -> None:
    with pytest.raises(KeyError):
        run(MACHINE, "nothing", state(), {})
    with pytest.raises(KeyError):
        run(MACHINE, "ctrl_write", state(), {})


def test_reading_a_file_as_a_register() -> None:
    wrong = one(output=e.state("f", 8))
    with pytest.raises(TypeError, match="without an index"):
        run(wrong, "op", {"r": 0, "f": [0, 0]}, {})
    wrong = one(output=e.regread("r", e.const(0, 64), 8))
    with pytest.raises(TypeError, match="with an index"):
        run(wrong, "op", {"r": 0, "f": [0, 0]}, {})


# The bus


def test_a_register_is_found_at_its_exact_offset() -> None:
    found = {o: find_register(MACHINE, o) for o in range(48)}
    names = {o: (r[0].name, r[1]) for o, r in found.items() if r}
    assert names == {
        0: ("ctrl", 0),
        4: ("flushes", 0),
        8: ("flush", 0),
        16: ("entry", 0),
        24: ("entry", 1),
        32: ("entry", 2),
    }


def test_write_then_read() -> None:
    after = access(MACHINE, state(), 24, 0xFFFF_1234_5678_9ABC)
    assert not after.error
    assert after.state["entry"] == [0, 0x1234_5678_9ABC, 0]
    assert access(MACHINE, after.state, 24, None).data == 0x1234_5678_9ABC


def test_data_above_the_register_is_ignored() -> None:
    assert access(MACHINE, state(), 0, 1 << 32 | 5).state["ctrl"] == 5


def test_a_read_with_an_action() -> None:
    result = access(MACHINE, state(flushes=3), 4, None)
    assert (result.data, result.state["flushes"]) == (3, 0)


@pytest.mark.parametrize(
    ("offset", "write"),
    [(2, None), (40, 0), (8, None), (4, 1)],
    ids=["between", "past the array", "read of a trigger", "write of a read-only register"],
)
def test_refused(offset: int, write: int | None) -> None:
    before = state(ctrl=3, flushes=9)
    result = access(MACHINE, before, offset, write)
    assert (result.error, result.data, result.state) == (True, 0, before)


def test_parameters_reach_the_operations_of_the_bus() -> None:
    r = MACHINE.operation("ctrl_read")
    moved = replace(r, outputs=(Output("data", e.input_("base", 32)),))
    operations = tuple(moved if o is r else o for o in MACHINE.operations)
    machine = replace(MACHINE, operations=operations)
    assert access(machine, state(), 0, None, {"base": 77}).data == 77
