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
    "E0709": (
        "a case is a whole stream",
        "`--case FILE` says every transaction; a seed, a count, a stimulus file or an epoch would "
        "have nothing to choose.",
    ),
    "E0710": (
        "the Verilog cannot be proved",
        "Yosys does not read the file, or the module lacks a port or a register of the unit, or "
        "has it with another number of bits. `manifest.json` lists both; `isoform gen` writes a "
        "module that has them.",
    ),
    "E0711": (
        "the manifest is not one that was written here",
        "`isoform gen` writes `manifest.json`; what reads it found something else, in the words of "
        "the message. Two commands for different units may have used one folder at the same time: "
        "run the command again, or give each its own folder with `-o`.",
    ),
    "E0720": (
        "another regression is at work here",
        "A build folder has one results file, which one process writes. Wait for the other one, "
        "or give a folder of its own with `--build`.",
    ),
    "E0721": (
        "the results of regressions cannot be read or written",
        "`regress.sqlite` in the build folder is damaged, is no results file, is one of another "
        "version of Isoform, or the disk is full. Move it away to begin a new one.",
    ),
    "E0722": (
        "no worker for the regression",
        "The address after `--scheduler` is that of `dask scheduler`; workers (`dask worker "
        "ADDRESS --nthreads 1`) need this very version of Isoform. What was finished is kept: "
        "the same command goes on.",
    ),
    "E0723": (
        "one Verilog file, one unit",
        "`isoform regress` compares the generated Verilog of any number of units, or with "
        "`--verilog` a file of yours as one unit.",
    ),
}
