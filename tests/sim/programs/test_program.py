"""The Python interface: breakpoints, watchpoints, steps, registers, traces."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import sim
from gen.diag import IsoformError
from sim.programs.engines import ENGINES
from tests.sim.programs.tiny import BASE, DATA, EXIT, Run, isa, li, op, write

# t0 counts to 5; each time round it is stored
ROUND = BASE + 16
COUNT = (
    li("t1", DATA)
    + li("t2", 5)
    + op("addi", rd="t0", rs1="t0", imm=1)
    + op("sw", rs1="t1", rs2="t0", imm=8)
    + op("blt", rs1="t0", rs2="t2", target=-8)
)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def run(tmp_path: Path, engine: str) -> Run:
    file = write(tmp_path, COUNT + EXIT, symbols={"round": ROUND, "counter": DATA + 8})
    return Run(file, engine=engine)


def test_it_runs_in_parts(run: Run) -> None:
    p = run.program
    assert (p.run(5).reason, p.registers["t0"], p.registers["pc"]) == ("limit", 1, ROUND + 4)
    assert (p.run(0).reason, p.hart.retired) == ("limit", 5)
    assert (p.run().reason, p.hart.retired) == ("exit", 4 + 5 * 3 + 5)


def test_it_stops_before_an_instruction_each_time(run: Run) -> None:
    p = run.program
    assert p.break_at("round") == ROUND
    for n in range(5):
        stop = p.run()
        assert (stop.reason, stop.pc, p.registers["t0"]) == ("breakpoint", ROUND, n)
    p.clear_break("round")
    assert p.run().code == 7
    assert p.hart.retired == 24


def test_a_step_is_one_instruction_also_at_a_breakpoint(run: Run) -> None:
    p = run.program
    p.break_at(BASE)
    assert p.run().reason == "breakpoint"
    p.step()
    assert p.registers["pc"] == BASE + 4
    p.registers["pc"] = BASE
    assert [p.run().reason, p.run(0).reason] == ["breakpoint", "limit"]
    assert p.run(1).reason == "limit"
    assert p.hart.retired == 2


def test_it_stops_after_a_write(run: Run) -> None:
    p = run.program
    p.watch("counter", 4)
    for n in range(1, 6):
        stop = p.run()
        assert (stop.reason, stop.pc, stop.address) == ("watchpoint", ROUND + 8, DATA + 8)
        assert p.memory.read(DATA + 8, 4) == p.registers["t0"] == n
    assert p.run().reason == "exit"


def test_a_write_beside_a_watchpoint_does_not_stop(run: Run) -> None:
    run.program.watch(DATA + 12, 4)
    run.program.watch(DATA + 4, 4)
    assert run.program.run().reason == "exit"


def test_registers_have_all_their_names(run: Run) -> None:
    r = run.program.registers
    r["a0"] = 1 << 64 | 5
    assert r["a0"] == r["x10"] == 5
    r["zero"] = 1
    assert r["zero"] == 0
    assert list(r)[:4] == ["pc", "zero", "ra", "sp"]
    with pytest.raises(KeyError):
        r["a9"]


def test_a_symbol_that_is_not_there(run: Run) -> None:
    with pytest.raises(IsoformError) as caught:
        run.program.break_at("nowhere")
    (found,) = caught.value.diagnostics
    path = run.program.executable.path
    assert (found.code, found.message) == ("E0957", f"`{path}` has no symbol `nowhere`")


def test_a_trap_stops_where_it_was(tmp_path: Path, engine: str) -> None:
    r = Run(write(tmp_path, op("addi") + op("ld", rd="a0", rs1="zero", imm=16)), engine=engine)
    for _ in range(2):
        stop = r.program.run()
        assert (stop.reason, stop.pc, r.program.hart.retired) == ("trap", BASE + 4, 1)
        assert stop.trap and (stop.trap.cause, stop.trap.value) == ("load_access_fault", 16)


def test_code_may_be_rewritten(tmp_path: Path, engine: str) -> None:
    target = BASE + 32
    new = int.from_bytes(op("addi", rd="a0", rs1="a0", imm=9), "little")
    program = (
        op("jal", rd=0, target=32)  # the first time, to the old instruction
        + li("t0", target)
        + li("t1", new)
        + op("sw", rs1="t0", rs2="t1")
        + op("addi", rd="t2", rs1="zero", imm=1)
        + op("jal", rd=0, target=4)
        + op("addi", rd="a0", rs1="a0", imm=1)
        + op("beq", rs1="t2", rs2="zero", target=-32)
        + op("ebreak")
    )
    r = Run(write(tmp_path, program), environment="bare", engine=engine)
    assert r.program.run().reason == "trap"
    assert r.program.registers["a0"] == 10


def test_a_breakpoint_stays_in_code_that_is_rewritten(run: Run) -> None:
    p = run.program
    p.break_at("round")
    assert p.run().reason == "breakpoint"
    p.memory.load(ROUND, op("addi", rd="t0", rs1="t0", imm=2))
    assert p.run().reason == "breakpoint"
    assert p.registers["t0"] == 2


SPIKE = """\
core   0: 0 0x0000000000010000 (0x00020337) x6  0x0000000000020000
core   0: 0 0x0000000000010004 (0x00030313) x6  0x0000000000020000
core   0: 0 0x0000000000010008 (0x00600293) x5  0x0000000000000006
core   0: 0 0x000000000001000c (0x00531123) mem 0x0000000000020002 0x0006
core   0: 0 0x0000000000010010 (0x00034503) x10 0x0000000000000061 mem 0x0000000000020000
core   0: 0 0x0000000000010014 (0x00000013)
core   0: 0 0x0000000000010018 (0x000008b7) x17 0x0000000000000000
core   0: 0 0x000000000001001c (0x0ac88893) x17 0x00000000000000ac
core   0: 0 0x0000000000010020 (0x00000073) x10 0x00000000000003e8
"""


def test_the_trace_is_as_spike_writes_it(tmp_path: Path) -> None:
    program = (
        li("t1", DATA)
        + op("addi", rd="t0", rs1="zero", imm=6)
        + op("sh", rs1="t1", rs2="t0", imm=2)
        + op("lbu", rd="a0", rs1="t1", imm=0)
        + op("addi")
        + li("a7", 172)  # getpid
        + op("ecall")
        + op("ld", rd="a0", rs1="zero", imm=0)
    )
    log = io.StringIO()
    r = Run(write(tmp_path, program, b"a"), trace=log)
    assert r.program.run().reason == "trap"  # the trap has no line
    assert log.getvalue() == SPIKE
    assert r.program.hart.retired == 9


SNTF = """\
# SNTF
# 1.0
# +time
# +pc
# +instr-code
# +next-pc
# +registers-changed
# +memory-accesses
0 0000000000010000 00020337 0000000000010004 x6=0000000000020000
1 0000000000010004 00030313 0000000000010008 x6=0000000000020000
2 0000000000010008 00600293 000000000001000c x5=0000000000000006
3 000000000001000c 00531123 0000000000010010 0000000000020002:W:0006
4 0000000000010010 00034503 0000000000010014 x10=0000000000000061 0000000000020000:R:61
"""


def test_the_trace_is_as_snippy_writes_it(tmp_path: Path) -> None:
    program = (
        li("t1", DATA)
        + op("addi", rd="t0", rs1="zero", imm=6)
        + op("sh", rs1="t1", rs2="t0", imm=2)
        + op("lbu", rd="a0", rs1="t1", imm=0)
    )
    log = io.StringIO()
    Run(write(tmp_path, program, b"a"), trace=log, trace_format="sntf").program.run(5)
    assert log.getvalue() == SNTF


def test_a_traced_run_ends_where_another_does(tmp_path: Path) -> None:
    file = write(tmp_path, COUNT + EXIT, symbols={"round": ROUND, "counter": DATA + 8})
    log = io.StringIO()
    p = Run(file, trace=log).program
    p.break_at("round")
    assert p.run().reason == "breakpoint"
    p.clear_break("round")
    p.watch("counter", 4)
    assert p.run().reason == "watchpoint"
    assert p.run(3).reason == "watchpoint"
    assert p.run(2).reason == "limit"
    assert len(log.getvalue().splitlines()) == p.hart.retired == 11


def test_control_registers_are_traced(tmp_path: Path) -> None:
    name = "rv64i_zicsr_sm"
    log = io.StringIO()
    program = op("addi", rd="t0", rs1="zero", imm=0x40)
    program += op("csrrw", name, rd="t1", rs1="t0", csr=0x340)
    Run(write(tmp_path, program), name, trace=log, environment="bare").program.run(2)
    line = log.getvalue().splitlines()[1]
    assert line.startswith("core   0: 3 0x0000000000010004 (0x34029373)")
    assert " c832_mscratch 0x0000000000000040" in line
    assert " x6  0x0000000000000000" in line


def test_the_environment_can_be_said(tmp_path: Path) -> None:
    file = write(tmp_path, EXIT, symbols={"tohost": DATA})
    assert Run(file).program.environment.name == "bare"
    assert Run(file, environment="linux").program.environment.name == "linux"
    assert Run(write(tmp_path, EXIT)).program.environment.name == "linux"


def test_what_cannot_be_had(tmp_path: Path) -> None:
    file = write(tmp_path, EXIT)
    with pytest.raises(IsoformError) as caught:
        sim.program(file, isa(), files=tmp_path / "none")
    assert caught.value.diagnostics[0].message == f"there is no folder `{tmp_path / 'none'}`"
    alone = isa().extended()
    alone.environment = None
    assert sim.program(file, alone).environment.name == "bare"
    with pytest.raises(IsoformError) as caught:
        sim.program(file, alone, environment="linux")
    assert caught.value.diagnostics[0].message == "`rv64i` describes no Linux system calls"
    assert caught.value.diagnostics[0].help == "`--environment bare` works for every set"


def test_a_position_independent_program_is_moved(tmp_path: Path) -> None:
    p = Run(write(tmp_path, EXIT, kind=3, symbols={"main": BASE})).program
    assert p.symbols["main"] == p.executable.entry == 0x1000_0000 + BASE
    assert p.run().code == 7
