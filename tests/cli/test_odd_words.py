"""Numbers out of all proportion, names that no file can have, manifests that are none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gen.cli.__main__ import main
from gen.diag import IsoformError
from gen.forms.rtl import RtlOptions
from gen.forms.rtl.manifest import manifest
from gen.manifests import read_manifest
from tests.units import ROOT, machine

NUMBERS = {
    ("sim", "mpu", "-n", "1000000000"): "argument -n: must be from 1 to 100000000, not 1000000000",
    ("sim", "mpu", "-n", "many"): "argument -n: not an integer: 'many'",
    ("sim", "mpu", "--seed", "-1"): "argument --seed: must be from 0 to 18446744073709551615, "
    "not -1",
    ("sim", "mpu", "--epoch", "0x1" + 16 * "0"): "argument --epoch: must be from 0 to "
    "18446744073709551615, not 0x10000000000000000",
    ("prove", "mpu", "--timeout", "nan"): "argument --timeout: must be above 0 and at most "
    "1000000, not nan",
    ("prove", "mpu", "--timeout", "soon"): "argument --timeout: not a number: 'soon'",
    ("fpga", "mpu", "--seeds", "1001"): "argument --seeds: must be from 1 to 1000, not 1001",
    ("fpga", "mpu", "--limit", "0"): "argument --limit: must be from 1 to 1000000, not 0",
}


@pytest.mark.parametrize("words", NUMBERS, ids=lambda w: " ".join(w))
def test_numbers_have_limits(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert said.splitlines()[-1] == f"isoform {words[0]}: error: {NUMBERS[words]}"


def test_a_name_that_no_file_can_have(capsys: pytest.CaptureFixture[str]) -> None:
    name = "a" * 5000
    assert main(["gen", name]) == 1
    assert capsys.readouterr().err.startswith("error[E0701]: there is no unit `aaaa")


def test_words_that_are_no_text_are_printed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gen.cli", "check", b"x\xff.vrs"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == "x\\udcff.vrs: 1 error\n"
    assert "error[E0101]" in done.stderr


def spoilt(change: str) -> str:
    """Return the text of a manifest after a statement on `m`."""
    m: dict[str, Any] = json.loads(json.dumps(manifest(machine("xeon_phi_smpt"), RtlOptions())))
    exec(change, {"m": m})
    return json.dumps(m)


MANIFESTS = {
    "m['unit'] = 'a b'": "`unit` must be a name",
    "del m['ports']": "`ports` is missing in the file",
    "m['ports'] = {}": "`ports` must be a list",
    "m['ports'][2]['width'] = 1 << 40": "`width` must be an integer from 1 to 65536",
    "m['ports'][1]['direction'] = 'up'": "`direction` must be `input` or `output`",
    "m['flags'] = [1]": "element 0 of `flags` must be a name",
    "m['memory'] = []": "`memory` must be an object",
    "del m['bus']": "`bus` is missing",
    "m['bus']['data'] = 7": "`data` must be 8, 16, 32, 64 or 128",
    "m['latency'] = True": "`latency` must be 0, 1, 2 or null",
    "m['registers'][0].update(count=2, stride=0)": "the elements of `entry` are 0 bytes apart",
    "m['ports'] = [p for p in m['ports'] if p['role'] != 'req_va']": "no port has the role "
    "`req_va`",
    "m['ports'] = [p for p in m['ports'] if p['role'] != 'req_access']": "no port has the role "
    "`req_access`",
    "m['streams'] = ['_x']": "element 0 of `streams` must be a suffix",
    "m['streams'] = []": "`streams` is empty",
    "m['streams'] = ['_1']": "no port has the role `req_va_1`",
}


@pytest.mark.parametrize("change", MANIFESTS)
def test_manifests_of_another_shape(change: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(spoilt(change))
    with pytest.raises(IsoformError) as caught:
        read_manifest(path)
    (found,) = caught.value.diagnostics
    assert (found.code, found.message) == (
        "E0711",
        f"`{path}` is no manifest of a unit: {MANIFESTS[change]}",
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no JSON: expecting value"),
        (b'{"unit": ', "is no JSON: expecting value"),
        (b"[" * 100_000, "is no JSON: it cannot be read"),
        (b"[]", "is no manifest of a unit: the file must be an object"),
    ],
)
def test_manifests_that_are_none(data: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(data)
    with pytest.raises(IsoformError) as caught:
        read_manifest(path)
    (found,) = caught.value.diagnostics
    assert (found.code, found.message) == ("E0711", f"`{path}` {said}")


def test_a_manifest_as_written_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(spoilt("pass"))
    assert read_manifest(path) == json.loads(path.read_text())


@pytest.mark.parametrize(
    ("data", "why"), [(b"\xff", "not UTF-8"), (None, "No such file or directory")]
)
def test_a_manifest_that_cannot_be_read(data: bytes | None, why: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(IsoformError) as caught:
        read_manifest(path)
    (found,) = caught.value.diagnostics
    assert (found.code, found.message) == ("E0703", f"cannot read `{path}`: {why}")


def test_the_record_of_a_proof_goes_before_its_scripts_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that ends half way must not leave a record that speaks of other scripts."""
    from gen import artefacts
    from gen.cli import prove

    def full(path: Path, text: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(artefacts, "write_whole", full)
    (tmp_path / "proof.json").write_text("{}")
    outcome = SimpleNamespace(smt2=lambda: "(check-sat)", group="translate")
    proof: Any = SimpleNamespace(outcomes=[outcome])
    with pytest.raises(KeyboardInterrupt):
        prove._write(proof, machine("simple_segment"), tmp_path / "x.v", tmp_path)
    assert not (tmp_path / "proof.json").exists()


def test_a_file_without_a_unit_is_named_with_a_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "flags.vrs"
    path.write_text("flags { readable }\n")
    assert main(["gen", str(path), "-o", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith(
        f"error[E0403]: `{path}` has no unit that hardware can be made of\n --> {path}:1:1\n"
    )
