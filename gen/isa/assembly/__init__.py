"""Assembler and disassembler, from an instruction set's tables."""

from gen.isa.assembly.assembler import BASE, assemble
from gen.isa.assembly.disassembler import disassemble, length_of
from gen.isa.assembly.program import Line, Program, Section, Symbol

__all__ = ["BASE", "Line", "Program", "Section", "Symbol", "assemble", "disassemble", "length_of"]
