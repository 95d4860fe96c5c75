"""Every instruction of the manual's listings is there, and no other."""

from __future__ import annotations

import pytest

from gen.diag import IsoformError
from gen.isa import Isa
from specs.isa import riscv

# Unprivileged manual 20240411, chapter of instruction listings; privileged manual, chapter 2
I32 = """lui auipc jal jalr beq bne blt bge bltu bgeu lb lh lw lbu lhu sb sh sw addi slti sltiu xori
ori andi slli srli srai add sub sll slt sltu xor srl sra or and fence ecall ebreak"""
I64 = "lwu ld sd addiw slliw srliw sraiw addw subw sllw srlw sraw"
M32 = "mul mulh mulhsu mulhu div divu rem remu"
M64 = "mulw divw divuw remw remuw"
A32 = """lr.w sc.w amoswap.w amoadd.w amoxor.w amoand.w amoor.w amomin.w amomax.w amominu.w
amomaxu.w"""
A64 = A32.replace(".w", ".d")
C_BOTH = """c.addi4spn c.lw c.sw c.nop c.addi c.li c.addi16sp c.lui c.srli c.srai c.andi c.sub c.xor
c.or c.and c.j c.beqz c.bnez c.slli c.lwsp c.jr c.mv c.ebreak c.jalr c.add c.swsp"""
HINT = "c.nop.hint"  # c.nop with an immediate, in our list an instruction of its own
C32 = "c.jal"
C64 = "c.ld c.sd c.addiw c.subw c.addw c.ldsp c.sdsp"
ZICSR = "csrrw csrrs csrrc csrrwi csrrsi csrrci"
ZBA32 = "sh1add sh2add sh3add"
ZBA64 = "add.uw sh1add.uw sh2add.uw sh3add.uw slli.uw"
ZBB32 = """andn orn xnor clz ctz cpop max maxu min minu sext.b sext.h zext.h rol ror rori orc.b
rev8"""
ZBB64 = "clzw ctzw cpopw rolw rorw roriw"
ZBS = "bclr bclri bext bexti binv binvi bset bseti"
ZICOND = "czero.eqz czero.nez"
SM = "mret wfi"
SS = "sret sfence.vma"

LISTS = {
    "i": (I32, I64),
    "m": (M32, M64),
    "a": (A32, A64),
    "c": (f"{C_BOTH} {HINT}", C64),
    "zicsr": (ZICSR, ""),
    "zifencei": ("fence.i", ""),
    "zba": (ZBA32, ZBA64),
    "zbb": (ZBB32, ZBB64),
    "zbs": (ZBS, ""),
    "zicond": (ZICOND, ""),
    "sm": (f"{SM} {ZICSR}", ""),
    "ss": (f"{SM} {SS} {ZICSR}", ""),
}


def found(name: str) -> Isa:
    isa = riscv.isa(name)
    assert isa is not None
    return isa


@pytest.mark.parametrize("extension", LISTS)
def test_instructions_are_those_of_the_manual(extension: str) -> None:
    both, only_64 = (x.split() for x in LISTS[extension])
    only_32 = [C32] if extension == "c" else []
    base_32, base_64 = set(I32.split()), {*I32.split(), *I64.split()}
    tail = "" if extension == "i" else f"_{extension}"
    got_32 = {i.name for i in found(f"rv32i{tail}").instructions}
    got_64 = {i.name for i in found(f"rv64i{tail}").instructions}
    assert got_32 == base_32 | {*both, *only_32}
    assert got_64 == base_64 | {*both, *only_64}


def test_counts() -> None:
    assert len(found("rv32i").instructions) == 40
    assert len(found("rv64i").instructions) == 52
    assert len(found("rv32imac_zicsr_zifencei").instructions) == 40 + 8 + 11 + 28 + 6 + 1
    assert len(found("rv64imac_zicsr_zifencei").instructions) == 52 + 13 + 22 + 34 + 6 + 1


def test_every_instruction_says_where_the_manual_has_it() -> None:
    for name in ("rv32imac_b_zicond_zifencei_ss", "rv64imac_b_zicond_zifencei_ss"):
        for i in found(name).instructions:
            assert i.section, i.name
            assert i.doc, i.name


def test_names_in_any_order_are_one_set() -> None:
    one, other = found("rv64imac_zba_zbb_zicsr"), found("rv64icma_zicsr_zbb_zba")
    assert one.parameters == other.parameters
    assert {i.name for i in one.instructions} == {i.name for i in other.instructions}
    assert found("rv64i_m_zba").parameters["extensions"] == {"I", "M", "Zba"}
    assert found("rv64ib").parameters["extensions"] == {"I", "Zba", "Zbb", "Zbs"}
    assert found("rv32i_ss1p13").parameters["extensions"] == {"I", "Zicsr", "Sm", "Ss"}


@pytest.mark.parametrize("name", ["mips32", "rv", "riscv64", "rv128i", "RV64I", "rv64i-m"])
def test_names_of_others(name: str) -> None:
    assert riscv.isa(name) is None


KNOWN = (
    "known: `i`, `m`, `a`, `f`, `d`, `c`, `zicsr`, `zifencei`, `zicond`, `zba`, `zbb`, `zbs`, "
    "`sm`, `ss`, `g`, "
)


def test_unknown_extension() -> None:
    with pytest.raises(IsoformError) as caught:
        riscv.isa("rv64imh_zfoo")
    text = str(caught.value)
    assert (
        text
        == f"""\
error[E0909]: no extension of RISC-V is called `h` here
 --> the name:1:7
  |
1 | rv64imh_zfoo
  |       ^
  = help: {KNOWN}`b`, `zicntr`, `sm1p13`, `ss1p13`
  = more: isoform explain E0909
error[E0909]: no extension of RISC-V is called `zfoo` here
 --> the name:1:9
  |
1 | rv64imh_zfoo
  |         ^^^^
  = help: {KNOWN}`b`, `zicntr`, `sm1p13`, `ss1p13`
  = more: isoform explain E0909"""
    )


def test_no_base() -> None:
    with pytest.raises(IsoformError) as caught:
        riscv.isa("rv32mc")
    assert (
        str(caught.value)
        == """\
error[E0909]: `rv32mc` lacks its base: `i`, or `g` for what most programs need
 --> the name:1:1
  |
1 | rv32mc
  | ^^^^^^
  = more: isoform explain E0909"""
    )
