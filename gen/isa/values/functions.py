"""What semantic functions call: the same names on words and on symbols."""

from __future__ import annotations

from typing import Any, TypeAlias

from gen.ir import expr as e
from gen.ir.functions import FUNCTIONS
from gen.isa.values.terms import Integer, SemanticError, Term, expression, nonzero, widened
from gen.isa.values.words import BIT, Word, word

__all__ = [
    "Value",
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
    "zext",
]

# A word or a term. Semantic functions are written once for both, so their types are open.
Value: TypeAlias = Any


def _plain(x: Value) -> Value:
    """Return a truth value as a word of one bit."""
    return BIT(x) if x.__class__ is bool else x


def signed(x: Value) -> Value:
    """Return the integer that the bits of `x` are in two's complement."""
    if isinstance(x, Term):
        return Integer(x.expr, x)
    return int(x) - (x.mask + 1 if x >> x.width - 1 else 0)


def unsigned(x: Value) -> Value:
    """Return the integer that the bits of `x` are without a sign."""
    if isinstance(x, Term):
        return Integer(e.zext(x.expr, x.width + 1), x)
    return int(x)


def bits(x: Value, width: int) -> Value:
    """Return the lowest `width` bits of an integer or a word, an integer extended with its sign."""
    if isinstance(x, Integer):
        wide = widened(x.expr, max(width, x.expr.width))
        return x.term.of(e.slice_(wide, 0, width))
    if isinstance(x, Term):
        return x.of(e.resize(x.expr, width))
    return word(width)(x & (1 << width) - 1)


def zext(x: Value, width: int) -> Value:
    """Return `x` widened with zeros to `width` bits."""
    if isinstance(x, Term):
        return x.of(e.zext(x.expr, width))
    return word(width)(x)


def sext(x: Value, width: int) -> Value:
    """Return `x` widened with its sign bit to `width` bits."""
    if isinstance(x, Term):
        return x.of(e.sext(x.expr, width))
    x = _plain(x)
    return word(width)(signed(x) & (1 << width) - 1)


def select(condition: Value, then: Value, other: Value) -> Value:
    """Return `then` where the condition holds, else `other`; both are computed.

    One of the two may be a Python number, of the other's width.
    """
    if isinstance(condition, Term):
        return _selected(condition, then, other)
    if condition:
        return other.__class__(then) if then.__class__ is int and isinstance(other, Word) else then
    return then.__class__(other) if other.__class__ is int and isinstance(then, Word) else other


def _selected(condition: Term, then: Value, other: Value) -> Value:
    chosen = nonzero(condition.expr)
    if isinstance(then, Integer) or isinstance(other, Integer):
        raise SemanticError("`select` takes words: cut the integers with `bits`")
    then, other = _plain(then), _plain(other)
    width = getattr(then, "width", None) or getattr(other, "width", None)
    if width is None:
        raise SemanticError("`select` of two numbers: at least one must be a word")
    a, b = expression(then, width), expression(other, width)
    truth = all(isinstance(v, Term) and v.truth for v in (then, other))
    return condition.of(e.ite(chosen, a, b), truth=truth)


def concat(*parts: Value) -> Value:
    """Return words side by side, most significant first."""
    parts = tuple(map(_plain, parts))
    symbol = next((p for p in parts if isinstance(p, Term)), None)
    if symbol is not None:
        return symbol.of(e.concat(*(expression(p, p.width) for p in parts)))
    value = width = 0
    for p in parts:
        value, width = value << p.width | int(p), width + p.width
    return word(width)(value)


def call(name: str, *args: Value) -> Value:
    """Return the result of a pure function of `gen.ir.functions`, of the width that it has."""
    function = FUNCTIONS[name]
    symbol = next((a for a in args if isinstance(a, Term)), None)
    if symbol is None:
        return word(function.width)(function.evaluate(*map(int, args)))
    made = (expression(a, w) for a, w in zip(args, function.widths, strict=True))
    return symbol.of(e.call(name, *made))


def not_(condition: Value) -> Value:
    """Return whether a condition does not hold."""
    if isinstance(condition, Term):
        return condition.of(e.not_(nonzero(condition.expr)), truth=True)
    return not condition


def ashr(x: Value, count: Value) -> Value:
    """Return a word shifted right by `count`, filled with its sign."""
    return bits(signed(x) >> count, x.width)


def _divided(op: e.Op, a: Value, b: Value) -> Value:
    symbol = a if isinstance(a, Term) else b
    if isinstance(symbol, Term):
        return symbol.of(e.build(op, a.width, (expression(a, a.width), expression(b, a.width))))
    return word(a.width)(
        e.build(op, a.width, (e.const(int(a), a.width), e.const(int(b), a.width))).value
    )


def udiv(a: Value, b: Value) -> Value:
    """Return the unsigned quotient; all ones where `b` is 0."""
    return _divided(e.Op.UDIV, a, b)


def urem(a: Value, b: Value) -> Value:
    """Return the unsigned remainder; `a` where `b` is 0."""
    return _divided(e.Op.UREM, a, b)


def sdiv(a: Value, b: Value) -> Value:
    """Return the signed quotient, towards zero; all ones where `b` is 0; the one overflow wraps."""
    return _divided(e.Op.SDIV, a, b)


def srem(a: Value, b: Value) -> Value:
    """Return the signed remainder, with the sign of `a`; `a` where `b` is 0."""
    return _divided(e.Op.SREM, a, b)
