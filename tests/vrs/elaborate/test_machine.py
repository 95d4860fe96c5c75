"""What small specifications become, by running them on the reference interpreter."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gen import vrs
from gen.diag import Reporter
from gen.forms import native, python
from gen.ir import interpret
from gen.ir.machine import Machine
from gen.ir.transaction import Kind
from sim.units import import_model


def elaborate(tmp_path: Path, text: str, root: str | None = None) -> Machine:
    path = tmp_path / "s.vrs"
    path.write_text("flags { readable, writable, executable }\n" + text)
    reporter = Reporter()
    return vrs.elaborate(vrs.load(path, reporter), root, reporter)


def model(machine: Machine) -> Any:
    module = import_model(machine.name, python.generate(machine))
    return getattr(module, python.class_name(machine.name))()


REGISTERS = """
segment S(base : addr) {
    inbitwidth = 32;
    outbitwidth = 32;
    state(base : addr) {
        reg a [ 4 ] { 0..8 low, 8..16 high },
        reg b [ 4 ] { 0..32 val }
    }
    interface(base : addr) {
        mmio a [ base, 8, 4 ],
        mmio swap [ base, 16, 4 ] {
            Layout { 0..8 x, 8..16 y },
            WriteActions {
                interface.swap.x -> state.a.high;
                state.a.high -> state.b.val;
            },
            ReadActions {
                state.a.low -> interface.swap.x;
                interface.swap.x -> interface.swap.y;
            }
        },
        reg plain [ 4 ] { Layout { 0..4 n } },
        instr go {
            WriteActions { state.b.val <- if state.a.low == 1 { 7 } else { state.b.val + 1 }; }
        }
    }
    fn valid() -> bool { state.b.val != 0 }
    fn matchflags(flgs : flags) -> bool { true }
    fn translate(va : vaddr) -> paddr
        requires va < 0x1000;
    { va + (state.a.low << 12) + interface_free() }
    fn interface_free() -> int { 0 }
}
"""


def test_actions_run_in_order_and_storage_is_the_interfaces_own(tmp_path: Path) -> None:
    machine = elaborate(tmp_path, REGISTERS)
    offsets = {r.name: r.offset for r in machine.interface}
    assert offsets == {"a": 8, "swap": 16, "plain": 20, "go": 24}
    assert [r.name for r in machine.registers[:2]] == ["a", "b"]
    m = model(machine)
    m.a.write(0xFFFF_1234)
    assert m.a.read() == 0xFFFF_1234
    m.write(16, 0x56)
    assert m.state.a == 0xFFFF_5634
    assert m.state.b == 0x56  # the later action sees the earlier one
    assert m.read(16) == 0x3434
    m.write(20, 0xFF)
    assert m.read(20) == 0xF  # storage of the named bits
    m.go()
    assert m.state.b == 0x57
    m.state.a = 1
    m.go()
    assert m.state.b == 7


def test_faults_come_in_order(tmp_path: Path) -> None:
    m = model(elaborate(tmp_path, REGISTERS))
    assert m.translate_raw(0x2000, 0) == (0, 1)  # not present first
    m.state.b = 1
    assert m.translate_raw(0x2000, 0) == (0, 2)
    m.state.a = 3
    assert m.translate_raw(0x123, 0) == (0x3123, 0)


MATCH = """
segment S(base : addr) {{
    inbitwidth = 16;
    state(base : addr) {{ reg p [ 1 ] {{ 0..1 r, 1..2 w, 2..3 x, 3..4 g }} }}
    interface(base : addr) {{ mmio p [ base, 0, 1 ] }}
    fn valid() -> bool {{ true }}
    fn matchflags(flgs : flags) -> bool {{ {body} }}
    fn translate(va : vaddr) -> paddr {{ va }}
}}
"""
PREDICATES = {
    "flgs.writable == state.p.w": lambda f, p: (f >> 1 & 1) == (p >> 1 & 1),
    "flgs.writable ==> state.p.w == 1": lambda f, p: not f >> 1 & 1 or p >> 1 & 1,
    "(flgs.readable == state.p.r) && (flgs.executable != state.p.x)": lambda f, p: (
        (f & 1) == (p & 1) and (f >> 2 & 1) != (p >> 2 & 1)
    ),
    "if flgs.writable { state.p.w == 1 } else { state.p.r == 1 }": lambda f, p: (
        p >> 1 & 1 if f >> 1 & 1 else p & 1
    ),
    "(flgs.writable || flgs.executable) ==> state.p.g == 1": lambda f, p: (
        not (f >> 1 & 1 | f >> 2 & 1) or p >> 3 & 1
    ),
    "flgs.readable && !flgs.writable": lambda f, p: f & 1 and not f >> 1 & 1,
}


@pytest.mark.parametrize("body", PREDICATES)
def test_permission_is_some_larger_set_of_flags_that_matches(body: str, tmp_path: Path) -> None:
    m = model(elaborate(tmp_path, MATCH.format(body=body)))
    matches = PREDICATES[body]
    for p, access in itertools.product(range(16), range(8)):
        m.state.p = p
        granted = m.translate_raw(0, access)[1] == 0
        above = [f for f in range(8) if f & access == access]
        assert granted == any(matches(f, p) for f in above), (p, access)


def test_conjuncts_without_flags_are_policy_for_making_mappings(tmp_path: Path) -> None:
    m = model(elaborate(tmp_path, MATCH.format(body="flgs.writable && state.p.g == 1")))
    m.state.p = 0
    assert m.translate_raw(5, 0) == (5, 0)


SELECT = """
segment E(base : addr, i : int) {{
    inbitwidth = 8;
    state(base : addr, i : int) {{ reg r [ 1 ] {{ 0..1 on, 1..2 ro, 4..8 top }} }}
    interface(base : addr, i : int) {{ mmio r [ base, 0, 1 ] }}
    fn valid() -> bool {{ state.r.on == 1 }}
    fn permits(acc : flags) -> bool {{ acc.writable ==> state.r.ro == 0 }}
    fn translate(va : vaddr) -> paddr
        requires (va >> 4) == state.r.top;
    {{ va + ((i + 1) << 8) }}
}}
staticmap M(base : addr) {{
    inbitwidth = 8;
    outbitwidth = 16;
    {extra}
    #[select({how})]
    maps [ E(base + i, i) for i in 0..3 ]
}}
"""


@pytest.mark.parametrize(
    ("how", "answer"), [("first", (0x152, 0)), ("last", (0x352, 0)), ("unique", (0, 5))]
)
def test_who_wins(how: str, answer: tuple[int, int], tmp_path: Path) -> None:
    m = model(elaborate(tmp_path, SELECT.format(how=how, extra="")))
    for k in range(3):
        m.r[k].write(0x51)
    assert m.translate_raw(0x52, 1) == answer


def test_nobody_hits(tmp_path: Path) -> None:
    m = model(elaborate(tmp_path, SELECT.format(how="first", extra="")))
    m.r[1].write(0x50)  # the range fits, but the element is off
    assert m.translate_raw(0x52, 1) == (0, 1)
    assert m.translate_raw(0x62, 1) == (0, 6)
    m.r[1].write(0x53)
    assert m.translate_raw(0x52, 2) == (0, 4)
    assert m.translate_raw(0x52, 1) == (0x252, 0)


def test_a_background(tmp_path: Path) -> None:
    extra = (
        "fn permits(acc : flags) -> bool { !acc.executable }\n"
        "    fn translate(va : vaddr) -> paddr { va }"
    )
    m = model(elaborate(tmp_path, SELECT.format(how="first", extra=extra)))
    assert m.translate_raw(0x52, 1) == (0x52, 0)
    assert m.translate_raw(0x52, 4) == (0, 4)
    m.r[2].write(0x51)
    assert m.translate_raw(0x52, 4) == (0x352, 0)


def test_a_map_by_index(tmp_path: Path) -> None:
    text = SELECT.format(how="first", extra="").replace("#[select(first)]", "")
    text = text.replace("in 0..3", "in 0..4").replace(
        "    inbitwidth = 8;\n    outbitwidth", "    outbitwidth"
    )
    machine = elaborate(tmp_path, text)
    assert machine.operation("translate").inputs[0].width == 10
    m = model(machine)
    m.r[2].write(0x51)
    assert m.translate_raw(2 << 8 | 0x52, 1) == (0x352, 0)
    assert m.translate_raw(1 << 8 | 0x52, 1) == (0, 1)


ENUM = """
abstract segment Base(base : addr) {
    inbitwidth = 8;
    outbitwidth = 16;
    state(base : addr) { reg r [ 2 ] { 0..2 kind, 2..3 on, 8..16 to } }
    interface(base : addr) { mmio r [ base, 0, 2 ] }
    fn valid() -> bool { state.r.on == 1 }
    fn matchflags(flgs : flags) -> bool { true }
    abstract fn translate(va : vaddr) -> paddr;
}
segment Near(base : addr) : Base {
    fn translate(va : vaddr) -> paddr
        requires state.r.kind == 1;
    { va + state.r.to }
}
segment Far(base : addr) : Base {
    fn translate(va : vaddr) -> paddr
        requires state.r.kind == 2;
        requires va < 0x80;
    { va + (state.r.to << 8) }
}
enum Either(base : addr) { Near(base), Far(base) }
"""


def test_an_enum_takes_the_variant_whose_kind_fits(tmp_path: Path) -> None:
    m = model(elaborate(tmp_path, ENUM))
    assert m.translate_raw(0x10, 0) == (0, 3)
    m.r.write(0x2005)
    assert m.translate_raw(0x10, 0) == (0x30, 0)
    m.r.write(0x2006)
    assert m.translate_raw(0x10, 0) == (0x2010, 0)
    assert m.translate_raw(0x90, 0) == (0, 2)
    m.r.write(0x2002)
    assert m.translate_raw(0x90, 0) == (0, 1)


EXTENSIONS = """
const N : int = 4;
segment S(base : addr) {
    inbitwidth = 16;
    state(base : addr) { reg d [ 16 ] { 0..4 bits, 60..68 middle, 100..128 high } }
    interface(base : addr) { mmio d [ base, 0, 16 ] }
    fn valid() -> bool { exists i : int :: i < N && state.d.bits[0..4] == (1 << i) }
    fn matchflags(flgs : flags) -> bool { true }
    fn translate(va : vaddr) -> paddr
        requires forall i : int :: i < N ==> va != i;
    { va[4..8] + state.d.middle + (state.d.high % 7) }
}
"""


def test_wide_fields_quantifiers_and_bit_slices(tmp_path: Path) -> None:
    machine = elaborate(tmp_path, EXTENSIONS)
    m = model(machine)
    m.d.write(0x123 << 100 | 0xAB << 60 | 4)
    assert m.translate_raw(0x50, 0) == (5 + 0xAB + 0x123 % 7, 0)
    assert m.translate_raw(3, 0) == (0, 2)
    m.d.bits = 3
    assert m.translate_raw(0x50, 0) == (0, 1)
    form = native.compile(machine)
    state = form.reset_state()
    tx = np.zeros(2, native.TRANSACTION_DTYPE)
    tx["kind"] = [Kind.WRITE, Kind.TRANSLATE]
    tx["va"][1] = 0x50
    value = 0x123 << 100 | 0xAB << 60 | 4
    tx["data"][0] = [value & (1 << 64) - 1, value >> 64]
    assert form.run(state, tx)["value"][1, 0] == 5 + 0xAB + 0x123 % 7


WALK = """
segment Entry(base : addr) {
    inbitwidth = 12;
    outbitwidth = 32;
    state(base : addr) { mem e [ base, 0, 4 ] { 0..1 p, 12..32 frame } }
    interface(base : addr) { mem e [ base, 0, 4 ] }
    fn valid() -> bool { state.e.p == 1 }
    fn matchflags(flgs : flags) -> bool { true }
    fn translate(va : vaddr) -> paddr { va + (state.e.frame << 12) }
}
staticmap Table(base : addr) { maps [ Entry(base + i * 4) for i in 0..16 ] }
segment Root(base : addr) {
    inbitwidth = 16;
    outbitwidth = 32;
    state(base : addr) { reg root [ 4 ] { 0..1 on, 12..32 table } }
    interface(base : addr) { mmio root [ base, 0, 4 ] }
    fn valid() -> bool { state.root.on == 1 }
    fn matchflags(flgs : flags) -> bool { true }
    fn translate(va : vaddr) -> paddr { state.root.table << 12 }
    synth fn map(va : vaddr, sz : size, flgs : flags, pa : Table)
        requires va == 0;
}
"""


def test_a_walk_goes_on_at_the_unit_that_a_segment_maps_to(tmp_path: Path) -> None:
    m = model(elaborate(tmp_path, WALK))
    assert m.translate_raw(0x3456, 0) == (0, 1)
    m.root.write(0x8001)
    assert m.translate_raw(0x3456, 0) == (0, 1)
    m.memory.write(0x8000 + 3 * 4, 4, 0x77_001)
    assert m.translate_raw(0x3456, 0) == (0x77456, 0)


def test_parameters_may_be_called_as_the_inputs_are(tmp_path: Path) -> None:
    text = """
segment S(va : addr, index : addr, access : addr) {
    inbitwidth = 32;
    outbitwidth = 64;
    state { mem entry [ va, 0, 8 ] { 0..64 base } }
    fn translate(va : vaddr) -> paddr { state.entry.base + index + access + va }
}
"""
    machine = elaborate(tmp_path, text)
    names = ["va_parameter", "index_parameter", "access_parameter"]
    assert [p.name for p in machine.parameters] == names
    values = dict(zip(names, (0x1000, 0x20, 0x3), strict=True))
    inputs = values | {"va": 0x500, "access": 1}
    found = interpret.run(machine, "translate", {}, inputs, lambda at, size: at)
    assert found.outputs["pa"] == 0x1000 + 0x20 + 0x3 + 0x500
