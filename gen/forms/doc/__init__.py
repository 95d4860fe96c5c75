"""The document form: registers, translation, permission and faults, for people."""

from __future__ import annotations

from dataclasses import dataclass

from gen.forms.doc.content import content
from gen.forms.doc.html import html
from gen.forms.doc.markdown import markdown
from gen.ir.machine import Machine

__all__ = ["Document", "generate"]


@dataclass(frozen=True)
class Document:
    """One document in two forms."""

    markdown: str
    html: str


def generate(machine: Machine) -> Document:
    """Return the document of a machine."""
    found = content(machine)
    return Document(markdown(found), html(found))
