"""Values that follow from an element of a register file, kept beside it instead of computed anew.

A translation may compute the same function of each element of a file, say the mask that a region's
size stands for. Where fewer places write elements than there are elements, it is cheaper to
compute it of the data on its way into the file, and to keep it in registers of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gen.ir import expr as e
from gen.ir.changes import cases
from gen.ir.expr import Expr, Op
from gen.ir.machine import Assign, Fault, Machine, Operation
from gen.ir.rewrite import outputs_without_fault, simplify

__all__ = ["ELEMENT", "Derived", "derived"]

ELEMENT = "element"  # the input of a derived value's term

_LEAST = 3  # gates of two inputs a bit; what takes fewer is not worth its registers
_GATES: dict[Op, float] = {
    Op.AND: 1,
    Op.OR: 1,
    Op.XOR: 1,
    Op.EQ: 2,
    Op.ITE: 1,
    Op.ADD: 2,
    Op.SUB: 2,
    Op.ULT: 2,
    Op.SLT: 2,
}
_SHIFT, _MULTIPLY = 5, 32  # gates a bit of the other operations
_WIRES = frozenset({Op.SLICE, Op.ZEXT, Op.SEXT, Op.NOT})  # cheap to do behind the register
_TABLE = 6  # bits of which any function is a small table: to keep its result costs more


@dataclass(frozen=True)
class Derived:
    """A value kept for elements of a register file.

    Members
    -------
    name : of the file that holds it
    register : the file that it follows from
    term : the value, of the input `ELEMENT`
    nodes : the terms of the machine that equal it, each with its element's number
    updates : by name of an operation what it assigns to the file `name`
    reset : value after reset
    """

    name: str
    register: str
    term: Expr
    nodes: Mapping[Expr, int]
    updates: Mapping[str, tuple[Assign, ...]]
    reset: int

    @property
    def elements(self) -> list[int]:
        """The elements that are used."""
        return sorted(set(self.nodes.values()))


def derived(machine: Machine) -> list[Derived]:
    """Return the values that are cheaper kept than computed, in a fixed order.

    The rule: operations write the file in fewer places than the translation uses elements of the
    value, what they write does not read the file, and each bit of the value takes a few gates.
    """
    translate = machine.operation("translate")
    guards = [x.guard for x in translate.effects if isinstance(x, Fault)]
    if any(not isinstance(x, Fault) for x in translate.effects):
        return []
    found: dict[tuple[str, Expr], dict[Expr, int]] = {}
    for node, register, k in _functions([*guards, *outputs_without_fault(translate)]):
        term = _of_element(node, machine.register(register).width)
        found.setdefault((register, term), {})[node] = k
    kept: list[Derived] = []
    for (register, term), nodes in found.items():
        name = f"{register}_derived" + (f"_{len(kept) + 1}" if kept else "")
        made = _kept(machine, name, register, term, nodes)
        if made is not None:
            kept.append(made)
    return kept


def _functions(roots: list[Expr]) -> Iterator[tuple[Expr, str, int]]:
    """Yield the largest terms that depend on a single element of a file, with file and element."""
    source: dict[Expr, tuple[str, int] | None] = {}
    nodes = list(e.postorder(roots))
    for node in nodes:
        if node.op is Op.REGREAD and node.args[0].is_const:
            source[node] = (node.name, node.args[0].value)
        elif node.args and node.op is not Op.REGREAD:
            of = {source[a] for a in node.args if not a.is_const}
            source[node] = of.pop() if len(of) == 1 else None
        else:
            source[node] = None
    outer = {a for n in nodes if source[n] is None for a in n.args} | set(roots)
    found: dict[Expr, tuple[str, int]] = {}
    for node in nodes:
        where = source[node]
        if where is not None and node in outer:
            while node.op in _WIRES:
                (node,) = (a for a in node.args if not a.is_const)
            found[node] = where
    for node, where in found.items():
        if node.op is not Op.REGREAD:
            yield node, *where


def _of_element(node: Expr, width: int) -> Expr:
    element = e.input_(ELEMENT, width)
    (term,) = e.substitute([node], lambda n: element if n.op is Op.REGREAD else None)
    return term


def _gates(term: Expr) -> float:
    """Return about how many gates a term takes; wires and small tables take none."""
    total = 0.0
    if _seen(term)[1] <= _TABLE:
        return total
    for node in e.postorder([term]):
        free = [a for a in node.args if not a.is_const]
        shift = node.op in (Op.SHL, Op.LSHR, Op.ASHR)
        if not free or node.op in (Op.SLICE, Op.CONCAT, Op.ZEXT, Op.SEXT, Op.NOT):
            continue
        if len(free) == 1 and (node.op in (Op.AND, Op.OR, Op.XOR) or shift):
            continue
        each = _GATES.get(node.op, _SHIFT if shift else _MULTIPLY)
        total += each * node.args[0].width
    return total


def _kept(
    machine: Machine, name: str, register: str, term: Expr, nodes: dict[Expr, int]
) -> Derived | None:
    """Return the derived value if it pays."""
    if _gates(term) < _LEAST * term.width:
        return None
    updates: dict[str, tuple[Assign, ...]] = {}
    for operation in machine.operations:
        made = _updates(operation, name, register, term)
        if made is None:
            return None
        if made:
            updates[operation.name] = made
    if sum(len(x) for x in updates.values()) >= len(set(nodes.values())):
        return None
    r = machine.register(register)
    (reset,) = e.evaluate([term], {ELEMENT: r.reset})
    return Derived(name, register, term, nodes, MappingProxyType(updates), reset)


def _updates(
    operation: Operation, name: str, register: str, term: Expr
) -> tuple[Assign, ...] | None:
    """Return the assignments that follow those to the register; None if they would read it."""
    made: list[Assign] = []
    for x in operation.effects:
        if not isinstance(x, Assign) or x.target != register:
            continue
        assert x.index is not None
        for guard, value in _arms(x, term):
            if any(n.op is Op.REGREAD and n.name == register for n in e.postorder([value])):
                return None
            made.append(Assign(name, value, guard, x.index, x.span))
    return tuple(made)


def _arms(x: Assign, term: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Yield guard and value for each case of an assignment that changes what the term sees."""
    low, width = _seen(term)
    for case in cases(x, e.slice_(x.value, low, width), low):
        if case.value is not None:
            whole = e.concat(case.value, e.const(0, low)) if low else case.value
            element = e.resize(whole, x.value.width)
            yield case.guard, simplify([_with(term, element)])[0]


def _with(term: Expr, element: Expr) -> Expr:
    """Return the term with `element` for its input."""
    return e.substitute([term], lambda n: element if n.op is Op.INPUT else None)[0]


def _seen(term: Expr) -> tuple[int, int]:
    """Return the lowest bit and the number of bits of the element that a term looks at."""
    element = next(n for n in e.postorder([term]) if n.op is Op.INPUT)
    users = [n for n in e.postorder([term]) if element in n.args]
    if term is element or any(n.op is not Op.SLICE for n in users):
        return 0, element.width
    low = min(n.low for n in users)
    return low, max(n.low + n.width for n in users) - low
