"""`isoform isa`: summary, files, extensions of the user's, errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import z3

from gen.cli.__main__ import main
from gen.ir.reader import read_machine

CUSTOM = """\
from gen.isa import Extension
from gen.isa.values import select
from specs.isa.riscv.operands import OPERANDS

mine = Extension("Xmine", operands=OPERANDS, title="My instructions")


@mine.instruction("{first} rs2 rs1 000 rd 0001011", "max {{rd}}, {{rs1}}, {{rs2}}")
def max_(s, rd, rs1, rs2):
    \"\"\"Take the larger, unsigned.\"\"\"
    s.x[rd] = select(s.x[rs1] < s.x[rs2], s.x[rs2], s.x[rs1])
"""


def test_the_summary_and_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["isa", "rv32i", "-o", str(tmp_path)]) == 0
    root = tmp_path / "rv32i"
    assert capsys.readouterr().out == (
        "RISC-V RV32I: 40 instructions\n"
        "  I           40  Base integer instructions\n"
        "words       32 bits: 193,363,970 used, 4,101,603,326 free (95.50 %)\n"
        "overlaps    none (proved)\n"
        "decoder     finds each word's instruction (proved)\n"
        f"document    {root}/doc/index.html\n"
        f"smt         {root}/smt (40 files)\n"
        f"machine     {root}/machine.txt\n"
    )
    assert {"extension-i.html", "index.html"} <= {p.name for p in (root / "doc").iterdir()}
    scripts = list((root / "smt").iterdir())
    assert len(scripts) == 40
    assert all(p.suffix == ".smt2" and z3.parse_smt2_file(str(p)) is not None for p in scripts)
    assert len(read_machine((root / "machine.txt").read_text()).operations) == 40
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert main(["isa", "rv32i", "-o", str(tmp_path), "-q"]) == 0
    assert capsys.readouterr().out == ""
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_free_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["isa", "rv64i", "--free", "-o", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert (
        "free words of 32 bits, the largest parts:\n"
        "  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx0   2,147,483,648\n"
        "  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx01   1,073,741,824\n"
    ) in out
    assert out.count(" xxxx") == 16


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["isa", "rv64i", "--json", "-o", str(tmp_path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["isa"], found["instructions"]) == ("rv64i", 52)
    title = "Base integer instructions"
    assert found["extensions"] == [{"name": "I", "title": title, "instructions": 52}]
    (words,) = found["words"]
    assert (words["width"], words["words"], words["free"]) == (32, 1 << 32, 4_084_465_662)
    assert words["regions"][0] == {"pattern": "x" * 31 + "0", "words": 1 << 31}
    assert Path(found["document"]).exists() and Path(found["smt"], "add.smt2").exists()


def test_an_extension_has_every_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(CUSTOM.format(first="0000001"))
    assert main(["isa", "rv64i", "--extension", "mine.py"]) == 0
    assert "  Xmine        1  My instructions\n" in capsys.readouterr().out
    root = Path("build/rv64i")
    assert "bvult" in (root / "smt" / "max.smt2").read_text()
    page = (root / "doc" / "extension-xmine.html").read_text()
    assert "x[rd] := if x[rs1] &lt; x[rs2] then x[rs2] else x[rs1], unless rd = 0" in page
    assert "Take the larger, unsigned." in (root / "doc" / "index.html").read_text()


def test_an_overlap_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    text = CUSTOM.format(first="0000000").replace("0001011", "0110011")
    Path("mine.py").write_text(text)
    assert main(["isa", "rv64i", "--extension", "mine.py"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error[E0910]: the word 0x00000033 is both `add` and `max`\n")
    assert "--> mine.py:8:1\n" in error and "specs/isa/riscv/i.py:" in error
    assert not Path("build").exists()


def test_a_wrong_decoder_is_a_mismatch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from gen.isa import library
    from gen.isa.decode import Decoder

    isa = library.find("rv32i").extended()  # a set of its own: those found are shared
    isa.decoder = Decoder([i for i in isa.instructions if i.name != "xor"])
    monkeypatch.setattr(library, "find", lambda name, extensions: isa)
    assert main(["isa", "rv32i", "-o", str(tmp_path)]) == 3
    assert "decoder     WRONG for the 32-bit word 0x" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["isa", "z80"]) == 1
    assert "z80" in capsys.readouterr().err


def test_extensions_of_one_name_keep_their_titles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["isa", "rv64gc", "-o", str(tmp_path)]) == 0
    rows = [line.split(None, 2) for line in capsys.readouterr().out.splitlines()]
    titles = [title for name, _, title in (r for r in rows if len(r) == 3) if name == "C"]
    assert len(titles) > 1 and len(set(titles)) == len(titles)
    assert len(list((tmp_path / "rv64gc" / "doc").glob("extension-c*.html"))) == len(titles)
