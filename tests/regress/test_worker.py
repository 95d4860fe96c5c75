"""A job has all that it needs with it; whatever goes wrong is its outcome."""

from __future__ import annotations

from pathlib import Path

import pytest

from gen import vrs
from gen.diag import Reporter
from gen.forms import rtl
from gen.regress import worker
from gen.regress.plan import Case
from gen.regress.worker import Job, Specification, run_case
from gen.simulate import Order, Result
from gen.stream.config import Config
from tb.tools import ToolError, toolchain
from tests.units import ROOT, machine

UNITS = ROOT / "specs" / "units"


def carried(unit: str) -> Specification:
    """Return a unit of the project under paths that exist nowhere."""
    program = vrs.load(UNITS / f"{unit}.vrs", Reporter(), [UNITS])
    texts = {f"no/such/{Path(f.source.name).name}": f.source.text for f in program.files}
    return Specification(unit, f"no/such/{unit}.vrs", texts)


def test_a_specification_travels_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    specification = carried("mpu")  # it imports another file
    assert len(specification.texts) == 2
    made = specification.machine()
    text = rtl.verilog(made).replace("no/such/", f"{UNITS}/")
    assert text == rtl.verilog(machine("mpu"))


def test_the_key_changes_with_everything() -> None:
    plain = carried("simple_segment")
    path, text = next(iter(plain.texts.items()))
    others = [
        plain,
        Specification(plain.unit, plain.path, {path: text + " "}),
        Specification(plain.unit, plain.path, {path + "x": text}),
        Specification(plain.unit, plain.path, plain.texts, config=Config(stalls=0.25)),
        Specification(plain.unit, plain.path, plain.texts, verilog=("x.v", "module")),
        Specification(plain.unit, plain.path, plain.texts, search=("folder",)),
    ]
    assert len({s.key for s in others}) == len(others)
    assert carried("simple_segment").key == plain.key


def test_a_wrong_specification_is_an_error_of_the_case(tmp_path: Path) -> None:
    job = Job(1, Case("s", 2, 100), Specification("s", "s.vrs", {"s.vrs": "segment S( {"}))
    found = run_case(job, tmp_path)
    assert found.outcome == "error"
    assert found.message.startswith("error[E01") and "s.vrs:1:" in found.message
    assert found.replay == "isoform sim s --seed 0x2 -n 100"
    assert found.worker.rpartition(":")[2].isdigit()


def test_a_defect_of_ours_is_an_error_of_the_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("by hand")

    monkeypatch.setattr(worker, "_simulate", broken)
    job = Job(1, Case("mpu", 2, 100, bus="wishbone"), Specification("mpu", "mpu.vrs", {}))
    found = run_case(job, tmp_path)
    first, second = found.message.splitlines()
    assert first == "ZeroDivisionError: by hand"
    assert second.startswith("  in broken, ") and "test_worker.py:" in second
    assert found.replay == "isoform sim mpu --seed 0x2 -n 100 --bus wishbone"


def test_a_missing_compiler_is_an_error_of_the_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toolchain.cache_clear()
    monkeypatch.setenv("PATH", "")
    job = Job(1, Case("simple_segment", 2, 100), carried("simple_segment"))
    try:
        found = run_case(job, tmp_path / "work", tmp_path / "cache")
    finally:
        toolchain.cache_clear()
    assert found.message == "no C++ compiler: install `g++`, or name one in CXX"
    assert not [p for p in (tmp_path / "work").iterdir() if p.name.startswith("run-")]


def test_seeds_share_what_was_elaborated_and_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[tuple[object, object, int]] = []

    def compare(reference: object, device: object, order: Order) -> Result:
        used.append((reference, device, order.seed))
        assert order.folder.is_dir()
        raise ToolError("seen")

    monkeypatch.setattr(worker, "compare", compare)
    specification = carried("simple_segment")
    cases = [Case("simple_segment", seed, 10, latency=k) for k in (1, 0) for seed in (1, 2)]
    for case in cases:
        assert run_case(Job(1, case, specification), tmp_path, tmp_path).message == "seen"
    assert [seed for _, _, seed in used] == [1, 2, 1, 2]
    assert len({id(reference) for reference, _, _ in used}) == 1
    assert [len({id(d) for _, d, _ in part}) for part in (used[:2], used[2:], used)] == [1, 1, 2]
    assert not list(tmp_path.glob("run-*"))
