"""`isoform asm` and `isoform dis` as a person types them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from gen.cli.__main__ import main
from tests.isa.test_library import CUSTOM

SOURCE = """\
.globl _start
_start:
  addi a0, zero, 1
again:
  bne a0, zero, again
.data
x: .word 5
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a.s").write_text(SOURCE)
    (tmp_path / "custom.py").write_text(CUSTOM)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_and_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("asm a.s --isa rv64i --base 0x1000".split()) == 0
    assert capsys.readouterr().out == "a.elf: 12 bytes, entry 0x1000\n"
    assert os.access("a.elf", os.X_OK)
    assert main("dis a.elf --isa rv64i".split()) == 0
    assert capsys.readouterr().out == (
        "section .text\n"
        "_start:\n"
        "      1000:  00100513    addi a0, zero, 1\n"
        "again:\n"
        "      1004:  00051063    bnez a0, 0x1004  # again\n"
    )


def test_listing_and_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("asm a.s --isa rv32i -o b/a.elf --listing".split()) == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "_start:",
        "  00010000  13 05 10 00                    3  addi a0, zero, 1",
    ]
    assert main("asm a.s --isa rv32i --json".split()) == 0
    assert json.loads(capsys.readouterr().out) == {
        "path": "a.elf",
        "isa": "rv32i",
        "entry": 0x10000,
        "sections": [
            {"name": ".text", "address": 0x10000, "size": 8, "flags": "ax"},
            {"name": ".data", "address": 0x11000, "size": 4, "flags": "aw"},
        ],
        "symbols": {"_start": 0x10000, "again": 0x10004, "x": 0x11000},
    }


def test_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("dis --word 0x00a58593 0xfe051ee3 7 --isa rv64i --base 0x1000".split()) == 0
    assert capsys.readouterr().out == (
        "      1000:  00a58593    addi a1, a1, 10\n"
        "      1004:  fe051ee3    bnez a0, 0x1000\n"
        "      1008:  00000007    .word 0x00000007\n"
    )
    assert main("dis --word 0x00a58593 --isa rv64i --json".split()) == 0
    assert json.loads(capsys.readouterr().out) == {
        "address": 0,
        "word": 0x00A58593,
        "bytes": 4,
        "text": "addi a1, a1, 10",
        "symbol": "",
    }


def test_an_instruction_of_the_user(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("sum.s").write_text("sum3 a0, a1, a2\n")
    assert main("asm sum.s --isa rv64i --extension custom.py -q".split()) == 0
    assert main("dis sum.elf --isa rv64i --extension custom.py".split()) == 0
    assert capsys.readouterr().out.endswith("10000:  02c5850b    sum3 a0, a1, a2\n")
    assert main("dis sum.elf --isa rv64i".split()) == 0
    assert capsys.readouterr().out.endswith("10000:  02c5850b    .word 0x02c5850b\n")
    assert main("asm sum.s --isa rv64i".split()) == 1
    assert capsys.readouterr().err.splitlines()[:2] == [
        "error[E0920]: unknown instruction `sum3`",
        " --> sum.s:1:1",
    ]


def test_code_that_ends_in_the_middle(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("b.s").write_text("ecall\n.half 0x1234\n")
    assert main("asm b.s --isa rv64i -q".split()) == 0
    assert main("dis b.elf --isa rv64i".split()) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "     10004:  34          .byte 0x34",
        "     10005:  12          .byte 0x12",
    ]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("asm b.s --isa rv64i", "error[E0703]: cannot read `b.s`: No such file or directory"),
        ("asm a.s --isa vax", "error[E0940]: there is no instruction set `vax`"),
        (
            "asm a.s --isa rv64i -o a.s/x",
            "error[E0703]: cannot write `a.s/x`: File exists",
        ),
        ("dis b.elf --isa rv64i", "error[E0703]: cannot read `b.elf`: No such file or directory"),
        (
            "dis a.s --isa rv64i",
            "error[E0932]: cannot read `a.s` as an ELF file: Magic number does not match",
        ),
        (
            "dis other.elf --isa rv64i",
            "error[E0932]: `other.elf` is for machine 62 (EM_X86_64), `rv64i` is 243",
        ),
    ],
)
def test_wrong_files(
    arguments: str, text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("asm a.s --isa rv64i -o other.elf -q".split()) == 0
    data = bytearray(Path("other.elf").read_bytes())
    data[18] = 62
    Path("other.elf").write_bytes(data)
    assert main(arguments.split()) == 1
    assert capsys.readouterr().err.splitlines()[0] == text


def test_damaged_elf_files_are_errors(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("asm a.s --isa rv64i -q".split()) == 0
    whole = Path("a.elf").read_bytes()
    for at in range(0, len(whole) if len(whole) < 200 else 200, 3):
        Path("b.elf").write_bytes(whole[:at])
        assert main("dis b.elf --isa rv64i".split()) == 1
        Path("b.elf").write_bytes(whole[:at] + b"\xff" * 5 + whole[at + 5 :])
        assert main("dis b.elf --isa rv64i".split()) in (0, 1)
    table = len(whole) - 7 * 64
    for at in range(table, len(whole), 3):
        Path("b.elf").write_bytes(whole[:at] + b"\xff" * 3 + whole[at + 3 :])
        assert main("dis b.elf --isa rv64i".split()) in (0, 1)


@pytest.mark.parametrize("arguments", ["dis --isa rv64i", "dis --word x --isa rv64i", "asm a.s"])
def test_usage(arguments: str, folder: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments.split())
    assert caught.value.code == 2
