"""What GCC writes, assembled here, runs in QEMU."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gen.isa import library
from gen.isa.assembly import assemble, elf
from gen.source import Source

SETS = [("rv32im", "ilp32"), ("rv64im", "lp64")]
PROGRAM = Path(__file__).with_name("program.c")
GCC = "riscv64-unknown-elf-gcc"
OBJDUMP = "riscv64-unknown-elf-objdump"
OBJCOPY = "riscv64-unknown-elf-objcopy"
OPTIONS = ("-ffreestanding", "-nostdlib", "-mcmodel=medlow")


def need(*tools: str) -> None:
    for tool in tools:
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool} here (Debian: gcc-riscv64-unknown-elf, qemu-user)")


@pytest.mark.slow
@pytest.mark.parametrize("level", ["-O0", "-O2"])
@pytest.mark.parametrize(("name", "abi"), SETS)
def test_a_compiled_program_runs(name: str, abi: str, level: str, tmp_path: Path) -> None:
    emulator = f"qemu-{name[:4].replace('rv', 'riscv')}"
    need(GCC, emulator)
    isa = library.find(name)
    text, path = tmp_path / "program.s", tmp_path / "program.elf"
    options = [f"-march={name}", f"-mabi={abi}", level, *OPTIONS]
    subprocess.run([GCC, *options, "-S", "-o", text, PROGRAM], check=True)
    path.write_bytes(elf.write(assemble(isa, Source("program.s", text.read_text()))))
    path.chmod(0o755)
    done = subprocess.run([emulator, path], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("0 1 4 9 16 25 36 49 sorted\n", 42)


@pytest.mark.parametrize("style", ["no-aliases", "numeric"])
@pytest.mark.parametrize(("name", "abi"), SETS)
def test_what_objdump_shows_of_a_program_is_the_program(
    name: str, abi: str, style: str, tmp_path: Path
) -> None:
    need(GCC, OBJDUMP)
    path, raw = tmp_path / "program.elf", tmp_path / "program.bin"
    options = [f"-march={name}", f"-mabi={abi}", "-O1", *OPTIONS]
    subprocess.run([GCC, *options, "-o", path, PROGRAM], check=True)
    subprocess.run([OBJCOPY, "-O", "binary", "-j", ".text", path, raw], check=True)
    command = [OBJDUMP, "-d", "-j", ".text", "-M", style, path]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = re.findall(r"^\s*([0-9a-f]+):\t[0-9a-f]+\s+\t(.*)$", shown, re.M)
    lines = [re.sub(r"\b([0-9a-f]+) <.*?>", r"0x\1", row.partition(" # ")[0]) for _, row in rows]
    found = assemble(library.find(name), Source("a.s", "\n".join(lines)), int(rows[0][0], 16))
    assert bytes(found.sections[0].data) == raw.read_bytes()
