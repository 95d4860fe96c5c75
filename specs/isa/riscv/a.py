"""A: load-reserved, store-conditional and atomic memory operations.

RISC-V Instruction Set Manual, volume I, version 20240411, chapter 14. One hart performs its
accesses in order, so the bits aq and rl have nothing to do. The reservation is of exactly the bytes
that LR has read; any SC ends it.
"""

from typing import Any

from gen.isa import Extension
from gen.isa.state import Register
from gen.isa.values import Value, select, sext, signed, zext
from specs.isa.riscv.operands import OPERANDS

__all__ = ["a", "reservation"]

a = Extension(
    "A",
    operands=OPERANDS,
    title="Atomic instructions",
    source="RISC-V unprivileged manual 20240411, chapter 14",
)


def reservation(xlen: int) -> tuple[Register, ...]:
    """Return the registers of the reservation, section 14.2."""
    return (
        Register("reserved_bytes", 4, doc="bytes that LR reserved: 4, 8, or 0 for none"),
        Register("reserved_address", xlen, doc="address of the reservation"),
    )


def _load_reserved(s: Any, rd: Value, rs1: Value, size: int) -> None:
    address = s.x[rs1]
    if address & size - 1:
        raise s.trap("load_address_misaligned", address)
    value = s.load(address, size)
    s.reserved_bytes = size
    s.reserved_address = address
    s.x[rd] = sext(value, s.xlen)


def _store_conditional(s: Any, rd: Value, rs1: Value, rs2: Value, size: int) -> None:
    address = s.x[rs1]
    if address & size - 1:
        raise s.trap("store_address_misaligned", address)
    failed = (s.reserved_bytes != size) | (s.reserved_address != address)
    s.store(address, s.x[rs2][8 * size - 1 : 0], when=failed == 0)
    s.reserved_bytes = 0
    s.x[rd] = zext(failed, s.xlen)


def _read(s: Any, address: Value, size: int) -> Value:
    """Return what an atomic memory operation finds: all its faults are those of stores."""
    if address & size - 1:
        raise s.trap("store_address_misaligned", address)
    return s.load(address, size, fault="store")


def _finish(s: Any, rd: Value, address: Value, old: Value, new: Value) -> None:
    s.store(address, new)
    s.x[rd] = sext(old, s.xlen)


@a.instruction(
    "00010 aqrl 00000 rs1 010 rd 0101111",
    "lr.w{aqrl} {rd}, ({rs1})",
    section="14.2",
)
def lr_w(s: Any, rd: Value, rs1: Value) -> None:
    """Load a word and reserve it."""
    _load_reserved(s, rd, rs1, 4)


@a.instruction(
    "00011 aqrl rs2 rs1 010 rd 0101111",
    "sc.w{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.2",
)
def sc_w(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Store a word if it is reserved; `rd` gets 0, or 1 if nothing was stored."""
    _store_conditional(s, rd, rs1, rs2, 4)


@a.instruction(
    "00001 aqrl rs2 rs1 010 rd 0101111",
    "amoswap.w{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
)
def amoswap_w(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Write a register to a word in memory; `rd` gets what was there."""
    old = _read(s, s.x[rs1], 4)
    _finish(s, rd, s.x[rs1], old, s.x[rs2][31:0])


@a.instruction(
    "00000 aqrl rs2 rs1 010 rd 0101111",
    "amoadd.w{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
)
def amoadd_w(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Add to a word in memory; `rd` gets what was there."""
    old = _read(s, s.x[rs1], 4)
    _finish(s, rd, s.x[rs1], old, old + s.x[rs2][31:0])


@a.instruction(
    "00100 aqrl rs2 rs1 010 rd 0101111",
    "amoxor.w{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
)
def amoxor_w(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Exclusive or with a word in memory; `rd` gets what was there."""
    old = _read(s, s.x[rs1], 4)
    _finish(s, rd, s.x[rs1], old, old ^ s.x[rs2][31:0])


@a.instruction(
    "01100 aqrl rs2 rs1 010 rd 0101111",
    "amoand.w{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
)
def amoand_w(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """And with a word in memory; `rd` gets what was there."""
    old = _read(s, s.x[rs1], 4)
    _finish(s, rd, s.x[rs1], old, old & s.x[rs2][31:0])


@a.instruction(
    "01000 aqrl rs2 rs1 010 rd 0101111",
    "amoor.w{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
)
def amoor_w(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Or with a word in memory; `rd` gets what was there."""
    old = _read(s, s.x[rs1], 4)
    _finish(s, rd, s.x[rs1], old, old | s.x[rs2][31:0])


@a.instruction(
    "10000 aqrl rs2 rs1 010 rd 0101111",
    "amomin.w{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
)
def amomin_w(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Lower a word in memory to a register, signed; `rd` gets what was there."""
    old, other = _read(s, s.x[rs1], 4), s.x[rs2][31:0]
    _finish(s, rd, s.x[rs1], old, select(signed(old) < signed(other), old, other))


@a.instruction(
    "10100 aqrl rs2 rs1 010 rd 0101111",
    "amomax.w{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
)
def amomax_w(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Raise a word in memory to a register, signed; `rd` gets what was there."""
    old, other = _read(s, s.x[rs1], 4), s.x[rs2][31:0]
    _finish(s, rd, s.x[rs1], old, select(signed(old) > signed(other), old, other))


@a.instruction(
    "11000 aqrl rs2 rs1 010 rd 0101111",
    "amominu.w{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
)
def amominu_w(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Lower a word in memory to a register, unsigned; `rd` gets what was there."""
    old, other = _read(s, s.x[rs1], 4), s.x[rs2][31:0]
    _finish(s, rd, s.x[rs1], old, select(old < other, old, other))


@a.instruction(
    "11100 aqrl rs2 rs1 010 rd 0101111",
    "amomaxu.w{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
)
def amomaxu_w(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Raise a word in memory to a register, unsigned; `rd` gets what was there."""
    old, other = _read(s, s.x[rs1], 4), s.x[rs2][31:0]
    _finish(s, rd, s.x[rs1], old, select(old > other, old, other))


@a.instruction(
    "00010 aqrl 00000 rs1 011 rd 0101111",
    "lr.d{aqrl} {rd}, ({rs1})",
    section="14.2",
    xlen=64,
)
def lr_d(s: Any, rd: Value, rs1: Value) -> None:
    """Load a doubleword and reserve it."""
    _load_reserved(s, rd, rs1, 8)


@a.instruction(
    "00011 aqrl rs2 rs1 011 rd 0101111",
    "sc.d{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.2",
    xlen=64,
)
def sc_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Store a doubleword if it is reserved; `rd` gets 0, or 1 if nothing was stored."""
    _store_conditional(s, rd, rs1, rs2, 8)


@a.instruction(
    "00001 aqrl rs2 rs1 011 rd 0101111",
    "amoswap.d{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
    xlen=64,
)
def amoswap_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Write a register to a doubleword in memory; `rd` gets what was there."""
    old = _read(s, s.x[rs1], 8)
    _finish(s, rd, s.x[rs1], old, s.x[rs2])


@a.instruction(
    "00000 aqrl rs2 rs1 011 rd 0101111",
    "amoadd.d{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
    xlen=64,
)
def amoadd_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Add to a doubleword in memory; `rd` gets what was there."""
    old = _read(s, s.x[rs1], 8)
    _finish(s, rd, s.x[rs1], old, old + s.x[rs2])


@a.instruction(
    "00100 aqrl rs2 rs1 011 rd 0101111",
    "amoxor.d{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
    xlen=64,
)
def amoxor_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Exclusive or with a doubleword in memory; `rd` gets what was there."""
    old = _read(s, s.x[rs1], 8)
    _finish(s, rd, s.x[rs1], old, old ^ s.x[rs2])


@a.instruction(
    "01100 aqrl rs2 rs1 011 rd 0101111",
    "amoand.d{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
    xlen=64,
)
def amoand_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """And with a doubleword in memory; `rd` gets what was there."""
    old = _read(s, s.x[rs1], 8)
    _finish(s, rd, s.x[rs1], old, old & s.x[rs2])


@a.instruction(
    "01000 aqrl rs2 rs1 011 rd 0101111",
    "amoor.d{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
    xlen=64,
)
def amoor_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Or with a doubleword in memory; `rd` gets what was there."""
    old = _read(s, s.x[rs1], 8)
    _finish(s, rd, s.x[rs1], old, old | s.x[rs2])


@a.instruction(
    "10000 aqrl rs2 rs1 011 rd 0101111",
    "amomin.d{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
    xlen=64,
)
def amomin_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Lower a doubleword in memory to a register, signed; `rd` gets what was there."""
    old, other = _read(s, s.x[rs1], 8), s.x[rs2]
    _finish(s, rd, s.x[rs1], old, select(signed(old) < signed(other), old, other))


@a.instruction(
    "10100 aqrl rs2 rs1 011 rd 0101111",
    "amomax.d{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
    xlen=64,
)
def amomax_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Raise a doubleword in memory to a register, signed; `rd` gets what was there."""
    old, other = _read(s, s.x[rs1], 8), s.x[rs2]
    _finish(s, rd, s.x[rs1], old, select(signed(old) > signed(other), old, other))


@a.instruction(
    "11000 aqrl rs2 rs1 011 rd 0101111",
    "amominu.d{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
    xlen=64,
)
def amominu_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Lower a doubleword in memory to a register, unsigned; `rd` gets what was there."""
    old, other = _read(s, s.x[rs1], 8), s.x[rs2]
    _finish(s, rd, s.x[rs1], old, select(old < other, old, other))


@a.instruction(
    "11100 aqrl rs2 rs1 011 rd 0101111",
    "amomaxu.d{aqrl} {rd}, {rs2}, ({rs1})",
    section="14.4",
    xlen=64,
)
def amomaxu_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Raise a doubleword in memory to a register, unsigned; `rd` gets what was there."""
    old, other = _read(s, s.x[rs1], 8), s.x[rs2]
    _finish(s, rd, s.x[rs1], old, select(old > other, old, other))
