"""Memory of programs: permissions, pages, what is told of writes."""

from __future__ import annotations

import random

import pytest

from gen.isa import MemoryFault
from sim.programs.memory import EXECUTE, PAGE, READ, WRITE, PagedMemory

RW = READ | WRITE


def memory(*regions: tuple[int, int, int], **options: int) -> PagedMemory:
    made = PagedMemory(**options)
    for r in regions:
        made.map(*r)
    return made


def fault(action: object, *arguments: object) -> int:
    with pytest.raises(MemoryFault) as caught:
        action(*arguments)  # type: ignore[operator]
    return caught.value.address


@pytest.mark.parametrize("size", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("address", [0x1000, 0x1FFF, 0x1FF9, 0x2ABC])
def test_values_of_every_size_also_across_pages(size: int, address: int) -> None:
    m = memory((0x1000, 3 * PAGE, RW))
    value = int.from_bytes(range(1, size + 1), "little")
    for _ in range(2):  # the second time the pages are in the tables
        m.write(address, size, value)
        assert m.read(address, size) == value
    assert m.read_bytes(address, size) == bytes(range(1, size + 1))


def test_each_permission_is_looked_at() -> None:
    m = memory((0x1000, PAGE, READ), (0x2000, PAGE, RW), (0x3000, PAGE, EXECUTE))
    assert m.read(0x1000, 4) == 0
    assert fault(m.write, 0x1000, 4, 1) == 0x1000
    assert fault(m.fetch, 0x1000, 4) == 0x1000
    assert fault(m.read, 0x3000, 1) == 0x3000
    assert m.fetch(0x3000, 2) == 0
    assert fault(m.read, 0x4000, 1) == 0x4000
    m.map(0x2000, PAGE, READ)
    assert fault(m.write, 0x2000, 1, 1) == 0x2000


def test_an_access_that_fails_on_its_second_page_changes_nothing() -> None:
    m = memory((0x1000, PAGE, RW))
    assert fault(m.write, 0x1FFC, 8, (1 << 64) - 1) == 0x2000
    assert m.read(0x1FFC, 4) == 0
    assert fault(m.read, 0x1FFC, 8) == 0x2000


def test_addresses_end_at_their_width() -> None:
    m = memory((0xFFFF_F000, PAGE, RW), width=32)
    m.write(0xFFFF_FFFC, 4, 5)
    assert fault(m.read, 0xFFFF_FFFE, 4) == 1 << 32


def test_pages_take_no_more_space_than_the_limit() -> None:
    m = memory((0, 1 << 40, RW), limit=2 * PAGE)
    m.write(0, 1, 1)
    m.write(PAGE, 1, 1)
    assert fault(m.write, 2 * PAGE, 1, 1) == 2 * PAGE
    m.clear(0, PAGE)
    m.write(2 * PAGE, 1, 1)
    assert m.read(PAGE, 1) == 1


def test_writes_to_fetched_bytes_are_told_and_others_of_the_page_are_not() -> None:
    m = memory((0x1000, 2 * PAGE, RW | EXECUTE))
    told: list[tuple[int, int]] = []
    m.code_written = lambda address, size: told.append((address, size))
    m.write(0x1000, 8, 1)
    m.fetch(0x1000, 4)
    m.write(0x1004, 4, 1)
    assert told == []
    m.write(0x0FFE + 4, 4, 1)
    assert told == [(0x1002, 4)]
    m.write_bytes(0x1000, b"x")
    assert told == [(0x1002, 4), (0x1000, 1)]
    m.fetch(0x1FFE, 4)
    m.unmap(0x1000, PAGE)
    assert told[2:] == [(0x1000, PAGE)]


def test_writes_to_watched_bytes_are_told() -> None:
    m = memory((0x1000, PAGE, RW))
    told: list[tuple[int, int]] = []
    m.watched_written = lambda address, size: told.append((address, size))
    m.write(0x1010, 4, 1)
    m.watch(0x1010, 4)
    for address in (0x100C, 0x100D, 0x1013, 0x1014):
        m.write(address, 4, 7)
    assert told == [(0x100D, 4), (0x1013, 4)]
    m.unwatch(0x1010, 4)
    m.write(0x1010, 4, 7)
    assert len(told) == 2


def test_a_gap_is_the_highest_one_that_is_large_enough() -> None:
    m = memory((0x8000, PAGE, RW), (0x5000, PAGE, RW))
    assert m.gap(PAGE, 0x9000) == 0x7000
    assert m.gap(2 * PAGE + 1, 0x9000) == 0x2000
    assert m.gap(PAGE, 0xA000) == 0x9000
    assert m.gap(0x9000, 0x9000) is None


def test_texts_end_at_a_zero() -> None:
    m = memory((0x1000, 2 * PAGE, RW))
    m.write_bytes(0x1FFE, b"abc\0d")
    assert m.text(0x1FFE) == b"abc"
    assert m.text(0x2FFF) == b""
    m.write_bytes(0x2FFF, b"x")
    assert fault(m.text, 0x2FFF) == 0x3000


def test_segments_that_share_a_page_may_both_be_used() -> None:
    m = PagedMemory()
    m.allow(0x1000, 0x1800, READ | EXECUTE)
    m.allow(0x2900, 0x1000, RW)
    found = [m.permission(a) for a in (0x1000, 0x2000, 0x3000)]
    assert found == [READ | EXECUTE, RW | EXECUTE, RW]


def test_random_accesses_agree_with_a_plain_model() -> None:
    random.seed(5)
    m = memory(width=16)
    model: dict[int, int] = {}
    allowed: dict[int, int] = {}
    for _ in range(4000):
        address, size = random.randrange(0x5000), random.choice((1, 2, 3, 4, 8, 16))
        pages = {address >> 12, address + size - 1 >> 12}
        match random.randrange(8):
            case 0:
                permission = random.randrange(8)
                m.map(address & -PAGE, PAGE, permission)
                allowed[address >> 12] = permission
            case 1:
                m.unmap(address & -PAGE, PAGE)
                allowed.pop(address >> 12, None)
                model = {a: v for a, v in model.items() if a >> 12 != address >> 12}
            case 2:
                expected = all(allowed.get(p, 0) & EXECUTE for p in pages)
                assert expected or fault(m.fetch, address, size) >= address
                if expected:
                    m.fetch(address, size)
            case 3 | 4:
                if all(allowed.get(p, 0) & WRITE for p in pages):
                    data = random.randbytes(size)
                    m.write(address, size, int.from_bytes(data, "little"))
                    model |= {address + i: b for i, b in enumerate(data)}
                else:
                    fault(m.write, address, size, 0)
            case _:
                if all(allowed.get(p, 0) & READ for p in pages):
                    data = bytes(model.get(address + i, 0) for i in range(size))
                    assert m.read(address, size) == int.from_bytes(data, "little")
                else:
                    fault(m.read, address, size)
