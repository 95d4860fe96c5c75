"""Control registers, privilege modes, traps and interrupts."""

from __future__ import annotations

import random

import pytest

from gen.isa import Trap
from gen.isa.values import Value, word
from specs.isa.riscv.machine import machine_controls
from tests.isa.riscv.bench import Bench
from tests.references.riscv_pmp import Pmp

U, S, M = 0, 1, 3
MIE, SIE, MPIE, SPIE, SPP, MPRV, TVM, TW, TSR = (
    1 << 3,
    1 << 1,
    1 << 7,
    1 << 5,
    1 << 8,
    1 << 17,
    1 << 20,
    1 << 21,
    1 << 22,
)
WIDTHS = ("rv32ic_ss", "rv64ic_ss")


def mpp(mode: int) -> int:
    return mode << 11


# Access


def test_unprivileged_sets_have_counters_alone() -> None:
    bench = Bench("rv64i_zicsr")
    assert not bench.refused("cycle")
    assert bench.refused("mstatus")
    assert bench.refused("cycleh")
    assert not Bench("rv32i_zicsr").refused("cycleh")


def test_read_only_registers() -> None:
    bench = Bench("rv64i_zicsr")
    bench.hart.x[1] = 5
    word = 0xC00 << 20 | 1 << 15 | 1 << 12 | 0x73  # csrw cycle, x1
    assert bench.code(word) == ("illegal_instruction", word)
    word = 0xC00 << 20 | 0 << 15 | 1 << 12 | 0x73  # csrw cycle, x0 writes as well
    assert bench.code(word) == ("illegal_instruction", word)
    word = 0xC00 << 20 | 0 << 15 | 2 << 12 | 0x73  # csrr zero, cycle does not
    assert bench.code(word) is None
    word = 0xC00 << 20 | 1 << 15 | 6 << 12 | 0x73  # csrsi cycle, 1
    assert bench.code(word) == ("illegal_instruction", word)
    word = 0xC00 << 20 | 0 << 15 | 7 << 12 | 0x73  # csrci cycle, 0
    assert bench.code(word) is None


def test_bits_are_set_and_cleared() -> None:
    bench = Bench("rv64i_sm")
    bench.csrw("mscratch", 0b1100)
    bench.hart.x[1] = 0b1010
    bench.do("csrrs", csr=0x340, rs1=1, rd=2)
    assert (bench.hart.x[2], bench.csrr("mscratch")) == (0b1100, 0b1110)
    bench.do("csrrc", csr=0x340, rs1=1, rd=1)
    assert (bench.hart.x[1], bench.csrr("mscratch")) == (0b1110, 0b0100)
    bench.do("csrrwi", csr=0x340, zimm=31, rd=2)
    assert (bench.hart.x[2], bench.csrr("mscratch")) == (0b0100, 31)
    bench.do("csrrci", csr=0x340, zimm=1)
    bench.do("csrrsi", csr=0x340, zimm=0, rd=3)
    assert (bench.hart.x[3], bench.csrr("mscratch")) == (30, 30)


def test_swap_with_one_register() -> None:
    bench = Bench("rv64i_sm")
    bench.csrw("mscratch", 7)
    bench.hart.x[5] = 9
    bench.do("csrrw", csr=0x340, rs1=5, rd=5)
    assert (bench.hart.x[5], bench.csrr("mscratch")) == (7, 9)


@pytest.mark.parametrize("name", WIDTHS)
def test_privilege_of_registers(name: str) -> None:
    bench = Bench(name)
    for mode, allowed in ((M, {"sscratch", "mscratch"}), (S, {"sscratch"}), (U, set())):
        for register in ("sscratch", "mscratch"):
            bench.hart.privilege = mode
            assert bench.refused(register) == (register not in allowed)


def test_counters_for_lower_modes() -> None:
    bench = Bench("rv64i_ss")
    for machine, supervisor, mode, refused in (
        (0, 7, M, False),
        (0, 7, S, True),
        (0, 7, U, True),
        (1, 0, S, False),
        (1, 0, U, True),
        (1, 1, U, False),
        (6, 6, U, True),
    ):
        bench.hart.privilege = M
        bench.csrw("mcounteren", machine)
        bench.csrw("scounteren", supervisor)
        bench.hart.privilege = mode
        assert bench.refused("cycle") == refused, (machine, supervisor, mode)


def test_satp_and_fences_can_be_refused_to_supervisor_mode() -> None:
    bench = Bench("rv64i_ss")
    bench.csrw("mstatus", TVM)
    bench.hart.privilege = S
    assert bench.refused("satp")
    assert bench.do("sfence.vma", rs1=3, rs2=4) == (
        "illegal_instruction",
        0b0001001_00100_00011_000_00000_1110011,
    )
    bench.hart.privilege = M
    bench.csrw("mstatus", 0)
    bench.hart.privilege = S
    assert not bench.refused("satp")
    assert bench.do("sfence.vma") is None
    bench.hart.privilege = U
    assert bench.do("sfence.vma") == ("illegal_instruction", 0x12000073)


# Counters


@pytest.mark.parametrize("name", ["rv32i_sm", "rv64i_sm"])
def test_counters_count(name: str) -> None:
    bench = Bench(name)
    first = bench.csrr("instret")
    assert bench.csrr("instret") == first + 1
    assert bench.csrr("cycle") == first + 2
    bench.csrw("minstret", 100)
    assert bench.csrr("minstret") == 100  # section 3.1.10: the write itself is not counted
    assert bench.csrr("minstret") == 101
    assert bench.code(0) is not None  # what ends in a trap is not retired
    assert bench.csrr("minstret") == 102


def test_halves_of_counters() -> None:
    bench = Bench("rv32i_sm")
    bench.csrw("mcycleh", 5)
    bench.csrw("mcycle", 0xFFFFFFFE)
    assert bench.csrr("mcycle") == 0xFFFFFFFE
    assert bench.csrr("mcycleh") == 5
    assert bench.csrr("mcycleh") == 6
    assert bench.csrr("mcycle") == 1


def test_whoever_drives_a_hart_sets_the_time() -> None:
    bench = Bench("rv64i_zicsr")
    bench.hart.time_count = 1_000_000
    assert bench.csrr("time") == 1_000_000
    assert bench.hart.time_count == 1_000_001


# Fields with few legal values


@pytest.mark.parametrize("name", WIDTHS)
def test_legal_values(name: str) -> None:
    bench = Bench(name)
    xlen = bench.isa.pc.width
    ones = (1 << xlen) - 1
    for register, value in {
        "mtvec": ones - 2,
        "stvec": ones - 2,
        "mepc": ones - 1,
        "sepc": ones - 1,
        "mie": 0xAAA,
        "mip": 0x222,
        "medeleg": 0xB3FF,
        "mideleg": 0x222,
        "sie": 0x222,
        "sip": 0x222,
        "mcounteren": 7,
        "scounteren": 7,
        "mcountinhibit": 0,
        "mhpmcounter3": 0,
        "mhpmevent31": 0,
        "menvcfg": 0,
        "mscratch": ones,
        "mcause": ones,
        "mtval": ones,
        "satp": 0,  # all ones is no mode: nothing is written
    }.items():
        bench.csrw(register, ones)
        assert bench.csrr(register) == value, register
    bench.csrw("satp", 0x1234)
    bench.csrw("satp", 8 << 60 if xlen == 64 else 1 << 31)
    assert bench.csrr("satp") == 0x1234


def test_addresses_of_traps_are_of_instructions() -> None:
    bench = Bench("rv64i_sm")
    bench.csrw("mepc", 0x1237)
    assert bench.csrr("mepc") == 0x1234


def test_status() -> None:
    ones = (1 << 64) - 1
    bench = Bench("rv64i_ss")
    bench.csrw("mstatus", ones)
    writable = 0x7E19AA  # TSR TW TVM MXR SUM MPRV, MPP, SPP, MPIE SPIE MIE SIE
    assert bench.csrr("mstatus") == 0xA00000000 | writable
    assert bench.csrr("sstatus") == 0x2000C0122
    bench.csrw("mstatus", mpp(2))
    assert bench.csrr("mstatus") == 0xA00000000 | mpp(3)  # 2 is no mode, the old one stays
    bench.csrw("sstatus", ones)
    assert bench.csrr("mstatus") == 0xA000C0122 | mpp(3)
    small = Bench("rv32i_sm")
    small.csrw("mstatus", ones & 0xFFFFFFFF)
    assert small.csrr("mstatus") == 0x221888
    small.csrw("mstatus", mpp(1))
    assert small.csrr("mstatus") == mpp(3)


def test_misa() -> None:
    assert Bench("rv32im_sm").csrr("misa") == 1 << 30 | 1 << 20 | 1 << 12 | 1 << 8
    letters = sum(1 << ord(x) - ord("A") for x in "IMACSU")
    bench = Bench("rv64imac_ss")
    bench.csrw("misa", 0)
    assert bench.csrr("misa") == 2 << 62 | letters


# Traps


def enter(bench: Bench, found: tuple[str, int] | None) -> None:
    assert found is not None
    bench.hart.enter(Trap(*found))


@pytest.mark.parametrize("name", WIDTHS)
def test_trap_to_machine_mode_and_back(name: str) -> None:
    bench = Bench(name)
    bench.csrw("mtvec", 0x3001)  # vectored: exceptions go to the base all the same
    bench.csrw("mstatus", MIE | mpp(U))
    bench.hart.privilege = U
    bench.at(0x1800)
    enter(bench, bench.do("ecall"))
    hart = bench.hart
    assert (hart.pc, hart.privilege, hart.mepc, hart.mcause, hart.mtval) == (
        0x3000,
        M,
        0x1800,
        8,
        0,
    )
    low = 0xFFFFFFFF
    assert hart.mstatus & low == MPIE | mpp(U)
    assert bench.do("mret") is None
    assert (hart.pc, hart.privilege) == (0x1800, U)
    assert hart.mstatus & low == MIE | MPIE | mpp(U)


@pytest.mark.parametrize(("mode", "cause"), [(U, 8), (S, 9), (M, 11)])
def test_calls_say_from_where(mode: int, cause: int) -> None:
    bench = Bench("rv64i_ss")
    bench.hart.privilege = mode
    found = bench.do("ecall")
    assert found is not None
    assert bench.isa.causes[found[0]] == cause


def test_values_of_traps() -> None:
    bench = Bench("rv64i_sm")
    assert bench.do("ebreak") == ("breakpoint", 0x1000)
    assert bench.code(0xFFFFFFFF) == ("illegal_instruction", 0xFFFFFFFF)
    bench.hart.x[1] = 1 << 40
    assert bench.do("ld", rd=2, rs1=1, imm=8) == ("load_access_fault", (1 << 40) + 8)
    assert bench.do("sb", rs2=2, rs1=1, imm=0) == ("store_access_fault", 1 << 40)
    assert bench.do("jal", rd=1, target=6) == ("instruction_address_misaligned", 0x1006)
    assert bench.hart.x[1] == 1 << 40
    bench.hart.x[1] = 2
    assert bench.do("jalr", rd=1, rs1=1, imm=1) == ("instruction_address_misaligned", 2)
    assert bench.do("beq", target=2) == ("instruction_address_misaligned", 0x1002)
    assert bench.do("bne", target=2) is None


def test_delegated_traps() -> None:
    bench = Bench("rv64i_ss")
    bench.csrw("medeleg", 1 << 8 | 1 << 2)
    bench.csrw("mtvec", 0x3000)
    bench.csrw("stvec", 0x4000)
    hart = bench.hart
    for mode, target, privilege in ((U, 0x4000, S), (S, 0x4000, S), (M, 0x3000, M)):
        hart.mstatus = SIE
        hart.privilege = mode
        bench.at(0x1000)
        enter(bench, bench.code(0))
        assert (hart.pc, hart.privilege) == (target, privilege)
        assert hart.mcause == (2 if mode == M else 0)
        if mode != M:
            assert (hart.sepc, hart.scause, hart.stval) == (0x1000, 2, 0)
            assert hart.mstatus & 0xFFFFFFFF == SPIE | (SPP if mode == S else 0)
    hart.privilege = U
    bench.at(0x1000)
    enter(bench, bench.do("ebreak"))  # not delegated
    assert (hart.pc, hart.mcause, hart.mtval) == (0x3000, 3, 0x1000)


def test_return_to_supervisor_mode() -> None:
    bench = Bench("rv64i_ss")
    hart = bench.hart
    hart.mstatus, hart.privilege = SPIE | SPP | MPRV, S
    bench.csrw("sepc", 0x1500)
    assert bench.do("sret") is None
    assert (hart.pc, hart.privilege) == (0x1500, S)
    assert hart.mstatus & 0xFFFFFFFF == SIE | SPIE
    bench.do("sret")
    assert hart.privilege == U
    assert bench.do("sret") == ("illegal_instruction", 0x10200073)
    assert bench.do("mret") == ("illegal_instruction", 0x30200073)
    hart.privilege, hart.mstatus = S, TSR
    assert bench.do("sret") == ("illegal_instruction", 0x10200073)
    assert bench.do("mret") == ("illegal_instruction", 0x30200073)
    hart.privilege = M
    assert bench.do("sret") is None


def test_loads_are_those_of_the_mode_again() -> None:
    bench = Bench("rv64i_sm")
    for mode, kept in ((U, 0), (M, MPRV)):
        bench.hart.privilege = M
        bench.csrw("mstatus", MPRV | mpp(mode))
        bench.do("mret")
        assert bench.hart.mstatus & MPRV == kept


def test_waiting() -> None:
    bench = Bench("rv64i_ss")
    word = 0x10500073
    for mode, status, refused in (
        (M, TW, False),
        (S, 0, False),
        (S, TW, True),
        (U, 0, True),
        (U, TW, True),
    ):
        bench.hart.privilege, bench.hart.mstatus = mode, status
        assert bench.do("wfi") == (("illegal_instruction", word) if refused else None)
    small = Bench("rv64i_sm")
    small.hart.privilege = U
    assert small.do("wfi") is None


# Interrupts


def due(bench: Bench) -> int:
    found: Value = bench.isa.interrupt(bench.hart) if bench.isa.interrupt else 0
    return int(found)


def test_interrupts_need_their_enables() -> None:
    bench = Bench("rv64i_ss")
    hart, top = bench.hart, 1 << 63
    hart.interrupt_lines = 1 << 7
    assert due(bench) == 0
    hart.mie = 1 << 7
    assert due(bench) == 0  # machine mode has them off
    hart.mstatus = MIE
    assert due(bench) == top | 7
    hart.mstatus, hart.privilege = 0, S
    assert due(bench) == top | 7  # lower modes cannot stop them
    hart.mie = 0
    assert due(bench) == 0


def test_order_of_interrupts() -> None:
    bench = Bench("rv64i_ss")
    hart = bench.hart
    hart.mie, hart.mstatus = 0xAAA, MIE
    hart.interrupt_lines, pending = 0xAAA, 0xAAA
    seen = []
    while due(bench):
        seen.append(due(bench) & 63)
        pending &= ~(1 << seen[-1])
        hart.interrupt_lines = pending
    assert seen == [11, 3, 7, 9, 1, 5]


def test_delegated_interrupts() -> None:
    bench = Bench("rv64i_ss")
    hart, top = bench.hart, 1 << 63
    hart.mie, hart.mideleg, hart.interrupt_lines = 0xAAA, 0x222, 1 << 5
    hart.privilege, hart.mstatus = S, 0
    assert due(bench) == 0
    hart.mstatus = SIE
    assert due(bench) == top | 5
    hart.privilege, hart.mstatus = U, 0
    assert due(bench) == top | 5
    hart.privilege, hart.mstatus = M, MIE | SIE
    assert due(bench) == 0  # never in the mode above
    hart.interrupt_lines = 1 << 5 | 1 << 11
    assert due(bench) == top | 11
    hart.privilege = S
    assert due(bench) == top | 11
    hart.mideleg = 0
    hart.interrupt_lines = 1 << 5
    assert due(bench) == top | 5


@pytest.mark.parametrize("name", WIDTHS)
def test_taking_interrupts(name: str) -> None:
    bench = Bench(name)
    hart, top = bench.hart, 1 << bench.isa.pc.width - 1
    hart.mtvec, hart.stvec = 0x3001, 0x4001
    hart.mie, hart.mideleg, hart.interrupt_lines = 0xAAA, 0x222, 1 << 9 | 1 << 7
    hart.privilege = U
    bench.at(0x1004)
    assert hart.interrupt()
    assert (hart.pc, hart.privilege, hart.mepc) == (0x3000 + 4 * 7, M, 0x1004)
    assert (hart.mcause, hart.mtval) == (top | 7, 0)
    assert not hart.interrupt()
    hart.interrupt_lines = 1 << 9
    bench.do("mret")
    assert hart.interrupt()
    assert (hart.pc, hart.privilege, hart.scause) == (0x4000 + 4 * 9, S, top | 9)


def test_sets_without_modes_take_no_interrupts() -> None:
    assert not Bench("rv64i").hart.interrupt()


def test_pending_interrupts() -> None:
    """Section 3.1.9: read, seip is the line or what software has set; it changes only its own."""
    bench = Bench("rv64i_ss")
    bench.hart.interrupt_lines = 1 << 9 | 1 << 7
    assert bench.csrr("mip") == 1 << 9 | 1 << 7
    bench.hart.x[1] = 1 << 1
    bench.do("csrrs", csr=0x344, rs1=1, rd=2)
    assert bench.hart.x[2] == 1 << 9 | 1 << 7
    bench.hart.interrupt_lines = 0
    assert bench.csrr("mip") == 1 << 1
    bench.csrw("mip", 0xFFFF)
    assert bench.csrr("mip") == 0x222
    assert bench.csrr("sip") == 0
    bench.csrw("mideleg", 0xFFFF)
    bench.csrw("sip", 0)
    assert bench.csrr("sip") == 0x220  # of these only the software interrupt can be written
    assert bench.csrr("mip") == 0x220


def test_enabled_interrupts_of_supervisor_mode() -> None:
    bench = Bench("rv64i_ss")
    bench.csrw("mideleg", 0x22)
    bench.csrw("mie", 0x888)
    bench.csrw("sie", 0xFFFF)
    assert bench.csrr("mie") == 0x8AA
    assert bench.csrr("sie") == 0x22


# Physical memory protection


@pytest.mark.parametrize("xlen", [32, 64])
def test_pmp_registers(xlen: int) -> None:
    draw, ones = random.Random(xlen), (1 << xlen) - 1
    step = xlen // 32
    for _ in range(20):
        bench, reference = Bench(f"rv{xlen}i_sm"), Pmp(xlen)
        for _ in range(30):
            bench.at(0x1000)
            value = draw.getrandbits(xlen) & ~0x8080808080808080 | 0x80 << 8 * draw.randrange(8)
            value &= ones
            if draw.random() < 0.3:
                k = draw.randrange(0, 4, step)
                bench.csrw(f"pmpcfg{k}", value)
                reference.write_cfg(4 * k, value)
            else:
                k = draw.randrange(16)
                bench.csrw(f"pmpaddr{k}", value)
                reference.write_addr(k, value)
        for k in range(0, 4, step):
            assert bench.csrr(f"pmpcfg{k}") == reference.read_cfg(4 * k)
        assert [bench.csrr(f"pmpaddr{k}") for k in range(16)] == reference.addr
    assert xlen == 32 or bench.refused("pmpcfg1")


# With floating point


def test_dirty_state_shows_in_the_highest_bit() -> None:
    extensions = frozenset({"I", "F", "Zicsr", "Sm"})
    for xlen in (32, 64):
        kind = word(xlen)
        (status,) = (c for c in machine_controls(xlen, extensions) if c.name == "mstatus")
        assert status.legal is not None
        for old in (0, kind.mask):
            for state in range(4):
                new = status.legal(kind(state << 13 | 1 << xlen - 2), kind(old))
                assert new == state << 13 | 1 << xlen - 2 | (state == 3) << xlen - 1
                assert status.mask >> xlen - 1 & 1
                assert status.legal(kind(kind.mask), kind(old)) >> xlen - 1
        assert status.legal(kind(1 << xlen - 1), kind(0)) == 0
