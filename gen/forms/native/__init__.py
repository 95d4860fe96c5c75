"""The native form: a machine compiled with LLVM, at work on arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from llvmlite import ir
from numpy.typing import ArrayLike, NDArray

from gen.forms.native.compiler import Code, compile_module
from gen.forms.native.layout import Layout
from gen.forms.native.programs import (
    RESULT_DTYPE,
    TRANSACTION_DTYPE,
    stream_program,
    translate_program,
    values_program,
)
from gen.ir.expr import Expr
from gen.ir.machine import Machine
from gen.ir.transaction import WINDOW_BASE, WINDOW_SIZE

__all__ = ["RESULT_DTYPE", "TRANSACTION_DTYPE", "Native", "compile"]

DEFAULT_BASE = WINDOW_BASE + 0x1000
MANY = 1_000_000  # addresses asked of one machine from which on vector code pays


def compile(machine: Machine) -> Native:
    """Return the native form of a machine; each function is compiled when first called."""
    return Native(machine, Layout.of(machine))


@dataclass
class Native:
    """A machine on arrays.

    State is an array of `state_dtype`, one record per instance. `memory` is the window of bytes
    that loads read and STORE transactions write (`gen.ir.transaction`); without one, memory is 0.
    `parameters` default to a base inside the window.
    """

    machine: Machine
    layout: Layout
    _codes: dict[object, Code] = field(default_factory=dict, repr=False)
    _asked: int = field(default=0, repr=False)

    @property
    def state_dtype(self) -> np.dtype[Any]:
        """Type of a state record: one field per register."""
        return self.layout.dtype

    def reset_state(self, n: int = 1) -> NDArray[Any]:
        """Return `n` states after reset."""
        return self.layout.reset(n)

    def new_memory(self) -> NDArray[np.uint8]:
        """Return a window of memory, all 0."""
        return np.zeros(WINDOW_SIZE, np.uint8)

    def translate_batch(
        self,
        state: NDArray[Any],
        va: ArrayLike,
        access: ArrayLike,
        memory: NDArray[np.uint8] | None = None,
        parameters: Mapping[str, int] | None = None,
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
        """Translate many addresses in one state.

        The code is compiled quickly at first, and again as vector code when a million addresses
        were asked for.

        Parameters
        ----------
        state : one record
        va : addresses; bits above the unit's address width are ignored
        access : access flags, of the same length or one for all

        Returns
        -------
        physical addresses (0 where there is a fault), fault causes (0 where there is none)

        Raises
        ------
        TypeError : `state` or `memory` is no contiguous array of its type
        ValueError : no state, or memory smaller than the window
        """
        vas = np.ascontiguousarray(va, np.uint64)
        accesses = np.ascontiguousarray(np.broadcast_to(np.asarray(access, np.uint32), vas.shape))
        pa = np.empty(vas.shape, np.uint64)
        cause = np.empty(vas.shape, np.uint8)
        self._asked += vas.size
        optimise = self._asked >= MANY
        program = partial(translate_program, self.machine)
        code = self._code(("translate", optimise), program, "translate", optimise=optimise)
        window, values = self._surroundings(memory, parameters)
        code.function(
            self._record(state).ctypes.data,
            values.ctypes.data,
            window.ctypes.data,
            vas.size,
            vas.ctypes.data,
            accesses.ctypes.data,
            pa.ctypes.data,
            cause.ctypes.data,
        )
        return pa, cause

    def run(
        self,
        state: NDArray[Any],
        transactions: NDArray[Any],
        memory: NDArray[np.uint8] | None = None,
        parameters: Mapping[str, int] | None = None,
        cover_counts: NDArray[np.uint64] | None = None,
    ) -> NDArray[Any]:
        """Perform transactions in order on one state, which is changed; return their results.

        `cover_counts`, one per cover of the machine, is added to.

        Raises
        ------
        TypeError : `state`, `memory` or `cover_counts` is no contiguous array of its type
        ValueError : no state, memory smaller than the window, or too few counts
        """
        stream = np.ascontiguousarray(transactions, TRANSACTION_DTYPE)
        results = np.empty(stream.shape, RESULT_DTYPE)
        covers = cover_counts is not None
        program = partial(stream_program, self.machine, covers=covers)
        code = self._code(("run", covers), program, "run")
        window, values = self._surroundings(memory, parameters)
        counts = np.zeros(1, np.uint64) if cover_counts is None else cover_counts
        if covers:
            _check("cover_counts", counts, np.dtype(np.uint64), len(self.machine.covers))
        code.function(
            self._record(state).ctypes.data,
            values.ctypes.data,
            window.ctypes.data,
            stream.size,
            stream.ctypes.data,
            results.ctypes.data,
            counts.ctypes.data,
        )
        return results

    def values(
        self,
        states: NDArray[Any],
        exprs: Sequence[Expr],
        parameters: Mapping[str, int] | None = None,
    ) -> NDArray[np.uint64]:
        """Return expressions of state and parameters, at most 64 bits each: [state, expression]."""
        out = np.zeros((states.size, len(exprs)), np.uint64)
        key = ("values", tuple(exprs))
        code = self._code(key, partial(values_program, self.machine, exprs), "values")
        window, values = self._surroundings(None, parameters)
        records = np.ascontiguousarray(states, self.state_dtype)
        code.function(
            records.ctypes.data,
            values.ctypes.data,
            window.ctypes.data,
            states.size,
            out.ctypes.data,
        )
        return out

    def _record(self, state: NDArray[Any]) -> NDArray[Any]:
        _check("state", state, self.state_dtype, 1)
        return state

    def _surroundings(
        self, memory: NDArray[np.uint8] | None, parameters: Mapping[str, int] | None
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
        given = parameters or {}
        values = [given.get(p.name, DEFAULT_BASE) for p in self.machine.parameters]
        window = self.new_memory() if memory is None else memory
        _check("memory", window, np.dtype(np.uint8), WINDOW_SIZE)
        return window, np.array([*values, 0], np.uint64)

    def _code(
        self, key: object, program: Callable[[], ir.Module], name: str, *, optimise: bool = False
    ) -> Code:
        if key not in self._codes:
            self._codes[key] = compile_module(program(), name, optimise=optimise)
        return self._codes[key]


def _check(what: str, array: NDArray[Any], dtype: np.dtype[Any], least: int) -> None:
    """Refuse an array that compiled code, which checks nothing, would read or write beside."""
    if array.dtype != dtype or not array.flags.c_contiguous:
        raise TypeError(f"{what} must be a contiguous array of {dtype}")
    if array.size < least:
        raise ValueError(f"{what} has {array.size} elements, not {least}")
