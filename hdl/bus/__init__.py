"""Standard buses in front of the register bus of `hdl.csr`."""

from hdl.bus.axi4_lite import Axi4Lite
from hdl.bus.wishbone import Wishbone
from hdl.bus.words import bus_bytes, on_words

__all__ = ["Axi4Lite", "Wishbone", "bus_bytes", "on_words"]
