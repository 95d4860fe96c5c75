"""Expressions of a word, bit by bit, as decision diagrams."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TypeAlias

from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.prove.diagrams import FALSE, TRUE, Diagrams

__all__ = ["holds"]

Bits: TypeAlias = tuple[int, ...]  # a set for each bit of a value, the lowest first: where it is 1


def holds(d: Diagrams, condition: Expr) -> int:
    """Return the words for which a 1-bit condition holds; its only input is the word.

    Raises
    ------
    TypeError : it reads state, memory or another input than one as wide as the words
    """
    blaster = _Blaster(d)
    done: dict[Expr, Bits] = {}
    for node in e.postorder([condition]):
        done[node] = blaster.bits(node, [done[a] for a in node.args])
    return done[condition][0]


class _Blaster:
    def __init__(self, d: Diagrams) -> None:
        self.d = d

    def bits(self, node: Expr, args: Sequence[Bits]) -> Bits:
        """Return the bits of a node's value from those of its operands'."""
        d = self.d
        match node.op:
            case Op.CONST:
                return tuple(node.value >> k & 1 for k in range(node.width))
            case Op.INPUT if node.width == d.width:
                return tuple(map(d.bit, range(d.width)))
            case Op.SLICE:
                return args[0][node.low : node.low + node.width]
            case Op.CONCAT:
                return reduce(lambda low, high: low + high, reversed(args))
            case Op.ZEXT:
                return args[0] + (FALSE,) * (node.width - len(args[0]))
            case Op.SEXT:
                return args[0] + args[0][-1:] * (node.width - len(args[0]))
            case Op.NOT:
                return tuple(d.choose(x, FALSE, TRUE) for x in args[0])
            case Op.ITE:
                return self.choose(args[0][0], args[1], args[2])
        return self._binary(node, *args)

    def choose(self, condition: int, then: Bits, other: Bits) -> Bits:
        return tuple(self.d.choose(condition, a, b) for a, b in zip(then, other, strict=True))

    def _binary(self, node: Expr, a: Bits, b: Bits) -> Bits:
        d = self.d
        match node.op:
            case Op.AND:
                return tuple(map(d.both, a, b))
            case Op.OR:
                return tuple(map(d.either, a, b))
            case Op.XOR:
                return tuple(map(d.differ, a, b))
            case Op.ADD:
                return self._sum(a, b, FALSE)[0]
            case Op.SUB:
                return self._difference(a, b)[0]
            case Op.MUL:
                return self._product(a, b)
            case Op.EQ:
                return (
                    reduce(
                        d.both, (d.choose(x, y, self._not(y)) for x, y in zip(a, b, strict=True))
                    ),
                )
            case Op.ULT:
                return (self._difference(a, b)[1],)
            case Op.SLT:
                return (self._difference(self._biased(a), self._biased(b))[1],)
            case Op.SHL | Op.LSHR | Op.ASHR:
                return self._shifted(node.op, a, b)
        return self._divided(node.op, a, b)

    def _not(self, x: int) -> int:
        return self.d.choose(x, FALSE, TRUE)

    def _biased(self, a: Bits) -> Bits:
        """Return a signed number as an unsigned one, in the same order."""
        return (*a[:-1], self._not(a[-1]))

    def _sum(self, a: Bits, b: Bits, carry: int) -> tuple[Bits, int]:
        d, found = self.d, []
        for x, y in zip(a, b, strict=True):
            found.append(d.differ(d.differ(x, y), carry))
            carry = d.choose(d.differ(x, y), carry, x)
        return tuple(found), carry

    def _difference(self, a: Bits, b: Bits) -> tuple[Bits, int]:
        """Return the difference and whether it is negative."""
        found, carry = self._sum(a, tuple(map(self._not, b)), TRUE)
        return found, self._not(carry)

    def _negated(self, a: Bits) -> Bits:
        return self._difference((FALSE,) * len(a), a)[0]

    def _product(self, a: Bits, b: Bits) -> Bits:
        total: Bits = (FALSE,) * len(a)
        for k, y in enumerate(b):
            moved = ((FALSE,) * k + a)[: len(a)]
            total = self._sum(total, tuple(self.d.both(x, y) for x in moved), FALSE)[0]
        return total

    def _shifted(self, op: Op, a: Bits, b: Bits) -> Bits:
        fill = a[-1] if op is Op.ASHR else FALSE
        for k, by in enumerate(b):
            n = min(1 << k, len(a))
            moved = (FALSE,) * n + a[: len(a) - n] if op is Op.SHL else a[n:] + (fill,) * n
            a = self.choose(by, moved, a)
        return a

    def _divided(self, op: Op, a: Bits, b: Bits) -> Bits:
        if op in (Op.UDIV, Op.UREM):
            return self._unsigned(a, b)[op is Op.UREM]
        if op not in (Op.SDIV, Op.SREM):
            raise TypeError(f"a condition on words cannot have {op.value}")
        sizes = (self.choose(x[-1], self._negated(x), x) for x in (a, b))
        quotient, rest = self._unsigned(*sizes)
        if op is Op.SREM:
            return self.choose(a[-1], self._negated(rest), rest)
        zero = reduce(self.d.both, map(self._not, b))
        negative = self.d.without(self.d.differ(a[-1], b[-1]), zero)
        signed = self.choose(negative, self._negated(quotient), quotient)
        return self.choose(zero, (TRUE,) * len(a), signed)

    def _unsigned(self, a: Bits, b: Bits) -> tuple[Bits, Bits]:
        """Return quotient and remainder, by long division: by 0 all ones and the dividend."""
        rest: Bits = (FALSE,) * len(a)
        wide, quotient = (*b, FALSE), []
        for x in reversed(a):
            longer = (x, *rest)
            less, negative = self._difference(longer, wide)
            quotient.append(self._not(negative))
            rest = self.choose(negative, longer, less)[: len(a)]
        return tuple(reversed(quotient)), rest
