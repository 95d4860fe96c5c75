"""Options of the RTL form, and the ports that follow from machine and options."""

from __future__ import annotations

from dataclasses import dataclass

from gen.ir.machine import Load, Machine
from hdl.csr import BusParameters, BusRegister
from hdl.loader import LoaderParameters

__all__ = ["PortSpec", "RtlOptions", "bus_parameters", "cause_width", "loader_parameters", "ports"]


@dataclass(frozen=True)
class RtlOptions:
    """How a machine becomes hardware.

    Members
    -------
    latency : cycles from a request to its response: 1, or 0 for a combinational `translate`
        (not for units with state in memory, whose latency is that of their loads)
    """

    latency: int = 1


@dataclass(frozen=True)
class PortSpec:
    """A port of the Verilog module.

    Members
    -------
    role : what it is for, as in the manifest: ``req_va``, ``bus_wdata`` ...
    """

    role: str
    name: str
    direction: str
    width: int


def cause_width(machine: Machine) -> int:
    """Return the bits of the fault cause; 0 is no fault."""
    return max(1, len(machine.causes).bit_length())


def bus_parameters(machine: Machine) -> BusParameters | None:
    """Return the register bus, or None for a unit without registers."""
    if not machine.interface:
        return None
    return BusParameters(
        tuple(
            BusRegister(
                r.name, r.offset, r.size, r.count, r.stride, r.read is not None, r.write is not None
            )
            for r in machine.interface
        )
    )


def loader_parameters(machine: Machine) -> LoaderParameters | None:
    """Return the loads of `translate`, or None if it has none."""
    loads = [x for x in machine.operation("translate").effects if isinstance(x, Load)]
    return LoaderParameters(tuple(x.width for x in loads)) if loads else None


def ports(machine: Machine, options: RtlOptions) -> list[PortSpec]:
    """Return the ports of the module except clock and reset, in order."""
    translate = machine.operation("translate")
    widths = {p.name: p.width for p in translate.inputs}
    found = [PortSpec(p.name, f"i_{p.name}", "input", p.width) for p in machine.parameters]
    found += [
        PortSpec("req_valid", "i_req_valid", "input", 1),
        PortSpec("req_ready", "o_req_ready", "output", 1),
        PortSpec("req_va", "i_req_va", "input", widths["va"]),
        PortSpec("req_access", "i_req_access", "input", widths["access"]),
        PortSpec("rsp_valid", "o_rsp_valid", "output", 1),
        PortSpec("rsp_ready", "i_rsp_ready", "input", 1),
        PortSpec("rsp_pa", "o_rsp_pa", "output", translate.outputs[0].value.width),
        PortSpec("rsp_cause", "o_rsp_cause", "output", cause_width(machine)),
    ]
    bus = bus_parameters(machine)
    if bus is not None:
        found += [
            PortSpec("bus_read", "i_bus_read", "input", 1),
            PortSpec("bus_write", "i_bus_write", "input", 1),
            PortSpec("bus_addr", "i_bus_addr", "input", bus.address_width),
            PortSpec("bus_wdata", "i_bus_wdata", "input", bus.data_width),
            PortSpec("bus_rdata", "o_bus_rdata", "output", bus.data_width),
            PortSpec("bus_error", "o_bus_error", "output", 1),
        ]
    loader = loader_parameters(machine)
    if loader is not None:
        found += [
            PortSpec("mem_valid", "o_mem_valid", "output", 1),
            PortSpec("mem_ready", "i_mem_ready", "input", 1),
            PortSpec("mem_addr", "o_mem_addr", "output", loader.address_width),
            PortSpec("mem_rsp_valid", "i_mem_rsp_valid", "input", 1),
            PortSpec("mem_rsp_data", "i_mem_rsp_data", "input", loader.data_width),
        ]
    return found
