"""Options of the RTL form, and the ports that follow from machine and options."""

from __future__ import annotations

from dataclasses import dataclass

from amaranth.lib.wiring import In

from gen.forms.rtl.buses import BUSES, bus_parameters, bus_signals
from gen.ir.machine import Load, Machine
from hdl.loader import LoaderParameters

__all__ = ["PortSpec", "RtlOptions", "cause_width", "loader_parameters", "ports"]


@dataclass(frozen=True)
class RtlOptions:
    """How a machine becomes hardware.

    Members
    -------
    latency : cycles from a request to its response: 1, or 0 for a combinational `translate`
        (not for units with state in memory, whose latency is that of their loads)
    bus : how software reaches the registers, a key of `BUSES`
    """

    latency: int = 1
    bus: str = "native"

    def __post_init__(self) -> None:
        if self.bus not in BUSES:
            raise ValueError(f"`{self.bus}` is no bus; there are {', '.join(BUSES)}")


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
    bus = bus_parameters(machine, options.bus)
    if bus is not None:
        for name, member in bus_signals(bus, options.bus).items():
            role = name[2:] if options.bus == "native" else name
            direction = "input" if member.flow is In else "output"
            found.append(PortSpec(role, name, direction, member.shape))
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
