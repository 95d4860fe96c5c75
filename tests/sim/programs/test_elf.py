"""Executables that are wrong: the whole text of each message."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from gen.diag import IsoformError
from gen.isa import Isa
from sim.programs.elf import read
from tests.sim.programs.tiny import BASE, EXIT, E, R, W, elf, isa

CODE = (BASE, EXIT, len(EXIT), R | E)
GOOD = elf([CODE])
WIDE = 1 << 64

WRONG = {
    "text": (b"#!/bin/sh\n", "E0950: `FILE` is no ELF file"),
    "empty": (b"", "E0950: `FILE` is no ELF file"),
    "magic": (GOOD[:4], "E0951: `FILE` is damaged: *"),
    "cut header": (GOOD[:40], "E0951: `FILE` is damaged: *"),
    "cut segment": (
        GOOD[:-1],
        "E0951: `FILE` is damaged: the segment at 0x10000 goes on behind the end of the file",
    ),
    "machine": (
        elf([CODE], machine=62),
        "E0952: `FILE` is for machine 62 (X86_64), not for `rv64i`",
    ),
    "unknown machine": (
        elf([CODE], machine=60000),
        "E0952: `FILE` is for machine 60000 (60000), not for `rv64i`",
    ),
    "width": (elf([CODE], bits=32), "E0952: `FILE` is a 32-bit program, not one for `rv64i`"),
    "order": (elf([CODE], order=">"), "E0952: `FILE` is big-endian, not as `rv64i` is"),
    "object": (elf([CODE], kind=1), "E0953: `FILE` is no executable: its type is ET_REL"),
    "dynamic": (
        elf([CODE, (0, b"ld.so\0", 6, R)], types=(1, 3)),
        "E0953: `FILE` needs a dynamic linker",
    ),
    "nothing": (elf([]), "E0954: `FILE` has no segment to load"),
    "more stored": (
        elf([(BASE, EXIT, 4, R | E)]),
        f"E0954: `FILE`: the segment at 0x10000 has {len(EXIT)} bytes in the file, and 4 in memory",
    ),
    "behind the end": (
        elf([CODE, (WIDE - 4, b"", 8, R)]),
        "E0954: `FILE`: the segment at 0xfffffffffffffffc ends behind the address space",
    ),
    "overlap": (
        elf([CODE, (BASE + 8, b"", 8, R | W)]),
        "E0954: `FILE`: the segments at 0x10000 and 0x10008 overlap",
    ),
    "absurd": (
        elf([CODE, (BASE << 8, b"", 1 << 40, R | W)]),
        f"E0954: `FILE`: its segments ask for {(1 << 40) + len(EXIT)} bytes, more than 1073741824",
    ),
    "entry": (
        elf([CODE], entry=BASE + len(EXIT)),
        f"E0954: `FILE`: no segment to execute has the entry {BASE + len(EXIT):#x}",
    ),
    "entry in data": (
        elf([CODE, (0x20000, b"", 8, R | W)], entry=0x20000),
        "E0954: `FILE`: no segment to execute has the entry 0x20000",
    ),
}


def message(path: Path, data: bytes, which: Isa) -> str:
    file = path / "a.elf"
    file.write_bytes(data)
    with pytest.raises(IsoformError) as caught:
        read(file, which)
    (found,) = caught.value.diagnostics
    return f"{found.code}: {found.message}".replace(str(file), "FILE")


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_file_has_its_message(name: str, tmp_path: Path) -> None:
    data, expected = WRONG[name]
    found = message(tmp_path, data, isa())
    if expected.endswith("*"):  # the library's words
        assert found.startswith(expected[:-1])
    else:
        assert found == expected


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(IsoformError) as caught:
        read(tmp_path / "none", isa())
    (found,) = caught.value.diagnostics
    assert found.message == f"cannot read `{tmp_path / 'none'}`: No such file or directory"


def test_the_help_of_a_dynamic_program(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(WRONG["dynamic"][0])
    with pytest.raises(IsoformError) as caught:
        read(tmp_path / "a", isa())
    assert caught.value.diagnostics[0].help == "link it with `-static`"


@pytest.mark.parametrize(("name", "bits"), [("rv32i", 32), ("rv64i", 64)])
def test_what_a_good_file_has(name: str, bits: int, tmp_path: Path) -> None:
    data = (0x20000, b"xy", 4096, R | W)
    (tmp_path / "a").write_bytes(
        elf([data, CODE], symbols={"main": BASE + 4, "tohost": 0x20008}, bits=bits)
    )
    found = read(tmp_path / "a", isa(name))
    assert [(s.address, s.size, s.permission) for s in found.segments] == [
        (BASE, len(EXIT), R | E),
        (0x20000, 4096, R | W),
    ]
    assert found.segments[1].data == b"xy"
    assert found.symbols == {"main": BASE + 4, "tohost": 0x20008}
    assert (found.entry, found.header_count, found.headers) == (BASE, 2, 0)


def test_damage_anywhere_is_told_and_nothing_else_happens(tmp_path: Path) -> None:
    random.seed(3)
    whole = elf([CODE, (0x20000, b"xy", 4096, R | W)], symbols={"main": BASE})
    codes = set()
    for _ in range(1500):
        data = bytearray(whole)
        for _ in range(random.randrange(1, 4)):
            data[random.randrange(4, len(data))] = random.choice((0, 1, 0x7F, 0x80, 0xFF))
        (tmp_path / "a").write_bytes(
            data[: random.choice((len(data), random.randrange(len(data))))]
        )
        try:
            read(tmp_path / "a", isa())
        except IsoformError as error:
            codes |= {d.code for d in error.diagnostics}
    assert codes >= {"E0951", "E0952", "E0953", "E0954"}
