"""Encodings and assembly of MIPS32 and ARMv5 beside LLVM's assembler."""

from __future__ import annotations

from pathlib import Path

import pytest

from specs.isa import armv5, mips32
from tests.isa import llvm

BRANCHES = {"j", "jal", "b", "bl"}  # a number is a distance for LLVM, not an address
CODES = {"break", "wait"}  # LLVM splits the one, and lacks the other's operand


@pytest.mark.parametrize(
    ("name", "triple"), [("mips32", "mips-linux-gnu"), ("mips32el", "mipsel-linux-gnu")]
)
def test_mips32(name: str, triple: str, tmp_path: Path) -> None:
    isa = mips32.isa(name)
    assert isa is not None
    distances = {i.name for i in isa.instructions if "branch" in i.encoding.fields}
    options = [f"--triple={triple}", "-mcpu=mips32"]
    llvm.compare(isa, options, tmp_path, 40, BRANCHES | distances | CODES)


def test_armv5(tmp_path: Path) -> None:
    isa = armv5.isa("armv5")
    assert isa is not None
    address = r"(add|sub)\w* \w+, pc, #\d+, \d+"  # LLVM takes its own rotation for an ADR
    llvm.compare(isa, ["--triple=armv5te-linux-gnueabi"], tmp_path, 120, BRANCHES, address)
