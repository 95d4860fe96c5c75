"""The programs of the FPGA flow, all from PyPI, and how they are run."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gen import yosys
from gen.yosys import Ran
from tb.fpga.devices import DEVICES, Device
from tb.tools import ToolError, ToolMissing

__all__ = ["TooLong", "nextpnr", "require", "synthesise", "versions"]

_NEXTPNR = "import sys, {module} as tool; sys.exit(tool.{entry}(sys.argv[1:]))"


class TooLong(ToolError):
    """A step ran into its time limit."""


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


def synthesise(passes: Sequence[str], cwd: Path, limit: float) -> Ran:
    """Run passes of Yosys for at most `limit` seconds of wall time; raises `TooLong`."""
    with _limited(limit):
        return yosys.run(passes, cwd, limit)


def nextpnr(device: Device, options: Sequence[str], cwd: Path, limit: float) -> Ran:
    """Run nextpnr for a device for at most `limit` seconds of wall time; raises `TooLong`."""
    module = device.program.replace("-", "_")
    entry = "run_" + module.removeprefix("yowasp_")
    code = _NEXTPNR.format(module=module, entry=entry)
    with _limited(limit):
        return yosys.child([sys.executable, "-c", code, *options], cwd, limit)


@contextmanager
def _limited(limit: float) -> Iterator[None]:
    try:
        yield
    except subprocess.TimeoutExpired as error:
        raise TooLong(f"no result in {limit:g} s") from error
