"""Expressions of the language to expressions of the machine.

Numbers are 64-bit words, conditions single bits; a flag of a flag list is one bit that may stand
for either. Methods are expanded where they are called.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from gen.diag import Reporter
from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.ir.machine import Register
from gen.source import Span
from gen.vrs import tree
from gen.vrs.elaborate.env import Environment
from gen.vrs.elaborate.instance import Instance, Registry, fields_of, state_register
from gen.vrs.program import Program
from gen.vrs.sizes import field_bits

__all__ = ["WORD", "Elaboration", "Flags", "Scope", "boolean", "conjuncts", "word"]

WORD = 64
MOST_WORK = 200_000  # expressions of a unit, with methods, quantifiers and elements expanded
_LESS = "quantifiers, methods and associative maps are expanded: have fewer, or smaller, ones"
ZERO = e.const(0, WORD)


@dataclass(frozen=True)
class Flags:
    """A flag list as a value: flag i is bit i."""

    bits: Expr


@dataclass
class Elaboration:
    """What is common to the elaboration of one machine."""

    program: Program
    reporter: Reporter
    registry: Registry = field(default_factory=Registry)
    names: dict[Expr, str] = field(default_factory=dict)
    spans: dict[Expr, Span] = field(default_factory=dict)
    branches: dict[Expr, tuple[str, Span]] = field(default_factory=dict)
    _work: int = 0

    def error(self, code: str, message: str, span: Span, caret: str = "", help: str = "") -> Expr:
        """Report an error and go on with 0."""
        self.reporter.report(code, message, span, caret, help=help)
        return ZERO

    def work(self, span: Span) -> None:
        """Count an expression that is expanded; end with E0415 where there are too many."""
        self._work += 1
        if self._work > MOST_WORK:
            message = f"the unit unfolds to more than {MOST_WORK} expressions"
            self.error("E0415", message, span, "given up here", help=_LESS)
            self.reporter.check()

    def name(self, value: Expr, name: str, span: Span | None = None) -> Expr:
        """Suggest a name for an intermediate value."""
        if not value.is_const and value.op not in e.LEAVES:
            self.names.setdefault(value, name)
            if span is not None:
                self.spans.setdefault(value, span)
        return value


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: its unit in place, its variables, the state as it is now."""

    elab: Elaboration
    instance: Instance
    env: Environment
    variables: Mapping[str, Expr | Flags] = field(default_factory=dict)
    calls: tuple[str, ...] = ()

    def bind(self, more: Mapping[str, Expr | Flags]) -> Scope:
        """Return this scope with more variables."""
        return replace(self, variables={**self.variables, **more})

    # Names

    def lookup(self, name: str) -> Expr | Flags | None:
        """Return a variable, parameter or constant; None if there is none."""
        if name in self.variables:
            return self.variables[name]
        if name in self.instance.params:
            return self.instance.params[name]
        for const in self.instance.unit.consts:
            if const.name.text == name:
                return self.evaluate(const.value)
        found = self.elab.program.consts.get(name)
        return None if found is None else self.evaluate(found.value)

    def evaluate(self, node: tree.Expression) -> Expr | Flags:
        """Return the value of an expression: 64 bits, 1 bit, or flags."""
        return _evaluate(self, node)

    def word(self, node: tree.Expression) -> Expr:
        """Return a number, 64 bits."""
        return self.as_word(self.plain(node), node.span)

    def plain(self, node: tree.Expression) -> Expr:
        """Return the value of an expression; flags as their bits."""
        value = self.evaluate(node)
        return value.bits if isinstance(value, Flags) else value

    def as_word(self, value: Expr, span: Span) -> Expr:
        """Return a value as a number; one of more than 64 bits is an error."""
        if value.width > WORD:
            return self.elab.error(
                "E0413", f"this value has {value.width} bits", span, "wider than 64 bits"
            )
        return word(value)

    def boolean(self, node: tree.Expression) -> Expr:
        """Return a condition, 1 bit."""
        return boolean(self.plain(node))

    def call(self, method: tree.Method, args: Mapping[str, Expr | Flags]) -> Expr:
        """Expand a method's body with its parameters bound."""
        name = method.name.text
        if name in self.calls:
            return self.elab.error(
                "E0409", f"method `{name}` calls itself", method.name.span, "called again from here"
            )
        if method.body is None:
            return ZERO
        inner = replace(self, variables=args, calls=(*self.calls, name))
        return inner.plain(method.body)

    # State

    def state_of(self, instance: Instance, name: tree.Ident) -> Expr:
        """Return a state field of a unit in place, all its bits."""
        f = instance.state_field(name.text)
        if f is None:
            unit = instance.unit.name.text
            return self.elab.error(
                "E0412", f"unit `{unit}` has no state field `{name.text}`", name.span
            )
        if f.kind == "mem":
            return self._memory_field(instance, f)
        register = state_register(instance, f)
        where = self.elab.registry.declare(instance.unit, register)
        if instance.index is not None:
            return self.env.read_element(where, instance.index, register.width)
        return self.env.read(where, register.width)

    def _memory_field(self, instance: Instance, f: tree.StateField) -> Expr:
        width = field_bits(f.size.value, f.slices)
        base = instance.params[f.base.text] if f.base else ZERO
        offset = e.const(f.offset.value if f.offset else 0, WORD)
        return self.env.load("memory", f.name.text, e.add(base, offset), width, f.span)

    def interface_of(self, name: tree.Ident) -> Expr:
        """Return the current value of an interface field of this unit, all its bits."""
        f = next((f for f in self.instance.interface if f.name.text == name.text), None)
        if f is None:
            unit = self.instance.unit.name.text
            return self.elab.error(
                "E0412", f"unit `{unit}` has no interface field `{name.text}`", name.span
            )
        if name.text in self.env.interface:
            return self.env.interface[name.text]
        return interface_storage(self, f)

    def map_of(self, span: Span) -> Instance | None:
        """Return the map that `staticmap` names here."""
        if self.instance.element is not None:
            return self.instance
        if self.instance.parent is None:
            self.elab.error(
                "E0411",
                f"`staticmap` is used outside a map: `{self.instance.unit.name.text}` stands alone",
                span,
                "no map holds this unit",
                help="elaborate the map that holds the unit",
            )
        return self.instance.parent

    def element_of(self, index: tree.Expression, span: Span) -> Instance | None:
        """Return element `index` of the map that `staticmap` names here."""
        holder = self.map_of(span)
        if holder is None:
            return None
        position = self.word(index)
        return holder.element_at(position)


def interface_storage(scope: Scope, f: tree.InterfaceField) -> Expr:
    """Return the stored value of an interface field: its alias's or its own register's."""
    alias = alias_of(scope.instance, f)
    if alias is not None:
        return scope.state_of(scope.instance, alias.name)
    register = storage_register(scope.instance, f)
    where = scope.elab.registry.declare(scope.instance.unit, register, shared=False)
    if scope.instance.index is not None:
        return scope.env.read_element(where, scope.instance.index, register.width)
    return scope.env.read(where, register.width)


def storage_register(instance: Instance, f: tree.InterfaceField) -> Register:
    """Return the register that an interface field with storage of its own wants."""
    size = f.size.value if f.size else 8
    width = field_bits(size, f.layout)
    is_file = instance.index is not None
    count = instance.count if is_file else 1
    return Register(f.name.text, width, count, is_file, 0, fields_of(f.layout, width), f.span)


def alias_of(instance: Instance, f: tree.InterfaceField) -> tree.StateField | None:
    """Return the state field that an interface field gives access to, or None.

    That is the field of the same name and a compatible kind, if the layout is absent or identical.
    """
    same = instance.state_field(f.name.text)
    if same is None or f.kind == "instr" or (same.kind == "mem") != (f.kind == "mem"):
        return None
    if f.layout is not None and _layout(f.layout) != _layout(same.slices):
        return None
    return same


def _layout(slices: tuple[tree.SliceDecl, ...] | None) -> object:
    return None if slices is None else sorted((s.low, s.high, s.name.text) for s in slices)


def layout_of(instance: Instance, f: tree.InterfaceField) -> tuple[tree.SliceDecl, ...] | None:
    """Return the slices of an interface field: its own or those of its alias."""
    alias = alias_of(instance, f)
    return alias.slices if alias is not None else f.layout


# Coercions


def word(value: Expr) -> Expr:
    """Return a value as a 64-bit number."""
    return e.resize(value, WORD)


def boolean(value: Expr) -> Expr:
    """Return a value as a condition: not zero."""
    return value if value.width == 1 else e.not_(e.eq(value, e.const(0, value.width)))


def conjuncts(node: tree.Expression) -> list[tree.Expression]:
    """Return the parts of a conjunction, in order."""
    if isinstance(node, tree.Binary) and node.operator == "&&":
        return conjuncts(node.left) + conjuncts(node.right)
    return [node]


# Nodes


def _name(scope: Scope, node: tree.Name) -> Expr | Flags:
    value = scope.lookup(node.text)
    if value is None:
        return scope.elab.error("E0412", f"unknown name `{node.text}`", node.span, "not known here")
    return value


def _member(scope: Scope, node: tree.Member) -> Expr | Flags:
    base = node.base
    if isinstance(base, tree.Name):
        whole = _whole(scope, base, node.name)
        if whole is not None:
            return whole
        value = scope.lookup(base.text)
        if isinstance(value, Flags):
            return _flag(scope, value, node.name)
    if isinstance(base, tree.Element) and _is_map(base.base):
        instance = scope.element_of(base.index, base.span)
        return ZERO if instance is None else _only(scope.state_of(instance, node.name))
    if isinstance(base, tree.Member):
        return _slice(scope, base, node.name)
    return scope.elab.error("E0412", f"unknown path `{node.span.text}`", node.span)


def _is_map(node: tree.Expression) -> bool:
    return isinstance(node, tree.Name) and node.text == "staticmap"


def _whole(scope: Scope, root: tree.Name, name: tree.Ident) -> Expr | None:
    match root.text:
        case "state":
            return _only(scope.state_of(scope.instance, name))
        case "interface":
            return _only(scope.interface_of(name))
        case "staticmap":
            holder = scope.map_of(root.span)
            return ZERO if holder is None else _only(scope.state_of(holder, name))
    return None


def _only(value: Expr) -> Expr:
    """Widen a whole field, but leave fields of one bit or of more than a word as they are."""
    return value if value.width >= WORD else e.zext(value, WORD)


def _flag(scope: Scope, flags: Flags, name: tree.Ident) -> Expr:
    names = scope.elab.program.flags
    if name.text not in names:
        return scope.elab.error("E0412", f"unknown flag `{name.text}`", name.span, "no such flag")
    return e.slice_(flags.bits, names.index(name.text), 1)


def field_place(scope: Scope, path: tree.Member) -> tuple[Expr, tuple[tree.SliceDecl, ...] | None]:
    """Return the whole field that ``root.field`` names, and its slices."""
    base, name = path.base, path.name
    if isinstance(base, tree.Element) and _is_map(base.base):
        instance = scope.element_of(base.index, base.span)
    elif isinstance(base, tree.Name) and base.text == "staticmap":
        instance = scope.map_of(base.span)
    elif isinstance(base, tree.Name) and base.text == "interface":
        f = next((f for f in scope.instance.interface if f.name.text == name.text), None)
        slices = layout_of(scope.instance, f) if f else ()
        return scope.interface_of(name), slices
    else:
        instance = scope.instance
    if instance is None:
        return ZERO, ()
    found = instance.state_field(name.text)
    return scope.state_of(instance, name), found.slices if found else ()


def _slice(scope: Scope, base: tree.Member, name: tree.Ident) -> Expr:
    whole, slices = field_place(scope, base)
    if slices is None:
        if name.text == "val":
            return _only(whole)
        slices = ()
    for s in slices:
        if s.name.text == name.text and s.high <= whole.width:
            return word(e.slice_(whole, s.low, s.high - s.low))
    return scope.elab.error(
        "E0412", f"`{base.span.text}` has no slice `{name.text}`", name.span, "no such slice"
    )


def _element(scope: Scope, node: tree.Element) -> Expr:
    value = scope.word(node.base)
    index = scope.word(node.index)
    return word(e.slice_(e.lshr(value, index), 0, 1))


def _bit_slice(scope: Scope, node: tree.BitSlice) -> Expr:
    bits = scope.plain(node.base)
    low, high = scope.word(node.low), scope.word(node.high)
    if not (low.is_const and high.is_const and low.value < high.value <= bits.width):
        return scope.elab.error(
            "E0408",
            f"bit slice `{node.span.text}` does not lie in a value of {bits.width} bits",
            node.span,
        )
    return word(e.slice_(bits, low.value, high.value - low.value))


def _call(scope: Scope, node: tree.Call) -> Expr | Flags:
    method = scope.instance.method(node.function.text)
    if method is None:
        return scope.elab.error(
            "E0412", f"unknown method `{node.function.text}`", node.function.span
        )
    args = [scope.evaluate(a) for a in node.args]
    return scope.call(method, {p.name.text: a for p, a in zip(method.params, args, strict=False)})


def _unary(scope: Scope, node: tree.Unary) -> Expr:
    if node.operator == "!":
        return e.not_(scope.boolean(node.operand))
    return e.not_(scope.word(node.operand))


_LOGIC: dict[str, Callable[[Expr, Expr], Expr]] = {
    "&&": e.and_,
    "||": e.or_,
    "==>": lambda a, b: e.or_(e.not_(a), b),
}
_ARITHMETIC: dict[str, Callable[[Expr, Expr], Expr]] = {
    "|": e.or_,
    "^": e.xor,
    "&": e.and_,
    "<<": e.shl,
    ">>": e.lshr,
    "+": e.add,
    "-": e.sub,
    "*": e.mul,
    "/": e.udiv,
    "%": e.urem,
    "==": e.eq,
    "!=": e.ne,
    "<": e.ult,
    ">": e.ugt,
    "<=": e.ule,
    ">=": e.uge,
}


def _binary(scope: Scope, node: tree.Binary) -> Expr:
    if node.operator in _LOGIC:
        return _LOGIC[node.operator](scope.boolean(node.left), scope.boolean(node.right))
    operation = _ARITHMETIC[node.operator]
    left, right = scope.plain(node.left), scope.plain(node.right)
    if left.width == right.width == 1 and node.operator in ("==", "!=", "&", "|", "^"):
        return operation(left, right)
    return operation(scope.as_word(left, node.left.span), scope.as_word(right, node.right.span))


def _if(scope: Scope, node: tree.If) -> Expr:
    condition = scope.boolean(node.condition)
    then, other = scope.plain(node.then), scope.plain(node.other)
    if not condition.is_const:
        scope.elab.branches.setdefault(
            condition, (f"line_{node.condition.span.line}", node.condition.span)
        )
    if then.width == other.width:
        return e.ite(condition, then, other)
    return e.ite(
        condition, scope.as_word(then, node.then.span), scope.as_word(other, node.other.span)
    )


def _quantified(scope: Scope, node: tree.Quantified) -> Expr:
    bounds = _bounds(scope, node)
    instances = math.prod(r.stop for r in bounds or ())
    if instances > _MOST:
        return scope.elab.error(
            "E0415",
            f"`{node.kind}` has {instances} instances",
            node.span,
            f"at most {_MOST}",
        )
    if bounds is None:
        return scope.elab.error(
            "E0407",
            f"`{node.kind}` has no constant bound",
            node.span,
            "each variable needs `variable < constant`",
        )
    join = e.all_of if node.kind == "forall" else e.any_of
    names = [v.name.text for v in node.variables]
    return join(
        scope.bind(dict(zip(names, map(_const_word, at), strict=True))).boolean(node.body)
        for at in itertools.product(*bounds)
    )


def _const_word(value: int) -> Expr:
    return e.const(value, WORD)


_MOST = 4096  # instances of a quantifier's body


def _bounds(scope: Scope, node: tree.Quantified) -> list[range] | None:
    body = node.body
    wanted = "==>" if node.kind == "forall" else "&&"
    guards: list[tree.Expression] = []
    while isinstance(body, tree.Binary) and body.operator == wanted:
        guards += conjuncts(body.left)
        body = body.right
    ranges: dict[str, range] = {}
    for g in guards:
        if isinstance(g, tree.Binary) and isinstance(g.left, tree.Name) and g.operator == "<":
            bound = scope.bind({v.name.text: ZERO for v in node.variables}).word(g.right)
            if bound.is_const:
                ranges.setdefault(g.left.text, range(bound.value))
    names = [v.name.text for v in node.variables]
    return [ranges[n] for n in names] if all(n in ranges for n in names) else None


def _evaluate(scope: Scope, node: tree.Expression) -> Expr | Flags:
    scope.elab.work(node.span)
    match node:
        case tree.Number():
            return e.const(node.value, WORD)
        case tree.Boolean():
            return e.const(int(node.value), 1)
        case tree.Name():
            return _name(scope, node)
        case tree.Member():
            return _member(scope, node)
        case tree.Element():
            return _element(scope, node)
        case tree.BitSlice():
            return _bit_slice(scope, node)
        case tree.Call():
            return _call(scope, node)
        case tree.Unary():
            return _unary(scope, node)
        case tree.Binary():
            return _binary(scope, node)
        case tree.If():
            return _if(scope, node)
        case tree.Quantified():
            return _quantified(scope, node)
