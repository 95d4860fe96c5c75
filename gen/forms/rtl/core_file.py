"""The FuseSoC core description (CAPI2) that stands beside the Verilog."""

from __future__ import annotations

from gen.forms.rtl.keywords import verilog_name
from gen.ir.machine import Machine
from gen.version import VERSION

__all__ = ["generate"]


def generate(machine: Machine) -> str:
    """Return the text of the `.core` file: the module as a fileset, and a lint target."""
    name = machine.name
    return f"""\
CAPI=2:
name: isoform:units:{name}:{VERSION}
description: {name}, a translation unit made by Isoform

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
