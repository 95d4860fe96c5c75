"""A second SystemVerilog front end reads the Verilog: no diagnostics, and the manifest's ports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.handwritten.__main__ import FILES
from gen.artefacts import Artefacts, write_forms
from gen.forms import rtl
from gen.forms.rtl.unit import storage
from tests.units import UNITS, machine

slang = pytest.importorskip("pyslang")

# Diagnostics that are meant, and why; each is allowed for the names behind it only.
ARGUED = {
    "UnusedPort": "AXI4 demands `prot` of a master, and a unit may permit every access",
    "UnusedButSetNet": "a register keeps its name, for waves, even if constant or never read",
    "ArithOpMismatch": "an address is added to a wider base: the context extends it with zeros",
}
PORTS = {"i_req_access", "s_axi_awprot", "s_axi_arprot"}
# What is narrower than what it is added to.
ADDED = {"simple_segment": "i_req_va", "multisegment": "i_req_va", "system_segment": "held_va"}
STANDARDS = ("1364-2005", "1800-2023")


def compiled(path: Path, standard: str) -> Any:
    """Return a compilation of a file, with every warning on."""
    from pyslang import driver

    tool = driver.Driver()
    tool.addStandardArgs()
    options = driver.CommandLineOptions()
    assert tool.parseCommandLine(f"slang --std {standard} -Weverything {path}", options)
    assert tool.processOptions() and tool.parseAllSources()
    compilation = tool.createCompilation()
    analysis = tool.runAnalysis(compilation)
    return compilation, [*compilation.getAllDiagnostics(), *analysis.getDiagnostics()]


def diagnostics(path: Path, standard: str = "1800-2023") -> list[tuple[str, str]]:
    """Return kind and source line of each diagnostic."""
    compilation, found = compiled(path, standard)
    lines = path.read_text().splitlines()
    number = compilation.sourceManager.getLineNumber
    return [
        (str(d.code).removeprefix("DiagCode(").removesuffix(")"), lines[number(d.location) - 1])
        for d in found
    ]


def written(unit: str, bus: str, folder: Path) -> Artefacts:
    return write_forms(machine(unit), folder, bus=bus)


def argued(unit: str, kind: str, line: str) -> bool:
    name = line.split(";")[0].split()[-1]
    if kind == "UnusedPort":
        return name in PORTS
    if kind == "UnusedButSetNet":
        return any(name in signals for signals in storage(machine(unit)).values())
    return kind == "ArithOpMismatch" and ADDED.get(unit, "?") in line


def ports(path: Path) -> list[tuple[str, str, int]]:
    """Return name, direction and width of the top module's ports, in order."""
    compilation, _ = compiled(path, "1364-2005")
    (top,) = compilation.getRoot().topInstances
    return [(p.name, f"{p.direction.name.lower()}put", p.type.bitWidth) for p in top.body.portList]


QUICK = [("mpu_region", "native"), ("medium", "native"), ("simple_segment", "axi4-lite")]
SLOW = [(u, "native") for u in UNITS]
SLOW += [(u, b) for u in ("multisegment", "mpu", "riscv_pmp") for b in rtl.BUSES]
VARIANTS = [*QUICK, *(pytest.param(*x, marks=pytest.mark.slow) for x in SLOW if x not in QUICK)]


@pytest.mark.parametrize(("unit", "bus"), VARIANTS)
def test_nothing_is_said_and_the_ports_are_the_manifests(
    unit: str, bus: str, tmp_path: Path
) -> None:
    paths = written(unit, bus, tmp_path)
    for standard in STANDARDS:
        found = diagnostics(paths.verilog, standard)
        assert [(k, line) for k, line in found if not argued(unit, k, line)] == []
    manifest = json.loads(paths.manifest.read_text())
    expected = {(p["name"], p["direction"], p["width"]) for p in manifest["ports"]}
    expected |= {(manifest["clock"], "input", 1), (manifest["reset"], "input", 1)}
    seen = ports(paths.verilog)
    assert len(seen) == len(expected) and set(seen) == expected


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("endmodule", "  wire kept = lost;\nendmodule", "UndeclaredIdentifier"),
        ("endmodule", "  wire lost;\nendmodule", "UnusedNet"),
        ("  input [31:0] i_req_va;", "  input [32:0] i_req_va;", "PortDeclDimensionsMismatch"),
    ],
)
def test_a_fault_is_seen(old: str, new: str, kind: str, tmp_path: Path) -> None:
    path = written("mpu_region", "native", tmp_path).verilog
    path.write_text(path.read_text().replace(old, new, 1))
    assert kind in {k for k, _ in diagnostics(path)}


def test_a_wrong_width_is_seen(tmp_path: Path) -> None:
    path = written("mpu_region", "native", tmp_path).verilog
    assert ("i_req_va", "input", 32) in ports(path)
    path.write_text(path.read_text().replace("[31:0] i_req_va;", "[30:0] i_req_va;"))
    assert ("i_req_va", "input", 31) in ports(path)


@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_units_written_by_hand_are_verilog_and_systemverilog(path: Path, standard: str) -> None:
    assert {kind for kind, _ in diagnostics(path, standard)} <= {"UnusedPort"}
