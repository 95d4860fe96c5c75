"""The listings in the pages on instruction sets do what the pages say."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from gen.cli.__main__ import main

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
_NAME = re.compile(r"# (\w+\.\w+)\n")


def listings(page: str, section: str = "") -> list[tuple[str, str]]:
    """Return language and text of each listing, of a section if one is named."""
    text = (ROOT / page).read_text()
    if section:
        text = re.split(r"^## ", text.split(f"## {section}\n")[1], flags=re.M)[0]
    return [(m[1], m[2]) for m in _BLOCK.finditer(text)]


def _python(text: str, number: int, space: dict[str, object]) -> None:
    """Run a listing as the file that it is, or as a file of its own."""
    named = _NAME.match(text)
    path = Path(named[1] if named else f"listing{number}.py").resolve()
    path.write_text(text)
    exec(compile(text, str(path), "exec"), space)


def _console(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Run each command behind a dollar and compare what it prints with the lines below."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, _, expected = part.partition("\n")
        program, *arguments = shlex.split(command)
        assert program == "isoform"
        code = main(arguments)
        shown = capfd.readouterr().out or f"exit code {code}\n"
        assert (command, shown) == (command, expected)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "section"), [("docs/isa.md", ""), ("README.md", "Instruction sets")]
)
def test_listings(
    page: str,
    section: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    space: dict[str, object] = {}
    found = listings(page, section)
    assert found
    for number, (language, text) in enumerate(found):
        if language == "python":
            _python(text, number, space)
            capfd.readouterr()
        elif language == "console":
            _console(text, capfd)
        else:
            named = _NAME.match(text)
            assert named, text
            Path(named[1]).write_text(text)
