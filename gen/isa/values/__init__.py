"""Values of semantic functions: words (constants), terms (symbols), and functions of both."""

from gen.isa.values.functions import (
    Value,
    ashr,
    bits,
    call,
    concat,
    not_,
    sdiv,
    select,
    sext,
    signed,
    srem,
    udiv,
    unsigned,
    urem,
    zext,
)
from gen.isa.values.words import Word, word

__all__ = [
    "Value",
    "Word",
    "ashr",
    "bits",
    "call",
    "concat",
    "not_",
    "sdiv",
    "select",
    "sext",
    "signed",
    "srem",
    "udiv",
    "unsigned",
    "urem",
    "word",
    "zext",
]
