"""Models to import: units by name, memories, programs that run.

import sim

mpu = sim.unit("mpu")
mpu.ctrl.enable = 1
mpu.translate(0x2000_0000, mpu.Access.READABLE)

hello = sim.program("hello.elf", isa="rv64i")
hello.run()
"""

from sim.memory import Memory
from sim.programs import PagedMemory, Program, Stop, program
from sim.units import Unit, unit

__all__ = ["Memory", "PagedMemory", "Program", "Stop", "Unit", "program", "unit"]
