"""Codes of the messages about programs to run."""

from __future__ import annotations

__all__ = ["CODES"]

CODES: dict[str, tuple[str, str]] = {
    "E0950": (
        "the file is no ELF file",
        "`isoform run` takes an executable as compilers and `isoform asm` write it: an ELF file, "
        "which begins with the bytes 7f 45 4c 46.",
    ),
    "E0951": (
        "the ELF file is damaged",
        "A header or a segment lies outside of the file, or has values that cannot be. The file "
        "may have been cut off; link it again.",
    ),
    "E0952": (
        "the executable is for another instruction set",
        "Machine number, width and byte order in the ELF header are those of the set that the "
        "program was compiled for. Name that set with `--isa`, or compile for this one.",
    ),
    "E0953": (
        "the executable needs a dynamic linker or is none yet",
        "Programs must be linked completely: `-static` with compilers. An object file (`.o`) has "
        "to be linked first.",
    ),
    "E0954": (
        "the segments of the executable cannot be loaded",
        "Segments must not overlap, must lie in the address space, must have no more bytes in the "
        "file than in memory, and less than 1 GiB together; the entry must lie in one of them "
        "that may be executed.",
    ),
    "E0955": (
        "the environment cannot be had",
        "`--environment linux` needs system calls in the set's description. `--environment bare` "
        "works for every set; a program ends there through `tohost` or semihosting.",
    ),
    "E0956": (
        "the folder for the program's files cannot be used",
        "`--files` names a folder that exists. The program sees it as `/` and sees nothing else.",
    ),
    "E0957": (
        "no such symbol in the program",
        "Breakpoints and watchpoints are set at addresses or at symbols of the executable; a "
        "stripped one has none.",
    ),
    "E0958": (
        "the program stopped at a trap",
        "An instruction trapped and nothing handles it. The message names the cause, the address "
        "and the registers. The exit code is that of a shell: 139 for an access fault, 132 for an "
        "illegal instruction, 133 for others.",
    ),
}
