"""Multiplication and counting of leading zeros on ARM.

ARM Architecture Reference Manual, DDI 0100I, sections A3.5, A3.7 and A4.1. C and V keep their
values, as from architecture 5 on.
"""

from typing import Any

from gen.isa import Extension
from gen.isa.values import Value, bits, concat, select, signed, unsigned, zext
from specs.isa.armv5.operands import OPERANDS, conditional
from specs.isa.armv5.shifter import passed

__all__ = ["multiply"]

multiply = Extension(
    "multiply",
    operands=OPERANDS,
    title="Multiplication",
    source="ARM Architecture Reference Manual, DDI 0100I",
)
_i = multiply.instruction


def _flags(s: Any, sets: Value, value: Value) -> None:
    """Write N and Z where the instruction sets them."""
    s.N = select(sets, value[value.width - 1], s.N)
    s.Z = select(sets, value == 0, s.Z)


def _write(s: Any, sets: Value, rdlo: Value, rdhi: Value, value: Value) -> None:
    """Write 64 bits to two registers."""
    _flags(s, sets, value)
    s.r[rdlo] = value[31:0]
    s.r[rdhi] = value[63:32]


@_i(
    "cond 0000000 S rd 0000 rs 1001 rm",
    "mul{S}{cond} {rd}, {rm}, {rs}",
    where=conditional,
    section="A4.1.40",
)
def mul(s: Any, cond: Value, S: Value, rd: Value, rs: Value, rm: Value) -> None:
    """Multiply to 32 bits."""
    if passed(s, cond):
        value = s.r[rm] * s.r[rs]
        _flags(s, S, value)
        s.r[rd] = value


@_i(
    "cond 0000001 S rd rn rs 1001 rm",
    "mla{S}{cond} {rd}, {rm}, {rs}, {rn}",
    where=conditional,
    section="A4.1.34",
)
def mla(s: Any, cond: Value, S: Value, rd: Value, rn: Value, rs: Value, rm: Value) -> None:
    """Multiply and add to 32 bits."""
    if passed(s, cond):
        value = s.r[rm] * s.r[rs] + s.r[rn]
        _flags(s, S, value)
        s.r[rd] = value


@_i(
    "cond 0000100 S rdhi rdlo rs 1001 rm",
    "umull{S}{cond} {rdlo}, {rdhi}, {rm}, {rs}",
    where=conditional,
    section="A4.1.129",
)
def umull(s: Any, cond: Value, S: Value, rdhi: Value, rdlo: Value, rs: Value, rm: Value) -> None:
    """Multiply to 64 bits, unsigned."""
    if passed(s, cond):
        _write(s, S, rdlo, rdhi, bits(unsigned(s.r[rm]) * unsigned(s.r[rs]), 64))


@_i(
    "cond 0000101 S rdhi rdlo rs 1001 rm",
    "umlal{S}{cond} {rdlo}, {rdhi}, {rm}, {rs}",
    where=conditional,
    section="A4.1.128",
)
def umlal(s: Any, cond: Value, S: Value, rdhi: Value, rdlo: Value, rs: Value, rm: Value) -> None:
    """Multiply to 64 bits, unsigned, and add."""
    if passed(s, cond):
        product = bits(unsigned(s.r[rm]) * unsigned(s.r[rs]), 64)
        _write(s, S, rdlo, rdhi, concat(s.r[rdhi], s.r[rdlo]) + product)


@_i(
    "cond 0000110 S rdhi rdlo rs 1001 rm",
    "smull{S}{cond} {rdlo}, {rdhi}, {rm}, {rs}",
    where=conditional,
    section="A4.1.87",
)
def smull(s: Any, cond: Value, S: Value, rdhi: Value, rdlo: Value, rs: Value, rm: Value) -> None:
    """Multiply to 64 bits, signed."""
    if passed(s, cond):
        _write(s, S, rdlo, rdhi, bits(signed(s.r[rm]) * signed(s.r[rs]), 64))


@_i(
    "cond 0000111 S rdhi rdlo rs 1001 rm",
    "smlal{S}{cond} {rdlo}, {rdhi}, {rm}, {rs}",
    where=conditional,
    section="A4.1.76",
)
def smlal(s: Any, cond: Value, S: Value, rdhi: Value, rdlo: Value, rs: Value, rm: Value) -> None:
    """Multiply to 64 bits, signed, and add."""
    if passed(s, cond):
        product = bits(signed(s.r[rm]) * signed(s.r[rs]), 64)
        _write(s, S, rdlo, rdhi, concat(s.r[rdhi], s.r[rdlo]) + product)


@_i(
    "cond 00010110 1111 rd 1111 0001 rm",
    "clz{cond} {rd}, {rm}",
    where=conditional,
    section="A4.1.13",
)
def clz(s: Any, cond: Value, rd: Value, rm: Value) -> None:
    """Count leading zeros."""
    if passed(s, cond):
        x = s.r[rm]
        count = zext(x == 0, 32)
        for step in (16, 8, 4, 2, 1):
            empty = x[31 : 32 - step] == 0
            x = select(empty, x << step, x)
            count = count + (zext(empty, 32) << step.bit_length() - 1)
        s.r[rd] = count
