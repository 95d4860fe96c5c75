"""The RTL form: Amaranth on the blocks of `hdl`, and Verilog from it."""

from gen.forms.rtl.buses import BUSES
from gen.forms.rtl.keywords import verilog_name
from gen.forms.rtl.options import PortSpec, RtlOptions, ports
from gen.forms.rtl.unit import TranslationUnit, storage
from gen.forms.rtl.verilog import LINT_WAIVERS, YosysError, verilog

__all__ = [
    "BUSES",
    "LINT_WAIVERS",
    "PortSpec",
    "RtlOptions",
    "TranslationUnit",
    "YosysError",
    "ports",
    "storage",
    "verilog",
    "verilog_name",
]
