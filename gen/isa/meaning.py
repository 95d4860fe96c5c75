"""What an instruction's operands are worth, as expressions of its word."""

from __future__ import annotations

from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.isa.elaborate import WORD
from gen.isa.extension import Instruction
from gen.isa.operands import Parameters
from gen.isa.values.terms import SemanticError, Term

__all__ = ["matching", "values"]


def values(i: Instruction, parameters: Parameters) -> dict[str, Expr]:
    """Return by name what the semantic function gets for each field, in the pattern's order."""
    word = e.input_(WORD, i.encoding.width)
    found: dict[str, Expr] = {}
    for name, field in i.encoding.fields.items():
        value = i.operands[name].value(Term(field.expression(word), _undecided), parameters)
        found[name] = value.expr
    return found


def matching(i: Instruction, condition: Expr) -> Expr:
    """Return which words are the instruction, 1 bit: its fixed bits, and its condition."""
    word = e.input_(WORD, i.encoding.width)
    mask = e.const(i.encoding.mask, word.width)
    fixed = e.eq(e.and_(word, mask), e.const(i.encoding.match, word.width))
    return e.all_of((fixed, condition))


def _undecided(condition: Expr) -> bool:
    raise SemanticError("the value of an operand chooses with `select`")
