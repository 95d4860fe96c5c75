"""Steps an instruction set as compiled code, over a caller's memory."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gen.forms.native.compiler import compile_module
from gen.forms.native.layout import Layout
from gen.forms.native.steps import (
    BUFFER,
    CONTEXT_SIZE,
    FAILED,
    PAGE_BITS,
    SLOTS,
    SLOW,
    TABLE,
    steps_program,
)
from gen.ir.decoding import Decoding
from gen.ir.machine import Machine

__all__ = ["Page", "Pages", "Stepper"]

_NOBODY = (1 << 64) - 1  # the number of no page
_SLOW = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_uint64, ctypes.c_uint64, ctypes.c_uint64)


class Page(Protocol):
    """A page of 4 KiB, and what may be done with it by compiled code alone."""

    @property
    def data(self) -> bytearray:
        """The bytes."""

    @property
    def read(self) -> bool:
        """Whether loads may reach it."""

    @property
    def write(self) -> bool:
        """Whether stores may reach it."""

    @property
    def fetch(self) -> bool:
        """Whether instructions may be fetched from it."""


class Pages(Protocol):
    """A memory as `Stepper` needs it. Accesses raise LookupError where nothing allows them."""

    def page(self, number: int) -> Page | None:
        """Return a page, or None if each access to it is to be asked for."""

    def read(self, address: int, size: int) -> int:
        """Return `size` bytes, little endian."""

    def write(self, address: int, size: int, value: int) -> None:
        """Write `size` bytes, little endian."""

    def fetch(self, address: int, size: int) -> int:
        """Return `size` bytes of an instruction."""


class Stepper:
    """A machine with its decoder, compiled.

    Parameters
    ----------
    big : whether instructions lie in memory with their most significant byte first

    Members
    -------
    state_dtype : type of a state record, a field for each register
    """

    def __init__(
        self,
        machine: Machine,
        decoding: Mapping[int, Decoding],
        pages: Pages,
        *,
        big: bool = False,
    ) -> None:
        layout = Layout.of(machine)
        self.state_dtype: np.dtype[Any] = layout.dtype
        self._pages = pages
        program = steps_program(machine, layout, decoding, big=big)
        self._code = compile_module(program, "steps", optimise=True)
        self._context = np.zeros(CONTEXT_SIZE // 8, np.uint64)
        self._slots = self._context[TABLE // 8 :].reshape(SLOTS, 4)
        self._buffer = self._context[BUFFER // 8 : BUFFER // 8 + 2].view(np.uint8)
        self._held: dict[int, Any] = {}
        self._ask = _SLOW(self._asked)
        self._context[SLOW // 8] = ctypes.cast(self._ask, ctypes.c_void_p).value or 0
        self.forget()

    def forget(self) -> None:
        """Ask for all pages anew: some are others now, or allow something else."""
        self._slots[:, :3] = _NOBODY
        self._held.clear()

    def run(self, state: NDArray[Any], count: int, log: NDArray[Any] | None = None) -> int:
        """Perform up to `count` instructions on a state record; return how many were.

        Fewer means that the next one traps, is none, or reaches what no page allows: nothing of it
        has been done.

        Parameters
        ----------
        log : an array of `count` records at least; gets the state after each instruction

        Raises
        ------
        TypeError : `state` or `log` is no contiguous array of `state_dtype`
        ValueError : `log` is too short
        """
        for array in (state, *([] if log is None else [log])):
            if array.dtype != self.state_dtype or not array.flags.c_contiguous:
                raise TypeError("a contiguous array of `state_dtype` is expected")
        if log is not None and log.size < count:
            raise ValueError(f"the log has {log.size} records, not {count}")
        done = np.zeros(1, np.uint64)
        self._context[FAILED // 8] = 0
        self._code.function(
            state.ctypes.data,
            self._context.ctypes.data,
            count,
            0 if log is None else log.ctypes.data,
            done.ctypes.data,
        )
        return int(done[0])

    def _asked(self, kind: int, address: int, size: int) -> int:
        """Do an access that no page of the context has; remember its page for the next."""
        data = self._buffer
        try:
            if kind == 1:
                value = int.from_bytes(data[:size].tobytes(), "little")
                self._pages.write(address, size, value)
            else:
                access = self._pages.fetch if kind == 2 else self._pages.read
                found = access(address, size).to_bytes(size, "little")
                data[:size] = np.frombuffer(found, np.uint8)
        except LookupError:
            return 0
        self._remember(address >> PAGE_BITS)
        return 1

    def _remember(self, number: int) -> None:
        page = self._pages.page(number)
        if page is None:
            return
        slot = self._slots[number % SLOTS]
        allowed = (page.read, page.write, page.fetch)
        view = (ctypes.c_char * len(page.data)).from_buffer(page.data)
        self._held[number % SLOTS] = view  # keeps the bytes where they are
        slot[:3] = [number if ok else _NOBODY for ok in allowed]
        slot[3] = ctypes.addressof(view)
