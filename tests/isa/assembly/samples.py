"""Words of every instruction: fields at random and at their corners."""

from __future__ import annotations

import random
from collections.abc import Iterator

from gen.isa import Isa
from gen.isa.extension import Instruction

__all__ = ["samples"]


def samples(isa: Isa, made: Instruction, count: int = 24) -> list[int]:
    """Return words that are this instruction, the same ones in every run."""
    draw = random.Random(made.name)
    found = dict.fromkeys(w for w in _words(made, count, draw) if _is(isa, made, w))
    return list(found)


def _is(isa: Isa, made: Instruction, word: int) -> bool:
    return isa.decoder.find(word, made.encoding.width) is made


def _words(made: Instruction, count: int, draw: random.Random) -> Iterator[int]:
    fields = made.encoding.fields
    free = (1 << made.encoding.width) - 1 & ~made.encoding.mask
    yield made.encoding.match
    yield made.encoding.match | free
    for name, field in fields.items():
        for corner in (0, 1, field.given, field.given & ~1, 1 << field.width - 1):
            values = {n: draw.getrandbits(f.width) for n, f in fields.items()}
            yield made.encoding.assemble({**values, name: corner})
    for _ in range(count):
        yield made.encoding.match | draw.getrandbits(made.encoding.width) & free
