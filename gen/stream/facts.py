"""What the translation compares with what: constants worth writing to each bit field.

Guards of faults are walked with the polarity that avoids the fault, so that the constants which
make a translation succeed (`good`) are told from those that make it fail (`bad`) and from those
only seen.
Facts about state are carried back through the register writes to bits of the data written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from operator import is_

from gen.ir import expr
from gen.ir.expr import Expr, Op, mask
from gen.ir.machine import Assign, Fault, Load, Machine, Operation, Store
from gen.ir.transaction import WINDOW_BASE, WINDOW_SIZE
from gen.stream.invert import boundaries, depends_on, invert

__all__ = ["Facts", "Piece", "Slot", "Values", "conditions", "gather", "leaf_key", "sources"]

DATA = "data"  # the input of a write operation


@dataclass(frozen=True)
class Piece:
    """Bits ``at .. at + width`` of an expression come from bits ``low ..`` of a leaf."""

    at: int
    leaf: str
    low: int
    width: int


@dataclass(frozen=True, order=True)
class Slot:
    """A run of bits of a leaf: see `leaf_key` for its name."""

    leaf: str
    low: int
    width: int


@dataclass
class Values:
    """What is known of a slot of bits.

    Members
    -------
    good, bad, seen : constants compared with it: that avoid a fault, that cause one, undecided
    address : bits of `va` from which on it is compared with the address
    peer : bits from which on it is compared with other state (an ASID with that of an entry)
    index : number of elements, where it selects one of a register file; else 0
    """

    good: set[int] = field(default_factory=set)
    bad: set[int] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)
    address: set[int] = field(default_factory=set)
    peer: set[int] = field(default_factory=set)
    index: int = 0


Facts = dict[Slot, Values]


def leaf_key(node: Expr, operation: str) -> str:
    """Return a name for a leaf: registers are shared, inputs and loads belong to an operation."""
    if node.op in (Op.STATE, Op.REGREAD):
        return node.name
    return f"{operation}/{node.name}"


def sources(x: Expr, operation: str) -> list[Piece]:
    """Return which bits of leaves appear unchanged (perhaps gated) as which bits of `x`."""
    if x.op in (Op.STATE, Op.REGREAD, Op.INPUT, Op.LOAD):
        return [Piece(0, leaf_key(x, operation), 0, x.width)]
    if x.op is Op.SLICE:
        return list(_moved(sources(x.args[0], operation), -x.low, x.width))
    if x.op is Op.CONCAT:
        return list(_concat(x, operation))
    if x.op in (Op.ZEXT, Op.SEXT):
        return sources(x.args[0], operation)
    if x.op in (Op.SHL, Op.LSHR) and x.args[1].is_const:
        by = x.args[1].value if x.op is Op.SHL else -x.args[1].value
        return list(_moved(sources(x.args[0], operation), by, x.width))
    if x.op in (Op.ITE, Op.AND, Op.OR, Op.XOR):
        arms = x.args[1:] if x.op is Op.ITE else x.args
        return list(dict.fromkeys(p for a in arms for p in sources(a, operation)))
    return []


def _concat(x: Expr, operation: str) -> Iterator[Piece]:
    low = x.width
    for part in x.args:
        low -= part.width
        yield from _moved(sources(part, operation), low, x.width)


def _moved(pieces: Iterable[Piece], by: int, width: int) -> Iterator[Piece]:
    """Shift pieces up by `by` bits and cut them to ``0 .. width``."""
    for p in pieces:
        first, end = max(p.at + by, 0), min(p.at + by + p.width, width)
        if end > first:
            yield Piece(first, p.leaf, p.low + first - (p.at + by), end - first)


def conditions(operation: Operation) -> list[Expr]:
    """Return every expression that an operation evaluates."""
    out: list[Expr] = []
    for e in operation.effects:
        out.append(e.guard)
        if isinstance(e, Load | Store):
            out.append(e.address)
        if isinstance(e, Assign | Store):
            out.append(e.value)
    return out + [o.value for o in operation.outputs]


class _Walk:
    """Walk conditions with a wanted polarity (None: either) and note the comparisons met."""

    def __init__(self, operation: str) -> None:
        self.operation = operation
        self.facts: Facts = {}
        self._seen: set[tuple[Expr, bool | None]] = set()

    def condition(self, x: Expr, want: bool | None) -> None:
        if x.width != 1 or (x, want) in self._seen:
            return
        self._seen.add((x, want))
        if x.op is Op.NOT:
            self.condition(x.args[0], None if want is None else not want)
        elif x.op in (Op.AND, Op.OR):
            for a in x.args:
                self.condition(a, want)
        elif x.op in (Op.XOR, Op.ITE):
            for i, a in enumerate(x.args):
                self.condition(a, want if x.op is Op.ITE and i else None)
        elif x.op in expr.COMPARE:
            self._compare(x, want)
        else:
            self._note(x, 1, want)

    def _compare(self, x: Expr, want: bool | None) -> None:
        a, b = x.args
        if a.width == 1 and x.op is Op.EQ and b.is_const:
            self.condition(a, None if want is None else want == bool(b.value))
        elif b.is_const or a.is_const:
            side, c = (a, b.value) if b.is_const else (b, a.value)
            yes, no = _turns(x.op, c, side.width, b.is_const)
            for value in yes:
                self._note(side, value, want)
            for value in no:
                self._note(side, value, None if want is None else not want)
        elif x.op is Op.EQ:
            self._peers(a, b)

    def _peers(self, a: Expr, b: Expr) -> None:
        """Note that two pieces of state (or of loads) should at times be equal."""
        if any(n.op is Op.INPUT for n in expr.postorder([a, b])):
            return
        for p in sources(a, self.operation) + sources(b, self.operation):
            slot = Slot(p.leaf, p.low, p.width)
            self.facts.setdefault(slot, Values()).peer.add(p.at)

    def _note(self, x: Expr, value: int, want: bool | None) -> None:
        for p in sources(x, self.operation):
            slot = Slot(p.leaf, p.low, p.width)
            part = value >> p.at & mask(p.width)
            known = self.facts.setdefault(slot, Values())
            kind = {True: known.good, False: known.bad, None: known.seen}[want]
            kind.add(part)
            if p.width == 1:
                other = {True: known.bad, False: known.good, None: known.seen}[want]
                other.add(part ^ 1)


def _turns(op: Op, c: int, width: int, right: bool) -> tuple[list[int], list[int]]:
    """Return values of the other operand for which the comparison holds, and for which not."""
    if op is Op.EQ:
        return [c], []
    low, high = max(c - 1, 0), min(c + 1, mask(width))
    return ([low], [c]) if right else ([high], [c])


def gather(machine: Machine) -> Facts:
    """Return what is known of every slot of state, load and written data of a machine."""
    op = machine.operation("translate")
    walk = _Walk(op.name)
    for e in op.effects:
        if isinstance(e, Fault):
            walk.condition(e.guard, False)
    for node in expr.postorder(conditions(op) + _cover_conditions(machine)):
        walk.condition(node, None)
    facts = walk.facts
    _addresses(op, facts)
    _pointers(op, facts)
    _indices(machine, facts)
    _carry_back(machine, facts)
    return facts


def _cover_conditions(machine: Machine) -> list[Expr]:
    return [c.condition for c in machine.covers if c.operation == "translate"]


def _addresses(op: Operation, facts: Facts) -> None:
    """Note the slots whose value is compared with the virtual address."""
    va = next(p for p in op.inputs if p.name == "va")
    for goal in boundaries(conditions(op), expr.input_(va.name, va.width)):
        for p in sources(goal.value, op.name):
            if p.width > 2:
                facts.setdefault(Slot(p.leaf, p.low, p.width), Values()).address.add(p.at)


def _pointers(op: Operation, facts: Facts) -> None:
    """Note values that make a load's address fall in the memory window."""
    for e in op.effects:
        if not isinstance(e, Load):
            continue
        leaves = [n for n in expr.postorder([e.address]) if n.op in (Op.STATE, Op.LOAD)]
        for leaf in leaves:
            dependent = depends_on([e.address], partial(is_, leaf))
            for page in range(0, WINDOW_SIZE, 0x1000):
                target = expr.const(WINDOW_BASE + page, e.address.width)
                for goal in invert(e.address, target, mask(e.address.width), dependent):
                    _note_pointer(goal.value, goal.care, leaf_key(leaf, op.name), facts)


def _indices(machine: Machine, facts: Facts) -> None:
    """Note what selects an element of a register file when software writes."""
    for op in machine.operations:
        for e in op.effects:
            if not isinstance(e, Assign) or e.index is None:
                continue
            count = machine.register(e.target).count
            for p in sources(e.index, op.name):
                slot = facts.setdefault(Slot(p.leaf, p.low, p.width), Values())
                slot.index = max(1, count >> p.at)


def _note_pointer(value: Expr, care: int, leaf: str, facts: Facts) -> None:
    (zero,) = expr.substitute([value], _zero_leaf)
    low = (care & -care).bit_length() - 1
    width = care.bit_length() - low
    slot = facts.setdefault(Slot(leaf, low, width), Values())
    slot.good.add(zero.value >> low & mask(width))


def _zero_leaf(node: Expr) -> Expr | None:
    if node.op in (Op.INPUT, Op.STATE, Op.LOAD, Op.REGREAD):
        return expr.const(0, node.width)
    return None


def _carry_back(machine: Machine, facts: Facts) -> None:
    """Carry facts about registers to what is copied into them, until nothing is new."""
    copies: dict[str, list[Piece]] = {}
    for op in machine.operations:
        for e in op.effects:
            if isinstance(e, Assign):
                copies.setdefault(e.target, []).extend(sources(e.value, op.name))
    work = list(facts)
    done: set[tuple[Slot, Slot]] = set()
    while work:
        slot = work.pop()
        for piece in copies.get(slot.leaf, []):
            source = _copied(slot, piece, facts)
            if source and (slot, source) not in done:
                done.add((slot, source))
                work.append(source)


def _copied(slot: Slot, piece: Piece, facts: Facts) -> Slot | None:
    """Add the facts about `slot` to the bits of the leaf that `piece` copies into it."""
    first = max(slot.low, piece.at)
    end = min(slot.low + slot.width, piece.at + piece.width)
    if end <= first:
        return None
    source = Slot(piece.leaf, piece.low + first - piece.at, end - first)
    if source == slot:
        return None
    old, new = facts[slot], facts.setdefault(source, Values())
    down, keep = first - slot.low, mask(end - first)
    new.good |= {v >> down & keep for v in old.good}
    new.bad |= {v >> down & keep for v in old.bad}
    new.seen |= {v >> down & keep for v in old.seen}
    new.address |= {a + down for a in old.address}
    new.peer |= {a + down for a in old.peer}
    if not down:  # with its lowest bit
        new.index = new.index or old.index
    return source
