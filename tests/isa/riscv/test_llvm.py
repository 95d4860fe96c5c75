"""Encodings and assembly against LLVM's disassembler, where it is installed."""

from __future__ import annotations

import random
import re
import shutil
import subprocess

import pytest

from gen.isa import Isa
from gen.isa.extension import Instruction
from specs.isa import riscv
from specs.isa.riscv.numbers import NUMBERS
from tests.isa.agree import random_word

LLVM = shutil.which("llvm-mc")
needs_llvm = pytest.mark.skipif(LLVM is None, reason="llvm-mc is not installed")

# Zicond is newer than the version of LLVM that Debian has
SET = "imac_b_zicsr_zifencei_ss"
FEATURES = "+m,+a,+c,+zba,+zbb,+zbs"
_OUTPUT = re.compile(r"\s*(.*?)\s*# encoding: \[(.*)\]")


def found(name: str) -> Isa:
    isa = riscv.isa(name)
    assert isa is not None
    return isa


def llvm(words: list[tuple[int, int]], xlen: int) -> dict[int, str]:
    """Return LLVM's text for words (value and bytes); those it does not know are left out."""
    text = "\n".join(
        " ".join(f"0x{b:02x}" for b in w.to_bytes(size, "little")) for w, size in words
    )
    command = [str(LLVM), "-disassemble", f"-triple=riscv{xlen}", f"-mattr={FEATURES}"]
    ran = subprocess.run(
        [*command, "-M", "no-aliases", "--show-encoding"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    texts = {}
    for line in ran.stdout.splitlines():
        m = _OUTPUT.match(line)
        if m:
            code = bytes(int(b, 16) for b in m[2].split(","))
            texts[int.from_bytes(code, "little")] = m[1]
    return texts


def plain(i: Instruction, word: int) -> str:
    """Return our text, at address 0."""
    values = i.fields(word)

    def shown(kind: str, text: str) -> str:
        if kind == "text":
            return text
        field = i.encoding.fields[text]
        operand = i.operands[text]
        raw = values[text]
        if text == "aqrl":
            return ("", ".rl", ".aq", ".aqrl")[raw]
        return operand.print(raw, field.width, 0)

    head = "".join(shown(*p) for p in i.syntax.head)
    return f"{head} {''.join(shown(*p) for p in i.syntax.parts)}".strip()


def normal(text: str) -> tuple[str, ...]:
    """Return the parts of assembly, numbers in one form."""
    parts = re.findall(r"-?\w[\w.]*|[()]", text)
    numbers = (re.fullmatch(r"-?(0x[0-9a-f]+|\d+)", p) for p in parts)
    return tuple(str(int(p, 0)) if n else p for p, n in zip(parts, numbers, strict=True))


def different(i: Instruction, ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Return whether two texts differ, beyond what each is free to write."""
    if theirs[0] in ("c.slli64", "c.srli64", "c.srai64"):  # its names for hints
        return (theirs[0][:-2], *theirs[1:], "0") != ours
    if i.name == "c.lui" and theirs[-1].startswith("-"):
        theirs = (*theirs[:-1], str(int(theirs[-1]) + (1 << 20)))
    if i.extension == "Zicsr":  # names that only one of the two knows
        if ours[2].isdigit():
            theirs = (*theirs[:2], ours[2], *theirs[3:])
        elif theirs[2].isdigit():
            ours = (*ours[:2], str(NUMBERS[ours[2]]), *ours[3:])
    return ours != theirs


def lax(text: str) -> bool:
    """Return whether LLVM 14 takes a word that the manual reserves or leaves to custom use."""
    parts = normal(text)
    wide_shift = parts[0] in ("c.slli", "c.srli", "c.srai") and int(parts[-1]) >= 32
    return wide_shift or parts[0] == "c.unimp" or (parts[0], parts[-1]) == ("c.lui", "0")


# Encodings that have no operands for some of their bits, or that LLVM 14 does not take
NOT_WRITTEN = {"fence", "fence.i", "c.nop.hint"}


@needs_llvm
@pytest.mark.parametrize("xlen", [32, 64])
def test_assembly_is_that_of_llvm(xlen: int) -> None:
    isa, draw = found(f"rv{xlen}{SET}"), random.Random(5)
    samples = [
        (i, random_word(i, draw))
        for i in isa.instructions
        if i.name not in NOT_WRITTEN
        for _ in range(25)
    ]
    texts = llvm([(w, i.encoding.width // 8) for i, w in samples], xlen)
    wrong = [
        (hex(w), plain(i, w), texts.get(w))
        for i, w in samples
        if w not in texts or different(i, normal(plain(i, w)), normal(texts[w]))
    ]
    assert not wrong, wrong[:20]


@needs_llvm
@pytest.mark.parametrize("xlen", [32, 64])
def test_words_that_are_no_instruction(xlen: int) -> None:
    isa = found(f"rv{xlen}{SET}")
    words = [w for w in range(1 << 16) if w & 3 != 3]
    texts = llvm([(w, 2) for w in words], xlen)
    more = [hex(w) for w in words if isa.decoder.find(w, 16) is not None and w not in texts]
    less = [
        (hex(w), texts[w])
        for w in words
        if isa.decoder.find(w, 16) is None and w in texts and not lax(texts[w])
    ]
    assert (more, less) == ([], [])
