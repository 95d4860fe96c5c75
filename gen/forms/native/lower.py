"""Expressions to LLVM IR, on integers of exactly their width."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from llvmlite import ir

from gen.forms.native.functions import emit_call
from gen.ir import expr as e
from gen.ir.expr import Expr, Op

__all__ = ["Lowering", "integer"]

Value: TypeAlias = Any  # llvmlite has no types


def integer(width: int) -> ir.IntType:
    """Return the LLVM integer type of a width."""
    return ir.IntType(width)


def _shift(b: ir.IRBuilder, name: str, x: Value, y: Value, over: Value) -> Value:
    """Shift by an amount below the width, else give `over`: LLVM's shifts are poison there."""
    fits = b.icmp_unsigned("<", y, ir.Constant(y.type, min(x.type.width, e.mask(x.type.width))))
    if x.type.width > e.mask(x.type.width):  # 1 bit: the amount 1 is the width
        fits = b.icmp_unsigned("==", y, ir.Constant(y.type, 0))
    amount = b.select(fits, y, ir.Constant(y.type, 0))
    return b.select(fits, getattr(b, name)(x, amount), over)


def _zero(x: Value) -> Value:
    return ir.Constant(x.type, 0)


def _sign(b: ir.IRBuilder, x: Value) -> Value:
    negative = b.icmp_signed("<", x, _zero(x))
    return b.select(negative, ir.Constant(x.type, -1), _zero(x))


def _divide(b: ir.IRBuilder, name: str, x: Value, y: Value, by_zero: Value) -> Value:
    """Divide where the divisor is not 0; where it is, LLVM's division is undefined."""
    zero = b.icmp_unsigned("==", y, _zero(y))
    safe = b.select(zero, ir.Constant(y.type, 1), y)
    return b.select(zero, by_zero, getattr(b, name)(x, safe))


def _signed_divide(b: ir.IRBuilder, name: str, x: Value, y: Value, by_zero: Value) -> Value:
    """Divide magnitudes: the overflow of LLVM's signed division is undefined."""
    x_sign, y_sign = _sign(b, x), _sign(b, y)
    x_size = b.sub(b.xor(x, x_sign), x_sign)
    y_size = b.sub(b.xor(y, y_sign), y_sign)
    result = _divide(b, name, x_size, y_size, _zero(x))
    sign = b.xor(x_sign, y_sign) if name == "udiv" else x_sign
    signed = b.sub(b.xor(result, sign), sign)
    return b.select(b.icmp_unsigned("==", y, _zero(y)), by_zero, signed)


def _ones(x: Value) -> Value:
    return ir.Constant(x.type, -1)


_BINARY: dict[Op, Callable[[ir.IRBuilder, Value, Value], Value]] = {
    Op.AND: lambda b, x, y: b.and_(x, y),
    Op.OR: lambda b, x, y: b.or_(x, y),
    Op.XOR: lambda b, x, y: b.xor(x, y),
    Op.ADD: lambda b, x, y: b.add(x, y),
    Op.SUB: lambda b, x, y: b.sub(x, y),
    Op.MUL: lambda b, x, y: b.mul(x, y),
    Op.UDIV: lambda b, x, y: _divide(b, "udiv", x, y, _ones(x)),
    Op.UREM: lambda b, x, y: _divide(b, "urem", x, y, x),
    Op.SDIV: lambda b, x, y: _signed_divide(b, "udiv", x, y, _ones(x)),
    Op.SREM: lambda b, x, y: _signed_divide(b, "urem", x, y, x),
    Op.SHL: lambda b, x, y: _shift(b, "shl", x, y, _zero(x)),
    Op.LSHR: lambda b, x, y: _shift(b, "lshr", x, y, _zero(x)),
    Op.ASHR: lambda b, x, y: _shift(b, "ashr", x, y, _sign(b, x)),
    Op.EQ: lambda b, x, y: b.icmp_unsigned("==", x, y),
    Op.ULT: lambda b, x, y: b.icmp_unsigned("<", x, y),
    Op.SLT: lambda b, x, y: b.icmp_signed("<", x, y),
}


@dataclass
class Lowering:
    """Lowers expressions at the end of a builder's block.

    Members
    -------
    leaves : value of each input and load by name
    register : gives the value of a register by name and width
    element : gives an element of a register file: name, index, width
    """

    builder: ir.IRBuilder
    leaves: Mapping[str, Value]
    register: Callable[[str, int], Value]
    element: Callable[[str, Value, int], Value]
    _done: dict[Expr, Value] = field(default_factory=dict)

    def lower(self, roots: Iterable[Expr]) -> list[Value]:
        """Return the values of expressions; what was lowered before is used again."""
        roots = list(roots)
        for node in e.postorder(roots):
            if node not in self._done:
                self._done[node] = self._value(node, [self._done[a] for a in node.args])
        return [self._done[r] for r in roots]

    def _value(self, node: Expr, args: list[Value]) -> Value:
        b, kind = self.builder, integer(node.width)
        if node.op in _BINARY:
            return _BINARY[node.op](b, *args)
        match node.op:
            case Op.CONST:
                return ir.Constant(kind, node.value)
            case Op.INPUT | Op.LOAD:
                return self.leaves[node.name]
            case Op.STATE:
                return self.register(node.name, node.width)
            case Op.REGREAD:
                return self.element(node.name, args[0], node.width)
            case Op.SLICE:
                low = ir.Constant(args[0].type, node.low)
                return b.trunc(b.lshr(args[0], low) if node.low else args[0], kind)
            case Op.CONCAT:
                return self._concat(kind, args)
            case Op.ZEXT:
                return b.zext(args[0], kind)
            case Op.SEXT:
                return b.sext(args[0], kind)
            case Op.NOT:
                return b.not_(args[0])
            case Op.ITE:
                return b.select(*args)
            case Op.CALL:
                return emit_call(b, node.name, args)
        raise TypeError(node.op)

    def _concat(self, kind: ir.IntType, args: list[Value]) -> Value:
        b = self.builder
        result = ir.Constant(kind, 0)
        low = 0
        for part in reversed(args):
            wide = b.zext(part, kind) if part.type.width < kind.width else part
            placed = b.shl(wide, ir.Constant(kind, low)) if low else wide
            result = b.or_(result, placed)
            low += part.type.width
        return result
