"""The generated `riscv_pmp` beside the model written by hand from the manual."""

from __future__ import annotations

import random

import numpy as np

import sim
from tests.references import riscv_pmp

STATES, ADDRESSES = 400, 500  # 200,000 comparisons
CFG, ADDR = (0x00, 0x10), 0x80


def _address(rng: random.Random) -> int:
    """Return a pmpaddr value: few distinct ones, so that entries meet."""
    base = rng.choice([0, 0x1000, 0x2000_0000, rng.getrandbits(54)])
    ones = rng.randrange(0, 20)
    return rng.choice([base, base | (1 << ones) - 1, base + rng.randrange(8), (1 << 54) - 1])


def _configure(rng: random.Random, unit: sim.Unit, reference: riscv_pmp.Pmp) -> list[int]:
    unit.reset()
    reference.reset()
    borders = [0, (1 << 56) - 1]
    locked = rng.random() < 0.5
    for _ in range(rng.randrange(1, 3)):  # the second time some entries may be locked
        for i in range(riscv_pmp.ENTRIES):
            value = _address(rng)
            unit.write(ADDR + 8 * i, value)
            reference.write_addr(i, value)
            borders += [value << 2, (value << 2) - 1, (value << 2) + 4]
        for k, offset in enumerate(CFG):
            value = rng.getrandbits(64)
            if not locked:
                value &= 0x7F7F_7F7F_7F7F_7F7F
            unit.write(offset, value)
            reference.write_cfg(8 * k, value)
    for i in range(riscv_pmp.ENTRIES):
        low, high = reference._bounds(i)
        borders += [low, low - 1, high - 1, high]
    return [b & (1 << 56) - 1 for b in borders]


def _check_registers(unit: sim.Unit, reference: riscv_pmp.Pmp) -> None:
    for k, offset in enumerate(CFG):
        assert unit.read(offset) == reference.read_cfg(8 * k)
    for i in range(riscv_pmp.ENTRIES):
        assert unit.read(ADDR + 8 * i) == reference.addr[i]


def test_every_answer_is_the_manuals() -> None:
    rng = random.Random(0x3A0)
    unit, reference = sim.unit("riscv_pmp"), riscv_pmp.Pmp()
    seen: dict[str, int] = {}
    for _ in range(STATES):
        borders = _configure(rng, unit, reference)
        _check_registers(unit, reference)
        vas = [rng.choice(borders) for _ in range(ADDRESSES)]
        accesses = [rng.randrange(1, 16) for _ in vas]
        pas, causes = unit.translate_batch(np.array(vas, np.uint64), np.array(accesses))
        for va, access, pa, cause in zip(vas, accesses, pas, causes, strict=True):
            what = reference.check(
                va,
                read=bool(access & 1),
                write=bool(access & 2),
                fetch=bool(access & 4),
                machine=bool(access & 8),
            )
            seen[what] = seen.get(what, 0) + 1
            assert (cause == 0) == (what == "ok"), (hex(va), access, what, cause)
            assert what != "denied" or cause == 4, (hex(va), access)
            assert pa == (va if what == "ok" else 0)
    assert all(seen.get(w, 0) > 1000 for w in ("ok", "denied", "miss")), seen
