"""Floating-point instructions against QEMU and binutils, where they are installed."""

from __future__ import annotations

import random
import re
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from gen.isa import Isa
from gen.isa.extension import Instruction
from gen.isa.operands import Register
from gen.isa.values import word
from tests.isa.agree import random_word
from tests.isa.riscv.floating import Cpu, floating, isa
from tests.references import ieee754

GCC, QEMU = shutil.which("riscv64-linux-gnu-gcc"), shutil.which("qemu-riscv64")
OBJDUMP = next(
    (p for n in ("linux-gnu", "unknown-elf") if (p := shutil.which(f"riscv64-{n}-objdump"))), None
)
EXACT = ("fcvt.d.w", "fcvt.d.wu", "fcvt.d.s")  # nothing is rounded
ONES = 0xFFFFFFFF00000000

# Operands are in f1, f2, f3 and x5 (a copy of f1's bits); results are in f4 and x6
PROGRAM = """
#include <stdint.h>
#include <stdio.h>
#define CASE(number, code) case number: __asm__ volatile ( \\
    "fld f1, 0(%[in])\\n fld f2, 8(%[in])\\n fld f3, 16(%[in])\\n ld x5, 0(%[in])\\n" \\
    "fmv.d.x f4, zero\\n li x6, 0\\n csrw frm, %[mode]\\n csrw fflags, zero\\n" \\
    ".4byte " #code "\\n" \\
    "fsd f4, 0(%[out])\\n sd x6, 8(%[out])\\n csrr x6, fflags\\n sd x6, 16(%[out])\\n" \\
    :: [in] "r"(in), [out] "r"(out), [mode] "r"(in[4]) \\
    : "x5", "x6", "f1", "f2", "f3", "f4", "memory"); break;
int main(void) {
    uint64_t in[5], out[3];
    while (fread(in, sizeof in, 1, stdin)) {
        switch (in[3]) {
CASES
        }
        fwrite(out, sizeof out, 1, stdout);
    }
    return 0;
}
"""


def codes(chosen: Isa) -> list[tuple[Instruction, int]]:
    """Return each instruction with its words: one for each rounding mode."""
    found = []
    for i in floating(chosen).instructions:
        if {"imm", "offset"} & set(i.encoding.fields):  # loads and stores
            continue
        fields = {"rs2": 2, "rs3": 3, "rs1": 1, "rd": 4}
        for name, numbers in (("rs1", (5, 1)), ("rd", (6, 4))):
            kind = i.operands[name]
            assert isinstance(kind, Register)
            fields[name] = numbers[0] if kind.file == "x" else numbers[1]
        for rm in (0, 1, 2, 3, 4, 7) if "rm" in i.encoding.fields else (0,):
            given = {n: (fields | {"rm": rm})[n] for n in i.encoding.fields}
            found.append((i, i.encoding.assemble(given)))
    return found


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("qemu")
    cases = [f"CASE({k}, {c:#x})" for k, (_, c) in enumerate(codes(isa("rv64ifd")))]
    (folder / "run.c").write_text(PROGRAM.replace("CASES", "\n".join(cases)))
    command = [str(GCC), "-static", "-O1", "run.c", "-o", "run"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / "run"


def drawn(rng: random.Random, name: str) -> int:
    """Return the bits of a register: a number of the instruction's precision, mostly boxed."""
    if ".s" in name and not name.startswith("fcvt.d"):
        return ieee754.operand(rng, 32) | (ONES if rng.random() < 0.9 else rng.getrandbits(64))
    if name == "fcvt.d.s":
        return ieee754.operand(rng, 32) | ONES
    return ieee754.operand(rng, 64)


def performed(cpu: Cpu, code: int, given: list[int], mode: int) -> tuple[int, ...]:
    """Return f4, x6 and fflags after an instruction."""
    hart = cpu.hart
    for k in range(3):
        cpu.put(k + 1, given[k])
    cpu.put(4, 0)
    cpu.x(5, given[0])
    cpu.x(6, 0)
    hart.frm, hart.fflags = word(64)(mode), word(64)(0)
    cpu.perform(code, 4)
    return int(hart.f[4]), int(hart.x[6]), int(hart.fflags)


@pytest.mark.skipif(not (GCC and QEMU), reason="needs riscv64-linux-gnu-gcc and qemu-riscv64")
@pytest.mark.parametrize("count", [150, pytest.param(10_000, marks=pytest.mark.deep)])
def test_results_are_those_of_qemu(program: Path, count: int) -> None:
    """`count` sets of operands for each instruction, shared by its rounding modes."""
    rng, known = random.Random(count), codes(isa("rv64ifd"))
    names = [i.name for i, _ in known]
    asked = []
    for k, (i, _) in enumerate(known):
        for _ in range(-(-count // names.count(i.name))):
            given = [drawn(rng, i.name) for _ in range(3)]
            asked.append((*given, k, rng.randrange(5)))
    text = b"".join(struct.pack("<5Q", *x) for x in asked)
    answer = subprocess.run([str(QEMU), program], input=text, capture_output=True, check=True)
    cpu = Cpu(isa("rv64ifd"))
    answers = struct.iter_unpack("<3Q", answer.stdout)
    for (*given, k, mode), expected in zip(asked, answers, strict=True):
        i, code = known[k]
        found = performed(cpu, code, given, mode)
        assert found == expected, (i.name, hex(code), mode, [hex(x) for x in given])


# Encodings and assembly


def written(i: Instruction, code: int) -> str:
    """Return the assembly of a word, without the mode that is left out."""
    text = ""
    for kind, part in (*i.syntax.head, ("text", " "), *i.syntax.parts):
        if kind == "operand":
            f = i.encoding.fields[part]
            part = i.operands[part].print(f.extract(code), f.width, 0)
        text += part
    return re.sub(", rne$" if i.name in EXACT else ", dyn$", "", text)


@pytest.mark.skipif(not OBJDUMP, reason="needs riscv64-linux-gnu-objdump")
@pytest.mark.parametrize("name", ["rv32ifdc", "rv64ifdc"])
def test_assembly_is_what_objdump_prints(name: str, tmp_path: Path) -> None:
    rng, want, data = random.Random(name), [], b""
    for i in floating(isa(name)).instructions:
        for _ in range(20):
            code = random_word(i, rng)
            if i.name in EXACT:  # binutils does not know them with other modes
                code &= ~i.encoding.fields["rm"].place
            want.append(written(i, code).replace(" ", ""))
            data += code.to_bytes(i.encoding.width // 8, "little")
    (tmp_path / "words").write_bytes(data)
    options = ["-D", "-b", "binary", "-m", f"riscv:{name[:4]}", "-M", "no-aliases"]
    shown = subprocess.run(
        [str(OBJDUMP), *options, "words"], cwd=tmp_path, capture_output=True, check=True, text=True
    )
    lines = re.findall(r"^ +[0-9a-f]+:\t[0-9a-f]+ +\t(.*)$", shown.stdout, re.MULTILINE)
    got = [re.sub(r"\s|#.*", "", x) for x in lines]
    assert got == want
