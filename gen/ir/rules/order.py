"""Constants stand on the right of what commutes."""

from __future__ import annotations

from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.rules.rule import Rule, var

__all__ = ["RULES"]


def _commuted(x: Expr) -> Expr | None:
    a, b = x.args
    return e.build(x.op, x.width, (b, a)) if a.is_const and not b.is_const else None


def _rule(op: Op) -> Rule:
    def instances(w: int) -> list[Expr]:
        a = var("a", w)
        return [e.build(op, 1 if op is Op.EQ else w, (e.const(5, w), a))]

    return Rule(f"{op.value}-constant-right", op, _commuted, instances)


RULES: list[Rule] = [_rule(op) for op in (Op.AND, Op.OR, Op.XOR, Op.ADD, Op.MUL, Op.EQ)]
