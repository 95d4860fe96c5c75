"""What the disassembler prints, the assembler makes again; and binutils agree."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gen.isa import Isa, library
from gen.isa.assembly import assemble, disassemble, length_of
from gen.isa.extension import Instruction
from gen.isa.operands import Choice, Target
from gen.source import Source
from tests.isa.assembly.helpers import machine
from tests.isa.assembly.samples import samples

BASE = 0x4000_0000
NAMES = library.names()
RISCV = [n for n in NAMES if n.startswith("rv")]
PREFIX = "riscv64-unknown-elf-"


def texts(isa: Isa, words: list[int]) -> list[str]:
    """Return the assembly of words that stand one behind the other from `BASE` on."""
    made, pc = [], BASE
    for word in words:
        made.append(disassemble(isa, word, pc))
        pc += length_of(isa, word)
    return made


def code(isa: Isa, words: list[int]) -> bytes:
    order = "little" if isa.byte_order == "little" else "big"
    return b"".join(w.to_bytes(length_of(isa, w), order) for w in words)


def check(isa: Isa, words: list[int]) -> list[str]:
    """Compare words with what their assembly makes; return the assembly."""
    lines = texts(isa, words)
    found = bytes(assemble(isa, Source("a.s", "\n".join(lines)), BASE).sections[0].data)
    assert found == code(isa, words)
    return lines


@pytest.mark.parametrize("name", NAMES)
def test_every_instruction(name: str) -> None:
    isa = library.find(name)
    for made in isa.instructions:
        lines = check(isa, samples(isa, made))
        assert any(not line.startswith(".") for line in lines), made.name


def test_instructions_with_a_choice_in_the_mnemonic() -> None:
    isa = machine()
    for name in ("sum", "odd", "swap", "cut"):
        made = isa.instruction(name)
        assert not any(line.startswith(".") for line in check(isa, samples(isa, made)))


def _depth(name: str) -> list[pytest.MarkDecorator]:
    """`rv64gc` has all that `rv64imac` has."""
    return [pytest.mark.deep] if name == "rv64imac" else []


@pytest.mark.slow
@pytest.mark.parametrize("name", [pytest.param(n, marks=_depth(n)) for n in NAMES])
def test_every_word_of_16_bits(name: str) -> None:
    isa = library.find(name)
    if isa.unit != 2:
        pytest.skip(f"{name} has no words of 16 bits")
    lines = check(isa, [w for w in range(1 << 16) if length_of(isa, w) == 2])
    decoded = sum(not line.startswith(".") for line in lines)
    found = [isa.decoder.find(w, 16) for w in range(1 << 16) if length_of(isa, w) == 2]
    assert decoded == sum(f is not None for f in found)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        (0x00C58533, "add a0, a1, a2"),
        (0x00000013, "nop"),
        (0x00058513, "mv a0, a1"),
        (0x00000513, "mv a0, zero"),
        (0x00158513, "addi a0, a1, 1"),
        (0x00050463, "beqz a0, 0x1008"),
        (0xFE051EE3, "bne a0, zero, 0xffc"),
        (0x0080006F, "j 0x1008"),
        (0x00A50533, "twice a0"),
        (0x00A50633, "add a2, a0, a0"),
        (0x0CB5850B, "double.w a0, a1"),
        (0x0805B50B, "cut.b a0, a1"),
        (0x1205B50B, "halves.x a0, a1"),
        (0x1005B50B, "halves a0, a1"),
        (0x08C5850B, "sum.h a0, a1, a2"),
        (0xFFF54537, "lui a0, 0xfff54"),
        (0x0310000F, "fence rw, w"),
        (0x0010150B, "odd a0, zero, 1"),
        (0x0000150B, ".word 0x0000150b"),
        (0xFFFFFFFF, ".word 0xffffffff"),
        (0x1_00000013, ".dword 0x0000000100000013"),
    ],
)
def test_disassembly(word: int, text: str) -> None:
    assert disassemble(machine(), word, 0x1000) == text


def test_bits_without_a_text_are_not_lost() -> None:
    """The manual's `fence` has fields that its assembly does not say."""
    assert disassemble(machine(), 0x0310008F, 0) == ".word 0x0310008f"


@pytest.mark.parametrize("word", [-1, 1 << 64])
def test_no_word(word: int) -> None:
    with pytest.raises(ValueError, match=r"is no word of at most eight bytes$"):
        disassemble(machine(), word)


# Binutils


def tool(name: str) -> str:
    found = shutil.which(PREFIX + name)
    if found is None:
        pytest.skip(f"no {PREFIX}{name} here (Debian: binutils-riscv64-unknown-elf)")
    return found


def run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def binary(text: str, name: str, folder: Path) -> bytes:
    """Return what the GNU assembler makes of a text."""
    source, made, raw = folder / "a.s", folder / "a.o", folder / "a.bin"
    source.write_text(f".option norvc\n.option norelax\n{text}\n")
    abi = "lp64" if "64" in name else "ilp32"
    run(tool("as"), f"-march={name}", f"-mabi={abi}", "-o", made, source)
    run(tool("objcopy"), "-O", "binary", "-j", ".text", made, raw)
    return raw.read_bytes()


def words_of(isa: Isa, wanted: Callable[[Instruction], bool]) -> list[int]:
    found = [(i, w) for i in isa.instructions if wanted(i) for w in samples(isa, i, 8)]
    return [w for i, w in found if all(named(i, n, v) for n, v in i.fields(w).items())]


def named(made: Instruction, field: str, value: int) -> bool:
    """Return whether a choice has a word: binutils cannot write the others (`fence 0, 0`)."""
    kind = made.operands[field]
    return not isinstance(kind, Choice) or bool(kind.names[value])


def far(made: Instruction) -> bool:
    return any(isinstance(k, Target) for k in made.operands.values())


@pytest.mark.parametrize("name", ["rv32i", "rv64i"])
def test_the_gnu_assembler_makes_the_same_words(name: str, tmp_path: Path) -> None:
    isa = library.find(name)
    words = words_of(isa, lambda i: not far(i))
    assert binary("\n".join(texts(isa, words)), name, tmp_path) == code(isa, words)


@pytest.mark.parametrize("name", ["rv32i", "rv64i"])
def test_what_objdump_prints_makes_the_same_words(name: str, tmp_path: Path) -> None:
    isa = library.find(name)
    words = words_of(isa, lambda i: True)
    raw = tmp_path / "a.bin"
    raw.write_bytes(code(isa, words))
    options = ["-D", "-b", "binary", "-M", "no-aliases", f"--adjust-vma={BASE:#x}"]
    shown = run(tool("objdump"), *options, "-m", f"riscv:{name[:4]}", raw)
    lines = re.findall(r"^\s*[0-9a-f]+:\t[0-9a-f]+\s+\t(.*)$", shown, re.M)
    assert len(lines) == len(words)
    text = "\n".join(re.sub(r"<.*>|#.*", "", line) for line in lines)
    found = assemble(isa, Source("objdump.s", text), BASE).sections[0].data
    assert bytes(found) == code(isa, words)


def test_expressions_as_the_gnu_assembler_computes_them(tmp_path: Path) -> None:
    terms = ["1", "7", "0x0f", "12", "'\\n'", "~5", "-3", "(2 + 1)"]
    operators = ["+", "-", "*", "/", "%", "<<", ">>", "&", "|", "^"]
    made = [
        f"{a} {x} {b} {y} {c}"
        for i, x in enumerate(operators)
        for j, y in enumerate(operators)
        for a, b, c in [(terms[(i + j) % 8], terms[(i * 3 + j) % 7 % 5], terms[(j + 2) % 4])]
    ]
    text = "\n".join(f".word ({t}) & 0x7fffffff" for t in made)
    assert binary(text, "rv64i", tmp_path) == bytes(
        assemble(machine(), Source("a.s", text)).sections[0].data
    )
