"""Latency and ports of the RTL form: names, what is shared, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from gen.cli.__main__ import main
from gen.forms import rtl
from gen.forms.rtl.core_file import generate as core_file
from gen.forms.rtl.manifest import manifest
from gen.forms.rtl.stages import cut, split
from gen.ir import expr as e
from tests.forms.test_verilog import lint
from tests.units import machine

REFUSED = """\
error[E0805]: unit `system_segment` loads from memory: there is no `{}` for it
  --> specs/units/system_segment.vrs:32:9
   |
32 | segment SystemSegment(base : addr) {{
   |         ^^^^^^^^^^^^^
   = help: leave out {}
   = more: isoform explain E0805

"""


@pytest.mark.parametrize(
    ("options", "help_"),
    [
        (["--latency", "0"], "`--latency 0`"),
        (["--ports", "3"], "`--ports 3`"),
        (["--latency", "2", "--ports", "2"], "`--latency 2` and `--ports 2`"),
    ],
)
@pytest.mark.parametrize("command", ["gen", "sim", "prove"])
def test_a_unit_that_loads_has_no_variants(
    command: str,
    options: list[str],
    help_: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    assert main([command, "system_segment", *options, "-o", str(tmp_path), "-q"]) == 1
    assert capsys.readouterr().err == REFUSED.format(" ".join(options), help_)
    assert list(tmp_path.iterdir()) == []


def test_values_that_are_no_variant(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="the latency is 0, 1 or 2, not 3"):
        rtl.RtlOptions(latency=3)
    for ports in (0, 9):
        with pytest.raises(ValueError, match=f"there are 1 to 8 ports, not {ports}"):
            rtl.RtlOptions(ports=ports)
        with pytest.raises(SystemExit) as caught:
            main(["gen", "mpu", "--ports", str(ports)])
        assert caught.value.code == 2
        assert f"invalid choice: {ports}" in capsys.readouterr().err


def test_each_port_has_its_streams_and_one_keeps_the_plain_names() -> None:
    unit = machine("variable_segment")
    one = manifest(unit)
    assert one["streams"] == [""]
    assert "i_req_va" in {p["name"] for p in one["ports"]}
    two = manifest(unit, rtl.RtlOptions(ports=2, latency=2))
    assert (two["streams"], two["latency"]) == (["_0", "_1"], 2)
    roles = {p["role"]: p["name"] for p in two["ports"]}
    assert roles["req_va_1"] == "i_req_va_1" and roles["rsp_pa_0"] == "o_rsp_pa_0"
    assert "req_va" not in roles and roles["bus_addr"] == "i_bus_addr"


@pytest.mark.parametrize("unit", ["mpu", "riscv_pmp32", "variable_segment"])
def test_lint_is_clean_and_the_variant_is_named(unit: str, tmp_path: Path) -> None:
    options = rtl.RtlOptions(ports=2, latency=2)
    text = rtl.verilog(machine(unit), options)
    path = tmp_path / f"{unit}.v"
    path.write_text(text)
    assert lint(path) == ""
    assert "// latency 2, 2 translation ports; fault causes" in text
    assert "latency 2; 2 translation ports" in core_file(machine(unit), options)


def test_what_follows_from_state_alone_is_there_once() -> None:
    """The mask of an entry is chosen by its mode for both ports together."""
    text = rtl.verilog(machine("riscv_pmp32"), rtl.RtlOptions(ports=2))
    assert text.count("? pmpaddr_derived_3 :") == 1
    assert text.count("i_req_va_0[31:2] < pmpaddr_3") == 1
    assert text.count("i_req_va_1[31:2] < pmpaddr_3") == 1


def test_a_cut_balances_both_sides() -> None:
    a, b = e.input_("a", 16), e.input_("b", 16)
    first = e.add(a, b)
    last = e.add(e.add(e.add(first, a), b), a)
    held = cut([last])
    assert e.add(first, a) in held and a in held
    assert last not in held
    assert cut([a]) == [a]


def test_a_cut_leaves_no_state_behind_it() -> None:
    """A register read late is read before the register all the same."""
    index = e.input_("i", 16)
    for _ in range(6):
        index = e.add(index, e.input_("i", 16))
    read = e.regread("f", index, 8)
    held = cut([e.eq(read, e.state("s", 8))])
    assert read in held or e.eq(read, e.state("s", 8)) in held
    assert split([read], {read}) == [read]
