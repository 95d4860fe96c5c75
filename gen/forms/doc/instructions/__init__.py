"""The document of an instruction set: encodings, operands, effects and traps, for people."""

from gen.forms.doc.instructions.content import (
    AliasRow,
    Box,
    ExtensionPage,
    InstructionEntry,
    OperandRow,
    SetPage,
    StateRow,
    Words,
)
from gen.forms.doc.instructions.effects import Told, formula, tell
from gen.forms.doc.instructions.pages import pages

__all__ = [
    "AliasRow",
    "Box",
    "ExtensionPage",
    "InstructionEntry",
    "OperandRow",
    "SetPage",
    "StateRow",
    "Told",
    "Words",
    "formula",
    "pages",
    "tell",
]
