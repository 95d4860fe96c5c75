"""Models to import: units by name, memories.

import sim

mpu = sim.unit("mpu")
mpu.ctrl.enable = 1
mpu.translate(0x2000_0000, mpu.Access.READABLE)
"""

from sim.memory import Memory
from sim.units import Unit, unit

__all__ = ["Memory", "Unit", "unit"]
