"""Every rewrite is proved, at several widths; a wrong one is seen to fail."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gen.forms import smt
from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.ir.rules import RULES, Rule, instances, rules_for
from tests.ir.terms import INPUTS, terms

WIDTHS = [2, 5, 8, 13, 32]


@pytest.mark.parametrize("width", WIDTHS)
def test_each_rule_is_proved(width: int) -> None:
    for rule, term in instances(width):
        assert term.op is rule.op, f"{rule.name}: the instance is a {term.op.value}"
        new = rule.apply(term)
        assert new is not None, f"{rule.name} does not match {term}"
        assert new.width == term.width, rule.name
        assert smt.equal(term, new), f"{rule.name} is wrong for {term}"


@settings(max_examples=150, deadline=None)
@given(terms(depth=3), st.integers(0, 2**32))
def test_each_step_on_random_terms_keeps_the_value(term: Expr, seed: int) -> None:
    """Instances are what the author of a rule thought of; here every node meets every rule."""
    rng = random.Random(seed)
    values = [
        {n: rng.choice([0, e.mask(w), rng.getrandbits(w)]) for n, w in INPUTS.items()}
        for _ in range(6)
    ]
    for node in e.postorder([term]):
        for rule in rules_for().get(node.op, ()):
            new = rule.apply(node)
            if new is not None:
                assert new.width == node.width, rule.name
                for v in values:
                    assert e.evaluate([new], v) == e.evaluate([node], v), rule.name


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
