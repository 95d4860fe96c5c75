"""Pseudo-instructions assembled, against LLVM's assembler, where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from gen.isa import Isa
from gen.isa.assembly import assemble
from gen.source import Source
from specs.isa import riscv

LLVM = shutil.which("llvm-mc")
needs_llvm = pytest.mark.skipif(LLVM is None, reason="llvm-mc is not installed")
FEATURES = "+m,+a,+c,+zba,+zbb,+zbs"

# LLVM leaves these to the linker, or shortens what we do not
OWN = {"la", "lla", "call", "tail", "li", "jal"}
OPERANDS = {
    "rd": "a0",
    "rs1": "s2",
    "rs2": "t3",
    "imm": "-12",
    "csr": "mscratch",
    "zimm": "9",
    "shamt": "7",
    "target": ".+16",
}


def found(name: str) -> Isa:
    isa = riscv.isa(name)
    assert isa is not None
    return isa


def ours(isa: Isa, line: str) -> bytes:
    program = assemble(isa, Source("line", f"{line}\n"), base=0)
    return b"".join(bytes(s.data) for s in program.sections)


def theirs(xlen: int, line: str) -> bytes:
    command = [str(LLVM), f"-triple=riscv{xlen}", f"-mattr={FEATURES}", "--show-encoding"]
    text = f".option norvc\n{line}\n"
    ran = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    codes = re.findall(r"encoding: \[(.*?)\]", ran.stdout)
    return bytes(int(b, 16) for code in codes for b in code.split(","))


@needs_llvm
@pytest.mark.parametrize("xlen", [32, 64])
def test_pseudo_instructions(xlen: int) -> None:
    isa = found(f"rv{xlen}imac_b_ss")
    for a in isa.aliases:
        name, _, rest = a.syntax.text.partition(" ")
        if name in OWN or name.startswith("c."):
            continue
        line = f"{name} " + re.sub(r"\{(\w+)\}", lambda m: OPERANDS[m[1]], rest)
        want = theirs(xlen, line.replace(".+16", "16"))
        assert ours(isa, line) == want, line


@needs_llvm
@pytest.mark.parametrize("xlen", [32, 64])
def test_constants(xlen: int) -> None:
    isa = found(f"rv{xlen}i")
    for value in (0, 1, -1, 2047, 2048, -2048, -2049, 4096, 0x12345678, 0x7FFFF800, -(1 << 31)):
        line = f"li a0, {value}"
        assert ours(isa, line) == theirs(xlen, line), line
