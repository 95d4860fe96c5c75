"""Options of the RTL form, and the ports that follow from machine and options."""

from __future__ import annotations

from dataclasses import dataclass

from amaranth.lib.wiring import In

from gen.diag import Diagnostic, IsoformError, Label
from gen.forms.rtl.buses import BUSES, bus_parameters, bus_signals
from gen.ir.machine import Load, Machine
from hdl.loader import LoaderParameters

__all__ = [
    "LATENCIES",
    "MOST_PORTS",
    "PortSpec",
    "RtlOptions",
    "cause_width",
    "check_options",
    "loader_parameters",
    "ports",
    "streams",
]

LATENCIES = (0, 1, 2)
MOST_PORTS = 8


@dataclass(frozen=True)
class RtlOptions:
    """How a machine becomes hardware.

    Members
    -------
    latency : cycles from a request to its response: 1, 0 for a combinational `translate`, or 2 for
        one in two stages (units with state in memory have the latency of their loads, and this 1)
    bus : how software reaches the registers, a key of `BUSES`
    ports : pairs of a request and a response stream that share the registers, at most `MOST_PORTS`
    """

    latency: int = 1
    bus: str = "native"
    ports: int = 1

    def __post_init__(self) -> None:
        if self.latency not in LATENCIES:
            raise ValueError(f"the latency is 0, 1 or 2, not {self.latency}")
        if not 1 <= self.ports <= MOST_PORTS:
            raise ValueError(f"there are 1 to {MOST_PORTS} ports, not {self.ports}")
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


def check_options(machine: Machine, options: RtlOptions) -> None:
    """Report what a unit cannot be made with.

    Raises
    ------
    IsoformError : E0805, a unit that loads from memory with another latency or several ports
    """
    if loader_parameters(machine) is None:
        return
    wrong = []
    if options.latency != 1:
        wrong.append(f"--latency {options.latency}")
    if options.ports != 1:
        wrong.append(f"--ports {options.ports}")
    if wrong:
        text = f"unit `{machine.name}` loads from memory: there is no `{' '.join(wrong)}` for it"
        label = Label(machine.span) if machine.span else None
        help_ = f"leave out {' and '.join(f'`{w}`' for w in wrong)}"
        raise IsoformError([Diagnostic("E0805", text, label, help=help_)])


def streams(options: RtlOptions) -> list[str]:
    """Return what stands behind the names of each pair of streams: nothing if there is only one."""
    return [""] if options.ports == 1 else [f"_{k}" for k in range(options.ports)]


def ports(machine: Machine, options: RtlOptions) -> list[PortSpec]:
    """Return the ports of the module except clock and reset, in order."""
    found = [PortSpec(p.name, f"i_{p.name}", "input", p.width) for p in machine.parameters]
    for suffix in streams(options):
        found += _stream(machine, suffix)
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


def _stream(machine: Machine, suffix: str) -> list[PortSpec]:
    """Return the ports of one pair of streams."""
    translate = machine.operation("translate")
    widths = {p.name: p.width for p in translate.inputs}
    rows = [
        ("req_valid", "input", 1),
        ("req_ready", "output", 1),
        ("req_va", "input", widths["va"]),
        ("req_access", "input", widths["access"]),
        ("rsp_valid", "output", 1),
        ("rsp_ready", "input", 1),
        ("rsp_pa", "output", translate.outputs[0].value.width),
        ("rsp_cause", "output", cause_width(machine)),
    ]
    return [
        PortSpec(f"{role}{suffix}", f"{direction[0]}_{role}{suffix}", direction, width)
        for role, direction, width in rows
    ]
