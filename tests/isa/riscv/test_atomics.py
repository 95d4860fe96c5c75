"""Reservations and atomic memory operations."""

from __future__ import annotations

import random

import pytest

from tests.isa.agree import corner
from tests.isa.riscv.bench import Bench

AT, FAR = 0x2000, 1 << 20


@pytest.fixture
def bench() -> Bench:
    made = Bench("rv64ia")
    made.hart.x[1] = AT
    made.hart.x[2] = 0x1122334455667788
    made.memory.write(AT, 8, 0x99AABBCCDDEEFF00)
    return made


def test_store_after_load(bench: Bench) -> None:
    assert bench.do("lr.w", rd=3, rs1=1) is None
    assert bench.hart.x[3] == 0xFFFFFFFFDDEEFF00
    assert bench.do("sc.w", rd=4, rs1=1, rs2=2) is None
    assert bench.hart.x[4] == 0
    assert bench.memory.read(AT, 8) == 0x99AABBCC55667788


def test_store_without_load(bench: Bench) -> None:
    bench.do("sc.d", rd=4, rs1=1, rs2=2)
    assert bench.hart.x[4] == 1
    assert bench.memory.read(AT, 8) == 0x99AABBCCDDEEFF00


def test_reservation_is_used_once_whether_or_not_the_store_succeeds(bench: Bench) -> None:
    bench.do("lr.d", rd=3, rs1=1)
    bench.hart.x[1] = AT + 8
    bench.do("sc.d", rd=4, rs1=1, rs2=2)
    assert bench.hart.x[4] == 1
    bench.hart.x[1] = AT
    bench.do("sc.d", rd=4, rs1=1, rs2=2)
    assert bench.hart.x[4] == 1
    assert bench.memory.read(AT, 8) == 0x99AABBCCDDEEFF00


def test_size_belongs_to_the_reservation(bench: Bench) -> None:
    bench.do("lr.d", rd=3, rs1=1)
    bench.do("sc.w", rd=4, rs1=1, rs2=2)
    assert bench.hart.x[4] == 1


def test_address_and_result_in_one_register(bench: Bench) -> None:
    bench.do("lr.d", rd=1, rs1=1)
    assert bench.hart.x[1] == 0x99AABBCCDDEEFF00
    bench.hart.x[1] = AT
    bench.do("sc.d", rd=1, rs1=1, rs2=2)
    assert bench.hart.x[1] == 0
    assert bench.memory.read(AT, 8) == 0x1122334455667788


@pytest.mark.parametrize(
    ("name", "size", "cause"),
    [
        ("lr.w", 4, "load_address_misaligned"),
        ("lr.d", 8, "load_address_misaligned"),
        ("sc.w", 4, "store_address_misaligned"),
        ("sc.d", 8, "store_address_misaligned"),
        ("amoadd.w", 4, "store_address_misaligned"),
        ("amomaxu.d", 8, "store_address_misaligned"),
    ],
)
def test_misaligned(bench: Bench, name: str, size: int, cause: str) -> None:
    for off in range(1, size):
        bench.hart.x[1] = AT + off
        assert bench.do(name, rd=4, rs1=1, rs2=2) == (cause, AT + off)
    assert bench.hart.x[4] == 0
    assert bench.memory.read(AT, 8) == 0x99AABBCCDDEEFF00


def test_faults_of_memory(bench: Bench) -> None:
    """What an atomic operation cannot read is a fault of its store, section 3.1.15."""
    bench.hart.x[1] = FAR
    assert bench.do("lr.w", rd=3, rs1=1) == ("load_access_fault", FAR)
    assert bench.do("amoswap.d", rd=3, rs1=1, rs2=2) == ("store_access_fault", FAR)
    assert bench.hart.x[3] == 0


OPERATIONS = {
    "amoswap": lambda a, b: b,
    "amoadd": lambda a, b: a + b,
    "amoxor": lambda a, b: a ^ b,
    "amoand": lambda a, b: a & b,
    "amoor": lambda a, b: a | b,
    "amomin": lambda a, b: min(a, b),
    "amomax": lambda a, b: max(a, b),
}
UNSIGNED = {"amominu": min, "amomaxu": max}


def signed(x: int, width: int) -> int:
    x &= (1 << width) - 1
    return x - (1 << width) if x >> width - 1 else x


@pytest.mark.parametrize("name", [*OPERATIONS, *UNSIGNED])
@pytest.mark.parametrize("width", [32, 64])
def test_operations(bench: Bench, name: str, width: int) -> None:
    draw, last = random.Random(name), (1 << width) - 1
    for _ in range(200):
        old, other = corner(width, draw), corner(64, draw)
        bench.at(0x1000)
        bench.memory.write(AT, 8, old)
        bench.hart.x[2] = other
        bench.do(name + (".w" if width == 32 else ".d"), rd=3, rs1=1, rs2=2, aqrl=3)
        if name in UNSIGNED:
            want = UNSIGNED[name](old, other & last)
        else:
            want = OPERATIONS[name](signed(old, width), signed(other, width))
        assert bench.memory.read(AT, 8) == want & last
        assert bench.hart.x[3] == signed(old, width) & (1 << 64) - 1
