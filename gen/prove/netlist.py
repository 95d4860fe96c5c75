"""A Verilog file as Yosys reads it: registers, their next values and outputs, as Z3 terms."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import z3

from gen import yosys
from gen.prove.substitution import Substitution

__all__ = ["Netlist", "NetlistError", "read_verilog"]

# Yosys writes connectives of a single operand, which SMT-LIB does not have.
_BIT = r"\(= \(\(_ extract \d+ \d+\) \(\|[^|]*\| state\)\) #b1\)"
_UNARY = re.compile(rf"\((?:or|and) +(\(\|[^|]*\| state\)|{_BIT}) *\)")


class NetlistError(Exception):
    """Yosys refuses the file, or it has not the ports of the unit."""


@dataclass(frozen=True)
class Netlist:
    """The transition system of a module without asynchronous parts.

    Members
    -------
    wires : ports and registers by name, as bit-vectors over `inputs` and the flip-flops
    inputs : the free constants that are inputs
    flops : each flip-flop's constant and its value after the clock edge
    parameters : names of inputs that do not change while the module runs
    text : the SMT-LIB text that Yosys wrote
    """

    wires: Mapping[str, z3.BitVecRef]
    inputs: Sequence[z3.ExprRef]
    flops: Sequence[tuple[z3.ExprRef, z3.ExprRef]]
    text: str
    parameters: frozenset[str] = frozenset()

    def wire(self, name: str) -> z3.BitVecRef:
        """Return the value of a port or register; NetlistError if there is none."""
        if name not in self.wires:
            raise NetlistError(f"the Verilog has no signal `{name}`")
        return self.wires[name]

    def renamed(self, cycle: int) -> list[tuple[z3.ExprRef, z3.ExprRef]]:
        """Return the substitution of fresh inputs, those of a later cycle, for the inputs."""
        return [
            (i, z3.Const(f"{i.decl().name()}@{cycle}", i.sort()))
            for i in self.inputs
            if i.decl().name().partition("[")[0] not in self.parameters
        ]

    @cached_property
    def _edge(self) -> Substitution:
        return Substitution([*self.flops, *self.renamed(1)])

    @cached_property
    def _second(self) -> Substitution:
        later = [(flop, self._edge(value)) for flop, value in self.flops]
        return Substitution([*later, *self.renamed(2)])

    def after(self, terms: Sequence[z3.ExprRef], edges: int = 1) -> list[z3.ExprRef]:
        """Return terms as they are after one or two clock edges, with fresh inputs."""
        edge = self._edge if edges == 1 else self._second
        return [edge(t) for t in terms]


def read_verilog(
    path: Path,
    module: str,
    names: Sequence[str],
    clock: str,
    parameters: Sequence[str] = (),
    optional: Sequence[str] = (),
) -> Netlist:
    """Read a module of a Verilog file.

    Parameters
    ----------
    names : the ports and registers that are asked for
    optional : further ones, which the module need not have
    clock : the clock of all flip-flops, at its rising edge
    parameters : the inputs that do not change while the module runs

    Raises
    ------
    NetlistError : Yosys refuses the file, it lacks one of the names, or has another clock
    """
    text = _export(path, module)
    _check_clock(text, clock)
    return replace(_parse(text, module, names, optional), parameters=frozenset(parameters))


def _export(path: Path, module: str) -> str:
    """Return the module as SMT-LIB; bits that are undefined in the file may have any value."""
    with tempfile.TemporaryDirectory(prefix="isoform-") as name:
        folder = Path(name)
        passes = [
            f'read_verilog -sv "{path.resolve()}"',
            f"prep -flatten -top {module}",
            "async2sync",
            "dffunmap",
            "memory_map",
            "opt_clean",
            "setundef -undriven -anyseq",
            "write_smt2 -wires out.smt2",
        ]
        done = yosys.run(passes, folder)
        target = folder / "out.smt2"
        if done.code or not target.exists():
            raise NetlistError(done.error)
        return _UNARY.sub(r"\1", target.read_text())


def _check_clock(text: str, clock: str) -> None:
    """A step of the netlist is one edge of one clock; elsewhere the proof would say nothing."""
    found = re.findall(r"^; yosys-smt2-clock (\S+) (\S+)$", text, re.M)
    wrong = [(name, edge) for name, edge in found if (name, edge) != (clock, "posedge")]
    if wrong:
        name, edge = wrong[0]
        raise NetlistError(f"flip-flops take the {edge} of `{name}`, not the posedge of `{clock}`")


def _parse(text: str, module: str, names: Sequence[str], optional: Sequence[str]) -> Netlist:
    """Take Yosys' functions apart: each flip-flop and input becomes a constant."""
    sorts = {
        m[1]: m[2]
        for m in re.finditer(
            rf"^\(define-fun \|{re.escape(module)}_n ([^|]+)\| \(\(state [^)]*\)\) "
            r"(Bool|\(_ BitVec \d+\)) ",
            text,
            re.M,
        )
    }
    missing = [n for n in names if n not in sorts]
    if missing:
        raise NetlistError(f"module `{module}` has no signal `{missing[0]}`")
    names = [*names, *(n for n in optional if n in sorts)]
    lines = [text, f"(declare-const now |{module}_s|) (declare-const then |{module}_s|)"]
    for n in names:
        lines.append(f"(declare-const |wire {n}| {sorts[n]})")
        lines.append(f"(assert (= |wire {n}| (|{module}_n {n}| now)))")
    lines.append(f"(assert (|{module}_t| now then))")
    found = list(z3.parse_smt2_string("\n".join(lines)))
    leaves = _leaves(found, _comments(text, module))
    now = Substitution(leaves["now"])
    both = Substitution([*leaves["now"], *leaves["then"]])
    wires = [_bits(now(a.arg(1))) for a in found[: len(names)]]
    flops = [_edge(both(c)) for c in _conjuncts(found[-1])]
    held = {flop.get_id() for flop, _ in flops}
    inputs = [const for _, const in leaves["now"] if const.get_id() not in held]
    return Netlist(
        dict(zip(names, wires, strict=True)),
        inputs,
        flops,
        text,
    )


def _comments(text: str, module: str) -> dict[str, str]:
    """Return the name that Yosys' comment gives to each declared function."""
    found = re.findall(rf"^\(declare-fun \|({re.escape(module)}#\d+)\| .*?; (.*)$", text, re.M)
    return {name: comment.replace("\\", "").replace(" ", "") for name, comment in found}


def _leaves(
    found: Sequence[z3.ExprRef], comments: Mapping[str, str]
) -> dict[str, list[tuple[z3.ExprRef, z3.ExprRef]]]:
    """Return each application of a declared function with the constant that stands for it."""
    result: dict[str, list[tuple[z3.ExprRef, z3.ExprRef]]] = {"now": [], "then": []}
    seen: set[int] = set()
    taken: dict[str, z3.ExprRef] = {}
    used: set[str] = set()
    stack = list(found)
    while stack:
        node = stack.pop()
        if node.get_id() in seen:
            continue
        seen.add(node.get_id())
        stack.extend(node.children())
        if node.num_args() != 1 or node.decl().kind() != z3.Z3_OP_UNINTERPRETED:
            continue
        symbol = node.decl().name()
        if symbol not in taken:
            wanted = comments.get(symbol, symbol)
            name = wanted if wanted not in used else f"{wanted}#{symbol.rpartition('#')[2]}"
            used.add(name)
            taken[symbol] = z3.Const(name, node.sort())
        result[node.arg(0).decl().name()].append((node, taken[symbol]))
    return result


def _bits(value: z3.ExprRef) -> z3.BitVecRef:
    if z3.is_bool(value):
        return z3.If(value, z3.BitVecVal(1, 1), z3.BitVecVal(0, 1))
    return value


def _conjuncts(term: z3.ExprRef) -> list[z3.ExprRef]:
    if z3.is_and(term):
        return [c for child in term.children() for c in _conjuncts(child)]
    return [] if z3.is_true(term) else [term]


def _edge(equation: z3.ExprRef) -> tuple[z3.ExprRef, z3.ExprRef]:
    """Return a flip-flop and its next value, from ``next = flip-flop afterwards``."""
    return equation.arg(1), equation.arg(0)
