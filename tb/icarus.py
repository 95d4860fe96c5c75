"""Building a unit for Icarus Verilog, the second simulator: four-valued, interactive only."""

from __future__ import annotations

import functools
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tb.build import Build
from tb.tools import ToolMissing, digest, publish, run_tool

__all__ = ["WAVES", "build"]

WAVES = "dump.fst"  # in the folder of the run

_DUMP = """\
module isoform_dump;
  initial begin
    $dumpfile("{file}");
    $dumpvars(0, {top});
  end
endmodule
"""


@functools.cache
def _version() -> str:
    """Return the version of Icarus; raises `ToolMissing` if it, or its run-time, is not there."""
    for program in ("iverilog", "vvp"):
        if shutil.which(program) is None:
            fix = "install it with `apt-get install iverilog`, or leave out `--simulator icarus`"
            raise ToolMissing(f"no `{program}`: {fix}")
    done = subprocess.run(["iverilog", "-V"], capture_output=True, text=True, check=False)
    return done.stdout.partition("\n")[0]


def build(verilog: Path, manifest: Mapping[str, Any], cache: Path, *, waves: bool = False) -> Build:
    """Return the simulator of a Verilog file, compiling it if it is not in the cache.

    Raises
    ------
    ToolError : Icarus is missing, or refuses the design
    """
    top = str(manifest["module"])
    text = verilog.read_bytes()
    final = cache / f"{top}-icarus-{digest([_version(), str(waves), top, text])}"
    if not final.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix="making-", dir=cache))
        try:
            _compile(made, top, text, waves)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
        publish(made, final)
    return Build(final, final / "sim.vvp", manifest, waves, "icarus")


def _compile(folder: Path, top: str, text: bytes, waves: bool) -> None:
    """Make the file that cocotb's runner gives to `vvp`."""
    (folder / f"{top}.v").write_bytes(text)
    (folder / "scale.f").write_text("+timescale+1ns/1ps\n")
    command = ["iverilog", "-g2012", "-o", "sim.vvp", "-f", "scale.f", "-s", top, f"{top}.v"]
    if waves:
        (folder / "dump.v").write_text(_DUMP.format(file=WAVES, top=top))
        command += ["-s", "isoform_dump", "dump.v"]
    run_tool(command, folder)
