"""Programs in C, by the compilers that are here, compared with QEMU where it is."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gen.diag import IsoformError
from tests.sim.programs.tiny import Run, isa

SOURCES = Path(__file__).parent / "c"
QEMU = {"rv32": "qemu-riscv32", "rv64": "qemu-riscv64"}

Build = Callable[[Path, Path, str], None]


def run(*words: object) -> None:
    subprocess.run([str(w) for w in words], check=True, capture_output=True, timeout=400)


def abi(name: str) -> str:
    return ("lp64" if "64" in name else "ilp32") + ("d" if "d" in name[4:] else "")


def glibc(source: Path, target: Path, name: str) -> None:
    run("riscv64-linux-gnu-gcc", "-O2", "-static", source, "-o", target)


def picolibc(source: Path, target: Path, name: str) -> None:
    memory = "flash=0x80000000 flash_size=0x100000 ram=0x80100000 ram_size=0x100000".split()
    layout = [f"-Wl,--defsym=__{m}" for m in memory]
    how = ["--specs=picolibc.specs", "--oslib=semihost", "--crt0=hosted", "-mcmodel=medany"]
    which = [f"-march={name}", f"-mabi={abi(name)}"]
    run("riscv64-unknown-elf-gcc", "-O2", *how, *which, *layout, source, "-o", target)


def musl(source: Path, target: Path, name: str) -> None:
    cpu = "generic_" + name[:4] + "+" + "+".join(name[5:])
    how = ["-target", f"riscv{name[2:4]}-linux-musl", f"-mcpu={cpu}", "-static", "-O2"]
    run(sys.executable, "-m", "ziglang", "cc", *how, source, "-o", target)


COMPILERS: dict[str, tuple[bool, Build]] = {
    "glibc": (shutil.which("riscv64-linux-gnu-gcc") is not None, glibc),
    "picolibc": (shutil.which("riscv64-unknown-elf-gcc") is not None, picolibc),
    "musl": (importlib.util.find_spec("ziglang") is not None, musl),
}
CASES = [
    ("picolibc", "rv32i"),
    ("picolibc", "rv64i"),
    ("picolibc", "rv32imac"),
    ("musl", "rv64imac"),
    ("glibc", "rv64imafdc"),
]


def compiled(compiler: str, name: str, source: str, path: Path) -> Path:
    """Return the executable; skips without the compiler, or without the instruction set."""
    here, build = COMPILERS[compiler]
    if not here:
        pytest.skip(f"no compiler with {compiler} is here")
    try:
        isa(name)
    except IsoformError:
        pytest.skip(f"there is no {name} yet")
    build(SOURCES / source, path / "program", name)
    return path / "program"


@pytest.mark.slow
@pytest.mark.parametrize(("compiler", "name"), CASES)
def test_a_c_library_works(compiler: str, name: str, tmp_path: Path) -> None:
    file = compiled(compiler, name, "hello.c", tmp_path)
    hosted = compiler != "picolibc"
    words = ["42"] if hosted else []
    options = {} if hosted else {"environment": "bare"}
    r = Run(file, name, arguments=words, **options)
    stop = r.program.run(5_000_000)
    text = b"920 16248 32225 text 3.143\n1999 " + str(int(hosted)).encode() + b"\n"
    assert r.stdout.getvalue().replace(b"\r", b"") == text
    assert stop.reason == "exit"
    assert stop.code == (42 if hosted else 1)  # picolibc tells a debugger that it failed, no more
    qemu = shutil.which(QEMU[name[:4]])
    if hosted and qemu:
        native = subprocess.run([qemu, file, "42"], capture_output=True, check=False, timeout=60)
        assert (native.stdout, native.returncode) == (text, 42)


@pytest.mark.slow
@pytest.mark.parametrize(("compiler", "name"), [c for c in CASES if c[0] != "picolibc"])
def test_files_of_a_c_program(compiler: str, name: str, tmp_path: Path) -> None:
    file = compiled(compiler, name, "files.c", tmp_path)
    given = tmp_path / "given"
    given.mkdir()
    (tmp_path / "outside").write_text("x")
    r = Run(file, name, stdin=b"one\ntwo\n", files=given, env={"NAME": "value"})
    stop = r.program.run(5_000_000)
    assert r.stdout.getvalue() == b"<one>\n<two>\n12 value\n-1 out\n"
    assert (stop.reason, stop.code, r.stderr.getvalue()) == ("exit", 0, b"1\n")
    assert os.listdir(given) == []
    r = Run(file, name)
    assert r.program.run(5_000_000).code == 1
    assert r.stdout.getvalue() == b"No such file or directory\n"


@pytest.mark.slow
@pytest.mark.parametrize(("compiler", "name"), [c for c in CASES if c[0] != "picolibc"])
def test_an_abort_ends_as_a_shell_tells(compiler: str, name: str, tmp_path: Path) -> None:
    r = Run(compiled(compiler, name, "abort.c", tmp_path), name)
    stop = r.program.run(1_000_000)
    assert (r.stdout.getvalue(), stop.reason, stop.code) == (b"last\n", "exit", 134)
