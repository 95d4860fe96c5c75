"""The generated `mpu` beside the model written by hand from the manual."""

from __future__ import annotations

import random

import numpy as np

import sim
from tests.references import armv8m_mpu

STATES, ADDRESSES = 400, 500  # 200,000 comparisons
OK = {"ok": 0, "permission": 4, "overlap": 5}


def _configure(rng: random.Random, unit: sim.Unit, reference: armv8m_mpu.Mpu) -> list[int]:
    """Write the same registers of both; return addresses near the regions' borders."""
    unit.reset()
    reference.reset()
    borders = [0, 0xFFFF_FFFF]
    _write(unit, reference, reference.CTRL, rng.choice([0, 1, 1, 5, 5, 5, 3, 7]))
    for region in range(armv8m_mpu.REGIONS):
        base = rng.choice([rng.getrandbits(32), region << 24, 0x2000_0000 + region * 64]) & ~31
        last = min(0xFFFF_FFFF, base + rng.choice([31, 32, 255, 1 << 23, 1 << 25]))
        _write(unit, reference, reference.RNR, region & rng.choice([7, 4]))
        alias = rng.choice([0, reference.rnr % 4])
        offset = reference.RBAR + 8 * alias
        _write(unit, reference, offset, base | rng.getrandbits(5))
        _write(unit, reference, offset + 4, last & ~31 | rng.getrandbits(5))
        borders += [base, base - 1, last | 31, (last | 31) + 1]
    return [b & 0xFFFF_FFFF for b in borders]


def _write(unit: sim.Unit, reference: armv8m_mpu.Mpu, offset: int, value: int) -> None:
    unit.write(offset, value)
    if offset == reference.CTRL:
        reference.ctrl = value & 7
    elif offset == reference.RNR:
        reference.rnr = value & 0xFF
    else:
        region = reference._selected(offset - offset % 8 + 4 if offset % 8 == 4 else offset - 4)
        which = (offset - reference.RBAR) // 4 % 2
        if region is not None:
            setattr(region, "rlar" if which else "rbar", value)


def test_every_answer_is_the_manuals() -> None:
    rng = random.Random(0x8_05F)
    unit, reference = sim.unit("mpu"), armv8m_mpu.Mpu()
    seen: dict[str, int] = {}
    for _ in range(STATES):
        borders = _configure(rng, unit, reference)
        vas = [rng.choice(borders) for _ in range(ADDRESSES - 50)]
        vas += [rng.getrandbits(32) for _ in range(50)]
        accesses = [rng.choice([1, 2, 3, 4, 5, 9, 10, 11, 12, 13]) for _ in vas]
        pas, causes = unit.translate_batch(np.array(vas), np.array(accesses))
        for va, access, pa, cause in zip(vas, accesses, pas, causes, strict=True):
            what, expected = reference.check(
                va, write=bool(access & 2), fetch=bool(access & 4), privileged=not access & 8
            )
            seen[what] = seen.get(what, 0) + 1
            if what == "miss":
                assert cause in (1, 4, 6), (hex(va), access)
            else:
                assert (what, cause) == (what, OK[what]), (hex(va), access)
            assert pa == expected, (hex(va), access)
    assert all(seen.get(w, 0) > 1000 for w in ("ok", "permission", "overlap", "miss")), seen


def test_registers_read_back_as_the_manual_says() -> None:
    unit = sim.unit("mpu")
    assert unit.read(0x00) == 8 << 8
    unit.write(0x08, 5)
    unit.write(0x0C, 0xFFFF_FFFF)
    unit.write(0x08, 4)
    assert unit.read(0x14) == 0xFFFF_FFFF  # RBAR_A1 shows region (4 & ~3) + 1
    unit.write(0x08, 9)
    assert unit.read(0x0C) == 0  # no ninth region
