"""The RTL form: Amaranth on the blocks of `hdl`, and Verilog from it."""

from gen.forms.rtl.buses import BUSES
from gen.forms.rtl.keywords import verilog_name
from gen.forms.rtl.options import LATENCIES, MOST_PORTS, PortSpec, RtlOptions, ports, streams
from gen.forms.rtl.unit import TranslationUnit, storage
from gen.forms.rtl.verilog import LINT_WAIVERS, YosysError, verilog

__all__ = [
    "BUSES",
    "LATENCIES",
    "LINT_WAIVERS",
    "MOST_PORTS",
    "PortSpec",
    "RtlOptions",
    "TranslationUnit",
    "YosysError",
    "ports",
    "storage",
    "streams",
    "verilog",
    "verilog_name",
]
