"""What a rewrite rule is, and what rules look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from gen.ir import expr as e
from gen.ir.expr import Expr, Op

__all__ = [
    "Rule",
    "active_width",
    "complementary",
    "is_value",
    "low_bits",
    "narrow_pair",
    "ones",
    "pair",
    "parts",
    "registrar",
    "tail",
    "var",
    "zero",
]

Apply: TypeAlias = Callable[[Expr], "Expr | None"]
Instances: TypeAlias = Callable[[int], list[Expr]]


@dataclass(frozen=True)
class Rule:
    """One rewrite.

    Members
    -------
    name : unique
    op : operation of the root
    apply : returns the replacement, or None where the rule does not match
    instances : terms of width about `w` that match, for the proof
    """

    name: str
    op: Op
    apply: Apply
    instances: Instances


def registrar(table: list[Rule]) -> Callable[[str, Op, Instances], Callable[[Apply], Apply]]:
    """Return the decorator that puts a function into a table of rules."""

    def rule(name: str, op: Op, instances: Instances) -> Callable[[Apply], Apply]:
        def register(apply: Apply) -> Apply:
            table.append(Rule(name, op, apply, instances))
            return apply

        return register

    return rule


def var(name: str, width: int) -> Expr:
    """Return a variable of an instance."""
    return e.input_(name, width)


def pair(a: int, b: int, w: int, make: Callable[[Expr, Expr], Expr]) -> list[Expr]:
    """Return an instance: an operation of two variables of `a` and `b` bits, widened to `w`."""
    return [make(e.zext(var("a", a), w), e.zext(var("b", b), w))]


def is_value(x: Expr, value: int) -> bool:
    """Return whether `x` is the constant `value`, modulo its width."""
    return x.is_const and x.value == value & e.mask(x.width)


def zero(width: int) -> Expr:
    """Return the constant of no bit set."""
    return e.const(0, width)


def ones(width: int) -> Expr:
    """Return the constant of all bits set."""
    return e.const(-1, width)


def active_width(x: Expr) -> int:
    """Return how many low bits of `x` can be other than zero, as its shape shows; at least 1."""
    if x.is_const:
        return max(1, x.value.bit_length())
    return x.args[0].width if x.op is Op.ZEXT else x.width


def low_bits(x: Expr, width: int) -> Expr:
    """Return the lowest bits of `x`."""
    return e.slice_(x, 0, width)


def tail(x: Expr) -> tuple[Expr, Expr] | None:
    """Return (rest, constant) of a concatenation that ends in a constant, widened ones included."""
    inner = x.args[0] if x.op is Op.ZEXT else x
    if inner.op is not Op.CONCAT or not inner.args[-1].is_const:
        return None
    rest = e.concat(*inner.args[:-1])
    constant = inner.args[-1]
    return e.zext(rest, x.width - constant.width), constant


def complementary(a: Expr, b: Expr) -> bool:
    """Return whether one is the complement of the other, as their shapes show."""
    return (a.op is Op.NOT and a.args[0] is b) or (b.op is Op.NOT and b.args[0] is a)


def parts(x: Expr, op: Op) -> tuple[Expr, ...]:
    """Return the operands of `x` if it is of operation `op`."""
    return x.args if x.op is op else ()


def narrow_pair(x: Expr, extra: int = 0) -> Expr | None:
    """Return a binary operation done at the active width of its operands, then widened.

    `extra` bits more are kept for a carry. None where that is not narrower.
    """
    a, b = x.args
    width = max(active_width(a), active_width(b)) + extra
    if width >= x.width:
        return None
    return e.zext(e.build(x.op, width, (low_bits(a, width), low_bits(b, width))), x.width)
