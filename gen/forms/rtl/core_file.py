"""The FuseSoC core description (CAPI2) that stands beside the Verilog."""

from __future__ import annotations

from gen.forms.rtl.buses import BUSES
from gen.forms.rtl.keywords import verilog_name
from gen.forms.rtl.options import RtlOptions
from gen.ir.machine import Machine
from gen.version import VERSION

__all__ = ["generate"]


def generate(machine: Machine, options: RtlOptions | None = None) -> str:
    """Return the text of the `.core` file: the module as a fileset, and a lint target."""
    name, options = machine.name, options or RtlOptions()
    variant = f"; register bus: {BUSES[options.bus]}" if machine.interface else ""
    if options.latency != 1:
        variant += f"; latency {options.latency}"
    if options.ports > 1:
        variant += f"; {options.ports} translation ports"
    return f"""\
CAPI=2:
name: isoform:units:{name}:{VERSION}
description: {name}, a translation unit made by Isoform{variant}

filesets:
  rtl:
    files:
      - {name}.v
    file_type: verilogSource

targets:
  default: &default
    filesets: [rtl]
    toplevel: {verilog_name(name)}
  lint:
    <<: *default
    default_tool: verilator
    tools:
      verilator:
        mode: lint-only
        verilator_options: [-Wall, -Wno-fatal]
"""
