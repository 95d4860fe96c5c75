"""Instruction sets: encodings, state and semantic functions; everything else follows from them."""

from gen.isa.elaborate import elaborate
from gen.isa.extension import Extension
from gen.isa.hart import Hart, MemoryFault, Trap
from gen.isa.isa import Isa
from gen.isa.operands import Choice, Immediate, Operand, OperandError, Register, Target

__all__ = [
    "Choice",
    "Extension",
    "Hart",
    "Immediate",
    "Isa",
    "MemoryFault",
    "Operand",
    "OperandError",
    "Register",
    "Target",
    "Trap",
    "elaborate",
]
