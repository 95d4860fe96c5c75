"""Permission: from "the flags a mapping has" to "the accesses it permits".

An access with flags `acc` is permitted when some mapping flags f that include acc match:
there is an f above acc with matchflags(f). There are few flags, so the quantifier is eliminated,
one flag at a time: (exists f_i >= acc_i. p) = p[f_i := 1] or (not acc_i and p[f_i := 0]).
"""

from __future__ import annotations

from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.rewrite import simplify
from gen.vrs.elaborate.values import Flags, Scope

__all__ = ["permitted"]

_PREFIX = "?flag_"


def permitted(scope: Scope, access: Expr, va: Expr) -> Expr | None:
    """Return the condition under which an access to an address is permitted; None if the unit does
    not say."""
    stated = scope.instance.method("permits")
    if stated is not None:
        return _apply(scope, "permits", access, va)
    if scope.instance.method("matchflags") is None:
        return None
    count = access.width
    bits = [e.input_(f"{_PREFIX}{i}", 1) for i in range(count)]
    branches = dict(scope.elab.branches)  # conditions over the bound flags are no branches of ours
    matches = simplify([_apply(scope, "matchflags", e.concat(*reversed(bits)))])[0]
    scope.elab.branches.clear()
    scope.elab.branches.update(branches)
    parts = _split(matches)
    groups = _independent([(p, _mentioned(p, bits)) for p in parts])
    return e.all_of(_eliminate(e.all_of(g), bits, access) for g in groups)


def _apply(scope: Scope, name: str, bits: Expr, va: Expr | None = None) -> Expr:
    method = scope.instance.method(name)
    if method is None:
        raise TypeError(name)
    given = zip(method.params, (Flags(bits), va), strict=False)
    value = scope.call(method, {p.name.text: v for p, v in given if v is not None})
    return value if value.width == 1 else e.not_(e.eq(value, e.const(0, value.width)))


def _split(condition: Expr) -> list[Expr]:
    """Return the conjuncts of a condition; a boolean `if` is two implications."""
    if condition.op is Op.AND:
        return _split(condition.args[0]) + _split(condition.args[1])
    if condition.op is Op.ITE:
        c, then, other = condition.args
        return [e.or_(e.not_(c), p) for p in _split(then)] + [e.or_(c, p) for p in _split(other)]
    return [condition]


def _mentioned(condition: Expr, bits: list[Expr]) -> frozenset[Expr]:
    return frozenset(n for n in e.postorder([condition]) if n in bits)


def _independent(parts: list[tuple[Expr, frozenset[Expr]]]) -> list[list[Expr]]:
    """Group the conjuncts that share a flag: the quantifier distributes over the groups.

    Conjuncts that mention no flag are left out: they are policy for making mappings.
    """
    groups: list[tuple[list[Expr], frozenset[Expr]]] = []
    for part, flags in parts:
        if not flags:
            continue
        sharing = [g for g in groups if g[1] & flags]
        groups = [g for g in groups if not g[1] & flags]
        merged = [p for g in sharing for p in g[0]]
        groups.append(([*merged, part], flags.union(*(g[1] for g in sharing))))
    return [g[0] for g in groups]


def _eliminate(condition: Expr, bits: list[Expr], access: Expr) -> Expr:
    for i, bit in enumerate(bits):
        condition = simplify([condition])[0]
        if not _mentioned(condition, [bit]):
            continue
        has = _bind(condition, bit, 1)
        lacks = _bind(condition, bit, 0)
        asked = e.slice_(access, i, 1)
        condition = e.or_(has, e.and_(e.not_(asked), lacks))
    return simplify([condition])[0]


def _bind(condition: Expr, bit: Expr, value: int) -> Expr:
    constant = e.const(value, 1)
    return e.substitute([condition], lambda node: constant if node is bit else None)[0]
