"""The Verilog of each unit is proved; wrong Verilog is refuted, with a counterexample."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import bitwuzla
import pytest
import z3

from gen.forms import rtl
from gen.forms.rtl.manifest import manifest
from gen.prove import NetlistError, Proof, prove, read_verilog
from tests.tb.test_faults import FAULTS, UNIT
from tests.units import LARGE, UNITS, machine

LONG = {*LARGE, "x86_segmentation"}
LOADS = ["system_segment", "x86_segmentation"]
DERIVED = {"riscv_pmp", "riscv_pmp32"}
STEPS = "for all states and inputs, by induction over one clock cycle"
REACHED = "for all states reachable from reset and all inputs, by induction over one clock cycle"


def description(unit: str, latency: int = 1) -> dict[str, Any]:
    options = rtl.RtlOptions(latency=latency)
    found: dict[str, Any] = json.loads(json.dumps(manifest(machine(unit), options)))
    return found


def proof_of(unit: str, folder: Path, latency: int = 1, old: str = "", new: str = "") -> Proof:
    """Prove a unit's Verilog with one piece of text replaced."""
    text = rtl.verilog(machine(unit), rtl.RtlOptions(latency=latency))
    assert old in text
    path = folder / f"{unit}.v"
    path.write_text(text.replace(old, new, 1) if old else text)
    return prove(machine(unit), description(unit, latency), path)


@pytest.mark.parametrize(
    "unit", [pytest.param(u, marks=pytest.mark.slow if u in LONG else ()) for u in UNITS]
)
def test_every_unit_is_proved(unit: str, tmp_path: Path) -> None:
    proof = proof_of(unit, tmp_path)
    assert [(o.name, o.status) for o in proof.outcomes if o.status != "proved"] == []
    assert proof.status == "proved"
    if unit in LOADS:
        assert proof.claim.startswith("for all states reachable from reset, by induction")
        assert "translate" in {o.group for o in proof.outcomes}
    elif unit in DERIVED:
        assert proof.claim.startswith(f"{REACHED} with ")
        assert "induction" in {o.group for o in proof.outcomes}
    else:
        assert proof.claim == STEPS
    assert {"reset", "translate", "stream"} <= {o.group for o in proof.outcomes}


def test_the_combinational_variant_is_proved(tmp_path: Path) -> None:
    assert proof_of("mpu_region", tmp_path, latency=0).status == "proved"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_verilog_is_refuted(fault: str, tmp_path: Path) -> None:
    proof = proof_of(UNIT, tmp_path, 1, *FAULTS[fault])
    assert proof.status == "refuted"
    wrong = [o for o in proof.outcomes if o.status == "refuted"]
    assert all(o.differences for o in wrong)


LOAD_FAULTS = {
    "the request is not held": ("held_va <= i_req_va;", "held_va <= i_req_va ^ 1;"),
    "a load's value is cut": (
        "loader_value_1 <= i_mem_rsp_data;",
        "loader_value_1 <= i_mem_rsp_data[30:0];",
    ),
    "one address for both": ("o_mem_addr = ", "o_mem_addr = 64'h8 | "),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", LOAD_FAULTS)
def test_a_fault_in_the_loads_is_refuted(fault: str, tmp_path: Path) -> None:
    assert proof_of("x86_segmentation", tmp_path, 1, *LOAD_FAULTS[fault]).status == "refuted"


def test_a_counterexample_speaks_of_the_specification(tmp_path: Path) -> None:
    proof = proof_of(UNIT, tmp_path, 1, *FAULTS["wrong sum"])
    (wrong,) = (o for o in proof.outcomes if o.status == "refuted")
    assert wrong.name == "translate"
    assert set(wrong.inputs) == {"va", "access"}
    assert set(wrong.state) <= {"address", "length"}
    va, address = wrong.inputs["va"], wrong.state["address"]
    (difference,) = wrong.differences
    assert difference.goal == "rsp_pa"
    assert difference.got == (va - address) % (1 << 48)
    assert difference.want == (va + address) % (1 << 48)


def second_opinion(text: str) -> bitwuzla.Result:
    """Ask another solver."""
    parser = bitwuzla.Parser(bitwuzla.TermManager(), bitwuzla.Options())
    parser.parse(text, True, False)
    return parser.bitwuzla().check_sat()


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["mpu", "riscv_pmp", "x86_segmentation", "variable_segment"])
def test_another_solver_agrees_with_the_certificates(unit: str, tmp_path: Path) -> None:
    for o in proof_of(unit, tmp_path).outcomes:
        assert second_opinion(o.smt2()) == bitwuzla.Result.UNSAT, o.name


def test_another_solver_agrees_with_a_refutation(tmp_path: Path) -> None:
    for o in proof_of(UNIT, tmp_path, 1, *FAULTS["wrong sum"]).outcomes:
        want = bitwuzla.Result.SAT if o.status == "refuted" else bitwuzla.Result.UNSAT
        assert second_opinion(o.smt2()) == want, o.name


@cache
def _text() -> str:
    return rtl.verilog(machine(UNIT))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("module other; endmodule", "Module `variable_segment' not found!"),
        ("module variable_segment(input clk); endmodule", "has no signal `rst`"),
        ("module variable_segment(", "syntax error"),
        (
            "module variable_segment(input clk, input rst, output reg o);\n"
            "  always @(negedge clk) o <= rst;\nendmodule",
            "flip-flops take the negedge of `clk`, not the posedge of `clk`",
        ),
    ],
)
def test_verilog_of_something_else_is_an_error(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "given.v"
    path.write_text(text)
    with pytest.raises(NetlistError) as caught:
        prove(machine(UNIT), description(UNIT), path)
    assert message in str(caught.value)


def test_a_port_of_another_width_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "given.v"
    path.write_text(_text().replace("[47:0] i_req_va", "[46:0] i_req_va"))
    with pytest.raises(NetlistError) as caught:
        prove(machine(UNIT), description(UNIT), path)
    assert str(caught.value) == "port `i_req_va` has 47 bits, expected 48"


def test_undefined_bits_have_any_value(tmp_path: Path) -> None:
    path = tmp_path / "given.v"
    path.write_text(
        "module m(input clk, input a, output o, output p);\n"
        "  wire nothing;\n  assign o = a ? 1'bx : 1'b0;\n  assign p = nothing;\nendmodule\n"
    )
    netlist = read_verilog(path, "m", ["a", "o", "p"], "clk")
    for port in ("o", "p"):
        solver = z3.Solver()
        solver.add(netlist.wire("a") == 1, netlist.wire(port) == 1)
        assert solver.check() == z3.sat, port


def test_a_netlist_has_the_ports_and_registers(tmp_path: Path) -> None:
    path = tmp_path / "given.v"
    path.write_text(_text())
    netlist = read_verilog(path, UNIT, ["rst", "address", "o_rsp_valid"], "clk")
    assert netlist.wire("address").size() == 64
    assert netlist.wire("o_rsp_valid").size() == 1
    found = {str(i).split("[")[0] for i in netlist.inputs}
    assert found >= {"i_req_va", "rst", "i_bus_wdata"}
    with pytest.raises(NetlistError, match="the Verilog has no signal `clock`"):
        netlist.wire("clock")
