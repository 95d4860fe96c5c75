"""`.vrs` text: lexed, parsed, checked, elaborated; what comes out is written in every form."""

from __future__ import annotations

from pathlib import Path
from random import Random

from gen import vrs
from gen.diag import IsoformError, Reporter
from gen.forms import doc, python
from gen.forms.rtl.manifest import manifest
from gen.ir.machine import Machine
from gen.ir.text import print_machine, read_machine
from gen.vrs.lexer import KEYWORDS
from tests.fuzz.grammar import specification
from tests.fuzz.mutate import disturb, mutate
from tests.fuzz.subject import ROOT, Subject, Unexpected, codes_of, texts, words_of

__all__ = ["SUBJECT"]

_LARGE = 7000  # characters; larger specifications take long to elaborate, so they come seldom


def _corpus() -> tuple[str, ...]:
    return texts(
        "specs/units/*.vrs", "tests/vrs/**/*.vrs", "tests/hdl/*.vrs", "tests/vrs/elaborate/**/*.vrs"
    )


def _make(draw: Random) -> bytes:
    corpus = _corpus()
    how = draw.random()
    if how < 0.3:
        text = specification(draw)
        if how < 0.12:
            return disturb(draw, text.encode())
    elif how < 0.8:
        text = draw.choice([t for t in corpus if 300 < len(t) < _LARGE])
    else:
        text = draw.choice([t for t in corpus if len(t) < _LARGE or how > 0.99])
    words = (*words_of(corpus), *sorted(KEYWORDS))
    return disturb(draw, mutate(draw, text, corpus, words).encode("utf-8", "surrogatepass"))


def _run(data: bytes, folder: Path) -> str:
    path = folder / "input.vrs"
    path.write_bytes(data)
    reporter = Reporter()
    machines: list[Machine] = []
    try:
        program = vrs.load(path, reporter, [ROOT / "specs/units", ROOT / "tests/vrs/samples"])
        for root in program.roots:
            machines.append(vrs.elaborate(program, root, reporter))
    except IsoformError as error:
        reporter.diagnostics += [d for d in error.diagnostics if d not in reporter.diagnostics]
        if not reporter.errors:
            raise Unexpected("an error without a message") from error
    found = codes_of(reporter.sorted(), [path], place=True)
    if not reporter.errors:
        for machine in machines:
            _forms(machine)
    return found


def _forms(machine: Machine) -> None:
    """Write what is cheap to write of a machine; it has to read back."""
    text = print_machine(machine)
    if print_machine(read_machine(text)) != text:
        raise Unexpected("the machine's text reads back differently")
    compile(python.generate(machine), "model.py", "exec")
    manifest(machine)
    if len(text) < 4000:
        doc.generate(machine)


SUBJECT = Subject(460, _make, _run)
