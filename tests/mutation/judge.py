"""Whether proof and simulation see a fault; both work with the sources as they are."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gen.forms import rtl
from gen.forms.rtl.manifest import manifest
from gen.prove import NetlistError, prove
from tb.build import build
from tb.model import Model
from tb.tools import ToolError
from tb.unit import run
from tests.mutation.faults import Fault
from tests.mutation.workshop import Broken, make
from tests.units import expected, machine, stream

__all__ = ["COUNT", "Verdict", "judge"]

COUNT = 1_000_000  # the default length of a simulation
_SHARE = 10_000  # transactions that the Python model repeats, as in a simulation


@dataclass(frozen=True)
class Verdict:
    """What each check says: ``caught ...``, ``missed``, ``-`` where it does not look.

    Anything else (a tool that fails, a generator that stops, no answer in time) is not caught.
    """

    fault: Fault
    proof: str
    simulation: str

    @property
    def caught(self) -> bool:
        """Each check that looks sees it."""
        looked = [x for x in (self.proof, self.simulation) if x != "-"]
        return bool(looked) and all(x.startswith("caught") for x in looked)


@cache
def _stream(unit: str, folder: Path) -> Path:
    path = folder / f"{unit}.npy"
    np.save(path, stream(unit, COUNT))
    return path


@cache
def _sound(unit: str, folder: Path) -> Path:
    path = folder / f"{unit}.v"
    path.write_text(rtl.verilog(machine(unit)))
    return path


def judge(fault: Fault, cache_folder: Path) -> Verdict:
    """Make the fault and let both checks look."""
    with tempfile.TemporaryDirectory(prefix="isoform-") as name:
        folder = Path(name)
        if fault.area == "gen/forms/smt":
            broken = make(fault, _sound(fault.unit, cache_folder), folder)
            found = "nothing made" if broken.refused else (folder / "status").read_text()
            return Verdict(fault, "caught (refuted)" if found == "refuted" else found, "-")
        if fault.area == "hdl/bus":
            return _bus(fault, make(fault, folder, folder))
        broken = make(fault, _stream(fault.unit, cache_folder), folder)
        if broken.refused is not None:
            return Verdict(fault, f"nothing made ({broken.refused[:60]})", "-")
        return Verdict(fault, _proof(fault, broken, cache_folder), _simulation(fault, broken))


def _bus(fault: Fault, broken: Broken) -> Verdict:
    if broken.refused is not None:
        return Verdict(fault, f"nothing made ({broken.refused[:60]})", "-")
    words = [(broken.folder / name).read_text() for name in ("proof", "simulation")]
    return Verdict(fault, *words)


def _code(verilog: Path) -> str:
    """Return a Verilog file without its comments, which name the sources' place."""
    return re.sub("//.*", "", verilog.read_text())


def _description(unit: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(manifest(machine(unit))))
    return found


def _proof(fault: Fault, broken: Broken, cache_folder: Path) -> str:
    """Prove the faulty Verilog against the sound specification."""
    verilog = broken.folder / f"{fault.unit}.v"
    if _code(verilog) == _code(_sound(fault.unit, cache_folder)):
        return "-"
    try:
        proof = prove(machine(fault.unit), _description(fault.unit), verilog, timeout=20)
    except NetlistError as error:
        return f"not read ({error})"
    wrong = [o for o in proof.outcomes if o.status == "refuted"]
    if wrong:
        return f"caught ({wrong[0].group}: {wrong[0].name})"
    return "missed" if proof.status == "proved" else "no answer"


def _simulation(fault: Fault, broken: Broken) -> str:
    """Compare what a simulation compares: device, native code, Python model."""
    unit = fault.unit
    part = stream(unit, COUNT)
    sound = expected(unit, part)
    wrong = np.flatnonzero(np.load(broken.folder / "expected.npy") != sound)
    if fault.area == "gen/forms/native":
        return f"caught (transaction {wrong[0]})" if wrong.size else "missed"
    if fault.area == "gen/forms/python":
        model = Model(broken.folder / f"{unit}.py", _description(unit))
        wrong = np.flatnonzero(model.run(part[:_SHARE]) != sound[:_SHARE])
        return f"caught (transaction {wrong[0]})" if wrong.size else "missed"
    return _device(unit, broken, part, sound)


def _device(unit: str, broken: Broken, part: Any, sound: Any) -> str:
    try:
        verilog = broken.folder / f"{unit}.v"
        simulator = build(verilog, _description(unit), broken.folder / "cache")
        model = broken.folder / f"{unit}.py"
        report = run(simulator, part, sound, mode="batch", folder=broken.folder, model=model)
    except ToolError as error:
        return f"not run ({str(error).splitlines()[0]})"
    if report.failure is None:
        return "missed"
    return f"caught (transaction {report.failure.case.wrong})"
