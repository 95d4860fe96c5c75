"""Elaboration: a checked program to the machine of one root unit."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from gen.diag import Reporter
from gen.ir import expr as e
from gen.ir.expr import Expr, Op
from gen.ir.machine import (
    Assign,
    Cover,
    Fault,
    Load,
    Machine,
    Memory,
    Operation,
    Output,
    Port,
    Store,
)
from gen.ir.rewrite import simplify_machine
from gen.ir.verify import verify
from gen.source import Span
from gen.vrs import tree
from gen.vrs.elaborate.env import Environment
from gen.vrs.elaborate.instance import Instance, parameter_name, snake, state_register
from gen.vrs.elaborate.interface import build_interface, holders
from gen.vrs.elaborate.translate import CAUSES, Decision, Translation
from gen.vrs.elaborate.units import children, in_bits, out_bits
from gen.vrs.elaborate.values import WORD, Elaboration
from gen.vrs.program import Program

__all__ = ["elaborate"]


def elaborate(program: Program, name: str | None, reporter: Reporter) -> Machine:
    """Return the machine of unit `name`, or of the last root unit of the program.

    Raises
    ------
    IsoformError : through `reporter.check`, with every error found
    """
    elab = Elaboration(program, reporter)
    unit = _root(elab, name)
    reporter.check()
    elab.registry.reserved |= {parameter_name(p) for p in unit.params}
    params = {p.name.text: e.input_(parameter_name(p), WORD) for p in unit.params}
    root = children(elab, unit, params)
    reporter.check()
    _declare(elab, root)
    translate, decision = _translate(elab, root)
    branches = dict(elab.branches)
    registers = build_interface(elab, root)
    reporter.check()
    machine = Machine(
        name=snake(unit.name.text),
        registers=tuple(elab.registry.registers.values()),
        memories=(Memory("memory", WORD, unit.name.span),),
        operations=(translate, *registers.operations),
        parameters=tuple(Port(parameter_name(p), WORD) for p in unit.params),
        causes=CAUSES,
        flags=program.flags,
        interface=tuple(registers.interface),
        covers=_covers(decision, branches),
        names=MappingProxyType(elab.names),
        spans=MappingProxyType(elab.spans),
        span=unit.name.span,
        doc=unit.doc or _file_doc(program, unit),
    )
    return verify(_prune(simplify_machine(_prune(simplify_machine(machine)))))


def _root(elab: Elaboration, name: str | None) -> tree.Unit:
    program = elab.program
    if name is None:
        names = program.roots
        if not names:
            raise_no_root(elab)
        name = names[-1]
    wanted = next((n for n in program.units if name in (n, snake(n))), None)
    if wanted is None:
        known = ", ".join(f"`{n}`" for n in program.units) or "none"
        elab.reporter.report("E0403", f"there is no unit `{name}`; the file has {known}")
        elab.reporter.check()
    unit = program.merged(wanted or "")
    if unit.abstract or unit.kind == "osspec":
        kind = "abstract" if unit.abstract else "an osspec"
        elab.error(
            "E0403",
            f"`{unit.name.text}` is {kind}: there is no hardware to make of it",
            unit.name.span,
        )
    if not program.flags:
        elab.error(
            "E0402",
            "no access flags are declared",
            unit.name.span,
            "this unit needs them",
            help="add `flags { readable, writable }` at the top of the file",
        )
    return unit


def raise_no_root(elab: Elaboration) -> None:
    """Report that a program has no unit to elaborate."""
    source = elab.program.files[-1].source
    message = f"`{source.name}` has no unit that hardware can be made of"
    elab.reporter.report("E0403", message, Span(source, 0, 0))
    elab.reporter.check()


def _declare(elab: Elaboration, root: Instance) -> None:
    """Declare the state of the register file's units first, in order of writing."""
    for instance in holders(elab, root):
        fields = (f for s in instance.unit.states for f in s.fields if f.kind == "reg")
        for f in fields:
            elab.registry.declare(instance.unit, state_register(instance, f))


def _file_doc(program: Program, unit: tree.Unit) -> str:
    return next((f.doc for f in program.files if unit.span.source is f.source), "")


def _translate(elab: Elaboration, root: Instance) -> tuple[Operation, Decision]:
    flags = elab.program.flags
    bits, out = in_bits(elab, root), out_bits(elab, root)
    elab.reporter.check()
    access = e.input_("access", len(flags))
    env = Environment()
    va = e.zext(e.input_("va", bits), WORD)
    decision = Translation(elab, env, access).decide(root, va)
    faults = _faults(elab, decision)
    elab.name(decision.address, "physical_address")
    ok = e.not_(e.any_of(f.guard for f in faults))
    address = e.ite(ok, e.slice_(decision.address, 0, out), e.const(0, out))
    ports = (
        Port("va", bits, "virtual address"),
        Port("access", len(flags), "flags of the access: " + ", ".join(flags)),
    )
    method = root.method("translate")
    operation = Operation(
        "translate",
        ports,
        (*env.loads, *faults),
        (Output("pa", address),),
        method.span if method else root.unit.name.span,
        method.doc if method else "",
    )
    return operation, decision


def _faults(elab: Elaboration, decision: Decision) -> tuple[Fault, ...]:
    """Return the faults in order; neighbours of one cause are one fault."""
    faults: list[Fault] = []
    for c in decision.checks:
        if faults and faults[-1].cause == c.cause:
            last = faults[-1]
            faults[-1] = replace(last, guard=e.or_(last.guard, c.when))
        else:
            faults.append(Fault(c.cause, c.when, c.span))
    for f in faults:
        elab.name(f.guard, f.cause, f.span)
    return tuple(faults)


def _covers(decision: Decision, branches: dict[Expr, tuple[str, Span]]) -> tuple[Cover, ...]:
    covers: list[Cover] = []
    before = e.const(0, 1)
    for i, c in enumerate(decision.checks):
        first = e.and_(c.when, e.not_(before))
        same = [x.cause for x in decision.checks[:i]].count(c.cause)
        name = f"{c.cause} #{same + 1}" if same else c.cause
        covers.append(Cover("translate", "fault", name, first, c.span))
        before = e.or_(before, c.when)
    covers.append(Cover("translate", "fault", "none", e.not_(before)))
    for p in decision.points:
        covers.append(Cover("translate", p.group, p.name, p.condition, p.span))
    for condition, (name, span) in branches.items():
        covers.append(Cover("translate", "branch", f"{name} then", condition, span))
        covers.append(Cover("translate", "branch", f"{name} else", e.not_(condition), span))
    return _unique(covers)


def _unique(covers: list[Cover]) -> tuple[Cover, ...]:
    seen: dict[tuple[str, str], int] = {}
    result = []
    for c in covers:
        if c.condition.is_const and not c.condition.value:
            continue
        key = (c.group, c.name)
        seen[key] = seen.get(key, 0) + 1
        result.append(c if seen[key] == 1 else replace(c, name=f"{c.name} ({seen[key]})"))
    return tuple(result)


# What nobody observes is not built


def _prune(machine: Machine) -> Machine:
    """Drop registers that no operation reads, with their assignments, and unused parameters."""
    while True:
        read = _read_names(machine)
        kept = tuple(r for r in machine.registers if r.name in read)
        if len(kept) == len(machine.registers):
            break
        operations = tuple(
            replace(
                o,
                effects=tuple(
                    x for x in o.effects if not isinstance(x, Assign) or x.target in read
                ),
            )
            for o in machine.operations
        )
        machine = replace(machine, registers=kept, operations=operations)
    used = _inputs(machine)
    loads = any(isinstance(x, Load | Store) for o in machine.operations for x in o.effects)
    return replace(
        machine,
        parameters=tuple(p for p in machine.parameters if p.name in used),
        memories=machine.memories if loads else (),
    )


def _roots(operation: Operation) -> list[Expr]:
    roots = [o.value for o in operation.outputs]
    for x in operation.effects:
        roots.append(x.guard)
        match x:
            case Load():
                roots.append(x.address)
            case Store():
                roots += [x.address, x.value]
            case Assign():
                roots.append(x.value)
                roots += [] if x.index is None else [x.index]
    return roots


def _read_names(machine: Machine) -> set[str]:
    """Return the registers whose value some output, fault, load or other register depends on."""
    nodes = e.postorder(c.condition for c in machine.covers)
    read = {n.name for n in nodes if n.op in (Op.STATE, Op.REGREAD)}
    for o in machine.operations:
        for x in o.effects:
            own = x.target if isinstance(x, Assign) else None
            nodes = e.postorder(_roots(Operation("", effects=(x,))))
            names = {n.name for n in nodes if n.op in (Op.STATE, Op.REGREAD)}
            read |= names - {own}
        nodes = e.postorder(x.value for x in o.outputs)
        read |= {n.name for n in nodes if n.op in (Op.STATE, Op.REGREAD)}
    return read


def _inputs(machine: Machine) -> set[str]:
    roots = [r for o in machine.operations for r in _roots(o)]
    return {n.name for n in e.postorder(roots) if n.op is Op.INPUT}
