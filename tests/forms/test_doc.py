"""The document: everything is in it, it stands alone, and formulas read as they should."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from gen.forms.doc import generate
from gen.forms.doc.formula import Formulas
from gen.ir import expr as e
from gen.ir.machine import Field, Machine, Register
from tests.units import MARKED, machine

VOID = {"meta", "br", "hr", "img", "rect"}


class Balanced(HTMLParser):
    """Checks that every tag is closed, and notes links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids.add(values.get("id") or "")
        self.links += [v for k, v in values.items() if k in ("href", "src") and v]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("unit", MARKED)
def test_everything_is_in_it(unit: str) -> None:
    m = machine(unit)
    document = generate(m)
    words = [r.name for r in m.interface] + [f.name for r in m.interface for f in r.fields]
    words += [*m.flags, *m.causes, *(r.name for r in m.registers)]
    for text in (document.markdown, document.html):
        found = set(re.findall(r"\w+", text))
        assert set(words) <= found
        assert len(text) < 200_000
    assert generate(m) == document


@pytest.mark.parametrize("unit", MARKED)
def test_the_page_stands_alone(unit: str) -> None:
    page = Balanced()
    page.feed(generate(machine(unit)).html)
    assert page.open == []
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)


A, B, C = e.input_("a", 8), e.input_("b", 8), e.input_("c", 1)
R = e.state("r", 32)
FORMULAS = [
    (e.add(A, e.mul(B, A)), "a + b \N{MULTIPLICATION SIGN} a"),
    (e.mul(e.add(A, B), A), "(a + b) \N{MULTIPLICATION SIGN} a"),
    (e.sub(A, e.sub(B, A)), "a \N{MINUS SIGN} (b \N{MINUS SIGN} a)"),
    (e.or_(e.and_(C, e.eq(A, B)), e.not_(C)), "c and a = b or not c"),
    (e.and_(C, e.or_(e.ult(A, B), e.ne(A, B))), "c and (a < b or a ≠ b)"),
    (e.uge(A, B), "a ≥ b"),
    (e.slice_(R, 5, 27), "r.base"),
    (e.slice_(R, 6, 2), "r.base[2:1]"),
    (e.slice_(A, 0, 4), "a[3:0]"),
    (e.slice_(A, 7, 1), "a[7]"),
    (e.zext(A, 64), "a"),
    (e.concat(e.slice_(R, 5, 27), e.const(0, 5)), "r.base << 5"),
    (e.ite(C, A, B), "if c then a else b"),
    (e.eq(A, e.const(255, 8)), "a = 0xff"),
    (e.regread("f", A, 8), "f[a]"),
    (e.not_(A), "~a"),
    (e.or_(e.and_(A, B), A), "(a & b) | a"),
    (e.and_(A, e.or_(A, B)), "a & (a | b)"),
    (e.and_(e.and_(A, B), A), "a & b & a"),
    (e.shl(e.concat(A, B), e.const(3, 16)), "(a : b) << 3"),
    (e.concat(A, B), "a : b"),
]


@pytest.mark.parametrize(("node", "text"), FORMULAS, ids=[t for _, t in FORMULAS])
def test_formulas(node: e.Expr, text: str) -> None:
    register = Register("r", 32, fields=(Field("base", 5, 27),))
    file = Register("f", 8, 4, True)
    assert Formulas(Machine("m", (register, file))).text(node) == text


def test_the_permission_of_a_region_is_a_table() -> None:
    text = generate(machine("variable_segment")).markdown
    assert "| none | `always` |" in text
    assert "| writable | `length.rw` |" in text
    assert "| writable, executable | `length.rw and length.exec` |" in text


def test_steps_come_in_the_order_of_the_faults() -> None:
    text = generate(machine("variable_segment")).markdown
    assert re.search(
        r"1\. \*\*fault not_present\*\*: `if not length.present` \(\S+:\d+\)\n"
        r"2\. \*\*fault out_of_range\*\*: `if va\[47:4\] ≥ length.bytes` \(\S+:\d+\)\n"
        r"3\. \*\*fault permission\*\*: `if .*` \(\S+:\d+\)\n"
        r"4\. \*\*translated\*\*: `pa = physical_address|va \+ address.val`",
        text,
    )
