"""LLVM's assembler, where it is installed, as a second opinion on encodings and on assembly."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Collection
from pathlib import Path

import pytest

from gen.isa import Isa
from gen.isa.extension import Instruction
from tests.isa.agree import random_word

__all__ = ["compare", "text"]

_ERROR = re.compile(r"^[^:\n]*:(\d+):\d+: error: (.*)$", re.MULTILINE)


def text(i: Instruction, code: int, pc: int = 0) -> str:
    """Return assembly for a word, as the instruction's own pattern writes it."""

    def part(kind: str, x: str) -> str:
        f = i.encoding.fields.get(x)
        if kind == "text" or f is None:
            return x
        return i.operands[x].print(f.extract(code), f.width, pc)

    head = "".join(part(*p) for p in i.syntax.head)
    return " ".join((head, "".join(part(*p) for p in i.syntax.parts))).strip()


def compare(
    isa: Isa,
    options: list[str],
    folder: Path,
    count: int,
    without: Collection[str],
    strange: str = r"\Z",
) -> None:
    """Assemble `count` words of each instruction with LLVM; the words must come out again.

    Lines that LLVM refuses (it does for what is unpredictable) are left out, but some of each
    instruction must remain.

    Parameters
    ----------
    without : names of instructions that are not compared
    strange : what LLVM's assembler reads otherwise: a pattern of lines that are left out
    """
    if not shutil.which("llvm-mc"):
        pytest.skip("llvm-mc is not installed: encodings are not compared with LLVM's")
    draw = random.Random(1)
    sample = [i for i in isa.instructions if i.name not in without for _ in range(count)]
    lines = [(i, code := random_word(i, draw), text(i, code)) for i in sample]
    lines = [x for x in lines if not re.match(strange, x[2])]
    while refused := _refused([t for _, _, t in lines], options, folder):
        lines = [x for k, x in enumerate(lines) if k not in refused]
    left = Counter(i.name for i, _, _ in lines)
    assert min(left[i.name] for i in sample) > count // 4
    for (i, code, line), got in zip(lines, _words(isa, folder), strict=True):
        assert got == code, f"{i.name} {code:#010x} is written `{line}`, for LLVM {got:#010x}"


def _refused(lines: list[str], options: list[str], folder: Path) -> set[int]:
    """Assemble; return the numbers of the lines that are refused."""
    source = folder / "a.s"
    source.write_text(".set noreorder\n.set noat\n" * ("mips" in options[0]) + "\n".join(lines))
    first = 3 if "mips" in options[0] else 1
    command = ["llvm-mc", *options, "-filetype=obj", "-o", str(folder / "a.o"), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return {int(m[1]) - first for m in _ERROR.finditer(done.stderr)}


def _words(isa: Isa, folder: Path) -> list[int]:
    """Return the words of the object's text."""
    raw = folder / "a.bin"
    subprocess.run(
        ["llvm-objcopy", "-O", "binary", "-j", ".text", str(folder / "a.o"), str(raw)], check=True
    )
    content, size = raw.read_bytes(), isa.unit
    order = "little" if isa.byte_order == "little" else "big"
    return [int.from_bytes(content[k : k + size], order) for k in range(0, len(content), size)]
