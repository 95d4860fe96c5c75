"""Yosys, as the `pyosys` package has it: passes in a process of their own.

An error of Yosys ends the process that it runs in, so each script has one.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Ran", "child", "run"]

_SCRIPT = """\
import sys
from pyosys import libyosys as ys
design = ys.Design()
for line in sys.stdin.read().splitlines():
    ys.run_pass(line, design)
"""


@dataclass(frozen=True)
class Ran:
    """A finished process: its exit code, what it printed, and its CPU time in seconds."""

    code: int
    text: str
    seconds: float

    @property
    def error(self) -> str:
        """The tool's own words for what went wrong; nextpnr's look like those of Yosys."""
        errors = re.findall(r"^(\S+: )?ERROR: (.*)$", self.text, re.M)
        return "".join(errors[-1]) if errors else "\n".join(self.text.splitlines()[-10:])


def run(passes: Sequence[str], cwd: Path, limit: float | None = None) -> Ran:
    """Run passes on an empty design; see `child`."""
    return child([sys.executable, "-c", _SCRIPT], cwd, limit, "\n".join(passes))


def child(command: Sequence[str], cwd: Path, limit: float | None = None, text: str = "") -> Ran:
    """Run a command in the folder `cwd` with `text` as its input.

    Parameters
    ----------
    limit : seconds of wall time

    Raises
    ------
    subprocess.TimeoutExpired : it took longer
    """
    before = _child_seconds()
    done = subprocess.run(
        command,
        cwd=cwd,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=limit,
        check=False,
    )
    return Ran(done.returncode, done.stdout, _child_seconds() - before)


def _child_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
