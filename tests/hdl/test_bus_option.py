"""`--bus`: what is written, what is refused, and the comparison through a bus."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gen.cli.__main__ import main
from gen.forms import rtl
from gen.forms.rtl.core_file import generate as core_file
from gen.forms.rtl.manifest import manifest
from tests.forms.test_verilog import lint
from tests.units import ROOT, machine

STANDARD = [bus for bus in rtl.BUSES if bus != "native"]

UNIT = """\
flags { readable }
segment S(base : addr) {
    inbitwidth = 32;
    outbitwidth = 32;
    state(base : addr) { reg one [ 4 ] { 0..32 all }, reg two [ SIZE ] { 0..8 all MORE} }
    interface(base : addr) {
        mmio one [ base, 0, 4 ],
        mmio two [ base, OFFSET, SIZE ]
    }
    fn valid() -> bool { state.two.all > 0 }
    fn matchflags(flgs : flags) -> bool { true }
    fn translate(va : vaddr) -> paddr { va }
}
"""

REFUSED = {
    (16, 16): """\
error[E0801]: `two` has 128 bits, AXI4-Lite carries 64
 --> s.vrs:8:9
  |
8 |         mmio two [ base, 16, 16 ]
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: leave out `--bus` for the native bus
  = more: isoform explain E0801

""",
    (2, 2): """\
error[E0803]: `two` overlaps `one` at 0x2 on AXI4-Lite
 --> s.vrs:8:9
  |
7 |         mmio one [ base, 0, 4 ],
  |         ----------------------- the other
8 |         mmio two [ base, 2, 2 ]
  |         ^^^^^^^^^^^^^^^^^^^^^^^
  = help: leave out `--bus` for the native bus
  = more: isoform explain E0803

""",
}


def test_each_bus_is_a_choice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for bus in rtl.BUSES:
        assert main(["gen", "simple_segment", "--bus", bus, "-o", str(tmp_path), "-q"]) == 0
        text = (tmp_path / "simple_segment" / "manifest.json").read_text()
        assert json.loads(text)["bus"]["kind"] == bus
    with pytest.raises(SystemExit) as caught:
        main(["gen", "simple_segment", "--bus", "axi3"])
    assert caught.value.code == 2
    assert "invalid choice: 'axi3'" in capsys.readouterr().err
    with pytest.raises(ValueError, match="`axi3` is no bus; there are native, axi4-lite, wishb"):
        rtl.RtlOptions(bus="axi3")


@pytest.mark.parametrize("place", REFUSED)
def test_registers_that_the_bus_cannot_carry(
    place: tuple[int, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    text = UNIT.replace("OFFSET", str(place[0])).replace("SIZE", str(place[1]))
    text = text.replace("MORE", ", 120..128 top " if place[1] == 16 else "")
    Path("s.vrs").write_text(text)
    assert main(["gen", "s.vrs", "-q"]) == 0
    capsys.readouterr()
    assert main(["gen", "s.vrs", "--bus", "axi4-lite", "-o", "other"]) == 1
    assert capsys.readouterr() == ("", REFUSED[place])
    assert not Path("other").exists()


def test_a_register_across_two_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Elements of a map may stand at any distance."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    text = (ROOT / "specs" / "units" / "multisegment.vrs").read_text()
    Path("s.vrs").write_text(text.replace("base + i * 8", "base + i * 12"))
    assert main(["gen", "s.vrs", "--bus", "wishbone", "-o", "other"]) == 1
    assert capsys.readouterr().err == (
        "error[E0802]: `seg` at 0xc crosses two words of 8 bytes on Wishbone B4, classic\n"
        "  --> s.vrs:39:9\n"
        "   |\n"
        "39 |         mmio seg [ base, 0, 8 ]\n"
        "   |         ^^^^^^^^^^^^^^^^^^^^^^^\n"
        "   = help: leave out `--bus` for the native bus\n"
        "   = more: isoform explain E0802\n\n"
    )
    assert not Path("other").exists()


def test_a_unit_without_registers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["gen", "system_segment", "--bus", "wishbone", "-o", str(tmp_path)]
    assert main(arguments) == 1
    assert capsys.readouterr().err == (
        "error[E0804]: unit `system_segment` has no registers to put on Wishbone B4, classic\n"
        "  = more: isoform explain E0804\n\n"
    )


def test_the_batch_bench_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["sim", "mpu", "--bus", "axi4-lite", "--mode", "batch", "-o", str(tmp_path)]
    assert main(arguments) == 1
    assert capsys.readouterr().err == (
        "error[E0705]: `--mode batch` cannot drive `--bus axi4-lite`\n"
        "  = help: leave out `--mode batch`\n"
        "  = more: isoform explain E0705\n\n"
    )


def test_a_driver_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = importlib.metadata.version

    def version(name: str) -> str:
        if name == "cocotbext-axi":
            raise importlib.metadata.PackageNotFoundError(name)
        return known(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert main(["sim", "mpu", "--bus", "axi4-lite", "-o", str(tmp_path)]) == 4
    assert capsys.readouterr().err == (
        "error[E0702]: `cocotbext-axi`, which drives `--bus axi4-lite`, is missing: install it "
        "with `pip install cocotbext-axi`, or `make setup`\n"
        "  = more: isoform explain E0702\n\n"
    )
    assert main(["doctor"]) == 0
    assert re.search(r"^absent +cocotbext-axi", capsys.readouterr().out, re.M)


@pytest.mark.slow
@pytest.mark.parametrize("bus", STANDARD)
@pytest.mark.parametrize("unit", ["mpu", "variable_segment", "xeon_phi_smpt"])
def test_lint_is_clean(unit: str, bus: str, tmp_path: Path) -> None:
    path = tmp_path / f"{unit}.v"
    path.write_text(rtl.verilog(machine(unit), rtl.RtlOptions(bus=bus)))
    assert lint(path) == ""


@pytest.mark.slow
def test_the_text_does_not_depend_on_hashing() -> None:
    script = (
        "from sim.units import load_machine\nfrom gen.forms import rtl\n"
        "for bus in rtl.BUSES:\n"
        "    print(rtl.verilog(load_machine('mpu_region'), rtl.RtlOptions(bus=bus)))"
    )
    texts = set()
    for seed in ("0", "77"):
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        texts.add(done.stdout)
    assert len(texts) == 1


@pytest.mark.parametrize("bus", STANDARD)
def test_manifest_and_core_file_say_which_bus(bus: str) -> None:
    options = rtl.RtlOptions(bus=bus)
    text = rtl.verilog(machine("mpu"), options)
    description: dict[str, Any] = manifest(machine("mpu"), options)
    assert description["bus"] == {"kind": bus, "data": 32, "address": 6}
    names = [p["name"] for p in description["ports"]]
    for p in description["ports"]:
        size = f"[{p['width'] - 1}:0] " if p["width"] > 1 else ""
        assert f"  {p['direction']} {size}{p['name']};" in text
    ours = [n for n in names if n.startswith(("s_axi_", "wb_"))]
    assert len(ours) == {"axi4-lite": 19, "wishbone": 9, "wishbone-pipelined": 10}[bus]
    assert not any("_bus_" in n for n in names)
    assert f"register bus: {rtl.BUSES[bus]};" in core_file(machine("mpu"), options)


@pytest.mark.slow
def test_sim_through_a_bus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cocotbext.axi", reason="cocotbext-axi is not installed")
    arguments = ["sim", "variable_segment", "--bus", "axi4-lite", "-o", str(tmp_path)]
    assert main([*arguments, "-n", "3000", "--seed", "1"]) == 0
    out = capsys.readouterr().out
    assert "interactive, registers on AXI4-Lite: no difference" in out
    report = tmp_path / "runs" / "variable_segment" / "0x1" / "report.json"
    assert json.loads(report.read_text())["bus"] == "axi4-lite"
    text = (tmp_path / "variable_segment" / "rtl" / "variable_segment.v").read_text()
    broken = re.sub(r"s_axi_bvalid <= (\w+);", r"s_axi_bvalid <= \1 & ~s_axi_wdata[5];", text)
    assert broken != text
    path = tmp_path / "broken.v"
    path.write_text(broken)
    assert main([*arguments, "-n", "3000", "--seed", "1", "--verilog", str(path)]) == 3
    out = capsys.readouterr().out
    assert "not shrunk: the batch bench, which shrinks, drives the native bus only" in out
    replay = re.search(r"^  replay: isoform (.*)$", out, re.M)
    assert replay is not None and main([*replay[1].split(), "-o", str(tmp_path)]) == 3
