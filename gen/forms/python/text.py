"""Expressions to Python text: integers without sign, conditions as truth values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gen.forms.python.names import identifier
from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.machine import Register

__all__ = ["Body", "Text", "literal", "number"]

# Binding strength of Python's operators, weakest first.
TERNARY, OR, AND, NOT, COMPARE, BIT_OR, BIT_XOR, BIT_AND, SHIFT, SUM, PRODUCT, ATOM = range(12)


@dataclass(frozen=True)
class Text:
    """An expression as text, how strongly its root binds, and how many bits its value can have."""

    text: str
    strength: int = ATOM
    bits: int = 64

    def at(self, strength: int) -> str:
        """Return the text, in parentheses where it binds weaker than its place."""
        return self.text if self.strength >= strength else f"({self.text})"


def literal(value: int) -> str:
    """Return a number as a person writes it."""
    return str(value) if value < 10 else f"0x{value:X}"


def _masked(t: Text, width: int) -> Text:
    """Cut a value to its width, if it can be larger."""
    if t.bits <= width:
        return t
    return Text(f"{t.at(BIT_AND)} & {literal(e.mask(width))}", BIT_AND, width)


def _signed(t: Text, width: int) -> str:
    sign = literal(1 << (width - 1))
    return f"({t.at(BIT_XOR)} ^ {sign}) - {sign}"


def _truth(left: Text, word: str, right: Text, strength: int) -> Text:
    return Text(f"{left.at(strength)} {word} {right.at(strength + 1)}", strength, 1)


def _logic(word: str, strength: int, bit: str, bit_strength: int) -> Callable[..., Text]:
    """Return an emitter for and/or: words on conditions, operators on numbers."""

    def emit(width: int, a: Text, b: Text) -> Text:
        if width == 1:
            return _truth(a, word, b, strength)
        bits = min(a.bits, b.bits) if bit == "&" else max(a.bits, b.bits)
        return Text(f"{a.at(bit_strength)} {bit} {b.at(bit_strength)}", bit_strength, bits)

    return emit


def _add(width: int, a: Text, b: Text) -> Text:
    total = Text(f"{a.at(SUM)} + {b.at(SUM)}", SUM, max(a.bits, b.bits) + 1)
    return _masked(total, width)


def _sub(width: int, a: Text, b: Text) -> Text:
    return Text(f"{a.at(SUM)} - {b.at(PRODUCT)} & {literal(e.mask(width))}", BIT_AND, width)


def _mul(width: int, a: Text, b: Text) -> Text:
    return _masked(Text(f"{a.at(PRODUCT)} * {b.at(ATOM)}", PRODUCT, a.bits + b.bits), width)


def _divide(operator: str, by_zero: Callable[[int, Text], str]) -> Callable[..., Text]:
    def emit(width: int, a: Text, b: Text) -> Text:
        quotient = f"{a.at(PRODUCT)} {operator} {b.at(ATOM)}"
        return Text(f"{quotient} if {b.at(OR)} else {by_zero(width, a)}", TERNARY, width)

    return emit


def _signed_divide(width: int, a: Text, b: Text) -> Text:
    """Truncated division from magnitudes: Python's own rounds down."""
    call = f"_sdiv({a.text}, {b.text}, {width})"
    return Text(call, ATOM, width)


def _signed_remainder(width: int, a: Text, b: Text) -> Text:
    return Text(f"_srem({a.text}, {b.text}, {width})", ATOM, width)


def _shl(width: int, a: Text, b: Text) -> Text:
    moved = f"{a.at(SHIFT)} << {b.at(SUM)} & {literal(e.mask(width))}"
    return Text(f"{moved} if {b.at(BIT_OR)} < {width} else 0", TERNARY, width)


def _lshr(width: int, a: Text, b: Text) -> Text:
    return Text(f"{a.at(SHIFT)} >> {b.at(SUM)}", SHIFT, width)


def _ashr(width: int, a: Text, b: Text) -> Text:
    moved = f"({_signed(a, width)}) >> min({b.text}, {width - 1})"
    return Text(f"{moved} & {literal(e.mask(width))}", BIT_AND, width)


def _xor(width: int, a: Text, b: Text) -> Text:
    if width == 1:
        return Text(f"{a.at(BIT_XOR)} ^ {b.at(BIT_XOR)}", BIT_XOR, 1)
    return Text(f"{a.at(BIT_XOR)} ^ {b.at(BIT_XOR)}", BIT_XOR, max(a.bits, b.bits))


_BINARY: dict[Op, Callable[..., Text]] = {
    Op.AND: _logic("and", AND, "&", BIT_AND),
    Op.OR: _logic("or", OR, "|", BIT_OR),
    Op.XOR: _xor,
    Op.ADD: _add,
    Op.SUB: _sub,
    Op.MUL: _mul,
    Op.UDIV: _divide("//", lambda width, a: literal(e.mask(width))),
    Op.UREM: _divide("%", lambda width, a: a.at(OR)),
    Op.SDIV: _signed_divide,
    Op.SREM: _signed_remainder,
    Op.SHL: _shl,
    Op.LSHR: _lshr,
    Op.ASHR: _ashr,
    Op.EQ: lambda width, a, b: Text(f"{a.at(BIT_OR)} == {b.at(BIT_OR)}", COMPARE, 1),
    Op.ULT: lambda width, a, b: Text(f"{a.at(BIT_OR)} < {b.at(BIT_OR)}", COMPARE, 1),
}
_OPPOSITE = {Op.EQ: "!=", Op.ULT: ">="}
# What a value used several times is called, where the specification gives it no name.
_STEMS = {Op.ADD: "total", Op.SUB: "difference", Op.EQ: "same", Op.ULT: "below", Op.SLT: "below"}
_STEMS |= {Op.ITE: "choice", Op.SLICE: "bits", Op.CONCAT: "joined", Op.AND: "masked"}
_STEMS |= {Op.OR: "merged", Op.SHL: "shifted", Op.LSHR: "shifted", Op.ASHR: "shifted"}
_CONDITION_STEMS = {Op.AND: "both", Op.OR: "either"}


@dataclass
class Body:
    """The body of one function: lines in order, values computed just before their first use.

    Members
    -------
    registers : registers and files by name
    suggested : names for intermediate values
    variables : text of each input, parameter and load by name
    attributes : names in `State` of the registers that have not their own
    flags : names of the access flags
    uses_state : some text needs `s`, the state
    """

    registers: Mapping[str, Register]
    suggested: Mapping[Expr, str]
    variables: dict[str, str]
    lines: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    uses: dict[Expr, int] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    flags: Sequence[str] = ()
    uses_state: bool = False
    _done: dict[Expr, Text] = field(default_factory=dict)

    def count(self, roots: Iterable[Expr]) -> None:
        """Count how often each value is used below all the roots of the function."""
        roots = list(roots)
        for node in e.postorder(roots):
            for a in node.args:
                self.uses[a] = self.uses.get(a, 0) + 1
        for r in roots:
            self.uses[r] = self.uses.get(r, 0) + 1

    def value(self, root: Expr) -> Text:
        """Return the text of an expression, after emitting what it needs."""
        for node in e.postorder([root]):
            if node not in self._done:
                text = self._text(node, [self._done[a] for a in node.args])
                self._done[node] = self._local(node, text)
        return self._done[root]

    def stored(self, register: str) -> str:
        """Return the text of a register or file."""
        self.uses_state = True
        return f"s.{self.attributes.get(register, register)}"

    def _local(self, node: Expr, text: Text) -> Text:
        """Keep a value in a variable if it is named or used more than once."""
        wanted = self.suggested.get(node)
        if node.op in (Op.CONST, Op.INPUT, Op.LOAD, Op.ZEXT):
            return text
        if wanted is None:
            if self.uses.get(node, 0) < 2 or (node.op is Op.NOT and node.width == 1):
                return text
            wanted = self._wanted(node)
        name = identifier(wanted, self.taken)
        self.taken.add(name)
        self.lines.append(f"{name} = {text.text}")
        return Text(name, ATOM, text.bits)

    def _text(self, node: Expr, args: list[Text]) -> Text:
        width = node.width
        if node.op in _BINARY:
            return _BINARY[node.op](width if node.op is not Op.EQ else 1, *args)
        match node.op:
            case Op.CONST:
                return Text(literal(node.value), ATOM, max(1, node.value.bit_length()))
            case Op.INPUT | Op.LOAD:
                return Text(self.variables[node.name], ATOM, width)
            case Op.STATE:
                return Text(self.stored(node.name), ATOM, width)
            case Op.REGREAD:
                return self._element(node, args[0])
            case Op.SLICE:
                return self._slice(node, args[0])
            case Op.CONCAT:
                return _concat(node, args)
            case Op.ZEXT:
                return args[0]
            case Op.SEXT:
                text = f"{_signed(args[0], node.args[0].width)} & {literal(e.mask(width))}"
                return Text(text, BIT_AND, width)
            case Op.NOT:
                return self._not(node, args[0])
            case Op.SLT:
                sign = literal(1 << (node.args[0].width - 1))
                left, right = (f"({a.at(BIT_XOR)} ^ {sign})" for a in args)
                return Text(f"{left} < {right}", COMPARE, 1)
            case Op.ITE:
                condition, then, other = args
                text = f"{then.at(OR)} if {condition.at(OR)} else {other.at(TERNARY)}"
                return Text(text, TERNARY, max(then.bits, other.bits))
        raise TypeError(f"{node.op.value} `{node.attr}` has no Python")

    def _not(self, node: Expr, a: Text) -> Text:
        if node.width > 1:
            return Text(f"{a.at(BIT_XOR)} ^ {literal(e.mask(node.width))}", BIT_XOR, node.width)
        inner = node.args[0]
        if inner.op in _OPPOSITE and a.strength == COMPARE:  # not kept in a variable
            left, right = (self._done[x].at(BIT_OR) for x in inner.args)
            return Text(f"{left} {_OPPOSITE[inner.op]} {right}", COMPARE, 1)
        return Text(f"not {a.at(NOT)}", NOT, 1)

    def _slice(self, node: Expr, a: Text) -> Text:
        moved = Text(f"{a.at(SHIFT)} >> {node.low}", SHIFT, a.bits - node.low) if node.low else a
        return _masked(Text(moved.text, moved.strength, max(1, moved.bits)), node.width)

    def _element(self, node: Expr, index: Text) -> Text:
        count = self.registers[node.name].count
        if node.args[0].is_const:
            k = node.args[0].value
            text = f"{self.stored(node.name)}[{k}]" if k < count else "0"
            return Text(text, ATOM, node.width)
        access = f"{self.stored(node.name)}[{index.text}]"
        if 1 << min(index.bits, 32) <= count:
            return Text(access, ATOM, node.width)
        return Text(f"{access} if {index.at(BIT_OR)} < {count} else 0", TERNARY, node.width)

    def _wanted(self, node: Expr) -> str:
        """Return what a value is called: its register, its field, or by what it does."""
        if node.op in (Op.STATE, Op.REGREAD):
            return self._stored(node)
        if node.op is Op.SLICE:
            return self._sliced(node, node.args[0])
        stems = _CONDITION_STEMS if node.width == 1 else _STEMS
        return stems.get(node.op) or _STEMS.get(node.op, "t")

    def _sliced(self, node: Expr, whole: Expr) -> str:
        """Return what bits are called: a field, an access flag, or by their place."""
        if whole.op in (Op.STATE, Op.REGREAD):
            base = self._stored(whole)
            for f in self.registers[whole.name].fields:
                if (f.low, f.width) == (node.low, node.width):
                    return f"{base}_{f.name}"
        else:
            base = self._done[whole].text
        if base == "access" and node.width == 1 and node.low < len(self.flags):
            return self.flags[node.low]
        if not base.isidentifier():
            return _STEMS[node.op]
        high = f"_{node.low + node.width - 1}" if node.width > 1 else ""
        return f"{base}{high}_{node.low}"

    def _stored(self, node: Expr) -> str:
        if node.op is Op.STATE:
            return node.name
        index = node.args[0]
        return f"{node.name}_{index.value}" if index.is_const else f"{node.name}_selected"


def number(node: Expr, text: str) -> str:
    """Return the text of a value that a person sees: `int` of what may be True or False."""
    while node.op is Op.ZEXT:
        node = node.args[0]
    if node.width > 1 or node.op in (Op.CONST, Op.INPUT, Op.STATE, Op.REGREAD, Op.LOAD, Op.SLICE):
        return text
    return f"int({text})"


def _concat(node: Expr, args: list[Text]) -> Text:
    parts: list[str] = []
    low = 0
    for a, part in zip(reversed(args), reversed(node.args), strict=True):
        if not (part.is_const and part.value == 0):
            parts.insert(0, f"{a.at(SHIFT)} << {low}" if low else a.at(BIT_XOR))
        low += part.width
    strength = BIT_OR if len(parts) > 1 else SHIFT
    return Text(" | ".join(parts) or "0", strength, node.width)
