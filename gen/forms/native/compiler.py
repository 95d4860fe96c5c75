"""LLVM modules to machine code in this process."""

from __future__ import annotations

import ctypes
import ctypes.util
from dataclasses import dataclass
from functools import cache
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir

__all__ = ["Code", "compile_module"]


@cache
def _initialise() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    # Division of 128-bit numbers is a call into the compiler's run time.
    llvm.load_library_permanently(ctypes.util.find_library("gcc_s") or "libgcc_s.so.1")


def _target() -> Any:
    """Return a target machine; an execution engine takes it over, so each needs its own."""
    _initialise()
    features = llvm.get_host_cpu_features().flatten()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=3, jit=True
    )


@dataclass
class Code:
    """A compiled module; the engine owns the machine code and must outlive the function."""

    engine: Any
    function: Any


def compile_module(module: ir.Module, name: str, *, optimise: bool) -> Code:
    """Compile a module; `name` is the function to call.

    Straight-line code of selects gains nothing from LLVM's optimiser except vector code, and its
    instruction combiner takes seconds on a unit of 48 entries: `optimise` is for long loops.
    """
    machine = _target()
    module.triple = llvm.get_default_triple()
    parsed = llvm.parse_assembly(str(module))
    parsed.verify()
    if optimise:
        options = llvm.create_pipeline_tuning_options(speed_level=3)
        options.loop_vectorization = True
        options.slp_vectorization = False  # half of the time, for nothing
        builder = llvm.create_pass_builder(machine, options)
        builder.getModulePassManager().run(parsed, builder)
    engine = llvm.create_mcjit_compiler(parsed, machine)
    engine.finalize_object()
    count = len(module.get_global(name).args)
    kind = ctypes.CFUNCTYPE(None, *[ctypes.c_size_t] * count)
    return Code(engine, kind(engine.get_function_address(name)))
