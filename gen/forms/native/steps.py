"""An instruction set as compiled code: fetch, decode and perform, one instruction after another.

The code is given the state, the memory's pages as it asks for them, and a log, into which it copies
the whole state after each instruction. It stops before an instruction that traps, that is none, or
whose memory access has no page: then nothing of that instruction has been done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from llvmlite import ir

from gen.forms.native.emit import I1, I8, I32, I64, POINTER, Emitter, at
from gen.forms.native.layout import Layout
from gen.forms.native.lower import Lowering, integer
from gen.ir.decoding import Candidate, Decoding, Leaf
from gen.ir.expr import Expr
from gen.ir.machine import Assign, Fault, Machine, Operation, Store

__all__ = [
    "BUFFER",
    "CONTEXT_SIZE",
    "FAILED",
    "PAGE_BITS",
    "SLOTS",
    "SLOW",
    "TABLE",
    "steps_program",
]

PC, WORD = "pc", "word"

# The context, by byte offset: what compiled code and its caller share.
SLOW = 0  # address of a function (kind, address, bytes) -> whether it was done
FAILED = 8  # not 0: an access of this instruction was not done
BUFFER = 16  # the value of an access by that function, 16 bytes
TABLE = 32  # pages: slots of four words: number for reading, for writing, for fetching, address
PAGE_BITS, SLOTS, SLOT = 12, 256, 32
CONTEXT_SIZE = TABLE + SLOTS * SLOT
READ, WRITE, FETCH = 0, 1, 2


def steps_program(
    machine: Machine, layout: Layout, decoding: Mapping[int, Decoding], *, big: bool = False
) -> ir.Module:
    """Return a module with ``steps(state, context, count, log, done)``.

    Parameters
    ----------
    decoding : tree for each width of words; a word is an instruction of the narrowest that has it
    big : whether instructions lie in memory with their most significant byte first

    `log` is 0 or points to `count` states; `done` to the number of instructions performed, 64 bits.
    """
    module = ir.Module(machine.name)
    memory = _Memory(module, big)
    performs = {o.name: _operation(module, machine, layout, memory, o) for o in machine.operations}
    trees = {w: _decoder(module, w, tree, performs) for w, tree in sorted(decoding.items())}
    kind = ir.FunctionType(ir.VoidType(), [I64] * 5)
    _loop(ir.Function(module, kind, "steps"), layout, memory, trees)
    return module


# Memory


class _Memory:
    """Functions that reach memory: by a page that the context has, or by asking the caller."""

    def __init__(self, module: ir.Module, big: bool) -> None:
        self.module = module
        self.big = big  # of instructions; data is as the machine says
        self._made: dict[tuple[int, int], ir.Function] = {}

    def access(self, kind: int, size: int) -> ir.Function:
        """Return the function for an access: (context, address[, value]) -> value."""
        key = (kind, size)
        if key not in self._made:
            self._made[key] = self._make(kind, size)
        return self._made[key]

    def _make(self, kind: int, size: int) -> ir.Function:
        value = integer(8 * size)
        arguments = [POINTER, I64, *([value] if kind == WRITE else [])]
        result = ir.VoidType() if kind == WRITE else value
        name = f"{('read', 'write', 'fetch')[kind]}{size}"
        f = ir.Function(self.module, ir.FunctionType(result, arguments), name)
        f.linkage = "internal"
        b = ir.IRBuilder(f.append_basic_block())
        page = b.lshr(f.args[1], ir.Constant(I64, PAGE_BITS))
        offset = b.and_(f.args[1], ir.Constant(I64, (1 << PAGE_BITS) - 1))
        slot = b.mul(b.and_(page, ir.Constant(I64, SLOTS - 1)), ir.Constant(I64, SLOT))
        entry = b.gep(f.args[0], [b.add(slot, ir.Constant(I64, TABLE))])
        here = b.icmp_unsigned("==", b.load(at(b, entry, 8 * kind, I64)), page)
        whole = b.icmp_unsigned("<=", offset, ir.Constant(I64, (1 << PAGE_BITS) - size))
        with b.if_then(b.and_(here, whole), likely=True):
            base = b.inttoptr(b.load(at(b, entry, 24, I64)), POINTER)
            place = at(b, base, offset, value)
            if kind == WRITE:
                b.store(f.args[2], place, align=1)
                b.ret_void()
            else:
                b.ret(b.load(place, align=1))
        self._ask(b, f, kind, size)
        return f

    def _ask(self, b: ir.IRBuilder, f: ir.Function, kind: int, size: int) -> None:
        """End with the caller's function; where it fails, say so in the context."""
        context, value = f.args[0], integer(8 * size)
        buffer = at(b, context, BUFFER, value)
        if kind == WRITE:
            b.store(f.args[2], buffer, align=1)
        slow_kind = ir.FunctionType(I32, [I64, I64, I64]).as_pointer()
        slow = b.inttoptr(b.load(at(b, context, SLOW, I64)), slow_kind)
        done = b.call(slow, [ir.Constant(I64, kind), f.args[1], ir.Constant(I64, size)])
        failed = b.icmp_unsigned("==", done, ir.Constant(I32, 0))
        place = at(b, context, FAILED, I64)
        b.store(b.or_(b.load(place), b.zext(failed, I64)), place)
        if kind == WRITE:
            b.ret_void()
        else:
            b.ret(b.select(failed, ir.Constant(value, 0), b.load(buffer, align=1)))


# Operations


class _Emitter(Emitter):
    """Emits one instruction; `memory` is the context."""

    accesses: _Memory

    def load(self, address: ir.Value, width: int, guard: ir.Value) -> ir.Value:
        """Load by a function of memory, and only where the guard holds."""
        b, function = self.builder, self.accesses.access(READ, width // 8)
        with b.if_else(guard) as (then, otherwise):
            with then:
                value = b.call(function, [self.memory, address])
                asked = b.block
            with otherwise:
                skipped = b.block
        merged = b.phi(value.type)
        merged.add_incoming(value, asked)
        merged.add_incoming(ir.Constant(value.type, 0), skipped)
        return merged

    def stores(self, operation: Operation, lowering: Lowering) -> None:
        """Do the stores."""
        for x in operation.effects:
            if isinstance(x, Store):
                address, value, guard = lowering.lower([x.address, x.value, x.guard])
                function = self.accesses.access(WRITE, x.value.width // 8)
                with self.builder.if_then(guard):
                    self.builder.call(function, [self.memory, self._cut(address, 64), value])

    def assignments(self, operation: Operation, lowering: Lowering) -> None:
        """Do the assignments; all values are of the state before."""
        effects = [x for x in operation.effects if isinstance(x, Assign)]
        roots = [r for x in effects for r in _roots(x)]
        lowering.lower(roots)
        for x in effects:
            value, guard, *index = lowering.lower(_roots(x))
            self._assign(x, value, guard, index[0] if index else None)


def _roots(x: Assign) -> list[Expr]:
    return [x.value, x.guard, *([] if x.index is None else [x.index])]


def _operation(
    module: ir.Module, machine: Machine, layout: Layout, memory: _Memory, operation: Operation
) -> ir.Function:
    """Return a function (state, context, word) -> whether the instruction was performed."""
    (word,) = operation.inputs
    kind = ir.FunctionType(I1, [POINTER, POINTER, integer(word.width)])
    f = ir.Function(module, kind, f"perform.{operation.name}")
    f.linkage = "internal"
    state, context, code = f.args
    b = ir.IRBuilder(f.append_basic_block())
    emitter = _Emitter(machine, layout, b, state, context, context)
    emitter.accesses = memory
    lowering = emitter.lowering(operation, {word.name: code})
    guards = lowering.lower([x.guard for x in operation.effects if isinstance(x, Fault)])
    _leave_if_failed(b, context)
    for guard in guards:
        with b.if_then(guard, likely=False):
            b.ret(ir.Constant(I1, 0))
    if any(isinstance(x, Store) for x in operation.effects):
        _values(lowering, operation)
        emitter.stores(operation, lowering)
        _leave_if_failed(b, context)
    emitter.assignments(operation, lowering)
    b.ret(ir.Constant(I1, 1))
    return f


def _values(lowering: Lowering, operation: Operation) -> None:
    """Compute what the assignments need before the stores change memory or control."""
    lowering.lower([r for x in operation.effects if isinstance(x, Assign) for r in _roots(x)])
    stores = [x for x in operation.effects if isinstance(x, Store)]
    lowering.lower([r for x in stores for r in (x.address, x.value, x.guard)])


def _leave_if_failed(b: ir.IRBuilder, context: ir.Value) -> None:
    failed = b.load(at(b, context, FAILED, I64))
    with b.if_then(b.icmp_unsigned("!=", failed, ir.Constant(I64, 0)), likely=False):
        b.ret(ir.Constant(I1, 0))


# Decoding


@dataclass
class _Decoder:
    """Emits a tree: 0 for no instruction, 1 for one performed, 2 for one that was not."""

    f: ir.Function
    performs: Mapping[str, ir.Function]

    def node(self, b: ir.IRBuilder, node: Decoding) -> None:
        """End a block with the choice of a node."""
        if isinstance(node, Leaf):
            self._leaf(b, node)
            return
        word = self.f.args[2]
        bits = b.trunc(b.lshr(word, ir.Constant(word.type, node.low)), integer(node.width))
        other = self.f.append_basic_block()
        switch = b.switch(bits, other)
        for value, child in node.children.items():
            block = self.f.append_basic_block()
            switch.add_case(ir.Constant(bits.type, value), block)
            self.node(ir.IRBuilder(block), child)
        self.node(ir.IRBuilder(other), node.other)

    def _leaf(self, b: ir.IRBuilder, leaf: Leaf) -> None:
        state, context, word = self.f.args
        for c in leaf.candidates:
            with b.if_then(self._is(b, c)):
                done = b.call(self.performs[c.operation], [state, context, word])
                b.ret(b.select(done, ir.Constant(I8, 1), ir.Constant(I8, 2)))
        b.ret(ir.Constant(I8, 0))

    def _is(self, b: ir.IRBuilder, c: Candidate) -> ir.Value:
        word = self.f.args[2]
        fixed = b.and_(word, ir.Constant(word.type, c.mask))
        found = b.icmp_unsigned("==", fixed, ir.Constant(word.type, c.match))
        if c.condition is None:
            return found
        lowering = Lowering(b, {WORD: word}, _no_register, _no_element)
        return b.and_(found, lowering.lower([c.condition])[0])


def _no_register(name: str, width: int) -> ir.Value:
    raise TypeError(f"a condition on words reads register `{name}`")


def _no_element(name: str, index: ir.Value, width: int) -> ir.Value:
    raise TypeError(f"a condition on words reads register file `{name}`")


def _decoder(
    module: ir.Module, width: int, tree: Decoding, performs: Mapping[str, ir.Function]
) -> ir.Function:
    kind = ir.FunctionType(I8, [POINTER, POINTER, integer(width)])
    f = ir.Function(module, kind, f"decode{width}")
    f.linkage = "internal"
    _Decoder(f, performs).node(ir.IRBuilder(f.append_basic_block()), tree)
    return f


# The loop


def _loop(
    f: ir.Function, layout: Layout, memory: _Memory, trees: Mapping[int, ir.Function]
) -> None:
    """Emit the loop: fetch, decode and perform until `count`, or until one is not performed."""
    b = ir.IRBuilder(f.append_basic_block("entry"))
    state, context, log, done = (b.inttoptr(f.args[k], POINTER) for k in (0, 1, 3, 4))
    count = f.args[2]
    head, body, after, stop = (f.append_basic_block(n) for n in ("head", "body", "after", "stop"))
    entry = b.block
    b.branch(head)
    b.position_at_end(head)
    k = b.phi(I64)
    k.add_incoming(ir.Constant(I64, 0), entry)
    b.cbranch(b.icmp_unsigned("<", k, count), body, stop)
    b.position_at_end(body)
    _step(b, f, layout, memory, trees, state, context, after, stop)
    b.position_at_end(after)
    size = layout.dtype.itemsize
    logged = b.icmp_unsigned("!=", f.args[3], ir.Constant(I64, 0))
    with b.if_then(logged):
        _copy(b, b.gep(log, [b.mul(k, ir.Constant(I64, size))]), state, size)
    following = b.add(k, ir.Constant(I64, 1))
    k.add_incoming(following, b.block)
    b.branch(head)
    b.position_at_end(stop)
    b.store(k, b.bitcast(done, I64.as_pointer()))
    b.ret_void()


def _step(
    b: ir.IRBuilder,
    f: ir.Function,
    layout: Layout,
    memory: _Memory,
    trees: Mapping[int, ir.Function],
    state: ir.Value,
    context: ir.Value,
    after: ir.Block,
    stop: ir.Block,
) -> None:
    """Emit one instruction: try the narrowest words first."""
    width = layout.machine.register(PC).width
    pc = b.load(at(b, state, layout.offset(PC), integer(width)))
    address = b.zext(pc, I64) if width < 64 else pc
    for bits, decode in trees.items():
        word = b.call(memory.access(FETCH, bits // 8), [context, address])
        word = b.bswap(word) if memory.big and bits > 8 else word
        failed = b.load(at(b, context, FAILED, I64))
        fetched = f.append_basic_block(f"fetched{bits}")
        b.cbranch(b.icmp_unsigned("==", failed, ir.Constant(I64, 0)), fetched, stop)
        b.position_at_end(fetched)
        found = b.call(decode, [state, context, word])
        following = f.append_basic_block(f"beyond{bits}")
        switch = b.switch(found, following)
        switch.add_case(ir.Constant(I8, 1), after)
        switch.add_case(ir.Constant(I8, 2), stop)
        b.position_at_end(following)
    b.branch(stop)


def _copy(b: ir.IRBuilder, target: ir.Value, source: ir.Value, size: int) -> None:
    kind = [POINTER, POINTER, I64]
    function = b.module.declare_intrinsic("llvm.memcpy", kind)
    b.call(function, [target, source, ir.Constant(I64, size), ir.Constant(I1, 0)])
