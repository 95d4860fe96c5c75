"""Terms: what the same operators mean on symbols. Each builds an expression of `gen.ir`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from gen.ir import expr as e
from gen.ir.expr import Expr

__all__ = ["Decide", "Integer", "SemanticError", "Term", "TermLike"]


class SemanticError(TypeError):
    """A semantic function does something that has no meaning on symbols; `elaborate` says where."""


Decide: TypeAlias = Callable[[Expr], bool]


class Term:
    """A symbol of `width` bits, with the operators of `Word`.

    Members
    -------
    expr : the expression
    decide : called when Python asks whether the term is zero
    truth : whether it is the result of a comparison
    """

    __slots__ = ("decide", "expr", "truth")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, expr: Expr, decide: Decide, *, truth: bool = False) -> None:
        self.expr = expr
        self.decide = decide
        self.truth = truth

    @property
    def width(self) -> int:
        """Bits of the term."""
        return self.expr.width

    def of(self, expr: Expr, *, truth: bool = False) -> Term:
        """Return a term of the same run."""
        return Term(expr, self.decide, truth=truth)

    def operand(self, other: TermLike) -> Expr:
        """Return the other operand of an operator, which must have this term's width."""
        return expression(other, self.width)

    def _binary(self, make: Callable[[Expr, Expr], Expr], other: TermLike) -> Term:
        return self.of(make(self.expr, self.operand(other)))

    def _compare(self, make: Callable[[Expr, Expr], Expr], other: TermLike) -> Term:
        if isinstance(other, int) and other < 0:
            raise SemanticError("a word is never negative: compare `signed(...)` instead")
        return self.of(make(self.expr, self.operand(other)), truth=True)

    def __add__(self, other: TermLike) -> Term:
        return self._binary(e.add, other)

    __radd__ = __add__

    def __sub__(self, other: TermLike) -> Term:
        return self._binary(e.sub, other)

    def __rsub__(self, other: TermLike) -> Term:
        return self.of(e.sub(self.operand(other), self.expr))

    def __mul__(self, other: TermLike) -> Term:
        return self._binary(e.mul, other)

    __rmul__ = __mul__

    def __and__(self, other: TermLike) -> Term:
        return self._binary(e.and_, other)

    __rand__ = __and__

    def __or__(self, other: TermLike) -> Term:
        return self._binary(e.or_, other)

    __ror__ = __or__

    def __xor__(self, other: TermLike) -> Term:
        return self._binary(e.xor, other)

    __rxor__ = __xor__

    def __invert__(self) -> Term:
        if self.truth:
            raise SemanticError("`~` of a comparison: Python gives a number; write `not_(...)`")
        return self.of(e.not_(self.expr))

    def __neg__(self) -> Term:
        return self.of(e.sub(e.const(0, self.width), self.expr))

    def __lshift__(self, count: TermLike) -> Term:
        return self.of(_shifted(e.shl, self.expr, count))

    def __rshift__(self, count: TermLike) -> Term:
        return self.of(_shifted(e.lshr, self.expr, count))

    def __getitem__(self, bits: int | slice) -> Term:
        high, low = (bits.start, bits.stop) if isinstance(bits, slice) else (bits, bits)
        if not 0 <= low <= high < self.width:
            raise SemanticError(f"bits {high} to {low} of a word of {self.width} bits")
        return self.of(e.slice_(self.expr, low, high - low + 1))

    def __eq__(self, other: object) -> Term:  # type: ignore[override]
        return self._compare(e.eq, _known(other))

    def __ne__(self, other: object) -> Term:  # type: ignore[override]
        return self._compare(e.ne, _known(other))

    def __lt__(self, other: TermLike) -> Term:
        return self._compare(e.ult, other)

    def __le__(self, other: TermLike) -> Term:
        return self._compare(e.ule, other)

    def __gt__(self, other: TermLike) -> Term:
        return self._compare(e.ugt, other)

    def __ge__(self, other: TermLike) -> Term:
        return self._compare(e.uge, other)

    def __bool__(self) -> bool:
        return self.decide(nonzero(self.expr))

    def __index__(self) -> int:
        raise SemanticError("a symbol is no Python number: loops and lists need a constant")

    __int__ = __index__


TermLike: TypeAlias = Term | int


class Integer:
    """A mathematical integer: no operation overflows; `bits` cuts it to a word again.

    Members
    -------
    expr : its value in two's complement, wide enough for every value it can have
    """

    __slots__ = ("expr", "term")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, expr: Expr, term: Term) -> None:
        self.expr = expr
        self.term = term

    def _both(self, other: IntegerLike, more: int = 0) -> tuple[Expr, Expr]:
        if isinstance(other, int):
            right = e.const(other, other.bit_length() + 1)
        elif isinstance(other, Integer):
            right = other.expr
        else:
            raise SemanticError("an integer and a word: take `signed` or `unsigned` of the word")
        width = max(self.expr.width, right.width) + more
        return widened(self.expr, width), widened(right, width)

    def _new(self, expr: Expr) -> Integer:
        return Integer(expr, self.term)

    def _truth(self, expr: Expr) -> Term:
        return self.term.of(expr, truth=True)

    def __add__(self, other: IntegerLike) -> Integer:
        return self._new(e.add(*self._both(other, 1)))

    __radd__ = __add__

    def __sub__(self, other: IntegerLike) -> Integer:
        return self._new(e.sub(*self._both(other, 1)))

    def __rsub__(self, other: IntegerLike) -> Integer:
        mine, others = self._both(other, 1)
        return self._new(e.sub(others, mine))

    def __neg__(self) -> Integer:
        return self.__rsub__(0)

    def __mul__(self, other: IntegerLike) -> Integer:
        width = other.expr.width if isinstance(other, Integer) else other.bit_length() + 1
        a, b = self._both(other)
        total = self.expr.width + width
        return self._new(e.mul(widened(a, total), widened(b, total)))

    __rmul__ = __mul__

    def __rshift__(self, count: TermLike) -> Integer:
        return self._new(_shifted(e.ashr, self.expr, count))

    def __lt__(self, other: IntegerLike) -> Term:
        return self._truth(e.slt(*self._both(other)))

    def __ge__(self, other: IntegerLike) -> Term:
        return self._truth(e.not_(e.slt(*self._both(other))))

    def __gt__(self, other: IntegerLike) -> Term:
        mine, others = self._both(other)
        return self._truth(e.slt(others, mine))

    def __le__(self, other: IntegerLike) -> Term:
        mine, others = self._both(other)
        return self._truth(e.not_(e.slt(others, mine)))

    def __eq__(self, other: object) -> Term:  # type: ignore[override]
        if not isinstance(other, Integer | int):
            raise SemanticError("an integer and a word: take `signed` or `unsigned` of the word")
        return self._truth(e.eq(*self._both(other)))

    def __ne__(self, other: object) -> Term:  # type: ignore[override]
        equal = self.__eq__(other)
        return self._truth(e.not_(equal.expr))

    def __bool__(self) -> bool:
        return self.term.decide(nonzero(self.expr))


IntegerLike: TypeAlias = Integer | int


def widened(x: Expr, width: int) -> Expr:
    """Return an integer's expression in more bits: extended once, as it was first."""
    if x.op in (e.Op.ZEXT, e.Op.SEXT):  # of fewer bits, so that the sign of a ZEXT is 0
        return e.build(x.op, width, x.args)
    return e.sext(x, width)


def nonzero(x: Expr) -> Expr:
    """Return whether an expression is not zero, 1 bit."""
    return x if x.width == 1 else e.ne(x, e.const(0, x.width))


def expression(value: object, width: int) -> Expr:
    """Return the expression of a value that must have `width` bits."""
    if isinstance(value, Term):
        if value.width != width:
            raise SemanticError(f"a word of {value.width} bits where {width} are expected")
        return value.expr
    own = getattr(value, "width", None)
    if own is not None and own != width:
        raise SemanticError(f"a word of {own} bits where {width} are expected")
    if isinstance(value, int):
        if not -(1 << width - 1) <= value < 1 << width:
            raise SemanticError(f"{value} does not fit in {width} bits")
        return e.const(value, width)
    raise SemanticError(f"`{type(value).__name__}` where a word of {width} bits is expected")


def _known(other: object) -> TermLike:
    if isinstance(other, Term | int):
        return other
    raise SemanticError(f"a word compared with `{type(other).__name__}`")


def _shifted(make: Callable[[Expr, Expr], Expr], x: Expr, count: TermLike) -> Expr:
    """Return a shift by a count of any width."""
    if isinstance(count, int):
        last = x.width - 1
        if count > last and make is not e.ashr:
            return e.const(0, x.width)
        return make(x, e.const(min(count, last), x.width))
    n = count.expr
    if n.width <= x.width:
        return make(x, e.zext(n, x.width))
    wide = make(e.sext(x, n.width) if make is e.ashr else e.zext(x, n.width), n)
    return e.slice_(wide, 0, x.width)
