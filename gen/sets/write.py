"""The files that are made of an instruction set."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gen.artefacts import write_whole
from gen.forms.doc.instructions import pages
from gen.ir.text import print_machine
from gen.isa.elaborate import elaborate
from gen.isa.isa import Isa
from gen.sets.encodings import Check
from gen.sets.pages import set_page
from gen.sets.texts import instruction_script

__all__ = ["SetFiles", "write_set"]


@dataclass(frozen=True)
class SetFiles:
    """Paths of a set's files: the document's index, the folder of scripts, the machine."""

    document: Path
    smt: Path
    machine: Path


def write_set(isa: Isa, check: Check, build: Path) -> SetFiles:
    """Write the document, a script for each instruction, and the machine as text.

    Everything is generated before the first file is written.

    Raises
    ------
    IsoformError : E0907 or E0908, a semantic function has no meaning on symbols; E0703, a file
        cannot be written
    """
    root = build / isa.name
    paths = SetFiles(root / "doc" / "index.html", root / "smt", root / "machine.txt")
    machine = elaborate(isa)
    texts = {root / "doc" / n: t for n, t in pages(set_page(isa, machine, check)).items()}
    for i in isa.instructions:
        texts[paths.smt / f"{i.name}.smt2"] = instruction_script(isa, machine, i)
    texts[paths.machine] = print_machine(machine)
    for path, text in texts.items():
        write_whole(path, text)
    return paths
