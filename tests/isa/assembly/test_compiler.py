"""What GCC writes, assembled here, runs in QEMU."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from gen.isa import library
from gen.isa.assembly import assemble, elf
from gen.isa.assembly.forms import forms_of
from gen.source import Source

PROGRAM = Path(__file__).with_name("program.c")
GCC = "riscv64-unknown-elf-gcc"


@pytest.mark.slow
@pytest.mark.parametrize("level", ["-O0", "-O2"])
@pytest.mark.parametrize(("name", "abi"), [("rv32im", "ilp32"), ("rv64im", "lp64")])
def test_a_compiled_program_runs(name: str, abi: str, level: str, tmp_path: Path) -> None:
    emulator = f"qemu-{name[:4].replace('rv', 'riscv')}"
    for tool in (GCC, emulator):
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool} here (Debian: gcc-riscv64-unknown-elf, qemu-user)")
    isa = library.find(name)
    if "li" not in forms_of(isa).by_mnemonic:
        pytest.skip(f"{name} has no pseudo-instructions")
    text, path = tmp_path / "program.s", tmp_path / "program.elf"
    options = [f"-march={name}", f"-mabi={abi}", level, "-ffreestanding", "-mcmodel=medlow"]
    subprocess.run([GCC, *options, "-S", "-o", text, PROGRAM], check=True)
    path.write_bytes(elf.write(assemble(isa, Source("program.s", text.read_text()))))
    path.chmod(0o755)
    done = subprocess.run([emulator, path], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("0 1 4 9 16 25 36 49 sorted\n", 42)
