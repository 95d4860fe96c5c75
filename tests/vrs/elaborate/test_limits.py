"""Specifications that the fuzzer found: each ended in a traceback or ran for too long."""

from __future__ import annotations

from pathlib import Path

import pytest

from gen import vrs
from gen.diag import IsoformError, Reporter
from gen.forms import python
from gen.ir.machine import Machine
from gen.vrs.elaborate import values

UNIT = """\
flags {{ readable }}
segment S(base : addr) {{
    inbitwidth = 12;
    state(base : addr) {{ reg r [ 8 ] {{ 0..48 a }} }}
    interface(base : addr) {{ mmio r [ base, 0, {size} ]{actions} }}
    fn valid() -> bool {{ {valid} }}
    fn matchflags(flgs : flags) -> bool {{ true }}
    fn translate(va : vaddr) -> paddr {requires} {{ va }}
}}
"""


def unit(
    valid: str = "true", requires: str = "", size: int = 8, actions: str = "", more: str = ""
) -> str:
    return UNIT.format(valid=valid, requires=requires, size=size, actions=actions) + more


def machine(folder: Path, text: str) -> Machine:
    path = folder / "s.vrs"
    path.write_text(text)
    reporter = Reporter()
    return vrs.elaborate(vrs.load(path, reporter), None, reporter)


def errors(folder: Path, text: str) -> list[str]:
    with pytest.raises(IsoformError) as caught:
        machine(folder, text)
    return [f"{d.code} {d.message}" for d in caught.value.diagnostics if d.code[0] == "E"]


def test_a_branch_on_the_address_in_a_variant(tmp_path: Path) -> None:
    """What tells variants apart was looked at with an address of 64 bits, which stayed behind."""
    requires = "requires (if va < 7 { va } else { 9 }) < state.r.a"
    found = machine(tmp_path, unit(requires=requires, more="enum E(base : addr) { S(base) }"))
    assert [p.width for p in found.operation("translate").inputs] == [12, 1]


def test_an_interface_field_smaller_than_its_state(tmp_path: Path) -> None:
    """W0115: bits are cut off; so are the fields of the register."""
    (register,) = machine(tmp_path, unit(size=4, valid="state.r.a != 0")).interface
    assert [(f.name, f.low, f.width) for f in register.fields] == [("a", 0, 32)]


def test_an_action_on_a_slice_past_the_field(tmp_path: Path) -> None:
    text = unit(size=4, valid="state.r.a != 0", actions=" { WriteActions { interface.r.a <- 1; } }")
    assert errors(tmp_path, text) == ["E0412 `interface.r` has no slice `a`"]


def test_a_map_of_too_many_bits(tmp_path: Path) -> None:
    text = unit(valid="state.r.a != 0").replace("inbitwidth = 12;", "")
    text += "staticmap M(base : addr) { maps [ S(base + i * 8) for i in 0..4 ] }"
    assert errors(tmp_path, text) == ["E0401 `M` takes addresses of 66 bits"]


@pytest.mark.parametrize("bound", [4097, (1 << 64) - 1])
def test_a_quantifier_over_too_much(tmp_path: Path, bound: int) -> None:
    text = unit(valid=f"forall i : int :: i < {bound} ==> i != state.r.a")
    assert errors(tmp_path, text) == [f"E0415 `forall` has {bound} instances"]


def test_a_unit_that_unfolds_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = unit(valid="forall i : int :: i < 20 ==> i != state.r.a")
    assert machine(tmp_path, text).name == "s"
    monkeypatch.setattr(values, "MOST_WORK", 50)
    assert errors(tmp_path, text) == ["E0415 the unit unfolds to more than 50 expressions"]


def test_registers_that_lie_on_each_other_in_a_map(tmp_path: Path) -> None:
    more = "staticmap M(base : addr) { maps [ S(base + i * 16) for i in 0..4 ] }"
    text = unit(valid="state.r.a != 0 && state.q != 0", more=more)
    both = "mmio r [ base, 0, 8 ], mmio q [ base, 16, 8 ]"
    text = text.replace("{ 0..48 a }", "{ 0..48 a }, reg q [ 8 ]").replace(
        "mmio r [ base, 0, 8 ]", both
    )
    assert errors(tmp_path, text) == ["E0416 `r` and `q` are both at offset 0x10"]


@pytest.mark.parametrize("odd", ["\0", "\r", "\x0c", "\x1b", "\x85", "\u2028", "\u202e"])
def test_odd_characters_in_a_comment_stay_out_of_what_is_generated(
    tmp_path: Path, odd: str
) -> None:
    found = machine(tmp_path, f"// Odd {odd}x = 1\n//\n// {odd}.\n" + unit("state.r.a != 0"))
    assert found.doc == "Odd \ufffdx = 1\n\n\ufffd."
    text = python.generate(found)
    assert odd not in text
    compile(text, "model.py", "exec")


def test_a_slice_without_bits_is_compared(tmp_path: Path) -> None:
    text = unit(valid="state.r.b == 1").replace("0..48 a", "0..48 a, 256..1 b")
    with pytest.raises(IsoformError) as caught:
        machine(tmp_path, text)
    assert {d.code for d in caught.value.diagnostics} <= {"W0102", "E0312", "E0412"}
