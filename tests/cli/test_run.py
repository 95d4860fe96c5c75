"""`isoform run` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gen.cli.__main__ import main
from gen.cli.run import arrange
from tests.sim.programs.tiny import BASE, DATA, EXIT, ecall, li, op, write

HELLO = ecall(64, 1, DATA, 6) + EXIT


def command(*words: object) -> int:
    return main(["run", *map(str, words), "--isa", "rv64i"])


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("p --isa x a b", "--isa x -- p a b"),
        ("--isa x p a --isa y", "--isa x -- p a --isa y"),
        ("--isa=x -v p --max 3 -- -r a", "--isa=x -v --max 3 -- p -r a"),
        ("p --json a -- b", "--json -- p a -- b"),
        ("-- p a", "-- p a"),
        ("--isa", "--isa"),
        ("--help", "--help"),
        ("", ""),
    ],
)
def test_options_stand_before_or_behind_the_program(given: str, made: str) -> None:
    assert arrange(given.split()) == made.split()


def test_the_exit_code_is_the_programs(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert command(write(tmp_path, HELLO, b"hello\n")) == 7
    assert capfdbinary.readouterr() == (b"hello\n", b"")


def test_json_tells_what_happened(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, EXIT)
    assert command(file, "--json") == 7
    found = json.loads(capfd.readouterr().out)
    assert found.pop("seconds") > 0 and found.pop("kips") > 0
    assert found == {
        "program": str(file),
        "isa": "rv64i",
        "environment": "linux",
        "reason": "exit",
        "code": 7,
        "pc": found["pc"],
        "cause": None,
        "instructions": 5,
    }


def test_the_limit_ends_it_with_124(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, op("addi") + op("jal", rd=0, target=-4))
    assert command(file, "--max", 10) == 124
    assert capfd.readouterr() == ("", "")
    assert command(file, "--max", 10, "-v") == 124
    error = capfd.readouterr().err
    assert error.startswith("isoform: stopped at 0x10000 after 10 instructions\n")
    assert "isoform: 10 instructions in " in error


TRAP = """\
error[E0958]: trap `load_access_fault` at 0x1000c (main+0x4), value 0x10
  = more: isoform explain E0958

  0x1000c: 01003503  ld
  pc 000000000001000c zero 0000000000000000   ra 0000000000000000   sp 0000003ffffSTACK
  gp 0000000000000000   tp 0000000000000000   t0 0000000000000123   t1 0000000000000000
"""


def test_a_trap_is_reported_with_everything(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = li("t0", 0x123) + op("addi") + op("ld", rd="a0", rs1="zero", imm=16)
    assert command(write(tmp_path, code, symbols={"main": BASE + 8})) == 139
    lines = capfd.readouterr().err.splitlines()
    expected = TRAP.splitlines()
    lines[3] = lines[3][: len(expected[3])]  # with a disassembler the operands follow
    lines[4] = lines[4][:-5] + "STACK"
    assert lines[:6] == expected
    assert len(lines) == 4 + 9


@pytest.mark.parametrize(
    ("code", "exit_code", "message"),
    [
        (bytes(4), 132, "trap `illegal_instruction` at 0x10000"),
        (op("ebreak"), 133, "trap `breakpoint` at 0x10000, value 0x10000"),
        (op("sb", rs1="zero", imm=5), 139, "trap `store_access_fault` at 0x10000, value 0x5"),
        (
            op("jalr", rd=0, rs1="zero", imm=8),
            139,
            "trap `instruction_access_fault` at 0x8, value 0x8",
        ),
    ],
)
def test_traps_end_it_as_a_shell_tells(
    code: bytes,
    exit_code: int,
    message: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert command(write(tmp_path, code), "--json") == exit_code
    lines = [json.loads(x) for x in capfd.readouterr().out.splitlines()]
    assert lines[0]["message"] == message
    assert (lines[1]["reason"], lines[1]["code"]) == ("trap", exit_code)


def test_no_instruction_is_shown_as_its_bytes(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert command(write(tmp_path, b"\xff\xff\xff\xff")) == 132
    assert "\n  0x10000: ffffffff  (no instruction)\n" in capfd.readouterr().err


def test_the_trace_goes_to_a_file_or_to_errors(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, EXIT)
    assert command(file, "--trace", tmp_path / "log") == 7
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines[0] == "core   0: 0 0x0000000000010000 (0x00000537) x10 0x0000000000000000"
    assert len(lines) == 5
    assert command(file, "--trace", "-", "--max", 2) == 124
    assert capfd.readouterr().err.splitlines() == lines[:2]


def test_what_is_not_there_is_noted_with_verbose(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, ecall(220) + ecall(220) + EXIT)
    assert command(file) == 7
    assert capfd.readouterr().err == ""
    assert command(file, "-v") == 7
    text = "isoform: system call 220 is not there; the program was told ENOSYS\n"
    assert capfd.readouterr().err.count(text) == 1


def test_files_and_variables_are_given(tmp_path: Path) -> None:
    path, flags = DATA, 0
    code = li("a0", 0) + op("addi", rd="a0", rs1="a0", imm=-100) + li("a1", path) + li("a2", flags)
    code += li("a7", 56) + op("ecall") + li("a7", 93) + op("ecall")
    file = write(tmp_path, code, b"tiny.elf\0")
    assert command(file) == -2 & 0xFF
    assert command(file, "--files", tmp_path) == 3


def test_a_variable_needs_a_value(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert command(write(tmp_path, EXIT), "--env", "NAME") == 1
    assert capfd.readouterr().err == (
        "error[E0708]: `--env NAME` sets no variable\n"
        "  = help: write `--env NAME=VALUE`\n"
        "  = more: isoform explain E0708\n\n"
    )


def test_a_wrong_file_is_one_message(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").write_text("text")
    assert command(tmp_path / "a") == 1
    assert capfd.readouterr().err == (
        f"error[E0950]: `{tmp_path / 'a'}` is no ELF file\n  = more: isoform explain E0950\n\n"
    )
