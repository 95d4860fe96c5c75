"""Expressions as formulas that a person reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.machine import Machine

__all__ = ["Formulas"]

# Binding strength, weakest first.
CHOICE, OR, AND, NOT, COMPARE, BITS, SHIFT, SUM, PRODUCT, ATOM = range(10)
_MANY = 4  # parts of a chain that are written out

_INFIX: dict[Op, tuple[str, int]] = {
    Op.AND: ("&", BITS),
    Op.OR: ("|", BITS),
    Op.XOR: ("^", BITS),
    Op.ADD: ("+", SUM),
    Op.SUB: ("\N{MINUS SIGN}", SUM),
    Op.MUL: ("\N{MULTIPLICATION SIGN}", PRODUCT),
    Op.UDIV: ("/", PRODUCT),
    Op.UREM: ("mod", PRODUCT),
    Op.SDIV: ("/s", PRODUCT),
    Op.SREM: ("mods", PRODUCT),
    Op.SHL: ("<<", SHIFT),
    Op.LSHR: (">>", SHIFT),
    Op.ASHR: (">>s", SHIFT),
    Op.EQ: ("=", COMPARE),
    Op.ULT: ("<", COMPARE),
    Op.SLT: ("<s", COMPARE),
}


def _number(value: int) -> str:
    return str(value) if value < 10 else f"0x{value:x}"


@dataclass
class Formulas:
    """Writes the expressions of a machine; values that have a name stand by it.

    Members
    -------
    used : named values met so far, in order, for the list of definitions
    """

    machine: Machine
    used: dict[Expr, str] = field(default_factory=dict)
    bound: Mapping[str, str] = field(default_factory=dict)

    def text(self, node: Expr, *, define: bool = False) -> str:
        """Return the formula of a value; with `define`, its definition rather than its name."""
        return self._write(node, define)[0]

    def _write(self, node: Expr, define: bool = False) -> tuple[str, int]:
        name = self.machine.names.get(node)
        if name is not None and not define:
            self.used.setdefault(node, name)
            return name, ATOM
        if node.width == 1 and node.op in (Op.AND, Op.OR):
            return self._chain(node)
        if node.op in _INFIX:
            return self._infix(node)
        return self._structure(node)

    def at(self, node: Expr, strength: int) -> str:
        """Return a formula, in parentheses where it binds weaker than its place."""
        text, own = self._write(node)
        return text if own >= strength else f"({text})"

    def _infix(self, node: Expr) -> tuple[str, int]:
        mark, strength = _INFIX[node.op]
        a, b = node.args
        flag = self._flag(node)
        if flag is not None:
            return flag, ATOM
        left = f"({self.text(a)})" if self._mixed(node, a) else self.at(a, strength)
        return f"{left} {mark} {self.at(b, strength + 1)}", strength

    def _mixed(self, node: Expr, part: Expr) -> bool:
        """Return whether a reader might take two operations on bits in the wrong order."""
        other = part.op is not node.op and part not in self.machine.names
        return other and all(_INFIX.get(x.op, ("", ATOM))[1] == BITS for x in (node, part))

    def _flag(self, node: Expr) -> str | None:
        """Return ``no flags`` style text for a comparison of the whole access."""
        a, b = node.args
        if node.op is not Op.EQ or a.op is not Op.INPUT or a.name != "access" or not b.is_const:
            return None
        names = [f for i, f in enumerate(self.machine.flags) if b.value >> i & 1]
        return f"access = {{{', '.join(names)}}}"

    def _chain(self, node: Expr) -> tuple[str, int]:
        """Write a conjunction or disjunction; of a long one the first parts and how many."""
        word, strength = ("and", AND) if node.op is Op.AND else ("or", OR)
        parts = _flatten(node, node.op, self.machine.names)
        family = _family([self.machine.names.get(p, "") for p in parts])
        if family is not None:
            for p in parts[:1]:
                self.used.setdefault(p, self.machine.names[p])
            return f"{'all' if node.op is Op.AND else 'any'} of {family}", ATOM
        if len(parts) > _MANY + 1:
            shown = [self.at(p, strength + 1) for p in parts[:2]]
            return f"{f' {word} '.join(shown)} {word} … ({len(parts)} like these)", strength
        return f" {word} ".join(self.at(p, strength + 1) for p in parts), strength

    def _structure(self, node: Expr) -> tuple[str, int]:
        match node.op:
            case Op.CONST:
                return _number(node.value), ATOM
            case Op.INPUT | Op.STATE | Op.LOAD:
                return self.bound.get(node.name, node.name), ATOM
            case Op.REGREAD:
                return f"{node.name}[{self.text(node.args[0])}]", ATOM
            case Op.SLICE:
                return self._slice(node), ATOM
            case Op.CONCAT:
                return self._concat(node)
            case Op.ZEXT:
                return self._write(node.args[0])
            case Op.SEXT:
                return f"signed({self.text(node.args[0])})", ATOM
            case Op.NOT:
                return self._not(node)
            case Op.CALL:
                return f"{node.name}({', '.join(map(self.text, node.args))})", ATOM
        c, then, other = node.args
        text = f"if {self.text(c)} then {self.at(then, OR)} else {self.at(other, CHOICE)}"
        return text, CHOICE

    def _not(self, node: Expr) -> tuple[str, int]:
        inner = node.args[0]
        opposite = {Op.EQ: "\N{NOT EQUAL TO}", Op.ULT: "\N{GREATER-THAN OR EQUAL TO}"}
        if node.width > 1:
            return f"~{self.at(inner, ATOM)}", ATOM
        named = inner in self.machine.names
        if inner.op in opposite and not named and self._flag(inner) is None:
            a, b = inner.args
            return f"{self.at(a, COMPARE)} {opposite[inner.op]} {self.at(b, BITS)}", COMPARE
        return f"not {self.at(inner, NOT)}", NOT

    def _slice(self, node: Expr) -> str:
        inner = node.args[0]
        if inner.op is Op.INPUT and inner.name == "access" and node.width == 1:
            return f"access.{self.machine.flags[node.low]}"
        name = self._field(inner, node.low, node.width)
        if name is not None:
            return name
        high = node.low + node.width - 1
        bits = f"[{high}:{node.low}]" if node.width > 1 else f"[{node.low}]"
        return f"{self.at(inner, ATOM)}{bits}"

    def _field(self, inner: Expr, low: int, width: int) -> str | None:
        """Return ``register.field`` where bits of the state are one."""
        if inner.op not in (Op.STATE, Op.REGREAD):
            return None
        register = self.machine.register(inner.name)
        for f in register.fields:
            if f.low <= low and low + width <= f.low + f.width:
                whole = f"{self.text(inner)}.{f.name}"
                if (f.low, f.width) == (low, width):
                    return whole
                first = low - f.low
                last = first + width - 1
                return f"{whole}[{last}:{first}]" if width > 1 else f"{whole}[{first}]"
        return None

    def _concat(self, node: Expr) -> tuple[str, int]:
        last = node.args[-1]
        if last.is_const and last.value == 0:
            rest = e.concat(*node.args[:-1])
            return f"{self.at(rest, SUM)} << {last.width}", SHIFT
        return " : ".join(self.at(p, SUM) for p in node.args), CHOICE


def _flatten(node: Expr, op: Op, names: Mapping[Expr, str]) -> list[Expr]:
    """Return the parts of a chain of one operation, in order, named ones whole."""
    parts: list[Expr] = []
    stack = [node]
    while stack:
        n = stack.pop()
        if n.op is op and (n is node or n not in names):
            stack += reversed(n.args)
        else:
            parts.append(n)
    return parts


def _family(names: list[str]) -> str | None:
    """Return ``stem_0_hit .. stem_7_hit`` where the names count up, and there are many."""
    matches = [re.fullmatch(r"(\w+?)_(\d+)_(\w+)", n) for n in names]
    if len(names) <= _MANY or not all(matches):
        return None
    kinds = {(m[1], m[3]) for m in matches if m}
    return f"{names[0]} … {names[-1]}" if len(kinds) == 1 else None
