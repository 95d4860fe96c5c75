"""The generated `r4700_tlb` beside the model written by hand from the manual."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache

import numpy as np

import sim
from tests.references import r4000_tlb
from tests.references.r4000_tlb import ENTRIES, ENTRY_HI, ENTRY_LO, PAGE_MASKS, VPN2

STATES, ADDRESSES = 70, 3000  # 200,000 comparisons and those the manual leaves undefined
CAUSES = {"ok": 0, "invalid": 1, "modified": 4, "shutdown": 5, "refill": 6}
INDEX, RANDOM, LO0, LO1, MASK, WIRED, HI = 0x00, 0x04, 0x08, 0x0C, 0x14, 0x18, 0x28
ASIDS = [0, 1, 0xFF]


@cache
def _unit() -> sim.Unit:
    """Return the unit, made once; every test resets it."""
    return sim.unit("r4700_tlb")


class Pair:
    """Unit and reference, driven alike."""

    def __init__(self) -> None:
        self.unit = _unit()
        self.reset()

    def reset(self) -> None:
        """Reset both."""
        self.unit.reset()
        self.reference = r4000_tlb.Tlb()

    def load(self, hi: int, lo: tuple[int, int], mask: int) -> None:
        """Write EntryHi, both EntryLo and PageMask."""
        for offset, value in ((HI, hi), (LO0, lo[0]), (LO1, lo[1]), (MASK, mask)):
            self.unit.write(offset, value)
        self.reference.entry_hi = hi & ENTRY_HI
        self.reference.entry_lo = [value & ENTRY_LO for value in lo]
        self.reference.page_mask = mask & r4000_tlb.PAGE_MASK

    def at(self, index: int) -> None:
        """Write Index."""
        self.unit.write(INDEX, index)
        self.reference.index, self.reference.probe_failed = index, False

    def both(self, instruction: str) -> None:
        """Execute tlbwi, tlbwr or tlbr; the unit steps Random after tlbwr only."""
        getattr(self.unit, instruction)()
        getattr(self.reference, instruction)()
        if instruction == "tlbwr":
            self.reference.step()

    def compare(self) -> None:
        """Read back every register."""
        unit, reference = self.unit, self.reference
        assert unit.read(INDEX) == reference.index | reference.probe_failed << 31
        assert unit.read(RANDOM) == reference.random
        assert unit.read(WIRED) == reference.wired
        assert unit.read(HI) == reference.entry_hi
        assert [unit.read(LO0), unit.read(LO1)] == reference.entry_lo
        assert unit.read(MASK) == reference.page_mask


def _contents(rng: random.Random, crowded: bool) -> tuple[int, tuple[int, int], int]:
    """Return EntryHi, EntryLo0/1 and PageMask; crowded, the pages overlap often."""
    mask = rng.choice(PAGE_MASKS)
    page = (
        rng.getrandbits(40) if not crowded else rng.randrange(64) * rng.choice([1 << 13, 1 << 21])
    )
    common = rng.random() < 0.4
    lo = [rng.getrandbits(30) & ~1 | (common or rng.random() < 0.2) for _ in range(2)]
    lo = [value | rng.choice([0, 2, 2]) for value in lo]
    noise = rng.getrandbits(64) & ~ENTRY_HI  # bits that are not stored
    return page & VPN2 | rng.choice(ASIDS) | noise, (lo[0], lo[1] | 3 << 30), mask | 0x1FFF


def _fill(rng: random.Random, pair: Pair) -> None:
    """Fill entries with tlbwi and, above Wired, with tlbwr."""
    pair.reset()
    crowded = rng.random() < 0.4
    wired = rng.choice([0, 8, 40, 46, 47, rng.randrange(ENTRIES)])
    # Entries of reset are all alike and match address 0, so that every one is written first.
    for index in range(ENTRIES):
        pair.load(*_contents(rng, crowded and index % 4 == 0))
        pair.at(index)
        pair.both("tlbwi")
    for steps in (rng.randrange(5), rng.randrange(60)):  # writing Wired starts Random again
        pair.unit.write(WIRED, wired)
        pair.reference.write_wired(wired)
        assert pair.unit.read(RANDOM) == ENTRIES - 1
        for _ in range(steps):
            pair.load(*_contents(rng, crowded and rng.random() < 0.3))
            pair.both("tlbwr")
            assert pair.unit.read(RANDOM) == pair.reference.random >= wired
    pair.compare()


def _addresses(rng: random.Random, reference: r4000_tlb.Tlb) -> list[int]:
    """Return addresses at the borders of pages and of pairs, within pages, and anywhere."""
    near = []
    for entry in reference.entries:
        size = ((entry.page_mask | 0x1FFF) + 1) // 2
        start = entry.entry_hi & VPN2
        borders = [start, start + size, start + 2 * size]
        near += [*borders, *(border - 1 for border in borders)]
        near += [start + rng.randrange(2 * size) for _ in range(6)]
    vas = rng.choices(near, k=ADDRESSES - 50) + [rng.getrandbits(40) for _ in range(50)]
    return [va & (1 << 40) - 1 for va in vas]


def test_every_answer_is_the_manuals() -> None:
    rng = random.Random(0x4700)
    pair = Pair()
    seen: Counter[str] = Counter()
    for _ in range(STATES):
        _fill(rng, pair)
        pair.load(rng.getrandbits(64) & ~0xFF | rng.choice(ASIDS), (0, 0), 0)
        vas = _addresses(rng, pair.reference)
        accesses = rng.choices([1, 2, 2, 3, 4], k=len(vas))
        pas, causes = pair.unit.translate_batch(np.array(vas, np.uint64), np.array(accesses))
        for va, access, pa, cause in zip(vas, accesses, pas.tolist(), causes.tolist(), strict=True):
            what, expected = pair.reference.check(va, write=bool(access & 2))
            seen[what] += 1
            if what != "undefined":
                assert (pa, cause) == (expected, CAUSES[what]), (hex(va), access, what)
    assert seen.total() - seen["undefined"] >= 200_000, seen
    assert all(seen[what] > 1000 for what in CAUSES), seen


def test_entries_read_back_and_probe_as_the_manual_says() -> None:
    rng = random.Random(0xA)
    pair = Pair()
    seen: Counter[str] = Counter()
    for _ in range(40):
        _fill(rng, pair)
        for index in rng.sample(range(ENTRIES), ENTRIES):
            pair.at(index)
            pair.both("tlbr")
            pair.compare()
            seen[_probe(rng, pair)] += 1
    assert all(seen[found] > 200 for found in ("one", "none")), seen


def _probe(rng: random.Random, pair: Pair) -> str:
    """Probe for the page that was read, often changed in a bit, and compare Index."""
    hi = pair.reference.entry_hi ^ rng.choice([0, 0, 1, 1 << rng.randrange(13, 40)])
    pair.load(hi, (0, 0), 0)
    pair.unit.tlbp()
    try:
        pair.reference.tlbp()
    except r4000_tlb.Undefined:
        return "several"
    pair.compare()
    return "none" if pair.reference.probe_failed else "one"


def test_several_matching_entries_that_are_not_valid() -> None:
    """Undefined in the manual; the unit answers with the one that is valid, if there is one."""
    pair = Pair()
    for index, lo in enumerate([(1, 1), (1, 1), (0x43, 0x43)]):
        pair.load(0x4000, lo, 0)
        pair.at(index)
        pair.both("tlbwi")
    assert pair.reference.check(0x4000, write=False)[0] == "undefined"
    assert pair.unit.translate_raw(0x4123, 1) == (0x1123, 0)
    pair.load(0x4000, (1, 1), 0)
    pair.both("tlbwi")
    assert pair.unit.translate_raw(0x4123, 1) == (0, 1)
