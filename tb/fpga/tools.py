"""The programs of the FPGA flow, all from PyPI, and how they are run."""

from __future__ import annotations

import importlib.metadata
import os
import re
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tb.fpga.devices import DEVICES, Device
from tb.tools import ToolError, ToolMissing

__all__ = ["Ran", "TooLong", "nextpnr", "require", "run", "versions", "yosys"]

# One script per process: an error of Yosys ends the process it runs in.
_YOSYS = """\
import sys
from pyosys import libyosys as ys
design = ys.Design()
for line in sys.stdin.read().splitlines():
    ys.run_pass(line, design)
"""
_NEXTPNR = "import sys, {module} as tool; sys.exit(tool.{entry}(sys.argv[1:]))"


class TooLong(ToolError):
    """A step ran into its time limit."""


@dataclass(frozen=True)
class Ran:
    """A finished process: its code, what it printed, and its CPU time in seconds."""

    code: int
    text: str
    seconds: float

    @property
    def error(self) -> str:
        """The tool's own words for what went wrong."""
        errors = re.findall(r"^ERROR: (.*)$", self.text, re.M)
        return errors[-1] if errors else "\n".join(self.text.splitlines()[-10:])


def versions(devices: Sequence[Device] = tuple(DEVICES.values())) -> dict[str, str | None]:
    """Return the version of each package of the flow, None where it is not installed."""
    found: dict[str, str | None] = {}
    for name in ("pyosys", *(d.program for d in devices)):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = None
    return found


def require(devices: Sequence[Device]) -> dict[str, str]:
    """Return the versions of all packages that `devices` need; raises `ToolMissing`."""
    found = versions(devices)
    missing = [name for name, version in found.items() if version is None]
    if missing:
        raise ToolMissing(
            f"not installed: {', '.join(missing)}; `make fpga` installs what is needed, and so "
            "does `pip install 'isoform[fpga]'`"
        )
    return {name: version for name, version in found.items() if version is not None}


def yosys(passes: Sequence[str], cwd: Path, limit: float) -> Ran:
    """Run passes of Yosys in a child process."""
    return run([sys.executable, "-c", _YOSYS], cwd, limit, "\n".join(passes))


def nextpnr(device: Device, options: Sequence[str], cwd: Path, limit: float) -> Ran:
    """Run nextpnr for a device."""
    module = device.program.replace("-", "_")
    entry = "run_" + module.removeprefix("yowasp_")
    code = _NEXTPNR.format(module=module, entry=entry)
    return run([sys.executable, "-c", code, *options], cwd, limit)


def run(command: Sequence[str], cwd: Path, limit: float, text: str = "") -> Ran:
    """Run a command for at most `limit` seconds of wall time; raises `TooLong`."""
    before = _child_seconds()
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            input=text,
            env=os.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TooLong(f"no result in {limit:g} s") from error
    return Ran(done.returncode, done.stdout, _child_seconds() - before)


def _child_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
