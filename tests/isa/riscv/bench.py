"""A hart that performs one instruction after another, given by name and fields."""

from __future__ import annotations

from typing import Any

from gen.isa import Hart, Isa, Trap
from gen.isa.hart import MemoryFault
from gen.isa.values import word
from specs.isa import riscv
from specs.isa.riscv.numbers import NUMBERS

__all__ = ["Bench", "Store"]

CODE = 0x1000


class Store:
    """64 KiB of bytes from 0; nothing above."""

    def __init__(self) -> None:
        self.data = bytearray(1 << 16)

    def read(self, address: int, size: int) -> int:
        if address + size > len(self.data):
            raise MemoryFault(address)
        return int.from_bytes(self.data[address : address + size], "little")

    fetch = read

    def write(self, address: int, size: int, value: int) -> None:
        if address + size > len(self.data):
            raise MemoryFault(address)
        self.data[address : address + size] = int(value).to_bytes(size, "little")


class Bench:
    """A hart of a set, with memory."""

    def __init__(self, name: str) -> None:
        isa = riscv.isa(name)
        assert isa is not None
        self.isa: Isa = isa
        self.memory = Store()
        self.hart: Any = Hart(isa, self.memory)
        self.kind = word(isa.pc.width)
        self.at(CODE)

    def at(self, pc: int) -> None:
        """Go on at an address."""
        self.hart._pc = self.kind(pc)

    def do(self, name: str, **fields: int) -> tuple[str, int] | None:
        """Perform one instruction; return the trap that it ended in."""
        encoding = self.isa.instruction(name).encoding
        values = {n: fields.get(n, 0) for n in encoding.fields}
        return self.code(encoding.assemble(values), encoding.width // 8)

    def code(self, word: int, size: int = 4) -> tuple[str, int] | None:
        """Perform one instruction, given as a number."""
        pc = int(self.hart.pc)
        self.memory.write(pc, size, word)
        self.hart.forget(pc, size)
        try:
            self.hart.run(1)
        except Trap as trap:
            return trap.cause, trap.value
        return None

    def csrw(self, name: str, value: int) -> tuple[str, int] | None:
        """Write a control register from x31."""
        self.hart.x[31] = value
        return self.do("csrrw", csr=NUMBERS[name], rs1=31)

    def csrr(self, name: str) -> int:
        """Read a control register through x30."""
        assert self.do("csrrs", csr=NUMBERS[name], rd=30) is None, name
        return int(self.hart.x[30])

    def refused(self, name: str) -> bool:
        """Return whether a read is an illegal instruction."""
        word = self.isa.instruction("csrrs").encoding.assemble(
            {"csr": NUMBERS[name], "rs1": 0, "rd": 30}
        )
        found = self.code(word)
        assert found in (None, ("illegal_instruction", word))
        return found is not None
