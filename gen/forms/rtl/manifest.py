"""The manifest: names of a unit in specification, model and Verilog; all that a bench needs."""

from __future__ import annotations

from typing import Any

from gen.forms.rtl.buses import bus_parameters
from gen.forms.rtl.keywords import verilog_name
from gen.forms.rtl.options import RtlOptions, loader_parameters, ports, streams
from gen.forms.rtl.unit import storage
from gen.ir.derived import derived
from gen.ir.machine import Cover, Field, InterfaceRegister, Machine
from gen.source import Span
from gen.version import VERSION
from hdl.bus import bus_bytes

__all__ = ["manifest"]


def manifest(machine: Machine, options: RtlOptions | None = None) -> dict[str, Any]:
    """Return the manifest as JSON-ready data.

    Keys: ``unit``, ``module`` (in Verilog), ``version``, ``source``, ``latency`` (null where loads
    decide it), ``ports`` (a list of role, name, direction, width), ``streams`` (what stands behind
    the roles ``req_*`` and ``rsp_*`` of each pair of streams), ``flags``, ``causes`` (code 1
    first), ``parameters``, ``memory`` and ``bus`` (null, or data and address bits, of the bus
    also its kind, a key of `BUSES`), ``registers`` (the register map), ``state`` (registers with
    the signals that hold them), ``derived`` (values kept beside an element of a register: the
    register, and the signal that holds the value of each element), ``covers``.
    """
    options = options or RtlOptions()
    loader, bus = loader_parameters(machine), bus_parameters(machine, options.bus)
    return {
        "unit": machine.name,
        "module": verilog_name(machine.name),
        "version": VERSION,
        "source": _place(machine.span),
        "verilog": f"{machine.name}.v",
        "latency": None if loader else options.latency,
        "clock": "clk",
        "reset": "rst",
        "ports": [
            {"role": p.role, "name": p.name, "direction": p.direction, "width": p.width}
            for p in ports(machine, options)
        ],
        "streams": streams(options),
        "flags": list(machine.flags),
        "causes": [
            {"code": machine.cause_code(c), "name": c, "source": _cause_place(machine, c)}
            for c in machine.causes
        ],
        "parameters": [{"name": p.name, "width": p.width} for p in machine.parameters],
        "memory": {"data": loader.data_width, "address": loader.address_width} if loader else None,
        "bus": {
            "kind": options.bus,
            "data": bus.data_width if options.bus == "native" else 8 * bus_bytes(bus),
            "address": bus.address_width,
        }
        if bus
        else None,
        "registers": [_register(r) for r in machine.interface],
        "state": [
            {
                "name": r.name,
                "width": r.width,
                "count": r.count,
                "fields": [_field(f) for f in r.fields],
                "signals": storage(machine)[r.name],
                "source": _place(r.span),
            }
            for r in machine.registers
        ],
        "derived": [
            {
                "name": d.name,
                "register": d.register,
                "width": d.term.width,
                "signals": {str(k): f"{d.name}_{k}" for k in d.elements},
            }
            for d in derived(machine)
        ],
        "covers": [_cover(c) for c in machine.covers],
    }


def _place(span: Span | None) -> str | None:
    return f"{span.source.name}:{span.line}" if span else None


def _cause_place(machine: Machine, cause: str) -> str | None:
    for x in machine.operation("translate").effects:
        if getattr(x, "cause", None) == cause:
            return _place(x.span)
    return None


def _field(f: Field) -> dict[str, Any]:
    return {"name": f.name, "low": f.low, "width": f.width}


def _register(r: InterfaceRegister) -> dict[str, Any]:
    return {
        "name": r.name,
        "kind": r.kind,
        "offset": r.offset,
        "size": r.size,
        "count": r.count,
        "stride": r.stride,
        "readable": r.read is not None,
        "writable": r.write is not None,
        "fields": [_field(f) for f in r.fields],
        "source": _place(r.span),
    }


def _cover(c: Cover) -> dict[str, Any]:
    return {"operation": c.operation, "group": c.group, "name": c.name, "source": _place(c.span)}
