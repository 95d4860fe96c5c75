"""Names in the generated module: the specification's, unless Python or the model needs them."""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from dataclasses import dataclass

from gen.ir.machine import Machine

__all__ = ["Names", "class_name", "field_names", "identifier", "member"]

_CLASSES = frozenset(
    {"Access", "BusError", "Cause", "Field", "Memory", "Register", "State", "TranslationFault"}
)
_MEMBERS = frozenset(
    {"Access", "Cause", "PA_BITS", "VA_BITS", "_at", "_register", "memory", "read", "reset"}
    | {"self", "state", "translate", "translate_batch", "translate_raw", "write"}
)
_REGISTER_MEMBERS = frozenset({"_read", "_write", "name", "offset", "read", "size", "write"})


def identifier(name: str, taken: Iterable[str] = ()) -> str:
    """Return a name for a local variable that is free and no keyword."""
    base = f"{name}_" if keyword.iskeyword(name) else name
    unique, i = base, 1
    used = set(taken)
    while unique in used:
        i += 1
        unique = f"{base}_{i}"
    return unique


def member(name: str, taken: set[str]) -> str:
    """Return a name for a member, like ``reset_`` where `name` has a meaning, and take it.

    Names that begin with two underscores are Python's own: they lose them.
    """
    base = name.lstrip("_") or "x" if name.startswith("__") else name
    if keyword.iskeyword(base) or base in taken:
        base += "_"
    unique = identifier(base, taken)
    taken.add(unique)
    return unique


def class_name(name: str) -> str:
    """Return the class of a unit: ``riscv_pmp`` gives ``RiscvPmp``, ``memory`` ``MemoryUnit``."""
    camel = "".join(part.capitalize() for part in name.split("_"))
    return f"{camel}Unit" if camel in _CLASSES or keyword.iskeyword(camel) else camel


def field_names(fields: Iterable[str]) -> dict[str, str]:
    """Return the member of a register's class for each field."""
    taken = set(_REGISTER_MEMBERS)
    return {f: member(f, taken) for f in fields}


@dataclass(frozen=True)
class Names:
    """Names that a machine's things have in its module.

    Members
    -------
    unit : class of the unit
    classes, registers : class and attribute of each interface register
    triggers : method that executes each instruction
    operations : method that performs each operation of the bus
    parameters, state : attribute of each parameter, and in `State` of each register
    causes, flags : members of the enumerations
    """

    unit: str
    classes: dict[str, str]
    registers: dict[str, str]
    triggers: dict[str, str]
    operations: dict[str, str]
    parameters: dict[str, str]
    state: dict[str, str]
    causes: dict[str, str]
    flags: dict[str, str]

    @classmethod
    def of(cls, machine: Machine) -> Names:
        """Return the names of a machine; the earlier of two that clash keeps its own."""
        unit = class_name(machine.name)
        classes, members, state = {*_CLASSES, unit}, set(_MEMBERS), {"__init__"}
        causes, flags = {"NONE"}, {"NONE"}
        plain = [r.name for r in machine.interface if r.kind != "instr"]
        triggers = [r.name for r in machine.interface if r.kind == "instr"]
        parameters = {p.name: member(p.name, members) for p in machine.parameters}
        registers = {n: member(n, members) for n in plain}
        methods = {n: member(n, members) for n in triggers}
        return cls(
            unit,
            {r.name: member(_register_class(r.name), classes) for r in machine.interface},
            registers | {n: member(f"_{n}", members) for n in triggers},
            methods,
            {o.name: member(f"_{o.name}", members) for o in machine.operations},
            parameters,
            {r.name: member(r.name, state) for r in machine.registers},
            {c: member(c.upper(), causes) for c in machine.causes},
            {f: member(f.upper(), flags) for f in machine.flags},
        )


def _register_class(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_")) + "Register"
