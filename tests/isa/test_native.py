"""Compiled instructions do what the interpreter does, after each one."""

from __future__ import annotations

import random

import numpy as np
import pytest

from gen.isa import Hart, Isa, MemoryFault, Trap, elaborate
from sim.native import Native
from sim.programs.memory import Page
from sim.state import get, registers
from tests.isa.test_blocks import SETS, SIZE, Ram, program, started, trace


class Paged(Ram):
    """The same memory, whose first page compiled code may reach by itself."""

    def page(self, number: int) -> Page | None:
        return Page(self.data, read=True, write=False, fetch=True) if number == 0 else None


@pytest.mark.parametrize("step", [1, 50])
@pytest.mark.parametrize("name", SETS)
def test_compiled_code_is_the_interpreter(name: str, step: int) -> None:
    isa = SETS[name]
    assert isa is not None
    machine = elaborate(isa)
    for seed in range(1 if name == "rv64ifd" else 2):
        one, two = random.Random(seed), random.Random(seed)
        memory, other = program(isa, one), Paged(program(isa, two).data)
        hart, native = started(isa, memory, one), Native(started(isa, other, two), other, machine)
        assert trace(hart, step, hart) == trace(native.hart, step, native), seed
        assert memory.data == other.data


TOTAL = 0xF00  # where the sum lies, behind the program


def _counting(isa: Isa) -> Paged:
    """Return a program that adds 1000, 999, ... in memory."""
    lines = [
        ("addi", {"rd": 7, "rs1": 0, "imm": 0x780}),
        ("addi", {"rd": 7, "rs1": 7, "imm": TOTAL - 0x780}),
        ("addi", {"rd": 5, "rs1": 0, "imm": 1000}),
        ("lw", {"rd": 6, "rs1": 7, "imm": 0}),
        ("add", {"rd": 6, "rs1": 6, "rs2": 5}),
        ("sw", {"rs1": 7, "rs2": 6, "imm": 0}),
        ("addi", {"rd": 5, "rs1": 5, "imm": -1 & 0xFFF}),
        ("bne", {"rs1": 5, "rs2": 0, "target": -16 & 0x1FFF}),
        ("ebreak", {}),
    ]
    code = b"".join(
        isa.instruction(n).encoding.assemble(fields).to_bytes(4, "little") for n, fields in lines
    )
    return Paged(code.ljust(SIZE, b"\0"))


def test_the_log_has_the_state_after_each_instruction() -> None:
    isa = SETS["rv64i"]
    assert isa is not None
    memory = _counting(isa)
    native = Native(Hart(isa, memory), memory)
    other = Hart(isa, _counting(isa))
    log = np.zeros(400, native.state_dtype)
    for _ in range(3):
        assert native.run(400, log) == 400
        for record in log:
            other.run(1)
            for r in registers(isa):
                assert np.array_equal(record[r.name], get(other, r)), r.name


def test_a_trap_ends_the_run_before_its_instruction() -> None:
    isa = SETS["rv64i"]
    assert isa is not None
    memory = _counting(isa)
    native = Native(Hart(isa, memory), memory)
    with pytest.raises(Trap) as caught:
        native.run(1_000_000)
    assert (caught.value.cause, native.hart.pc, native.hart.retired) == ("breakpoint", 32, 5003)
    assert memory.read(TOTAL, 4) == 500_500


def test_what_the_code_is_given_is_checked() -> None:
    isa = SETS["rv64i"]
    assert isa is not None
    memory = _counting(isa)
    native = Native(Hart(isa, memory), memory)
    with pytest.raises(ValueError, match=r"^the log has 3 records, not 4$"):
        native.run(4, np.zeros(3, native.state_dtype))
    with pytest.raises(TypeError, match=r"^a contiguous array of `state_dtype` is expected$"):
        native.run(4, np.zeros(4, np.uint64))


def test_no_memory_is_a_lookup_error() -> None:
    assert issubclass(MemoryFault, LookupError)
