"""Load and store multiple of ARM, without the forms for privileged modes.

ARM Architecture Reference Manual, DDI 0100I, sections A4.1 and A5.4.
"""

from typing import Any

from gen.isa import Extension
from gen.isa.values import Value, select, zext
from specs.isa.armv5.operands import OPERANDS
from specs.isa.armv5.shifter import passed

__all__ = ["multiple"]

multiple = Extension(
    "multiple",
    operands=OPERANDS,
    title="Load and store multiple",
    source="ARM Architecture Reference Manual, DDI 0100I",
)
_i = multiple.instruction
_PC = 15


def _where(cond: int, base: int, list: int) -> bool:
    """Return whether a word is one: some register, and no update of the program counter."""
    return cond != 15 and list != 0 and base != 0x1F


def _span(s: Any, mode: Value, base: Value, list: Value) -> tuple[Value, Value]:
    """Return the lowest address and what the base register becomes; mode is P, U."""
    count = zext(list[0], 32)
    for k in range(1, 16):
        count = count + zext(list[k], 32)
    size = count << 2
    start = s.r[base[3:0]]
    up, before = mode[0], mode[1]
    moved = select(up, start + size, start - size)
    lowest = select(up, start, moved)
    return select(up == before, lowest + 4, lowest), moved


@_i(
    "cond 100 mode[1:0] 0 base[4] 1 base[3:0] list",
    "ldm{mode}{cond} {base}, {list}",
    where=_where,
    section="A4.1.20",
)
def ldm(s: Any, cond: Value, mode: Value, base: Value, list: Value) -> None:
    """Load registers, the lowest from the lowest address; to the program counter it is a jump.

    A base that is updated and loaded, unpredictable in the manual, is loaded.
    """
    if not passed(s, cond):
        return
    at, moved = _span(s, mode, base, list)
    values = []
    for k in range(16):
        values.append(s.load(at & -4, 4, when=list[k]))
        at = at + (zext(list[k], 32) << 2)
    if list[_PC] & values[_PC][0]:
        raise s.trap("undefined_instruction", values[_PC])
    s.r.write(base[3:0], moved, when=base[4])
    for k in range(16):
        s.r.write(k, values[k], when=list[k])


@_i(
    "cond 100 mode[1:0] 0 base[4] 0 base[3:0] list",
    "stm{mode}{cond} {base}, {list}",
    where=_where,
    section="A4.1.97",
)
def stm(s: Any, cond: Value, mode: Value, base: Value, list: Value) -> None:
    """Store registers, the lowest at the lowest address.

    A base that is updated is stored as it was: the manual says so where it is the first register,
    otherwise the value is unpredictable.
    """
    if not passed(s, cond):
        return
    at, moved = _span(s, mode, base, list)
    for k in range(16):
        s.store(at & -4, s.r[k], when=list[k])
        at = at + (zext(list[k], 32) << 2)
    s.r.write(base[3:0], moved, when=base[4])


multiple.alias("pop{cond} {list}", "ldm{cond} sp!, {list}")
multiple.alias("push{cond} {list}", "stmdb{cond} sp!, {list}")
