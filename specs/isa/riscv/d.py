"""D: double-precision floating point.

RISC-V Instruction Set Manual, volume I, version 20240411, chapter 21 (version 2.2 of D).
"""

from typing import Any

from gen.isa import Extension
from gen.isa.values import Value, concat, sext, zext
from specs.isa.riscv.fp import (
    DOUBLE,
    FLOAT_OPERANDS,
    SINGLE,
    X_RD,
    X_RS1,
    accrued,
    check_enabled,
    is_mode,
    rounding,
)

__all__ = ["d", "fld", "fsd"]

d = Extension(
    "D",
    operands=FLOAT_OPERANDS,
    title="Double-precision floating point",
    source="RISC-V unprivileged manual 20240411, chapter 21",
)


# Loads and stores, section 21.3


@d.instruction(
    "imm[11:0] rs1 011 rd 0000111", "fld {rd}, {imm}({rs1})", section="21.3", operands=X_RS1
)
def fld(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Load a doubleword."""
    check_enabled(s)
    DOUBLE.write(s, rd, s.load(s.x[rs1] + imm, 8))


@d.instruction(
    "imm[11:5] rs2 rs1 011 imm[4:0] 0100111",
    "fsd {rs2}, {imm}({rs1})",
    section="21.3",
    operands=X_RS1,
)
def fsd(s: Any, rs1: Value, rs2: Value, imm: Value) -> None:
    """Store a doubleword, as it is."""
    s.store(s.x[rs1] + imm, DOUBLE.raw(s, rs2))


# Computation, section 21.4


@d.instruction(
    "0000001 rs2 rs1 rm rd 1010011",
    "fadd.d {rd}, {rs1}, {rs2}, {rm}",
    section="21.4",
    where=is_mode,
)
def fadd_d(s: Any, rd: Value, rs1: Value, rs2: Value, rm: Value) -> None:
    """Add."""
    DOUBLE.compute(s, rd, "add", rounding(s, rm), DOUBLE.read(s, rs1), DOUBLE.read(s, rs2))


@d.instruction(
    "0000101 rs2 rs1 rm rd 1010011",
    "fsub.d {rd}, {rs1}, {rs2}, {rm}",
    section="21.4",
    where=is_mode,
)
def fsub_d(s: Any, rd: Value, rs1: Value, rs2: Value, rm: Value) -> None:
    """Subtract."""
    DOUBLE.compute(s, rd, "sub", rounding(s, rm), DOUBLE.read(s, rs1), DOUBLE.read(s, rs2))


@d.instruction(
    "0001001 rs2 rs1 rm rd 1010011",
    "fmul.d {rd}, {rs1}, {rs2}, {rm}",
    section="21.4",
    where=is_mode,
)
def fmul_d(s: Any, rd: Value, rs1: Value, rs2: Value, rm: Value) -> None:
    """Multiply."""
    DOUBLE.compute(s, rd, "mul", rounding(s, rm), DOUBLE.read(s, rs1), DOUBLE.read(s, rs2))


@d.instruction(
    "0001101 rs2 rs1 rm rd 1010011",
    "fdiv.d {rd}, {rs1}, {rs2}, {rm}",
    section="21.4",
    where=is_mode,
)
def fdiv_d(s: Any, rd: Value, rs1: Value, rs2: Value, rm: Value) -> None:
    """Divide."""
    DOUBLE.compute(s, rd, "div", rounding(s, rm), DOUBLE.read(s, rs1), DOUBLE.read(s, rs2))


@d.instruction(
    "0101101 00000 rs1 rm rd 1010011", "fsqrt.d {rd}, {rs1}, {rm}", section="21.4", where=is_mode
)
def fsqrt_d(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Take the square root."""
    DOUBLE.compute(s, rd, "sqrt", rounding(s, rm), DOUBLE.read(s, rs1))


@d.instruction("0010101 rs2 rs1 000 rd 1010011", "fmin.d {rd}, {rs1}, {rs2}", section="21.4")
def fmin_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Take the smaller number: -0 is less than +0, a number goes before a NaN."""
    DOUBLE.compute(s, rd, "min", DOUBLE.read(s, rs1), DOUBLE.read(s, rs2))


@d.instruction("0010101 rs2 rs1 001 rd 1010011", "fmax.d {rd}, {rs1}, {rs2}", section="21.4")
def fmax_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Take the larger number: +0 is more than -0, a number goes before a NaN."""
    DOUBLE.compute(s, rd, "max", DOUBLE.read(s, rs1), DOUBLE.read(s, rs2))


@d.instruction(
    "rs3 01 rs2 rs1 rm rd 1000011",
    "fmadd.d {rd}, {rs1}, {rs2}, {rs3}, {rm}",
    section="21.4",
    where=is_mode,
)
def fmadd_d(s: Any, rd: Value, rs1: Value, rs2: Value, rs3: Value, rm: Value) -> None:
    """Multiply and add, rounded once."""
    mode = rounding(s, rm)
    a, b, c = DOUBLE.read(s, rs1), DOUBLE.read(s, rs2), DOUBLE.read(s, rs3)
    DOUBLE.compute(s, rd, "fma", mode, a, b, c)


@d.instruction(
    "rs3 01 rs2 rs1 rm rd 1000111",
    "fmsub.d {rd}, {rs1}, {rs2}, {rs3}, {rm}",
    section="21.4",
    where=is_mode,
)
def fmsub_d(s: Any, rd: Value, rs1: Value, rs2: Value, rs3: Value, rm: Value) -> None:
    """Multiply and subtract, rounded once."""
    mode = rounding(s, rm)
    a, b, c = DOUBLE.read(s, rs1), DOUBLE.read(s, rs2), DOUBLE.negated(s, rs3)
    DOUBLE.compute(s, rd, "fma", mode, a, b, c)


@d.instruction(
    "rs3 01 rs2 rs1 rm rd 1001011",
    "fnmsub.d {rd}, {rs1}, {rs2}, {rs3}, {rm}",
    section="21.4",
    where=is_mode,
)
def fnmsub_d(s: Any, rd: Value, rs1: Value, rs2: Value, rs3: Value, rm: Value) -> None:
    """Multiply and subtract from the addend, rounded once."""
    mode = rounding(s, rm)
    a, b, c = DOUBLE.negated(s, rs1), DOUBLE.read(s, rs2), DOUBLE.read(s, rs3)
    DOUBLE.compute(s, rd, "fma", mode, a, b, c)


@d.instruction(
    "rs3 01 rs2 rs1 rm rd 1001111",
    "fnmadd.d {rd}, {rs1}, {rs2}, {rs3}, {rm}",
    section="21.4",
    where=is_mode,
)
def fnmadd_d(s: Any, rd: Value, rs1: Value, rs2: Value, rs3: Value, rm: Value) -> None:
    """Multiply, add and negate, rounded once."""
    mode = rounding(s, rm)
    a, b, c = DOUBLE.negated(s, rs1), DOUBLE.read(s, rs2), DOUBLE.negated(s, rs3)
    DOUBLE.compute(s, rd, "fma", mode, a, b, c)


# Conversion and moves, section 21.5


@d.instruction(
    "1100001 00000 rs1 rm rd 1010011",
    "fcvt.w.d {rd}, {rs1}, {rm}",
    section="21.5",
    operands=X_RD,
    where=is_mode,
)
def fcvt_w_d(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert to a word."""
    found = DOUBLE.call("to_i32", rounding(s, rm), DOUBLE.read(s, rs1))
    s.x[rd] = sext(accrued(s, found), s.xlen)


@d.instruction(
    "1100001 00001 rs1 rm rd 1010011",
    "fcvt.wu.d {rd}, {rs1}, {rm}",
    section="21.5",
    operands=X_RD,
    where=is_mode,
)
def fcvt_wu_d(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert to an unsigned word; it is sign-extended."""
    found = DOUBLE.call("to_u32", rounding(s, rm), DOUBLE.read(s, rs1))
    s.x[rd] = sext(accrued(s, found), s.xlen)


@d.instruction(
    "1100001 00010 rs1 rm rd 1010011",
    "fcvt.l.d {rd}, {rs1}, {rm}",
    section="21.5",
    operands=X_RD,
    where=is_mode,
    xlen=64,
)
def fcvt_l_d(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert to a doubleword."""
    found = DOUBLE.call("to_i64", rounding(s, rm), DOUBLE.read(s, rs1))
    s.x[rd] = accrued(s, found)


@d.instruction(
    "1100001 00011 rs1 rm rd 1010011",
    "fcvt.lu.d {rd}, {rs1}, {rm}",
    section="21.5",
    operands=X_RD,
    where=is_mode,
    xlen=64,
)
def fcvt_lu_d(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert to an unsigned doubleword."""
    found = DOUBLE.call("to_u64", rounding(s, rm), DOUBLE.read(s, rs1))
    s.x[rd] = accrued(s, found)


@d.instruction(
    "1101001 00000 rs1 rm rd 1010011",
    "fcvt.d.w {rd}, {rs1}, {rm}",
    section="21.5",
    operands=X_RS1,
    where=is_mode,
)
def fcvt_d_w(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert from a word."""
    DOUBLE.convert(s, rd, "i32", rounding(s, rm), s.x[rs1][31:0])


@d.instruction(
    "1101001 00001 rs1 rm rd 1010011",
    "fcvt.d.wu {rd}, {rs1}, {rm}",
    section="21.5",
    operands=X_RS1,
    where=is_mode,
)
def fcvt_d_wu(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert from an unsigned word."""
    DOUBLE.convert(s, rd, "u32", rounding(s, rm), s.x[rs1][31:0])


@d.instruction(
    "1101001 00010 rs1 rm rd 1010011",
    "fcvt.d.l {rd}, {rs1}, {rm}",
    section="21.5",
    operands=X_RS1,
    where=is_mode,
    xlen=64,
)
def fcvt_d_l(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert from a doubleword."""
    DOUBLE.convert(s, rd, "i64", rounding(s, rm), s.x[rs1])


@d.instruction(
    "1101001 00011 rs1 rm rd 1010011",
    "fcvt.d.lu {rd}, {rs1}, {rm}",
    section="21.5",
    operands=X_RS1,
    where=is_mode,
    xlen=64,
)
def fcvt_d_lu(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert from an unsigned doubleword."""
    DOUBLE.convert(s, rd, "u64", rounding(s, rm), s.x[rs1])


@d.instruction(
    "0100000 00001 rs1 rm rd 1010011", "fcvt.s.d {rd}, {rs1}, {rm}", section="21.5", where=is_mode
)
def fcvt_s_d(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert to single precision."""
    SINGLE.convert(s, rd, "f64", rounding(s, rm), DOUBLE.read(s, rs1))


@d.instruction(
    "0100001 00000 rs1 rm rd 1010011", "fcvt.d.s {rd}, {rs1}, {rm}", section="21.5", where=is_mode
)
def fcvt_d_s(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert from single precision: nothing is lost."""
    DOUBLE.convert(s, rd, "f32", rounding(s, rm), SINGLE.read(s, rs1))


@d.instruction("0010001 rs2 rs1 000 rd 1010011", "fsgnj.d {rd}, {rs1}, {rs2}", section="21.5")
def fsgnj_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Take the sign of the second number."""
    a, b = DOUBLE.read(s, rs1), DOUBLE.read(s, rs2)
    DOUBLE.write(s, rd, concat(b[63], a[62:0]))


@d.instruction("0010001 rs2 rs1 001 rd 1010011", "fsgnjn.d {rd}, {rs1}, {rs2}", section="21.5")
def fsgnjn_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Take the opposite of the second number's sign."""
    a, b = DOUBLE.read(s, rs1), DOUBLE.read(s, rs2)
    DOUBLE.write(s, rd, concat(~b[63], a[62:0]))


@d.instruction("0010001 rs2 rs1 010 rd 1010011", "fsgnjx.d {rd}, {rs1}, {rs2}", section="21.5")
def fsgnjx_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Take the exclusive or of both signs."""
    a, b = DOUBLE.read(s, rs1), DOUBLE.read(s, rs2)
    DOUBLE.write(s, rd, concat(a[63] ^ b[63], a[62:0]))


@d.instruction(
    "1110001 00000 rs1 000 rd 1010011",
    "fmv.x.d {rd}, {rs1}",
    section="21.5",
    operands=X_RD,
    xlen=64,
)
def fmv_x_d(s: Any, rd: Value, rs1: Value) -> None:
    """Move the bits of a number, as they are."""
    s.x[rd] = DOUBLE.raw(s, rs1)


@d.instruction(
    "1111001 00000 rs1 000 rd 1010011",
    "fmv.d.x {rd}, {rs1}",
    section="21.5",
    operands=X_RS1,
    xlen=64,
)
def fmv_d_x(s: Any, rd: Value, rs1: Value) -> None:
    """Move bits to a number."""
    check_enabled(s)
    DOUBLE.write(s, rd, s.x[rs1])


# Comparison and classification, sections 21.6 and 21.7


@d.instruction(
    "1010001 rs2 rs1 010 rd 1010011", "feq.d {rd}, {rs1}, {rs2}", section="21.6", operands=X_RD
)
def feq_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Set to 1 if equal, else to 0; only a signalling NaN is invalid."""
    DOUBLE.compare(s, rd, "eq_quiet", DOUBLE.read(s, rs1), DOUBLE.read(s, rs2))


@d.instruction(
    "1010001 rs2 rs1 001 rd 1010011", "flt.d {rd}, {rs1}, {rs2}", section="21.6", operands=X_RD
)
def flt_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Set to 1 if less, else to 0; any NaN is invalid."""
    DOUBLE.compare(s, rd, "lt_signalling", DOUBLE.read(s, rs1), DOUBLE.read(s, rs2))


@d.instruction(
    "1010001 rs2 rs1 000 rd 1010011", "fle.d {rd}, {rs1}, {rs2}", section="21.6", operands=X_RD
)
def fle_d(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Set to 1 if less or equal, else to 0; any NaN is invalid."""
    DOUBLE.compare(s, rd, "le_signalling", DOUBLE.read(s, rs1), DOUBLE.read(s, rs2))


@d.instruction(
    "1110001 00000 rs1 001 rd 1010011", "fclass.d {rd}, {rs1}", section="21.7", operands=X_RD
)
def fclass_d(s: Any, rd: Value, rs1: Value) -> None:
    """Set one of ten bits, by the kind of number."""
    s.x[rd] = zext(DOUBLE.call("classify", DOUBLE.read(s, rs1)), s.xlen)


# The rounding mode left out is the dynamic one; where nothing is rounded, assemblers write rne

for _syntax in (
    "fadd.d {rd}, {rs1}, {rs2}",
    "fsub.d {rd}, {rs1}, {rs2}",
    "fmul.d {rd}, {rs1}, {rs2}",
    "fdiv.d {rd}, {rs1}, {rs2}",
    "fsqrt.d {rd}, {rs1}",
    "fmadd.d {rd}, {rs1}, {rs2}, {rs3}",
    "fmsub.d {rd}, {rs1}, {rs2}, {rs3}",
    "fnmsub.d {rd}, {rs1}, {rs2}, {rs3}",
    "fnmadd.d {rd}, {rs1}, {rs2}, {rs3}",
    "fcvt.s.d {rd}, {rs1}",
):
    d.alias(_syntax, f"{_syntax}, dyn")
for _kind in ("w", "wu"):
    d.alias(
        f"fcvt.{_kind}.d {{rd}}, {{rs1}}", f"fcvt.{_kind}.d {{rd}}, {{rs1}}, dyn", operands=X_RD
    )
    d.alias(
        f"fcvt.d.{_kind} {{rd}}, {{rs1}}", f"fcvt.d.{_kind} {{rd}}, {{rs1}}, rne", operands=X_RS1
    )
for _kind in ("l", "lu"):
    d.alias(
        f"fcvt.{_kind}.d {{rd}}, {{rs1}}",
        f"fcvt.{_kind}.d {{rd}}, {{rs1}}, dyn",
        operands=X_RD,
        xlen=64,
    )
    d.alias(
        f"fcvt.d.{_kind} {{rd}}, {{rs1}}",
        f"fcvt.d.{_kind} {{rd}}, {{rs1}}, dyn",
        operands=X_RS1,
        xlen=64,
    )
d.alias("fcvt.d.s {rd}, {rs1}", "fcvt.d.s {rd}, {rs1}, rne")

# Pseudo-instructions, sections 21.5 and 21.6

d.alias("fmv.d {rd}, {rs1}", "fsgnj.d {rd}, {rs1}, {rs1}")
d.alias("fneg.d {rd}, {rs1}", "fsgnjn.d {rd}, {rs1}, {rs1}")
d.alias("fabs.d {rd}, {rs1}", "fsgnjx.d {rd}, {rs1}, {rs1}")
d.alias("fgt.d {rd}, {rs1}, {rs2}", "flt.d {rd}, {rs2}, {rs1}", operands=X_RD, printed=False)
d.alias("fge.d {rd}, {rs1}, {rs2}", "fle.d {rd}, {rs2}, {rs1}", operands=X_RD, printed=False)
