"""A machine as the text of a standalone Python module."""

from __future__ import annotations

import textwrap

from gen.forms.python.library import DIVISION, MEMORY, METHODS, SHARED
from gen.forms.python.names import Names, field_names
from gen.forms.python.operations import bus_operation, indented, place, roots, translate_raw
from gen.forms.python.text import literal
from gen.ir import expr as e
from gen.ir.expr import Op
from gen.ir.machine import InterfaceRegister, Machine, Register
from gen.version import VERSION

__all__ = ["generate"]

_HEAD = """\
from __future__ import annotations

import enum
from collections.abc import Callable
"""


def _head(machine: Machine) -> str:
    arrays = any(r.count > 1 for r in machine.interface)
    return _HEAD + ("from functools import partial\n" if arrays else "")


def generate(machine: Machine) -> str:
    """Return the module; it imports the standard library only."""
    names = Names.of(machine)
    sections = [_docstring(machine) + "\n" + _head(machine), _enums(machine, names), SHARED]
    if machine.memories:
        sections.append(MEMORY)
    if _divides(machine):
        sections.append(DIVISION)
    sections += [_register_class(r, names) for r in machine.interface]
    sections += [_state_class(machine, names), _unit_class(machine, names)]
    return "\n\n".join(s.rstrip("\n") + "\n" for s in sections)


def _divides(machine: Machine) -> bool:
    nodes = e.postorder(r for o in machine.operations for r in roots(o))
    return any(n.op in (Op.SDIV, Op.SREM) for n in nodes)


def _docstring(machine: Machine) -> str:
    text = machine.doc.strip().replace("\\", "\\\\").replace('"""', "'''")
    body = f"\n\n{text}" if text else ""
    made = f"Made by isoform {VERSION} from {place(machine.span)}; do not edit."
    return f'"""{machine.name}: functional model.{body}\n\n{made}\n"""\n'


def _enums(machine: Machine, names: Names) -> str:
    out = [
        "class Cause(enum.IntEnum):",
        '    """Why an access is not translated; 0 is no fault."""',
        "",
    ]
    out.append("    NONE = 0")
    out += [f"    {names.causes[c]} = {machine.cause_code(c)}" for c in machine.causes]
    out += ["", "", "class Access(enum.IntFlag):", '    """Flags of an access."""', ""]
    out.append("    NONE = 0")
    out += [f"    {names.flags[f]} = {literal(1 << i)}" for i, f in enumerate(machine.flags)]
    return "\n".join(out)


# Registers


def _register_class(r: InterfaceRegister, names: Names) -> str:
    many = f"; {r.count} of them, {r.stride} bytes apart" if r.count > 1 else ""
    kind = "Instruction" if r.kind == "instr" else "Register"
    out = [f"class {names.classes[r.name]}(Register):"]
    out.append(f'    """{kind} `{r.name}` at offset 0x{r.offset:x}{many}."""')
    out += ["", f'    name = "{r.name}"', f"    size = {r.size}"]
    fields = field_names(f.name for f in r.fields)
    out += [f"    {fields[f.name]} = Field({f.low}, {f.width})" for f in r.fields]
    return "\n".join(out)


def _state_class(machine: Machine, names: Names) -> str:
    out = [
        "class State:",
        '    """What the unit holds: an integer, or a list of them, per register."""',
    ]
    slots = [f'"{n}",' for n in names.state.values()]
    line = f"    __slots__ = ({' '.join(slots)})"
    line = line if len(slots) == 1 else line.replace(",)", ")")
    long = ["    __slots__ = (", *(f"        {n}" for n in slots), "    )"]
    out += ["", *(long if len(line) > 100 else [line])]
    out += ["", "    def __init__(self) -> None:"]
    resets = [f"        self.{names.state[r.name]} = {_reset(r)}" for r in machine.registers]
    out += resets or ["        pass"]
    return "\n".join(out)


def _reset(r: Register) -> str:
    value = literal(r.reset)
    return f"[{value}] * {r.count}" if r.is_file else value


# The unit


def _unit_class(machine: Machine, names: Names) -> str:
    translate = machine.operation("translate")
    widths = {p.name: p.width for p in translate.inputs}
    out = [f"class {names.unit}:"]
    out += _class_doc(machine, names)
    out += [
        "",
        f"    VA_BITS = {widths['va']}",
        f"    PA_BITS = {translate.outputs[0].value.width}",
        "    Access = Access",
        "    Cause = Cause",
        "",
        *_constructor(machine, names),
        "",
        *_methods(machine, names),
        "",
        *indented(translate_raw(machine, names, translate)),
    ]
    for r in machine.interface:
        for name in (r.write, r.read):
            if name is not None:
                operation = machine.operation(name)
                out += ["", *indented(bus_operation(machine, names, operation, r))]
    return "\n".join(out)


def _class_doc(machine: Machine, names: Names) -> list[str]:
    out = [f'    """The unit `{machine.name}`.', "", "    Members", "    -------"]
    out.append("    state : what the unit holds")
    for r in machine.interface:
        what = "instruction" if r.kind == "instr" else "register"
        many = f"list of {r.count} {what}s from" if r.count > 1 else f"{what} at"
        fields = ", ".join(field_names(f.name for f in r.fields if f.name != "val").values())
        tail = f" with fields {fields}" if fields else ""
        name = names.triggers.get(r.name, names.registers[r.name])
        line = f"{name} : {many} offset 0x{r.offset:x}{tail}"
        out += textwrap.wrap(line, 96, initial_indent="    ", subsequent_indent="        ")
    return [*out, '    """']


def _constructor(machine: Machine, names: Names) -> list[str]:
    parameters = [f"{n}: int = 0" for n in names.parameters.values()]
    if machine.memories:
        parameters.append("memory: Memory | None = None")
    arguments = ", ".join(["self", *parameters])
    out = [f"    def __init__({arguments}) -> None:"]
    out += [f"        self.{n} = {n}" for n in names.parameters.values()]
    if machine.memories:
        out.append("        self.memory = Memory() if memory is None else memory")
    out.append("        self.state = State()")
    for r in machine.interface:
        out += _register_objects(r, names)
    if machine.interface:
        out.append("        self._at: dict[int, Register] = {")
        for r in machine.interface:
            if r.count > 1:
                out.append(
                    f"            **{{r.offset: r for r in self.{names.registers[r.name]}}},"
                )
            else:
                out.append(f"            {literal(r.offset)}: self.{names.registers[r.name]},")
        out.append("        }")
    else:
        out.append("        self._at: dict[int, Register] = {}")
    return out


def _register_objects(r: InterfaceRegister, names: Names) -> list[str]:
    cls, attribute = names.classes[r.name], names.registers[r.name]
    read = f"self.{names.operations[r.read]}" if r.read else "None"
    write = f"self.{names.operations[r.write]}" if r.write else "None"
    if r.count == 1:
        line = f"        self.{attribute} = {cls}({literal(r.offset)}, {read}, {write})"
        long = [
            f"        self.{attribute} = {cls}(",
            f"            {literal(r.offset)}, {read}, {write}",
            "        )",
        ]
        return long if len(line) > 100 else [line]
    return [
        f"        self.{attribute} = [",
        f"            {cls}(",
        f"                {literal(r.offset)} + {r.stride} * k,",
        f"                {f'partial({read}, index=k)' if r.read else 'None'},",
        f"                {f'partial({write}, index=k)' if r.write else 'None'},",
        "            )",
        f"            for k in range({r.count})",
        "        ]",
    ]


def _methods(machine: Machine, names: Names) -> list[str]:
    lines = METHODS.splitlines()
    for r in machine.interface:
        if r.kind == "instr":
            write = names.operations[r.write or ""]
            lines += ["", f"def {names.triggers[r.name]}(self) -> None:"]
            lines += [f'    """Execute the instruction `{r.name}`."""', f"    self.{write}(0)"]
    return indented(lines)
