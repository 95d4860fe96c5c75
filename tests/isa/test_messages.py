"""Mistakes in descriptions: each message whole."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from gen.diag import IsoformError
from gen.isa import Isa, elaborate
from gen.isa.state import File
from gen.isa.state import Register as Scalar

HEAD = """\
from gen.isa import Choice, Extension, Immediate, Register
from gen.isa.values import *

rd = Register(5, "x", ["r%d" % i for i in range(32)])
x = Extension("x", operands={"rd": rd, "n": Immediate(8), "c": Choice(2, ("a", "b"))})

"""

WRONG = {
    "a pattern": (
        '@x.instruction("0000000 00000 rs1 000 rd 0110011", "one {rd}")\ndef one(s, rd): ...\n',
        """\
error[E0901]: wrong encoding pattern: `rs1` has no declared width
 --> one.py:7:31
  |
7 | @x.instruction("0000000 00000 rs1 000 rd 0110011", "one {rd}")
  |                               ^^^
  = more: isoform explain E0901""",
    ),
    "the width of a word": (
        '@x.instruction("0000000 00000 000 rd 0110011", "one {rd}")\ndef one(s, rd): ...\n',
        """\
error[E0901]: wrong encoding pattern: the pattern has 27 bits, not 32
 --> one.py:7:17
  |
7 | @x.instruction("0000000 00000 000 rd 0110011", "one {rd}")
  |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = more: isoform explain E0901""",
    ),
    "a field": (
        '@x.instruction("m[19:0] rd 0110011", "one {rd}")\ndef one(s, rd): ...\n',
        """\
error[E0902]: field `m` is no declared operand
 --> one.py:7:17
  |
7 | @x.instruction("m[19:0] rd 0110011", "one {rd}")
  |                 ^^^^^^^^^^^^^^^^^^
  = help: known: `rd`, `n`, `c`
  = more: isoform explain E0902""",
    ),
    "assembly": (
        '@x.instruction("n[19:0] rd 0110011", "one {r}")\ndef one(s, rd): ...\n',
        """\
error[E0903]: wrong assembly pattern: `r` is no declared operand
 --> one.py:7:39
  |
7 | @x.instruction("n[19:0] rd 0110011", "one {r}")
  |                                       ^^^^^^^
  = more: isoform explain E0903""",
    ),
    "a mnemonic": (
        '@x.instruction("n[19:0] rd 0110011", "one{n} {rd}")\ndef one(s, rd): ...\n',
        """\
error[E0903]: wrong assembly pattern: `n` in a mnemonic must be a choice of words
 --> one.py:7:39
  |
7 | @x.instruction("n[19:0] rd 0110011", "one{n} {rd}")
  |                                       ^^^^^^^^^^^
  = more: isoform explain E0903""",
    ),
    "an operand of assembly": (
        '@x.instruction("n[19:0] rd 0110011", "one {rd}, {c}")\ndef one(s, rd): ...\n',
        """\
error[E0904]: the assembly names `c`, which is no field of the encoding
 --> one.py:7:49
  |
7 | @x.instruction("n[19:0] rd 0110011", "one {rd}, {c}")
  |                                                 ^^^
  = more: isoform explain E0904""",
    ),
    "an argument": (
        '@x.instruction("n[19:0] rd 0110011", "one {rd}")\ndef one(s, rd, rs): ...\n',
        """\
error[E0905]: `one` takes `rs`, which is no field of the encoding
 --> one.py:7:1
  |
7 | @x.instruction("n[19:0] rd 0110011", "one {rd}")
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: fields: `n`, `rd`
  = more: isoform explain E0905""",
    ),
    "a name twice": (
        '@x.instruction("n[19:0] rd 0110011", "one {rd}")\n'
        '@x.instruction("n[19:0] rd 0110010", "one {rd}")\ndef one(s, rd): ...\n',
        """\
error[E0906]: two instructions are called `one`
 --> one.py:7:1
  |
7 | @x.instruction("n[19:0] rd 0110011", "one {rd}")
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = more: isoform explain E0906""",
    ),
    "widths": (
        '@x.instruction("n[19:0] rd 0110011", "one {rd}")\n'
        "def one(s, rd, n):\n    total = s.x[rd] + n\n    s.x[rd] = total\n",
        """\
error[E0907]: `one` has no meaning on symbols: a word of 20 bits where 32 are expected
 --> one.py:9:5
  |
9 |     total = s.x[rd] + n
  |     ^^^^^^^^^^^^^^^^^^^
  = more: isoform explain E0907""",
    ),
    "memory behind a write": (
        '@x.instruction("n[19:0] rd 0110011", "one {rd}")\n'
        "def one(s, rd, n):\n    s.x[rd] = 1\n    s.store(s.x[rd], s.x[rd])\n",
        """\
error[E0907]: `one` has no meaning on symbols: memory is accessed, or a trap raised, after a \
register was written: a fault there could not be undone
  --> one.py:10:5
   |
10 |     s.store(s.x[rd], s.x[rd])
   |     ^^^^^^^^^^^^^^^^^^^^^^^^^
   = more: isoform explain E0907""",
    ),
    "an unknown trap": (
        '@x.instruction("n[19:0] rd 0110011", "one {rd}")\n'
        'def one(s, rd, n):\n    raise s.trap("bad")\n',
        """\
error[E0907]: `one` has no meaning on symbols: no trap is called `bad`; known: `illegal`
 --> one.py:9:5
  |
9 |     raise s.trap("bad")
  |     ^^^^^^^^^^^^^^^^^^^
  = more: isoform explain E0907""",
    ),
    "an unknown register": (
        '@x.instruction("n[19:0] rd 0110011", "one {rd}")\ndef one(s, rd, n):\n    s.y = s.x[rd]\n',
        """\
error[E0907]: `one` has no meaning on symbols: the state has no register `y` to be written
 --> one.py:9:5
  |
9 |     s.y = s.x[rd]
  |     ^^^^^^^^^^^^^
  = more: isoform explain E0907""",
    ),
    "ways": (
        '@x.instruction("n[19:0] rd 0110011", "one {rd}")\n'
        "def one(s, rd, n):\n    total = s.x[rd]\n"
        "    for k in range(20):\n        if n[k]:\n            total = total + 1\n"
        "    s.x[rd] = total\n",
        """\
error[E0908]: `one` has more than 1024 ways through its conditions
 --> one.py:7:1
  |
7 | @x.instruction("n[19:0] rd 0110011", "one {rd}")
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: choose values with `select`, or pass `when=` to loads, stores and writes
  = more: isoform explain E0908""",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_told_with_its_place(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, message = WRONG[name]
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "one.py"
    path.write_text(HEAD + text)
    spec = importlib.util.spec_from_file_location("one", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.raises(IsoformError) as caught:
        elaborate(
            Isa(
                "one",
                extensions=(module.x,),
                state=(Scalar("pc", 32, latched=True), File("x", 32, 32)),
                causes={"illegal": 1},
                faults={"illegal": "illegal"},
            )
        )
    assert str(caught.value) == message
