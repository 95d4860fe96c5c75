"""What a specification claims of itself, as conditions that a solver can decide.

A claim is about one unit in place, in any state; it says nothing of other units or of how the state
came about. What fails is a warning: the meaning of the specification does not change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gen.diag import Reporter
from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.ir.rewrite import simplify
from gen.source import Span
from gen.vrs import tree
from gen.vrs.elaborate.env import Environment
from gen.vrs.elaborate.instance import Instance, parameter_name, snake
from gen.vrs.elaborate.permission import permitted
from gen.vrs.elaborate.units import children, enum_variants, in_bits, next_unit, out_bits
from gen.vrs.elaborate.values import WORD, Elaboration, Flags, Scope, boolean
from gen.vrs.program import Program

__all__ = ["Claim", "claims"]


@dataclass(frozen=True)
class Claim:
    """Something that a specification means to be so.

    Members
    -------
    code : of the warning where it is not
    condition : 1 bit, over inputs, registers and loads
    always : it shall hold for all values; else for some
    message, caret, span : of the warning
    """

    code: str
    condition: Expr
    always: bool
    message: str
    caret: str
    span: Span


def claims(program: Program, root: str | None, reporter: Reporter) -> list[Claim]:
    """Return the claims of a unit and of all units below it.

    Raises
    ------
    IsoformError : through `reporter.check`, as elaboration of the unit does
    """
    elab = Elaboration(program, reporter)
    unit = program.merged(root or program.roots[-1])
    params = {p.name.text: e.input_(parameter_name(p), WORD) for p in unit.params}
    found = []
    for instance in _below(elab, children(elab, unit, params), set()):
        found += [_among_elements(instance, claim) for claim in _of(elab, instance)]
    reporter.check()
    return found


def _among_elements(instance: Instance, claim: Claim) -> Claim:
    """Return the claim for those indices only that elements of a map have."""
    if instance.index is None:
        return claim
    there = e.ult(instance.index, e.const(instance.count, WORD))
    if claim.always:
        return replace(claim, condition=e.or_(e.not_(there), claim.condition))
    return replace(claim, condition=e.and_(there, claim.condition))


def _below(elab: Elaboration, instance: Instance, seen: set[str]) -> Iterator[Instance]:
    """Yield a unit in place and those that it holds or maps to, each kind once."""
    name = instance.unit.name.text
    if name in seen:
        return
    seen.add(name)
    yield instance
    if instance.element is not None:
        yield from _below(elab, instance.element_at(e.input_("index", WORD)), seen)
    for variant, _ in enum_variants(elab, instance) if instance.unit.kind == "enum" else ():
        yield from _below(elab, variant, seen)
    following = next_unit(elab.program, instance.unit)
    if following is not None:
        given = {p.name.text: e.input_(p.name.text, WORD) for p in following.params}
        yield from _below(elab, children(elab, following, given), seen)


def _of(elab: Elaboration, instance: Instance) -> Iterator[Claim]:
    for method in instance.unit.methods:
        if method.synth or (method.body is None and not method.requires):
            continue
        yield from _method(elab, instance, method)
    yield from _permission(elab, instance)
    if instance.unit.kind == "enum":
        yield from _variants(elab, instance)


def _claim(code: str, condition: Expr, always: bool, message: str, caret: str, span: Span) -> Claim:
    return Claim(code, simplify([condition])[0], always, message, caret, span)


# Methods


def _arguments(
    elab: Elaboration, instance: Instance, method: tree.Method
) -> dict[str, Expr | Flags]:
    """Return a free input for each parameter; addresses have the unit's input bits."""
    width = max(1, len(elab.program.flags))
    found: dict[str, Expr | Flags] = {}
    for p in method.params:
        if p.type.text == "flags":
            found[p.name.text] = Flags(e.input_(p.name.text, width))
        elif p.type.text == "bool":
            found[p.name.text] = e.input_(p.name.text, 1)
        else:
            bits = in_bits(elab, instance) if p.type.text == "vaddr" else WORD
            found[p.name.text] = e.zext(e.input_(p.name.text, bits), WORD)
    return found


def _method(elab: Elaboration, instance: Instance, method: tree.Method) -> Iterator[Claim]:
    arguments = _arguments(elab, instance, method)
    scope = Scope(elab, instance, Environment()).bind(arguments)
    name, unit = method.name.text, instance.unit.name.text
    required = [scope.boolean(r) for r in method.requires]
    if required:
        yield _claim(
            "W0130",
            e.all_of(required),
            False,
            f"nothing satisfies the preconditions of `{unit}.{name}`",
            "never all true" if len(required) > 1 else "never true",
            method.requires[0].span,
        )
    if method.body is None:
        return
    result = scope.call(method, arguments)
    within = e.all_of(required)
    for promise in method.ensures:
        holds = scope.bind({"result": result}).boolean(promise)
        yield _claim(
            "W0131",
            e.or_(e.not_(within), holds),
            True,
            f"a postcondition of `{unit}.{name}` does not hold",
            "not always true",
            promise.span,
        )
    if name == "translate" and result.width == WORD:
        yield from _truncated(elab, instance, method, within, result)


def _truncated(
    elab: Elaboration, instance: Instance, method: tree.Method, within: Expr, result: Expr
) -> Iterator[Claim]:
    """Yield that an address fits into the output bits, where the mapping is valid."""
    bits = out_bits(elab, instance)
    valid = instance.method("valid")
    if bits >= WORD:
        return
    if valid is not None and valid.body is not None:
        given = {p.name.text: e.input_("va", WORD) for p in valid.params}
        present = boolean(Scope(elab, instance, Environment()).call(valid, given))
        within = e.and_(within, present)
    fits = e.eq(e.slice_(result, bits, WORD - bits), e.const(0, WORD - bits))
    yield _claim(
        "W0132",
        e.or_(e.not_(within), fits),
        True,
        f"`{instance.unit.name.text}.translate` can give an address of more than {bits} bits",
        "the bits above `outbitwidth` are dropped",
        method.name.span,
    )


# Permission


def _permission(elab: Elaboration, instance: Instance) -> Iterator[Claim]:
    """Yield for each flag that some state grants an access with it; a map speaks of misses only."""
    method = instance.method("permits") or instance.method("matchflags")
    flags = elab.program.flags
    if method is None or method.body is None or not flags or instance.unit.kind == "staticmap":
        return
    access = e.input_("access", len(flags))
    granted = permitted(Scope(elab, instance, Environment()), access, e.input_("va", WORD))
    if granted is None:
        return
    for i, flag in enumerate(flags):
        asked = e.eq(access, e.const(1 << i, access.width))
        yield _claim(
            "W0133",
            e.and_(asked, granted),
            False,
            f"no state of `{instance.unit.name.text}` permits an access with `{flag}`",
            "never permits it",
            method.name.span,
        )


# Enums


def _kind(elab: Elaboration, variant: Instance) -> Expr:
    """Return the preconditions of a variant that only look at the state."""
    method = variant.method("translate")
    if method is None:
        return e.const(1, 1)
    marker = e.input_("va", WORD)
    names = [p.name.text for p in method.params]
    scope = Scope(elab, variant, Environment()).bind({names[0]: marker} if names else {})
    found = [scope.boolean(r) for r in method.requires]
    return e.all_of(f for f in found if marker not in set(e.postorder([f])))


def _variants(elab: Elaboration, instance: Instance) -> Iterator[Claim]:
    variants = [(v, span, _kind(elab, v)) for v, span in enum_variants(elab, instance)]
    for i, (variant, span, kind) in enumerate(variants):
        name = snake(variant.unit.name.text)
        earlier = [k for _, _, k in variants[:i]]
        free = e.and_(kind, e.not_(e.any_of(earlier)))
        yield _claim("W0134", free, False, f"`{name}` is never chosen", "never this one", span)
        for other, _, taken in variants[:i]:
            both = e.not_(e.and_(kind, taken))
            message = f"`{snake(other.unit.name.text)}` and `{name}` hold in one state"
            yield _claim("W0135", both, True, message, "the first one wins", span)
