"""The machine of an instruction set does what its interpreter does."""

from __future__ import annotations

from typing import Any

import pytest

from gen.ir.machine import Load, Store
from gen.ir.reader import read_machine
from gen.ir.text import print_machine
from gen.isa import Hart, Trap, elaborate
from gen.isa.values import word
from tests.isa.agree import Noise, compare
from tests.isa.toy import isa


@pytest.mark.parametrize("byte_order", ["little", "big"])
def test_the_machine_is_what_the_interpreter_does(byte_order: str) -> None:
    toy = isa(byte_order)

    def even(state: dict[str, Any], _: Any) -> None:
        state["pc"] &= -2

    compare(toy, elaborate(toy), 300, prepare=even)


def test_ways_and_conditions_stay_few() -> None:
    machine = elaborate(isa())
    effects = machine.operation("when").effects
    assert len([x for x in effects if isinstance(x, Load)]) == 1
    assert len([x for x in effects if isinstance(x, Store)]) == 1
    (add,) = [x for x in machine.operation("clamp").effects if getattr(x, "target", "") == "pc"]
    assert add.guard.is_const


def test_the_machine_reads_back() -> None:
    machine = elaborate(isa())
    assert print_machine(read_machine(print_machine(machine))) == print_machine(machine)


def test_a_trap_changes_nothing_and_tells_its_value() -> None:
    toy = isa()
    hart = Hart(toy, Noise(1))
    code = toy.instruction("exchange").encoding.assemble({"a": 1, "b": 2})
    hart.memory.code = (code, 0)
    hart.r[1], hart.r[2] = word(16)(5), word(16)(0x1235)
    with pytest.raises(Trap) as caught:
        hart.run(5)
    assert (caught.value.cause, caught.value.value) == ("odd", 0x1235)
    assert (hart.pc, hart.retired, hart.r[1]) == (0, 0, 5)


def test_views_and_legal_values_of_control_registers() -> None:
    hart = Hart(isa(), Noise(1))
    hart.ctl[0] = word(16)(0xFFFF)
    assert hart.status == 0x12FF
    assert hart.view == 0x0F
    hart.ctl[1] = word(16)(0)
    assert hart.status == 0x12F0
    hart.ctl[3] = word(16)(7)
    assert hart.even == 6
    assert hart.ctl[2] == 0
    assert not hart.ctl.exists(2)
