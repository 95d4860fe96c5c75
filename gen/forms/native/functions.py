"""Calls of pure functions from compiled code: it calls back, and Python computes the definition."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cache
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir

from gen.ir.expr import mask
from gen.ir.functions import FUNCTIONS

__all__ = ["emit_call"]

_WORD = ir.IntType(64)
_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.POINTER(ctypes.c_uint64))


def emit_call(b: ir.IRBuilder, name: str, args: Sequence[ir.Value]) -> ir.Value:
    """Emit a call; arguments of up to 64 bits are in a word each, the result takes their place."""
    size = max(2, len(args))
    with b.goto_entry_block():
        words = b.alloca(_WORD, size)
    for k, a in enumerate(args):
        wide = a if a.type.width == 64 else b.zext(a, _WORD)
        b.store(wide, b.gep(words, [ir.Constant(_WORD, k)]))
    b.call(_declared(b.module, name), [words])
    result = ir.IntType(FUNCTIONS[name].width)
    double = b.load(b.bitcast(words, ir.IntType(128).as_pointer()), align=8)
    return double if result.width == 128 else b.trunc(double, result)


def _declared(module: ir.Module, name: str) -> ir.Function:
    symbol, _ = _callback(name)
    found = module.globals.get(symbol)
    kind = ir.FunctionType(ir.VoidType(), [_WORD.as_pointer()])
    return ir.Function(module, kind, symbol) if found is None else found


@cache
def _callback(name: str) -> tuple[str, Any]:
    """Return the symbol by which LLVM knows a function, and what must live as long as it does."""
    function, count = FUNCTIONS[name], len(FUNCTIONS[name].widths)

    def called(words: Any) -> None:
        found = function.evaluate(*words[:count])
        words[0], words[1] = found & mask(64), found >> 64

    made = _CALLBACK(called)
    symbol = f"isoform.call.{name}"
    llvm.add_symbol(symbol, ctypes.cast(made, ctypes.c_void_p).value)
    return symbol, made
