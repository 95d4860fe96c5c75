"""The text form of machines: what reads is verified and written again."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random

from gen.ir.text import TextError, print_machine, read_machine
from gen.ir.verify import MachineError, verify
from tests.fuzz.mutate import disturb, mutate
from tests.fuzz.subject import Subject, Unexpected, as_text, words_of
from tests.machines import sample_machine
from tests.units import machine

__all__ = ["SUBJECT"]

_UNITS = ("simple_segment", "mpu_region", "xeon_phi_smpt", "assoc_segment", "x86_segmentation")


@cache
def _corpus() -> tuple[str, ...]:
    return tuple(print_machine(m) for m in (sample_machine(), *map(machine, _UNITS)))


def _make(draw: Random) -> bytes:
    corpus = _corpus()
    text = mutate(draw, draw.choice(corpus), corpus, words_of(corpus), most=3)
    return disturb(draw, text.encode("utf-8", "surrogatepass"))


def _run(data: bytes, folder: Path) -> str:
    text = as_text(data)
    try:
        found = verify(read_machine(text))
    except TextError as error:
        place = re.match(r"(\d+):(\d+): expected ", str(error))
        lines = text.split("\n")
        if place is None or not 1 <= int(place[1]) <= len(lines):
            raise Unexpected(f"no place: {error}") from error
        if not 1 <= int(place[2]) <= len(lines[int(place[1]) - 1]) + 1:
            raise Unexpected(f"not a column of the line: {error}") from error
        return "refused by the reader"
    except MachineError:
        return "refused by the verifier"
    printed = print_machine(found)
    if print_machine(read_machine(printed)) != printed:
        raise Unexpected("the text reads back differently")
    return "ok"


SUBJECT = Subject(180, _make, _run)
