"""Stimulus files: what they say, and the whole text of every error."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

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


# Found by the fuzzer: each ended in a traceback, without a place, or took too long.

LIMITS = {
    "stalls: [\x14]\n": "E0502 not YAML: unacceptable character 0x14 at 1:10",
    "- " * 60 + "1\n": "E0507 lists and mappings nest deeper than 50 at 1:101",
    "{a: " * 3000: "E0507 lists and mappings nest deeper than 50 at 1:201",
    "# " + "x" * (1 << 16): "E0507 the file has more than 65536 characters at 1:1",
    "stalls:": "E0504 expected a weight of at least 0, found `` at 1:8",
    "options: { seed: -1 }\n": "E0504 expected an integer from 0 to 0xffffffffffffffff, "
    "found `-1` at 1:18",
    f"options: {{ seed: {1 << 64} }}\n": "E0504 expected an integer from 0 to 0xffffffffffffffff, "
    "found `18446744073709551616` at 1:18",
    "options: { epoch: { min: 2, max: 2000000 } }\n": "E0504 expected 2 <= min <= max <= 1048576, "
    "found `a mapping` at 1:19",
    "x" * 200 + ": 1\n": f"E0503 unknown key `{'x' * 29}...` at 1:1",
    "stalls: " + "x" * 200 + "\n": "E0504 expected a weight of at least 0, "
    f"found `{'x' * 29}...` at 1:9",
    "? [a]\n: 1\n": "E0503 unknown key `a list` at 1:3",
    "valuegram:\n  - { field: '(', values: [[1, 1]] }\n": "E0504 expected a regular expression "
    "of at most 200 characters, found `(` at 2:14",
    f"histogram: [[{'(' * 500 + ')' * 500}, 1]]": "E0504 expected a regular expression of at most "
    f"200 characters, found `{'(' * 29}...` at 1:14",
    "histogram: [['a{99999999999}', 1]]": "E0504 expected a regular expression of at most "
    "200 characters, found `a{99999999999}` at 1:14",
    "histogram: [[[], 1]]": "E0504 expected a regular expression of at most "
    "200 characters, found `a list` at 1:14",
    "valuegram:\n  - { field: a, values: [[1, 0]] }\n": "E0504 expected a weight above 0, "
    "found `a list` at 2:25",
    "access-addresses: { plain: [{ addr: 1, weight: 0 }] }\n": "E0504 expected a memory scheme "
    "with a weight above 0, found `a mapping` at 1:1",
}


@pytest.mark.parametrize("text", LIMITS, ids=range(len(LIMITS)))
def test_limits(text: str, tmp_path: Path) -> None:
    with pytest.raises(IsoformError) as caught:
        load(tmp_path, text)
    found = caught.value.diagnostics[0]
    assert found.primary is not None
    span = found.primary.span
    assert f"{found.code} {found.message} at {span.line}:{span.column}" == LIMITS[text]
    assert span.start <= span.end <= len(text)


_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["translate", "write", "uniform", "bitpattern", "bitrange", "0x10", ".*", "("]),
)
_KEYS = st.sampled_from(
    "options seed num-instrs epoch min max histogram stalls boundaries access-ranges start size "
    "stride first-offset last-offset weight access-evictions mask fixed access-addresses plain "
    "addr valuegram field values type value".split()
)
_TREES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(_KEYS, _TREES, max_size=4))
def test_any_yaml_is_a_configuration_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, tree: object
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    try:
        found = load_config(path, Reporter())
    except IsoformError as error:
        assert all(d.primary is not None for d in error.diagnostics)
    else:
        assert found.epoch[0] <= found.epoch[1]
