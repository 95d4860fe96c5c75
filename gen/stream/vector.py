"""Evaluate expressions over whole columns of states at once, in NumPy.

Streams need values of a few expressions in thousands of states (where a region starts, which
address a walk loads from). Results have at most 64 bits. Operands above 64 bits are taken apart:
only slices of wide leaves, concatenations and extensions are understood (`supported` tells).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gen.ir.expr import BINARY, COMPARE, Expr, Op, mask, postorder
from gen.stream.rng import U64

__all__ = ["Columns", "evaluate", "supported"]

Column: TypeAlias = U64
_64 = np.uint64(64)
_0 = np.uint64(0)
_1 = np.uint64(1)


@dataclass
class Columns:
    """Values of the leaves, one row for each state.

    Members
    -------
    rows : number of rows
    words : name of a register, input, parameter or load -> its 64-bit words, low word first
    files : name of a register file -> words, each of shape (rows, count)
    """

    rows: int
    words: dict[str, tuple[Column, ...]] = field(default_factory=dict)
    files: dict[str, tuple[NDArray[np.uint64], ...]] = field(default_factory=dict)


def supported(node: Expr) -> bool:
    """Return whether `evaluate` understands an expression (its width is at most 64)."""
    return (
        node.width <= 64
        and all(n.width <= 64 or n.op in _WIDE for n in postorder([node]))
        and all(all(a.width <= 64 for a in n.args) or n.op in _FROM_WIDE for n in postorder([node]))
    )


_WIDE = frozenset({Op.CONST, Op.INPUT, Op.STATE, Op.LOAD, Op.REGREAD, Op.CONCAT, Op.ZEXT, Op.SLICE})
_FROM_WIDE = frozenset({Op.CONCAT, Op.ZEXT, Op.SLICE})


def evaluate(roots: Iterable[Expr], columns: Columns) -> list[Column]:
    """Return the value of each root in each row.

    Raises KeyError for a leaf that has no column, ValueError for a root not `supported`.
    """
    roots = list(roots)
    done: dict[Expr, tuple[Column, ...]] = {}
    for node in postorder(roots):
        done[node] = _words(node, [done[a] for a in node.args], columns)
    return [done[r][0] for r in roots]


def _full(rows: int, value: int) -> Column:
    return np.full(rows, value & mask(64), np.uint64)


def _cut(x: Column, width: int) -> Column:
    return x if width >= 64 else x & np.uint64(mask(width))


def _words(node: Expr, args: list[tuple[Column, ...]], columns: Columns) -> tuple[Column, ...]:
    """Return the value of a node as words, low first, the last one cut to the width."""
    op, rows = node.op, columns.rows
    if op is Op.CONST:
        count = (node.width + 63) // 64
        return tuple(_full(rows, node.value >> (64 * i)) for i in range(count))
    if op in (Op.INPUT, Op.STATE, Op.LOAD):
        return columns.words[node.name]
    if op is Op.REGREAD:
        return _element(columns.files[node.name], args[0])
    if op in (Op.SLICE, Op.CONCAT, Op.ZEXT):
        return _structure(node, args, rows)
    if any(len(a) > 1 for a in args) or node.width > 64:
        raise ValueError(f"{op.value} of more than 64 bits is not evaluated in columns")
    values = [a[0] for a in args]
    width = node.args[0].width
    if op is Op.SEXT:
        return (_cut(_signed(values[0], width).view(np.uint64), node.width),)
    if op is Op.NOT:
        return (_cut(~values[0], width),)
    if op is Op.ITE:
        return (np.where(values[0] != _0, values[1], values[2]),)
    return (_cut(_BINARY[op](values[0], values[1], width), node.width),)


def _element(file: tuple[NDArray[np.uint64], ...], index: tuple[Column, ...]) -> tuple[Column, ...]:
    count = file[0].shape[1]
    high = np.zeros_like(index[0]) if len(index) == 1 else index[1]
    inside = (index[0] < np.uint64(count)) & (high == _0)
    at = np.where(inside, index[0], _0).astype(np.intp)
    every = np.arange(len(at))
    return tuple(np.where(inside, word[every, at], _0) for word in file)


def _structure(node: Expr, args: list[tuple[Column, ...]], rows: int) -> tuple[Column, ...]:
    """Put words together out of the bits of the operands."""
    if node.op is Op.SLICE:
        pieces = [(args[0], node.low, 0, node.width)]
    else:
        pieces, at = [], 0
        for value, arg in zip(reversed(args), reversed(node.args), strict=True):
            pieces.append((value, 0, at, arg.width))
            at += arg.width
    out = [_full(rows, 0) for _ in range((node.width + 63) // 64)]
    for value, source, target, width in pieces:
        _place(out, value, source, target, width)
    return tuple(out)


def _place(
    out: list[Column], value: tuple[Column, ...], source: int, target: int, width: int
) -> None:
    """Or bits ``source .. source + width`` of a value into `out` at bit `target`."""
    while width > 0:
        take = min(width, 64 - source % 64, 64 - target % 64)
        bits = _cut(value[source // 64] >> np.uint64(source % 64), take)
        out[target // 64] = out[target // 64] | (bits << np.uint64(target % 64))
        source, target, width = source + take, target + take, width - take


def _signed(x: Column, width: int) -> NDArray[np.int64]:
    up = np.uint64(64 - width)
    return (x << up).view(np.int64) >> np.int64(64 - width)


def _shift(op: Callable[[Column, Column], Column]) -> Callable[[Column, Column, int], Column]:
    def run(a: Column, b: Column, width: int) -> Column:
        small = b < np.uint64(width)
        return np.where(small, op(a, np.where(small, b, _0)), _0)

    return run


def _ashr(a: Column, b: Column, width: int) -> Column:
    amount = np.minimum(b, np.uint64(width - 1)).astype(np.int64)
    return (_signed(a, width) >> amount).view(np.uint64)


def _udiv(a: Column, b: Column, width: int) -> Column:
    zero = b == _0
    return np.where(zero, np.uint64(mask(width)), a // np.where(zero, _1, b))


def _urem(a: Column, b: Column, width: int) -> Column:
    zero = b == _0
    return np.where(zero, a, a % np.where(zero, _1, b))


def _magnitude(x: Column, width: int) -> tuple[Column, NDArray[np.bool_]]:
    negative = (x >> np.uint64(width - 1)) != _0
    return _cut(np.where(negative, _0 - x, x), width), negative


def _sdiv(a: Column, b: Column, width: int) -> Column:
    (x, x_minus), (y, y_minus) = _magnitude(a, width), _magnitude(b, width)
    quotient = _udiv(x, y, width)
    signed = np.where(x_minus == y_minus, quotient, _0 - quotient)
    return np.where(b == _0, np.uint64(mask(width)), signed)


def _srem(a: Column, b: Column, width: int) -> Column:
    (x, x_minus), (y, _) = _magnitude(a, width), _magnitude(b, width)
    rest = _urem(x, y, width)
    return np.where(b == _0, a, np.where(x_minus, _0 - rest, rest))


def _bit(x: NDArray[np.bool_]) -> Column:
    return x.astype(np.uint64)


_BINARY: Mapping[Op, Callable[[Column, Column, int], Column]] = {
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
    Op.SHL: _shift(lambda a, b: a << b),
    Op.LSHR: _shift(lambda a, b: a >> b),
    Op.ASHR: _ashr,
    Op.EQ: lambda a, b, w: _bit(a == b),
    Op.ULT: lambda a, b, w: _bit(a < b),
    Op.SLT: lambda a, b, w: _bit(_signed(a, w) < _signed(b, w)),
}
assert set(_BINARY) == BINARY | COMPARE
