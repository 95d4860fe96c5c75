"""Instructions in their places as Python functions: each block of a program becomes one.

A function takes the state and how many instructions it may perform. It returns at the end of the
block, or of so many turns of a block that leads to itself. Registers of such a loop are variables.
An instruction that would trap, or whose memory access fails, is not performed: the function leaves
the state as the instructions before it did, and the exception passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gen.forms.python.operations import indented
from gen.forms.python.text import ATOM, Body, Text, literal
from gen.ir.expr import Expr, Op, postorder
from gen.ir.machine import Assign, Fault, Load, Machine, Operation, Store
from gen.ir.text import operation_exprs

__all__ = ["PC", "Step", "block", "is_plain", "leads_to"]

PC = "pc"


@dataclass(frozen=True)
class Step:
    """An instruction in its place: its operation, specialised to its word and its address."""

    address: int
    operation: Operation


def leads_to(operation: Operation) -> Expr:
    """Return the address of the next instruction."""
    (last,) = (x.value for x in operation.effects if isinstance(x, Assign) and x.target == PC)
    return last


def is_plain(operation: Operation) -> bool:
    """Return whether a specialised operation can go on, and names its registers by number."""
    if any(isinstance(x, Fault) and x.guard.is_const for x in operation.effects):
        return False
    if not any(isinstance(x, Assign) and x.target == PC for x in operation.effects):
        return False  # a trap for this or that reason
    nodes = operation_exprs(operation)
    elements = [x.index for x in operation.effects if isinstance(x, Assign) and x.index is not None]
    reads = [n.args[0] for n in postorder(nodes) if n.op is Op.REGREAD]
    return all(i.is_const for i in (*elements, *reads))


def block(machine: Machine, steps: Sequence[Step], name: str) -> str:
    """Return the source of a function for a block.

    Its parameters: ``s``, with a list for each register file and a number for each register,
    ``read(address, bytes)``, ``write(address, bytes, value)``, ``retired`` and ``Leave``, an
    exception; ``limit``, the number of instructions it may perform, at least those of the block.
    The functions of `gen.ir.functions` must be there by their names.
    """
    start, count = steps[0].address, len(steps)
    last = leads_to(steps[-1].operation)
    loop = start in _targets(last)
    body = _Block(machine, loop)
    for k, step in enumerate(steps):
        body.step(k, step.operation, last=k == count - 1)
    turn = [*body.lines, f"n += {count}"]
    if loop:
        turn = [*turn, f"if pc != {literal(start)} or n + {count} > limit:", "    break"]
        turn = ["while True:", *indented(turn)]
    out = [f"def {name}(s, limit):", *indented(body.before()), "    n = 0"]
    out += indented(_guarded_turn(turn, steps, body) if body.stops else [*turn, *body.kept()])
    out += [f"    s.{PC} = pc", "    s.retired += n"]
    return "\n".join(out) + "\n"


def _guarded_turn(turn: list[str], steps: Sequence[Step], body: _Block) -> list[str]:
    """Return lines that keep the state where an instruction stops the block."""
    places = ", ".join(literal(s.address) for s in steps)
    found = [
        "at = 0",
        "try:",
        *indented(turn),
        "except BaseException:",
        f"    s.{PC} = ({places},)[at]",
        "    s.retired += n + at",
        "    raise",
    ]
    return [*found, "finally:", *indented(body.kept())] if body.kept() else found


def _targets(x: Expr) -> set[int]:
    """Return the constants among the values that an address can have."""
    if x.is_const:
        return {x.value}
    return _targets(x.args[1]) | _targets(x.args[2]) if x.op is Op.ITE else set()


@dataclass
class _Block:
    """The lines of a block."""

    machine: Machine
    loop: bool
    lines: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)  # of registers: what they stand for
    written: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    memory: set[str] = field(default_factory=set)
    stops: bool = False  # some instruction can trap or reach memory

    def before(self) -> list[str]:
        """Return what comes ahead of the first instruction."""
        found = [f"{f} = s.{f}" for f in sorted(self.files)]
        found += [f"{m} = s.{m}" for m in sorted(self.memory)]
        return found + [f"{v} = {place}" for v, place in self.variables.items()]

    def kept(self) -> list[str]:
        """Return what brings the variables back to the state."""
        return [f"{place} = {v}" for v, place in self.written.items()]

    def register(self, name: str, index: int | None, *, write: bool = False) -> str:
        """Return the text of a register."""
        place = f"s.{name}" if index is None else f"{name}[{index}]"
        if index is not None:
            self.files.add(name)
        if not self.loop:
            return place
        variable = name if index is None else f"{name}{index}"
        self.variables[variable] = place
        if write:
            self.written[variable] = place
        return variable

    def step(self, k: int, operation: Operation, *, last: bool) -> None:
        """Add the lines of an instruction."""
        body = _Locals(
            {r.name: r for r in self.machine.registers},
            {},
            {},
            taken={"s", "n", "at", "pc", "limit", "read", "write", "int", "min", *self.variables},
        )
        body.block = self
        body.count(operation_exprs(operation))
        if any(not isinstance(x, Assign) for x in operation.effects):
            body.lines.append(f"at = {k}")
            self.stops = True
        for x in operation.effects:
            if isinstance(x, Load):
                self._load(body, x)
            elif isinstance(x, Fault):
                body.lines += [f"if {body.value(x.guard).text}:", "    raise s.Leave"]
        self._stores(body, operation)
        self._assign(body, operation, last=last)
        self.lines += body.lines

    def _load(self, body: Body, x: Load) -> None:
        self.memory.add("read")
        name = body.variables[x.name] = f"loaded{len(body.variables)}"
        value = f"read({body.value(x.address).text}, {x.width // 8})"
        if not x.guard.is_const:
            value = f"{value} if {body.value(x.guard).text} else 0"
        elif not x.guard.value:
            value = "0"
        body.lines.append(f"{name} = {value}")

    def _stores(self, body: Body, operation: Operation) -> None:
        for x in operation.effects:
            if isinstance(x, Store):
                self.memory.add("write")
                address, value = body.value(x.address).text, body.value(x.value).text
                line = f"write({address}, {x.value.width // 8}, {value})"
                body.lines += _guarded(body, x.guard, line)

    def _assign(self, body: Body, operation: Operation, *, last: bool) -> None:
        """Compute all values from the state before, then assign them."""
        effects = [x for x in operation.effects if isinstance(x, Assign) and x.target != PC]
        if last:
            body.lines.append(f"pc = {body.value(leads_to(operation)).text}")
        values = [body.value(x.value).text for x in effects]
        guards = [body.value(x.guard).text for x in effects]
        if len(effects) > 1:
            body.lines += [f"new{k} = {v}" for k, v in enumerate(values)]
            body.lines += [f"if{k} = {g}" for k, g in enumerate(guards)]
            values = [f"new{k}" for k in range(len(values))]
            guards = [f"if{k}" for k in range(len(values))]
        for x, value, guard in zip(effects, values, guards, strict=True):
            index = None if x.index is None else x.index.value
            if index is not None and index >= self.machine.register(x.target).count:
                continue
            line = f"{self.register(x.target, index, write=True)} = {value}"
            body.lines += [line] if x.guard.is_const else [f"if {guard}:", f"    {line}"]


def _guarded(body: Body, guard: Expr, line: str) -> list[str]:
    if guard.is_const:
        return [line]
    return [f"if {body.value(guard).text}:", f"    {line}"]


class _Locals(Body):
    """Text whose registers are those of a block."""

    block: _Block

    def _local(self, node: Expr, text: Text) -> Text:
        """Registers are as quick to read again as a variable."""
        return text if node.op in (Op.STATE, Op.REGREAD) else super()._local(node, text)

    def _text(self, node: Expr, args: list[Text]) -> Text:
        if node.op is Op.STATE:
            return Text(self.block.register(node.name, None), ATOM, node.width)
        if node.op is Op.REGREAD and node.args[0].is_const:
            k = node.args[0].value
            if k < self.registers[node.name].count:
                return Text(self.block.register(node.name, k), ATOM, node.width)
        if node.op is Op.CALL:
            return Text(f"{node.name}({', '.join(a.text for a in args)})", ATOM, node.width)
        return super()._text(node, args)
