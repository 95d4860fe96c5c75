"""Stimulus files: what they say, and the whole text of every error."""

from __future__ import annotations

from pathlib import Path

import pytest

from gen.diag import IsoformError, Reporter
from gen.stream.config import Config, Draw, Eviction, Range, Valuegram, load_config


def load(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "s.yaml"
    path.write_text(text)
    return load_config(path, Reporter())


def test_every_key(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        """
options: { seed: 0x1f, num-instrs: 500, epoch: { min: 10, max: 20 } }
histogram:
  - [translate, 90.0]
  - [read, 10]
stalls: 0.5
boundaries: 0.25
access-ranges:
  - { start: 0x1000, size: 0x100, stride: 16, first-offset: 0, last-offset: 3, weight: 2 }
access-evictions:
  - { mask: 0xff0, fixed: 0x1 }
access-addresses:
  plain: [{ addr: 0x44 }, { addr: 7, weight: 3 }]
valuegram:
  - field: "length\\\\..*"
    values: [[3, 1], [uniform, 2], [bitpattern, 1], { type: bitrange, min: 1, max: 4, weight: 5 }]
""",
    )
    assert config == Config(
        seed=31,
        count=500,
        epoch=(10, 20),
        histogram=(("translate", 90.0), ("read", 10.0)),
        stalls=0.5,
        boundaries=0.25,
        ranges=(Range(0x1000, 0x100, 16, 0, 3, 2.0),),
        evictions=(Eviction(0xFF0, 1),),
        addresses=((0x44, 1.0), (7, 3.0)),
        valuegrams=(
            Valuegram(
                r"length\..*",
                (
                    Draw("bitrange", 3, 3, 1.0),
                    Draw("uniform", weight=2.0),
                    Draw("bitpattern", weight=1.0),
                    Draw("bitrange", 1, 4, 5.0),
                ),
            ),
        ),
    )


def test_an_empty_file_is_the_default(tmp_path: Path) -> None:
    assert load(tmp_path, "# nothing\n") == Config()


ERRORS = {
    "histogrm:\n  - [read, 1]\n": """\
error[E0503]: unknown key `histogrm`
 --> s.yaml:1:1
  |
1 | histogrm:
  | ^^^^^^^^
  = help: did you mean `histogram`?
  = more: isoform explain E0503""",
    "stalls: 0\nstalls: 1\n": """\
error[E0503]: key `stalls` stands twice
 --> s.yaml:2:1
  |
2 | stalls: 1
  | ^^^^^^
  = more: isoform explain E0503""",
    "options: { seed: blue }\n": """\
error[E0504]: expected an integer, found `blue`
 --> s.yaml:1:18
  |
1 | options: { seed: blue }
  |                  ^^^^
  = more: isoform explain E0504""",
    "histogram:\n  - [read, -1]\n": """\
error[E0504]: expected a weight above 0, found `a list`
 --> s.yaml:2:3
  |
2 |   - [read, -1]
  |   ^^^^^^^^^^^^
  = more: isoform explain E0504
error[E0504]: expected a weight of at least 0, found `-1`
 --> s.yaml:2:12
  |
2 |   - [read, -1]
  |            ^^
  = more: isoform explain E0504""",
    "stalls: 2\n": """\
error[E0504]: expected a share from 0 to 1, found `2`
 --> s.yaml:1:9
  |
1 | stalls: 2
  |         ^
  = more: isoform explain E0504""",
    "access-evictions:\n  - { mask: 3, fixed: 2 }\n": """\
error[E0506]: `mask` and `fixed` share bits
 --> s.yaml:2:5
  |
2 |   - { mask: 3, fixed: 2 }
  |     ^^^^^^^^^^^^^^^^^^^^^
  = more: isoform explain E0506""",
    "histogram: [\n": """\
error[E0502]: not YAML: expected the node content, but found '<stream end>'
 --> s.yaml:1:13
  |
1 | histogram: [
  |             ^
  = more: isoform explain E0502""",
}


@pytest.mark.parametrize("text", ERRORS)
def test_errors(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(text)
    with pytest.raises(IsoformError) as caught:
        load_config(Path("s.yaml"), Reporter())
    assert str(caught.value) == ERRORS[text]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda p: None, "no such file or directory"),
        (lambda p: p.mkdir(), "is a directory"),
        (lambda p: p.write_bytes(b"\xff\xfe\x00"), "it is not utf-8 text"),
    ],
)
def test_unreadable_files(make: object, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    assert callable(make)
    make(path)
    with pytest.raises(IsoformError) as caught:
        load_config(path, Reporter())
    assert str(caught.value) == (
        f"error[E0501]: cannot read `{path}`: {reason}\n  = more: isoform explain E0501"
    )
