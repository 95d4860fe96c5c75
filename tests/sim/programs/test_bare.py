"""Bare metal: `tohost`, semihosting, traps."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.sim.programs.tiny import BASE, DATA, Run, li, op, write

TOHOST, FROMHOST = DATA + 64, DATA + 128
SYMBOLS = {"tohost": TOHOST, "fromhost": FROMHOST, "main": BASE + 8}
FOREVER = op("jal", rd=0, target=0)


def store(address: int, value: int) -> bytes:
    """Store a doubleword whose lowest byte is `value`, and its two highest bytes are 1."""
    high = li("t2", 0x101) + op("slli", rd="t2", rs1="t2", shamt=48)
    add = op("add", rd="t1", rs1="t1", rs2="t2")
    return li("t0", address) + high + li("t1", value) + add + op("sd", rs1="t0", rs2="t1")


def plain(address: int, value: int) -> bytes:
    return li("t0", address) + li("t1", value) + op("sd", rs1="t0", rs2="t1", imm=0)


@pytest.mark.parametrize("code", [0, 1, 42])
def test_an_odd_word_in_tohost_ends_the_program(code: int, tmp_path: Path) -> None:
    program = plain(TOHOST, code << 1 | 1)
    r = Run(write(tmp_path, program + FOREVER, symbols=SYMBOLS))
    assert r.program.environment.name == "bare"
    stop = r.program.run()
    assert (stop.reason, stop.code) == ("exit", code)
    assert r.program.hart.retired == len(program) // 4  # it stops at once


def test_characters_go_to_the_console_and_are_acknowledged(tmp_path: Path) -> None:
    program = b"".join(store(TOHOST, ord(c)) for c in "hey") + plain(TOHOST, 1)
    r = Run(write(tmp_path, program, symbols=SYMBOLS))
    assert r.program.run().code == 0
    assert r.stdout.getvalue() == b"hey"
    assert r.program.memory.read(FROMHOST, 8) == 0x0101 << 48


def test_characters_come_from_the_console(tmp_path: Path) -> None:
    high = li("t1", 1) + op("slli", rd="t1", rs1="t1", shamt=56)
    program = li("t0", TOHOST) + high + op("sd", rs1="t0", rs2="t1") + FOREVER
    r = Run(write(tmp_path, program, symbols=SYMBOLS), stdin=b"k")
    assert r.program.run(20).reason == "limit"
    assert r.program.memory.read(FROMHOST, 8) == 1 << 56 | 0x100 | ord("k")


def test_system_calls_are_forwarded(tmp_path: Path) -> None:
    block = struct.pack("<8Q", 64, 1, DATA + 512, 6, 0, 0, 0, 0)
    data = (block + bytes(448) + b"proxy\n").ljust(1024, b"\0")
    program = plain(TOHOST, DATA) + plain(DATA, 93) + plain(DATA + 8, 5) + plain(TOHOST, DATA)
    r = Run(write(tmp_path, program + FOREVER, data, symbols=SYMBOLS))
    r.program.memory.load(TOHOST, bytes(8))
    assert r.program.run(6).reason == "limit"
    assert (r.stdout.getvalue(), r.program.memory.read(DATA, 8)) == (b"proxy\n", 6)
    assert r.program.memory.read(FROMHOST, 8) == 1
    assert r.program.run().code == 5


@pytest.mark.parametrize(
    ("block", "answer"),
    [
        ((64, 7, DATA, 1), -9),
        ((64, 1, 8, 1), -14),
        ((64, 1, DATA, 1 << 60), -14),
        ((57, 1, 0, 0), -38),
    ],
)
def test_forwarded_calls_that_fail(block: tuple[int, ...], answer: int, tmp_path: Path) -> None:
    data = struct.pack("<8Q", *block, 0, 0, 0, 0)
    r = Run(write(tmp_path, plain(TOHOST, DATA) + FOREVER, data, symbols=SYMBOLS))
    r.program.run(20)
    assert r.program.memory.read(DATA, 8) == answer & (1 << 64) - 1


def test_a_call_outside_of_memory_is_noted(tmp_path: Path) -> None:
    r = Run(write(tmp_path, plain(TOHOST, 16) + FOREVER, symbols=SYMBOLS))
    r.program.run(20)
    assert r.noted == ["tohost: the call at 0x10 is not in memory (no memory at 0x10)"]


def test_both_halves_of_tohost_count_in_32_bits(tmp_path: Path) -> None:
    def word(address: int, value: int) -> bytes:
        stored = op("sw", "rv32i", rs1="t0", rs2="t1")
        return li("t0", address) + li("t1", value) + stored

    program = word(TOHOST, ord("A")) + word(TOHOST + 4, 0x0101_0000)
    program += word(TOHOST, 3) + word(TOHOST + 4, 0)
    r = Run(write(tmp_path, program + FOREVER, symbols=SYMBOLS, bits=32), "rv32i")
    stop = r.program.run()
    assert (r.stdout.getvalue(), stop.code) == (b"A", 1)


def test_the_lower_half_of_tohost_alone_is_enough(tmp_path: Path) -> None:
    program = li("t0", TOHOST) + li("t1", 11) + op("sw", "rv32i", rs1="t0", rs2="t1")
    r = Run(write(tmp_path, program + FOREVER, symbols=SYMBOLS, bits=32), "rv32i")
    assert r.program.run().code == 5


# Semihosting


def debug(operation: int, argument: int, name: str = "rv64i") -> bytes:
    around = (
        op("slli", name, rd=0, rs1=0, shamt=31),
        op("ebreak", name),
        op("srai", name, rd=0, rs1=0, shamt=7),
    )
    return li("a0", operation) + li("a1", argument) + b"".join(around)


def bare(path: Path, name: str = "rv64i", **options: object) -> Run:
    return Run(path, name, environment="bare", **options)  # type: ignore[arg-type]


def test_semihosting_writes_and_exits(tmp_path: Path) -> None:
    data = struct.pack("<2Q", 0x20026, 9) + b"text\0c"
    data += struct.pack("<3Q", 2, DATA + 16, 2).rjust(64 - len(data) + 24, b"\0")
    program = debug(4, DATA + 16) + debug(3, DATA + 21) + debug(5, DATA + 64) + debug(0x18, DATA)
    r = bare(write(tmp_path, program, data))
    stop = r.program.run()
    assert (stop.reason, stop.code) == ("exit", 9)
    assert (r.stdout.getvalue(), r.stderr.getvalue()) == (b"textc", b"te")


@pytest.mark.parametrize(("reason", "code"), [(0x20026, 0), (0x20023, 1)])
def test_semihosting_exit_in_32_bits(reason: int, code: int, tmp_path: Path) -> None:
    r = bare(write(tmp_path, debug(0x18, reason, "rv32i"), bits=32), "rv32i")
    assert r.program.run().code == code


def test_semihosting_reads_the_console_and_the_command_line(tmp_path: Path) -> None:
    data = struct.pack("<3Q", 0, DATA + 256, 3) + struct.pack("<2Q", DATA + 512, 200)
    program = debug(6, DATA) + debug(0x15, DATA + 24) + debug(7, 0)
    r = bare(write(tmp_path, program + FOREVER, data), stdin=b"abcd", arguments=["x", "y"])
    r.program.run(len(program) // 4)
    assert r.program.memory.read_bytes(DATA + 256, 4) == b"abc\0"
    assert r.program.memory.text(DATA + 512) == f"{tmp_path / 'tiny.elf'} x y".encode()
    assert r.program.registers["a0"] == ord("d")


def test_semihosting_opens_no_files(tmp_path: Path) -> None:
    data = struct.pack("<3Q", DATA + 32, 0, 11).ljust(32, b"\0") + b"/etc/passwd\0"
    r = bare(write(tmp_path, debug(1, DATA) + FOREVER, data))
    r.program.run(7)
    assert r.program.registers["a0"] == (1 << 64) - 1


def test_a_breakpoint_instruction_alone_is_a_trap(tmp_path: Path) -> None:
    r = bare(write(tmp_path, op("ebreak") + op("addi")))
    stop = r.program.run()
    assert (stop.reason, stop.pc, stop.trap and stop.trap.cause) == ("trap", BASE, "breakpoint")


# Traps of hardware


def test_a_trap_goes_to_the_handler_and_without_one_stops(tmp_path: Path) -> None:
    name = "rv64i_zicsr_sm"
    handler = BASE + 64
    enter = li("t0", handler) + op("csrrw", name, rd=0, rs1="t0", csr=0x305)
    program = (enter + op("ecall")).ljust(64, b"\0") + plain(TOHOST, 7)
    r = Run(write(tmp_path, program, symbols=SYMBOLS), name)
    assert r.program.run().code == 3
    r = Run(write(tmp_path, op("ecall"), symbols=SYMBOLS), name)
    stop = r.program.run()
    assert (stop.reason, stop.pc) == ("trap", BASE)
    assert stop.trap and stop.trap.cause == "environment_call_from_m_mode"


def test_a_handler_that_traps_at_once_stops(tmp_path: Path) -> None:
    name = "rv64i_zicsr_sm"
    enter = li("t0", BASE + 16) + op("csrrw", name, rd=0, rs1="t0", csr=0x305) + op("ecall")
    r = Run(write(tmp_path, enter + op("lb", rs1="zero", imm=1), symbols=SYMBOLS), name)
    stop = r.program.run()
    assert (stop.reason, stop.pc) == ("trap", BASE + 16)
    assert stop.trap and (stop.trap.cause, stop.trap.value) == ("load_access_fault", 1)


def test_a_program_in_rom_finds_its_data_there(tmp_path: Path) -> None:
    file = write(tmp_path, op("addi"), b"data")
    data = bytearray(file.read_bytes())
    at = data.index(struct.pack("<2Q", DATA, DATA))
    data[at + 8 : at + 16] = struct.pack("<Q", BASE + 0x100)  # p_paddr
    file.write_bytes(data)
    m = bare(file).program.memory
    assert (m.dump(BASE + 0x100, 4), m.dump(DATA, 4)) == (b"data", bytes(4))
    assert Run(file).program.memory.dump(DATA, 4) == b"data"
