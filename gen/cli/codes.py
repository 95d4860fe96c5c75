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
        "Verilator, Icarus or the C++ compiler refused the design. The log that the message names "
        "has the tool's own words. With `--verilog` the file must have the ports of the unit.",
    ),
    "E0705": (
        "the batch bench drives the native bus only, on Verilator",
        "A unit on AXI4-Lite or Wishbone is compared interactively, by drivers that are coroutines "
        "in Python, and so is every unit on Icarus: leave out `--mode batch`, or `--bus` and "
        "`--simulator`.",
    ),
    "E0706": (
        "synthesis or place and route failed",
        "Yosys or nextpnr refused the design, in the words that the message quotes. With "
        "`--verilog` the file given must have the module and the ports of the unit.",
    ),
    "E0707": (
        "the document has no place for the table",
        "`--table` replaces what stands between two marker lines, and leaves the rest of the file "
        "alone. Put the two lines that the message quotes where the table shall be.",
    ),
    "E0708": (
        "arguments that do not go together",
        "`isoform fpga` measures one unit, with `--verilog` perhaps a file of yours with the same "
        "ports, or with `--all` every unit that comes with the project.",
    ),
    "E0710": (
        "the Verilog cannot be proved",
        "Yosys does not read the file, or the module lacks a port or a register of the unit, or "
        "has it with another number of bits. `manifest.json` lists both; `isoform gen` writes a "
        "module that has them.",
    ),
}
