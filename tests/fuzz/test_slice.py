"""A slice of the fuzzer's inputs, always the same one, and the fuzzer itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import worker
from tests.fuzz.__main__ import main
from tests.fuzz.shrink import shrink
from tests.fuzz.subject import Subject
from tests.fuzz.subjects import SUBJECTS, cases, made, subject_of
from tests.fuzz.worker import run_all

pytestmark = pytest.mark.slow

SEED = 2024
COUNTS = {
    "vrs": 60,
    "stream": 60,
    "case": 40,
    "machine": 60,
    "manifest": 60,
    "cli": 20,
    "verilog": 2,
}


def test_every_subject_has_a_slice_and_a_share() -> None:
    assert set(COUNTS) == set(SUBJECTS)
    assert sum(s.share for s in SUBJECTS.values()) == 1000


@pytest.mark.parametrize("name", COUNTS)
def test_inputs_end_well(name: str) -> None:
    ends = run_all(SEED, cases(COUNTS[name], name), 1)
    wrong = {case: outcome.detail for case, outcome in ends if outcome.signature}
    assert not wrong, f"python -m tests.fuzz --seed {SEED} --case {min(wrong)}"


@pytest.mark.deep
def test_more_inputs_end_well() -> None:
    ends = run_all(SEED, range(800), 2)
    wrong = {case: outcome.detail for case, outcome in ends if outcome.signature}
    assert not wrong, f"python -m tests.fuzz --seed {SEED} --case {min(wrong)}"


def test_a_case_is_the_same_input_again() -> None:
    assert [made(1, k) for k in range(40)] == [made(1, k) for k in range(40)]
    assert made(1, 3) != made(2, 3)
    assert {subject_of(k) for k in cases(30, "stream")} == {"stream"}


def spin(data: bytes, folder: Path) -> str:
    while b"!" in data:
        pass
    return "ok"


def die(data: bytes, folder: Path) -> str:
    import ctypes
    import faulthandler

    faulthandler.disable()  # pytest would print where it happened

    return str(ctypes.string_at(0))


def wrong(data: bytes, folder: Path) -> str:
    return str(1 // len(data))


@pytest.mark.parametrize(
    ("run", "data", "signature"),
    [
        (spin, b"!", "longer than 0.2 s"),
        (die, b"", "died with code -11"),
        (wrong, b"", "ZeroDivisionError test_slice.wrong"),
        (wrong, b"x", None),
    ],
)
def test_bad_ends_are_seen(
    run: object, data: bytes, signature: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(run)
    monkeypatch.setattr(worker, "LIMIT", 0.2)
    monkeypatch.setitem(SUBJECTS, "vrs", Subject(1, lambda draw: b"", run))
    with worker.Worker() as one:
        assert one.run("vrs", data).signature == signature
        assert one.run("machine", b"(").end == "refused by the reader"


def test_an_input_is_shrunk() -> None:
    data = b"one\ntwo three four\nfive\n" * 10
    found = shrink(SUBJECTS["vrs"], data, lambda d: d.count(b"three") > 1)
    assert found == b"threethree"


def test_a_finding_is_shrunk_printed_and_gives_3(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(data: bytes, folder: Path) -> str:
        assert b"b" not in data, "a b"
        return "ok"

    monkeypatch.setitem(SUBJECTS, "vrs", Subject(1, lambda draw: b"a b c\n", run))
    words = ["--seed", "7", "--subject", "vrs", "--count", "3", "--jobs", "1"]
    first = cases(1, "vrs")[0]
    assert main(words) == 3
    out = capsys.readouterr().out
    assert "vrs: AssertionError: a b  (3 times)" in out
    assert "smallest input found, 1 bytes:\nb\n" in out
    assert f"\nreplay: python -m tests.fuzz --seed 7 --case {first}\n" in out
    assert main(["--seed", "7", "--case", str(first)]) == 3
    assert "outcome   AssertionError: a b" in capsys.readouterr().out
