"""Of processes that want the same simulator at the same time one builds it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gen.forms.rtl.manifest import manifest
from tb import build as builder
from tests.units import machine


def test_two_at_once_build_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []

    def make(cache: Path, *rest: Any) -> Path:
        folder = cache / f"making-{len(made)}"
        folder.mkdir()
        made.append(folder)
        time.sleep(0.2)  # long enough for the others to come
        return folder

    monkeypatch.setattr(builder, "_make", make)
    monkeypatch.setattr(builder, "library", lambda defines: Path("library.a"))
    verilog = tmp_path / "unit.v"
    verilog.write_text("module unit; endmodule")
    description = manifest(machine("simple_segment"))
    with ThreadPoolExecutor(3) as pool:
        want = [pool.submit(builder.build, verilog, description, tmp_path / "c") for _ in range(3)]
    assert len(made) == 1
    assert len({job.result().folder for job in want}) == 1
    assert want[0].result().folder.is_dir() and not made[0].exists()
