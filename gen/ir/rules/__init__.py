"""The rewrite rules, as a table: operation, what matches, what replaces it, and instances to prove.

Each rule lists instances at a given width; the tests prove with Z3 that every instance equals its
replacement. Rules only ever make terms smaller, narrower or more constant, so rewriting ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from gen.ir.expr import Expr, Op
from gen.ir.rules import arithmetic, compare, logic, order, structure
from gen.ir.rules.rule import Rule

__all__ = ["RULES", "Rule", "instances", "rules_for"]

# Rules of one operation are tried in this order: the others rely on constants on the right.
RULES: list[Rule] = [
    *order.RULES,
    *logic.RULES,
    *arithmetic.RULES,
    *structure.RULES,
    *compare.RULES,
]


def rules_for() -> dict[Op, list[Rule]]:
    """Return the rules by operation, in the order of the table."""
    table: dict[Op, list[Rule]] = {}
    for rule in RULES:
        table.setdefault(rule.op, []).append(rule)
    return table


def instances(width: int) -> Iterator[tuple[Rule, Expr]]:
    """Yield every rule with its instances at a width."""
    for rule in RULES:
        for term in rule.instances(width):
            yield rule, term
