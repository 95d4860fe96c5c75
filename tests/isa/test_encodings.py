"""Overlaps are found, decoders are proved, free words are counted exactly."""

from __future__ import annotations

import importlib.util
import itertools
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gen.diag import IsoformError
from gen.ir import expr as e
from gen.isa import Extension, Immediate, Isa
from gen.isa.decode import Decoder
from gen.isa.state import Register as Scalar
from gen.prove.blast import holds
from gen.prove.diagrams import Diagrams
from gen.prove.encodings import Choice, Encoding, Region, space, wrong_word
from gen.sets import check
from gen.sets.encodings import encodings
from tests.isa.sets import SETS, instruction_set
from tests.isa.toy import isa as toy

FIELDS = {
    "a": Immediate(3),
    "b": Immediate(3),
    "n": Immediate(4),
}


def made(*rows: tuple[Any, ...], length: Callable[[int], int] | None = None) -> Isa:
    """Return a set of instructions, each of a pattern, a name and further arguments."""
    x = Extension("x", operands=FIELDS, word_widths=(8, 16))
    for pattern, name, more in rows:
        x.instruction(pattern, name, **more)(lambda s: None)
    return of(x, length)


def of(x: Extension, length: Callable[[int], int] | None = None) -> Isa:
    """Return a set of an extension."""
    return Isa(
        "x",
        extensions=(x,),
        state=(Scalar("pc", 16, latched=True),),
        causes={},
        faults={},
        length=length,
        unit=1 if length else 2,
    )


PLAIN = ("0001 a b 000000", "plain", {})


@pytest.mark.parametrize("name", SETS)
def test_sets_are_without_overlap_and_decoded_right(name: str) -> None:
    found = check(instruction_set(name))
    assert found.wrong == {}
    for s in found.spaces.values():
        assert 0 <= s.free < s.words
        assert sum(r.words for r in s.regions) <= s.free


@pytest.mark.parametrize("byte_order", ["little", "big"])
def test_every_word_of_the_small_set(byte_order: str) -> None:
    """Counts and regions are what looking at each of the 65536 words gives."""
    isa = toy(byte_order)
    (found,) = check(isa, regions=1 << 16).spaces.values()
    names = [getattr(isa.decoder.find(w, 16), "name", None) for w in range(1 << 16)]
    assert found.words == 1 << 16
    assert found.used == {i.name: names.count(i.name) for i in isa.instructions}
    assert found.free == names.count(None)
    free = [w for r in found.regions for w in range(1 << 16) if w & r.mask == r.match]
    assert sorted(free) == [w for w, n in enumerate(names) if n is None]
    sizes = [r.words for r in found.regions]
    assert sizes == sorted(sizes, reverse=True)
    assert found.example is not None and names[found.example] is None


OVERLAP = """\
from gen.isa import Extension, Immediate

x = Extension("x", operands={"n": Immediate(4), "m": Immediate(4)}, word_widths=(16,))


@x.instruction("0000 0000 n m", "one", where=lambda n, m: n != m)
def one(s): ...


@x.instruction("0000 xxxx 0011 xxxx", "two")
def two(s): ...
"""


def test_an_overlap_is_told_with_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "overlap.py"
    path.write_text(OVERLAP)
    spec = importlib.util.spec_from_file_location("overlap", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    isa = of(module.x)
    with pytest.raises(IsoformError) as caught:
        check(isa)
    (diagnostic,) = caught.value.diagnostics
    word = int(diagnostic.message.split()[2], 16)
    assert all(i.matches(word) for i in isa.instructions)
    assert str(caught.value).replace(f"{word:#06x}", "WORD") == (
        "error[E0910]: the word WORD is both `one` and `two`\n"
        "  --> overlap.py:10:1\n"
        "   |\n"
        ' 6 | @x.instruction("0000 0000 n m", "one", where=lambda n, m: n != m)\n'
        "   | ----------------------------------------------------------------- `one`\n"
        '10 | @x.instruction("0000 xxxx 0011 xxxx", "two")\n'
        "   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `two`\n"
        "   = help: exclude it with `where=`, or declare `refines=` of the one that takes it\n"
        "   = more: isoform explain E0910"
    )


def test_where_keeps_apart() -> None:
    other = ("0001 a xxx 000000", "other", {"where": lambda a: a == 5})
    with pytest.raises(IsoformError, match="is both `plain` and `other`"):
        check(made(PLAIN, other))
    rest = ("0001 a b 000000", "plain", {"where": lambda a, b: not (a == 5 or b == 7)})
    found = check(made(rest, other)).spaces[16]
    assert found.used == {"plain": 49, "other": 8}


REFINED = ("0001 a 000 xxxxxx", "refined", {"where": lambda a: a > 2, "refines": "plain"})


def test_what_refines_is_tried_first() -> None:
    """Also if its pattern fixes fewer bits than that of the instruction it refines."""
    isa = made(PLAIN, REFINED)
    found = check(isa)
    assert (found.refined, found.wrong) == (1, {})
    assert found.spaces[16].used == {"plain": 64 - 5, "refined": 5 * 64}
    assert isa.decoder.find(0b0001_011_000_000000, 16) is isa.instruction("refined")
    assert isa.decoder.find(0b0001_010_000_000000, 16) is isa.instruction("plain")


def test_refining_goes_through_others() -> None:
    last = ("0001 100 000 000000", "last", {"refines": "refined"})
    found = check(made(PLAIN, REFINED, last))
    assert (found.refined, found.wrong) == (3, {})
    assert found.spaces[16].used == {"plain": 59, "refined": 319, "last": 1}


def test_two_that_refine_one_overlap() -> None:
    other = ("0001 100 b 000000", "other", {"refines": "plain"})
    with pytest.raises(IsoformError, match="is both `refined` and `other`"):
        check(made(PLAIN, REFINED, other))


def test_a_wrong_decoder_is_found() -> None:
    isa = made(PLAIN, REFINED)
    found = encodings(isa)
    assert wrong_word(found, ("refined", "plain"), 16) is None
    word = wrong_word(found, ("plain", "refined"), 16)
    assert word is not None
    assert isa.decoder.find(word, 16) is isa.instruction("refined")
    word = wrong_word(found, ("refined",), 16)
    assert word is not None and isa.instruction("plain").matches(word)
    tree = Choice(12, 4, {1: ("refined", "plain"), 2: ("plain",)}, ())
    assert wrong_word(found, tree, 16) is None
    tree = Choice(6, 1, {0: ("refined", "plain")}, ())
    word = wrong_word(found, tree, 16)
    assert word is not None and word >> 6 & 1


def test_a_decoder_that_forgets_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    isa = made(PLAIN, ("0010 a b 000000", "second", {}))
    isa.decoder = Decoder(isa.instructions[:1])
    (word,) = check(isa).wrong.values()
    assert isa.instruction("second").matches(word)


def test_conditions_that_have_no_meaning_on_symbols() -> None:
    isa = made(("0001 a b 000000", "odd", {"where": lambda a: {1: True}.get(a, False)}))
    with pytest.raises(IsoformError) as caught:
        check(isa)
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.message) == (
        "E0907",
        "`where` of `odd` has no meaning on symbols: unhashable type: 'Term'",
    )


def test_words_of_several_lengths() -> None:
    def length(first: int) -> int:
        return 2 if first & 1 else 1

    short = ("0000 n[2:0] 0", "short", {})
    long = ("00000000 xxxx n[2:0] 1", "long", {})
    found = check(made(short, long, length=length)).spaces
    assert {w: (s.words, s.free) for w, s in found.items()} == {
        8: (128, 120),
        16: (1 << 15, (1 << 15) - 128),
    }
    assert str(found[8].regions[0]) == "xxx1xxx0"
    wrong = ("0000 n[2:0] x", "astray", {})
    with pytest.raises(IsoformError) as caught:
        check(made(wrong, long, length=length))
    assert caught.value.diagnostics[0].message == (
        "words of `astray` have 8 bits, but are fetched as words of another length"
    )


def test_parts_that_differ_in_a_bit_are_one() -> None:
    used = [Encoding(f"x{k}", 8, 0b1010_0000, k << 5 & 0b1010_0000) for k in (0, 5)]
    found = space(used, 8)
    assert {str(r) for r in found.regions} == {"0x1xxxxx", "1x0xxxxx"}
    found = space([Encoding("x", 8, 0xF0, 0x30)], 8)
    assert sum(r.words for r in found.regions) == found.free == 240
    for a, b in itertools.combinations(found.regions, 2):
        assert (a.match ^ b.match) & a.mask & b.mask


def test_regions_as_patterns() -> None:
    assert str(Region(8, 0b1100_0011, 0b0100_0001)) == "01xxxx01"
    assert Region(8, 0b1100_0011, 0b0100_0001).words == 16
    nothing = space([Encoding("all", 8, 0, 0)], 8)
    assert (nothing.free, nothing.regions, nothing.example) == (0, (), None)


# Decision diagrams: each operation is the definition, on all words


def _conditions() -> list[e.Expr]:
    word = e.input_("word", 6)
    a, b = e.slice_(word, 0, 3), e.slice_(word, 3, 3)
    found = [e.build(op, 1, (a, b)) for op in sorted(e.COMPARE, key=str)]
    for op in sorted(e.BINARY, key=str):
        whole = e.build(op, 3, (a, b))
        found += [e.slice_(whole, k, 1) for k in range(3)]
    found += [
        e.ult(e.sext(a, 6), e.concat(b, e.const(5, 3))),
        e.slt(e.zext(a, 5), e.not_(e.sext(b, 5))),
        e.eq(e.ite(e.ult(a, b), a, e.not_(b)), e.const(5, 3)),
    ]
    return found


def test_sets_of_words_are_what_the_definition_says() -> None:
    draw = random.Random(1)
    for condition in _conditions():
        order = list(range(6))
        draw.shuffle(order)
        d = Diagrams(order)
        found = holds(d, condition)
        want = [w for w in range(64) if e.evaluate([condition], {"word": w})[0]]
        assert d.count(found) == len(want), condition
        parts = list(d.patterns(found))
        assert sorted(w for m, x in parts for w in range(64) if w & m == x) == want
        if want:
            assert d.example(found) in want
        inverse = replace(Encoding("x", 6, 0, 0), condition=e.not_(condition))
        assert space([inverse], 6).free == len(want)


def test_conditions_on_other_things_are_refused() -> None:
    for x in (e.input_("other", 1), e.state("s", 1), e.load("l", 1)):
        with pytest.raises(TypeError):
            holds(Diagrams(range(6)), x)
