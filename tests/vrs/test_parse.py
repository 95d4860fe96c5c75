"""The grammar: precedence, places of every node, comments, and what is refused."""

from __future__ import annotations

import pytest

from gen.source import Span
from gen.vrs import tree
from gen.vrs.lexer import MAX_DEPTH
from gen.vrs.walk import subexpressions
from tests.vrs.helpers import SAMPLES, UNITS, codes, expression, grouped, parse_text

# The first four are the precedence tests of the public parser.
PRECEDENCE = [
    ("a == b | c ^ d & e << f", "(a == (b | (c ^ (d & (e << f)))))"),
    ("e << 4 * 4", "(e << (4 * 4))"),
    ("a ==> b || c ==> d", "((a ==> (b || c)) ==> d)"),
    ("1 << 2 >> 3", "((1 << 2) >> 3)"),
    ("va + x << 4", "((va + x) << 4)"),
    ("pa & 0xf == 0", "((pa & 15) == 0)"),
    ("a && b || c && d", "((a && b) || (c && d))"),
    ("a < b && b >= c", "((a < b) && (b >= c))"),
    ("a - b - c + d", "(((a - b) - c) + d)"),
    ("a / b % c * d", "(((a / b) % c) * d)"),
    ("~a & !b", "((~a) & (!b))"),
    ("!~!a", "(!(~(!a)))"),
    ("~a << 2", "((~a) << 2)"),
    ("(a + b) * c", "((a + b) * c)"),
    ("a != (b == c)", "(a != (b == c))"),
    ("a && if b { c } else { d } && e", "((a && if b { c } else { d }) && e)"),
]


@pytest.mark.parametrize(("text", "expected"), PRECEDENCE)
def test_operators_bind_as_stated(text: str, expected: str) -> None:
    assert grouped(text) == expected


def test_quantifiers_reach_as_far_right_as_they_can() -> None:
    node = expression("a && forall i : int :: i < 3 ==> b || c")
    assert isinstance(node, tree.Binary)
    assert node.operator == "&&"
    assert isinstance(node.right, tree.Quantified)
    assert node.right.span.text == "forall i : int :: i < 3 ==> b || c"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("1_000", 1000),
        ("0xFF_ff", 0xFFFF),
        ("0o17", 15),
        ("0b_10", 2),
        ("18446744073709551615", (1 << 64) - 1),
        ("0000000000000000000000000000000000000000000000000000000000000000000000001", 1),
    ],
)
def test_numbers(text: str, value: int) -> None:
    node = expression(text)
    assert isinstance(node, tree.Number)
    assert node.value == value


@pytest.mark.parametrize("text", ["4k", "0x", "0b2", "0o8", "12ab", "0x_", "1__k"])
def test_letters_behind_digits_are_refused(text: str) -> None:
    assert codes(f"const A : int = {text};") == ["E0104"]


def test_a_range_of_numbers_without_blanks() -> None:
    file = parse_text("segment A { state { reg r [ 4 ] { 0..32 x } } }")
    (s,) = file.units[0].states[0].fields[0].slices or ()
    assert (s.low, s.high, s.name.text) == (0, 32, "x")


def test_a_less_than_minus_is_an_arrow() -> None:
    text = "segment A { interface { instr go { WriteActions { state.a<-state.b; } } } }"
    (field,) = parse_text(text).units[0].interfaces[0].fields
    (action,) = field.write_actions or ()
    assert action.reversed
    assert (action.source.span.text, action.target.span.text) == ("state.b", "state.a")
    assert codes("const A : bool = a<-1;") == ["E0110"]


def test_actions_in_both_directions_name_source_and_target() -> None:
    text = "segment A { interface { instr go { ReadActions { 1 -> state.b; } } } }"
    (field,) = parse_text(text).units[0].interfaces[0].fields
    (action,) = field.read_actions or ()
    assert not action.reversed
    assert (action.source.span.text, action.target.span.text) == ("1", "state.b")


def test_paths_elements_and_bit_slices() -> None:
    node = expression("staticmap[i + 1].cfg.a[0 .. 2]")
    assert isinstance(node, tree.BitSlice)
    member = node.base
    assert isinstance(member, tree.Member)
    assert member.name.text == "a"
    assert isinstance(member.base, tree.Member)
    assert isinstance(member.base.base, tree.Element)
    assert member.base.base.index.span.text == "i + 1"
    assert isinstance(expression("x[3]"), tree.Element)


def test_a_lone_underscore_is_a_name() -> None:
    assert isinstance(expression("_"), tree.Name)


def test_blocks_of_one_kind_are_joined_in_order() -> None:
    text = """segment A { interface { reg r [ 4 ] {
        WriteActions { 1 -> state.a; }, Layout { 0 .. 1 x }, WriteActions { 2 -> state.b; }
    } } }"""
    (field,) = parse_text(text).units[0].interfaces[0].fields
    assert [a.target.span.text for a in field.write_actions or ()] == ["state.a", "state.b"]
    assert field.read_actions is None
    assert field.layout_span is not None
    assert [d.text for d in field.duplicates] == ["WriteActions { 2 -> state.b; }"]


def test_empty_actions_are_not_absent() -> None:
    text = "segment A { interface { reg r [ 4 ] { WriteActions { } } } }"
    (field,) = parse_text(text).units[0].interfaces[0].fields
    assert field.write_actions == ()
    assert field.read_actions is None


def test_methods_with_every_part() -> None:
    text = """segment A {
        #[remap, other(thing)]
        extern abstract synth fn f(a : vaddr, b : A) -> bool
            requires a < 1;
            requires a < 2
            ensures result
        { true };
    }"""
    (m,) = parse_text(text).units[0].methods
    assert (m.extern, m.abstract, m.synth, m.name.text) == (True, True, True, "f")
    assert [p.type.text for p in m.params] == ["vaddr", "A"]
    assert [r.span.text for r in m.requires] == ["a < 1", "a < 2"]
    assert [e.span.text for e in m.ensures] == ["result"]
    assert m.returns is not None
    assert m.returns.text == "bool"
    assert [(a.name.text, a.argument and a.argument.text) for a in m.attributes] == [
        ("remap", None),
        ("other", "thing"),
    ]


def test_maps_in_all_forms() -> None:
    text = """staticmap A {
        #[select(first)]
        maps [ E(base + i * 8, i) for i in 0..N ]
        maps [ E(1), 0 .. 4 => E() @ 16 ]
    }"""
    ranged, listed = parse_text(text).units[0].maps
    assert ranged.variable is not None
    assert ranged.variable.text == "i"
    assert ranged.attributes[0].argument is not None
    assert [a.span.text for a in ranged.elements[0].args] == ["base + i * 8", "i"]
    assert listed.variable is None
    first, second = listed.elements
    assert (first.low, first.offset) == (None, None)
    assert second.low is not None
    assert second.offset is not None
    assert (second.low.span.text, second.offset.span.text) == ("0", "16")


def test_an_item_of_every_kind_in_a_file() -> None:
    text = """import other; const A : int = 1; flags { a, b, } extern type T { x : int, }
        #[desc] extern type U { } abstract segment B(p : addr) : C { flags = { x }; }
        enum E(p : addr) { B(p), C() } osspec O { }"""
    file = parse_text(text)
    assert [i.name.text for i in file.imports] == ["other"]
    assert [[n.text for n in f.names] for f in file.flags] == [["a", "b"]]
    assert [t.name.text for t in file.extern_types] == ["T", "U"]
    assert [(u.kind, u.abstract) for u in file.units] == [
        ("segment", True),
        ("enum", False),
        ("osspec", False),
    ]
    assert [[a.text for a in v.args] for v in file.units[1].variants] == [["p"], []]
    assert file.units[0].base is not None


def test_comments_above_become_documentation() -> None:
    text = """// SPDX-License-Identifier: Apache-2.0
// The file.
//   Indented.

const A : int = 1; // not the unit's

/**
 * The unit.
 *
 * More.
 */
segment B {
    ////////////////////////
    // The method.
    ////////////////////////
    #[remap]
    fn f() -> int { 1 } // not g's
    fn g() -> int { 2 }

    // Too far away.

    fn h() -> int { 3 }
}
"""
    file = parse_text(text)
    assert file.doc == "The file.\n  Indented."
    assert file.units[0].doc == "The unit.\n\nMore."
    assert [m.doc for m in file.units[0].methods] == ["The method.", "", ""]


def test_a_comment_at_the_top_can_belong_to_file_and_unit() -> None:
    file = parse_text("// Both.\nsegment A { }\n")
    assert (file.doc, file.units[0].doc) == ("Both.", "Both.")
    assert parse_text("segment A { }\n// Late.\nsegment B { }").doc == ""


@pytest.mark.parametrize("path", [*SAMPLES, *UNITS], ids=lambda p: p.name)
def test_spans_cover_what_they_name(path) -> None:  # type: ignore[no-untyped-def]
    file = parse_text(path.read_text())
    for unit in file.units:
        assert unit.span.text.startswith(("abstract", unit.kind))
        assert unit.span.text.endswith("}")
        for method in unit.methods:
            assert method.name.span.text == method.name.text
            for node in subexpressions(method.body) if method.body else ():
                assert isinstance(node.span, Span)
                if isinstance(node, tree.Binary):
                    assert node.operator_span.text == node.operator
                    assert node.span.start <= node.left.span.start
                    assert node.right.span.end <= node.span.end


def test_each_top_level_item_shows_its_first_mistake() -> None:
    text = "const A int = 1;\nsegment B { state { reg } }\nflags { a b }\nconst C : int = 1;"
    assert codes(text) == ["E0110", "E0110", "E0110"]


@pytest.mark.parametrize(
    "text",
    [
        "segment A { };",
        "segment A { state { reg a [ 4 ] { } } }",
        "segment A { interface { instr a { } } }",
        "segment A { fn state() -> int { 1 } }",
        "segment A { fn f() -> int { } }",
        "segment A { fn f() -> int { 1; } }",
        "segment A { #[a] #[b] fn f() -> int { 1 } }",
        "segment A { fn f() -> int { if a { 1 } } }",
        "segment A { fn f() -> int { if a { 1 } else if b { 2 } else { 3 } } }",
        "flags = { a };",
        "const A : int = 1",
        "const A = 1;",
        "const A : int = a.size;",
        "const A : int = let;",
        "const A : int = -1;",
        "const A : int = (a + b)[0];",
        "import \u0061.b;",
        "enum A { B }",
        "state { }",
    ],
)
def test_what_the_grammar_refuses(text: str) -> None:
    assert codes(text) == ["E0110"]


def test_the_deepest_expression_and_one_deeper() -> None:
    chain = "+".join(["1"] * MAX_DEPTH)
    assert codes(f"const A : int = {chain};") == []
    assert codes(f"const A : int = {chain}+1;") == ["E0108"]
    assert codes(f"const A : int = {'!' * MAX_DEPTH}1;") == ["E0108"]
    assert codes(f"const A : int = {'!' * (MAX_DEPTH - 1)}1;") == []
    nested = "(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH
    assert codes(f"const A : int = {nested};") == []
    assert codes(f"const A : int = ({nested});") == ["E0108"]
