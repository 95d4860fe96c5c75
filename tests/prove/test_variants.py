"""Several ports, two stages and derived values: proved where right, refuted where not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gen.forms import rtl
from gen.forms.rtl import unit as rtl_unit
from gen.forms.rtl.manifest import manifest
from gen.prove import Proof, prove
from tests.prove.test_prove import LOADS, STEPS
from tests.units import SMALL, machine

pytestmark = pytest.mark.slow

VARIANTS = [rtl.RtlOptions(latency=n, ports=p) for n, p in ((2, 3), (0, 2), (1, 2), (2, 1))]
UNIT = "variable_segment"


def proof_of(
    unit: str, folder: Path, options: rtl.RtlOptions, old: str = "", new: str = ""
) -> Proof:
    """Prove a variant of a unit with one piece of its Verilog replaced."""
    text = rtl.verilog(machine(unit), options)
    assert old in text, text
    path = folder / f"{unit}.v"
    path.write_text(text.replace(old, new, 1) if old else text)
    description: dict[str, Any] = json.loads(json.dumps(manifest(machine(unit), options)))
    return prove(machine(unit), description, path)


def _name(options: rtl.RtlOptions) -> str:
    return f"latency {options.latency}, ports {options.ports}"


@pytest.mark.parametrize(
    "options",
    [*VARIANTS[:2], *(pytest.param(o, marks=pytest.mark.deep) for o in VARIANTS[2:])],
    ids=_name,
)
@pytest.mark.parametrize("unit", [*(u for u in SMALL if u not in LOADS), "riscv_pmp32"])
def test_each_variant_is_proved(unit: str, options: rtl.RtlOptions, tmp_path: Path) -> None:
    proof = proof_of(unit, tmp_path, options)
    assert [(o.name, o.status) for o in proof.outcomes if o.status != "proved"] == []
    names = [o.name for o in proof.outcomes if o.group == "translate"]
    ports = [f"translate, port {k}" for k in range(options.ports)]
    assert names == (ports if options.ports > 1 else ["translate"])
    assert ("two clock cycles" in proof.claim) == (options.latency == 2)


TWO = rtl.RtlOptions(latency=2, ports=2)
FAULTS = {
    "the first stage is overwritten": ("| i_rsp_ready_1;", "| 1'b1;"),
    "a request is forgotten": (
        "else if (o_req_ready_1) match_1_rsp_full <= i_req_valid_1",
        "else if (o_req_ready_1) match_1_rsp_full <= i_req_valid_1 & ~i_req_va_1[3]",
    ),
    "a port answers for the other": ("i_req_va_1", "i_req_va_0"),
    "a port looks at the bus": (
        "o_rsp_pa_1 <= match_1_o_payload[50:3]",
        "o_rsp_pa_1 <= match_1_o_payload[50:3] ^ {48{i_bus_write}}",
    ),
    "half the throughput": ("assign o_req_ready_0 = ", "assign o_req_ready_0 = ~o_rsp_valid_0 & "),
    "full after reset": (
        "if (rst) match_0_rsp_full <= 1'h0",
        "if (rst) match_0_rsp_full <= 1'h1",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_two_stages_is_refuted(fault: str, tmp_path: Path) -> None:
    old, new = FAULTS[fault]
    if fault == "a port answers for the other":
        text = rtl.verilog(machine(UNIT), TWO)
        old = next(x for x in text.splitlines() if "i_req_va_1" in x and "assign" in x)
        new = old.replace("i_req_va_1", "i_req_va_0")
    proof = proof_of(UNIT, tmp_path, TWO, old, new)
    assert proof.status == "refuted"


def test_an_answer_of_the_wrong_cycle_is_refuted(tmp_path: Path) -> None:
    """The register inside may hold the request, but not leave the state to the cycle after."""
    text = rtl.verilog(machine(UNIT), TWO)
    late = "  reg [47:0] late = 0;\n  always @(posedge clk) late <= address[47:0];\nendmodule"
    text = text.replace("+ address[47:0]", "+ late").replace("endmodule", late)
    assert "+ late" in text
    path = tmp_path / f"{UNIT}.v"
    path.write_text(text)
    description = json.loads(json.dumps(manifest(machine(UNIT), TWO)))
    proof = prove(machine(UNIT), description, path)
    wrong = {o.name for o in proof.outcomes if o.status == "refuted"}
    assert "translate, port 0" in wrong


def test_a_derived_value_that_is_not_kept_up_is_refuted(tmp_path: Path) -> None:
    old = "pmpaddr_derived_7 <= 31'h00000001"
    proof = proof_of("riscv_pmp32", tmp_path, TWO, old, old.replace("01", "03"))
    wrong = {o.group for o in proof.outcomes if o.status == "refuted"}
    assert wrong == {"induction"}


def test_verilog_without_derived_values_is_proved_for_all_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtl_unit, "derived", lambda machine: [])
    proof = proof_of("riscv_pmp32", tmp_path, rtl.RtlOptions())
    assert (proof.status, proof.claim) == ("proved", STEPS)
