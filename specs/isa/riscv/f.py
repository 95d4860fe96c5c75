"""F: single-precision floating point.

RISC-V Instruction Set Manual, volume I, version 20240411, chapter 20 (version 2.2 of F).
"""

from typing import Any

from gen.isa import Extension
from gen.isa.values import Value, concat, sext, zext
from specs.isa.riscv.fp import (
    FLOAT_OPERANDS,
    SINGLE,
    X_RD,
    X_RS1,
    accrued,
    check_enabled,
    is_mode,
    rounding,
)

__all__ = ["f", "flw", "fsw"]

f = Extension(
    "F",
    operands=FLOAT_OPERANDS,
    title="Single-precision floating point",
    source="RISC-V unprivileged manual 20240411, chapter 20",
)


# Loads and stores, section 20.5


@f.instruction(
    "imm[11:0] rs1 010 rd 0000111", "flw {rd}, {imm}({rs1})", section="20.5", operands=X_RS1
)
def flw(s: Any, rd: Value, rs1: Value, imm: Value) -> None:
    """Load a word."""
    check_enabled(s)
    SINGLE.write(s, rd, s.load(s.x[rs1] + imm, 4))


@f.instruction(
    "imm[11:5] rs2 rs1 010 imm[4:0] 0100111",
    "fsw {rs2}, {imm}({rs1})",
    section="20.5",
    operands=X_RS1,
)
def fsw(s: Any, rs1: Value, rs2: Value, imm: Value) -> None:
    """Store a word, as it is."""
    s.store(s.x[rs1] + imm, SINGLE.raw(s, rs2))


# Computation, section 20.6


@f.instruction(
    "0000000 rs2 rs1 rm rd 1010011",
    "fadd.s {rd}, {rs1}, {rs2}, {rm}",
    section="20.6",
    where=is_mode,
)
def fadd_s(s: Any, rd: Value, rs1: Value, rs2: Value, rm: Value) -> None:
    """Add."""
    SINGLE.compute(s, rd, "add", rounding(s, rm), SINGLE.read(s, rs1), SINGLE.read(s, rs2))


@f.instruction(
    "0000100 rs2 rs1 rm rd 1010011",
    "fsub.s {rd}, {rs1}, {rs2}, {rm}",
    section="20.6",
    where=is_mode,
)
def fsub_s(s: Any, rd: Value, rs1: Value, rs2: Value, rm: Value) -> None:
    """Subtract."""
    SINGLE.compute(s, rd, "sub", rounding(s, rm), SINGLE.read(s, rs1), SINGLE.read(s, rs2))


@f.instruction(
    "0001000 rs2 rs1 rm rd 1010011",
    "fmul.s {rd}, {rs1}, {rs2}, {rm}",
    section="20.6",
    where=is_mode,
)
def fmul_s(s: Any, rd: Value, rs1: Value, rs2: Value, rm: Value) -> None:
    """Multiply."""
    SINGLE.compute(s, rd, "mul", rounding(s, rm), SINGLE.read(s, rs1), SINGLE.read(s, rs2))


@f.instruction(
    "0001100 rs2 rs1 rm rd 1010011",
    "fdiv.s {rd}, {rs1}, {rs2}, {rm}",
    section="20.6",
    where=is_mode,
)
def fdiv_s(s: Any, rd: Value, rs1: Value, rs2: Value, rm: Value) -> None:
    """Divide."""
    SINGLE.compute(s, rd, "div", rounding(s, rm), SINGLE.read(s, rs1), SINGLE.read(s, rs2))


@f.instruction(
    "0101100 00000 rs1 rm rd 1010011", "fsqrt.s {rd}, {rs1}, {rm}", section="20.6", where=is_mode
)
def fsqrt_s(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Take the square root."""
    SINGLE.compute(s, rd, "sqrt", rounding(s, rm), SINGLE.read(s, rs1))


@f.instruction("0010100 rs2 rs1 000 rd 1010011", "fmin.s {rd}, {rs1}, {rs2}", section="20.6")
def fmin_s(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Take the smaller number: -0 is less than +0, a number goes before a NaN."""
    SINGLE.compute(s, rd, "min", SINGLE.read(s, rs1), SINGLE.read(s, rs2))


@f.instruction("0010100 rs2 rs1 001 rd 1010011", "fmax.s {rd}, {rs1}, {rs2}", section="20.6")
def fmax_s(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Take the larger number: +0 is more than -0, a number goes before a NaN."""
    SINGLE.compute(s, rd, "max", SINGLE.read(s, rs1), SINGLE.read(s, rs2))


@f.instruction(
    "rs3 00 rs2 rs1 rm rd 1000011",
    "fmadd.s {rd}, {rs1}, {rs2}, {rs3}, {rm}",
    section="20.6",
    where=is_mode,
)
def fmadd_s(s: Any, rd: Value, rs1: Value, rs2: Value, rs3: Value, rm: Value) -> None:
    """Multiply and add, rounded once."""
    mode = rounding(s, rm)
    a, b, c = SINGLE.read(s, rs1), SINGLE.read(s, rs2), SINGLE.read(s, rs3)
    SINGLE.compute(s, rd, "fma", mode, a, b, c)


@f.instruction(
    "rs3 00 rs2 rs1 rm rd 1000111",
    "fmsub.s {rd}, {rs1}, {rs2}, {rs3}, {rm}",
    section="20.6",
    where=is_mode,
)
def fmsub_s(s: Any, rd: Value, rs1: Value, rs2: Value, rs3: Value, rm: Value) -> None:
    """Multiply and subtract, rounded once."""
    mode = rounding(s, rm)
    a, b, c = SINGLE.read(s, rs1), SINGLE.read(s, rs2), SINGLE.negated(s, rs3)
    SINGLE.compute(s, rd, "fma", mode, a, b, c)


@f.instruction(
    "rs3 00 rs2 rs1 rm rd 1001011",
    "fnmsub.s {rd}, {rs1}, {rs2}, {rs3}, {rm}",
    section="20.6",
    where=is_mode,
)
def fnmsub_s(s: Any, rd: Value, rs1: Value, rs2: Value, rs3: Value, rm: Value) -> None:
    """Multiply and subtract from the addend, rounded once."""
    mode = rounding(s, rm)
    a, b, c = SINGLE.negated(s, rs1), SINGLE.read(s, rs2), SINGLE.read(s, rs3)
    SINGLE.compute(s, rd, "fma", mode, a, b, c)


@f.instruction(
    "rs3 00 rs2 rs1 rm rd 1001111",
    "fnmadd.s {rd}, {rs1}, {rs2}, {rs3}, {rm}",
    section="20.6",
    where=is_mode,
)
def fnmadd_s(s: Any, rd: Value, rs1: Value, rs2: Value, rs3: Value, rm: Value) -> None:
    """Multiply, add and negate, rounded once."""
    mode = rounding(s, rm)
    a, b, c = SINGLE.negated(s, rs1), SINGLE.read(s, rs2), SINGLE.negated(s, rs3)
    SINGLE.compute(s, rd, "fma", mode, a, b, c)


# Conversion and moves, section 20.7


@f.instruction(
    "1100000 00000 rs1 rm rd 1010011",
    "fcvt.w.s {rd}, {rs1}, {rm}",
    section="20.7",
    operands=X_RD,
    where=is_mode,
)
def fcvt_w_s(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert to a word."""
    found = SINGLE.call("to_i32", rounding(s, rm), SINGLE.read(s, rs1))
    s.x[rd] = sext(accrued(s, found), s.xlen)


@f.instruction(
    "1100000 00001 rs1 rm rd 1010011",
    "fcvt.wu.s {rd}, {rs1}, {rm}",
    section="20.7",
    operands=X_RD,
    where=is_mode,
)
def fcvt_wu_s(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert to an unsigned word; it is sign-extended."""
    found = SINGLE.call("to_u32", rounding(s, rm), SINGLE.read(s, rs1))
    s.x[rd] = sext(accrued(s, found), s.xlen)


@f.instruction(
    "1100000 00010 rs1 rm rd 1010011",
    "fcvt.l.s {rd}, {rs1}, {rm}",
    section="20.7",
    operands=X_RD,
    where=is_mode,
    xlen=64,
)
def fcvt_l_s(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert to a doubleword."""
    found = SINGLE.call("to_i64", rounding(s, rm), SINGLE.read(s, rs1))
    s.x[rd] = accrued(s, found)


@f.instruction(
    "1100000 00011 rs1 rm rd 1010011",
    "fcvt.lu.s {rd}, {rs1}, {rm}",
    section="20.7",
    operands=X_RD,
    where=is_mode,
    xlen=64,
)
def fcvt_lu_s(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert to an unsigned doubleword."""
    found = SINGLE.call("to_u64", rounding(s, rm), SINGLE.read(s, rs1))
    s.x[rd] = accrued(s, found)


@f.instruction(
    "1101000 00000 rs1 rm rd 1010011",
    "fcvt.s.w {rd}, {rs1}, {rm}",
    section="20.7",
    operands=X_RS1,
    where=is_mode,
)
def fcvt_s_w(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert from a word."""
    SINGLE.convert(s, rd, "i32", rounding(s, rm), s.x[rs1][31:0])


@f.instruction(
    "1101000 00001 rs1 rm rd 1010011",
    "fcvt.s.wu {rd}, {rs1}, {rm}",
    section="20.7",
    operands=X_RS1,
    where=is_mode,
)
def fcvt_s_wu(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert from an unsigned word."""
    SINGLE.convert(s, rd, "u32", rounding(s, rm), s.x[rs1][31:0])


@f.instruction(
    "1101000 00010 rs1 rm rd 1010011",
    "fcvt.s.l {rd}, {rs1}, {rm}",
    section="20.7",
    operands=X_RS1,
    where=is_mode,
    xlen=64,
)
def fcvt_s_l(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert from a doubleword."""
    SINGLE.convert(s, rd, "i64", rounding(s, rm), s.x[rs1])


@f.instruction(
    "1101000 00011 rs1 rm rd 1010011",
    "fcvt.s.lu {rd}, {rs1}, {rm}",
    section="20.7",
    operands=X_RS1,
    where=is_mode,
    xlen=64,
)
def fcvt_s_lu(s: Any, rd: Value, rs1: Value, rm: Value) -> None:
    """Convert from an unsigned doubleword."""
    SINGLE.convert(s, rd, "u64", rounding(s, rm), s.x[rs1])


@f.instruction("0010000 rs2 rs1 000 rd 1010011", "fsgnj.s {rd}, {rs1}, {rs2}", section="20.7")
def fsgnj_s(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Take the sign of the second number."""
    a, b = SINGLE.read(s, rs1), SINGLE.read(s, rs2)
    SINGLE.write(s, rd, concat(b[31], a[30:0]))


@f.instruction("0010000 rs2 rs1 001 rd 1010011", "fsgnjn.s {rd}, {rs1}, {rs2}", section="20.7")
def fsgnjn_s(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Take the opposite of the second number's sign."""
    a, b = SINGLE.read(s, rs1), SINGLE.read(s, rs2)
    SINGLE.write(s, rd, concat(~b[31], a[30:0]))


@f.instruction("0010000 rs2 rs1 010 rd 1010011", "fsgnjx.s {rd}, {rs1}, {rs2}", section="20.7")
def fsgnjx_s(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Take the exclusive or of both signs."""
    a, b = SINGLE.read(s, rs1), SINGLE.read(s, rs2)
    SINGLE.write(s, rd, concat(a[31] ^ b[31], a[30:0]))


@f.instruction(
    "1110000 00000 rs1 000 rd 1010011", "fmv.x.w {rd}, {rs1}", section="20.7", operands=X_RD
)
def fmv_x_w(s: Any, rd: Value, rs1: Value) -> None:
    """Move the bits of a number, as they are; they are sign-extended."""
    s.x[rd] = sext(SINGLE.raw(s, rs1), s.xlen)


@f.instruction(
    "1111000 00000 rs1 000 rd 1010011", "fmv.w.x {rd}, {rs1}", section="20.7", operands=X_RS1
)
def fmv_w_x(s: Any, rd: Value, rs1: Value) -> None:
    """Move bits to a number."""
    check_enabled(s)
    SINGLE.write(s, rd, s.x[rs1][31:0])


# Comparison and classification, sections 20.8 and 20.9


@f.instruction(
    "1010000 rs2 rs1 010 rd 1010011", "feq.s {rd}, {rs1}, {rs2}", section="20.8", operands=X_RD
)
def feq_s(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Set to 1 if equal, else to 0; only a signalling NaN is invalid."""
    SINGLE.compare(s, rd, "eq_quiet", SINGLE.read(s, rs1), SINGLE.read(s, rs2))


@f.instruction(
    "1010000 rs2 rs1 001 rd 1010011", "flt.s {rd}, {rs1}, {rs2}", section="20.8", operands=X_RD
)
def flt_s(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Set to 1 if less, else to 0; any NaN is invalid."""
    SINGLE.compare(s, rd, "lt_signalling", SINGLE.read(s, rs1), SINGLE.read(s, rs2))


@f.instruction(
    "1010000 rs2 rs1 000 rd 1010011", "fle.s {rd}, {rs1}, {rs2}", section="20.8", operands=X_RD
)
def fle_s(s: Any, rd: Value, rs1: Value, rs2: Value) -> None:
    """Set to 1 if less or equal, else to 0; any NaN is invalid."""
    SINGLE.compare(s, rd, "le_signalling", SINGLE.read(s, rs1), SINGLE.read(s, rs2))


@f.instruction(
    "1110000 00000 rs1 001 rd 1010011", "fclass.s {rd}, {rs1}", section="20.9", operands=X_RD
)
def fclass_s(s: Any, rd: Value, rs1: Value) -> None:
    """Set one of ten bits, by the kind of number."""
    s.x[rd] = zext(SINGLE.call("classify", SINGLE.read(s, rs1)), s.xlen)


# The rounding mode left out is the dynamic one

for _syntax in (
    "fadd.s {rd}, {rs1}, {rs2}",
    "fsub.s {rd}, {rs1}, {rs2}",
    "fmul.s {rd}, {rs1}, {rs2}",
    "fdiv.s {rd}, {rs1}, {rs2}",
    "fsqrt.s {rd}, {rs1}",
    "fmadd.s {rd}, {rs1}, {rs2}, {rs3}",
    "fmsub.s {rd}, {rs1}, {rs2}, {rs3}",
    "fnmsub.s {rd}, {rs1}, {rs2}, {rs3}",
    "fnmadd.s {rd}, {rs1}, {rs2}, {rs3}",
):
    f.alias(_syntax, f"{_syntax}, dyn")
for _kind in ("w", "wu"):
    f.alias(
        f"fcvt.{_kind}.s {{rd}}, {{rs1}}", f"fcvt.{_kind}.s {{rd}}, {{rs1}}, dyn", operands=X_RD
    )
    f.alias(
        f"fcvt.s.{_kind} {{rd}}, {{rs1}}", f"fcvt.s.{_kind} {{rd}}, {{rs1}}, dyn", operands=X_RS1
    )
for _kind in ("l", "lu"):
    f.alias(
        f"fcvt.{_kind}.s {{rd}}, {{rs1}}",
        f"fcvt.{_kind}.s {{rd}}, {{rs1}}, dyn",
        operands=X_RD,
        xlen=64,
    )
    f.alias(
        f"fcvt.s.{_kind} {{rd}}, {{rs1}}",
        f"fcvt.s.{_kind} {{rd}}, {{rs1}}, dyn",
        operands=X_RS1,
        xlen=64,
    )

# Pseudo-instructions, sections 20.2, 20.7 and 20.8

f.alias("fmv.s {rd}, {rs1}", "fsgnj.s {rd}, {rs1}, {rs1}")
f.alias("fneg.s {rd}, {rs1}", "fsgnjn.s {rd}, {rs1}, {rs1}")
f.alias("fabs.s {rd}, {rs1}", "fsgnjx.s {rd}, {rs1}, {rs1}")
f.alias("fgt.s {rd}, {rs1}, {rs2}", "flt.s {rd}, {rs2}, {rs1}", operands=X_RD, printed=False)
f.alias("fge.s {rd}, {rs1}, {rs2}", "fle.s {rd}, {rs2}, {rs1}", operands=X_RD, printed=False)
for _register, _name in (("fcsr", "csr"), ("frm", "rm"), ("fflags", "flags")):
    f.alias(f"fr{_name} {{rd}}", f"csrrs {{rd}}, {_register}, zero", operands=X_RD)
    f.alias(
        f"fs{_name} {{rd}}, {{rs1}}", f"csrrw {{rd}}, {_register}, {{rs1}}", operands=X_RD | X_RS1
    )
    f.alias(f"fs{_name} {{rs1}}", f"csrrw zero, {_register}, {{rs1}}", operands=X_RS1)
for _register, _name in (("frm", "rm"), ("fflags", "flags")):
    f.alias(f"fs{_name}i {{rd}}, {{zimm}}", f"csrrwi {{rd}}, {_register}, {{zimm}}", operands=X_RD)
    f.alias(f"fs{_name}i {{zimm}}", f"csrrwi zero, {_register}, {{zimm}}")
