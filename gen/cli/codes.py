"""Codes of the messages that the command itself gives."""

from __future__ import annotations

__all__ = ["CODES"]

CODES: dict[str, tuple[str, str]] = {
    "E0701": (
        "no unit of this name",
        "A unit is named as its file in `specs/units` is, without the ending: `isoform list` "
        "prints them. Any other specification is given by its path, ending in `.vrs`.",
    ),
    "E0702": (
        "an outside tool is missing",
        "`isoform doctor` lists the tools, what each is for, and how to get it.",
    ),
    "E0703": (
        "a file cannot be read or written",
        "The path does not exist, is a directory, or its permissions forbid it.",
    ),
    "E0704": (
        "the simulator could not be built",
        "Verilator or the C++ compiler refused the design. The log that the message names has the "
        "tool's own words. With `--verilog` the file given must have the ports of the unit.",
    ),
    "E0705": (
        "the batch bench drives the native bus only",
        "A unit on AXI4-Lite or Wishbone is compared interactively, by drivers that are coroutines "
        "in Python: leave out `--mode batch`, or `--bus`.",
    ),
    "E0710": (
        "the Verilog cannot be proved",
        "Yosys does not read the file, or the module lacks a port or a register of the unit, or "
        "has it with another number of bits. `manifest.json` lists both; `isoform gen` writes a "
        "module that has them.",
    ),
}
