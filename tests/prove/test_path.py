"""A run from reset to a difference is found, is as short as can be, and ends in a difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from gen.forms import rtl
from gen.prove import Step, path_to_difference, prove
from tests.prove.test_prove import description
from tests.units import machine

pytestmark = pytest.mark.slow


def path_of(unit: str, folder: Path, old: str, new: str, latency: int = 1) -> list[Step] | None:
    text = rtl.verilog(machine(unit), rtl.RtlOptions(latency=latency))
    assert old in text
    path = folder / f"{unit}.v"
    path.write_text(text.replace(old, new, 1))
    proof = prove(machine(unit), description(unit, latency), path)
    assert proof.status == "refuted"
    return path_to_difference(proof.view, {p.name: 0 for p in machine(unit).parameters}, 60)


@pytest.mark.parametrize("latency", [0, 1])
def test_a_bound_shows_after_a_region_is_set_up(latency: int, tmp_path: Path) -> None:
    steps = path_of("mpu", tmp_path, " = i_req_va[31:5] < ", " = i_req_va[31:5] <= ", latency)
    assert steps is not None
    assert [s.kind for s in steps] == ["write", "write", "translate"]
    offsets = {r.name: r.offset for r in machine("mpu").interface}
    assert {s.offset for s in steps[:2]} == {offsets["ctrl"], offsets["rlar"]}


def test_a_lost_write_shows_when_it_is_read(tmp_path: Path) -> None:
    steps = path_of("mpu", tmp_path, "assign ctrl[2:0] = ", "assign ctrl[2:0] = 3'h1 & ")
    assert steps is not None
    assert [s.kind for s in steps] in (["write", "read"], ["write", "translate"])


def test_a_wrong_reset_value_shows_at_once(tmp_path: Path) -> None:
    steps = path_of("variable_segment", tmp_path, "length <= 64'h0", "length <= 64'h7")
    assert steps is not None
    assert len(steps) == 1


def test_a_state_that_reset_does_not_lead_to_is_not_reached(tmp_path: Path) -> None:
    old = "i_req_va + address[47:0]"
    new = "i_req_va + address[47:0] + never"
    text = rtl.verilog(machine("variable_segment"), rtl.RtlOptions())
    assert old in text
    text = text.replace(old, new, 1).replace(
        "endmodule", "reg never;\nalways @(posedge clk) never <= rst ? 1'b0 : never;\nendmodule"
    )
    path = tmp_path / "given.v"
    path.write_text(text)
    proof = prove(machine("variable_segment"), description("variable_segment"), path)
    assert proof.status == "refuted"
    assert path_to_difference(proof.view, {}, 60) is None
