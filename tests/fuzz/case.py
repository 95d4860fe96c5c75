"""Cases: transactions written out, read and answered."""

from __future__ import annotations

from pathlib import Path
from random import Random

from gen.diag import IsoformError, Reporter
from gen.stream.case import case_text, load_case
from tests.fuzz.mutate import EXTREMES, disturb, mutate
from tests.fuzz.subject import Subject, Unexpected, codes_of, words_of
from tests.units import compiled, machine, stream

__all__ = ["SUBJECT"]

_UNIT = "mpu_region"
_WORDS = "write read translate store reset data access size idle wait rbar rlar[0] readable".split()


def _make(draw: Random) -> bytes:
    rows = stream(_UNIT, 2_000)
    start = draw.randrange(len(rows) - 20)
    text = case_text(machine(_UNIT), rows[start : start + draw.randrange(1, 20)])
    words = (*_WORDS, *EXTREMES, *words_of((text,)))
    return disturb(draw, mutate(draw, text, (text,), words).encode("utf-8", "surrogatepass"))


def _run(data: bytes, folder: Path) -> str:
    path = folder / "input.yaml"
    path.write_bytes(data)
    try:
        rows = load_case(path, machine(_UNIT), Reporter())
    except IsoformError as error:
        unreadable = any(d.code == "E0501" for d in error.diagnostics)
        return codes_of(error.diagnostics, [path], place=not unreadable)
    form = compiled(_UNIT)
    answers = form.run(form.reset_state(), rows, form.new_memory())
    (folder / "again.yaml").write_text(case_text(machine(_UNIT), rows))
    again = load_case(folder / "again.yaml", machine(_UNIT), Reporter())
    if (form.run(form.reset_state(), again, form.new_memory()) != answers).any():
        raise Unexpected("a case that is written and read is another one")
    return "ok"


SUBJECT = Subject(40, _make, _run)
