"""The values that break a condition are the condition's own."""

from __future__ import annotations

import z3

from gen.ir import expr as e
from gen.prove.sanity import decide


def test_what_other_scripts_define_is_not_told() -> None:
    z3.parse_smt2_string("(define-fun elsewhere () (_ BitVec 8) #x04)(assert (= elsewhere #x04))")
    found = decide(e.ult(e.input_("a", 8), e.const(255, 8)), always=True)
    assert found.values == {"input.a": 255}
