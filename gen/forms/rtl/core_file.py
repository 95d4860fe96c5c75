"""The FuseSoC core description (CAPI2) and the lint waivers that stand beside the Verilog."""

from __future__ import annotations

import json

from gen.forms.rtl.buses import BUSES
from gen.forms.rtl.keywords import verilog_name
from gen.forms.rtl.options import RtlOptions
from gen.forms.rtl.verilog import LINT_WAIVERS
from gen.ir.machine import Machine
from gen.version import VERSION

__all__ = ["generate", "waivers"]


def generate(machine: Machine, options: RtlOptions | None = None) -> str:
    """Return the text of the `.core` file: the module as a fileset, and targets to lint and map it.

    A design that depends on the core gets the Verilog, and with Verilator the waivers too.
    """
    name = machine.name
    return f"""\
CAPI=2:
name: {vlnv(machine)}
description: {json.dumps(_description(machine, options or RtlOptions()))}

filesets:
  rtl:
    files: [{name}.v]
    file_type: verilogSource-2005
  waivers:
    files: [{name}.vlt]
    file_type: vlt

targets:
  default: &default
    filesets: [rtl, "tool_verilator? (waivers)"]
    toplevel: {verilog_name(name)}
  lint:
    <<: *default
    filesets: [rtl, waivers]
    description: Verilator, every warning on
    flow: lint
    flow_options:
      tool: verilator
      verilator_options: [-Wall]
  synth:
    <<: *default
    description: Yosys, for ECP5 (--arch ice40 or xilinx for another family)
    flow: generic
    flow_options:
      tool: yosys
      arch: ecp5
      output_format: json
"""


def vlnv(machine: Machine) -> str:
    """Return the core's name: vendor, library, name, version. Variants share it, as the module."""
    return f"isoform:units:{machine.name}:{VERSION}"


def _description(machine: Machine, options: RtlOptions) -> str:
    lines = machine.doc.strip().splitlines()
    what = lines[0].rstrip(".") if lines else f"{machine.name}, a translation unit"
    latency = f"; latency {options.latency}" if options.latency != 1 else ""
    bus = f"; register bus: {BUSES[options.bus]}" if machine.interface else ""
    several = f"; {options.ports} translation ports" if options.ports > 1 else ""
    return f"{what}{latency}{several}{bus}; made by Isoform"


def waivers(machine: Machine) -> str:
    """Return Verilator's configuration: the warnings that are meant, for this file only."""
    rules = dict(LINT_WAIVERS)
    if verilog_name(machine.name) != machine.name:
        rules["DECLFILENAME"] = "the unit's name is a keyword in Verilog, the module's is not"
    lines = ["`verilator_config"]
    for rule, why in rules.items():
        lines += [f"// {why}"]
        # A file is named as on the command line: alone, or behind a folder.
        for file in (f"{machine.name}.v", f"*/{machine.name}.v"):
            lines.append(f'lint_off -rule {rule} -file "{file}"')
    return "\n".join(lines) + "\n"
