"""Scripts and terms of instructions say what the machine's interpreter does."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import pytest
import z3

from gen.forms import smt
from gen.ir import expr as e
from gen.ir import interpret
from gen.ir.functions import FUNCTIONS
from gen.ir.machine import Load, Machine, Register
from gen.isa.elaborate import operation_name
from gen.isa.extension import Instruction
from gen.sets import instruction_script
from tests.isa.agree import Noise, draw_state, random_word
from tests.isa.sets import SIZED, instruction_set, machine_of

CASES = 2  # random words and states of each instruction
Bound: TypeAlias = list[tuple[z3.ExprRef, z3.ExprRef]]


def definitions(script: str) -> dict[str, z3.ExprRef]:
    """Return what a script defines, by name, as terms over what it declares."""
    names = re.findall(r"^\(define-fun (\S+) ", script, re.M)
    asked = script + "".join(f"(declare-const ={n} {_sort(script, n)})" for n in names)
    asked += "".join(f"(assert (= ={n} {n}))" for n in names)
    equal = [(str(a.arg(0)), a.arg(1)) for a in z3.parse_smt2_string(asked)]
    return {name[1:]: term for name, term in equal if name.startswith("=")}


def _sort(script: str, name: str) -> str:
    text = script[script.index(f"(define-fun {name} () ") + len(f"(define-fun {name} () ") :]
    if not text.startswith("("):
        return text.split()[0]
    depth = 0
    for at, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if not depth:
            return text[: at + 1]
    raise AssertionError(name)


def value(term: z3.ExprRef, bound: Bound) -> int:
    """Return a term's value for those of its constants."""
    found = computed(z3.simplify(z3.substitute(term, *bound)))
    if z3.is_bool(found):
        assert z3.is_true(found) or z3.is_false(found), found
        return int(z3.is_true(found))
    return int(found.as_long())


def computed(term: z3.ExprRef) -> z3.ExprRef:
    """Return a term with the functions that it calls on numbers computed: Z3 knows none."""
    while calls := list(_calls(term)):
        results = []
        for c in calls:
            function = FUNCTIONS[c.decl().name().removeprefix("call.")]
            result = function.evaluate(*(a.as_long() for a in c.children()))
            results.append((c, z3.BitVecVal(result, function.width)))
        term = z3.simplify(z3.substitute(term, *results))
    return term


def _calls(term: z3.ExprRef) -> Iterator[z3.ExprRef]:
    """Yield the calls in a term whose arguments are all numbers."""
    seen: set[int] = set()
    stack = [term]
    while stack:
        t = stack.pop()
        if t.get_id() in seen:
            continue
        seen.add(t.get_id())
        stack += t.children()
        named = t.decl().kind() == z3.Z3_OP_UNINTERPRETED and t.num_args()
        if named and all(map(z3.is_bv_value, t.children())):
            yield t


def elements(r: Register, numbers: Iterable[int], width: int) -> z3.ArrayRef:
    """Return an array with these elements, and others past the end that nobody should read."""
    made = z3.K(z3.BitVecSort(width), z3.BitVecVal(99, r.width))
    for k, x in enumerate(numbers):
        made = z3.Store(made, z3.BitVecVal(k, width), z3.BitVecVal(x, r.width))
    return made


class Case:
    """A random word and state of an instruction, and what happens."""

    def __init__(self, name: str, i: Instruction, draw: random.Random) -> None:
        isa, self.machine = instruction_set(name), machine_of(name)
        self.word = random_word(i, draw)
        self.state = draw_state(isa, self.machine, draw)
        self.operation = operation_name(i.name)
        self.found: dict[tuple[int, int], int] = {}
        memory = Noise(draw.randrange(1000))
        self.out = interpret.run(
            self.machine, self.operation, self.state, {"word": self.word}, memory.read
        )
        self.memory = memory

    def loads(self) -> list[Load]:
        return [x for x in self.machine.operation(self.operation).effects if isinstance(x, Load)]

    @property
    def code(self) -> int:
        return self.machine.cause_code(self.out.cause) if self.out.cause else 0


def _constants(case: Case, names: Callable[[str, str], str], index: dict[str, int]) -> Bound:
    """Return values for the word and the state before."""
    width = case.machine.operation(case.operation).inputs[0].width
    word = z3.BitVec(names("input", "word"), width)
    bound: Bound = [(word, z3.BitVecVal(case.word, width))]
    for r in case.machine.registers:
        before = case.state[r.name]
        if isinstance(before, list):
            bits = index.get(r.name, max(1, (r.count - 1).bit_length()))
            sort = (z3.BitVecSort(bits), z3.BitVecSort(r.width))
            bound.append((z3.Array(names("file", r.name), *sort), elements(r, before, bits)))
        else:
            known = z3.BitVecVal(before, r.width)
            bound.append((z3.BitVec(names("state", r.name), r.width), known))
    return bound


def _found(case: Case, bound: Bound, load: Load, address: z3.ExprRef, name: str) -> None:
    """Add what a load finds to the constants."""
    at = value(address, bound)
    there = z3.BitVecVal(case.memory.read(at, load.width // 8), load.width)
    bound.append((z3.BitVec(name, load.width), there))


@pytest.mark.parametrize("name", SIZED)
def test_terms_of_every_instruction(name: str) -> None:
    """The terms that forms compute with: state, traps with their values, loads and stores."""
    draw = random.Random(name)
    for i in instruction_set(name).instructions:
        terms = smt.operation_terms(machine_of(name), operation_name(i.name))
        for _ in range(CASES):
            case = Case(name, i, draw)
            files = {r.name: 128 for r in case.machine.registers if r.is_file}
            bound = _constants(case, lambda kind, n: f"{kind}.{n}", files)
            for x in case.loads():
                _found(case, bound, x, terms.loads[x.name].address, f"load.{x.name}")
            assert value(terms.cause, bound) == case.code, i.name
            if terms.fault_value is not None:
                assert value(terms.fault_value, bound) == case.out.value
            else:
                assert case.out.value == 0
            _same_stores(case, bound, [(s.fires, s.address, s.value) for s in terms.stores])
            after = {r.name: terms.state[r.name] for r in case.machine.registers}
            _same_state(case, bound, after, files, i.name)


def _same_stores(
    case: Case, bound: Bound, stores: Iterable[tuple[z3.ExprRef, z3.ExprRef, z3.ExprRef]]
) -> None:
    happen = [s for s in stores if value(s[0], bound)]
    got = [(value(a, bound), v.size(), value(v, bound)) for _, a, v in happen]
    assert got == list(case.out.stores)


def _same_state(
    case: Case, bound: Bound, after: dict[str, Any], index: dict[str, int], name: str
) -> None:
    for r in case.machine.registers:
        want = case.out.state[r.name]
        if r.name not in after or any(after[r.name].eq(constant) for constant, _ in bound):
            assert want == case.state[r.name], (name, r.name)  # it stays as it was
        elif isinstance(want, list):
            whole = computed(z3.simplify(z3.substitute(after[r.name], *bound)))
            width = index.get(r.name, max(1, (r.count - 1).bit_length()))
            got = [value(z3.Select(whole, z3.BitVecVal(k, width)), []) for k in range(r.count)]
            assert got == want, (name, r.name)
        else:
            assert value(after[r.name], bound) == want, (name, r.name)


@pytest.mark.parametrize("name", SIZED)
def test_scripts_of_every_instruction(name: str) -> None:
    """The scripts that people read, as a solver reads them."""
    draw = random.Random(name)
    isa, machine = instruction_set(name), machine_of(name)
    for i in isa.instructions:
        script = instruction_script(isa, machine, i)
        defined = definitions(script)
        index = {
            f: int(bits)
            for f, bits in re.findall(r"declare-const (\w+) \(Array \(_ BitVec (\d+)\)", script)
        }
        for _ in range(CASES):
            _script_says(Case(name, i, draw), defined, index, i.name)


def _script_says(
    case: Case, defined: dict[str, z3.ExprRef], index: dict[str, int], name: str
) -> None:
    bound = _constants(case, lambda kind, n: n, index)
    for x in case.loads():
        _found(case, bound, x, defined[f"{x.name}_address"], x.name)
    assert value(defined["matches"], bound) == 1
    none = z3.BitVecVal(0, 8)
    assert value(defined.get("trap_cause", none), bound) == case.code, name
    assert value(defined.get("trap_value", none), bound) == case.out.value
    stores = [n.removesuffix("_happens") for n in defined if re.fullmatch(r"store\d*_happens", n)]
    parts = [(f"{s}_happens", f"{s}_address", f"{s}_value") for s in stores]
    _same_stores(case, bound, [tuple(defined[p] for p in three) for three in parts])
    after = {r.name: defined.get(f"{r.name}_after") for r in case.machine.registers}
    _same_state(case, bound, {n: t for n, t in after.items() if t is not None}, index, name)


# Against formulas by hand, for all operands and all states

X = z3.Array("file.x", z3.BitVecSort(128), z3.BitVecSort(64))
WORD, PC = z3.BitVec("input.word", 32), z3.BitVec("state.pc", 64)


def _x(high: int) -> z3.BitVecRef:
    number = z3.ZeroExt(123, z3.Extract(high, high - 4, WORD))
    return z3.If(number == 0, z3.BitVecVal(0, 64), z3.Select(X, number))


def _word(x: z3.BitVecRef) -> z3.BitVecRef:
    return z3.Extract(31, 0, x)


A, B = _x(19), _x(24)
IMM = z3.SignExt(52, z3.Extract(31, 20, WORD))
DISTANCE = z3.SignExt(
    51,
    z3.Concat(
        *(z3.Extract(h, low, WORD) for h, low in ((31, 31), (7, 7), (30, 25), (11, 8))),
        z3.BitVecVal(0, 1),
    ),
)
BY_HAND = {
    "sub": A + ~B + 1,
    "slt": z3.If((A < B), z3.BitVecVal(1, 64), z3.BitVecVal(0, 64)),
    "xori": (A | IMM) & ~(A & IMM),
    "sraw": z3.SignExt(32, _word(A) >> z3.ZeroExt(27, z3.Extract(4, 0, B))),
    "addiw": z3.SignExt(32, z3.Extract(31, 0, A + IMM)),
    "auipc": PC + z3.SignExt(32, z3.Concat(z3.Extract(31, 12, WORD), z3.BitVecVal(0, 12))),
}


def _unequal(*pairs: tuple[z3.ExprRef, z3.ExprRef]) -> Any:
    solver = z3.Solver()
    solver.add(z3.Or(*(a != b for a, b in pairs)))
    return solver.check()


@pytest.mark.parametrize("name", BY_HAND)
def test_computations_are_the_manuals(name: str) -> None:
    terms = smt.operation_terms(machine_of("rv64i"), name)
    rd = z3.ZeroExt(123, z3.Extract(11, 7, WORD))
    after = z3.If(rd == 0, X, z3.Store(X, rd, BY_HAND[name]))
    assert _unequal((terms.state["x"], after), (terms.state["pc"], PC + 4)) == z3.unsat
    wrong = z3.If(rd == 0, X, z3.Store(X, rd, BY_HAND[name] + 1))
    assert _unequal((terms.state["x"], wrong)) == z3.sat


def test_a_branch_is_the_manuals() -> None:
    terms = smt.operation_terms(machine_of("rv64i"), "bltu")
    to = PC + DISTANCE
    taken = z3.ULT(A, B)
    trap = z3.And(taken, z3.Extract(1, 1, to) == 1)
    after = z3.If(trap, PC, z3.If(taken, to, PC + 4))
    assert terms.fault_value is not None
    assert (
        _unequal(
            (terms.state["pc"], after),
            (terms.fault_value, z3.If(trap, to, z3.BitVecVal(0, 64))),
            (terms.cause != 0, trap),
            (terms.state["x"], X),
        )
        == z3.unsat
    )


def test_a_load_and_a_store_are_the_manuals() -> None:
    load = smt.operation_terms(machine_of("rv64i"), "lh")
    (at,) = load.loads.values()
    rd = z3.ZeroExt(123, z3.Extract(11, 7, WORD))
    found = z3.SignExt(48, z3.BitVec("load.loaded0", 16))
    after = z3.If(rd == 0, X, z3.Store(X, rd, found))
    assert _unequal((at.address, A + IMM), (load.state["x"], after)) == z3.unsat
    store = smt.operation_terms(machine_of("rv64i"), "sh")
    (to,) = store.stores
    distance = z3.SignExt(52, z3.Concat(z3.Extract(31, 25, WORD), z3.Extract(11, 7, WORD)))
    pairs = ((to.address, A + distance), (to.value, z3.Extract(15, 0, B)))
    assert _unequal(*pairs) == z3.unsat


def test_a_script_whole() -> None:
    isa, machine = instruction_set("rv32i"), machine_of("rv32i")
    text = instruction_script(isa, machine, isa.instruction("blt"))
    assert text[text.index("; Traps") :] == (
        "; Traps\n"
        "; trap_cause is 0: none; 1: instruction_address_misaligned\n"
        "(define-fun v1 () Bool (bvslt (select x rs1) (select x rs2)))\n"
        "(define-fun v2 () (_ BitVec 32) (bvadd pc target))\n"
        "(define-fun v3 () Bool (and v1 (= ((_ extract 1 1) v2) #b1)))\n"
        "(define-fun trap_cause () (_ BitVec 8) (ite v3 #x01 #x00))\n"
        "(define-fun trap_value () (_ BitVec 32) (ite v3 v2 #x00000000))\n"
        "\n"
        "; Afterwards; other registers keep their values\n"
        "(define-fun pc_after () (_ BitVec 32) (ite v3 pc (ite v1 v2 (bvadd pc #x00000004))))\n"
    )


# Every operation of expressions, as a script


def _script_of(x: e.Expr) -> tuple[Machine, str]:
    from gen.forms.smt.writer import Writer

    w = Writer({}, {})
    for n in e.postorder([x]):
        if n.op is e.Op.INPUT:
            w.declare(n, n.name)
    w.expect([x])
    w.define(x, "result")
    return Machine("m"), "\n".join(w.lines)


def test_every_operation_is_the_definition() -> None:
    from tests.conformance import cases

    for case in cases():
        _, text = _script_of(case.expr)
        result = definitions(text)["result"]
        inputs = [n for n in e.postorder([case.expr]) if n.op is e.Op.INPUT]
        for values, expected in list(zip(case.values, case.expected(), strict=True))[::9]:
            bound = [
                (z3.BitVec(n.name, n.width), z3.BitVecVal(values[n.name], n.width)) for n in inputs
            ]
            assert value(result, bound) == expected, (case.expr, values)
