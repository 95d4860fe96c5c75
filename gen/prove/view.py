"""A unit's ports and state in one clock cycle of its netlist, and what the specification says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import z3

from gen.forms.smt import OperationTerms, operation_terms
from gen.forms.smt.operations import StateTerm
from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.ir.machine import InterfaceRegister, Machine
from gen.prove.netlist import Netlist
from gen.prove.obligation import Goal, Obligation, any_of

__all__ = ["State", "Stream", "View", "bit", "extended", "names"]

State = Mapping[str, StateTerm]


def bit(value: z3.BitVecRef) -> z3.BoolRef:
    """Return whether a 1-bit value is 1."""
    return value == 1


def extended(value: z3.BitVecRef, width: int) -> z3.BitVecRef:
    """Return a value with zeros above, or without its upper bits."""
    if value.size() >= width:
        return z3.Extract(width - 1, 0, value)
    return z3.ZeroExt(width - value.size(), value)


def names(manifest: Mapping[str, Any]) -> list[str]:
    """Return the signals of a unit: reset, ports, registers."""
    ports = [p["name"] for p in manifest["ports"]]
    return [manifest["reset"], *ports, *(s for r in manifest["state"] for s in r["signals"])]


@dataclass(frozen=True)
class View:
    """The names of a unit over its netlist.

    Members
    -------
    machine : the specification
    manifest : how its signals are called
    netlist : the Verilog
    """

    machine: Machine
    manifest: Mapping[str, Any]
    netlist: Netlist

    @cached_property
    def _by_role(self) -> dict[str, str]:
        return {p["role"]: p["name"] for p in self.manifest["ports"]}

    def has(self, role: str) -> bool:
        """Return whether there is a port with this role."""
        return role in self._by_role

    def port(self, role: str) -> z3.BitVecRef:
        """Return a port by its role, such as ``req_va``."""
        return self.netlist.wire(self._by_role[role])

    @cached_property
    def streams(self) -> list[Stream]:
        """The pairs of a request and a response stream."""
        return [Stream(self, suffix) for suffix in self.manifest["streams"]]

    @property
    def running(self) -> z3.BoolRef:
        """Reset is low, and the bus does not read and write at once, which nobody may."""
        low = self.netlist.wire(self.manifest["reset"]) == 0
        if not self.has("bus_read"):
            return low
        return z3.And(low, z3.Not(z3.And(bit(self.port("bus_read")), bit(self.port("bus_write")))))

    @property
    def in_reset(self) -> z3.BoolRef:
        """Reset is high."""
        return bit(self.netlist.wire(self.manifest["reset"]))

    @cached_property
    def state(self) -> dict[str, StateTerm]:
        """The registers as the Verilog holds them."""
        signals = {r["name"]: r["signals"] for r in self.manifest["state"]}
        result: dict[str, StateTerm] = {}
        for r in self.machine.registers:
            # Synthesis may have left out upper bits that are always 0; the proof shows that.
            held = [extended(self.netlist.wire(s), r.width) for s in signals[r.name]]
            result[r.name] = held if r.is_file else held[0]
        return result

    def operation(
        self,
        name: str,
        state: State,
        inputs: Mapping[str, z3.BitVecRef],
        loads: Mapping[str, z3.BitVecRef] | None = None,
    ) -> OperationTerms:
        """Return what the specification says of an operation in a state."""
        leaves: dict[Expr, z3.BitVecRef] = {}
        for r in self.machine.registers:
            if not r.is_file:
                leaves[e.state(r.name, r.width)] = state[r.name]
        for p in self.machine.parameters:
            leaves[e.input_(p.name, p.width)] = self.netlist.wire(f"i_{p.name}")
        for p in self.machine.operation(name).inputs:
            if p.name in inputs:
                leaves[e.input_(p.name, p.width)] = extended(inputs[p.name], p.width)
            elif p.name == "index":
                leaves[e.input_(p.name, p.width)] = z3.BitVecVal(0, p.width)
        for x, value in (loads or {}).items():
            leaves[e.load(x, value.size())] = value
        elements = {r.name: state[r.name] for r in self.machine.registers if r.is_file}
        return operation_terms(self.machine, name, leaves, elements)

    # The bus

    def selected(self, r: InterfaceRegister) -> tuple[z3.BoolRef, z3.BitVecRef]:
        """Return whether the bus names a register, and which element (64 bits)."""
        address = self.port("bus_addr")
        offsets = [r.offset + k * r.stride for k in range(r.count)]
        index = z3.BitVecVal(0, 64)
        for k, offset in enumerate(offsets):
            index = z3.If(address == offset, z3.BitVecVal(k, 64), index)
        return any_of([address == o for o in offsets]), index

    def register(self, r: InterfaceRegister, state: State, write: bool) -> OperationTerms:
        """Return what the specification says of a bus access to a register."""
        _, index = self.selected(r)
        inputs = {"index": index}
        if write:
            inputs["data"] = extended(self.port("bus_wdata"), 8 * r.size)
        return self.operation((r.write if write else r.read) or "", state, inputs)


@dataclass(frozen=True)
class Stream:
    """A pair of a request and a response stream.

    Members
    -------
    suffix : what stands behind the roles of its ports
    """

    view: View
    suffix: str

    def role(self, role: str) -> str:
        """Return the whole role of one of its ports."""
        return f"{role}{self.suffix}"

    def port(self, role: str) -> z3.BitVecRef:
        """Return one of its ports by what it is in the stream, such as ``req_va``."""
        return self.view.port(self.role(role))

    def named(self, rule: str) -> str:
        """Return the name of an obligation, with the port's number where there are several."""
        return f"{rule}, port {self.suffix[1:]}" if self.suffix else rule

    @property
    def inputs(self) -> dict[str, z3.ExprRef]:
        """The request."""
        return {"va": self.port("req_va"), "access": self.port("req_access")}

    @property
    def accepted(self) -> z3.BoolRef:
        """A request is taken in this cycle."""
        return z3.And(bit(self.port("req_valid")), bit(self.port("req_ready")))

    def waiting(self, goals: list[Goal]) -> Obligation:
        """Return that a waiting response stays, and further goals while it waits."""
        roles = ["rsp_valid", "rsp_pa", "rsp_cause"]
        after = self.view.netlist.after([self.port(r) for r in roles])
        held = [Goal(self.role(r), a, self.port(r)) for r, a in zip(roles, after, strict=True)]
        port = self.port
        case = z3.And(self.view.running, bit(port("rsp_valid")), port("rsp_ready") == 0)
        return Obligation("stream", self.named("a waiting response stays"), case, [*held, *goals])
