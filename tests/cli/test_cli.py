"""The `isoform` command as a person types it: output, exit codes, messages."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gen.cli.__main__ import COMMANDS, main
from gen.cli.explain import all_codes
from gen.isa import library
from tests.units import ROOT, UNITS

BROKEN = "flags { readable }\nsegment S( {\n"


def isoform(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-m", "gen.cli", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_the_commands_and_ends_with_examples(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert all(re.search(rf"^    {name} ", text, re.M) for name in COMMANDS)
    assert "exit codes: 0 ok, 1 specification or configuration error" in text


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_examples(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert f"examples:\n  isoform {command}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["fly"], ["gen"], ["sim", "mpu", "-n", "0"], ["doc", "-x"]])
def test_usage_errors(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_no_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().out.startswith("usage: isoform")


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    end = lines.index("")
    assert [line.split()[0] for line in lines[:end]] == UNITS
    assert lines[end + 1] == "instruction sets:"
    assert [line.split()[0] for line in lines[end + 2 :]] == library.names()
    assert main(["list", "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [x["unit"] for x in found if "unit" in x] == UNITS
    assert [x["isa"] for x in found if "isa" in x] == library.names()
    assert all(x.get("summary") or x["instructions"] for x in found)


def test_check_all_units(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [f"{u}: ok" for u in UNITS]
    assert err == ""


def test_check_a_broken_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    Path("s.vrs").write_text(BROKEN)
    assert main(["check", "s.vrs"]) == 1
    out, err = capsys.readouterr()
    assert out == "s.vrs: 1 error\n"
    assert err.startswith("error[E01") and " --> s.vrs:2:12" in err
    assert main(["check", "s.vrs", "--json"]) == 1
    first, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["severity"] == "error" and first["primary"]["line"] == 2
    assert last == {"unit": "s.vrs", "errors": 1, "warnings": 0}
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert main(["check", "s.vrs"]) == 1
    assert capsys.readouterr().out.startswith("::error file=s.vrs,line=2,col=12::[E01")


def test_warnings_fail_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "flags { r }\nsegment S() { inbitwidth = 8; fn translate(va : vaddr) -> paddr { va } }\n"
    Path("s.vrs").write_text(text)
    assert main(["check", "s.vrs"]) == 0
    assert capsys.readouterr().out.startswith("s.vrs: ") and main(["check", "s.vrs", "--werror"])
    assert capsys.readouterr().err.startswith("warning[W")
    assert main(["check", "s.vrs", "-q", "--werror"]) == 1  # and it says why
    assert capsys.readouterr().err.startswith("warning[W")
    assert main(["check", "s.vrs", "-q"]) == 0
    assert capsys.readouterr() == ("", "")


def test_an_unknown_unit(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gen", "mpuu"]) == 1
    assert capsys.readouterr().err == (
        "error[E0701]: there is no unit `mpuu` in specs/units\n"
        f"  = help: units: {', '.join(UNITS)}; or give the path of a .vrs file\n"
        "  = more: isoform explain E0701\n\n"
    )


def test_gen_writes_every_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gen", "variable_segment", "-o", str(tmp_path), "--json"]) == 0
    written = json.loads(capsys.readouterr().out)
    for what in ("verilog", "core", "model", "manifest", "machine", "markdown", "html"):
        assert Path(written[what]).stat().st_size > 100, what
    assert not list(tmp_path.rglob(".*")), "nothing half-written is left"
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert main(["gen", "variable_segment", "-o", str(tmp_path), "-q"]) == 0
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_gen_where_nothing_can_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert main(["gen", "variable_segment", "-o", str(blocked)]) == 1
    assert capsys.readouterr().err == (
        f"error[E0703]: cannot write `{blocked}/variable_segment/rtl/variable_segment.v`: "
        "Not a directory\n  = more: isoform explain E0703\n\n"
    )
    assert blocked.read_text() == ""


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == list(all_codes())
    for code in all_codes():
        assert main(["explain", code.lower()]) == 0
        assert capsys.readouterr().out.startswith(f"{code}: ")
    assert main(["explain", "E0199"]) == 2
    assert capsys.readouterr().err.startswith("isoform: there is no code `E0199`; did you mean E")


def test_doctor(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "all that is required is here" in out
    assert main(["doctor", "--json"]) == 0
    tools = [json.loads(line)["tool"] for line in capsys.readouterr().out.splitlines()]
    assert {"python", "g++", "verilator_bin", "cocotb"} <= set(tools)


def test_doctor_says_what_is_missing() -> None:
    done = isoform("doctor", PATH="")
    assert done.returncode == 4
    assert re.search(r"^MISSING  g\+\+ +found - +needed >= 9.0\n +fix: apt-get", done.stdout, re.M)
    assert done.stdout.rstrip().endswith("missing: make, g++, perl")


def test_no_color_is_written_to_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "s.vrs").write_text(BROKEN)
    done = isoform("check", "s.vrs", cwd=tmp_path)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.slow
def test_sim(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["sim", "variable_segment", "-n", "200000", "--seed", "1", "-o", str(tmp_path)]
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert out.startswith("unit      variable_segment\nseed      0x1, stream default\n")
    assert re.search(r"^compared  200,000 transactions in [\d,]+ cycles, batch: no diff", out, re.M)
    assert re.search(r"^coverage  100.0 % of \d+ points", out, re.M)
    path = tmp_path / "runs" / "variable_segment" / "0x1" / "report.json"
    report = json.loads(path.read_text())
    assert report["passed"] and report["compared"] == 200_000
    assert report["coverage"]["percent"] == 100.0
    assert (path.parent / "results.xml").exists()


@pytest.mark.slow
def test_sim_of_a_wrong_device(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build = ["-o", str(tmp_path)]
    assert main(["gen", "variable_segment", *build, "-q"]) == 0
    text = (tmp_path / "variable_segment" / "rtl" / "variable_segment.v").read_text()
    wrong = tmp_path / "wrong.v"
    wrong.write_text(text.replace("i_req_va + address", "i_req_va - address"))
    arguments = ["sim", "variable_segment", "--verilog", str(wrong), "--seed", "2", *build]
    assert main([*arguments, "-n", "20000"]) == 3
    out = capsys.readouterr().out
    assert "RTL and model differ" in out and "smallest case found" in out
    replay = re.search(r"^  replay: isoform (.*)$", out, re.M)
    assert replay is not None
    assert main([*replay[1].split(), *build]) == 3
    assert "RTL and model differ" in capsys.readouterr().out


def test_sim_without_a_compiler(tmp_path: Path) -> None:
    done = isoform("sim", "simple_segment", "-n", "10", "-o", str(tmp_path), PATH="")
    assert done.returncode == 4
    assert done.stderr == (
        "error[E0702]: no C++ compiler: install `g++`, or name one in CXX\n"
        "  = more: isoform explain E0702\n\n"
    )


@pytest.mark.slow
def test_sim_of_what_is_no_verilog(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.v"
    path.write_text("module nonsense\n")
    assert main(["sim", "variable_segment", "--verilog", str(path), "-o", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith(
        "error[E0704]: the simulation of `variable_segment` failed: `verilator_bin` failed"
    )


def test_sim_of_a_stream_that_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sim", "mpu", "--stream", "no/such.yaml", "-o", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        "error[E0501]: cannot read `no/such.yaml`: no such file or directory\n"
        "  = more: isoform explain E0501\n\n"
    )


def test_a_defect_of_ours_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import gen.cli.list as command

    def broken(args: object, output: object) -> int:
        raise ZeroDivisionError("by hand")

    monkeypatch.setattr(command, "run", broken)
    assert main(["list"]) == 70
    err = capsys.readouterr().err
    assert err.startswith("isoform: internal error: ZeroDivisionError: by hand\n")
    assert "Traceback" not in err


def test_prove_writes_certificates(tmp_path: Path) -> None:
    done = isoform("prove", "simple_segment", "-o", str(tmp_path))
    assert done.returncode == 0
    record = json.loads((tmp_path / "simple_segment" / "proof" / "proof.json").read_text())
    assert record["status"] == "proved"
    assert record["claim"] == "for all states and inputs, by induction over one clock cycle"
    files = {q["file"] for q in record["questions"]}
    assert files == {p.name for p in (tmp_path / "simple_segment" / "proof").glob("*.smt2")}
    assert "claim     equal for all states and inputs" in done.stdout


def test_prove_refuses_other_verilog(tmp_path: Path) -> None:
    given = tmp_path / "given.v"
    given.write_text("module simple_segment(input clk); endmodule\n")
    done = isoform("prove", "simple_segment", "-o", str(tmp_path), "--verilog", str(given))
    assert done.returncode == 1
    assert done.stderr == (
        f"error[E0710]: cannot prove `{given}`: module `simple_segment` has no signal `rst`\n"
        "  = more: isoform explain E0710\n\n"
    )


@pytest.mark.slow
def test_prove_shows_a_counterexample_and_the_simulation_confirms_it(tmp_path: Path) -> None:
    combinational = ["variable_segment", "-o", str(tmp_path), "--latency", "0"]
    assert isoform("gen", *combinational).returncode == 0
    text = (tmp_path / "variable_segment" / "rtl" / "variable_segment.v").read_text()
    wrong = text.replace("i_req_va + address[47:0]", "i_req_va - address[47:0]")
    assert wrong != text
    given = tmp_path / "wrong.v"
    given.write_text(wrong)
    done = isoform("prove", *combinational, "--verilog", str(given))
    assert done.returncode == 3
    assert "refuted: translate: translate\n    specification: specs/units/" in done.stdout
    assert "claim" not in done.stdout
    assert "/counterexample.yaml, 3 transactions from reset\n" in done.stdout
    case = tmp_path / "variable_segment" / "proof" / "counterexample.yaml"
    again = f"isoform sim variable_segment --case {case} --verilog {given} --latency 0"
    assert case.read_text().startswith(f"# Ends with a difference: {again}\n- write: ")
    assert "  smallest case found, 4 transactions:" in done.stdout
    small = tmp_path / "runs" / "variable_segment" / "case" / "smallest.yaml"
    line = f"isoform sim variable_segment --case {small} --verilog {given} --latency 0"
    assert f"\n  smallest: {line}\n" in done.stdout
    assert small.read_text().startswith(f"# {line}\n- write: ")
    assert done.stdout.endswith("\nconfirmed: the simulation differs from the model too\n")
    record = json.loads(
        isoform("prove", *combinational, "--verilog", str(given), "--no-sim", "--json").stdout
    )
    assert record["status"] == "refuted" and record["claim"] is None
    (question,) = (q for q in record["questions"] if q["status"] == "refuted")
    assert [d["signal"] for d in question["differences"]] == ["rsp_pa"]
    assert "simulation" not in record


@pytest.mark.parametrize(
    ("option", "value"), [("-n", "5"), ("--seed", "1"), ("--stream", "x"), ("--epoch", "1")]
)
def test_a_case_is_a_whole_stream(option: str, value: str, tmp_path: Path) -> None:
    done = isoform("sim", "mpu", "-o", str(tmp_path), "--case", "c.yaml", option, value)
    assert done.returncode == 1
    assert done.stderr == (
        f"error[E0709]: `--case` says every transaction, `{option}` has nothing to choose\n"
        f"  = help: leave out `{option}`\n"
        "  = more: isoform explain E0709\n\n"
    )


@pytest.mark.slow
def test_a_case_is_run_and_answered(tmp_path: Path) -> None:
    case = tmp_path / "c.yaml"
    case.write_text("- translate: 0x1234\n  access: [readable]\n- read: typ\n- read: 0x3c\n")
    done = isoform("sim", "mpu", "-o", str(tmp_path), "--case", str(case))
    assert done.returncode == 0
    assert "compared  4 transactions in " in done.stdout
    assert (
        "    translate va=0x1234 access=readable -> pa=0x1234\n"
        "    read    typ -> 0x800\n"
        "    read    0x3c (no register) -> error\n"
    ) in done.stdout
