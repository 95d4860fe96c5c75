"""The generated `x86_segmentation` beside the model written by hand from the manual."""

from __future__ import annotations

import random
from collections import Counter

import pytest

import sim
from tests.references.x86_segmentation import TYPES, Descriptor

STATES, ADDRESSES = 10_000, 21  # 210,000 comparisons
BASE = 0x1_0008
CAUSES = {"ok": 0, "absent": 1, "limit": 2, "system": 3, "rights": 4}
WANTED = ["r", "r", "w", "w", "x", "x", "rw", "rx", "wx", "rwx", ""]
FLAGS = {"r": 1, "w": 2, "x": 4}


class Table:
    """A descriptor table of one descriptor; everything around it reads as ones."""

    def __init__(self) -> None:
        self.words = {BASE: 0, BASE + 4: 0}

    def read(self, address: int, size: int) -> int:
        """Return a doubleword."""
        assert size == 4
        return self.words.get(address, 0xFFFF_FFFF)

    def write(self, address: int, size: int, value: int) -> None:
        """Never called: the unit only reads."""
        raise AssertionError((address, size, value))


def _descriptor(rng: random.Random) -> Descriptor:
    """Return a descriptor: mostly present, code or data, limits often at their ends."""
    limit = rng.choice([0, 1, 0xF, 0xFFFE, 0xFFFF, 0x1_0000, 0xF_FFFE, 0xF_FFFF])
    limit = rng.choice([limit, limit, rng.getrandbits(20), rng.getrandbits(8)])
    base = rng.choice([0, 0x8000_0000, 0xFFFF_F000, rng.getrandbits(32)])
    flags = rng.getrandbits(8) | 0x80 * (rng.random() < 0.8) | 0x10 * (rng.random() < 0.8)
    low = (base & 0xFFFF) << 16 | limit & 0xFFFF
    high = (base >> 16 & 0xFF) | flags << 8 | (limit >> 16) << 16
    return Descriptor(low, high | rng.getrandbits(4) << 20 | (base >> 24) << 24)


def _offsets(rng: random.Random, descriptor: Descriptor) -> list[int]:
    """Return offsets at the limit, in units of bytes and of pages, and at the upper bounds."""
    raw = (descriptor.low & 0xFFFF) | (descriptor.high & 0x000F_0000)
    borders = [raw, raw << 12, raw << 12 | 0xFFF, descriptor.last_offset, 0xFFFF, 0xFFFF_FFFF, 0]
    near = [rng.choice(borders) + rng.choice([-1, 0, 0, 1]) for _ in range(ADDRESSES - 7)]
    low, high = descriptor.offsets.start, descriptor.offsets.stop
    if low < high:
        near += [rng.randrange(low, high) for _ in range(5)]
    near += [rng.getrandbits(32) for _ in range(ADDRESSES - len(near))]
    return [offset & 0xFFFF_FFFF for offset in near]


def _kind(descriptor: Descriptor) -> str:
    """Name the row of table 3-1."""
    return " ".join(TYPES[descriptor.kind & ~1])


def test_every_answer_is_the_manuals() -> None:
    rng = random.Random(0x345)
    table = Table()
    unit = sim.unit("x86_segmentation", memory=table, base=BASE)
    seen: Counter[tuple[str, str]] = Counter()
    for _ in range(STATES):
        descriptor = _descriptor(rng)
        table.words[BASE], table.words[BASE + 4] = descriptor.low, descriptor.high
        kind = _kind(descriptor)
        for offset in _offsets(rng, descriptor):
            wanted, cpl = rng.choice(WANTED), rng.choice([0, 3])
            access = sum(FLAGS[w] for w in wanted) | (8 if cpl else 0)
            what, linear = descriptor.check(offset, wanted, cpl)
            seen[what, kind] += 1
            answer = unit.translate_raw(offset, access)
            assert answer == (linear, CAUSES[what]), (descriptor, hex(offset), wanted, cpl)
    assert seen.total() >= 200_000
    kinds = [" ".join(row) for row in TYPES.values()]
    few = [(w, k) for w in CAUSES for k in kinds if seen[w, k] < 500]
    assert not few, seen


@pytest.mark.parametrize("cpl", [0, 3])
@pytest.mark.parametrize("wanted", ["r", "w", "x"])
def test_every_type_and_privilege_level(wanted: str, cpl: int) -> None:
    table = Table()
    unit = sim.unit("x86_segmentation", memory=table, base=BASE)
    allowed = 0
    for kind in range(16):
        for dpl in range(4):
            down = TYPES[kind & ~1][2] == "down"
            descriptor = Descriptor(0xFFFF, (0x40_9000 if down else 0xCF_9000) | kind << 8)
            descriptor = Descriptor(descriptor.low, descriptor.high | dpl << 13)
            table.words[BASE], table.words[BASE + 4] = descriptor.low, descriptor.high
            cause = unit.translate_raw(0x1_2345, FLAGS[wanted] | (8 if cpl else 0))[1]
            assert (cause == 0) == descriptor.allows(wanted, cpl), (kind, dpl)
            allowed += cause == 0
    # Counted by hand from table 3-1 with each bit of accessed: 2 x (types allowed x levels).
    counts = {
        ("r", 0): 2 * (4 * 4 + 2 * 4),  # RPL = CPL = 0 reads at any DPL
        ("r", 3): 2 * (4 * 1 + 1 * 1 + 1 * 4),  # DPL 3, or conforming
        ("w", 0): 2 * (2 * 4),
        ("w", 3): 2 * (2 * 1),
        ("x", 0): 2 * (4 * 1),  # DPL 0
        ("x", 3): 2 * (2 * 1 + 2 * 4),  # DPL 3, or conforming
    }
    assert allowed == counts[wanted, cpl]


def test_expanding_down_the_limit_is_the_last_offset_that_is_not_valid() -> None:
    table = Table()
    unit = sim.unit("x86_segmentation", memory=table, base=BASE)
    table.words[BASE], table.words[BASE + 4] = 0x0000_1000, 0x0000_9600
    answers = [unit.translate_raw(v, 2)[1] for v in (0, 0x1000, 0x1001, 0xFFFF, 0x1_0000)]
    assert answers == [2, 2, 0, 0, 2]
    table.words[BASE + 4] |= 1 << 22  # B: the upper bound is 4 GiB - 1
    assert unit.translate_raw(0xFFFF_FFFF, 2) == (0xFFFF_FFFF, 0)
    table.words[BASE + 4] |= 1 << 23  # G: 4 KiB units
    answers = [unit.translate_raw(v, 2)[1] for v in (0x1001, 0x100_0FFF, 0x100_1000)]
    assert answers == [2, 2, 0]
