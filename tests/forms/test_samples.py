"""Specifications that the project does not ship go the same way: given by path, any root."""

from __future__ import annotations

from pathlib import Path

import pytest

from gen.cli.__main__ import main

SAMPLES = Path(__file__).parents[1] / "vrs" / "samples"
ROOTS = [
    ("segments", "Plain"),
    ("segments", "Open"),
    ("tables", "Mmu"),
    ("associative", "Ranges"),
    ("associative", "Listed"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "root"), ROOTS)
def test_check_gen_sim(name: str, root: str, tmp_path: Path) -> None:
    path = str(SAMPLES / f"{name}.vrs")
    assert main(["gen", path, "--root", root, "-o", str(tmp_path), "-q"]) == 0
    options = ["-n", "20000", "--seed", "1", "-o", str(tmp_path), "-q"]
    assert main(["sim", path, "--root", root, *options]) == 0


def test_what_is_not_built_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(SAMPLES / "associative.vrs")
    assert main(["gen", path, "--root", "Placed", "-o", str(tmp_path)]) == 1
    assert "error[E0406]: this form of map in `Placed` is not elaborated" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
