"""Rewriting: terms made smaller and narrower by the rules of `gen.ir.rules`, to a fixpoint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from gen.ir.expr import LEAVES, Expr, Op, build, const, substitute
from gen.ir.machine import Assign, Cover, Effect, Fault, Load, Machine, Operation, Store
from gen.ir.rules import Rule, rules_for
from gen.source import Span

__all__ = ["outputs_without_fault", "simplify", "simplify_machine"]

_RULES: dict[Op, list[Rule]] = rules_for()


def simplify(roots: Iterable[Expr]) -> list[Expr]:
    """Return terms that equal the roots, rewritten until no rule matches."""
    return _Rewriter().rewrite(list(roots))


@dataclass
class _Rewriter:
    """Bottom up with an explicit stack: terms may be deeper than Python's."""

    done: dict[Expr, Expr] = field(default_factory=dict)
    becomes: dict[Expr, Expr] = field(default_factory=dict)

    def rewrite(self, roots: list[Expr]) -> list[Expr]:
        stack = list(reversed(roots))
        while stack:
            node = stack[-1]
            if node in self.done:
                stack.pop()
                continue
            waiting = self._step(node)
            if waiting:
                stack.extend(waiting)
        return [self.done[r] for r in roots]

    def _step(self, node: Expr) -> list[Expr]:
        """Finish a node, or return the terms that must be finished before it."""
        target = self.becomes.get(node)
        if target is not None:
            if target not in self.done:
                return [target]
            self.done[node] = self.done[target]
            return []
        missing = [a for a in node.args if a not in self.done]
        if missing:
            return missing
        args = tuple(self.done[a] for a in node.args)
        new = node if args == node.args else build(node.op, node.width, args, node.attr)
        if new is node:
            new = _once(node)
        if new is node:
            self.done[node] = node
        else:
            self.becomes[node] = new
        return []


def _once(node: Expr) -> Expr:
    for rule in _RULES.get(node.op, ()):
        new = rule.apply(node)
        if new is not None:
            return new
    return node


def outputs_without_fault(operation: Operation) -> list[Expr]:
    """Return terms that equal the outputs where no fault fires, whatever they are elsewhere.

    For forms that leave an operation at its faults: what the guards' falsehood implies is used.
    """
    guards = [x.guard for x in operation.effects if isinstance(x, Fault)]
    terms = [*guards, *(x.value for x in operation.outputs)]
    for _ in guards:
        facts = _implied(terms.pop(0))
        terms = simplify(substitute(terms, facts.get))
    return terms


def _implied(guard: Expr) -> dict[Expr, Expr]:
    """Return what is known where a guard is false: it, and parts of it, with their values."""
    facts: dict[Expr, Expr] = {}
    stack = [(guard, False)]
    while stack:
        node, holds = stack.pop()
        if node.is_const or node in facts:
            continue
        facts[node] = const(int(holds), 1)
        if node.op is Op.NOT:
            stack.append((node.args[0], not holds))
        elif node.op is (Op.AND if holds else Op.OR):
            stack += [(a, holds) for a in node.args]
    return facts


def simplify_machine(machine: Machine) -> Machine:
    """Return the machine with every expression rewritten, names and spans moved along."""
    rewriter = _Rewriter()
    return replace(
        machine,
        operations=tuple(_operation(rewriter, o) for o in machine.operations),
        covers=tuple(_cover(rewriter, c) for c in machine.covers),
        names=MappingProxyType(_moved_names(machine.names, rewriter)),
        spans=MappingProxyType(_moved_spans(machine.spans, rewriter)),
    )


def _operation(rewriter: _Rewriter, o: Operation) -> Operation:
    outputs = tuple(replace(x, value=rewriter.rewrite([x.value])[0]) for x in o.outputs)
    effects = (_effect(rewriter, x) for x in o.effects)
    return replace(o, effects=tuple(x for x in effects if not never(x)), outputs=outputs)


def never(x: Effect) -> bool:
    """Return whether an effect cannot happen. A load that never happens still has its value, 0."""
    return not isinstance(x, Load) and x.guard.is_const and not x.guard.value


def _effect(rewriter: _Rewriter, x: Effect) -> Effect:
    def one(y: Expr) -> Expr:
        return rewriter.rewrite([y])[0]

    match x:
        case Load():
            return replace(x, guard=one(x.guard), address=one(x.address))
        case Store():
            return replace(x, guard=one(x.guard), address=one(x.address), value=one(x.value))
        case Assign():
            index = None if x.index is None else one(x.index)
            return replace(x, guard=one(x.guard), value=one(x.value), index=index)
        case Fault():
            value = None if x.value is None else one(x.value)
            return replace(x, guard=one(x.guard), value=value)


def _cover(rewriter: _Rewriter, c: Cover) -> Cover:
    return replace(c, condition=rewriter.rewrite([c.condition])[0])


def _moved_names(names: Mapping[Expr, str], rewriter: _Rewriter) -> dict[Expr, str]:
    moved: dict[Expr, str] = {}
    for node, name in names.items():
        new = rewriter.rewrite([node])[0]
        if new.op not in LEAVES:
            moved.setdefault(new, name)
    return moved


def _moved_spans(spans: Mapping[Expr, Span], rewriter: _Rewriter) -> dict[Expr, Span]:
    moved: dict[Expr, Span] = {}
    for node, span in spans.items():
        moved.setdefault(rewriter.rewrite([node])[0], span)
    return moved
