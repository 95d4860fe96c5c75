"""The machine: state, operations and guarded effects, the one thing every form is made from.

An instruction-level abstraction in the sense of Huang et al., TODAES 2018. Inside an operation each
expression reads the state as it was before; effects happen in program order, each under its guard.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from gen.ir.expr import Expr
from gen.source import Span

__all__ = [
    "Assign",
    "Cover",
    "Effect",
    "Fault",
    "Field",
    "InterfaceRegister",
    "Load",
    "Machine",
    "Memory",
    "Operation",
    "Output",
    "Port",
    "Register",
    "Store",
]


@dataclass(frozen=True)
class Field:
    """A named bit field of a register: bits ``low .. low + width - 1``."""

    name: str
    low: int
    width: int
    span: Span | None = field(default=None, compare=False)
    doc: str = field(default="", compare=False)


@dataclass(frozen=True)
class Register:
    """A register, or (`count` above 1, or `is_file`) a register file of equal registers.

    Members
    -------
    name : unique in the machine, a Python and Verilog identifier
    width : bits of one element
    count : number of elements; 1 for a plain register
    is_file : True if it is read with `regread` and written with an index (also at `count` 1)
    reset : value of each element after reset
    fields : named bit fields, in order, not overlapping; gaps are storage without a name
    """

    name: str
    width: int
    count: int = 1
    is_file: bool = False
    reset: int = 0
    fields: tuple[Field, ...] = ()
    span: Span | None = field(default=None, compare=False)
    doc: str = field(default="", compare=False)


@dataclass(frozen=True)
class Memory:
    """A byte-addressed memory outside the machine, little endian."""

    name: str
    address_width: int
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Port:
    """A named input of an operation, or a parameter of the machine."""

    name: str
    width: int
    doc: str = field(default="", compare=False)


@dataclass(frozen=True)
class Output:
    """A named result of an operation; 0 where the operation faults."""

    name: str
    value: Expr


@dataclass(frozen=True)
class Load:
    """Read `width` bits (a multiple of 8) at a byte address; `load(name)` is the value read."""

    name: str
    memory: str
    address: Expr
    width: int
    guard: Expr
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Store:
    """Write `value` (a multiple of 8 bits) at a byte address."""

    memory: str
    address: Expr
    value: Expr
    guard: Expr
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Assign:
    """Give register `target` (element `index` of a file) a new value; the last one that fires wins.

    An index past the end of the file assigns nothing.
    """

    target: str
    value: Expr
    guard: Expr
    index: Expr | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Fault:
    """End the operation with a cause: no later effect happens, outputs are 0.

    An instruction's fault has a value besides: what a trap tells of it.
    """

    cause: str
    guard: Expr
    span: Span | None = field(default=None, compare=False)
    value: Expr | None = None


Effect: TypeAlias = Load | Store | Assign | Fault


@dataclass(frozen=True)
class Operation:
    """Something the machine does: inputs, effects in program order, outputs."""

    name: str
    inputs: tuple[Port, ...] = ()
    effects: tuple[Effect, ...] = ()
    outputs: tuple[Output, ...] = ()
    span: Span | None = field(default=None, compare=False)
    doc: str = field(default="", compare=False)


@dataclass(frozen=True)
class InterfaceRegister:
    """A software-visible register (or array of them) and the operations that access it.

    Members
    -------
    name : as in the specification
    kind : ``"mmio"``, ``"reg"`` or ``"instr"`` (a write-only trigger; data is ignored)
    offset : byte offset of element 0 from the base of the unit
    size : bytes: 1, 2, 4, 8 or 16
    count, stride : number of elements and bytes between them (1 and 0 for a plain register)
    fields : layout that software sees
    read : name of the operation with output ``data``, or None (write only)
    write : name of the operation with input ``data``, or None (read only).
        Of an array, both also have the input ``index`` (64 bits, below `count`).
    """

    name: str
    kind: str
    offset: int
    size: int
    count: int = 1
    stride: int = 0
    fields: tuple[Field, ...] = ()
    read: str | None = None
    write: str | None = None
    span: Span | None = field(default=None, compare=False)
    doc: str = field(default="", compare=False)


@dataclass(frozen=True)
class Cover:
    """A coverage point of an operation: a condition over its pre-state, inputs and loads.

    Members
    -------
    group : ``"fault"``, ``"branch"``, ``"permission"``, ``"match"``: kind of point
    name : unique in the group
    """

    operation: str
    group: str
    name: str
    condition: Expr
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Machine:
    """A specification after elaboration.

    Members
    -------
    name : name of the unit as an identifier (snake case)
    parameters : configuration inputs, constant while the machine runs (a base address)
    registers : state, in order of declaration
    memories : memories that effects name
    operations : by name unique
    causes : fault causes in order of their code; code 0 is no fault
    flags : names of the access flags; flag i is bit i of the input ``access``
    interface : register map, sorted by offset
    covers : coverage points
    names : names for intermediate values, for readable output
    spans : where intermediate values were written
    doc : text of the specification's header comment
    """

    name: str
    registers: tuple[Register, ...] = ()
    memories: tuple[Memory, ...] = ()
    operations: tuple[Operation, ...] = ()
    parameters: tuple[Port, ...] = ()
    causes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    interface: tuple[InterfaceRegister, ...] = ()
    covers: tuple[Cover, ...] = ()
    names: MappingProxyType[Expr, str] = field(
        default_factory=lambda: MappingProxyType({}), compare=False, repr=False
    )
    spans: MappingProxyType[Expr, Span] = field(
        default_factory=lambda: MappingProxyType({}), compare=False, repr=False
    )
    span: Span | None = field(default=None, compare=False)
    doc: str = field(default="", compare=False)

    def operation(self, name: str) -> Operation:
        """Return the operation called `name`; KeyError if there is none."""
        for op in self.operations:
            if op.name == name:
                return op
        raise KeyError(name)

    def register(self, name: str) -> Register:
        """Return the register called `name`; KeyError if there is none."""
        for r in self.registers:
            if r.name == name:
                return r
        raise KeyError(name)

    def cause_code(self, cause: str) -> int:
        """Return the code of a fault cause, from 1."""
        return self.causes.index(cause) + 1
