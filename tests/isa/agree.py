"""Whether the interpreter and the machine of an instruction set do the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from gen.ir import interpret
from gen.ir.machine import Machine
from gen.isa import Hart, Isa, Trap
from gen.isa.elaborate import operation_name
from gen.isa.extension import Instruction
from gen.isa.state import ControlFile, File, Register
from gen.isa.values import word

__all__ = ["Noise", "compare", "corner", "get", "random_word"]


class Noise:
    """A memory of random bytes that remembers what is written."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.bytes: dict[int, int] = {}
        self.writes: list[tuple[int, int, int]] = []
        self.code: tuple[int, int] = (0, 0)

    def read(self, address: int, size: int) -> int:
        found = 0
        for k in range(size):
            at = address + k
            found |= self.bytes.get(at, at * 0x9E3779B97F4A7C15 + self.seed >> 13 & 0xFF) << 8 * k
        return found

    def write(self, address: int, size: int, value: int) -> None:
        self.writes.append((int(address), 8 * size, int(value)))
        for k in range(size):
            self.bytes[address + k] = value >> 8 * k & 0xFF

    def fetch(self, address: int, size: int) -> int:
        value, start = self.code
        return value >> 8 * (address - start & 15) & (1 << 8 * size) - 1


def random_word(i: Instruction, draw: random.Random) -> int:
    """Return a word of an instruction, its fields often at their corners."""
    for _ in range(10_000):
        values = {}
        for name, f in i.encoding.fields.items():
            last = (1 << f.width) - 1
            corners = [0, 1, 2, last, last >> 1, last ^ last >> 1]
            values[name] = draw.choice([*corners, *(draw.randrange(last + 1) for _ in corners)])
            values[name] &= f.given
        found = i.encoding.assemble(values)
        loose = ((1 << i.encoding.width) - 1) & ~i.encoding.mask
        for f in i.encoding.fields.values():
            loose &= ~f.place
        found |= draw.randrange(1 << i.encoding.width) & loose
        if i.matches(found):
            return found
    raise AssertionError(f"no word of {i.name} is found")


def corner(width: int, draw: random.Random) -> int:
    """Return a number of so many bits, often an extreme one."""
    last = (1 << width) - 1
    near = draw.randrange(64) & last
    free = [draw.randrange(last + 1) for _ in range(5)]
    return draw.choice([0, 1, last, last >> 1, last ^ last >> 1, near, last - near, *free])


def _draw_state(isa: Isa, machine: Machine, draw: random.Random) -> dict[str, Any]:
    state: dict[str, Any] = {}
    for r in machine.registers:
        if r.is_file:
            state[r.name] = [corner(r.width, draw) for _ in range(r.count)]
        else:
            state[r.name] = corner(r.width, draw)
    for d in isa.state:
        if isinstance(d, File) and d.zero is not None:
            state[d.name][d.zero] = 0
    state["pc"] &= -isa.unit
    return state


def _names(isa: Isa) -> list[str]:
    found: list[str] = []
    for d in isa.state:
        if isinstance(d, ControlFile):
            found += [c.name for c in d.controls if c.stored]
        else:
            found.append(d.name)
    return found


def _put(hart: Hart, isa: Isa, state: dict[str, Any]) -> None:
    hart.reset()
    hart.forget(0, 1 << isa.pc.width)
    for d in isa.state:
        kind = word(d.width)
        match d:
            case Register():
                setattr(hart, f"_{d.name}", kind(state[d.name]))
            case File():
                for k, value in enumerate(state[d.name]):
                    list.__setitem__(getattr(hart, d.name), k, kind(value))
            case ControlFile():
                for c in d.controls:
                    if c.stored:
                        setattr(hart, f"_{c.name}", kind(state[c.name]))


def get(hart: Hart) -> dict[str, Any]:
    """Return every register of a hart."""
    found: dict[str, Any] = {}
    for name in _names(hart.isa):
        value = getattr(hart, name)
        is_list = isinstance(value, list)
        found[name] = [int(v) for v in list.__iter__(value)] if is_list else int(value)
    return found


def _one(
    isa: Isa, machine: Machine, hart: Hart, i: Instruction, code: int, state: dict[str, Any]
) -> None:
    memory = hart.memory
    assert isinstance(memory, Noise)
    size = i.encoding.width // 8
    held = (
        code if isa.byte_order == "little" else int.from_bytes(code.to_bytes(size, "big"), "little")
    )
    memory.bytes.clear()
    memory.writes.clear()
    memory.code = (held, state["pc"])
    _put(hart, isa, state)
    cause = value = None
    try:
        hart.run(1)
    except Trap as trap:
        cause, value = trap.cause, trap.value
    writes = list(memory.writes)
    got = get(hart)
    memory.bytes.clear()
    want = interpret.run(machine, operation_name(i.name), state, {"word": code}, memory.read)
    shown = (i.name, hex(code))
    assert cause == want.cause, shown
    if cause is not None:
        assert (value, got) == (want.value, state), shown
        return
    assert writes == list(want.stores), shown
    counts = {d.name: (1 << d.width) - 1 for d in isa.state if isinstance(d, Register) and d.counts}
    for name, after in want.state.items():
        fine = [after]
        if name in counts and after == state[name]:  # the machine leaves counting to others
            fine.append(after + 1 & counts[name])
        assert got[name] in fine, (*shown, name, state[name], got[name], after)


def compare(
    isa: Isa,
    machine: Machine,
    count: int,
    seed: int = 1,
    prepare: Callable[[dict[str, Any], random.Random], None] | None = None,
    words: Callable[[Instruction, random.Random], int] = random_word,
) -> None:
    """Compare interpreter and machine on random words of every instruction, `count` of each.

    Parameters
    ----------
    prepare : changes a random state into one that the description takes for granted
    words : draws a word of an instruction
    """
    draw = random.Random(seed)
    hart = Hart(isa, Noise(seed))
    for i in isa.instructions:
        for _ in range(count):
            state = _draw_state(isa, machine, draw)
            if prepare is not None:
                prepare(state, draw)
            _one(isa, machine, hart, i, words(i, draw), state)
