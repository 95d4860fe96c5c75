"""Verilog files given to the prover: Yosys reads them in a process of its own, so these are few."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

from gen.forms import rtl
from gen.forms.rtl.manifest import manifest
from gen.prove import NetlistError
from gen.prove.netlist import read_verilog
from gen.prove.view import names
from tests.fuzz.mutate import disturb, mutate
from tests.fuzz.subject import Subject, Unexpected, words_of
from tests.units import machine

__all__ = ["SUBJECT"]

_UNIT = "simple_segment"


@cache
def _text() -> str:
    return rtl.verilog(machine(_UNIT))


def _make(draw: Random) -> bytes:
    text = _text()
    words = (
        *words_of((text,)),
        "posedge",
        "negedge",
        "initial",
        "$finish",
        "inout",
        "real",
        "genvar",
    )
    changed = mutate(draw, text, (text,), words, most=2) if draw.random() < 0.97 else ""
    return disturb(draw, changed.encode("utf-8", "surrogatepass"))


def _run(data: bytes, folder: Path) -> str:
    path = folder / "given.v"
    path.write_bytes(data)
    known = manifest(machine(_UNIT))
    try:
        read_verilog(path, known["module"], names(known), known["clock"])
    except NetlistError as error:
        if "Traceback" in str(error) or not str(error).strip():
            raise Unexpected(f"not a message: {error}") from error
        return "refused"
    return "ok"


SUBJECT = Subject(2, _make, _run)
