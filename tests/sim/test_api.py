"""What a person imports: models by name, memory, and the generated file on its own."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sim
from gen.diag import IsoformError
from gen.forms import python
from tests.units import MARKED, ROOT, machine, stream


def test_memory_of_both_byte_orders() -> None:
    little, big = sim.Memory(), sim.Memory("big")
    little.write(0xFFD, 8, 0x1122_3344_5566_7788)  # across a page
    assert little.read(0xFFD, 8) == 0x1122_3344_5566_7788
    assert little.read(0x1000, 1) == 0x55
    assert little.dump(0xFFC, 3) == b"\0\x88\x77"
    big.write(5, 2, 0xABCD)
    assert big.dump(5, 2) == b"\xab\xcd"
    big.load(0x1FFF, b"xyz")
    assert big.read(0x1FFF, 3) == int.from_bytes(b"xyz", "big")
    assert big.read(1 << 60, 16) == 0


def test_registers_by_name_by_offset_and_by_field() -> None:
    mpu = sim.unit("mpu")
    mpu.rnr.write(3)
    mpu.rbar.base = 0x1234
    assert mpu.rbar.read() == 0x1234 << 5 == mpu.read(0x0C)
    assert mpu.state.rbar[3] == 0x1234 << 5
    mpu.write(0x10, 0xFFFF_FFFF_0000_0001)
    assert mpu.rlar.en == 1 and mpu.rlar.limit == 0
    assert mpu.rbar.offset == 0x0C
    mpu.reset()
    assert mpu.state.rbar == [0] * 8


def test_arrays_and_instructions() -> None:
    smpt = sim.unit("xeon_phi_smpt")
    smpt.entry[31].write(5)
    assert smpt.read(smpt.entry[31].offset) == 5 and smpt.state.entry[31] == 5
    tlb = sim.unit("r4700_tlb")
    tlb.index.write(2)
    tlb.entry_hi.asid = 9
    tlb.tlbwi()
    tlb.entry_hi.write(0)
    tlb.tlbr()
    assert tlb.entry_hi.asid == 9


def test_faults_and_refusals_say_what_and_where() -> None:
    mpu = sim.unit("mpu")
    assert mpu.translate(0x1234, mpu.Access.WRITABLE) == 0x1234
    mpu.ctrl.enable = 1
    with pytest.raises(Exception) as caught:
        mpu.translate(0x1234, mpu.Access.WRITABLE | mpu.Access.USERMODE)
    assert type(caught.value).__name__ == "TranslationFault"
    assert caught.value.cause is mpu.Cause.NOT_PRESENT
    assert str(caught.value) == "NOT_PRESENT at 0x1234 (<Access.WRITABLE|USERMODE: 10>)"
    with pytest.raises(Exception, match=r"^there is no register at 0x3$"):
        mpu.read(3)
    tlb = sim.unit("r4700_tlb")
    with pytest.raises(Exception, match=r"^tlbwi at 0x38 cannot be read$"):
        tlb.read(0x38)


@pytest.mark.parametrize("unit", ["mpu", "riscv_pmp", "multisegment"])
def test_batches_answer_as_single_calls_do(unit: str) -> None:
    part = stream(unit, 4_000)
    model = sim.unit(unit)
    for t in part[part["kind"] == 1][:60]:
        value = int(t["data"][0]) | int(t["data"][1]) << 64
        if int(t["offset"]) in model._at:
            model.write(int(t["offset"]), value)
    asked = part[part["kind"] == 0]
    pa, cause = model.translate_batch(asked["va"], asked["access"])
    for t, p, c in zip(asked, pa, cause, strict=True):
        assert model.translate_raw(int(t["va"]), int(t["access"])) == (p, c)


def test_a_unit_with_state_in_memory() -> None:
    memory = sim.Memory()
    x86 = sim.unit("x86_segmentation", base=0x8000, memory=memory)
    memory.write(0x8000, 8, 0x00CF_9200_0000_FFFF)  # flat, writable data, privilege 0
    assert x86.translate(0x1234_5678, x86.Access.WRITABLE) == 0x1234_5678
    pa, cause = x86.translate_batch(np.array([1, 2]), x86.Access.READABLE)
    assert pa.tolist() == [1, 2] and cause.tolist() == [0, 0]


def test_a_path_and_an_unknown_name() -> None:
    assert sim.unit(ROOT / "specs" / "units" / "simple_segment.vrs").VA_BITS > 0
    with pytest.raises(IsoformError, match=r"^error\[E01\d\d\]: .*no_such_unit"):
        sim.unit("no_such_unit")


@pytest.mark.parametrize("unit", MARKED)
def test_the_generated_file_needs_the_standard_library_only(unit: str, tmp_path: Path) -> None:
    text = python.generate(machine(unit))
    found = {
        alias.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert found <= {"__future__", "enum", "collections.abc", "functools"}
    (tmp_path / f"{unit}.py").write_text(text)
    name = python.class_name(unit)
    script = f"import sys; sys.path.insert(0, '.'); import {unit}; u = {unit}.{name}(); "
    script += "print(u.translate_raw(0, 0))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("(")
