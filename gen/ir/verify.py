"""The verifier: what every machine must satisfy, as a table of rules, run between passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from gen.ir.expr import Expr, Op, postorder
from gen.ir.machine import (
    Assign,
    Effect,
    Fault,
    Field,
    InterfaceRegister,
    Load,
    Machine,
    Operation,
    Register,
    Store,
)

__all__ = ["MachineError", "verify"]


class MachineError(ValueError):
    """A machine breaks a rule: a defect of the pass that made it."""


def verify(machine: Machine) -> Machine:
    """Return the machine if it satisfies every rule.

    Raises
    ------
    MachineError : with every rule broken, one a line
    """
    broken = [f"{machine.name}: {text}" for rule in _RULES for text in rule(machine)]
    if broken:
        raise MachineError("\n".join(broken))
    return machine


_RULES: list[Callable[[Machine], Iterator[str]]] = []


def _rule(check: Callable[[Machine], Iterator[str]]) -> Callable[[Machine], Iterator[str]]:
    _RULES.append(check)
    return check


def _effects(machine: Machine) -> Iterator[tuple[Operation, Effect]]:
    for o in machine.operations:
        for x in o.effects:
            yield o, x


def _exprs(o: Operation) -> Iterator[Expr]:
    for x in o.effects:
        yield from _of_effect(x)
    yield from (out.value for out in o.outputs)


def _of_effect(x: Effect) -> Iterator[Expr]:
    yield x.guard
    match x:
        case Load():
            yield x.address
        case Store():
            yield from (x.address, x.value)
        case Assign():
            yield x.value
            if x.index is not None:
                yield x.index


# Declarations


@_rule
def _names_are_identifiers(m: Machine) -> Iterator[str]:
    groups = [
        ("register", [r.name for r in m.registers]),
        ("operation", [o.name for o in m.operations]),
        ("interface register", [r.name for r in m.interface]),
        ("parameter", [p.name for p in m.parameters]),
        ("memory", [x.name for x in m.memories]),
    ]
    for what, names in groups:
        for name in names:
            if not name.isidentifier():
                yield f"{what} name `{name}` is no identifier"
        for name in sorted({n for n in names if names.count(n) > 1}):
            yield f"{what} `{name}` is declared {names.count(name)} times"


@_rule
def _inputs_and_state_differ(m: Machine) -> Iterator[str]:
    state = {r.name for r in m.registers}
    for o in m.operations:
        for p in (*o.inputs, *m.parameters):
            if p.name in state:
                yield f"operation `{o.name}`: `{p.name}` is both an input and a register"


def _field_rules(where: str, width: int, fields: tuple[Field, ...]) -> Iterator[str]:
    for f in fields:
        if f.low + f.width > width:
            yield f"{where}: field `{f.name}` ends at bit {f.low + f.width}, past its {width} bits"
    for a, b in pairwise(sorted(fields, key=lambda f: f.low)):
        if a.low + a.width > b.low:
            yield f"{where}: fields `{a.name}` and `{b.name}` overlap"


@_rule
def _registers_hold_their_fields(m: Machine) -> Iterator[str]:
    for r in m.registers:
        yield from _field_rules(f"register `{r.name}`", r.width, r.fields)
        yield from _register_shape(r)


def _register_shape(r: Register) -> Iterator[str]:
    if not 1 <= r.width <= 128:
        yield f"register `{r.name}` has {r.width} bits, not 1 to 128"
    if r.count < 1 or (r.count > 1 and not r.is_file):
        yield f"register `{r.name}` has {r.count} elements but is no file"
    if r.reset >> r.width:
        yield f"register `{r.name}`: reset value 0x{r.reset:x} has more than {r.width} bits"


@_rule
def _causes_are_declared(m: Machine) -> Iterator[str]:
    for o, x in _effects(m):
        if isinstance(x, Fault) and x.cause not in m.causes:
            yield f"operation `{o.name}`: fault cause `{x.cause}` is not declared"


# Expressions


@_rule
def _guards_have_one_bit(m: Machine) -> Iterator[str]:
    for o, x in _effects(m):
        if x.guard.width != 1:
            yield f"operation `{o.name}`: a guard has {x.guard.width} bits"
    for c in m.covers:
        if c.condition.width != 1:
            yield f"cover `{c.name}` has {c.condition.width} bits"


@_rule
def _leaves_are_declared(m: Machine) -> Iterator[str]:
    for o in m.operations:
        inputs = {p.name: p.width for p in (*m.parameters, *o.inputs)}
        loads = {x.name: x.width for x in o.effects if isinstance(x, Load)}
        for node in postorder(_exprs(o)):
            yield from (f"operation `{o.name}`: {t}" for t in _leaf(m, node, inputs, loads))


def _leaf(m: Machine, node: Expr, inputs: dict[str, int], loads: dict[str, int]) -> Iterator[str]:
    registers = {r.name: r for r in m.registers}
    match node.op:
        case Op.INPUT | Op.LOAD:
            known = inputs if node.op is Op.INPUT else loads
            if node.name not in known:
                yield f"{node.op.value} `{node.name}` is not declared"
            elif known[node.name] != node.width:
                yield f"{node.op.value} `{node.name}` has {known[node.name]} bits, not {node.width}"
        case Op.STATE | Op.REGREAD:
            r = registers.get(node.name)
            if r is None:
                yield f"register `{node.name}` is not declared"
            elif r.is_file != (node.op is Op.REGREAD):
                how = "without" if r.is_file else "with"
                yield f"register `{node.name}` is read {how} an index"
            elif r.width != node.width:
                yield f"register `{node.name}` has {r.width} bits, not {node.width}"


@_rule
def _loads_come_before_their_use(m: Machine) -> Iterator[str]:
    for o in m.operations:
        seen: set[str] = set()
        for x in o.effects:
            for node in postorder(_of_effect(x)):
                if node.op is Op.LOAD and node.name not in seen:
                    yield f"operation `{o.name}`: load `{node.name}` is used before it happens"
            if isinstance(x, Load):
                seen.add(x.name)


@_rule
def _loads_are_whole_bytes(m: Machine) -> Iterator[str]:
    memories = {x.name for x in m.memories}
    for o, x in _effects(m):
        if isinstance(x, Load | Store):
            width = x.width if isinstance(x, Load) else x.value.width
            if width not in (8, 16, 32, 64, 128):
                yield f"operation `{o.name}`: a memory access has {width} bits"
            if x.memory not in memories:
                yield f"operation `{o.name}`: memory `{x.memory}` is not declared"


@_rule
def _assignments_fit(m: Machine) -> Iterator[str]:
    registers = {r.name: r for r in m.registers}
    for o, x in _effects(m):
        if not isinstance(x, Assign):
            continue
        r = registers.get(x.target)
        if r is None:
            yield f"operation `{o.name}`: assigns `{x.target}`, which is not declared"
        elif r.width != x.value.width:
            yield f"operation `{o.name}`: assigns {x.value.width} bits to `{r.name}` of {r.width}"
        elif r.is_file != (x.index is not None):
            how = "without" if r.is_file else "with"
            yield f"operation `{o.name}`: assigns `{r.name}` {how} an index"


# Interface


@_rule
def _interface_operations_exist(m: Machine) -> Iterator[str]:
    operations = {o.name: o for o in m.operations}
    for r in m.interface:
        yield from _field_rules(f"interface register `{r.name}`", 8 * r.size, r.fields)
        for name in (r.read, r.write):
            if name is not None and name not in operations:
                yield f"interface register `{r.name}`: operation `{name}` does not exist"
        if r.read in operations:
            outputs = [(x.name, x.value.width) for x in operations[r.read].outputs]
            if outputs != [("data", 8 * r.size)]:
                yield f"interface register `{r.name}`: its read has not the output data of its size"


@_rule
def _interface_registers_are_apart(m: Machine) -> Iterator[str]:
    offsets: dict[int, InterfaceRegister] = {}
    for r in m.interface:
        for k in range(r.count):
            offset = r.offset + k * r.stride
            if offset in offsets:
                both = f"`{offsets[offset].name}` and `{r.name}`"
                yield f"interface registers {both} are both at offset 0x{offset:x}"
            offsets[offset] = r
