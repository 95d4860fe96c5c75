"""Sets with floating point, for tests, and single instructions of theirs."""

from __future__ import annotations

from gen.isa import Hart, Isa
from gen.isa.values import word
from specs.isa import riscv
from specs.isa.riscv.cf import cd, cf
from specs.isa.riscv.d import d
from specs.isa.riscv.f import f
from tests.isa.agree import Noise

__all__ = ["FS", "Cpu", "floating", "isa"]

FS = 13  # of mstatus


def isa(name: str) -> Isa:
    """The set of a name."""
    found = riscv.isa(name)
    assert found is not None
    return found


def floating(whole: Isa) -> Isa:
    """The set with its floating-point instructions alone."""
    chosen = [x for x in whole.extensions if x in (f, d, cf, cd)]
    return Isa(
        whole.name,
        extensions=chosen,
        state=whole.state,
        causes=whole.causes,
        faults=whole.faults,
        parameters=whole.parameters,
        length=whole.length,
        unit=whole.unit,
    )


class Cpu:
    """A hart that performs one instruction at a time."""

    def __init__(self, isa: Isa) -> None:
        self.isa = isa
        self.memory = Noise(1)
        self.hart = Hart(isa, self.memory)

    def do(self, name: str, **given: int) -> None:
        """Perform an instruction with the given fields; those not given are 0."""
        encoding = self.isa.instruction(name).encoding
        code = encoding.assemble({n: given.get(n, 0) for n in encoding.fields})
        self.perform(code, encoding.width // 8)

    def perform(self, code: int, size: int) -> None:
        """Perform a word, at the same place each time."""
        self.memory.code = (code, 0)
        self.hart.forget(0, size)
        self.hart.pc = 0
        self.hart._latch()
        self.hart.run(1)

    def put(self, number: int, value: int) -> None:
        """Set the bits of an ``f`` register."""
        self.hart.f[number] = value

    def x(self, number: int, value: int) -> None:
        """Set an ``x`` register."""
        self.hart.x[number] = word(self.isa.parameters["xlen"])(value)
