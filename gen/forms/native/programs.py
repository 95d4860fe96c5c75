"""The functions that a machine is compiled to: batches, streams, values of its state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from llvmlite import ir

from gen.forms.native.emit import I8, I32, I64, I128, POINTER, Emitter, at
from gen.forms.native.layout import Layout
from gen.forms.native.lower import Lowering, integer
from gen.ir.expr import Expr
from gen.ir.machine import InterfaceRegister, Machine, Operation
from gen.ir.transaction import RESULT, TRANSACTION, Kind

__all__ = [
    "RESULT_DTYPE",
    "TRANSACTION_DTYPE",
    "stream_program",
    "translate_program",
    "values_program",
]

TRANSACTION_DTYPE: np.dtype[Any] = np.dtype(TRANSACTION, align=True)
RESULT_DTYPE: np.dtype[Any] = np.dtype(RESULT, align=True)
_NOALIAS = ("noalias",)


def _offset(dtype: np.dtype[Any], name: str) -> int:
    assert dtype.fields is not None
    return int(dtype.fields[name][1])


def _function(
    module: ir.Module, name: str, arguments: Sequence[str]
) -> tuple[ir.Function, dict[str, ir.Value]]:
    """Declare a function of byte pointers and 64-bit counts (those named `n`)."""
    kinds = [I64 if a == "n" else POINTER for a in arguments]
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), kinds), name)
    for argument, label in zip(function.args, arguments, strict=True):
        argument.name = label
        if label != "n":
            argument.add_attribute("noalias")
    return function, dict(zip(arguments, function.args, strict=True))


@contextmanager
def _loop(builder: ir.IRBuilder, count: ir.Value) -> Iterator[ir.Value]:
    """Emit a loop over 0 .. count - 1; yields the index."""
    function = builder.function
    entry = builder.block
    head = function.append_basic_block("head")
    body = function.append_basic_block("body")
    end = function.append_basic_block("end")
    builder.branch(head)
    builder.position_at_end(head)
    index = builder.phi(I64, "i")
    index.add_incoming(ir.Constant(I64, 0), entry)
    builder.cbranch(builder.icmp_unsigned("<", index, count), body, end)
    builder.position_at_end(body)
    yield index
    index.add_incoming(builder.add(index, ir.Constant(I64, 1)), builder.block)
    builder.branch(head)
    builder.position_at_end(end)


def _emitter(machine: Machine, b: ir.IRBuilder, a: dict[str, ir.Value]) -> Emitter:
    return Emitter(machine, Layout.of(machine), b, a["state"], a["parameters"], a["memory"])


def translate_program(machine: Machine) -> ir.Module:
    """Return `translate`: many addresses, one state."""
    module = ir.Module(machine.name)
    function, a = _function(
        module, "translate", ["state", "parameters", "memory", "n", "va", "access", "pa", "cause"]
    )
    b = ir.IRBuilder(function.append_basic_block("entry"))
    operation = machine.operation("translate")
    with _loop(b, a["n"]) as i:
        va = b.load(at(b, a["va"], b.mul(i, ir.Constant(I64, 8)), I64))
        access = b.load(at(b, a["access"], b.mul(i, ir.Constant(I64, 4)), I32))
        emitter = _emitter(machine, b, a)
        pa, cause = _translate(emitter, operation, va, access)
        b.store(pa, at(b, a["pa"], b.mul(i, ir.Constant(I64, 8)), I64))
        b.store(cause, at(b, a["cause"], i, I8))
    b.ret_void()
    return module


def _inputs(
    emitter: Emitter, operation: Operation, values: dict[str, ir.Value]
) -> dict[str, ir.Value]:
    b = emitter.builder
    bound = {}
    for p in operation.inputs:
        value, kind = values[p.name], integer(p.width)
        if value.type.width > p.width:
            value = b.trunc(value, kind)
        elif value.type.width < p.width:
            value = b.zext(value, kind)
        bound[p.name] = value
    return bound


def _translate(
    emitter: Emitter,
    operation: Operation,
    va: ir.Value,
    access: ir.Value,
    covers: ir.Value | None = None,
) -> tuple[ir.Value, ir.Value]:
    b = emitter.builder
    inputs = _inputs(emitter, operation, {"va": va, "access": access})
    lowering = emitter.lowering(operation, inputs)
    (pa,), cause = emitter.outputs(operation, lowering)
    if covers is not None:
        _count(emitter, operation, lowering, covers)
    return (b.zext(pa, I64) if pa.type.width < 64 else pa), cause


def _count(emitter: Emitter, operation: Operation, lowering: Lowering, covers: ir.Value) -> None:
    """Count the coverage points of an operation that it hits."""
    b = emitter.builder
    for k, cover in enumerate(emitter.machine.covers):
        if cover.operation == operation.name:
            (condition,) = lowering.lower([cover.condition])
            pointer = at(b, covers, 8 * k, I64)
            b.store(b.add(b.load(pointer), b.zext(condition, I64)), pointer)


def stream_program(machine: Machine, *, covers: bool) -> ir.Module:
    """Return `run`: transactions in order on one state, a result for each."""
    module = ir.Module(machine.name)
    names = ["state", "parameters", "memory", "n", "transactions", "results", "covers"]
    function, a = _function(module, "run", names)
    b = ir.IRBuilder(function.append_basic_block("entry"))
    with _loop(b, a["n"]) as i:
        tx = b.gep(a["transactions"], [b.mul(i, ir.Constant(I64, TRANSACTION_DTYPE.itemsize))])
        result = b.gep(a["results"], [b.mul(i, ir.Constant(I64, RESULT_DTYPE.itemsize))])
        _clear(b, result)
        _dispatch(machine, b, a, tx, result, covers)
    b.ret_void()
    return module


def _clear(b: ir.IRBuilder, result: ir.Value) -> None:
    for offset in range(0, RESULT_DTYPE.itemsize, 8):
        b.store(ir.Constant(I64, 0), at(b, result, offset, I64))


def _field(b: ir.IRBuilder, tx: ir.Value, name: str, kind: ir.Type) -> ir.Value:
    return b.load(at(b, tx, _offset(TRANSACTION_DTYPE, name), kind), align=min(8, kind.width // 8))


def _dispatch(
    machine: Machine,
    b: ir.IRBuilder,
    a: dict[str, ir.Value],
    tx: ir.Value,
    result: ir.Value,
    covers: bool,
) -> None:
    """Perform one transaction by its kind."""
    emitter = _emitter(machine, b, a)
    counts = a["covers"] if covers else None

    def translate() -> None:
        va, access = _field(b, tx, "va", I64), _field(b, tx, "access", I32)
        pa, cause = _translate(emitter, machine.operation("translate"), va, access, counts)
        b.store(pa, at(b, result, _offset(RESULT_DTYPE, "value"), I64))
        b.store(cause, at(b, result, _offset(RESULT_DTYPE, "cause"), I8))

    def store() -> None:
        size = b.zext(_field(b, tx, "size", ir.IntType(16)), I64)
        emitter.store(_field(b, tx, "va", I64), _field(b, tx, "data", I128), size)

    arms: dict[Kind, Callable[[], None]] = {
        Kind.TRANSLATE: translate,
        Kind.WRITE: lambda: _bus(emitter, tx, result, counts, write=True),
        Kind.READ: lambda: _bus(emitter, tx, result, counts, write=False),
        Kind.RESET: emitter.reset,
        Kind.STORE: store,
    }
    end = b.append_basic_block("next")
    switch = b.switch(_field(b, tx, "kind", I8), end)
    for kind, arm in arms.items():
        block = b.append_basic_block(kind.name.lower())
        switch.add_case(ir.Constant(I8, kind), block)
        b.position_at_end(block)
        arm()
        b.branch(end)
    b.position_at_end(end)


def _bus(
    emitter: Emitter, tx: ir.Value, result: ir.Value, covers: ir.Value | None, *, write: bool
) -> None:
    """Decode the offset and perform the register's operation; else the access is an error."""
    b = emitter.builder
    end = b.append_basic_block("answered")
    refused = b.append_basic_block("refused")
    switch = b.switch(_field(b, tx, "offset", I32), refused)
    for r in emitter.machine.interface:
        name = r.write if write else r.read
        if name is not None:
            operation = emitter.machine.operation(name)
            lowering = _register(emitter, r, operation, tx, switch)
            if covers is not None:
                _count(emitter, operation, lowering, covers)
            outputs, _ = emitter.outputs(operation, lowering)
            emitter.perform(operation, lowering)
            _answer(b, result, outputs)
            b.branch(end)
    b.position_at_end(refused)
    b.store(ir.Constant(I8, 1), at(b, result, _offset(RESULT_DTYPE, "error"), I8))
    b.branch(end)
    b.position_at_end(end)


def _register(
    emitter: Emitter, r: InterfaceRegister, operation: Operation, tx: ir.Value, switch: Any
) -> Lowering:
    """Begin one register's operation; all its elements share the code and differ in the index."""
    b = emitter.builder
    entries = []
    for k in range(r.count):
        entry = b.append_basic_block(f"{operation.name}_{k}")
        switch.add_case(ir.Constant(I32, r.offset + k * r.stride), entry)
        entries.append(entry)
    block = b.append_basic_block(operation.name)
    for entry in entries:
        b.position_at_end(entry)
        b.branch(block)
    b.position_at_end(block)
    index = b.phi(I64, "index")
    for k, entry in enumerate(entries):
        index.add_incoming(ir.Constant(I64, k), entry)
    values = {"data": _field(b, tx, "data", I128), "index": index}
    return emitter.lowering(operation, _inputs(emitter, operation, values))


def _answer(b: ir.IRBuilder, result: ir.Value, outputs: Sequence[ir.Value]) -> None:
    """Store what a register read gives; a write gives nothing."""
    for value in outputs:
        wide = b.zext(value, I128) if value.type.width < 128 else value
        b.store(wide, at(b, result, _offset(RESULT_DTYPE, "value"), I128), align=8)


def values_program(machine: Machine, exprs: Sequence[Expr]) -> ir.Module:
    """Return `values`: expressions of the state, for many states."""
    module = ir.Module(machine.name)
    function, a = _function(module, "values", ["state", "parameters", "memory", "n", "out"])
    b = ir.IRBuilder(function.append_basic_block("entry"))
    layout = Layout.of(machine)
    size = ir.Constant(I64, layout.dtype.itemsize)
    with _loop(b, a["n"]) as i:
        here = b.gep(a["state"], [b.mul(i, size)])
        emitter = Emitter(machine, layout, b, here, a["parameters"], a["memory"])
        lowered = emitter.lowering(Operation("values"), {}).lower(exprs)
        row = b.mul(i, ir.Constant(I64, 8 * len(exprs)))
        for k, value in enumerate(lowered):
            wide = b.zext(value, I64) if value.type.width < 64 else value
            offset = b.add(row, ir.Constant(I64, 8 * k))
            b.store(wide, at(b, a["out"], offset, I64))
    b.ret_void()
    return module
