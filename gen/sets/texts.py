"""The SMT-LIB script of each instruction."""

from __future__ import annotations

from gen.diag import Reporter
from gen.forms.smt.script import About, script
from gen.ir.machine import Machine
from gen.isa.conditions import condition
from gen.isa.elaborate import operation_name
from gen.isa.extension import Instruction
from gen.isa.isa import Isa
from gen.isa.meaning import matching, values
from gen.isa.state import File
from gen.sets.operands import plain_syntax
from gen.sets.zeros import plain_reads, zeros

__all__ = ["instruction_script"]


def instruction_script(isa: Isa, machine: Machine, i: Instruction) -> str:
    """Return the script of an instruction; `machine` is the set's, elaborated."""
    about = About(
        head=tuple(_head(isa, i)),
        values=values(i, isa.parameters),
        matches=matching(i, condition(i, Reporter())),
        zeros=zeros(isa),
        remarks={d.name: " ".join(d.names) for d in isa.state if isinstance(d, File)},
    )
    operation = plain_reads(isa, i, machine.operation(operation_name(i.name)))
    return script(machine, operation, about)


def _head(isa: Isa, i: Instruction) -> list[str]:
    """Return what the instruction is, for people."""
    extension = next(x for x in isa.extensions if i in x.instructions)
    section = f", section {i.section}" if i.section else ""
    lines = [f"{isa.title}: {plain_syntax(i.syntax)}", *i.doc.splitlines()]
    if extension.source:
        lines.append(f"{extension.source}{section}")
    return [*lines, i.encoding.pattern]
