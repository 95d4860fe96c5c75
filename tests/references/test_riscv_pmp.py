"""The generated `riscv_pmp` and `riscv_pmp32` beside the model written by hand from the manual."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import pytest

import sim
from tests.references import riscv_pmp

STATES, ADDRESSES = 400, 500  # 200,000 comparisons


@dataclass(frozen=True)
class Map:
    """Where a unit has its CSRs: number - 0x3a0, times the bytes of one."""

    xlen: int
    cfg: tuple[int, ...]

    @property
    def size(self) -> int:
        """Bytes of a CSR, which are also its entries' number in a pmpcfg."""
        return self.xlen // 8

    def addr(self, i: int) -> int:
        """Return the offset of pmpaddr i."""
        return (0x3B0 - 0x3A0 + i) * self.size


MAPS = {"riscv_pmp": Map(64, (0x00, 0x10)), "riscv_pmp32": Map(32, (0x0, 0x4, 0x8, 0xC))}


def _address(rng: random.Random, bits: int) -> int:
    """Return a pmpaddr value: few distinct ones, so that entries meet."""
    base = rng.choice([0, 0x1000, 0x2000_0000, rng.getrandbits(bits)])
    ones = rng.randrange(0, 20)
    return rng.choice([base, base | (1 << ones) - 1, base + rng.randrange(8), (1 << bits) - 1])


def _configure(
    rng: random.Random, unit: sim.Unit, reference: riscv_pmp.Pmp, where: Map
) -> list[int]:
    unit.reset()
    reference.reset()
    last = (1 << reference.address_bits) - 1
    borders = [0, last]
    locked = rng.random() < 0.5
    for _ in range(rng.randrange(1, 3)):  # the second time some entries may be locked
        for i in range(riscv_pmp.ENTRIES):
            value = _address(rng, reference.address_bits - 2)
            unit.write(where.addr(i), value)
            reference.write_addr(i, value)
            borders += [value << 2, (value << 2) - 1, (value << 2) + 4]
        for k, offset in enumerate(where.cfg):
            value = rng.getrandbits(where.xlen)
            if not locked:
                value &= 0x7F7F_7F7F_7F7F_7F7F
            unit.write(offset, value)
            reference.write_cfg(where.size * k, value)
    for i in range(riscv_pmp.ENTRIES):
        low, high = reference._bounds(i)
        borders += [low, low - 1, high - 1, high]
    return [b & last for b in borders]


def _check_registers(unit: sim.Unit, reference: riscv_pmp.Pmp, where: Map) -> None:
    for k, offset in enumerate(where.cfg):
        assert unit.read(offset) == reference.read_cfg(where.size * k)
    for i in range(riscv_pmp.ENTRIES):
        assert unit.read(where.addr(i)) == reference.addr[i]


def test_the_upper_bits_of_an_address_register_are_not_there() -> None:
    unit = sim.unit("riscv_pmp32")
    unit.write(MAPS["riscv_pmp32"].addr(3), 0xFFFF_FFFF)
    assert unit.read(MAPS["riscv_pmp32"].addr(3)) == 0x3FFF_FFFF


@pytest.mark.parametrize("name", MAPS)
def test_every_answer_is_the_manuals(name: str) -> None:
    rng = random.Random(0x3A0)
    where = MAPS[name]
    unit, reference = sim.unit(name), riscv_pmp.Pmp(where.xlen)
    seen: dict[str, int] = {}
    for _ in range(STATES):
        borders = _configure(rng, unit, reference, where)
        _check_registers(unit, reference, where)
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
