"""Permission: from "the flags a mapping has" to "the accesses it permits".

An access with flags `acc` is permitted when some mapping flags f that include acc match:
there is an f above acc with matchflags(f). There are few flags, so the quantifier is eliminated here,
one flag at a time: (exists f_i >= acc_i. p) = p[f_i := 1] or (not acc_i and p[f_i := 0]).
"""

from __future__ import annotations

from gen.ir.rewrite import simplify

from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.vrs.elaborate.values import Flags, Scope

__all__ = ["permitted"]

_PREFIX = "?flag_"


def permitted(scope: Scope, access: Expr) -> Expr | None:
    """Return the condition under which an access is permitted; None if the unit does not say."""
    stated = scope.instance.method("permits")
    if stated is not None:
        return _apply(scope, "permits", access)
    if scope.instance.method("matchflags") is None:
        return None
    count = access.width
    bits = [e.input_(f"{_PREFIX}{i}", 1) for i in range(count)]
    parts = _split(_apply(scope, "matchflags", e.concat(*reversed(bits))))
    about = [p for p in parts if _mentions(p, bits)]
    return _eliminate(e.all_of(about), bits, access)


def _apply(scope: Scope, name: str, bits: Expr) -> Expr:
    method = scope.instance.method(name)
    if method is None:
        raise TypeError(name)
    value = scope.call(method, {method.params[0].name.text: Flags(bits)} if method.params else {})
    return value if value.width == 1 else e.not_(e.eq(value, e.const(0, value.width)))


def _split(condition: Expr) -> list[Expr]:
    """Return the conjuncts of a condition; a boolean `if` is two implications."""
    if condition.op is Op.AND:
        return _split(condition.args[0]) + _split(condition.args[1])
    if condition.op is Op.ITE:
        c, then, other = condition.args
        return [e.or_(e.not_(c), p) for p in _split(then)] + [e.or_(c, p) for p in _split(other)]
    return [condition]


def _mentions(condition: Expr, bits: list[Expr]) -> bool:
    return any(node in bits for node in e.postorder([condition]))


def _eliminate(condition: Expr, bits: list[Expr], access: Expr) -> Expr:
    for i, bit in enumerate(bits):
        condition = simplify([condition])[0]
        if not _mentions(condition, [bit]):
            continue
        has = _bind(condition, bit, 1)
        lacks = _bind(condition, bit, 0)
        asked = e.slice_(access, i, 1)
        condition = e.or_(has, e.and_(e.not_(asked), lacks))
    return simplify([condition])[0]


def _bind(condition: Expr, bit: Expr, value: int) -> Expr:
    constant = e.const(value, 1)
    return e.substitute([condition], lambda node: constant if node is bit else None)[0]
