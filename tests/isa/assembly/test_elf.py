"""The assembler's ELF files: as pyelftools and binutils read them, and as QEMU runs them."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from gen.isa import library
from gen.isa.assembly import assemble, elf
from gen.source import Source

PROGRAMS = Path(__file__).parent

TEXT = """
.globl _start
first: addi a0, zero, 1
_start: addi a0, zero, 2
.data
.byte 1
.bss
.align 4
zeros: .zero 100
N = -1
"""


def built(name: str, text: str = TEXT, **changes: object) -> ELFFile:
    isa = library.find(name).extended()
    for key, value in changes.items():
        setattr(isa, key, value)
    return ELFFile(io.BytesIO(elf.write(assemble(isa, Source("a.s", text), 0x8000_0000))))


@pytest.mark.parametrize(("name", "size"), [("rv32i", 32), ("rv64i", 64)])
def test_header(name: str, size: int) -> None:
    found = built(name, elf_flags=5)
    assert (found.elfclass, found.little_endian) == (size, True)
    assert found["e_type"] == "ET_EXEC"
    assert (found["e_machine"], found["e_flags"]) == ("EM_RISCV", 5)
    assert found["e_entry"] == 0x8000_0004


def test_sections_and_segments() -> None:
    found = built("rv64i")
    shown = [(s.name, s["sh_type"], s["sh_addr"], s["sh_size"]) for s in found.iter_sections()]
    assert shown[:4] == [
        ("", "SHT_NULL", 0, 0),
        (".text", "SHT_PROGBITS", 0x8000_0000, 8),
        (".data", "SHT_PROGBITS", 0x8000_1000, 1),
        (".bss", "SHT_NOBITS", 0x8000_1010, 100),
    ]
    assert found.get_section_by_name(".text").data().hex() == "1305100013052000"
    loads = [
        (s["p_vaddr"], s["p_filesz"], s["p_memsz"], s["p_flags"]) for s in found.iter_segments()
    ]
    assert loads == [(0x8000_0000, 8, 8, 5), (0x8000_1000, 1, 0x74, 6)]
    assert all(s["p_offset"] % 4096 == s["p_vaddr"] % 4096 for s in found.iter_segments())
    assert [s.data().hex() for s in found.iter_segments()] == ["1305100013052000", "01"]


def test_symbols() -> None:
    table = built("rv32i").get_section_by_name(".symtab")
    assert isinstance(table, SymbolTableSection)
    shown = {
        s.name: (s["st_value"], s["st_shndx"], s["st_info"]["bind"]) for s in table.iter_symbols()
    }
    assert shown == {
        "": (0, "SHN_UNDEF", "STB_LOCAL"),
        "first": (0x8000_0000, 1, "STB_LOCAL"),
        "zeros": (0x8000_1010, 3, "STB_LOCAL"),
        "N": (0xFFFF_FFFF, "SHN_ABS", "STB_LOCAL"),
        "_start": (0x8000_0004, 1, "STB_GLOBAL"),
    }
    assert table["sh_info"] == 4  # the first that is global


def test_the_other_byte_order() -> None:
    found = built("rv32i", "addi a0, zero, 1\n.word 0x01020304", byte_order="big", elf_machine=8)
    assert not found.little_endian
    assert found["e_machine"] == "EM_MIPS"
    assert found.get_section_by_name(".text").data().hex() == "0010051301020304"


def test_an_empty_program() -> None:
    found = built("rv64i", "")
    assert (found["e_phnum"], found["e_entry"]) == (0, 0x8000_0000)


def test_readelf_has_nothing_to_say(tmp_path: Path) -> None:
    if shutil.which("readelf") is None:
        pytest.skip("no readelf here (Debian: binutils)")
    path = tmp_path / "a.elf"
    path.write_bytes(elf.write(assemble(library.find("rv64i"), Source("a.s", TEXT))))
    done = subprocess.run(["readelf", "-a", "-W", path], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "_start" in done.stdout


@pytest.mark.parametrize(
    ("name", "tool", "source"),
    [
        ("rv32i", "qemu-riscv32", "hello.s"),
        ("rv64i", "qemu-riscv64", "hello.s"),
        ("mips32", "qemu-mips", "hello_mips.s"),
        ("mips32el", "qemu-mipsel", "hello_mips.s"),
        ("armv5", "qemu-arm", "hello_arm.s"),
    ],
)
def test_qemu_runs_it(name: str, tool: str, source: str, tmp_path: Path) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"no {tool} here (Debian: qemu-user)")
    path, text = tmp_path / "hello.elf", (PROGRAMS / source).read_text()
    path.write_bytes(elf.write(assemble(library.find(name), Source(source, text))))
    path.chmod(0o755)
    done = subprocess.run([tool, path], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("hello\n", 7)
