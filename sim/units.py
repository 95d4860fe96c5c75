"""Models of units by name: the generated Python model, and the native one for batches."""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gen import vrs
from gen.diag import Reporter
from gen.forms import native, python
from gen.ir.machine import Machine

__all__ = ["NativeUnit", "import_model", "load_machine", "unit"]

Unit: TypeAlias = Any  # the class is made from the specification; see its docstring

_UNITS = Path(__file__).resolve().parents[1] / "specs" / "units"


def load_machine(name: str | Path, search: Sequence[Path] = ()) -> Machine:
    """Return the machine of a unit in specs/units, or of the `.vrs` file at a path.

    Raises
    ------
    IsoformError : the specification has errors, or there is none
    """
    path = Path(name)
    if path.suffix != ".vrs":
        path = _UNITS / f"{name}.vrs"
    reporter = Reporter()
    program = vrs.load(path, reporter, [*search, _UNITS])
    return vrs.elaborate(program, None, reporter)


def import_model(name: str, text: str) -> types.ModuleType:
    """Return the module of a generated Python model's text."""
    module = types.ModuleType(f"isoform_model_{name}")
    module.__dict__["__file__"] = f"<model of {name}>"
    sys.modules[module.__name__] = module
    exec(compile(text, module.__dict__["__file__"], "exec"), module.__dict__)
    return module


class NativeUnit:
    """The native form beside a model; it works on a copy of the model's state."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.native = native.compile(machine)
        self.names = python.Names.of(machine)

    def record(self, state: object) -> NDArray[Any]:
        """Return a model's state as a record."""
        record = self.native.reset_state()
        for r in self.machine.registers:
            value = getattr(state, self.names.state[r.name])
            if r.width > 64:
                words = [value] if isinstance(value, int) else value
                pairs = [[w & (1 << 64) - 1, w >> 64] for w in words]
                record[r.name] = np.array(pairs, np.uint64).reshape(record[r.name].shape)
            else:
                record[r.name] = value
        return record


def unit(name: str | Path, **parameters: Any) -> Unit:
    """Return a model of a unit.

    It is an instance of the class that the specification was made into: registers by name
    (``mpu.rbar.base``, ``mpu.rbar.write(v)``) and by offset (``mpu.read(0xc)``), `translate`, the
    enumerations ``Access`` and ``Cause``, and in addition
    ``translate_batch(va, access) -> (pa, cause)`` on NumPy arrays of 64-bit addresses.

    Parameters
    ----------
    name : a unit in specs/units (``"mpu"``) or the path of a `.vrs` file
    parameters : what the unit takes: ``base`` and ``memory`` for one with state in memory

    Raises
    ------
    IsoformError : the specification has errors, or there is none
    """
    machine = load_machine(name)
    module = import_model(machine.name, python.generate(machine))
    base = getattr(module, python.class_name(machine.name))
    fast = NativeUnit(machine)

    def translate_batch(
        self: Any, va: ArrayLike, access: ArrayLike
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
        """Translate many addresses at once: physical addresses and fault causes (0 is none)."""
        if machine.memories:
            return _one_by_one(self, va, access)
        values: Mapping[str, int] = {
            p: getattr(self, attribute) for p, attribute in fast.names.parameters.items()
        }
        return fast.native.translate_batch(fast.record(self.state), va, access, None, values)

    return type(base.__name__, (base,), {"translate_batch": translate_batch})(**parameters)


def _one_by_one(
    model: Any, va: ArrayLike, access: ArrayLike
) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """Translate through the Python model: the unit's state is in a memory of any kind."""
    vas = np.asarray(va, np.uint64)
    accesses = np.broadcast_to(np.asarray(access, np.uint32), vas.shape)
    pa, cause = np.empty(vas.shape, np.uint64), np.empty(vas.shape, np.uint8)
    for i, (v, a) in enumerate(zip(vas.flat, accesses.flat, strict=True)):
        pa.flat[i], cause.flat[i] = model.translate_raw(int(v), int(a))
    return pa, cause
