"""Operations to LLVM IR: state in a struct, memory in a window, effects in order."""

from __future__ import annotations

from dataclasses import dataclass

from llvmlite import ir

from gen.forms.native.layout import Layout, storage_bits
from gen.forms.native.lower import Lowering, integer
from gen.ir.expr import Expr
from gen.ir.machine import Assign, Fault, Load, Machine, Operation, Store
from gen.ir.transaction import WINDOW_BASE, WINDOW_SIZE

__all__ = ["I1", "I8", "I32", "I64", "I128", "POINTER", "Emitter", "at"]

I1, I8, I32, I64, I128 = (ir.IntType(n) for n in (1, 8, 32, 64, 128))
POINTER = I8.as_pointer()


def at(b: ir.IRBuilder, base: ir.Value, offset: ir.Value | int, kind: ir.Type) -> ir.Value:
    """Return a typed pointer at a byte offset."""
    step = ir.Constant(I64, offset) if isinstance(offset, int) else offset
    return b.bitcast(b.gep(base, [step]), kind.as_pointer())


@dataclass
class Emitter:
    """Emits a machine's operations into one function.

    Members
    -------
    state, parameters, memory : byte pointers to the state, to 64-bit parameters, to the window
    """

    machine: Machine
    layout: Layout
    builder: ir.IRBuilder
    state: ir.Value
    parameters: ir.Value
    memory: ir.Value

    # State

    def _pointer(self, register: str, index: ir.Value | None) -> ir.Value:
        width = storage_bits(self.machine.register(register).width)
        offset: ir.Value | int = self.layout.offset(register)
        if index is not None:
            scaled = self.builder.mul(index, ir.Constant(I64, width // 8))
            offset = self.builder.add(scaled, ir.Constant(I64, self.layout.offset(register)))
        return at(self.builder, self.state, offset, integer(width))

    def _fetch(self, pointer: ir.Value, width: int) -> ir.Value:
        value = self.builder.load(pointer, align=min(8, pointer.type.pointee.width // 8))
        return self._cut(value, width)

    def _cut(self, value: ir.Value, width: int) -> ir.Value:
        kind = integer(width)
        if value.type.width > width:
            return self.builder.trunc(value, kind)
        return self.builder.zext(value, kind) if value.type.width < width else value

    def register(self, name: str, width: int) -> ir.Value:
        """Load a register."""
        return self._fetch(self._pointer(name, None), width)

    def element(self, name: str, index: ir.Value, width: int) -> ir.Value:
        """Load an element of a register file; 0 past its end."""
        count = self.machine.register(name).count
        wide = self._cut(index, 64)
        inside = self.builder.icmp_unsigned("<", wide, ir.Constant(I64, count))
        safe = self.builder.select(inside, wide, ir.Constant(I64, 0))
        value = self._fetch(self._pointer(name, safe), width)
        return self.builder.select(inside, value, ir.Constant(value.type, 0))

    def reset(self) -> None:
        """Store every register's reset value."""
        for r in self.machine.registers:
            kind = integer(storage_bits(r.width))
            for k in range(r.count):
                index = ir.Constant(I64, k) if r.is_file else None
                pointer = self._pointer(r.name, index)
                self.builder.store(
                    ir.Constant(kind, r.reset), pointer, align=min(8, kind.width // 8)
                )

    # Operations

    def lowering(self, operation: Operation, inputs: dict[str, ir.Value]) -> Lowering:
        """Return a lowering with inputs, parameters and (performed here) loads bound."""
        leaves = dict(inputs)
        for k, p in enumerate(self.machine.parameters):
            value = self.builder.load(at(self.builder, self.parameters, 8 * k, I64))
            leaves[p.name] = self._cut(value, p.width)
        lowering = Lowering(self.builder, leaves, self.register, self.element)
        for x in operation.effects:
            if isinstance(x, Load):
                address, guard = lowering.lower([x.address, x.guard])
                leaves[x.name] = self.load(self._cut(address, 64), x.width, guard)
        return lowering

    def outputs(self, operation: Operation, lowering: Lowering) -> tuple[list[ir.Value], ir.Value]:
        """Return the outputs and the fault code (8 bits; outputs are 0 where it is not 0)."""
        b = self.builder
        cause = ir.Constant(I8, 0)
        for x in reversed(operation.effects):
            if isinstance(x, Fault):
                (guard,) = lowering.lower([x.guard])
                code = ir.Constant(I8, self.machine.cause_code(x.cause))
                cause = b.select(guard, code, cause)
        values = lowering.lower([o.value for o in operation.outputs])
        ok = b.icmp_unsigned("==", cause, ir.Constant(I8, 0))
        return [b.select(ok, v, ir.Constant(v.type, 0)) for v in values], cause

    def perform(self, operation: Operation, lowering: Lowering) -> None:
        """Do the assignments and stores; all values are of the state before."""
        effects = [x for x in operation.effects if isinstance(x, Assign | Store)]
        roots: list[Expr] = []
        for x in effects:
            last = x.address if isinstance(x, Store) else x.index
            roots += [x.value, x.guard, *([] if last is None else [last])]
        lowering.lower(roots)
        for x in effects:
            value, guard = lowering.lower([x.value, x.guard])
            if isinstance(x, Store):
                (address,) = lowering.lower([x.address])
                with self.builder.if_then(guard):
                    self.store(self._cut(address, 64), value, ir.Constant(I64, x.value.width // 8))
            else:
                index = None if x.index is None else lowering.lower([x.index])[0]
                self._assign(x, value, guard, index)

    def _assign(self, x: Assign, value: ir.Value, guard: ir.Value, index: ir.Value | None) -> None:
        register = self.machine.register(x.target)
        if register.is_file:
            index = self._cut(index, 64) if index is not None else ir.Constant(I64, 0)
            inside = self.builder.icmp_unsigned("<", index, ir.Constant(I64, register.count))
            guard = self.builder.and_(guard, inside)
        bits = storage_bits(register.width)
        with self.builder.if_then(guard):
            pointer = self._pointer(x.target, index if register.is_file else None)
            self.builder.store(self._cut(value, bits), pointer, align=min(8, bits // 8))

    # Memory: a window of bytes; outside it everything reads as 0 and writes go nowhere

    def load(self, address: ir.Value, width: int, guard: ir.Value) -> ir.Value:
        """Load `width` bits at a 64-bit address; 0 where the guard does not hold."""
        value = self._load(address, width)
        return self.builder.select(guard, value, ir.Constant(value.type, 0))

    def _load(self, address: ir.Value, width: int) -> ir.Value:
        b, size = self.builder, width // 8
        offset = b.sub(address, ir.Constant(I64, WINDOW_BASE))
        result = ir.Constant(integer(width), 0)
        for k in range(size):
            here = b.add(offset, ir.Constant(I64, k))
            inside = b.icmp_unsigned("<", here, ir.Constant(I64, WINDOW_SIZE))
            safe = b.select(inside, here, ir.Constant(I64, 0))
            byte = b.load(b.gep(self.memory, [safe]))
            kept = b.select(inside, byte, ir.Constant(I8, 0))
            wide = self._cut(kept, width)
            result = b.or_(result, b.shl(wide, ir.Constant(wide.type, 8 * k)))
        return result

    def store(self, address: ir.Value, value: ir.Value, size: ir.Value) -> None:
        """Store the `size` low bytes of a value, each where the window has it."""
        b = self.builder
        wide = self._cut(value, 128)
        offset = b.sub(address, ir.Constant(I64, WINDOW_BASE))
        for k in range(16):
            here = b.add(offset, ir.Constant(I64, k))
            inside = b.icmp_unsigned("<", here, ir.Constant(I64, WINDOW_SIZE))
            wanted = b.icmp_unsigned("<", ir.Constant(I64, k), size)
            byte = b.trunc(b.lshr(wide, ir.Constant(I128, 8 * k)), I8)
            with b.if_then(b.and_(inside, wanted)):
                b.store(byte, b.gep(self.memory, [here]))
