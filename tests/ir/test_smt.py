"""The Z3 form says what the definition says."""

from __future__ import annotations

import z3

from gen.forms import smt
from gen.ir import expr as e
from tests.conformance import cases


def test_each_operation_is_the_definition() -> None:
    for case in cases():
        leaves = {n: smt.term(n) for n in e.postorder([case.expr]) if n.op is e.Op.INPUT}
        term = smt.term(case.expr)
        for values, expected in list(zip(case.values, case.expected(), strict=True))[::5]:
            bound = [(t, z3.BitVecVal(values[n.name], n.width)) for n, t in leaves.items()]
            got = z3.simplify(z3.substitute(term, *bound))
            assert got.as_long() == expected, (case.expr, values)


def test_unreachable() -> None:
    a = e.input_("a", 8)
    impossible = e.and_(e.eq(a, e.const(1, 8)), e.eq(a, e.const(2, 8)))
    assert smt.unreachable([impossible, e.eq(a, e.const(1, 8))]) == [True, False]


def test_elements_of_a_file_are_free_but_equal() -> None:
    index = e.input_("i", 64)
    x = e.regread("f", index, 8)
    assert smt.equal(x, e.regread("f", index, 8))
    assert not smt.equal(x, e.regread("f", e.input_("j", 64), 8))
