"""Cases that every form must answer as the definition does: each operation, at many widths."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from gen.ir import expr as e
from gen.ir.expr import BINARY, COMPARE, Expr, Op

WIDTHS = (1, 2, 7, 8, 31, 32, 33, 63, 64, 65, 127, 128)
SAMPLES = 12


@dataclass(frozen=True)
class Case:
    """An expression over inputs `a`, `b`, `c` and values for them."""

    expr: Expr
    values: tuple[dict[str, int], ...]

    def expected(self) -> list[int]:
        """Return what the definition says."""
        return [e.evaluate([self.expr], v)[0] for v in self.values]


def corners(width: int) -> list[int]:
    """Return values at which operations turn."""
    full = e.mask(width)
    found = [0, 1, full, full - 1, full >> 1, (full >> 1) + 1, width, width - 1, width + 1]
    return sorted({v & full for v in found})


def cases() -> Iterator[Case]:
    """Yield a case per operation and width, with corner and random values."""
    for width in WIDTHS:
        for op in sorted(BINARY | COMPARE, key=lambda o: o.value):
            a, b = e.input_("a", width), e.input_("b", width)
            result = 1 if op in COMPARE else width
            yield Case(e.build(op, result, (a, b)), _values(op, width))
        yield from _structure(width)


def _values(op: Op, width: int) -> tuple[dict[str, int], ...]:
    rng = random.Random(f"{op.value} {width}")
    pairs = [(x, y) for x in corners(width) for y in corners(width)]
    pairs = rng.sample(pairs, min(len(pairs), 40))
    pairs += [(rng.getrandbits(width), rng.getrandbits(width)) for _ in range(SAMPLES)]
    return tuple({"a": x, "b": y, "c": x & 1} for x, y in pairs)


def _structure(width: int) -> Iterator[Case]:
    a, b, c = e.input_("a", width), e.input_("b", width), e.input_("c", 1)
    values = _values(Op.ITE, width)
    yield Case(e.not_(a), values)
    yield Case(e.ite(c, a, b), values)
    for low in {0, width // 2, width - 1}:
        yield Case(e.slice_(a, low, width - low), values)
        yield Case(e.slice_(a, low, 1), values)
    if width < 120:
        yield Case(e.zext(a, width + 5), values)
        yield Case(e.sext(a, width + 5), values)
        yield Case(e.concat(a, c, e.const(5, 3)), values)
    if width <= 64:
        yield Case(e.concat(b, a), values)
