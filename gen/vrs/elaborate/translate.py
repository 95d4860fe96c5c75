"""What `translate` means for each kind of unit: conditions in order of their faults, an address.

A unit in place, asked for an address and an access, gives a `Decision`. Maps, enums and walks join
the decisions of their parts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.source import Span
from gen.vrs import tree
from gen.vrs.elaborate.env import TRUE, Environment
from gen.vrs.elaborate.instance import Instance, snake
from gen.vrs.elaborate.permission import permitted
from gen.vrs.elaborate.units import children, element_bits, enum_variants, in_bits, next_unit
from gen.vrs.elaborate.values import WORD, Elaboration, Scope, boolean, conjuncts

__all__ = ["CAUSES", "Check", "Decision", "Point", "Translation"]

CAUSES = (
    "not_present",
    "out_of_range",
    "wrong_kind",
    "permission",
    "multiple_match",
    "no_match",
)
FALSE = e.const(0, 1)


@dataclass(frozen=True)
class Check:
    """A fault and when it happens; the first of a list wins."""

    cause: str
    when: Expr
    span: Span


@dataclass(frozen=True)
class Point:
    """A coverage point of the translation."""

    group: str
    name: str
    condition: Expr
    span: Span | None


@dataclass(frozen=True)
class Decision:
    """The answer of a unit: faults in order, else an address of 64 bits."""

    checks: tuple[Check, ...]
    address: Expr
    points: tuple[Point, ...] = ()

    @property
    def ok(self) -> Expr:
        """No check fails."""
        return e.not_(e.any_of(c.when for c in self.checks))

    def under(self, guard: Expr) -> Decision:
        """Return the decision with every fault and point only where `guard` holds."""
        checks = tuple(replace(c, when=e.and_(guard, c.when)) for c in self.checks)
        points = tuple(replace(p, condition=e.and_(guard, p.condition)) for p in self.points)
        return Decision(checks, self.address, points)


@dataclass(frozen=True)
class _Segment:
    """A segment's own conditions."""

    valid: Expr
    requires: tuple[Check, ...]
    permitted: Expr
    address: Expr
    spans: dict[str, Span] = field(default_factory=dict)

    @property
    def in_range(self) -> Expr:
        return e.not_(e.any_of(c.when for c in self.requires))


@dataclass
class Translation:
    """Elaborates the `translate` operation of a root unit."""

    elab: Elaboration
    env: Environment
    access: Expr
    _depth: int = 0

    def decide(self, instance: Instance, va: Expr, guard: Expr = TRUE) -> Decision:
        """Return the decision of any unit for a 64-bit address within its input bits."""
        match instance.unit.kind:
            case "segment":
                return self._segment_decision(instance, va, guard)
            case "enum":
                return self._enum(instance, va, guard)
            case "staticmap" if instance.element is not None:
                associative = select_policy(instance.unit)
                if associative is not None:
                    return self._associative(instance, va, guard, associative)
                return self._indexed(instance, va, guard)
        return Decision((), va)

    # Segments

    def _scope(self, instance: Instance, guard: Expr) -> Scope:
        self.env.guard = guard
        return Scope(self.elab, instance, self.env)

    def _segment(self, instance: Instance, va: Expr, guard: Expr) -> _Segment:
        scope = self._scope(instance, guard)
        method = instance.method("translate")
        spans = {m.name.text: m.name.span for m in instance.unit.methods}
        valid = TRUE
        if (valid_method := instance.method("valid")) is not None:
            given = {p.name.text: va for p in valid_method.params}
            valid = boolean(scope.call(valid_method, given))
        may = permitted(scope, self.access, va)
        if method is None:
            return _Segment(valid, (), TRUE if may is None else may, va, spans)
        inner = scope.bind({method.params[0].name.text: va} if method.params else {})
        requires = []
        for written in method.requires:
            for part in conjuncts(written):
                holds = inner.boolean(part)
                if not (holds.is_const and holds.value):
                    requires.append(Check(_range_or_kind(holds), e.not_(holds), part.span))
        address = va
        if method.body is not None:
            address = inner.word(method.body)
        return _Segment(valid, tuple(requires), TRUE if may is None else may, address, spans)

    def _checks(self, instance: Instance, s: _Segment) -> tuple[Check, ...]:
        here = instance.unit.name.span
        checks = [Check("not_present", e.not_(s.valid), s.spans.get("valid", here)), *s.requires]
        permission = s.spans.get("permits", s.spans.get("matchflags", here))
        checks.append(Check("permission", e.not_(s.permitted), permission))
        return tuple(c for c in checks if not (c.when.is_const and not c.when.value))

    def _segment_decision(self, instance: Instance, va: Expr, guard: Expr) -> Decision:
        s = self._segment(instance, va, guard)
        own = Decision(self._checks(instance, s), s.address, self._permission_points(s))
        unit = next_unit(self.elab.program, instance.unit)
        if unit is None:
            return own
        return self._walk(instance, unit, own, va, guard)

    def _walk(
        self, instance: Instance, unit: tree.Unit, own: Decision, va: Expr, guard: Expr
    ) -> Decision:
        """Go on at the unit that the segment maps to, with the address bits that it takes."""
        self._depth += 1
        if self._depth > 16:
            self.elab.error(
                "E0410",
                f"the walk through `{unit.name.text}` does not end",
                instance.unit.name.span,
            )
            return own
        base = self.elab.name(own.address, f"{snake(unit.name.text)}_base")
        params = {p.name.text: base for p in unit.params}
        below = children(self.elab, unit, params)
        bits = in_bits(self.elab, below)
        rest = e.zext(e.slice_(va, 0, bits), WORD)
        goes_on = e.and_(guard, own.ok)
        inner = self.decide(below, rest, goes_on).under(own.ok)
        self._depth -= 1
        return Decision(own.checks + inner.checks, inner.address, own.points + inner.points)

    def _permission_points(self, s: _Segment) -> tuple[Point, ...]:
        """Each combination of access flags, granted and denied, where permission decides."""
        if s.permitted.is_const:
            return ()
        flags = self.elab.program.flags
        reached = e.and_(s.valid, s.in_range)
        span = s.spans.get("permits", s.spans.get("matchflags"))
        points = []
        for value in range(1 << min(len(flags), 6)):
            names = [f for i, f in enumerate(flags) if value >> i & 1]
            asked = e.and_(reached, e.eq(self.access, e.const(value, self.access.width)))
            label = "+".join(names) or "none"
            points.append(
                Point("permission", f"{label}: granted", e.and_(asked, s.permitted), span)
            )
            denied = e.and_(asked, e.not_(s.permitted))
            points.append(Point("permission", f"{label}: denied", denied, span))
        return tuple(points)

    # Enums

    def _enum(self, instance: Instance, va: Expr, guard: Expr) -> Decision:
        checks: list[Check] = []
        points: list[Point] = []
        address = e.const(0, WORD)
        chosen: list[tuple[Expr, Expr]] = []
        free = TRUE
        for variant, span in enum_variants(self.elab, instance):
            kind = self._kind(variant, va, guard)
            mine = self.elab.name(e.and_(free, kind), f"is_{snake(variant.unit.name.text)}", span)
            free = e.and_(free, e.not_(kind))
            decision = self.decide(variant, va, e.and_(guard, mine)).under(mine)
            checks += decision.checks
            points += decision.points
            points.append(Point("branch", snake(variant.unit.name.text), mine, span))
            chosen.append((mine, decision.address))
        for mine, pa in reversed(chosen):
            address = e.ite(mine, pa, address)
        none = Check("wrong_kind", free, instance.unit.name.span)
        return Decision((none, *checks), address, tuple(points))

    def _kind(self, variant: Instance, va: Expr, guard: Expr) -> Expr:
        """Return the state-only preconditions of a variant's translate: what tells it apart."""
        method = variant.method("translate")
        if method is None:
            return TRUE
        scope = self._scope(variant, guard)
        inner = scope.bind({method.params[0].name.text: va} if method.params else {})
        parts = [inner.boolean(p) for w in method.requires for p in conjuncts(w)]
        return e.all_of(p for p in parts if _range_or_kind(p) == "wrong_kind")

    # Maps

    def _indexed(self, instance: Instance, va: Expr, guard: Expr) -> Decision:
        bits = element_bits(self.elab, instance)
        width = max(1, (instance.count - 1).bit_length())
        index = e.const(0, WORD)
        if instance.count > 1 and bits + width <= WORD:
            index = e.zext(e.slice_(va, bits, width), WORD)
        rest = e.zext(e.slice_(va, 0, bits), WORD) if bits < WORD else va
        return self.decide(instance.element_at(index), rest, guard)

    def _associative(
        self, instance: Instance, va: Expr, guard: Expr, policy: tuple[str, Span]
    ) -> Decision:
        """All elements look at the address; see the language reference, `select`."""
        how, span = policy
        elements = [
            self._segment(instance.element_at(e.const(i, WORD)), va, guard)
            for i in range(instance.count)
        ]
        stem = snake(instance.element.name.text) if instance.element else "element"
        ranges = [
            self.elab.name(s.in_range, f"{stem}_{i}_in_range") for i, s in enumerate(elements)
        ]
        for i, segment in enumerate(elements):
            self.elab.name(segment.permitted, f"{stem}_{i}_permitted")
        hits = [
            self.elab.name(e.and_(s.valid, r), f"{stem}_{i}_hit")
            for i, (s, r) in enumerate(zip(elements, ranges, strict=True))
        ]
        wins = _winners(hits, how)
        hit = self.elab.name(e.any_of(hits), "hit")
        several = FALSE
        checks: list[Check] = []
        if how == "unique":
            several = self.elab.name(_several(hits), "multiple_hits")
            checks.append(Check("multiple_match", several, span))
        alone = e.and_(hit, e.not_(several))
        may = self.elab.name(
            e.any_of(e.and_(w, s.permitted) for w, s in zip(wins, elements, strict=True)),
            "hit_permitted",
        )
        where = next(
            (
                s
                for s in (elements[0].spans.get("permits"), elements[0].spans.get("matchflags"))
                if s
            ),
            span,
        )
        checks.append(Check("permission", e.and_(alone, e.not_(may)), where))
        missed = self._missed(instance, va, guard, hit, e.any_of(ranges))
        address = self._pick(wins, [s.address for s in elements])
        points = [
            Point("match", f"{stem}[{i}]", e.and_(e.not_(several), w), span)
            for i, w in enumerate(wins)
        ]
        points.append(Point("match", "none", e.not_(hit), span))
        if how == "unique":
            points.append(Point("match", "several", several, span))
        common = _Segment(TRUE, (Check("no_match", e.not_(alone), span),), may, address, {})
        points += self._permission_points(common)
        return Decision(
            (*checks, *missed.checks),
            e.ite(hit, address, missed.address),
            (*points, *missed.points),
        )

    def _pick(self, wins: list[Expr], addresses: list[Expr]) -> Expr:
        if all(a is addresses[0] for a in addresses):
            return addresses[0]
        zero = e.const(0, WORD)
        result = zero
        for w, a in zip(wins, addresses, strict=True):
            result = e.or_(result, e.ite(w, a, zero))
        return result

    def _missed(
        self, instance: Instance, va: Expr, guard: Expr, hit: Expr, in_range: Expr
    ) -> Decision:
        """Return what happens where no element hits: the map's own translate, or a fault."""
        miss = e.not_(hit)
        if instance.method("translate") is None:
            span = instance.unit.name.span
            checks = (
                Check("not_present", e.and_(miss, in_range), span),
                Check("no_match", e.and_(miss, e.not_(in_range)), span),
            )
            return Decision(checks, e.const(0, WORD))
        own = self._segment(replace(instance, index=None), va, guard)
        background = Decision(self._checks(instance, own), own.address)
        point = Point("match", "background", background.ok, instance.unit.name.span)
        return replace(background, points=(point,)).under(miss)


def select_policy(unit: tree.Unit) -> tuple[str, Span] | None:
    """Return ``first``, ``last`` or ``unique`` if the unit's map is associative."""
    for m in unit.maps:
        for a in m.attributes:
            if a.name.text == "select" and a.argument is not None:
                return a.argument.text, a.span
    return None


def _range_or_kind(condition: Expr) -> str:
    """Return the cause of a false precondition; which element of a map it reads does not count."""
    stack, seen = [condition], {condition}
    while stack:
        node = stack.pop()
        if node.op is e.Op.INPUT and node.name == "va":
            return "out_of_range"
        below = () if node.op is e.Op.REGREAD else node.args
        stack += [a for a in below if a not in seen]
        seen.update(below)
    return "wrong_kind"


def _winners(hits: list[Expr], how: str) -> list[Expr]:
    """Return for each element whether it is the one that decides."""
    if how == "unique":
        return hits
    order = list(range(len(hits)))
    if how == "last":
        order.reverse()
    wins = [FALSE] * len(hits)
    before = FALSE
    for i in order:
        wins[i] = hits[i] if before is FALSE else e.and_(hits[i], e.not_(before))
        before = hits[i] if before is FALSE else e.or_(before, hits[i])
    return wins


def _several(hits: list[Expr]) -> Expr:
    """Return whether more than one hits, by halves: a tree, not a chain."""

    def halves(some: list[Expr]) -> tuple[Expr, Expr]:
        if len(some) == 1:
            return some[0], FALSE
        left_any, left_many = halves(some[: len(some) // 2])
        right_any, right_many = halves(some[len(some) // 2 :])
        many = e.any_of([left_many, right_many, e.and_(left_any, right_any)])
        return e.or_(left_any, right_any), many

    return halves(hits)[1]
