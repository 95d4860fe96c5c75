"""Sets with floating point, for tests, and single instructions of theirs."""

from __future__ import annotations

from functools import cache

from gen.isa import Hart, Isa
from gen.isa.state import Control, ControlFile, File, Register
from gen.isa.values import word
from specs.isa.riscv import CAUSES, FAULTS
from specs.isa.riscv.cf import zcd, zcf
from specs.isa.riscv.counters import float_status
from specs.isa.riscv.d import d
from specs.isa.riscv.f import f
from specs.isa.riscv.fp import float_state
from specs.isa.riscv.i import i
from specs.isa.riscv.zicsr import zicsr
from tests.isa.agree import Noise

__all__ = ["FS", "Cpu", "isa"]

FS = 13  # of mstatus


@cache
def isa(xlen: int, letters: str, *, mode: bool = False) -> Isa:
    """A set with I, Zicsr and those of F, D, C in `letters`; `mode`: with machine mode's status."""
    names = {"F": (f,), "D": (d,), "C": (zcf, zcd)}
    more = [x for letter in letters for x in names[letter]]
    controls = [*float_status()]
    if mode:
        controls.append(Control("mstatus", 0x300))
    return Isa(
        f"rv{xlen}i{letters.lower()}_zicsr",
        extensions=(i, zicsr, *more),
        state=(
            Register("pc", xlen, latched=True),
            File("x", xlen, 32, zero=0),
            *float_state(letters),
            ControlFile("csr", xlen, tuple(controls)),
        ),
        causes=CAUSES,
        faults=FAULTS,
        parameters={"xlen": xlen, "extensions": frozenset([*letters, *(["Sm"] if mode else [])])},
        length=lambda first: 4 if first & 3 == 3 else 2,
        unit=2,
    )


class Cpu:
    """A hart that performs one instruction at a time."""

    def __init__(self, isa: Isa) -> None:
        self.isa = isa
        self.memory = Noise(1)
        self.hart = Hart(isa, self.memory)

    def do(self, name: str, **given: int) -> None:
        """Perform an instruction with the given fields, at the same place each time."""
        encoding = self.isa.instruction(name).encoding
        fields = {n: given.get(n, 0) for n in encoding.fields}
        self.memory.code = (encoding.assemble(fields), 0)
        self.hart.forget(0, 4)
        self.hart.pc = 0
        self.hart._latch()
        self.hart.run(1)

    def put(self, number: int, value: int) -> None:
        """Set the bits of an ``f`` register."""
        self.hart.f[number] = value

    def x(self, number: int, value: int) -> None:
        """Set an ``x`` register."""
        self.hart.x[number] = word(self.isa.parameters["xlen"])(value)
