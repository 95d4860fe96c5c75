"""Expressions to Amaranth values, with exactly the definition's widths and meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value

from gen.ir.expr import Expr, Op

__all__ = ["Lowering", "Names"]

# Nodes that are wires only: giving them a signal of their own would hide, not show.
_WIRES = frozenset({Op.CONST, Op.INPUT, Op.STATE, Op.LOAD, Op.SLICE, Op.ZEXT, Op.SEXT, Op.NOT})


@dataclass
class Names:
    """Signal names, each given once."""

    taken: set[str] = field(default_factory=set)

    def unique(self, wanted: str) -> str:
        """Return `wanted`, with a number behind it if it is taken."""
        base = re.sub(r"\W", "_", wanted)
        name, i = base, 1
        while name in self.taken:
            i += 1
            name = f"{base}_{i}"
        self.taken.add(name)
        return name


def _shift_parts(a: Value, b: Value) -> tuple[Value, Value]:
    """Return the low bits of a shift amount and whether it reaches the width."""
    width = len(a)
    bits = max(1, (width - 1).bit_length())
    over = b >= width if (1 << len(b)) > width else Const(0, 1)
    return b[: min(bits, len(b))], over


def _shl(a: Value, b: Value) -> Value:
    low, over = _shift_parts(a, b)
    return Mux(over, Const(0, len(a)), (a << low)[: len(a)])


def _lshr(a: Value, b: Value) -> Value:
    low, over = _shift_parts(a, b)
    return Mux(over, Const(0, len(a)), (a >> low)[: len(a)])


def _ashr(a: Value, b: Value) -> Value:
    low, over = _shift_parts(a, b)
    shifted = (a.as_signed() >> low).as_unsigned()[: len(a)]
    return Mux(over, a[-1].replicate(len(a)), shifted)


def _udiv(a: Value, b: Value) -> Value:
    return Mux(b == 0, Const(-1, len(a)), (a // b)[: len(a)])


def _urem(a: Value, b: Value) -> Value:
    return Mux(b == 0, a, (a % b)[: len(a)])


def _negated(a: Value) -> Value:
    return (~a + 1)[: len(a)]


def _magnitude(a: Value) -> Value:
    return Mux(a[-1], _negated(a), a)


def _sdiv(a: Value, b: Value) -> Value:
    quotient = (_magnitude(a) // _magnitude(b))[: len(a)]
    signed = Mux(a[-1] ^ b[-1], _negated(quotient), quotient)
    return Mux(b == 0, Const(-1, len(a)), signed)


def _srem(a: Value, b: Value) -> Value:
    remainder = (_magnitude(a) % _magnitude(b))[: len(a)]
    return Mux(b == 0, a, Mux(a[-1], _negated(remainder), remainder))


_BINARY: dict[Op, Callable[[Value, Value], Value]] = {
    Op.AND: lambda a, b: a & b,
    Op.OR: lambda a, b: a | b,
    Op.XOR: lambda a, b: a ^ b,
    Op.ADD: lambda a, b: (a + b)[: len(a)],
    Op.SUB: lambda a, b: (a - b)[: len(a)],
    Op.MUL: lambda a, b: (a * b)[: len(a)],
    Op.UDIV: _udiv,
    Op.UREM: _urem,
    Op.SDIV: _sdiv,
    Op.SREM: _srem,
    Op.SHL: _shl,
    Op.LSHR: _lshr,
    Op.ASHR: _ashr,
    Op.EQ: lambda a, b: a == b,
    Op.ULT: lambda a, b: a < b,
    Op.SLT: lambda a, b: a.as_signed() < b.as_signed(),
}


@dataclass
class Lowering:
    """Lowers the expressions of one operation into a module.

    Members
    -------
    m : module that receives the assignments
    leaves : value of each input, register and load by name
    files : elements of each register file by name
    suggested : names for intermediate values
    names : names already given
    """

    m: Module
    leaves: Mapping[str, Value]
    files: Mapping[str, list[Signal]]
    suggested: Mapping[Expr, str] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    prefix: str = ""
    _done: dict[Expr, Value] = field(default_factory=dict)
    _uses: dict[Expr, int] = field(default_factory=dict)

    def seed(self, values: Mapping[Expr, Value]) -> None:
        """Take values that exist already: what they are made of is not looked at."""
        self._done |= values

    def known(self) -> Mapping[Expr, Value]:
        """Return the value of each expression lowered so far."""
        return self._done

    def lower(self, roots: Iterable[Expr]) -> list[Value]:
        """Return the values of expressions."""
        roots = list(roots)
        nodes = self._missing(roots)
        for node in nodes:
            for a in node.args:
                self._uses[a] = self._uses.get(a, 0) + 1
        for node in nodes:
            self._done[node] = self._named(node, self._value(node))
        return [self._done[r] for r in roots]

    def _missing(self, roots: list[Expr]) -> list[Expr]:
        """Return the nodes without a value, arguments first."""
        found: dict[Expr, None] = {}
        stack = list(reversed(roots))
        while stack:
            node = stack[-1]
            waiting = [a for a in node.args if a not in self._done and a not in found]
            if node in self._done or node in found or not waiting:
                stack.pop()
                if node not in self._done:
                    found[node] = None
            else:
                stack.extend(reversed(waiting))
        return list(found)

    def _named(self, node: Expr, value: Value) -> Value:
        """Give a node a signal of its own if it has a name or several users."""
        wanted = self.suggested.get(node)
        if node.op is Op.REGREAD or node.op in _WIRES:
            if wanted is None or node.op in (Op.CONST, Op.INPUT, Op.STATE, Op.LOAD):
                return value
        elif wanted is None and self._uses.get(node, 0) > 1:
            wanted = f"{self.prefix}{_STEMS.get(node.op, node.op.value)}"
        if wanted is None:
            return value
        signal = Signal(node.width, name=self.names.unique(wanted))
        self.m.d.comb += signal.eq(value)
        return signal

    def _value(self, node: Expr) -> Value:
        args = [self._done[a] for a in node.args]
        if node.op in _BINARY:
            return _BINARY[node.op](*args)
        match node.op:
            case Op.CONST:
                return Const(node.value, node.width)
            case Op.INPUT | Op.STATE | Op.LOAD:
                return self.leaves[node.name]
            case Op.REGREAD:
                return self._element(node, args[0])
            case Op.SLICE:
                return args[0][node.low : node.low + node.width]
            case Op.CONCAT:
                return Cat(*reversed(args))
            case Op.ZEXT:
                return Cat(args[0], Const(0, node.width - len(args[0])))
            case Op.SEXT:
                return Cat(args[0], args[0][-1].replicate(node.width - len(args[0])))
            case Op.NOT:
                return ~args[0]
            case Op.ITE:
                return Mux(*args)
        raise TypeError(f"{node.op.value} `{node.attr}` has no RTL")

    def _element(self, node: Expr, index: Value) -> Value:
        """Read a register file: an element, or a multiplexer that gives 0 past the end."""
        elements = self.files[node.name]
        if node.args[0].is_const:
            k = node.args[0].value
            return elements[k] if k < len(elements) else Const(0, node.width)
        picked = Signal(node.width, name=self.names.unique(f"{self.prefix}{node.name}_selected"))
        if node.args[0].op is Op.ZEXT:
            index = self._done[node.args[0].args[0]]
        self.m.d.comb += picked.eq(_pick(list(elements), index, node.width))
        return picked


def _pick(elements: Sequence[Value], index: Value, width: int) -> Value:
    """Return a multiplexer whose levels are the bits of the index, the lowest at the leaves."""
    values = list(elements[: 1 << len(index)])
    used = (len(values) - 1).bit_length()
    zero = Const(0, width)
    for bit in index[:used]:
        pairs = [values[k : k + 2] for k in range(0, len(values), 2)]
        values = [Mux(bit, pair[1] if len(pair) > 1 else zero, pair[0]) for pair in pairs]
    return Mux(index[used:].any(), zero, values[0]) if len(index) > used else values[0]


# What the users of a shared value would call it.
_STEMS: dict[Op, str] = {
    Op.ADD: "sum",
    Op.SUB: "difference",
    Op.EQ: "equal",
    Op.ULT: "less",
    Op.SLT: "less",
    Op.AND: "both",
    Op.OR: "either",
    Op.ITE: "choice",
    Op.CONCAT: "joined",
    Op.SHL: "shifted",
    Op.LSHR: "shifted",
    Op.ASHR: "shifted",
    Op.MUL: "product",
}
