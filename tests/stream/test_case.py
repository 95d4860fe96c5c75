"""Cases: what they say, that they survive being written, and the whole text of every error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gen.diag import IsoformError, Reporter
from gen.ir.transaction import Kind
from gen.stream.case import case_text, load_case
from tests.units import MARKED, compiled, machine, stream

TEXT = """\
- write: rbar
  data: 0x20000002
- translate: 0x20001234
  access: [readable, writable]
  idle: 2
  wait: 15
- read: rnr
- read: 0x3c
- reset
- store: 0x11000
  data: 0xffff
  size: 2
"""


def load(tmp_path: Path, text: str, unit: str = "mpu") -> NDArray[Any]:
    path = tmp_path / "c.yaml"
    path.write_text(text)
    return load_case(path, machine(unit), Reporter())


def test_every_transaction(tmp_path: Path) -> None:
    rows = load(tmp_path, TEXT)
    assert rows["kind"].tolist() == [
        Kind.RESET, Kind.WRITE, Kind.TRANSLATE, Kind.READ, Kind.READ, Kind.RESET, Kind.STORE,
    ]  # fmt: skip
    assert rows["data"][:, 0].tolist() == [0, 0x20000002, 0, 0, 0, 0, 0xFFFF]
    assert rows["va"].tolist() == [0, 0, 0x20001234, 0, 0, 0, 0x11000]
    assert rows["stall"].tolist() == [0, 0, 2 | 15 << 4, 0, 0, 0, 0]
    flags = machine("mpu").flags
    wanted = 1 << flags.index("readable") | 1 << flags.index("writable")
    assert rows["access"].tolist() == [0, 0, wanted, 0, 0, 0, 0]
    assert case_text(machine("mpu"), rows) == TEXT


@pytest.mark.parametrize("unit", MARKED)
def test_a_random_stream_survives_as_a_case(unit: str, tmp_path: Path) -> None:
    given = stream(unit, 500)
    again = load(tmp_path, case_text(machine(unit), given), unit)
    form = compiled(unit)
    answers = [form.run(form.reset_state(), rows, form.new_memory()) for rows in (given, again)]
    assert len(given) == len(again)
    assert np.array_equal(answers[0], answers[1])


def test_an_empty_case_is_a_reset(tmp_path: Path) -> None:
    assert load(tmp_path, "")["kind"].tolist() == [Kind.RESET]


ERRORS = {
    "- raed: rnr\n": """\
error[E0503]: unknown key `raed`
 --> c.yaml:1:3
  |
1 | - raed: rnr
  |   ^^^^
  = help: did you mean `read`?
  = more: isoform explain E0503""",
    "- read: rnrr\n": """\
error[E0508]: no register `rnrr`
 --> c.yaml:1:9
  |
1 | - read: rnrr
  |         ^^^^
  = help: did you mean `rnr`?
  = more: isoform explain E0508""",
    f"- read: {'a' * 40}\n": f"""\
error[E0508]: no register `{"a" * 29}...`
 --> c.yaml:1:9
  |
1 | - read: {"a" * 40}
  |         {"^" * 40}
  = help: known: typ, ctrl, rnr, rbar, rlar, rbar_a1, rlar_a1, rbar_a2, rlar_a2, \
rbar_a3, rlar_a3, mair0, mair1
  = more: isoform explain E0508""",
    "- translate: 0\n  access: [flying]\n": """\
error[E0508]: no flag `flying`
 --> c.yaml:2:12
  |
2 |   access: [flying]
  |            ^^^^^^
  = help: known: readable, writable, executable, usermode
  = more: isoform explain E0508""",
    "- read: rnr[1]\n": """\
error[E0504]: expected an index of `rnr` from 0 to 0, found `rnr[1]`
 --> c.yaml:1:9
  |
1 | - read: rnr[1]
  |         ^^^^^^
  = more: isoform explain E0504""",
    "- read: 0x40\n": """\
error[E0504]: expected an integer from 0 to 0x3f, found `0x40`
 --> c.yaml:1:9
  |
1 | - read: 0x40
  |         ^^^^
  = more: isoform explain E0504""",
    "- write: rnr\n  data: 0x100000000\n": """\
error[E0504]: expected an integer from 0 to 0xffffffff, found `0x100000000`
 --> c.yaml:2:9
  |
2 |   data: 0x100000000
  |         ^^^^^^^^^^^
  = more: isoform explain E0504""",
    "- store: 0\n  size: 3\n": """\
error[E0504]: expected 1, 2, 4, 8 or 16 bytes, found `3`
 --> c.yaml:2:9
  |
2 |   size: 3
  |         ^
  = more: isoform explain E0504""",
    "- go\n": """\
error[E0504]: expected `reset`, or a mapping such as `read: NAME`, found `go`
 --> c.yaml:1:3
  |
1 | - go
  |   ^^
  = more: isoform explain E0504""",
    "read: rnr\n": """\
error[E0504]: expected a list of transactions, found `a mapping`
 --> c.yaml:1:1
  |
1 | read: rnr
  | ^^^^^^^^^
  = more: isoform explain E0504""",
}


@pytest.mark.parametrize("text", ERRORS)
def test_errors(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("c.yaml").write_text(text)
    with pytest.raises(IsoformError) as caught:
        load_case(Path("c.yaml"), machine("mpu"), Reporter())
    assert str(caught.value) == ERRORS[text]
