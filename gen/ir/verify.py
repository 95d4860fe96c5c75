"""The verifier: what every machine must satisfy, as two tables of rules, run between passes.

A rule is a function that yields one line for everything that breaks it. `OPERATION_RULES` look at
one operation, `MACHINE_RULES` at the declarations.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from gen.ir.expr import Expr, Op, postorder
from gen.ir.functions import FUNCTIONS
from gen.ir.machine import (
    Assign,
    Fault,
    Field,
    InterfaceRegister,
    Load,
    Machine,
    Operation,
    Register,
    Store,
)
from gen.ir.text import effect_exprs, operation_exprs, print_operation

__all__ = ["MACHINE_RULES", "OPERATION_RULES", "MachineError", "Scope", "verify"]

_ACCESS_WIDTHS = (8, 16, 32, 64, 128)  # bits of a load or store
_SIZES = (1, 2, 4, 8, 16)  # bytes of an interface register
_KINDS = ("mmio", "reg", "instr")
_WIDEST = 128
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")  # of Python and of Verilog


class MachineError(ValueError):
    """A machine breaks a rule: a defect of the pass that made it."""


def verify(machine: Machine) -> Machine:
    """Return the machine if it satisfies every rule.

    Raises
    ------
    MachineError : with every rule broken, one a line, then the text of the operations they are in
    """
    broken = [line for rule in MACHINE_RULES for line in rule(machine)]
    texts = []
    for o in machine.operations:
        scope = Scope(machine, o)
        lines = [line for rule in OPERATION_RULES for line in rule(scope)]
        broken += [f"operation `{o.name}`: {line}" for line in lines]
        if lines:
            texts.append(print_operation(o))
    if broken:
        raise MachineError("\n".join([*(f"{machine.name}: {line}" for line in broken), *texts]))
    return machine


@dataclass(frozen=True)
class Scope:
    """An operation and what may be named in it."""

    machine: Machine
    operation: Operation

    @cached_property
    def registers(self) -> dict[str, Register]:
        return {r.name: r for r in self.machine.registers}

    @cached_property
    def inputs(self) -> dict[str, int]:
        return {p.name: p.width for p in (*self.machine.parameters, *self.operation.inputs)}

    @cached_property
    def loads(self) -> dict[str, int]:
        return {x.name: x.width for x in self.operation.effects if isinstance(x, Load)}

    @cached_property
    def nodes(self) -> list[Expr]:
        covers = (c for c in self.machine.covers if c.operation == self.operation.name)
        return list(postorder([*operation_exprs(self.operation), *(c.condition for c in covers)]))


MACHINE_RULES: list[Callable[[Machine], Iterator[str]]] = []
OPERATION_RULES: list[Callable[[Scope], Iterator[str]]] = []


def _of_machine(rule: Callable[[Machine], Iterator[str]]) -> Callable[[Machine], Iterator[str]]:
    MACHINE_RULES.append(rule)
    return rule


def _of_operation(rule: Callable[[Scope], Iterator[str]]) -> Callable[[Scope], Iterator[str]]:
    OPERATION_RULES.append(rule)
    return rule


def _bad_names(what: str, names: Iterable[str]) -> Iterator[str]:
    names = list(names)
    for name in names:
        if not _IDENTIFIER.match(name):
            yield f"{what} name `{name}` is no identifier"
    for name, n in sorted(Counter(names).items()):
        if n > 1:
            yield f"{what} `{name}` is declared {n} times"


# Declarations


@_of_machine
def _names_are_identifiers(m: Machine) -> Iterator[str]:
    yield from _bad_names("machine", [m.name])
    yield from _bad_names("register", (r.name for r in m.registers))
    yield from _bad_names("operation", (o.name for o in m.operations))
    yield from _bad_names("interface register", (r.name for r in m.interface))
    yield from _bad_names("parameter", (p.name for p in m.parameters))
    yield from _bad_names("memory", (x.name for x in m.memories))
    yield from _bad_names("fault cause", m.causes)
    yield from _bad_names("access flag", m.flags)


@_of_machine
def _registers_have_a_shape(m: Machine) -> Iterator[str]:
    for r in m.registers:
        if not 1 <= r.width <= _WIDEST:
            yield f"register `{r.name}` has {r.width} bits, not 1 to {_WIDEST}"
        if r.count < 1 or (r.count > 1 and not r.is_file):
            yield f"register `{r.name}` has {r.count} elements but is no file"
        if not 0 <= r.reset < 1 << r.width:
            yield f"register `{r.name}`: reset value {r.reset:#x} does not fit in {r.width} bits"


@_of_machine
def _fields_fit(m: Machine) -> Iterator[str]:
    for r in m.registers:
        yield from _field_rules(f"register `{r.name}`", r.width, r.fields)
    for i in m.interface:
        yield from _field_rules(f"interface register `{i.name}`", 8 * i.size, i.fields)


def _field_rules(where: str, width: int, fields: tuple[Field, ...]) -> Iterator[str]:
    for line in _bad_names("field", (f.name for f in fields)):
        yield f"{where}: {line}"
    for f in fields:
        if f.width < 1 or f.low < 0:
            yield f"{where}: field `{f.name}` has {f.width} bits from bit {f.low}"
        elif f.low + f.width > width:
            yield f"{where}: field `{f.name}` ends at bit {f.low + f.width}, past its {width} bits"
    for a, b in pairwise(sorted(fields, key=lambda f: f.low)):
        if a.low + a.width > b.low:
            yield f"{where}: fields `{a.name}` and `{b.name}` overlap"


@_of_machine
def _covers_are_conditions(m: Machine) -> Iterator[str]:
    operations = {o.name for o in m.operations}
    seen: set[tuple[str, str, str]] = set()
    for c in m.covers:
        if c.operation not in operations:
            yield f"cover `{c.name}`: operation `{c.operation}` does not exist"
        if c.condition.width != 1:
            yield f"cover `{c.name}`: the condition has {c.condition.width} bits"
        key = (c.operation, c.group, c.name)
        if key in seen:
            yield f"cover `{c.name}` of group `{c.group}` is declared twice"
        seen.add(key)


# Interface


@_of_machine
def _interface_registers_have_a_shape(m: Machine) -> Iterator[str]:
    for r in m.interface:
        where = f"interface register `{r.name}`"
        if r.kind not in _KINDS:
            yield f"{where} is of kind `{r.kind}`, not {', '.join(_KINDS)}"
        if r.size not in _SIZES:
            yield f"{where} has {r.size} bytes"
        if r.offset < 0 or r.count < 1 or (r.count > 1 and r.stride < r.size):
            yield f"{where}: {r.count} elements from {r.offset}, {r.stride} bytes apart"
        if r.read is None and r.write is None:
            yield f"{where} is neither read nor written"
        if r.kind == "instr" and r.read is not None:
            yield f"{where} is a trigger and cannot be read"


@_of_machine
def _interface_registers_are_apart(m: Machine) -> Iterator[str]:
    offsets: dict[int, InterfaceRegister] = {}
    for r in m.interface:
        for k in range(r.count):
            offset = r.offset + k * r.stride
            if offset in offsets:
                both = f"`{offsets[offset].name}` and `{r.name}`"
                yield f"interface registers {both} are both at offset {offset:#x}"
            offsets[offset] = r


@_of_machine
def _interface_is_in_order(m: Machine) -> Iterator[str]:
    for a, b in pairwise(m.interface):
        if a.offset > b.offset:
            yield f"interface register `{b.name}` stands after `{a.name}` of a higher offset"


@_of_machine
def _interface_operations_fit(m: Machine) -> Iterator[str]:
    operations = {o.name: o for o in m.operations}
    for r in m.interface:
        for name, writes in ((r.read, False), (r.write, True)):
            if name in operations:
                lines = _interface_operation(r, operations[name], writes)
            else:
                lines = iter(() if name is None else ("does not exist",))
            yield from (f"interface register `{r.name}`: operation `{name}` {x}" for x in lines)


def _interface_operation(r: InterfaceRegister, o: Operation, writes: bool) -> Iterator[str]:
    data = ("data", 8 * r.size)
    allowed = [("index", 64)] + ([data] if writes else [])  # an array may have one element
    for p in o.inputs:
        if (p.name, p.width) not in allowed:
            yield f"has the input `{p.name}` of {p.width} bits"
    if [(x.name, x.value.width) for x in o.outputs] != ([] if writes else [data]):
        yield "has outputs" if writes else f"has not the output data of {data[1]} bits alone"


# Operations


@_of_operation
def _names_differ(s: Scope) -> Iterator[str]:
    """Inputs, parameters and loads are one space of names, apart from the state's."""
    loads = [x.name for x in s.operation.effects if isinstance(x, Load)]
    inputs = [p.name for p in (*s.machine.parameters, *s.operation.inputs)]
    yield from _bad_names("value", [*inputs, *loads])
    yield from _bad_names("output", (x.name for x in s.operation.outputs))
    for name in sorted({*inputs, *loads} & set(s.registers)):
        yield f"`{name}` is both a value and a register"


@_of_operation
def _guards_have_one_bit(s: Scope) -> Iterator[str]:
    for x in s.operation.effects:
        if x.guard.width != 1:
            yield f"the guard of a {type(x).__name__.lower()} has {x.guard.width} bits"


@_of_operation
def _leaves_are_declared(s: Scope) -> Iterator[str]:
    for node in s.nodes:
        if node.op in (Op.INPUT, Op.LOAD):
            known = s.inputs if node.op is Op.INPUT else s.loads
            what = f"{node.op.value} `{node.name}`"
            if node.name not in known:
                yield f"{what} is not declared"
            elif known[node.name] != node.width:
                yield f"{what} has {known[node.name]} bits, not {node.width}"
        elif node.op in (Op.STATE, Op.REGREAD):
            yield from _register_use(s, node)


def _register_use(s: Scope, node: Expr) -> Iterator[str]:
    r = s.registers.get(node.name)
    if r is None:
        yield f"register `{node.name}` is not declared"
    elif r.is_file != (node.op is Op.REGREAD):
        yield f"register `{r.name}` is read {'without' if r.is_file else 'with'} an index"
    elif r.width != node.width:
        yield f"register `{r.name}` has {r.width} bits, not {node.width}"


@_of_operation
def _calls_fit_their_functions(s: Scope) -> Iterator[str]:
    for node in s.nodes:
        if node.op is Op.CALL:
            yield from _call(node)


def _call(node: Expr) -> Iterator[str]:
    function = FUNCTIONS.get(node.name)
    widths = tuple(a.width for a in node.args)
    if function is None:
        yield f"function `{node.name}` is not known"
    elif (widths, node.width) != (function.widths, function.width):
        wanted = f"{function.widths} to {function.width}"
        yield f"function `{node.name}` maps {wanted} bits, not {widths} to {node.width}"


@_of_operation
def _causes_are_declared(s: Scope) -> Iterator[str]:
    for x in s.operation.effects:
        if isinstance(x, Fault) and x.cause not in s.machine.causes:
            yield f"fault cause `{x.cause}` is not declared"


@_of_operation
def _loads_come_before_their_use(s: Scope) -> Iterator[str]:
    happened: set[str] = set()
    checked: set[Expr] = set()
    for x in s.operation.effects:
        for node in _new(effect_exprs(x), checked):
            if node.op is Op.LOAD and node.name in s.loads and node.name not in happened:
                yield f"load `{node.name}` is used before it happens"
        if isinstance(x, Load):
            happened.add(x.name)


def _new(roots: Iterable[Expr], seen: set[Expr]) -> Iterator[Expr]:
    """Yield the nodes below the roots that are not in `seen`, and add them to it."""
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(node.args)
            yield node


@_of_operation
def _memory_is_accessed_whole(s: Scope) -> Iterator[str]:
    memories = {x.name: x.address_width for x in s.machine.memories}
    for x in s.operation.effects:
        if not isinstance(x, Load | Store):
            continue
        width = x.width if isinstance(x, Load) else x.value.width
        if width not in _ACCESS_WIDTHS:
            yield f"a memory access has {width} bits"
        if x.memory not in memories:
            yield f"memory `{x.memory}` is not declared"
        elif x.address.width != memories[x.memory]:
            yield f"an address of memory `{x.memory}` has {x.address.width} bits"


@_of_operation
def _assignments_fit(s: Scope) -> Iterator[str]:
    for x in s.operation.effects:
        if not isinstance(x, Assign):
            continue
        r = s.registers.get(x.target)
        if r is None:
            yield f"assigns `{x.target}`, which is not declared"
        elif r.width != x.value.width:
            yield f"assigns {x.value.width} bits to `{r.name}` of {r.width}"
        elif r.is_file != (x.index is not None):
            yield f"assigns `{r.name}` {'without' if r.is_file else 'with'} an index"
