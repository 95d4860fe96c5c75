"""The document of an instruction set, collected from its description and its machine."""

from __future__ import annotations

import inspect
import re

from gen.diag import Reporter
from gen.forms.doc.instructions import (
    AliasRow,
    ExtensionPage,
    InstructionEntry,
    SetPage,
    StateRow,
    Words,
    formula,
    tell,
)
from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.ir.machine import Machine
from gen.isa.conditions import condition
from gen.isa.elaborate import WORD, operation_name
from gen.isa.extension import Alias, Extension, Instruction
from gen.isa.isa import Isa
from gen.isa.meaning import values
from gen.isa.roles import roles, sequential
from gen.isa.state import ControlFile, Declaration, File, Register
from gen.prove.encodings import Space
from gen.sets.encodings import Check
from gen.sets.operands import boxes, operand_rows, plain_syntax
from gen.sets.zeros import plain_reads

__all__ = ["set_page"]


def set_page(isa: Isa, machine: Machine, check: Check) -> SetPage:
    """Return what the document of a set says; `machine` is the set's, elaborated."""
    extensions = tuple(_extension(isa, machine, k, x) for k, x in enumerate(isa.extensions))
    return SetPage(
        name=isa.name,
        title=isa.title,
        state=tuple(row for d in isa.state for row in _state(d)),
        causes=tuple(isa.causes.items()),
        extensions=tuple(x for x in extensions if x.instructions or x.aliases),
        words=tuple(_words(isa, s) for s in check.spaces.values()),
    )


def _extension(isa: Isa, machine: Machine, k: int, x: Extension) -> ExtensionPage:
    own = [i for i in x if i.included(isa.parameters)]
    aliases = [a for a in x.aliases if a.included(isa.parameters)]
    slug = re.sub(r"\W+", "-", x.name.lower()).strip("-") or "extension"
    first = next(n for n, y in enumerate(isa.extensions) if y.name.lower() == x.name.lower())
    return ExtensionPage(
        name=x.name,
        title=x.title,
        source=x.source,
        file=f"extension-{slug}{'' if first == k else k}.html",
        instructions=tuple(_instruction(isa, machine, i) for i in own),
        aliases=tuple(_alias(a) for a in aliases),
    )


def _instruction(isa: Isa, machine: Machine, i: Instruction) -> InstructionEntry:
    whole = machine.operation(operation_name(i.name))
    part = roles(isa, i, whole)
    known = values(i, isa.parameters)
    told = tell(machine, plain_reads(isa, i, whole), known, sequential(isa, i))
    also = condition(i, Reporter())
    return InstructionEntry(
        name=i.name,
        syntax=plain_syntax(i.syntax),
        doc=i.doc,
        section=i.section,
        width=i.encoding.width,
        boxes=boxes(i.encoding),
        where="" if also.is_const else formula(machine, _fields(i), also),
        refines=i.refines,
        operands=operand_rows(i, part),
        kinds=part.kinds,
        effects=told.effects,
        definitions=told.definitions,
        traps=told.traps,
        source=f"{i.span.source.name}:{i.span.line}" if i.span else "",
    )


def _fields(i: Instruction) -> dict[str, Expr]:
    """Return the raw value of each field: what `where` is asked about."""
    word = e.input_(WORD, i.encoding.width)
    return {n: f.expression(word) for n, f in i.encoding.fields.items()}


def _alias(a: Alias) -> AliasRow:
    if not callable(a.expansion):
        return AliasRow(plain_syntax(a.syntax), tuple(re.sub(r"[{}]", "", x) for x in a.expansion))
    doc = (inspect.getdoc(a.expansion) or "").split("\n")[0]
    return AliasRow(plain_syntax(a.syntax), (doc or "one or more instructions",))


def _state(d: Declaration) -> list[StateRow]:
    match d:
        case Register():
            return [StateRow(d.name, d.width, 1, "", d.doc)]
        case File():
            return [StateRow(d.name, d.width, d.count, " ".join(d.names), d.doc)]
        case ControlFile():
            return [StateRow(c.name, d.width, 1, f"{c.number:#x}", c.doc) for c in d.controls]


def _words(isa: Isa, space: Space) -> Words:
    shares = {x.name: 0 for x in isa.extensions}
    for name, used in space.used.items():
        shares[isa.instruction(name).extension] += used
    return Words(
        space.width,
        space.words,
        space.free,
        tuple((n, used) for n, used in shares.items() if used),
        tuple((str(r), r.words) for r in space.regions),
    )
