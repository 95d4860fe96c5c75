"""Programs that run on an instruction set's interpreter."""

from sim.programs.memory import PagedMemory
from sim.programs.program import Program, Stop, program

__all__ = ["PagedMemory", "Program", "Stop", "program"]
