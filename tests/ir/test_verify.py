"""Each rule of the verifier is broken once; the sound machines break none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from gen.ir import expr as e
from gen.ir.machine import (
    Assign,
    Cover,
    Effect,
    Fault,
    Field,
    InterfaceRegister,
    Load,
    Machine,
    Memory,
    Operation,
    Output,
    Port,
    Register,
    Store,
)
from gen.ir.verify import MACHINE_RULES, OPERATION_RULES, MachineError, Scope, verify
from tests.machines import TRUE, sample_machine, sample_machine_memory

R, F = Register("r", 8), Register("f", 8, 2, True)
ADDRESS = e.const(0, 64)
READ = Operation("read", (), (), (Output("data", e.state("r", 8)),))
WRITE = Operation("write", (Port("data", 8),), (Assign("r", e.input_("data", 8), TRUE),))


def of(*effects: Effect, output: e.Expr | None = None, **parts: object) -> Machine:
    """Return a machine of one operation, sound but for what is given."""
    outputs = () if output is None else (Output("out", output),)
    operation = Operation("op", (Port("a", 4),), effects, outputs)
    machine = Machine(
        "m", (R, F), (Memory("mem", 64),), (operation,), (Port("base", 64),), causes=("bad",)
    )
    return replace(machine, **parts)  # type: ignore[arg-type]


def bus(*registers: InterfaceRegister, operations: tuple[Operation, ...] = ()) -> Machine:
    return of(interface=registers, operations=(READ, WRITE, *operations))


def port(offset: int = 0, size: int = 1, kind: str = "mmio", **rest: object) -> InterfaceRegister:
    ways = {"read": "read", "write": "write"} | rest
    return InterfaceRegister("p", kind, offset, size, **ways)  # type: ignore[arg-type]


def load(name: str = "x", width: int = 8, memory: str = "mem", address: e.Expr = ADDRESS) -> Load:
    return Load(name, memory, address, width, TRUE)


def cover(**parts: object) -> Cover:
    return replace(Cover("op", "g", "c", TRUE), **parts)  # type: ignore[arg-type]


BROKEN: dict[str, Machine] = {
    # declarations
    "machine name `a b` is no identifier": of(name="a b"),
    "register name `1x` is no identifier": of(registers=(Register("1x", 8),)),
    "register name `é` is no identifier": of(registers=(Register("é", 8),)),
    "register `r` is declared 2 times": of(registers=(R, F, R)),
    "operation `read` is declared 2 times": of(operations=(READ, READ)),
    "parameter `base` is declared 2 times": of(parameters=(Port("base", 64), Port("base", 64))),
    "memory name `` is no identifier": of(memories=(Memory("", 64),)),
    "fault cause `bad` is declared 2 times": of(causes=("bad", "bad")),
    "access flag name `a-b` is no identifier": of(flags=("a-b",)),
    "register `w` has 129 bits, not 1 to 128": of(registers=(Register("w", 129),)),
    "register `w` has 2 elements but is no file": of(registers=(Register("w", 8, 2),)),
    "register `w` has 0 elements but is no file": of(registers=(Register("w", 8, 0, True),)),
    "register `w`: reset value 0x100 does not fit in 8 bits": of(
        registers=(Register("w", 8, reset=256),)
    ),
    "register `w`: field `x` ends at bit 9, past its 8 bits": of(
        registers=(Register("w", 8, fields=(Field("x", 8, 1),)),)
    ),
    "register `w`: field `x` has 0 bits from bit 0": of(
        registers=(Register("w", 8, fields=(Field("x", 0, 0),)),)
    ),
    "register `w`: fields `x` and `y` overlap": of(
        registers=(Register("w", 8, fields=(Field("y", 2, 2), Field("x", 0, 3))),)
    ),
    "register `w`: field `x` is declared 2 times": of(
        registers=(Register("w", 8, fields=(Field("x", 0, 1), Field("x", 1, 1))),)
    ),
    "interface register `p`: field `x` ends at bit 12, past its 8 bits": bus(
        port(fields=(Field("x", 4, 8),))
    ),
    # covers
    "cover `c`: operation `none` does not exist": of(covers=(cover(operation="none"),)),
    "cover `c`: the condition has 2 bits": of(covers=(cover(condition=e.const(1, 2)),)),
    "cover `c` of group `g` is declared twice": of(covers=(cover(), cover())),
    "operation `op`: input `z` is not declared": of(covers=(cover(condition=e.input_("z", 1)),)),
    # interface
    "interface register `p` is of kind `mem`, not mmio, reg, instr": bus(port(kind="mem")),
    "interface register `p` has 3 bytes": bus(port(size=3)),
    "interface register `p`: 2 elements from 0, 0 bytes apart": bus(port(count=2)),
    "interface register `p`: 0 elements from 0, 0 bytes apart": bus(port(count=0)),
    "interface register `p`: 1 elements from -1, 0 bytes apart": bus(port(-1)),
    "interface register `p` is neither read nor written": bus(port(read=None, write=None)),
    "interface register `p` is a trigger and cannot be read": bus(port(kind="instr")),
    "interface registers `q` and `p` are both at offset 0x3": bus(
        replace(port(1, count=3, stride=1), name="q"), port(3)
    ),
    "interface register `p` stands after `q` of a higher offset": bus(
        replace(port(4), name="q"), port(0)
    ),
    "interface register `p`: operation `none` does not exist": bus(port(read="none")),
    "interface register `p`: operation `op` has the input `a` of 4 bits": bus(
        port(write="op"), operations=of().operations
    ),
    "interface register `p`: operation `write` has the input `data` of 8 bits": bus(port(size=2)),
    "interface register `p`: operation `read` has not the output data of 16 bits alone": bus(
        port(size=2)
    ),
    "interface register `p`: operation `read` has outputs": bus(port(write="read")),
    # operations
    "operation `op`: value `a` is declared 2 times": of(load("a")),
    "operation `op`: value `x` is declared 2 times": of(load(), load()),
    "operation `op`: `f` is both a value and a register": of(load("f")),
    "operation `op`: output `o` is declared 2 times": of(
        operations=(Operation("op", outputs=(Output("o", TRUE), Output("o", TRUE))),)
    ),
    "operation `op`: the guard of a fault has 2 bits": of(Fault("bad", e.const(1, 2))),
    "operation `op`: input `b` is not declared": of(output=e.input_("b", 4)),
    "operation `op`: input `a` has 4 bits, not 5": of(output=e.input_("a", 5)),
    "operation `op`: input `base` has 64 bits, not 5": of(output=e.input_("base", 5)),
    "operation `op`: load `x` is not declared": of(output=e.load("x", 8)),
    "operation `op`: load `x` has 8 bits, not 16": of(load(), output=e.load("x", 16)),
    "operation `op`: register `q` is not declared": of(output=e.state("q", 8)),
    "operation `op`: register `r` has 8 bits, not 9": of(output=e.state("r", 9)),
    "operation `op`: register `f` is read without an index": of(output=e.state("f", 8)),
    "operation `op`: register `r` is read with an index": of(output=e.regread("r", ADDRESS, 8)),
    "operation `op`: function `sine` is not known": of(
        output=e.Expr(e.Op.CALL, 8, (e.input_("a", 4),), "sine")
    ),
    "operation `op`: function `f32_classify` maps (32,) to 10 bits, not (4,) to 10": of(
        output=e.Expr(e.Op.CALL, 10, (e.input_("a", 4),), "f32_classify")
    ),
    "operation `op`: fault cause `worse` is not declared": of(Fault("worse", TRUE)),
    "operation `op`: load `y` is used before it happens": of(
        load("x", address=e.load("y", 64)), load("y", 64)
    ),
    "operation `op`: a memory access has 24 bits": of(load(width=24)),
    "operation `op`: a memory access has 4 bits": of(Store("mem", ADDRESS, e.const(1, 4), TRUE)),
    "operation `op`: memory `none` is not declared": of(load(memory="none")),
    "operation `op`: an address of memory `mem` has 32 bits": of(load(address=e.const(0, 32))),
    "operation `op`: assigns `q`, which is not declared": of(Assign("q", e.const(0, 8), TRUE)),
    "operation `op`: assigns 9 bits to `r` of 8": of(Assign("r", e.const(0, 9), TRUE)),
    "operation `op`: assigns `f` without an index": of(Assign("f", e.const(0, 8), TRUE)),
    "operation `op`: assigns `r` with an index": of(Assign("r", e.const(0, 8), TRUE, ADDRESS)),
}


@pytest.mark.parametrize("line", BROKEN)
def test_a_broken_rule_is_reported(line: str) -> None:
    with pytest.raises(MachineError) as caught:
        verify(BROKEN[line])
    assert f"{BROKEN[line].name}: {line}" in str(caught.value).splitlines()


def test_every_rule_is_broken_by_some_case() -> None:
    def breaks(rule: Callable[[Machine], object], machine: Machine) -> bool:
        return bool(list(rule(machine)))  # type: ignore[call-overload]

    for rule in MACHINE_RULES:
        assert any(breaks(rule, m) for m in BROKEN.values()), rule.__name__
    scopes = [Scope(m, o) for m in BROKEN.values() for o in m.operations]
    for check in OPERATION_RULES:
        assert any(list(check(s)) for s in scopes), check.__name__


@pytest.mark.parametrize("machine", [sample_machine(), sample_machine_memory(), of(), bus(port())])
def test_sound_machines_pass(machine: Machine) -> None:
    assert verify(machine) is machine


def test_the_message_ends_with_the_text_of_the_operation() -> None:
    with pytest.raises(MachineError) as caught:
        verify(of(Fault("worse", e.eq(e.input_("a", 4), e.const(3, 4)))))
    assert str(caught.value).splitlines() == [
        "m: operation `op`: fault cause `worse` is not declared",
        '  (operation op ""',
        '    (input a 4 "")',
        "    (fault worse (eq (input a 4) (const 3 4))))",
    ]


def test_every_broken_rule_is_listed() -> None:
    with pytest.raises(MachineError) as caught:
        verify(of(Fault("worse", e.const(1, 2)), name="no name"))
    lines = [x for x in str(caught.value).splitlines() if not x.startswith(" ")]
    assert len(lines) == 3


def test_many_causes_are_counted_at_once() -> None:
    """A machine of 40 KB took seconds to be refused."""
    causes = tuple(f"c{k}" for k in range(20_000)) * 2
    assert len([line for line in MACHINE_RULES[0](of(causes=causes)) if "times" in line]) == 20_000
