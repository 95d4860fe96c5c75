"""Making the forms of a unit with a fault in the sources, in a copy of them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.faults import Fault

__all__ = ["Broken", "make"]

ROOT = Path(__file__).parents[2]

_FORMS = """\
import sys
from pathlib import Path
import numpy as np
from gen.forms import native, python, rtl
from sim.units import load_machine
unit, stream, out = sys.argv[1], sys.argv[2], Path(sys.argv[3])
machine = load_machine(unit)
(out / f"{unit}.v").write_text(rtl.verilog(machine))
(out / f"{unit}.py").write_text(python.generate(machine))
form = native.compile(machine)
np.save(out / "expected.npy", form.run(form.reset_state(), np.load(stream), form.new_memory()))
"""
_PROOF = """\
import json, sys
from pathlib import Path
from gen.forms.rtl.manifest import manifest
from gen.prove import prove
from sim.units import load_machine
unit, verilog, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
machine = load_machine(unit)
(out / "status").write_text(prove(machine, manifest(machine), verilog).status)
"""


_BUS = """\
import sys
from pathlib import Path
from tests.mutation.buses import main
main(sys.argv[1], Path(sys.argv[3]))
"""
_SCRIPTS = {"gen/forms/smt": _PROOF, "hdl/bus": _BUS}


@dataclass(frozen=True)
class Broken:
    """What the sources with the fault made.

    Members
    -------
    folder : has the Verilog, the Python model and ``expected.npy``; or ``status`` of the proof; or
        ``proof`` and ``simulation`` of a bus
    refused : the error that ended it, or None
    """

    folder: Path
    refused: str | None


def make(fault: Fault, given: Path, folder: Path) -> Broken:
    """Make the forms with the fault; for one in the solver's terms the proof, for one in a bus
    adapter what both checks say.

    Parameters
    ----------
    given : stream of the unit (.npy), or its Verilog for a fault in the solver's terms; not looked
        at for one in a bus adapter
    """
    copy = folder / "sources"
    for part in ("gen", "hdl", "sim", "tb", "tests"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "specs").symlink_to(ROOT / "specs")
    target = copy / fault.path
    text = target.read_text()
    if text.count(fault.old) != 1:
        raise LookupError(f"{fault.name}: the text stands {text.count(fault.old)} times")
    target.write_text(text.replace(fault.old, fault.new))
    script = _SCRIPTS.get(fault.area, _FORMS)
    done = subprocess.run(
        [sys.executable, "-c", script, fault.unit, str(given), str(folder)],
        cwd=copy,
        env={"PYTHONPATH": str(copy), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    shutil.rmtree(copy)
    refused = None if done.returncode == 0 else (done.stderr.splitlines() or ["?"])[-1]
    return Broken(folder, refused)
