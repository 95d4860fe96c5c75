"""Finding instruction sets by name, and extensions in files of the user."""

from __future__ import annotations

from pathlib import Path

import pytest

from gen.diag import IsoformError
from gen.isa import library

CUSTOM = """\
from typing import Any

from gen.isa import Extension
from gen.isa.values import Value
from specs.isa.riscv.i import i
from specs.isa.riscv.operands import OPERANDS

custom = Extension("Xsum", operands=OPERANDS)


@custom.instruction("0000001 rs2 rs1 000 rd 0001011", "sum3 {rd}, {rs1}, {rs2}")
def sum3(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    s.x[rd] = s.x[rd] + s.x[rs1] + s.x[rs2]
"""


def message(name: str, *files: Path) -> str:
    with pytest.raises(IsoformError) as caught:
        library.find(name, files)
    return str(caught.value)


def test_names_that_are_listed_exist() -> None:
    assert "rv64i" in library.names()
    assert [library.find(n).name for n in library.names()] == library.names()


def test_a_file_extends_a_set_by_what_it_makes_itself(tmp_path: Path) -> None:
    path = tmp_path / "custom.py"
    path.write_text(CUSTOM)
    found = library.find("rv64i", [path])
    plain = library.find("rv64i")
    assert found.extensions[:-1] == plain.extensions
    assert found.extensions[-1].name == "Xsum"
    assert found.decoder.find(0x02C5850B, 32) is found.instruction("sum3")


def test_relatives_are_the_extensions_of_the_same_folder() -> None:
    isa = library.find("rv32i")
    assert set(isa.extensions) <= set(library.relatives(isa))


def test_unknown_set() -> None:
    assert message("rx64i").splitlines()[0] == "error[E0940]: there is no instruction set `rx64i`"
    known = ", ".join(library.names())
    assert f"  = help: did you mean `rv64i`? instruction sets: {known}" in message("rx64i")
    assert f"  = help: instruction sets: {known}" in message("vax")


def test_file_that_is_not_there() -> None:
    assert message("rv64i", Path("/no/such.py")) == (
        "error[E0941]: cannot read `/no/such.py`: No such file or directory\n"
        "  = more: isoform explain E0941"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a = 1\nb = (2\n",
            "error[E0942]: not Python: '(' was never closed\n"
            " --> {path}:2:5\n  |\n2 | b = (2\n  |     ^^\n  = more: isoform explain E0942",
        ),
        (
            "def f():\n    return 1 / 0\n\nf()\n",
            "error[E0942]: the file fails: ZeroDivisionError: division by zero\n"
            " --> {path}:2:5\n  |\n2 |     return 1 / 0\n  |     ^^^^^^^^^^^^\n"
            "  = more: isoform explain E0942",
        ),
        (
            "import sys\nsys.exit()\n",
            "error[E0942]: the file fails: SystemExit\n"
            " --> {path}:2:1\n  |\n2 | sys.exit()\n  | ^^^^^^^^^^\n"
            "  = more: isoform explain E0942",
        ),
        (
            "from specs.isa.riscv.i import i\n",
            "error[E0943]: `{path}` makes no extension\n"
            " --> {path}:1:1\n  |\n1 | from specs.isa.riscv.i import i\n  | " + "^" * 31 + "\n"
            "  = more: isoform explain E0943",
        ),
    ],
)
def test_wrong_files(text: str, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(text)
    assert message("rv64i", path) == expected.format(path=path)


def test_wrong_pattern_points_into_the_file(tmp_path: Path) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(CUSTOM.replace("0000001 rs2", "000001 rs2"))
    assert message("rv64i", path) == (
        "error[E0901]: wrong encoding pattern: the pattern has 31 bits, not 32\n"
        f"  --> {path}:11:22\n   |\n"
        '11 | @custom.instruction("000001 rs2 rs1 000 rd 0001011", "sum3 {rd}, {rs1}, {rs2}")\n'
        "   |                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "   = more: isoform explain E0901"
    )
