"""A machine as the text of a standalone Python module."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import replace

from gen.forms.python.text import Body, identifier, literal, wrapped
from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.machine import (
    Assign,
    Fault,
    InterfaceRegister,
    Load,
    Machine,
    Operation,
    Output,
    Register,
    Store,
)
from gen.ir.rewrite import outputs_without_fault
from gen.source import Span
from gen.version import VERSION

__all__ = ["class_name", "generate"]

_HEAD = """\
from __future__ import annotations

import enum
from collections.abc import Callable
"""

_SHARED = '''\
class TranslationFault(Exception):
    """An access that is not translated.

    Members
    -------
    cause : why
    va : virtual address
    access : what was asked
    """

    def __init__(self, cause: Cause, va: int, access: Access) -> None:
        super().__init__(f"{cause.name} at 0x{va:x} ({access!r})")
        self.cause = cause
        self.va = va
        self.access = access


class BusError(Exception):
    """An access to an offset without a register, or in a direction that the register refuses."""


class Field:
    """Bits ``low .. low + width - 1`` of a register: read extracts, assignment writes it back."""

    def __init__(self, low: int, width: int) -> None:
        self.low = low
        self.mask = (1 << width) - 1

    def __get__(self, register: Register, owner: object = None) -> int:
        return register.read() >> self.low & self.mask

    def __set__(self, register: Register, value: int) -> None:
        rest = register.read() & ~(self.mask << self.low)
        register.write(rest | (value & self.mask) << self.low)


class Register:
    """A register on the bus, at byte `offset`, of `size` bytes."""

    name = ""
    size = 0

    def __init__(
        self, offset: int, read: Callable[[], int] | None, write: Callable[[int], None] | None
    ) -> None:
        self.offset = offset
        self._read = read
        self._write = write

    def read(self) -> int:
        """Read the register, as the bus does."""
        if self._read is None:
            raise BusError(f"{self.name} at 0x{self.offset:x} cannot be read")
        return self._read()

    def write(self, value: int) -> None:
        """Write the register, as the bus does; bits above its size are ignored."""
        if self._write is None:
            raise BusError(f"{self.name} at 0x{self.offset:x} cannot be written")
        self._write(value & (1 << 8 * self.size) - 1)
'''

_MEMORY = '''\
class Memory:
    """Bytes by address, little endian; what was never written is 0."""

    def __init__(self) -> None:
        self.bytes: dict[int, int] = {}

    def read(self, address: int, size: int) -> int:
        """Return `size` bytes at a byte address."""
        return sum(self.bytes.get(address + k, 0) << 8 * k for k in range(size))

    def write(self, address: int, size: int, value: int) -> None:
        """Write `size` bytes at a byte address."""
        for k in range(size):
            self.bytes[address + k] = value >> 8 * k & 0xFF
'''

_DIVISION = '''\
def _sdiv(a: int, b: int, width: int) -> int:
    """Signed division, truncated; all ones by 0."""
    mask, sign = (1 << width) - 1, 1 << width - 1
    if b == 0:
        return mask
    x, y = (a ^ sign) - sign, (b ^ sign) - sign
    quotient = abs(x) // abs(y)
    return (quotient if (x < 0) == (y < 0) else -quotient) & mask


def _srem(a: int, b: int, width: int) -> int:
    """Remainder of signed division, with the sign of `a`; `a` by 0."""
    mask, sign = (1 << width) - 1, 1 << width - 1
    if b == 0:
        return a
    x, y = (a ^ sign) - sign, (b ^ sign) - sign
    remainder = abs(x) % abs(y)
    return (-remainder if x < 0 else remainder) & mask
'''


def class_name(name: str) -> str:
    """Return the class of a unit: ``riscv_pmp`` gives ``RiscvPmp``."""
    return "".join(part.capitalize() for part in name.split("_"))


def generate(machine: Machine) -> str:
    """Return the module; it imports the standard library only."""
    sections = [_docstring(machine) + "\n" + _HEAD, _enums(machine), _SHARED]
    if machine.memories:
        sections.append(_MEMORY)
    if _divides(machine):
        sections.append(_DIVISION)
    sections += [_register_class(r) for r in machine.interface]
    sections += [_state_class(machine), _unit_class(machine)]
    return "\n\n".join(s.rstrip("\n") + "\n" for s in sections)


def _divides(machine: Machine) -> bool:
    nodes = e.postorder(r for o in machine.operations for r in _roots(o))
    return any(n.op in (Op.SDIV, Op.SREM) for n in nodes)


def _place(span: Span | None) -> str:
    return f"{span.source.name}:{span.line}" if span else ""


def _docstring(machine: Machine) -> str:
    text = machine.doc.strip().replace("\\", "\\\\").replace('"""', "'''")
    body = f"\n\n{text}" if text else ""
    made = f"Made by isoform {VERSION} from {_place(machine.span)}; do not edit."
    return f'"""{machine.name}: functional model.{body}\n\n{made}\n"""\n'


def _enums(machine: Machine) -> str:
    out = [
        "class Cause(enum.IntEnum):",
        '    """Why an access is not translated; 0 is no fault."""',
        "",
    ]
    out.append("    NONE = 0")
    out += [f"    {c.upper()} = {machine.cause_code(c)}" for c in machine.causes]
    out += ["", "", "class Access(enum.IntFlag):", '    """Flags of an access."""', ""]
    out.append("    NONE = 0")
    out += [f"    {f.upper()} = {literal(1 << i)}" for i, f in enumerate(machine.flags)]
    return "\n".join(out)


# Registers

_RESERVED = frozenset({"read", "write", "offset", "name", "size"})


def _register_class(r: InterfaceRegister) -> str:
    many = f"; {r.count} of them, {r.stride} bytes apart" if r.count > 1 else ""
    kind = "Instruction" if r.kind == "instr" else "Register"
    out = [f"class {class_name(r.name)}Register(Register):"]
    out.append(f'    """{kind} `{r.name}` at offset 0x{r.offset:x}{many}."""')
    out += ["", f'    name = "{r.name}"', f"    size = {r.size}"]
    for f in r.fields:
        name = identifier(f.name, _RESERVED)
        out.append(f"    {name} = Field({f.low}, {f.width})")
    return "\n".join(out)


def _state_class(machine: Machine) -> str:
    names = [r.name for r in machine.registers]
    out = [
        "class State:",
        '    """What the unit holds: an integer, or a list of them, per register."""',
    ]
    slots = ", ".join(f'"{n}"' for n in names)
    out += ["", f"    __slots__ = ({slots}{',' if len(names) == 1 else ''})"]
    out += ["", "    def __init__(self) -> None:"]
    out += [f"        self.{r.name} = {_reset(r)}" for r in machine.registers] or ["        pass"]
    return "\n".join(out)


def _reset(r: Register) -> str:
    value = literal(r.reset)
    return f"[{value}] * {r.count}" if r.is_file else value


# The unit


def _unit_class(machine: Machine) -> str:
    translate = machine.operation("translate")
    widths = {p.name: p.width for p in translate.inputs}
    out = [f"class {class_name(machine.name)}:"]
    out += _class_doc(machine, translate)
    out += [
        "",
        f"    VA_BITS = {widths['va']}",
        f"    PA_BITS = {translate.outputs[0].value.width}",
        "    Access = Access",
        "    Cause = Cause",
        "",
        *_constructor(machine),
        "",
        *_methods(machine),
        "",
        *_indented(_translate_raw(machine, translate)),
    ]
    for r in machine.interface:
        for name in (r.write, r.read):
            if name is not None:
                out += ["", *_indented(_bus_operation(machine, machine.operation(name), r))]
    return "\n".join(out)


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {x}" if x else "" for x in lines]


def _class_doc(machine: Machine, translate: Operation) -> list[str]:
    out = [f'    """The unit `{machine.name}`.', "", "    Members", "    -------"]
    out.append("    state : what the unit holds")
    for r in machine.interface:
        what = "instruction" if r.kind == "instr" else "register"
        many = f"list of {r.count} {what}s from" if r.count > 1 else f"{what} at"
        fields = ", ".join(f.name for f in r.fields if f.name != "val")
        tail = f" with fields {fields}" if fields else ""
        line = f"{r.name} : {many} offset 0x{r.offset:x}{tail}"
        out += textwrap.wrap(line, 96, initial_indent="    ", subsequent_indent="        ")
    return [*out, '    """']


def _constructor(machine: Machine) -> list[str]:
    parameters = [f"{p.name}: int = 0" for p in machine.parameters]
    if machine.memories:
        parameters.append("memory: Memory | None = None")
    arguments = ", ".join(["self", *parameters])
    out = [f"    def __init__({arguments}) -> None:"]
    out += [f"        self.{p.name} = {p.name}" for p in machine.parameters]
    if machine.memories:
        out.append("        self.memory = Memory() if memory is None else memory")
    out.append("        self.state = State()")
    for r in machine.interface:
        out += _register_objects(r)
    if machine.interface:
        out.append("        self._at: dict[int, Register] = {")
        for r in machine.interface:
            if r.count > 1:
                out.append(f"            **{{r.offset: r for r in self.{_attribute(r)}}},")
            else:
                out.append(f"            {literal(r.offset)}: self.{_attribute(r)},")
        out.append("        }")
    else:
        out.append("        self._at: dict[int, Register] = {}")
    return out


def _attribute(r: InterfaceRegister) -> str:
    name = identifier(r.name, {"state", "reset", "translate", "read", "write", "memory", "base"})
    return f"_{name}" if r.kind == "instr" else name


def _register_objects(r: InterfaceRegister) -> list[str]:
    cls = f"{class_name(r.name)}Register"
    if r.count == 1:
        read = f"self._{r.read}" if r.read else "None"
        write = f"self._{r.write}" if r.write else "None"
        return [f"        self.{_attribute(r)} = {cls}({literal(r.offset)}, {read}, {write})"]
    read = f"lambda k=k: self._{r.read}(k)" if r.read else "None"
    write = f"lambda data, k=k: self._{r.write}(data, k)" if r.write else "None"
    return [
        f"        self.{_attribute(r)} = [",
        f"            {cls}({literal(r.offset)} + {r.stride} * k, {read}, {write})",
        f"            for k in range({r.count})",
        "        ]",
    ]


def _methods(machine: Machine) -> list[str]:
    text = '''\
def reset(self) -> None:
    """Return to the state after reset."""
    self.state = State()

def translate(self, va: int, access: Access) -> int:
    """Return the physical address of an access.

    Raises
    ------
    TranslationFault : the access is not translated
    """
    pa, cause = self.translate_raw(va, access)
    if cause:
        raise TranslationFault(Cause(cause), va, Access(access))
    return pa

def read(self, offset: int) -> int:
    """Read the register at a byte offset.

    Raises
    ------
    BusError : there is none, or it cannot be read
    """
    return self._register(offset).read()

def write(self, offset: int, value: int) -> None:
    """Write the register at a byte offset.

    Raises
    ------
    BusError : there is none, or it cannot be written
    """
    self._register(offset).write(value)

def _register(self, offset: int) -> Register:
    register = self._at.get(offset)
    if register is None:
        raise BusError(f"there is no register at 0x{offset:x}")
    return register'''
    lines = text.splitlines()
    for r in machine.interface:
        if r.kind == "instr":
            lines += ["", f"def {identifier(r.name)}(self) -> None:"]
            lines += [f'    """Execute the instruction `{r.name}`."""', f"    self._{r.write}(0)"]
    return _indented(lines)


def _roots(operation: Operation) -> list[Expr]:
    roots: list[Expr] = []
    for x in operation.effects:
        roots.append(x.guard)
        match x:
            case Load():
                roots.append(x.address)
            case Store():
                roots += [x.address, x.value]
            case Assign():
                roots += [x.value, *([] if x.index is None else [x.index])]
    return roots + [o.value for o in operation.outputs]


def _body(machine: Machine, operation: Operation) -> Body:
    variables = {p.name: p.name for p in operation.inputs}
    variables |= {p.name: f"self.{p.name}" for p in machine.parameters}
    body = Body(
        {r.name: r for r in machine.registers},
        machine.names,
        variables,
        taken={"self", "s", "Access", "Cause", *variables},
    )
    body.count(_roots(operation))
    return body


def _loads(body: Body, operation: Operation) -> None:
    for x in operation.effects:
        if isinstance(x, Load):
            name = identifier(x.name, body.taken)
            body.taken.add(name)
            body.variables[x.name] = name
            guard, address = body.value(x.guard), body.value(x.address)
            value = f"self.memory.read({address.text}, {x.width // 8})"
            if not x.guard.is_const:
                value = f"{value} if {guard.text} else 0"
            body.lines.append(f"{name} = {value}")


def _start(body: Body, head: list[str]) -> list[str]:
    """Return the head and the lines; `s` only where the state is used."""
    uses_state = any("s." in line for line in body.lines)
    lines = [part for line in body.lines for part in wrapped(line)]
    return [*head, *(["    s = self.state"] if uses_state else []), *_indented(lines)]


def _translate_raw(machine: Machine, translate: Operation) -> list[str]:
    """Return the translate operation: faults in order, then the address."""
    widths = {p.name: p.width for p in translate.inputs}
    (address,) = outputs_without_fault(translate)
    translate = replace(translate, outputs=(Output(translate.outputs[0].name, address),))
    body = _body(machine, translate)
    body.lines += [
        f"va &= {literal(e.mask(widths['va']))}",
        f"access &= {literal(e.mask(widths['access']))}",
    ]
    _loads(body, translate)
    for x in translate.effects:
        if isinstance(x, Fault):
            guard = body.value(x.guard)
            where = f"  # {_place(x.span)}" if x.span else ""
            body.lines.append(f"if {guard.text}:")
            body.lines.append(f"    return 0, {machine.cause_code(x.cause)}{where}")
    pa = body.value(translate.outputs[0].value)
    body.lines.append(f"return {pa.text}, 0")
    head = [
        "def translate_raw(self, va: int, access: int) -> tuple[int, int]:",
        '    """Return physical address and fault cause of an access: fast, no exception."""',
    ]
    return _start(body, head)


def _bus_operation(machine: Machine, operation: Operation, r: InterfaceRegister) -> list[str]:
    body = _body(machine, operation)
    _loads(body, operation)
    outputs = [body.value(o.value).text for o in operation.outputs]
    effects = [x for x in operation.effects if isinstance(x, Assign | Store)]
    if len(effects) > 1 or (effects and outputs):
        outputs = [_kept(body, "result", t) for t in outputs]
    done = [_assignment(machine, body, x, len(effects) > 1) for x in effects]
    for lines in done:
        body.lines += lines
    body.lines += [f"return {t}" for t in outputs] or ([] if done else ["pass"])
    index = ", index: int" if r.count > 1 else ""
    if r.count == 1 and "index" in body.variables:
        body.lines.insert(0, "index = 0")
    is_read = operation.name == r.read
    data = "" if is_read else ", data: int"
    result = "int" if is_read else "None"
    return _start(body, [f"def _{operation.name}(self{data}{index}) -> {result}:"])


def _kept(body: Body, stem: str, text: str) -> str:
    """Keep a value of the state before, ahead of the assignments."""
    name = identifier(stem, body.taken)
    body.taken.add(name)
    body.lines.append(f"{name} = {text}")
    return name


def _assignment(machine: Machine, body: Body, x: Assign | Store, keep: bool) -> list[str]:
    """Return the lines of an effect; its values are computed ahead of all effects."""
    value, guard = body.value(x.value).text, body.value(x.guard)
    if isinstance(x, Store):
        address = body.value(x.address).text
        lines = [f"self.memory.write({address}, {x.value.width // 8}, {value})"]
    else:
        if keep and not value.isidentifier():
            value = _kept(body, f"new_{x.target}", value)
        lines = _assign(machine, body, x, value)
    if not x.guard.is_const:
        return [f"if {guard.text}:", *_indented(lines)]
    return lines


def _assign(machine: Machine, body: Body, x: Assign, value: str) -> list[str]:
    if x.index is None:
        return [f"s.{x.target} = {value}"]
    index = body.value(x.index)
    count = machine.register(x.target).count
    line = f"s.{x.target}[{index.text}] = {value}"
    if x.index.is_const:
        return [line] if x.index.value < count else []
    if 1 << min(index.bits, 32) <= count:
        return [line]
    return [f"if {index.text} < {count}:", f"    {line}"]
