"""Python, native code and RTL compute every operation as the definition does."""

from __future__ import annotations

import ctypes

import pytest
from amaranth.hdl import Module, Signal
from amaranth.sim import Simulator
from llvmlite import ir

from gen.forms.native.compiler import compile_module
from gen.forms.native.lower import Lowering as NativeLowering
from gen.forms.native.lower import integer
from gen.forms.python.library import DIVISION
from gen.forms.python.text import Body
from gen.forms.rtl.lower import Lowering as RtlLowering
from gen.ir import expr as e
from tests.conformance import WIDTHS, Case, cases

BY_WIDTH: dict[int, list[Case]] = {w: [] for w in WIDTHS}
for _case in cases():
    _inputs = [n.width for n in e.postorder([_case.expr]) if n.op is e.Op.INPUT]
    BY_WIDTH[max(_inputs)].append(_case)


def python_values(case: Case) -> list[int]:
    body = Body({}, {}, {"a": "a", "b": "b", "c": "c"}, taken={"a", "b", "c"})
    body.count([case.expr])
    text = body.value(case.expr).text
    lines = "".join(f"    {line}\n" for line in [*body.lines, f"return {text}"])
    space: dict[str, object] = {}
    exec(f"{DIVISION}\ndef f(a, b, c):\n{lines}", space)
    function = space["f"]
    assert callable(function)
    return [int(function(**v)) for v in case.values]


@pytest.mark.parametrize("width", WIDTHS)
def test_python(width: int) -> None:
    for case in BY_WIDTH[width]:
        assert python_values(case) == case.expected(), case.expr


@pytest.mark.parametrize("optimise", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_native(width: int, optimise: bool) -> None:
    """Compile all cases of a width into one function over arrays of 16-byte values."""
    module = ir.Module("cases")
    pointer = ir.IntType(128).as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [pointer, pointer])
    function = ir.Function(module, kind, "run")
    builder = ir.IRBuilder(function.append_basic_block())
    row = 0
    for case in BY_WIDTH[width]:
        for _ in case.values[::4]:  # each is code of its own: a quarter of them will do
            leaves = {}
            for node in e.postorder([case.expr]):
                if node.op is e.Op.INPUT:
                    slot = ir.Constant(ir.IntType(64), 3 * row + "abc".index(node.name))
                    wide = builder.load(builder.gep(function.args[0], [slot]))
                    narrow = wide if node.width == 128 else builder.trunc(wide, integer(node.width))
                    leaves[node.name] = narrow
            lowering = NativeLowering(builder, leaves, lambda *_: None, lambda *_: None)
            (value,) = lowering.lower([case.expr])
            if case.expr.width < 128:
                value = builder.zext(value, ir.IntType(128))
            slot = ir.Constant(ir.IntType(64), row)
            builder.store(value, builder.gep(function.args[1], [slot]))
            row += 1
    builder.ret_void()
    code = compile_module(module, "run", optimise=optimise)
    given = (ctypes.c_uint64 * (6 * row + 2))()
    out = (ctypes.c_uint64 * (2 * row + 2))()
    start, end = _aligned(given), _aligned(out)
    every = [v for case in BY_WIDTH[width] for v in case.values[::4]]
    for i, values in enumerate(every):
        for k, name in enumerate("abc"):
            at = start + 6 * i + 2 * k
            given[at], given[at + 1] = values[name] & e.mask(64), values[name] >> 64
    code.function(ctypes.addressof(given) + 8 * start, ctypes.addressof(out) + 8 * end)
    got = [out[end + 2 * i] | out[end + 2 * i + 1] << 64 for i in range(row)]
    expected = [x for case in BY_WIDTH[width] for x in case.expected()[::4]]
    assert got == expected


def _aligned(buffer: ctypes.Array[ctypes.c_uint64]) -> int:
    """Return the first word that lies on 16 bytes."""
    return ctypes.addressof(buffer) % 16 // 8


@pytest.mark.parametrize("width", WIDTHS)
def test_rtl(width: int) -> None:
    """Evaluate all cases of a width in Amaranth's simulator, in one design."""
    m = Module()
    chosen = BY_WIDTH[width]
    inputs, outputs = [], []
    for i, case in enumerate(chosen):
        leaves = {
            n.name: Signal(n.width, name=f"{n.name}_{i}")
            for n in e.postorder([case.expr])
            if n.op is e.Op.INPUT
        }
        out = Signal(case.expr.width, name=f"out_{i}")
        m.d.comb += out.eq(RtlLowering(m, leaves, {}).lower([case.expr])[0])
        inputs.append(leaves)
        outputs.append(out)
    most = max(len(c.values) for c in chosen)
    got: list[list[int]] = [[] for _ in chosen]

    async def testbench(ctx: object) -> None:
        for k in range(most):
            for case, leaves in zip(chosen, inputs, strict=True):
                for name, signal in leaves.items():
                    ctx.set(signal, case.values[k % len(case.values)][name])  # type: ignore[attr-defined]
            await ctx.delay(1e-9)  # type: ignore[attr-defined]
            for row, out in zip(got, outputs, strict=True):
                row.append(ctx.get(out))  # type: ignore[attr-defined]

    simulator = Simulator(m)
    simulator.add_testbench(testbench)
    simulator.run()
    for case, row in zip(chosen, got, strict=True):
        assert row[: len(case.values)] == case.expected(), case.expr
