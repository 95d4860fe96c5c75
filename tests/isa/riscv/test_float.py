"""Floating point of RISC-V: every instruction is there, and the machine does what it does."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from gen.ir.reader import read_machine
from gen.ir.text import print_machine
from gen.isa import Trap, elaborate
from gen.isa.values import word
from tests.isa.agree import compare
from tests.isa.riscv.floating import FS, Cpu, floating, isa
from tests.references import ieee754

ONES = 0xFFFFFFFF00000000
ONE, TWO, NAN = 0x3F800000, 0x40000000, 0x7FC00000
SETS = ["rv32if", "rv64if", "rv32ifd", "rv64ifd", "rv32ifdc", "rv64ifdc", "rv32ifc", "rv64ifd_sm"]

# The manual's instruction listings
F = """flw fsw fmadd.s fmsub.s fnmsub.s fnmadd.s fadd.s fsub.s fmul.s fdiv.s fsqrt.s fsgnj.s
    fsgnjn.s fsgnjx.s fmin.s fmax.s fcvt.w.s fcvt.wu.s fmv.x.w feq.s flt.s fle.s fclass.s fcvt.s.w
    fcvt.s.wu fmv.w.x""".split()
F64 = "fcvt.l.s fcvt.lu.s fcvt.s.l fcvt.s.lu".split()
D = """fld fsd fmadd.d fmsub.d fnmsub.d fnmadd.d fadd.d fsub.d fmul.d fdiv.d fsqrt.d fsgnj.d
    fsgnjn.d fsgnjx.d fmin.d fmax.d fcvt.s.d fcvt.d.s feq.d flt.d fle.d fclass.d fcvt.w.d fcvt.wu.d
    fcvt.d.w fcvt.d.wu""".split()
D64 = "fcvt.l.d fcvt.lu.d fmv.x.d fcvt.d.l fcvt.d.lu fmv.d.x".split()
ZCF = "c.flwsp c.fswsp c.flw c.fsw".split()
ZCD = "c.fldsp c.fsdsp c.fld c.fsd".split()


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("rv32if", F),
        ("rv64if", F + F64),
        ("rv32id", F + D),
        ("rv64ifd", F + F64 + D + D64),
        ("rv32ifdc", F + D + ZCF + ZCD),
        ("rv64gc", F + F64 + D + D64 + ZCD),
        ("rv32ifc", F + ZCF),
        ("rv64ifc", F + F64),
        ("rv64imac_zicsr", []),
    ],
)
def test_every_instruction_is_there(name: str, names: list[str]) -> None:
    own = [i.name for i in floating(isa(name)).instructions]
    assert sorted(own) == sorted(names)


def _float_state(state: dict[str, Any], draw: random.Random) -> None:
    """Registers of numbers, most of them boxed; a mode that mostly is one."""
    wide = any(v >> 32 for v in state["f"])
    for k in range(32):
        if wide and draw.random() < 0.5:
            state["f"][k] = ieee754.operand(draw, 64)
        else:
            boxed = ONES if wide and draw.random() < 0.8 else 0
            state["f"][k] = ieee754.operand(draw, 32) | boxed
    state["frm"] = draw.choice([0, 1, 2, 3, 4, 4, 5, 7])
    state["fflags"] = draw.randrange(32)


@pytest.mark.parametrize("name", SETS)
def test_the_machine_does_what_the_interpreter_does(name: str) -> None:
    chosen = floating(isa(name))

    def prepare(state: dict[str, Any], draw: random.Random) -> None:
        _float_state(state, draw)
        if "mstatus" in state:
            state["mstatus"] = draw.choice([0, 1, 2, 3]) << FS

    assert chosen.instructions
    compare(chosen, elaborate(chosen), 8, prepare=prepare)


def test_the_machine_reads_back() -> None:
    machine = elaborate(floating(isa("rv64ifd")))
    assert read_machine(print_machine(machine)) == machine


# Boxing, section 21.2


def test_single_numbers_are_boxed() -> None:
    cpu = Cpu(isa("rv64ifd"))
    cpu.put(1, ONES | ONE)
    cpu.do("fadd.s", rd=2, rs1=1, rs2=1)
    assert cpu.hart.f[2] == ONES | TWO
    cpu.do("fcvt.s.d", rd=3, rs1=4)
    assert cpu.hart.f[3] == ONES
    cpu.memory.write(0x100, 4, ONE)
    cpu.x(5, 0x100)
    cpu.do("flw", rd=6, rs1=5)
    assert cpu.hart.f[6] == ONES | ONE
    cpu.x(5, 0xFFFFFFFF_3F800000)
    cpu.do("fmv.w.x", rd=7, rs1=5)
    assert cpu.hart.f[7] == ONES | ONE


def test_a_number_that_is_not_boxed_is_the_canonical_nan() -> None:
    cpu = Cpu(isa("rv64ifd"))
    cpu.put(1, ONE)
    cpu.put(2, ONES | ONE)
    cpu.do("fadd.s", rd=3, rs1=1, rs2=2)
    assert (cpu.hart.f[3], cpu.hart.fflags) == (ONES | NAN, 0)
    cpu.do("fsgnjn.s", rd=3, rs1=1, rs2=1)
    assert cpu.hart.f[3] == ONES | NAN | 1 << 31
    cpu.do("fclass.s", rd=3, rs1=1)
    assert cpu.hart.x[3] == 1 << 9
    cpu.do("fmin.s", rd=3, rs1=1, rs2=2)
    assert cpu.hart.f[3] == ONES | ONE
    cpu.put(1, ONES - (1 << 63) | ONE)  # all bits count
    cpu.do("fclass.s", rd=3, rs1=1)
    assert cpu.hart.x[3] == 1 << 9


def test_moves_and_stores_take_bits_as_they_are() -> None:
    cpu = Cpu(isa("rv64ifd"))
    cpu.put(1, 0x123456789ABCDEF0)
    cpu.do("fmv.x.w", rd=2, rs1=1)
    assert cpu.hart.x[2] == 0xFFFFFFFF9ABCDEF0
    cpu.do("fmv.x.d", rd=2, rs1=1)
    assert cpu.hart.x[2] == 0x123456789ABCDEF0
    cpu.x(3, 0x100)
    cpu.do("fsw", rs1=3, rs2=1)
    cpu.do("fsd", rs1=3, rs2=1, imm=8)
    assert cpu.memory.writes == [(0x100, 32, 0x9ABCDEF0), (0x108, 64, 0x123456789ABCDEF0)]


def test_without_d_registers_have_32_bits() -> None:
    cpu = Cpu(isa("rv64if"))
    cpu.put(1, ONE)
    cpu.do("fadd.s", rd=2, rs1=1, rs2=1)
    assert (cpu.hart.f[2], cpu.hart.f[2].width) == (TWO, 32)


def test_doublewords_on_rv32() -> None:
    cpu = Cpu(isa("rv32ifdc"))
    cpu.memory.write(0x100, 8, 0x123456789ABCDEF0)
    cpu.x(2, 0x100 - 16)
    cpu.do("c.fldsp", rd=1, offset=16)
    cpu.x(8, 0x200)
    cpu.do("c.fsd", rs2p=1, rs1p=0, offset=24)
    assert cpu.hart.f[1] == 0x123456789ABCDEF0
    assert cpu.memory.writes[-1] == (0x218, 64, cpu.hart.f[9])


# Rounding modes and flags, section 20.2


def test_the_mode_is_the_instructions_or_dynamic() -> None:
    cpu = Cpu(isa("rv64ifd"))
    cpu.put(1, ONES | ONE)
    cpu.put(2, ONES | 0x33000000)  # 2**-25
    cpu.do("fadd.s", rd=3, rs1=1, rs2=2, rm=3)
    assert cpu.hart.f[3] == ONES | ONE + 1
    cpu.do("fadd.s", rd=3, rs1=1, rs2=2, rm=7)
    assert cpu.hart.f[3] == ONES | ONE
    cpu.hart.frm = word(64)(3)
    cpu.do("fadd.s", rd=3, rs1=1, rs2=2, rm=7)
    assert cpu.hart.f[3] == ONES | ONE + 1
    cpu.do("fadd.s", rd=3, rs1=1, rs2=2, rm=1)
    assert cpu.hart.f[3] == ONES | ONE


@pytest.mark.parametrize("frm", [5, 6, 7])
def test_a_dynamic_mode_that_is_none_is_illegal(frm: int) -> None:
    cpu = Cpu(isa("rv64ifd"))
    cpu.hart.frm = word(64)(frm)
    for name in ("fadd.s", "fsqrt.d", "fmadd.s", "fcvt.w.d", "fcvt.d.w", "fcvt.d.s"):
        with pytest.raises(Trap, match="illegal_instruction"):
            cpu.do(name, rd=3, rs1=1, rm=7)
        cpu.do(name, rd=3, rs1=1, rm=1)
    cpu.do("fmin.s", rd=3, rs1=1, rs2=2)  # has no mode
    cpu.do("fclass.s", rd=3, rs1=1)


@pytest.mark.parametrize("rm", [5, 6])
def test_reserved_modes_in_a_word_are_no_instruction(rm: int) -> None:
    chosen = isa("rv64ifd")
    for i in chosen.instructions:
        if "rm" in i.encoding.fields:
            code = i.encoding.assemble(dict.fromkeys(i.encoding.fields, 0) | {"rm": rm})
            assert chosen.decoder.find(code, 32) is None, i.name


def test_flags_accumulate_and_results_do_not_clear_them() -> None:
    cpu = Cpu(isa("rv64ifd"))
    cpu.put(1, ONES | ONE)
    cpu.do("fdiv.s", rd=3, rs1=1, rs2=2)  # by something that is not boxed: a NaN
    assert cpu.hart.fflags == 0
    cpu.put(2, ONES)
    cpu.do("fdiv.s", rd=3, rs1=1, rs2=2)
    assert cpu.hart.fflags == ieee754.DZ
    cpu.do("flt.s", rd=3, rs1=1, rs2=4)
    assert cpu.hart.fflags == ieee754.DZ | ieee754.NV
    cpu.do("fadd.s", rd=3, rs1=1, rs2=1)
    assert cpu.hart.fflags == ieee754.DZ | ieee754.NV


def test_fcsr_is_both() -> None:
    cpu = Cpu(isa("rv64ifd"))
    cpu.x(1, 0xFFFF_FF5A)
    cpu.do("csrrw", rd=2, csr=3, rs1=1)
    assert (cpu.hart.x[2], cpu.hart.frm, cpu.hart.fflags) == (0, 2, 0x1A)
    cpu.do("csrrs", rd=2, csr=3, rs1=0)
    assert cpu.hart.x[2] == 0x5A
    cpu.do("csrrwi", rd=2, csr=2, zimm=0b01011)
    assert (cpu.hart.x[2], cpu.hart.fcsr) == (2, 0x7A)
    cpu.do("csrrci", rd=2, csr=1, zimm=0b00010)
    assert (cpu.hart.x[2], cpu.hart.fcsr) == (0x1A, 0x78)


# Conversions to words on RV64, section 20.7


def test_words_are_sign_extended_also_unsigned_ones() -> None:
    cpu = Cpu(isa("rv64ifd"))
    cpu.put(1, ONES | 0x4F7FFFFF)  # 2**32 - 256
    cpu.do("fcvt.wu.s", rd=2, rs1=1)
    assert cpu.hart.x[2] == 0xFFFFFFFF_FFFFFF00
    cpu.do("fcvt.w.s", rd=2, rs1=1)
    assert (cpu.hart.x[2], cpu.hart.fflags) == (0x7FFFFFFF, ieee754.NV)
    cpu.x(3, 0x12345678_FFFFFFFF)
    cpu.do("fcvt.d.w", rd=4, rs1=3)
    assert cpu.hart.f[4] == 0xBFF0000000000000
    cpu.do("fcvt.d.wu", rd=4, rs1=3)
    assert cpu.hart.f[4] == 0x41EFFFFFFFE00000


# Machine mode, privileged manual section 3.1.6.6


@pytest.mark.parametrize("name", [i.name for i in floating(isa("rv64ifdc_sm")).instructions])
def test_floating_point_may_be_off(name: str) -> None:
    cpu = Cpu(isa("rv64ifdc_sm"))
    with pytest.raises(Trap, match="illegal_instruction"):
        cpu.do(name, rd=3, rs1=1, rs2=2)
    assert cpu.memory.writes == []
    cpu.hart.mstatus = word(64)(1 << FS)
    cpu.do(name, **{n: 1 for n in cpu.isa.instruction(name).encoding.fields if n != "offset"})


def test_writes_make_its_state_dirty() -> None:
    cpu = Cpu(isa("rv64ifd_sm"))
    for name, changes in (("fsd", False), ("fclass.d", False), ("feq.d", False), ("fld", True)):
        cpu.hart.mstatus = word(64)(1 << FS)
        cpu.do(name, rd=3, rs1=0, rs2=2)
        assert cpu.hart.mstatus[FS + 1 : FS] == (3 if changes else 1), name
        assert cpu.hart.mstatus[63] == changes, name
    cpu.put(1, 0x7FF0000000000001)
    cpu.hart.mstatus = word(64)(1 << FS)
    cpu.do("feq.d", rd=3, rs1=1, rs2=2)  # a flag
    assert cpu.hart.mstatus[FS + 1 : FS] == 3


@pytest.mark.parametrize("number", [1, 2, 3])
def test_its_control_registers_are_off_as_well(number: int) -> None:
    cpu = Cpu(isa("rv64ifd_sm"))
    with pytest.raises(Trap, match="illegal_instruction"):
        cpu.do("csrrs", rd=3, csr=number)
    cpu.hart.mstatus = word(64)(1 << FS)
    cpu.do("csrrs", rd=3, csr=number)
    assert cpu.hart.mstatus[FS + 1 : FS] == 1
    cpu.do("csrrwi", rd=3, csr=number, zimm=0)
    assert cpu.hart.mstatus[FS + 1 : FS] == 3
    cpu.hart.mstatus = word(64)(0)
    cpu.do("csrrw", rd=3, csr=0x340)  # mscratch is another matter
    assert cpu.hart.mstatus[FS + 1 : FS] == 0


# Short forms


@pytest.mark.parametrize("name", ["rv32ifd", "rv64ifd"])
def test_short_forms_stand_for_instructions_of_the_set(name: str) -> None:
    chosen = isa(name)
    known = {i.name for i in chosen.instructions}
    own = [a for a in chosen.aliases if a.extension in "FD"]
    for a in own:
        assert not callable(a.expansion)
        for line in a.expansion:
            assert line.split()[0] in known, line
            assert set(re.findall(r"\{(\w+)\}", line)) == set(a.syntax.operands), line
    assert len({a.syntax.text for a in own}) == len(own)


def test_every_rounding_mode_can_be_left_out() -> None:
    chosen = isa("rv64ifd")
    short = {a.syntax.text: a.expansion for a in chosen.aliases}
    for i in floating(chosen).instructions:
        if "rm" in i.encoding.fields:
            mode = "rne" if i.name in ("fcvt.d.w", "fcvt.d.wu", "fcvt.d.s") else "dyn"
            text = i.syntax.text.removesuffix(", {rm}")
            assert short[text] == (f"{text}, {mode}",)


def test_the_manuals_pseudo_instructions() -> None:
    short = {a.syntax.text: a.expansion for a in isa("rv64ifd").aliases}
    for p in ("s", "d"):
        assert short[f"fneg.{p} {{rd}}, {{rs1}}"] == (f"fsgnjn.{p} {{rd}}, {{rs1}}, {{rs1}}",)
        assert short[f"fabs.{p} {{rd}}, {{rs1}}"] == (f"fsgnjx.{p} {{rd}}, {{rs1}}, {{rs1}}",)
        assert short[f"fmv.{p} {{rd}}, {{rs1}}"] == (f"fsgnj.{p} {{rd}}, {{rs1}}, {{rs1}}",)
    assert short["frcsr {rd}"] == ("csrrs {rd}, fcsr, zero",)
    assert short["fscsr {rd}, {rs1}"] == ("csrrw {rd}, fcsr, {rs1}",)
    assert short["fsrm {rs1}"] == ("csrrw zero, frm, {rs1}",)
    assert short["frflags {rd}"] == ("csrrs {rd}, fflags, zero",)
    assert short["fsflagsi {zimm}"] == ("csrrwi zero, fflags, {zimm}",)
