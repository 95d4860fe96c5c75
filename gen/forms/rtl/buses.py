"""The register bus of a unit: native, or a standard bus in front of it."""

from __future__ import annotations

from amaranth.hdl import Module, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Member, Out

from gen.diag import Diagnostic, IsoformError, Label
from gen.ir.machine import InterfaceRegister, Machine
from hdl.bus import Axi4Lite, Wishbone, on_words
from hdl.bus.axi4_lite import axi4_lite_signals
from hdl.bus.wishbone import wishbone_signals
from hdl.csr import BusParameters, BusRegister, RegisterBus

__all__ = ["BUSES", "bus_parameters", "bus_signals", "check_bus", "connect"]

# What `RtlOptions.bus` may be, with the name for people.
BUSES = {
    "native": "native",
    "axi4-lite": "AXI4-Lite",
    "wishbone": "Wishbone B4, classic",
    "wishbone-pipelined": "Wishbone B4, pipelined",
}


def bus_parameters(machine: Machine, bus: str = "native") -> BusParameters | None:
    """Return the register bus, or None for a unit without registers.

    Raises
    ------
    IsoformError : E0801 to E0804, the standard bus cannot carry the registers
    """
    check_bus(machine, bus)
    if not machine.interface:
        return None
    parameters = BusParameters(tuple(_register(machine, r) for r in machine.interface))
    return parameters if bus == "native" else on_words(parameters)


def _register(machine: Machine, r: InterfaceRegister) -> BusRegister:
    pure = r.read is not None and not machine.operation(r.read).effects
    readable, writable = r.read is not None, r.write is not None
    return BusRegister(r.name, r.offset, r.size, r.count, r.stride, readable, writable, pure)


def check_bus(machine: Machine, bus: str) -> None:
    """Report what a standard bus cannot carry.

    Raises
    ------
    IsoformError : E0801 to E0804
    """
    if bus == "native":
        return
    if not machine.interface:
        raise IsoformError(
            [Diagnostic("E0804", f"unit `{machine.name}` has no registers to put on {BUSES[bus]}")]
        )
    found = [
        _diagnostic("E0801", r, f"`{r.name}` has {8 * r.size} bits, {BUSES[bus]} carries 64")
        for r in machine.interface
        if r.size > 8
    ]
    found = found or [*_crossing(machine, bus), *_overlapping(machine, bus)]
    if found:
        raise IsoformError(found)


def _diagnostic(
    code: str, r: InterfaceRegister, text: str, other: InterfaceRegister | None = None
) -> Diagnostic:
    primary = Label(r.span) if r.span else None
    labels = (Label(other.span, "the other"),) if other and other.span else ()
    return Diagnostic(code, text, primary, labels, "leave out `--bus` for the native bus")


def _elements(machine: Machine) -> list[tuple[int, InterfaceRegister]]:
    """Return each element of each register with its offset, in order of offsets."""
    found = [(r.offset + k * r.stride, r) for r in machine.interface for k in range(r.count)]
    return sorted(found, key=lambda x: x[0])


def _crossing(machine: Machine, bus: str) -> list[Diagnostic]:
    size = 4 if max(r.size for r in machine.interface) <= 4 else 8
    bad = {r.name: (o, r) for o, r in reversed(_elements(machine)) if o % size + r.size > size}
    text = "`{}` at 0x{:x} crosses two words of {} bytes on {}"
    return [
        _diagnostic("E0802", r, text.format(r.name, o, size, BUSES[bus]))
        for o, r in reversed(bad.values())
    ]


def _overlapping(machine: Machine, bus: str) -> list[Diagnostic]:
    """Compare each element with the one before it that reaches furthest."""
    found: dict[tuple[str, str], Diagnostic] = {}
    elements = _elements(machine)
    end, last = elements[0][0] + elements[0][1].size, elements[0][1]
    for offset, r in elements[1:]:
        if offset < end:
            text = f"`{r.name}` overlaps `{last.name}` at 0x{offset:x} on {BUSES[bus]}"
            found.setdefault((r.name, last.name), _diagnostic("E0803", r, text, last))
        if offset + r.size > end:
            end, last = offset + r.size, r
    return list(found.values())


def bus_signals(parameters: BusParameters, bus: str) -> dict[str, Member]:
    """Return the signals of a bus at the unit's module, by name, in order."""
    if bus == "axi4-lite":
        return axi4_lite_signals(parameters)
    if bus != "native":
        return wishbone_signals(parameters, pipelined=bus == "wishbone-pipelined")
    return {
        "i_bus_read": In(1),
        "i_bus_write": In(1),
        "i_bus_addr": In(parameters.address_width),
        "i_bus_wdata": In(parameters.data_width),
        "o_bus_rdata": Out(parameters.data_width),
        "o_bus_error": Out(1),
    }


def connect(m: Module, unit: wiring.Component, registers: RegisterBus, bus: str) -> Value:
    """Connect a unit's bus ports and the register bus; return the data of a write."""
    parameters = registers.parameters
    if bus == "native":
        m.d.comb += [
            registers.read.eq(unit.i_bus_read),
            registers.write.eq(unit.i_bus_write),
            registers.addr.eq(unit.i_bus_addr),
            unit.o_bus_rdata.eq(registers.rdata),
            unit.o_bus_error.eq(registers.error),
        ]
        return unit.i_bus_wdata
    adapter: wiring.Component
    if bus == "axi4-lite":
        adapter = Axi4Lite(parameters)
    else:
        adapter = Wishbone(parameters, pipelined=bus == "wishbone-pipelined")
    m.submodules.adapter = adapter
    for name, member in bus_signals(parameters, bus).items():
        inside, outside = getattr(adapter, name), getattr(unit, name)
        m.d.comb += inside.eq(outside) if member.flow is In else outside.eq(inside)
    m.d.comb += [
        registers.read.eq(adapter.bus_read),
        registers.write.eq(adapter.bus_write),
        registers.addr.eq(adapter.bus_addr),
        adapter.bus_rdata.eq(registers.rdata),
        adapter.bus_error.eq(registers.error),
    ]
    return adapter.bus_wdata
