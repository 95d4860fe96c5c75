"""A few of the faults, one for each kind of part; `make mutate` makes them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.faults import FAULTS
from tests.mutation.judge import judge

SAMPLE = ["a bound one too far", "a response is repeated", "presence is inverted"]
SAMPLE += ["native: add subtracts", "terms: add subtracts"]


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLE)
def test_a_fault_is_seen(name: str, tmp_path: Path) -> None:
    (fault,) = (f for f in FAULTS if f.name == name)
    assert judge(fault, tmp_path).caught


def test_each_fault_has_its_place() -> None:
    root = Path(__file__).parents[2]
    assert [f.name for f in FAULTS if (root / f.path).read_text().count(f.old) != 1] == []


def test_the_table_is_of_these_faults() -> None:
    page = Path(__file__).parents[2] / "docs" / "mutation.md"
    lines = page.read_text().splitlines()
    rows = [x.split(" | ")[1] for x in lines if x.startswith(("| gen", "| hdl"))]
    assert rows == [f.name for f in FAULTS]
    assert len(FAULTS) >= 60
    verdicts = [c for x in lines if x.startswith(("| gen", "| hdl")) for c in x.split(" | ")[3:]]
    assert all(c.startswith("caught (") or c in ("-", "- |") for c in verdicts)
