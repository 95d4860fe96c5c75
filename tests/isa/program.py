"""Short programs for directed tests, their words made from the encodings."""

from __future__ import annotations

from typing import Any

from gen.isa import Hart, Isa
from gen.isa.values import word

__all__ = ["Ram", "boot", "encode"]


class Ram:
    """A memory of bytes, 0 where nothing was written."""

    def __init__(self) -> None:
        self.bytes: dict[int, int] = {}

    def read(self, address: int, size: int) -> int:
        """Return bytes, the first the least significant."""
        return sum(self.bytes.get(address + k, 0) << 8 * k for k in range(size))

    fetch = read

    def write(self, address: int, size: int, value: int) -> None:
        """Write bytes, the first the least significant."""
        for k in range(size):
            self.bytes[address + k] = value >> 8 * k & 0xFF

    def put(self, isa: Isa, address: int, value: int) -> None:
        """Write a word in the set's order of bytes."""
        order = "little" if isa.byte_order == "little" else "big"
        self.write(address, 4, int.from_bytes(value.to_bytes(4, order), "little"))

    def at(self, isa: Isa, address: int) -> int:
        """Return a word in the set's order of bytes."""
        order = "little" if isa.byte_order == "little" else "big"
        return int.from_bytes(self.read(address, 4).to_bytes(4, "little"), order)


def encode(isa: Isa, name: str, **fields: int) -> int:
    """Return the word of an instruction; fields not named are 0."""
    i = isa.instruction(name)
    values = {n: fields.pop(n, 0) & (1 << f.width) - 1 for n, f in i.encoding.fields.items()}
    assert not fields, f"{name} has no {fields}"
    return i.encoding.assemble(values)


def boot(isa: Isa, codes: list[int], start: int = 0x1000, **registers: int) -> Any:
    """Return a hart before a program, with registers of the file ``r`` given as ``r4=...``."""
    memory = Ram()
    for k, code in enumerate(codes):
        memory.put(isa, start + 4 * k, code)
    hart: Any = Hart(isa, memory)
    hart._pc = word(32)(start)
    for name, value in registers.items():
        hart.r[int(name[1:])] = word(32)(value & 0xFFFFFFFF)
    return hart
