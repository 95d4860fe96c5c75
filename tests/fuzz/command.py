"""Command lines: any words in any order, in a folder with good, bad and odd files.

What takes long by nature (Yosys, Verilator, proofs, place and route) is replaced by a refusal: all
that comes before is run.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NoReturn
from unittest.mock import patch

from gen.cli.__main__ import COMMANDS, main
from gen.cli.explain import all_codes
from tb.tools import ToolError
from tests.fuzz.mutate import EXTREMES
from tests.fuzz.subject import ROOT, Subject, Unexpected
from tests.units import UNITS

__all__ = ["SUBJECT"]

_FILES = ("good.vrs", "bad.vrs", "empty.vrs", "binary.vrs", "s.yaml", "bad.yaml", "page.md", "v.v")
_ODD = (
    "", " ", "-", "--", "---", ".", "..", "/", "//", "/dev/null", "/dev/full", "~", "*", "a" * 5000,
    "a/" * 3000, "folder", "folder.vrs", "missing.vrs", "missing/x.vrs", "x.yaml", "loop.vrs",
    "\u00e9", "\udcff", "\udc80.vrs", "\u202e", "a\nb", "\x1b[31m", "%s", "{}", "$(x)", "-v",
    "@args",
)  # fmt: skip
_COMMON = "--json -q -v --help --version --frobnicate --jso".split()
_UNIT_OPTIONS = "--root -I -o".split()
_OPTIONS = {
    "check": "-I --werror --prove".split(),
    "gen": [*_UNIT_OPTIONS, *"--latency --bus --ports".split()],
    "sim": [
        *_UNIT_OPTIONS,
        *"--latency --bus -n --seed --stream --mode --epoch --waves --verilog --seed".split(),
        *"--case --ports --simulator".split(),
    ],
    "prove": [*_UNIT_OPTIONS, *"--latency --verilog --timeout --timeout --no-sim".split()],
    "fpga": [*_UNIT_OPTIONS, *"--all --device --seeds --limit --verilog --table --latency".split()],
    "doc": _UNIT_OPTIONS,
    "regress": "--seeds --first-seed -n --jobs --scheduler --new --build --verilog".split(),
}
_ALONE = {"--json", "-q", "-v", "--waves", "--no-sim", "--all", "--werror", "--prove", "--new"}
_CHOICES = (
    "0 1 2 native axi4-lite wishbone batch interactive ecp5 ice40 all default stress walk"
).split()
_COUNTS = (
    "1",
    "7",
    "100",
    "1_000",
    "0x10",
    "-5",
    "0",
    "1e3",
    *(x for x in EXTREMES if len(x) > 12),
)


def _make(draw: Random) -> bytes:
    command = draw.choice([*COMMANDS, "check", "gen", "sim", draw.choice(_ODD)])
    words = [command] if draw.random() < 0.97 else []
    if draw.random() < 0.8:
        given = [*_FILES, draw.choice(UNITS[:3]), _any(draw)]
        words.append("good.vrs" if draw.random() < 0.5 else draw.choice(given))
    for _ in range(draw.randrange(5)):
        own = _OPTIONS.get(command, ["-o"])
        option = draw.choice(own if draw.random() < 0.9 else [*_COMMON, *_OPTIONS["sim"]])
        alone = option in _ALONE or draw.random() < 0.05
        words += [option] if alone else [option, _value(draw, option)]
    if draw.random() < 0.1:
        draw.shuffle(words)
    if "good.vrs" not in words or "-I" in words:  # the proofs of a whole folder take long
        words = [w for w in words if w != "--prove"]
        if "regress" in words:  # without a unit it takes all of them
            words.insert(words.index("regress") + 1, "good.vrs")
    return "\0".join(w for w in words if w != "--debug").encode("utf-8", "surrogateescape")


def _value(draw: Random, option: str) -> str:
    if option == "-n":
        return draw.choice(_COUNTS)
    if draw.random() < 0.3:
        return _any(draw)
    if option in ("--seed", "--epoch", "--timeout", "--seeds", "--limit", "--latency", "--jobs"):
        return draw.choice([*EXTREMES, "1_000", "0b11", "-0", "1e400"])
    return draw.choice(
        _CHOICES if option in ("--bus", "--mode", "--device", "--stream") else _FILES
    )


def _any(draw: Random) -> str:
    return draw.choice([*_ODD, *_FILES, *EXTREMES, *_CHOICES, *all_codes()])


def _run(data: bytes, folder: Path) -> str:
    words = data.decode("utf-8", "surrogateescape").split("\0") if data else []
    _furnish(folder)
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    err = io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace", write_through=True)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _without_tools():
        try:
            code: object = main(words)
        except SystemExit as end:
            code = end.code
    said = err.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]
    if code not in (0, 1, 2, 3, 4) or "Traceback" in said or "internal error" in said:
        kind = re.search(r"internal error: (\w+)", said)
        raise Unexpected(f"{kind[1] if kind else 'bad'} exit code {code}: {said[-600:]}")
    silent = not re.search(r"^(error|warning)\[[EW]\d{4}\]: ", said, re.M)
    if code == 1 and silent and not any(w.startswith("--j") for w in words):
        raise Unexpected(f"exit code 1 without a message: {said[:200]}")
    hidden = (p for p in folder.rglob(".*") if p.is_file())
    left = [p.name for p in hidden if not p.name.endswith(".lock")]
    if left:
        raise Unexpected(f"half-written: {left}")
    found = re.findall(r"\[([EW]\d{4})\]", said)
    return " ".join([f"exit {code}", *sorted(set(found))[:3]])


def _furnish(folder: Path) -> None:
    good = (ROOT / "specs/units/simple_segment.vrs").read_text()
    (folder / "good.vrs").write_text(good)
    (folder / "bad.vrs").write_text(good.replace("state.", "stat."))
    (folder / "empty.vrs").write_text("")
    (folder / "binary.vrs").write_bytes(bytes(range(256)))
    (folder / "s.yaml").write_text("stalls: 0\n")
    (folder / "bad.yaml").write_text("stalls: [\n")
    (folder / "page.md").write_text("no markers\n")
    (folder / "v.v").write_text("module v; endmodule\n")
    (folder / "folder").mkdir()
    (folder / "folder.vrs").mkdir()
    (folder / "loop.vrs").symlink_to("loop.vrs")


@contextlib.contextmanager
def _without_tools() -> Iterator[None]:
    def refuse(*args: object, **kwargs: object) -> NoReturn:
        raise ToolError("not run by the fuzzer")

    from gen.prove import NetlistError

    def unproved(*args: object, **kwargs: object) -> NoReturn:
        raise NetlistError("not run by the fuzzer")

    from gen.regress.cluster import NoWorkers

    def unmanned(*args: object, **kwargs: object) -> NoReturn:
        raise NoWorkers("not run by the fuzzer")

    with (
        patch("gen.regress.cluster.local", unmanned),
        patch("gen.regress.cluster.remote", unmanned),
        patch("gen.regress.schedule.run_here", unmanned),
        patch("gen.forms.rtl.verilog", return_value="module m; endmodule\n"),
        patch("tb.build.build", refuse),
        patch("tb.fpga.measure.measure", refuse),
        patch("tb.fpga.tools.require", return_value={}),
        patch("gen.prove.prove", unproved),
    ):
        yield


SUBJECT = Subject(48, _make, _run, (re.compile(rb"[^\0]*\0|[^\0]+"),))
