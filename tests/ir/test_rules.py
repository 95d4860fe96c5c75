"""Every rewrite is proved, at several widths; a wrong one is seen to fail."""

from __future__ import annotations

import pytest

from gen.forms import smt
from gen.ir import expr as e
from gen.ir.rules import RULES, Rule, instances

WIDTHS = [2, 5, 8, 13, 32]


@pytest.mark.parametrize("width", WIDTHS)
def test_each_rule_is_proved(width: int) -> None:
    for rule, term in instances(width):
        assert term.op is rule.op, f"{rule.name}: the instance is a {term.op.value}"
        new = rule.apply(term)
        assert new is not None, f"{rule.name} does not match {term}"
        assert new.width == term.width, rule.name
        assert smt.equal(term, new), f"{rule.name} is wrong for {term}"


def test_each_rule_has_an_instance_that_stays_a_term() -> None:
    assert {r.name for r, _ in instances(8)} == {r.name for r in RULES}


def test_names_are_unique() -> None:
    names = [r.name for r in RULES]
    assert len(names) == len(set(names))


def test_a_wrong_rule_is_refuted() -> None:
    a = e.input_("a", 8)
    wrong = Rule("wrong", e.Op.ADD, lambda x: x.args[0], lambda w: [e.add(a, e.const(1, 8))])
    (term,) = wrong.instances(8)
    replacement = wrong.apply(term)
    assert replacement is not None
    assert not smt.equal(term, replacement)
