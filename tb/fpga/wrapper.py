"""The circuit around a unit that makes its clock frequency a figure of the unit alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["WRAPPER", "wrapper"]

WRAPPER = "isoform_wrapper"


def wrapper(manifest: Mapping[str, Any]) -> str:
    """Return Verilog that holds a unit between registers, with four pins.

    Every input, the reset too, comes from one bit of a shift register; every output is registered
    and then folded into one bit. Paths into and out of the unit so count as much as those inside.
    The fold is a chain with a register per bit: one LUT deep, it is never what limits the clock.
    """
    ports = manifest["ports"]
    inputs = [p for p in ports if p["direction"] == "input"]
    outputs = [p for p in ports if p["direction"] == "output"]
    bits_in = 1 + sum(p["width"] for p in inputs)
    bits_out = sum(p["width"] for p in outputs)
    pins = [f".{manifest['clock']}(clk)", f".{manifest['reset']}(given[0])"]
    pins += _slices(inputs, "given", 1) + _slices(outputs, "taken", 0)
    joined = ",\n    ".join(pins)
    return f"""\
module {WRAPPER}(input clk, input serial, input hold, output folded);
  reg [{bits_in - 1}:0] given = 0;
  reg [{bits_out - 1}:0] registered = 0;
  reg [{bits_out}:0] fold = 0;
  wire [{bits_out - 1}:0] taken;
  assign folded = fold[{bits_out}];
  always @(posedge clk) begin
    if (!hold) given <= {{given, serial}};
    registered <= taken;
    fold <= {{fold[{bits_out - 1}:0] ^ registered, 1'b0}};
  end
  {manifest["module"]} unit(
    {joined}
  );
endmodule
"""


def _slices(ports: list[dict[str, Any]], vector: str, low: int) -> list[str]:
    found = []
    for p in ports:
        high = low + p["width"] - 1
        found.append(f".{p['name']}({vector}[{high}:{low}])")
        low = high + 1
    return found
