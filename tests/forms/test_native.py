"""The native form's own promises: two kinds of code, counted coverage, arrays that are checked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gen.forms import native
from gen.ir import expr as e
from gen.ir.interpret import reset_state, run
from gen.ir.machine import Cover
from gen.ir.transaction import Kind
from tests.machines import sample_machine, sample_machine_memory
from tests.units import machine, stream


@pytest.mark.parametrize("unit", ["riscv_pmp", "x86_segmentation", "xeon_phi_smpt"])
def test_vector_code_answers_as_the_quick_code(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    form = native.compile(machine(unit))
    state, memory = form.reset_state(), form.new_memory()
    memory[0x1000:0x1008] = list((0x0040_9200_0000_7FFF).to_bytes(8, "little"))  # a descriptor
    part = stream(unit, 20_000)
    configuring = np.flatnonzero(part["kind"] == int(Kind.WRITE))[:60]
    form.run(state, part[configuring], memory)
    quick = form.translate_batch(state, part["va"], part["access"], memory)
    monkeypatch.setattr(native, "MANY", 0)
    vector = form.translate_batch(state, part["va"], part["access"], memory)
    assert len(form._codes) == 3  # run, and both kinds of translate
    assert len(np.unique(quick[1])) > 1
    for a, b in zip(quick, vector, strict=True):
        assert (a == b).all()


def test_a_batch_does_what_the_interpreter_does() -> None:
    unit = sample_machine()
    form, state = native.compile(unit), reset_state(unit)
    record = form.reset_state()
    state["ctrl"], state["entry"] = 1, [0x1234501, 0x700, 0]
    record["ctrl"], record["entry"] = state["ctrl"], state["entry"]
    vas = [v + k for v in range(0, 1 << 14, 0x800) for k in (0, 1, 0x7FF)]
    for access in range(4):
        outcomes = [run(unit, "translate", state, {"va": v, "access": access}) for v in vas]
        pa, cause = form.translate_batch(record, vas, access)
        assert pa.tolist() == [o.outputs["pa"] for o in outcomes]
        assert cause.tolist() == [unit.cause_code(o.cause) if o.cause else 0 for o in outcomes]


def test_points_of_every_operation_are_counted() -> None:
    """Each counts where its own operation is performed, before its assignments."""
    unit = sample_machine()
    locks = Cover("ctrl_write", "branch", "locks", e.slice_(e.input_("data", 32), 1, 1))
    full = Cover("entry_read", "branch", "last", e.eq(e.input_("index", 64), e.const(2, 64)))
    flushed = e.ne(e.state("flushes", 7), e.const(0, 7))
    unit = replace(
        unit, covers=(*unit.covers, locks, full, Cover("flushes_read", "branch", "some", flushed))
    )
    steps = [
        (Kind.WRITE, 0, 1),
        (Kind.WRITE, 0, 3),  # locks
        (Kind.WRITE, 8, 0),  # flush
        (Kind.READ, 4, 0),  # some
        (Kind.READ, 4, 0),  # none is left
        (Kind.READ, 32, 0),  # last
        (Kind.READ, 16, 0),
        (Kind.WRITE, 4, 3),  # refused
        (Kind.TRANSLATE, 0, 0),  # element 0 is 0: a write is refused
    ]
    part = np.zeros(len(steps), native.TRANSACTION_DTYPE)
    part["kind"], part["offset"], part["data"][:, 0] = np.array(steps).T
    part["access"] = 2
    form, counts = native.compile(unit), np.zeros(5, np.uint64)
    results = form.run(form.reset_state(), part, cover_counts=counts)
    assert counts.tolist() == [1, 0, 1, 1, 1]
    assert results["error"].tolist() == [0, 0, 0, 0, 0, 0, 0, 1, 0]
    form.run(form.reset_state(), part, cover_counts=counts)
    assert counts.tolist() == [2, 0, 2, 2, 2]


def test_values_of_states() -> None:
    unit = sample_machine_memory()
    form = native.compile(unit)
    base = e.input_("base", 64)
    asked = [e.add(base, e.const(8, 64)), e.slice_(base, 12, 8)]
    given = form.values(form.reset_state(3), asked, {"base": 0xABCDE})
    assert given.tolist() == [[0xABCE6, 0xAB]] * 3
    assert form.values(form.reset_state(1), asked).tolist() == [[0x11008, 0x11]]


def test_arrays_that_the_code_would_overrun_are_refused() -> None:
    form = native.compile(sample_machine())
    part = np.zeros(1, native.TRANSACTION_DTYPE)
    with pytest.raises(ValueError, match=r"^state has 0 elements, not 1$"):
        form.translate_batch(form.reset_state(0), [0], 0)
    with pytest.raises(TypeError, match=r"^state must be a contiguous array of \{'names'"):
        form.run(np.zeros(1, np.uint64), part)
    with pytest.raises(ValueError, match=r"^memory has 8 elements, not 65536$"):
        form.run(form.reset_state(), part, np.zeros(8, np.uint8))
    with pytest.raises(TypeError, match=r"^memory must be a contiguous array of uint8$"):
        form.run(form.reset_state(), part, np.zeros((1 << 17,), np.uint8)[::2])
    with pytest.raises(ValueError, match=r"^cover_counts has 1 elements, not 2$"):
        form.run(form.reset_state(), part, cover_counts=np.zeros(1, np.uint64))
    with pytest.raises(TypeError, match=r"^cover_counts must be a contiguous array of uint64$"):
        form.run(form.reset_state(), part, cover_counts=np.zeros(2, np.int32))
