"""The text form reads back to the machine that was printed; bad text is refused at its place."""

from __future__ import annotations

import random
import re
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.ir.machine import (
    Assign,
    Cover,
    Effect,
    Fault,
    Field,
    InterfaceRegister,
    Load,
    Machine,
    Memory,
    Operation,
    Output,
    Port,
    Register,
    Store,
)
from gen.ir.text import (
    TextError,
    print_expr,
    print_machine,
    print_operation,
    read_expr,
    read_machine,
)
from tests.ir.terms import terms
from tests.machines import sample_machine, sample_machine_memory

# Expressions


@settings(max_examples=200, deadline=None)
@given(terms())
def test_an_expression_reads_back(term: Expr) -> None:
    assert read_expr(print_expr(term)) is term


def test_each_kind_of_node() -> None:
    text = """
        (concat (slice (input a 8) 2 3) (sext (state r 4) 6) (zext (load x 8) 9)
          (regread f (not (input b 2)) 8)
          (ite (eq (input a 8) (const 3 8)) (const 1 1) (slt (input a 8) (input c 8))))
    """
    assert print_expr(read_expr(text)) == " ".join(text.split())


def test_a_shared_value_is_written_once() -> None:
    a = e.input_("a", 8)
    once = e.add(a, a)
    assert print_expr(e.mul(once, once)) == ("(def %0 (add (input a 8) (input a 8)))\n(mul %0 %0)")


def test_comments_and_hexadecimal() -> None:
    assert read_expr("; one\n(add (input a 8) ; two\n (const 0x1f 8))") is e.add(
        e.input_("a", 8), e.const(31, 8)
    )


def test_deep_terms_are_written_in_steps() -> None:
    x: Expr = e.input_("a", 8)
    for _ in range(20_000):
        x = e.not_(e.add(x, e.const(1, 8)))
    text = print_expr(x)
    assert len(text) < 20_000 * 60
    assert read_expr(text) is x


# Machines

_NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,5}", fullmatch=True)
_DOCS = st.text(max_size=12)
_WIDTHS = st.integers(1, 130)
_SMALL = st.integers(0, 300)
_FIELDS = st.lists(st.builds(Field, _NAMES, _SMALL, _WIDTHS, doc=_DOCS), max_size=2).map(tuple)
_TERMS = terms(depth=2)
_EFFECTS: st.SearchStrategy[Effect] = st.one_of(
    st.builds(Load, _NAMES, _NAMES, _TERMS, _WIDTHS, _TERMS),
    st.builds(Store, _NAMES, _TERMS, _TERMS, _TERMS),
    st.builds(Assign, _NAMES, _TERMS, _TERMS, st.none() | _TERMS),
    st.builds(Fault, _NAMES, _TERMS),
)
_PORTS = st.builds(Port, _NAMES, _WIDTHS, _DOCS)


def _some(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


_REGISTERS = st.builds(Register, _NAMES, _WIDTHS, _SMALL, st.booleans(), _SMALL, _FIELDS, doc=_DOCS)
_INTERFACE = st.builds(
    InterfaceRegister,
    *(_NAMES, _NAMES, _SMALL, _SMALL, _SMALL, _SMALL, _FIELDS),
    st.none() | _NAMES,
    st.none() | _NAMES,
    doc=_DOCS,
)
_OPERATIONS = st.builds(
    Operation,
    _NAMES,
    _some(_PORTS),
    _some(_EFFECTS),
    _some(st.builds(Output, _NAMES, _TERMS)),
    doc=_DOCS,
)
_MACHINES = st.builds(
    Machine,
    name=_NAMES,
    registers=_some(_REGISTERS),
    memories=_some(st.builds(Memory, _NAMES, _WIDTHS)),
    operations=_some(_OPERATIONS),
    parameters=_some(_PORTS),
    causes=_some(_NAMES),
    flags=_some(_NAMES),
    interface=_some(_INTERFACE),
    covers=_some(st.builds(Cover, _NAMES, _NAMES, _DOCS, _TERMS)),
    doc=_DOCS,
)


@settings(max_examples=60, deadline=None)
@given(_MACHINES)
def test_any_machine_reads_back(machine: Machine) -> None:
    """Sound or not: the text form must show a broken machine too."""
    again = read_machine(print_machine(machine))
    assert again == machine
    assert again.doc == machine.doc
    assert [r.doc for r in again.registers] == [r.doc for r in machine.registers]
    assert print_machine(again) == print_machine(machine)


@pytest.mark.parametrize("machine", [sample_machine(), sample_machine_memory()])
def test_sample_machines_read_back_with_their_names(machine: Machine) -> None:
    again = read_machine(print_machine(machine))
    assert again == machine
    assert dict(again.names) == dict(machine.names)


def test_names_of_values_that_are_gone_are_not_written() -> None:
    gone = MappingProxyType({e.input_("nowhere", 5): "gone"})
    assert "gone" not in print_machine(Machine("m", names=gone))


def test_a_machine_as_text() -> None:
    text = print_machine(sample_machine_memory())
    assert text.startswith('(machine sample_memory\n  (doc "")\n  (parameter base 64 "address')
    assert "(load lower memory " in text
    assert '(cover translate branch "large page" ' in text


def test_an_operation_as_text() -> None:
    operation = sample_machine().operation("flushes_read")
    assert print_operation(operation) == (
        '  (operation flushes_read ""\n'
        "    (assign flushes - (const 0 7) (const 1 1))\n"
        "    (output data (zext (state flushes 7) 8)))"
    )


# Bad text

BAD = {
    "(add (input a 8)\n (input b 9))": "1:1: expected a well-formed expression, found add: "
    "operands have 8 and 9 bits",
    "": "1:1: expected an expression, found the end",
    "(input a": "1:1: expected `)` for this list, found the end",
    "(input a 8))": "1:12: expected an open list, found `)`",
    '(input "a" 8)': "1:8: expected a word, found a string",
    "(input a)": "1:9: expected a number, found the end of the list",
    "(input a x)": "1:10: expected a number, found `x`",
    "(input a \N{SUPERSCRIPT TWO})": "1:10: expected a number, found `\N{SUPERSCRIPT TWO}`",
    "(input a 0)": "1:10: expected 1 to 4096 bits, found 0",
    "(zext (input a 8) 99999999999)": "1:19: expected 1 to 4096 bits, found 99999999999",
    "(input a 8 9)": "1:12: expected the end of the list, found another item",
    "(not (input a 8) (input b 8))": "1:18: expected the end of the list, found another item",
    "(add (input a 8))": "1:17: expected an expression, found the end of the list",
    "(concat)": "1:1: expected a well-formed expression, found concat: at least one part is needed",
    "(const 256 8)": "1:8: expected a value of 8 bits, found 256",
    "\n  (frob 1)": "2:3: expected a well-formed expression, found 'frob' is not a valid Op",
    "(call sine (input a 8))": "1:7: expected a function, found `sine`",
    "(call f32_classify (input a 8))": "1:1: expected a well-formed expression, found call: "
    "`f32_classify` takes (32,) bits, not (8,)",
    "(not %1)": "1:6: expected an expression, found `%1`",
    "(def %1 (input a 8))\n(def %1 (input b 8))\n%1": "2:6: expected a new name, found `%1` again",
    "(dfe %1 (input a 8)) %1": "1:1: expected `(def ...)`, found `(dfe ...)`",
    "()": "1:1: expected `(word ...)`, found an empty list",
    '(input a "': '1:10: expected a word, a string or a list, found "',
    "(not " * 201 + ")" * 201: "1:1001: expected at most 200 lists within each other, "
    "found one more",
}


@pytest.mark.parametrize("text", BAD)
def test_a_bad_expression_is_refused_at_its_place(text: str) -> None:
    with pytest.raises(TextError) as caught:
        read_expr(text)
    assert str(caught.value) == BAD[text]


BAD_MACHINES = {
    "": "1:1: expected one `(machine ...)`, found 0 lists",
    "(machin m)": "1:1: expected `(machine ...)`, found `(machin ...)`",
    "(machine m\n  (doc x))": "2:8: expected a string, found `x`",
    '(machine m (doc "\\q"))': "1:17: expected a string, found Invalid \\escape: "
    "line 1 column 2 (char 1)",
    "(machine m (register r plain 8))": "1:31: expected a number, found the end of the list",
    '(machine m (register r plain 8 1 0 "" x))': "1:39: expected a list of fields, found `x`",
    '(machine m (operation o "" (asign r)))': "1:28: expected input, output, load, store, assign "
    "or fault, found `asign`",
    '(machine m (register r file 8 99999 0 "" ()))': "1:31: expected at most 65536 elements, "
    "found 99999",
    '(machine m (interface r mmio 0 4 99999 4 - - "" ()))': "1:34: expected at most 65536 "
    "elements, found 99999",
    "(machine m (memory a 8 9))": "1:24: expected the end of the list, found another item",
}


@pytest.mark.parametrize("text", BAD_MACHINES)
def test_a_bad_machine_is_refused_at_its_place(text: str) -> None:
    with pytest.raises(TextError) as caught:
        read_machine(text)
    assert str(caught.value) == BAD_MACHINES[text]


def test_unknown_parts_name_the_known_ones() -> None:
    with pytest.raises(TextError, match=r"1:12: expected causes or cover or .* found `regster`"):
        read_machine("(machine m (regster r))")


def test_damaged_text_never_ends_in_another_error() -> None:
    text = print_machine(sample_machine())
    tokens = re.findall(r'[()]|"[^"]*"|[^\s()"]+|\s+', text)
    rng = random.Random(7)
    refused = 0
    for _ in range(300):
        damaged = list(tokens)
        for _ in range(rng.randint(1, 3)):
            i, j = rng.randrange(len(damaged)), rng.randrange(len(damaged))
            damaged[i] = rng.choice(["", damaged[j], "(", ")", "9", '"'])
        try:
            read_machine("".join(damaged))
        except TextError:
            refused += 1
    assert refused > 150
