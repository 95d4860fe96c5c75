"""Calls of pure functions: every form that has them agrees with the definition."""

from __future__ import annotations

import ctypes
import random
from dataclasses import replace

import pytest
import z3
from amaranth.hdl import Module, Signal
from llvmlite import ir

from gen.forms import smt
from gen.forms.doc.formula import Formulas
from gen.forms.native.compiler import compile_module
from gen.forms.native.lower import Lowering as NativeLowering
from gen.forms.native.lower import integer
from gen.forms.python.text import Body
from gen.forms.rtl.lower import Lowering as RtlLowering
from gen.ir import expr as e
from gen.ir.functions import FUNCTIONS, Function, register
from gen.ir.interpret import run
from gen.ir.machine import Machine, Operation, Output, Port
from gen.ir.rewrite import simplify
from gen.ir.text import print_expr, print_machine, read_expr, read_machine
from gen.ir.verify import verify
from gen.isa.values import Word, call, word
from gen.isa.values.terms import SemanticError, Term

X, Y, MODE = e.input_("x", 32), e.input_("y", 32), e.input_("m", 3)
SUM = e.call("f32_add", MODE, X, Y)
ONE, TWO, THREE = 0x3F800000, 0x40000000, 0x40400000


def _term(expr: e.Expr) -> Term:
    return Term(expr, bool)


def _machine() -> Machine:
    ports = (Port("m", 3), Port("x", 32), Port("y", 32))
    return Machine("m", operations=(Operation("op", ports, (), (Output("out", SUM),)),))


def test_a_call_has_its_functions_width_and_is_one_node() -> None:
    assert SUM.width == 37
    assert e.call("f32_add", MODE, X, Y) is SUM


def test_a_call_of_constants_folds() -> None:
    assert e.call("f32_add", e.const(0, 3), e.const(ONE, 32), e.const(TWO, 32)).value == THREE
    assert e.evaluate([SUM], {"m": 0, "x": ONE, "y": TWO}) == [THREE]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_total_and_fits_its_width(name: str) -> None:
    function, rng = FUNCTIONS[name], random.Random(name)
    for _ in range(200):
        arguments = [rng.choice([0, e.mask(w), rng.getrandbits(w)]) for w in function.widths]
        found = function.evaluate(*arguments)
        assert 0 <= found <= e.mask(function.width)
        constants = (e.const(a, w) for a, w in zip(arguments, function.widths, strict=True))
        assert e.call(name, *constants).value == found


def test_an_unknown_function_and_wrong_arguments_are_refused() -> None:
    with pytest.raises(e.WidthError, match="no function is called `sine`"):
        e.call("sine", X)
    with pytest.raises(e.WidthError, match=r"`f32_add` takes \(3, 32, 32\) bits, not \(32, 32\)"):
        e.call("f32_add", X, Y)


def test_a_name_is_registered_once() -> None:
    known = FUNCTIONS["f32_add"]
    assert register(known) is known
    with pytest.raises(ValueError, match="a function is called `f32_add` already"):
        register(replace(known, width=38))


def test_a_call_reads_back() -> None:
    text = "(call f32_add (input m 3) (input x 32) (input y 32))"
    assert print_expr(SUM) == text
    assert read_expr(text) is SUM
    machine = verify(_machine())
    assert read_machine(print_machine(machine)) == machine


def test_rewriting_leaves_a_call_and_rewrites_its_arguments() -> None:
    same = e.not_(e.not_(X))
    assert simplify([e.call("f32_add", MODE, same, Y)]) == [SUM]


def test_the_interpreter_computes_a_call() -> None:
    outcome = run(_machine(), "op", {}, {"m": 0, "x": ONE, "y": TWO})
    assert outcome.outputs == {"out": THREE}


def test_z3_knows_that_a_call_is_a_function_and_nothing_else() -> None:
    other = e.call("f32_add", MODE, X, e.input_("z", 32))
    same = e.ite(e.eq(Y, e.input_("z", 32)), SUM, other)
    assert smt.equal(same, other)
    assert not smt.equal(SUM, other)
    assert not smt.equal(SUM, e.call("f32_sub", MODE, X, Y))
    assert not smt.equal(SUM, e.call("f32_add", MODE, Y, X))  # commutes, but that is not known
    assert isinstance(smt.term(SUM), z3.BitVecRef)


def test_documents_write_a_call() -> None:
    assert Formulas(_machine()).text(SUM) == "f32_add(m, x, y)"


def test_forms_of_units_alone_refuse_a_call() -> None:
    message = "call `f32_add` has no"
    body = Body({}, {}, {"m": "m", "x": "x", "y": "y"})
    with pytest.raises(TypeError, match=f"{message} Python"):
        body.value(SUM)
    leaves = {"m": Signal(3), "x": Signal(32), "y": Signal(32)}
    with pytest.raises(TypeError, match=f"{message} RTL"):
        RtlLowering(Module(), leaves, {}).lower([SUM])


def test_compiled_code_calls_back() -> None:
    """Through a function of pointers to the arguments, a word each, and the result."""
    calls = [SUM, e.call("f64_classify", e.input_("z", 64)), e.call("f32_to_u64", MODE, X)]
    names = {"m": 3, "x": 32, "y": 32, "z": 64}
    module = ir.Module("calls")
    pointer = integer(128).as_pointer()
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [pointer] * 2), "run")
    b = ir.IRBuilder(function.append_basic_block())
    leaves = {}
    for k, (name, width) in enumerate(names.items()):
        place = b.gep(function.args[0], [ir.Constant(integer(64), k)])
        leaves[name] = b.trunc(b.load(place, align=8), integer(width))
    values = NativeLowering(b, leaves, lambda *_: None, lambda *_: None).lower(calls)
    for k, value in enumerate(values):
        place = b.gep(function.args[1], [ir.Constant(integer(64), k)])
        b.store(b.zext(value, integer(128)), place, align=8)
    b.ret_void()
    code = compile_module(module, "run", optimise=True)
    draw = random.Random(1)
    for _ in range(200):
        given = {
            n: draw.randrange(5) if n == "m" else draw.getrandbits(w) for n, w in names.items()
        }
        words = (ctypes.c_uint64 * 8)(*(v for n in names for v in (given[n], 0)))
        out = (ctypes.c_uint64 * 6)()
        code.function(ctypes.addressof(words), ctypes.addressof(out))
        assert [out[2 * k] | out[2 * k + 1] << 64 for k in range(3)] == e.evaluate(calls, given)


def test_semantic_functions_call_on_words_and_on_symbols() -> None:
    found = call("f32_add", word(3)(0), word(32)(ONE), word(32)(TWO))
    assert isinstance(found, Word)
    assert (found, found.width) == (THREE, 37)
    assert call("f32_add", _term(MODE), _term(X), _term(Y)).expr is SUM
    mixed = call("f32_add", 0, word(32)(ONE), _term(Y)).expr
    assert mixed is e.call("f32_add", e.const(0, 3), e.const(ONE, 32), Y)
    with pytest.raises(SemanticError, match="a word of 3 bits where 32 are expected"):
        call("f32_add", _term(MODE), _term(MODE), _term(Y))


def test_words_reach_a_function_as_plain_integers() -> None:
    """A word's own arithmetic is modulo its width: a function must not see it."""
    name = "test_plain_integers"
    function = Function(name, (8,), 16, lambda x: x * 256)
    FUNCTIONS[name] = function
    try:
        assert call(name, word(8)(255)) == 255 * 256
    finally:
        del FUNCTIONS[name]
