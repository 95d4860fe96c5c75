"""The document of an instruction set: all is in it, links lead somewhere, effects read well."""

from __future__ import annotations

import re
from functools import cache

import pytest

from gen.diag import Reporter
from gen.forms.doc.instructions import InstructionEntry, SetPage, formula, pages, tell
from gen.ir import expr as e
from gen.ir.machine import Assign, Fault, Load, Machine, Memory, Operation, Register
from gen.isa.conditions import condition
from gen.isa.elaborate import operation_name
from gen.isa.roles import KINDS, Roles, roles
from gen.sets import check, set_page
from tests.forms.test_doc import Balanced
from tests.isa.sets import SETS, instruction_set, machine_of


@cache
def page(name: str) -> SetPage:
    isa = instruction_set(name)
    return set_page(isa, machine_of(name), check(isa))


def entry(name: str, instruction: str) -> InstructionEntry:
    return next(i for x in page(name).extensions for i in x.instructions if i.name == instruction)


def roles_of(name: str, instruction: str) -> Roles:
    isa, machine = instruction_set(name), machine_of(name)
    return roles(isa, isa.instruction(instruction), machine.operation(operation_name(instruction)))


class Page(Balanced):
    """As `Balanced`, but for columns, which are never closed."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if tag == "col":
            self.open.pop()


@pytest.mark.parametrize("name", SETS)
def test_the_pages_stand_alone_and_everything_is_in_them(name: str) -> None:
    found = pages(page(name))
    read: dict[str, Page] = {}
    for file, text in found.items():
        read[file] = Page()
        read[file].feed(text)
        assert read[file].open == []
    for file, one in read.items():
        for link in one.links:
            target, _, anchor = link.partition("#")
            assert not anchor or anchor in read[target or file].ids, link
            assert target in {"", *read}, link
    isa = instruction_set(name)
    for i in isa.instructions:
        assert f">{i.name}</a>" in found["index.html"]
        assert sum(i.name in one.ids for f, one in read.items() if f != "index.html") == 1
    assert all(c in found["index.html"] for c in isa.causes)
    assert pages(page(name)) == found


@pytest.mark.parametrize("name", SETS)
def test_boxes_are_the_word(name: str) -> None:
    for x in page(name).extensions:
        for i in x.instructions:
            assert i.boxes[0].high == i.width - 1
            assert [b.low for b in i.boxes] == [*(b.high + 1 for b in i.boxes[1:]), 0]
            word = instruction_set(name).instruction(i.name).encoding
            fixed = {k for b in i.boxes if b.kind == "fixed" for k in range(b.low, b.high + 1)}
            assert fixed == {k for k in range(i.width) if word.mask >> k & 1}
            bits = "".join(b.text if b.kind == "fixed" else "0" * b.width for b in i.boxes)
            assert int(bits, 2) == word.match


def test_boxes_end_where_the_pattern_does() -> None:
    assert [b.text for b in entry("rv64i", "ebreak").boxes] == (
        "0000000 00001 00000 000 00000 1110011".split()
    )
    assert [(b.text, b.short) for b in entry("rv64i", "beq").boxes if b.kind == "field"] == [
        ("target[12]", "12"),
        ("target[10:5]", "10:5"),
        ("rs2", "rs2"),
        ("rs1", "rs1"),
        ("target[4:1]", "4:1"),
        ("target[11]", "11"),
    ]
    assert [b.kind for b in entry("rv64i", "fence").boxes].count("any") == 2


EFFECTS = {
    ("rv64i", "sub"): "x[rd] := x[rs1] \N{MINUS SIGN} x[rs2], unless rd = 0",
    ("rv64i", "addiw"): "x[rd] := signed(x[rs1][31:0] + imm[31:0]), unless rd = 0",
    ("rv64i", "sd"): "8 bytes at x[rs1] + imm := x[rs2]",
    ("rv64i", "lbu"): "loaded := 1 byte at x[rs1] + imm; x[rd] := loaded, unless rd = 0",
    ("rv64i", "jal"): "x[rd] := pc + 4, unless rd = 0; pc := t1; t1 = pc + target",
    ("rv64i", "beq"): "pc := if t1 then t2 else pc + 4; t1 = x[rs1] = x[rs2]; t2 = pc + target",
    ("rv64i", "fence"): "",
    ("rv64i", "ecall"): "",
}


@pytest.mark.parametrize("which", EFFECTS)
def test_effects(which: tuple[str, str]) -> None:
    i = entry(*which)
    lines = [*i.effects, *(f"{n} = {text}" for n, text in i.definitions)]
    assert "; ".join(lines) == EFFECTS[which]


def test_traps() -> None:
    misaligned = "instruction_address_misaligned"
    assert entry("rv64i", "ecall").traps == (("environment_call_from_u_mode", "always"),)
    assert entry("rv64i", "ebreak").traps == (("breakpoint", "always; its value is pc"),)
    assert entry("rv64i", "bne").traps == ((misaligned, "if not t1 and t2[1]; its value is t2"),)
    assert entry("rv64i", "add").traps == ()


def test_operands_and_where() -> None:
    rows = [(o.name, o.bits, o.role, o.meaning) for o in entry("rv64i", "lw").operands]
    assert rows == [
        ("rd", "11:7", "written", "a register from zero to t6"),
        ("imm", "31:20", "", "a number \N{MINUS SIGN}2048 to 2047"),
        ("rs1", "19:15", "read", "a register from zero to t6"),
    ]
    target = entry("rv64i", "beq").operands[2]
    assert (target.bits, target.meaning) == (
        "31, 7, 30:25, 11:8",
        "an address, from here \N{MINUS SIGN}4096 to 4094, a multiple of 2",
    )
    assert entry("rv64i", "lui").operands[1].meaning == "a number 0 to 1048575"
    assert entry("toy", "jump").where == "a ≠ b"
    assert entry("toy", "add").where == ""


def test_roles() -> None:
    found = roles_of("rv64i", "sub")
    assert (found.read, found.written) == ({"rs2": ("x",), "rs1": ("x",)}, {"rd": ("x",)})
    assert (found.fixed, found.registers) == ((), ())
    assert roles_of("rv64i", "auipc").registers == ("pc",)
    assert (
        roles_of("toy", "add").registers == ("carry",)
        or "carry" in roles_of("toy", "add").registers
    )


KINDS_OF = {
    "pure": ["add", "lui", "auipc", "fence", "sltiu"],
    "load": ["lb", "ld"],
    "store": ["sb", "sd"],
    "jump trap": ["jal", "jalr"],
    "branch trap": ["beq", "bgeu"],
    "trap": ["ecall", "ebreak"],
}


def test_kinds() -> None:
    for kinds, names in KINDS_OF.items():
        for n in names:
            assert " ".join(roles_of("rv64i", n).kinds) == kinds, n
    assert roles_of("toy", "exchange").kinds == ("load", "store", "branch", "trap")
    assert set(KINDS) == {k for kinds in KINDS_OF for k in kinds.split()}


def test_words_and_shares() -> None:
    (words,) = page("rv32i").words
    assert words.words == 1 << 32
    assert words.shares == (("I", words.words - words.free),)
    text = pages(page("rv32i"))["index.html"]
    assert "<b>4.50 %</b> of the\n32-bit words used." in text
    assert f"{words.free:,} free words" in text


# Lines of effects


MACHINE = Machine(
    "m",
    (Register("a", 8), Register("b", 8), Register("f", 8, 4, True)),
    (Memory("memory", 8),),
    causes=("bad",),
)
A, B, N = e.state("a", 8), e.state("b", 8), e.input_("n", 8)
YES = e.const(1, 1)


def told(*effects: object) -> list[str]:
    found = tell(MACHINE, Operation("o", (), effects), {"number": N}, {})  # type: ignore[arg-type]
    where = [f"{n} = {t}" for n, t in found.definitions]
    return [*found.effects, *where, *(f"{c} {when}" for c, when in found.traps)]


def test_conditions_of_effects() -> None:
    small = e.ult(A, B)
    assert told(Assign("a", N, small)) == ["if a < b: a := number"]
    assert told(Assign("a", N, e.not_(small))) == ["a := number, unless a < b"]
    assert told(Fault("bad", small), Assign("a", N, e.and_(YES, e.not_(small)))) == [
        "a := number",
        "bad if a < b",
    ]
    other = Fault("bad", e.and_(small, e.eq(N, A)))
    assert told(other, Assign("a", N, e.not_(small)))[0] == "a := number, unless a < b"


def test_values_used_twice_are_named_in_order() -> None:
    first, second = e.mul(A, B), e.mul(B, N)
    total = e.add(e.add(second, first), e.sub(second, first))
    assert told(Assign("a", e.add(second, second), YES), Assign("b", total, YES)) == [
        "a := t1 + t1",
        "b := t1 + t2 + (t1 \N{MINUS SIGN} t2)",
        "t1 = b \N{MULTIPLICATION SIGN} number",
        "t2 = a \N{MULTIPLICATION SIGN} b",
    ]


def test_several_loads() -> None:
    loads = [Load(n, "memory", A, 16, YES) for n in ("x", "y")]
    value = e.add(e.load("x", 16), e.load("y", 16))
    assert told(*loads, Assign("a", e.slice_(value, 0, 8), YES)) == [
        "loaded1 := 2 bytes at a",
        "loaded2 := 2 bytes at a",
        "a := (loaded1 + loaded2)[7:0]",
    ]


def test_long_choices_and_long_effects() -> None:
    chain = e.const(0, 8)
    for k in reversed(range(7)):
        chain = e.ite(e.eq(N, e.const(k, 8)), e.add(A, e.const(k, 8)), chain)
    assert told(Assign("b", chain, YES)) == ["b := number chooses: 0x0 → a + 0, … (7 in all)"]
    deep = A
    for k in range(200):
        deep = e.sub(e.mul(deep, B), e.const(k, 8))
    assert told(Assign("f", deep, YES, N), Assign("a", deep, YES), Fault("bad", YES)) == [
        "may change f, a",
        "more than fits here: its SMT-LIB script has all of it",
        "bad ",
    ]


def test_conditions_are_simplified() -> None:
    isa = instruction_set("toy")
    jump = isa.instruction("jump")
    asked = condition(jump, Reporter())
    a, b = (jump.encoding.fields[n].expression(e.input_("word", 16)) for n in "ab")
    whole = e.or_(e.and_(e.eq(a, b), e.ne(a, b)), asked)
    assert re.fullmatch("[ab] ≠ [ab]", formula(machine_of("toy"), {"a": a, "b": b}, whole))
