"""What a machine offers to a stream: its accesses, interesting values and address boundaries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from gen.ir import expr
from gen.ir.expr import Expr, Op, mask
from gen.ir.machine import InterfaceRegister, Load, Machine
from gen.ir.rewrite import simplify
from gen.ir.transaction import WINDOW_BASE
from gen.stream.config import Config, Draw
from gen.stream.facts import Facts, Slot, Values, conditions, gather
from gen.stream.invert import Goal, boundaries
from gen.stream.vector import supported

__all__ = ["BASE", "Access", "Part", "Plan", "Target", "constant_address"]

BASE = WINDOW_BASE + 0x1000  # what a parameter of a unit is in every bench


@dataclass(frozen=True)
class Part:
    """Some bits of a written value and what they may be.

    Members
    -------
    good, others : constants that let a translation succeed, and others that it looks at
    address : bit of the virtual address that bit 0 is compared with, or None
    peer : bit of a value common to state that is compared with other state, or None
    index : number of elements, where it selects one of a register file; else 0
    draws : values that the stimulus file asks for; they replace all else
    """

    low: int
    width: int
    good: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    address: int | None = None
    peer: int | None = None
    index: int = 0
    draws: tuple[Draw, ...] = ()

    @property
    def compared(self) -> bool:
        """True if the translation or a register file looks at it."""
        return bool(self.good or self.others or self.index) or not (
            self.address is None and self.peer is None
        )


@dataclass(frozen=True)
class Target:
    """Something that software writes: a register (element), or a value in memory.

    Members
    -------
    place : byte offset on the bus, or address in memory
    """

    place: int
    size: int
    parts: tuple[Part, ...]
    memory: bool = False
    instruction: bool = False
    register: str = ""
    writable: bool = True
    readable: bool = True


@dataclass(frozen=True)
class Access:
    """An operation of the histogram with the targets that it may take."""

    name: str
    weight: float
    targets: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """Everything about a machine that generation needs, computed once."""

    machine: Machine
    config: Config

    @cached_property
    def facts(self) -> Facts:
        """What the translation compares with what."""
        return gather(self.machine)

    @cached_property
    def va_bits(self) -> int:
        """Bits of a virtual address."""
        inputs = {p.name: p.width for p in self.machine.operation("translate").inputs}
        return inputs["va"]

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """All that software writes or reads, registers first."""
        found = [t for r in self.machine.interface for t in self._register(r)]
        translate = self.machine.operation("translate")
        for x in translate.effects:
            if isinstance(x, Load) and (address := constant_address(x.address)) is not None:
                found.append(Target(address, x.width // 8, self.load_parts(x), memory=True))
        return tuple(found)

    def load_parts(self, x: Load) -> tuple[Part, ...]:
        """Return what is known of the value that a load of the translation finds."""
        return self._parts(f"translate/{x.name}", x.width, x.name, {})

    def _register(self, r: InterfaceRegister) -> list[Target]:
        leaf = f"{r.write}/data"
        fields = {f.name: (f.low, f.width) for f in r.fields}
        parts = () if r.kind == "instr" else self._parts(leaf, 8 * r.size, r.name, fields)
        return [
            Target(
                r.offset + k * r.stride,
                r.size,
                parts,
                instruction=r.kind == "instr",
                register=r.name,
                writable=r.write is not None,
                readable=r.read is not None,
            )
            for k in range(r.count)
        ]

    def _parts(
        self, leaf: str, width: int, name: str, fields: dict[str, tuple[int, int]]
    ) -> tuple[Part, ...]:
        """Cut a value into its fields, then lay what is known over them."""
        cuts = fields or {"val": (0, width)}
        parts = [
            Part(low, bits, draws=self._draws(f"{name}.{f}")) for f, (low, bits) in cuts.items()
        ]
        for slot, values in sorted(self.facts.items(), key=lambda item: item[0]):
            if slot.leaf == leaf:
                parts.append(_known(slot, values))
        return tuple(parts)

    def _draws(self, name: str) -> tuple[Draw, ...]:
        for gram in self.config.valuegrams:
            if re.fullmatch(gram.field, name):
                return gram.draws
        return ()

    @cached_property
    def goals(self) -> tuple[Goal, ...]:
        """Addresses at which the translation turns, as expressions of state and loads."""
        translate = self.machine.operation("translate")
        port = next(p for p in translate.inputs if p.name == "va")
        roots = conditions(translate) + [c.condition for c in self.machine.covers]
        found: dict[Goal, None] = {}
        for goal in boundaries(roots, expr.input_("va", port.width)):
            value = _bind(simplify([goal.value])[0])
            if supported(value):
                found[Goal(value, goal.care)] = None
        return tuple(found)


def _known(slot: Slot, values: Values) -> Part:
    address = min(values.address) if values.address else None
    keep = mask(slot.width)
    others = (values.bad | values.seen) - values.good
    return Part(
        slot.low,
        slot.width,
        tuple(sorted(v & keep for v in values.good)),
        tuple(sorted(v & keep for v in others)),
        address,
        min(values.peer) if values.peer else None,
        values.index,
    )


def _bind(value: Expr) -> Expr:
    """Give parameters the value that they have in every bench; the request stays as it is."""

    def leaf(node: Expr) -> Expr | None:
        parameter = node.op is Op.INPUT and node.name not in ("va", "access")
        return expr.const(BASE, node.width) if parameter else None

    return expr.substitute([value], leaf)[0]


def constant_address(address: Expr) -> int | None:
    """Return the address of a load that depends on parameters only."""
    bound = simplify([_bind(address)])[0]
    return bound.value if bound.is_const else None
