"""The generated text: what a value becomes, names that Python needs itself, lines, types."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gen.forms import native, python
from gen.forms.python.layout import wrapped
from gen.forms.python.library import DIVISION
from gen.forms.python.text import Body
from gen.ir import expr as e
from gen.ir.expr import BINARY, COMPARE, Expr, Op
from gen.ir.machine import Field, InterfaceRegister, Machine, Operation, Output, Register
from gen.ir.verify import verify
from sim.units import NativeUnit, import_model
from tests.machines import TRUE, sample_machine, sample_machine_memory
from tests.units import UNITS, machine

INPUTS = {"a": 8, "b": 8, "c": 1, "d": 64, "f": 1}
WIDTHS = (1, 1, 1, 2, 7, 8, 33, 64, 65, 128)


def lines_of(root: Expr) -> list[str]:
    body = Body({}, {}, {n: n for n in INPUTS}, taken=set(INPUTS))
    body.count([root])
    text = body.value(root).text
    return [*body.lines, f"return {text}"]


def grown(rng: random.Random) -> Expr:
    """Return a graph of shared nodes, where conditions meet as often as numbers."""
    pool = [e.input_(n, w) for n, w in INPUTS.items()]

    def of(width: int) -> Expr:
        fitting = [x for x in pool if x.width == width]
        if fitting and rng.random() < 0.8:
            return rng.choice(fitting)
        if rng.random() < 0.2:
            return e.const(rng.choice([0, 1, -1, rng.getrandbits(width)]), width)
        return e.resize(rng.choice(pool), width)

    for _ in range(25):
        width = rng.choice(WIDTHS)
        pool.append(made(rng, of, width))
    return pool[-1]


def made(rng: random.Random, of: Any, width: int) -> Expr:
    op = rng.choice([*BINARY, *COMPARE, *COMPARE, Op.ITE, Op.NOT, Op.NOT, Op.SLICE, Op.CONCAT])
    if op in BINARY or op in COMPARE:
        return e.build(op, 1 if op in COMPARE else width, (of(width), of(width)))
    if op is Op.ITE:
        return e.ite(of(1), of(width), of(width))
    if op is Op.NOT:
        return e.not_(of(rng.choice([1, width])))
    if op is Op.SLICE:
        low = rng.randrange(width)
        return e.slice_(of(width), low, rng.randrange(1, width - low + 1))
    return rng.choice([e.concat(of(1), of(7), of(2)), e.sext(of(8), 65)])


def test_graphs_of_expressions_compute_what_the_definition_says() -> None:
    rng = random.Random(18)
    for _ in range(1_500):
        root = grown(rng)
        text = "".join(f"    {line}\n" for line in lines_of(root))
        space: dict[str, Any] = {}
        exec(f"{DIVISION}\ndef g(a, b, c, d, f):\n{text}", space)
        for _ in range(8):
            values = {
                n: rng.choice([0, 1, e.mask(w), rng.getrandbits(w)]) & e.mask(w)
                for n, w in INPUTS.items()
            }
            (expected,) = e.evaluate([root], values)
            assert space["g"](**values) == expected, text


def test_a_complement_turns_its_own_comparison_only() -> None:
    a, b, c = e.input_("a", 8), e.input_("b", 8), e.input_("c", 1)
    inner = e.zext(e.eq(a, b), 8)
    assert lines_of(e.ne(inner, e.zext(c, 8))) == ["return (a == b) != c"]
    assert lines_of(e.uge(e.ite(e.ult(a, b), a, b), a)) == ["return (a if a < b else b) >= a"]
    assert lines_of(e.not_(e.and_(e.ult(a, b), c))) == ["return not (a < b and c)"]


# Names

AWKWARD = ["reset", "read", "write", "translate", "translate_raw", "state", "Access", "_at"]
AWKWARD += ["class", "VA_BITS", "_register", "memory", "self", "__init__", "_ctrl_read"]


def renamed(old: str, new: str) -> Machine:
    unit = sample_machine()
    registers = tuple(replace(r, name=new) if r.name == old else r for r in unit.interface)
    return verify(replace(unit, interface=registers))


def model(unit: Machine) -> Any:
    module = import_model(unit.name, python.generate(unit))
    return getattr(module, python.class_name(unit.name))()


@pytest.mark.parametrize("name", AWKWARD)
@pytest.mark.parametrize("old", ["ctrl", "flush"])
def test_registers_and_instructions_of_any_name(old: str, name: str) -> None:
    unit = model(renamed(old, name))
    names = python.Names.of(renamed(old, name))
    assert unit.translate_raw(0, 0) == (0, 1)
    unit.write(0, 1)
    unit.write(16, 0x700)
    assert unit.translate(5, unit.Access.READABLE) == 0x7005
    if old == "ctrl":
        assert getattr(unit, names.registers[name]).enable == 1
    else:
        getattr(unit, names.triggers[name])()
        assert unit.read(16) == 0 and unit.read(4) == 1
    unit.reset()
    assert unit.read(0) == 0x70 and unit.read(16) == 0


def test_names_are_kept_where_they_can_be() -> None:
    for unit in map(machine, UNITS):
        names = python.Names.of(unit)
        triggers = {r.name for r in unit.interface if r.kind == "instr"}
        for name, attribute in names.registers.items():
            assert attribute == (f"_{name}" if name in triggers else name)
        for kept in (names.triggers, names.parameters, names.state):
            assert all(k == v for k, v in kept.items())


def test_registers_that_differ_in_case_only() -> None:
    unit = model(renamed("flushes", "CTRL"))
    assert (unit.ctrl.size, unit.CTRL.size) == (4, 1)
    assert (unit.ctrl.name, unit.CTRL.name) == ("ctrl", "CTRL")


@pytest.mark.parametrize("name", ["memory", "state", "register", "bus_error", "none", "true"])
def test_units_of_any_name(name: str) -> None:
    unit = model(replace(sample_machine_memory(), name=name))
    unit.base = 0x100
    unit.memory.write(0x100, 8, 3 | 0x5 << 17)
    assert unit.translate(0x1234, 1) == 0x5 << 17 | 0x1234
    assert type(unit).__name__ == name.title().replace("_", "") + "Unit"


def keyword_machine() -> Machine:
    """Return a unit whose state has Python's names, fields the register's own, and flags NONE."""
    fields = tuple(Field(n, k, 1) for k, n in enumerate(["read", "_read", "class", "class_"]))
    kept, wide = e.state("class", 8), e.state("min", 65)
    data = e.input_("data", 8)
    sample = sample_machine()
    read = Operation("r", (), (), (Output("data", e.zext(e.eq(kept, e.const(7, 8)), 8)),))
    write = next(o for o in sample.operations if o.name == "ctrl_write")
    assign = replace(write.effects[0], target="class", value=data, guard=TRUE)
    upper = replace(assign, target="min", value=e.sext(data, 65))
    flag = replace(assign, target="if", value=e.not_(e.slice_(data, 0, 1)))
    write = replace(write, name="w", inputs=(replace(write.inputs[0], width=8),))
    shown = e.slice_(e.sub(e.ite(e.eq(wide, wide), wide, wide), wide), 0, 14)
    translate = replace(
        sample.operation("translate"), effects=(), outputs=(Output("pa", e.add(shown, shown)),)
    )
    return verify(
        replace(
            sample,
            registers=(Register("class", 8, fields=fields), Register("min", 65), Register("if", 1)),
            operations=(translate, read, replace(write, effects=(assign, upper, flag))),
            interface=(InterfaceRegister("r", "mmio", 0, 1, 1, 0, fields, "r", "w"),),
            covers=(),
            flags=("none", "name"),
            causes=("none",),
        )
    )


def test_state_fields_flags_and_causes_of_any_name() -> None:
    unit = model(keyword_machine())
    unit.write(0, 7)
    assert (unit.state.class_, unit.state.min, unit.state.if_) == (7, 7, 0)
    assert unit.read(0) == 1 and type(unit.read(0)) is int  # no True
    assert type(unit.state.if_) is int
    assert (unit.r.read_, unit.r._read_, unit.r.class_, unit.r.class__) == (1, 0, 0, 0)
    assert [f.name for f in unit.Access] == ["NONE_", "NAME"]
    assert [c.name for c in unit.Cause] == ["NONE", "NONE_"]
    unit.write(0, 0x80)
    record = NativeUnit(keyword_machine()).record(unit.state)
    assert record["class"].tolist() == [0x80]
    assert record["min"].tolist() == [[2**64 - 128, 1]]
    assert record.dtype == native.compile(keyword_machine()).state_dtype
    assert np.array_equal(record["if"], [1])


# Lines


def test_long_lines_are_split_where_they_bind_least() -> None:
    names = [f"condition_number_{k}" for k in range(5)]
    line = f"x = not ({names[0]} and ({names[1]} or {names[2]}) or {names[3]} & 3 < {names[4]})"
    assert wrapped(line, 60) == [
        "x = not (",
        "    condition_number_0",
        "        and (condition_number_1 or condition_number_2)",
        "    or condition_number_3 & 3 < condition_number_4",
        ")",
    ]
    choice = f"return {names[0]} if {names[1]} else {names[2]} if {names[3]} else 0, 0"
    assert wrapped(choice, 60) == [
        "return (",
        "    condition_number_0",
        "        if condition_number_1",
        "        else condition_number_2",
        "        if condition_number_3",
        "        else 0,",
        "    0",
        ")",
    ]
    assert wrapped(line, 130) == [line]
    comment = "    return 0, 3  # a, b and c or d/" + "e" * 90 + ".vrs:1"
    assert wrapped(comment) == [comment]


@pytest.mark.parametrize("unit", UNITS)
def test_lines_have_100_columns_at_most_and_the_text_is_the_same_each_time(unit: str) -> None:
    text = python.generate(machine(unit))
    code = [x for x in text.partition('"""\n\nfrom')[2].splitlines() if "  # " not in x]
    assert max(map(len, code)) <= 100
    assert python.generate(machine(unit)) == text


@pytest.mark.slow
def test_the_generated_files_are_typed(tmp_path: Path) -> None:
    for unit in UNITS:
        (tmp_path / f"{unit}.py").write_text(python.generate(machine(unit)))
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == f"Success: no issues found in {len(UNITS)} source files\n"
