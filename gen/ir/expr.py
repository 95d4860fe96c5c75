"""The expression language: hash-consed bit-vector terms that fold when they are made.

Constructing a node from constants gives a constant: running code on constants *is* the interpreter,
and this module is the definition that every form is checked against. Widths are checked at
construction and never change implicitly.

Arithmetic is unsigned and modulo ``2**width`` unless the name says otherwise. Shifts by the width
or more give 0 (`ashr`: all sign bits). Division by zero gives all ones, the remainder is the
dividend; signed division truncates towards zero and the one overflow wraps (as RISC-V,
unprivileged manual, section M).

A call is of a pure function that `gen.ir.functions` has by name (floating point); it folds as the
rest does.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from weakref import WeakValueDictionary

from gen.ir.functions import FUNCTIONS

__all__ = [
    "Expr",
    "Op",
    "WidthError",
    "add",
    "all_of",
    "and_",
    "any_of",
    "ashr",
    "build",
    "call",
    "concat",
    "const",
    "eq",
    "evaluate",
    "input_",
    "ite",
    "load",
    "lshr",
    "mask",
    "mul",
    "ne",
    "not_",
    "or_",
    "postorder",
    "regread",
    "resize",
    "sdiv",
    "sext",
    "shl",
    "slice_",
    "slt",
    "srem",
    "state",
    "sub",
    "substitute",
    "udiv",
    "uge",
    "ugt",
    "ule",
    "ult",
    "urem",
    "xor",
    "zext",
]


class Op(enum.Enum):
    """Operation of a node; the value is its name in the text form."""

    CONST = "const"
    INPUT = "input"  # a typed input of the operation, or a parameter of the machine
    STATE = "state"  # a register, as it was before the operation
    REGREAD = "regread"  # an element of a register file, before the operation; 0 past its end
    LOAD = "load"  # the value of a named Load effect; 0 where its guard is false
    SLICE = "slice"
    CONCAT = "concat"  # most significant first
    ZEXT = "zext"
    SEXT = "sext"
    NOT = "not"
    AND = "and"
    OR = "or"
    XOR = "xor"
    ADD = "add"
    SUB = "sub"
    MUL = "mul"
    UDIV = "udiv"
    UREM = "urem"
    SDIV = "sdiv"
    SREM = "srem"
    SHL = "shl"
    LSHR = "lshr"
    ASHR = "ashr"
    EQ = "eq"
    ULT = "ult"
    SLT = "slt"
    ITE = "ite"
    CALL = "call"  # of a pure function by name, see `gen.ir.functions`

    def __repr__(self) -> str:
        return self.name


LEAVES = frozenset({Op.CONST, Op.INPUT, Op.STATE, Op.LOAD})
BINARY = frozenset(
    {Op.AND, Op.OR, Op.XOR, Op.ADD, Op.SUB, Op.MUL, Op.UDIV, Op.UREM, Op.SDIV, Op.SREM}
    | {Op.SHL, Op.LSHR, Op.ASHR}
)
COMPARE = frozenset({Op.EQ, Op.ULT, Op.SLT})


class WidthError(ValueError):
    """An operand has a width that the operation does not take. A defect of the caller."""


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Expr:
    """One node. Equal nodes are the same object: compare with ``is`` (or ``==``), hash by identity.

    Members
    -------
    op : what the node does
    width : bits of the result, at least 1
    args : operands
    attr : constant's value (int); name (str) of an input, register, register file, load or
        function; low bit of a slice (int); otherwise None
    """

    op: Op
    width: int
    args: tuple[Expr, ...] = ()
    attr: int | str | None = None

    @property
    def is_const(self) -> bool:
        """True for a constant."""
        return self.op is Op.CONST

    @property
    def value(self) -> int:
        """The value of a constant."""
        if self.op is not Op.CONST or not isinstance(self.attr, int):
            raise TypeError(f"not a constant: {self.op}")
        return self.attr

    @property
    def name(self) -> str:
        """The name of an input, register, register file, load or function."""
        if not isinstance(self.attr, str):
            raise TypeError(f"has no name: {self.op}")
        return self.attr

    @property
    def low(self) -> int:
        """The lowest bit that a slice takes."""
        if self.op is not Op.SLICE or not isinstance(self.attr, int):
            raise TypeError(f"not a slice: {self.op}")
        return self.attr


_nodes: WeakValueDictionary[tuple[object, ...], Expr] = WeakValueDictionary()


def _node(op: Op, width: int, args: tuple[Expr, ...] = (), attr: int | str | None = None) -> Expr:
    key = (op, width, args, attr)
    found = _nodes.get(key)
    if found is None:
        if width < 1:
            raise WidthError(f"{op.value}: width must be at least 1, not {width}")
        found = Expr(op, width, args, attr)
        _nodes[key] = found
    return found


def mask(width: int) -> int:
    """Return the integer with the `width` lowest bits set."""
    return (1 << width) - 1


def _signed(value: int, width: int) -> int:
    return value - (1 << width) if value >> (width - 1) else value


# Leaves


def const(value: int, width: int) -> Expr:
    """Return a constant; `value` is reduced modulo ``2**width``."""
    return _node(Op.CONST, width, (), int(value) & mask(width))


def input_(name: str, width: int) -> Expr:
    """Return an input of the operation or a parameter of the machine."""
    return _node(Op.INPUT, width, (), name)


def state(name: str, width: int) -> Expr:
    """Return the value that register `name` had before the operation."""
    return _node(Op.STATE, width, (), name)


def regread(name: str, index: Expr, width: int) -> Expr:
    """Return element `index` of register file `name` before the operation; 0 past its end."""
    return _node(Op.REGREAD, width, (index,), name)


def load(name: str, width: int) -> Expr:
    """Return the value of the Load effect called `name`."""
    return _node(Op.LOAD, width, (), name)


# Structure


def slice_(x: Expr, low: int, width: int) -> Expr:
    """Return bits ``low .. low + width - 1`` of `x`."""
    if low < 0 or width < 1 or low + width > x.width:
        raise WidthError(f"slice: bits {low}..{low + width} are not within {x.width} bits")
    if width == x.width:
        return x
    if x.is_const:
        return const(x.value >> low, width)
    return _node(Op.SLICE, width, (x,), low)


def concat(*parts: Expr) -> Expr:
    """Return the parts side by side, most significant first."""
    if not parts:
        raise WidthError("concat: at least one part is needed")
    if len(parts) == 1:
        return parts[0]
    width = sum(p.width for p in parts)
    if all(p.is_const for p in parts):
        value = 0
        for p in parts:
            value = value << p.width | p.value
        return const(value, width)
    return _node(Op.CONCAT, width, parts)


def zext(x: Expr, width: int) -> Expr:
    """Return `x` widened with zeros."""
    return _extend(Op.ZEXT, x, width)


def sext(x: Expr, width: int) -> Expr:
    """Return `x` widened with its sign bit."""
    return _extend(Op.SEXT, x, width)


def _extend(op: Op, x: Expr, width: int) -> Expr:
    if width < x.width:
        raise WidthError(f"{op.value}: {x.width} bits do not fit in {width}")
    if width == x.width:
        return x
    if x.is_const:
        return const(x.value if op is Op.ZEXT else _signed(x.value, x.width), width)
    return _node(op, width, (x,))


def resize(x: Expr, width: int) -> Expr:
    """Return `x` widened with zeros or cut to its lowest bits."""
    return zext(x, width) if width >= x.width else slice_(x, 0, width)


# Arithmetic and logic


def _udiv(a: int, b: int, w: int) -> int:
    return mask(w) if b == 0 else a // b


def _urem(a: int, b: int, w: int) -> int:
    return a if b == 0 else a % b


def _sdiv(a: int, b: int, w: int) -> int:
    if b == 0:
        return mask(w)
    x, y = _signed(a, w), _signed(b, w)
    quotient = abs(x) // abs(y)
    return quotient if (x < 0) == (y < 0) else -quotient


def _srem(a: int, b: int, w: int) -> int:
    if b == 0:
        return a
    x, y = _signed(a, w), _signed(b, w)
    remainder = abs(x) % abs(y)
    return -remainder if x < 0 else remainder


_FOLD: dict[Op, Callable[[int, int, int], int]] = {
    Op.AND: lambda a, b, w: a & b,
    Op.OR: lambda a, b, w: a | b,
    Op.XOR: lambda a, b, w: a ^ b,
    Op.ADD: lambda a, b, w: a + b,
    Op.SUB: lambda a, b, w: a - b,
    Op.MUL: lambda a, b, w: a * b,
    Op.UDIV: _udiv,
    Op.UREM: _urem,
    Op.SDIV: _sdiv,
    Op.SREM: _srem,
    Op.SHL: lambda a, b, w: a << b if b < w else 0,
    Op.LSHR: lambda a, b, w: a >> b if b < w else 0,
    Op.ASHR: lambda a, b, w: _signed(a, w) >> min(b, w - 1),
    Op.EQ: lambda a, b, w: int(a == b),
    Op.ULT: lambda a, b, w: int(a < b),
    Op.SLT: lambda a, b, w: int(_signed(a, w) < _signed(b, w)),
}


def _binary(op: Op, a: Expr, b: Expr) -> Expr:
    if a.width != b.width:
        raise WidthError(f"{op.value}: operands have {a.width} and {b.width} bits")
    width = 1 if op in COMPARE else a.width
    if a.is_const and b.is_const:
        return const(_FOLD[op](a.value, b.value, a.width), width)
    return _node(op, width, (a, b))


def not_(x: Expr) -> Expr:
    """Return the complement of each bit (of a condition: its negation)."""
    if x.is_const:
        return const(~x.value, x.width)
    return _node(Op.NOT, x.width, (x,))


def and_(a: Expr, b: Expr) -> Expr:
    """Return the bitwise and."""
    return _binary(Op.AND, a, b)


def or_(a: Expr, b: Expr) -> Expr:
    """Return the bitwise or."""
    return _binary(Op.OR, a, b)


def xor(a: Expr, b: Expr) -> Expr:
    """Return the bitwise exclusive or."""
    return _binary(Op.XOR, a, b)


def add(a: Expr, b: Expr) -> Expr:
    """Return the sum."""
    return _binary(Op.ADD, a, b)


def sub(a: Expr, b: Expr) -> Expr:
    """Return the difference."""
    return _binary(Op.SUB, a, b)


def mul(a: Expr, b: Expr) -> Expr:
    """Return the product."""
    return _binary(Op.MUL, a, b)


def udiv(a: Expr, b: Expr) -> Expr:
    """Return the unsigned quotient; all ones where `b` is 0."""
    return _binary(Op.UDIV, a, b)


def urem(a: Expr, b: Expr) -> Expr:
    """Return the unsigned remainder; `a` where `b` is 0."""
    return _binary(Op.UREM, a, b)


def sdiv(a: Expr, b: Expr) -> Expr:
    """Return the signed quotient, truncated; all ones where `b` is 0."""
    return _binary(Op.SDIV, a, b)


def srem(a: Expr, b: Expr) -> Expr:
    """Return the signed remainder, with the sign of `a`; `a` where `b` is 0."""
    return _binary(Op.SREM, a, b)


def shl(a: Expr, b: Expr) -> Expr:
    """Return `a` shifted left by `b`; 0 from the width on."""
    return _binary(Op.SHL, a, b)


def lshr(a: Expr, b: Expr) -> Expr:
    """Return `a` shifted right by `b`, filled with zeros; 0 from the width on."""
    return _binary(Op.LSHR, a, b)


def ashr(a: Expr, b: Expr) -> Expr:
    """Return `a` shifted right by `b`, filled with its sign; all sign bits from the width on."""
    return _binary(Op.ASHR, a, b)


def eq(a: Expr, b: Expr) -> Expr:
    """Return whether the operands are equal, 1 bit."""
    return _binary(Op.EQ, a, b)


def ne(a: Expr, b: Expr) -> Expr:
    """Return whether the operands differ, 1 bit."""
    return not_(eq(a, b))


def ult(a: Expr, b: Expr) -> Expr:
    """Return whether `a` is less than `b`, unsigned, 1 bit."""
    return _binary(Op.ULT, a, b)


def ule(a: Expr, b: Expr) -> Expr:
    """Return whether `a` is at most `b`, unsigned, 1 bit."""
    return not_(ult(b, a))


def ugt(a: Expr, b: Expr) -> Expr:
    """Return whether `a` is greater than `b`, unsigned, 1 bit."""
    return ult(b, a)


def uge(a: Expr, b: Expr) -> Expr:
    """Return whether `a` is at least `b`, unsigned, 1 bit."""
    return not_(ult(a, b))


def slt(a: Expr, b: Expr) -> Expr:
    """Return whether `a` is less than `b`, signed, 1 bit."""
    return _binary(Op.SLT, a, b)


def ite(condition: Expr, then: Expr, other: Expr) -> Expr:
    """Return `then` where the 1-bit condition holds, else `other`."""
    if condition.width != 1:
        raise WidthError(f"ite: the condition has {condition.width} bits, not 1")
    if then.width != other.width:
        raise WidthError(f"ite: the arms have {then.width} and {other.width} bits")
    if condition.is_const:
        return then if condition.value else other
    if then is other:
        return then
    return _node(Op.ITE, then.width, (condition, then, other))


def call(name: str, *args: Expr) -> Expr:
    """Return the result of a pure function.

    Raises
    ------
    WidthError : no function has the name, or it takes other arguments
    """
    function = FUNCTIONS.get(name)
    if function is None:
        raise WidthError(f"call: no function is called `{name}`")
    widths = tuple(a.width for a in args)
    if widths != function.widths:
        raise WidthError(f"call: `{name}` takes {function.widths} bits, not {widths}")
    if all(a.is_const for a in args):
        return const(function.evaluate(*(a.value for a in args)), function.width)
    return _node(Op.CALL, function.width, args, name)


def all_of(conditions: Iterable[Expr]) -> Expr:
    """Return the conjunction of 1-bit conditions; true for none."""
    result = const(1, 1)
    for c in conditions:
        result = c if result.is_const and result.value else and_(result, c)
    return result


def any_of(conditions: Iterable[Expr]) -> Expr:
    """Return the disjunction of 1-bit conditions; false for none."""
    result = const(0, 1)
    for c in conditions:
        result = c if result.is_const and not result.value else or_(result, c)
    return result


# Walking

_BUILD: dict[Op, Callable[[Expr, Expr], Expr]] = {
    op: (lambda a, b, op=op: _binary(op, a, b))  # type: ignore[misc]
    for op in BINARY | COMPARE
}


def build(op: Op, width: int, args: tuple[Expr, ...], attr: int | str | None = None) -> Expr:
    """Return the node of any operation, folded and checked as by its own function."""
    if op in _BUILD:
        return _BUILD[op](*args)
    match op:
        case Op.CONST if isinstance(attr, int):
            return const(attr, width)
        case Op.INPUT | Op.STATE | Op.LOAD if isinstance(attr, str):
            return _node(op, width, (), attr)
        case Op.REGREAD if isinstance(attr, str):
            return regread(attr, args[0], width)
        case Op.SLICE if isinstance(attr, int):
            return slice_(args[0], attr, width)
        case Op.CONCAT:
            return concat(*args)
        case Op.ZEXT | Op.SEXT:
            return _extend(op, args[0], width)
        case Op.NOT:
            return not_(args[0])
        case Op.ITE:
            return ite(*args)
        case Op.CALL if isinstance(attr, str):
            return call(attr, *args)
    raise TypeError(f"{op.value}: cannot be built from {attr!r}")


def postorder(roots: Iterable[Expr]) -> Iterator[Expr]:
    """Yield every node below the roots once, operands before users, in a fixed order."""
    seen: set[Expr] = set()
    for root in roots:
        stack: list[tuple[Expr, bool]] = [(root, False)]
        while stack:
            node, ready = stack.pop()
            if node in seen:
                continue
            if ready:
                seen.add(node)
                yield node
            else:
                stack.append((node, True))
                stack.extend((a, False) for a in reversed(node.args) if a not in seen)


def substitute(roots: Iterable[Expr], replace: Callable[[Expr], Expr | None]) -> list[Expr]:
    """Rebuild the roots, replacing each node for which `replace` returns one.

    `replace` sees nodes whose operands are already rebuilt; None keeps (and folds) the node.
    """
    roots = list(roots)
    done: dict[Expr, Expr] = {}
    for node in postorder(roots):
        args = tuple(done[a] for a in node.args)
        rebuilt = node if args == node.args else build(node.op, node.width, args, node.attr)
        new = replace(rebuilt)
        done[node] = rebuilt if new is None else new
    return [done[r] for r in roots]


def evaluate(
    roots: Iterable[Expr],
    values: Mapping[str, int],
    files: Mapping[str, list[int]] | None = None,
) -> list[int]:
    """Interpret the roots: replace every leaf by a constant and let construction fold.

    Parameters
    ----------
    values : value of each input, register and load by name
    files : elements of each register file by name
    """

    def leaf(node: Expr) -> Expr | None:
        if node.op in LEAVES and not node.is_const:
            return const(values[node.name], node.width)
        if node.op is Op.REGREAD:
            elements = (files or {})[node.name]
            index = node.args[0].value
            return const(elements[index] if index < len(elements) else 0, node.width)
        return None

    return [r.value for r in substitute(roots, leaf)]
