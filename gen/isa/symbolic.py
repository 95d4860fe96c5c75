"""The state as a semantic function sees it on symbols: it records effects, one path at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.ir.machine import Assign, Effect, Fault, Load, Store
from gen.isa.isa import Isa
from gen.isa.state import Control, ControlFile, File, Register, Special
from gen.isa.values.terms import SemanticError, Term, expression, nonzero

__all__ = ["MEMORY", "Path", "SymbolicState", "Trapped"]

MEMORY = "memory"
_TRUE = e.const(1, 1)


class Trapped(Exception):
    """A path ends in a trap."""


@dataclass
class Path:
    """One way through a semantic function.

    Members
    -------
    prefix : how the first conditions go; the effects up to there are already recorded
    taken : how all conditions so far went, in order
    known : conditions decided on this path
    effects : recorded on this path, behind the prefix
    other : prefixes of the ways not taken
    """

    prefix: tuple[bool, ...] = ()
    taken: list[bool] = field(default_factory=list)
    known: dict[Expr, bool] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    other: list[tuple[bool, ...]] = field(default_factory=list)
    loads: int = 0
    stored: bool = False
    changed: bool = False

    @property
    def guard(self) -> Expr:
        """What holds on this path so far."""
        return e.all_of(c if v else e.not_(c) for c, v in self.known.items())

    @property
    def recording(self) -> bool:
        """Whether effects are new: those of the prefix are there already."""
        return len(self.taken) >= len(self.prefix)

    def decide(self, condition: Expr) -> bool:
        """Return how a condition goes on this path."""
        if condition.is_const:
            return bool(condition.value)
        if condition.op is e.Op.NOT:
            return not self.decide(condition.args[0])
        if condition in self.known:
            return self.known[condition]
        at = len(self.taken)
        way = self.prefix[at] if at < len(self.prefix) else True
        if at >= len(self.prefix):
            self.other.append((*self.taken, False))
        self.taken.append(way)
        self.known[condition] = way
        return way

    def add(self, effect: Effect) -> None:
        """Record an effect."""
        if self.recording:
            self.effects.append(effect)


class SymbolicState:
    """The state during an elaboration; see `gen.isa.hart.Hart` for the same on words."""

    def __init__(self, isa: Isa, path: Path, span: Callable[[], Any]) -> None:
        object.__setattr__(self, "_isa", isa)
        object.__setattr__(self, "_path", path)
        object.__setattr__(self, "_span", span)
        object.__setattr__(self, "_now", {})
        object.__setattr__(self, "_next", {})
        object.__setattr__(self, "writing", _TRUE)  # holds for all that is written
        declared: dict[str, Any] = {}
        for d in isa.state:
            if isinstance(d, Register):
                declared[d.name] = d
            elif isinstance(d, File):
                declared[d.name] = SymbolicFile(self, d)
            else:
                declared[d.name] = SymbolicControls(self, d)
                declared |= {c.name: (d, c) for c in d.controls}
        object.__setattr__(self, "_declared", declared)

    def term(self, expr: Expr, *, truth: bool = False) -> Term:
        """Return an expression as a value."""
        return Term(expr, self._path.decide, truth=truth)

    def __getattr__(self, name: str) -> Any:
        found = self._declared.get(name)
        if found is None:
            if name in self._isa.parameters:
                return self._isa.parameters[name]
            raise SemanticError(f"the state has no `{name}`")
        if isinstance(found, tuple):
            return self.read_control(*found)
        if isinstance(found, Register):
            return self.term(self.scalar(found.name, found.width, latched=found.latched))
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        found = self._declared.get(name)
        if isinstance(found, tuple):
            file, control = found
            self.write_control(file, control, value)
        elif isinstance(found, Register):
            self.assign_scalar(name, expression(value, found.width))
        else:
            raise SemanticError(f"the state has no register `{name}` to be written")

    # For the parts of the state, and who runs it

    @property
    def path(self) -> Path:
        """The way through the function."""
        found: Path = self._path
        return found

    def place(self) -> Any:
        """Return the line of the description that is running."""
        return self._span()

    @property
    def latched(self) -> dict[str, Expr]:
        """What the latched registers become on this path."""
        found: dict[str, Expr] = self._next
        return found

    def scalar(self, name: str, width: int, *, latched: bool = False) -> Expr:
        """Return a register as it is now on this path."""
        before = e.state(name, width)
        return before if latched else self._now.get(name, before)

    def assign_scalar(self, name: str, value: Expr, when: Expr = _TRUE) -> None:
        """Record an assignment; to a latched register, keep it for the end of the path."""
        declared = self._declared[name]
        if isinstance(declared, Register) and declared.latched:
            self._next[name] = value
            return
        self._path.changed = True
        when = e.all_of((self.writing, when))
        self._now[name] = e.ite(when, value, self._now.get(name, e.state(name, value.width)))
        self._path.add(Assign(name, value, e.all_of((self._path.guard, when)), None, self._span()))

    def read_control(self, file: ControlFile, control: Control) -> Term:
        """Return a control register."""
        if control.special is not None:
            return self.term(expression(control.special.read(self), file.width))
        if control.of:
            whole = self.scalar(control.of, file.width)
            return self.term(e.and_(whole, e.const(control.mask, file.width)))
        return self.term(self.scalar(control.name, file.width))

    def write_control(
        self, file: ControlFile, control: Control, value: Any, when: Expr = _TRUE
    ) -> None:
        """Write those bits of a control register that can be written."""
        if control.special is not None:
            self._write_special(control.special, self.term(expression(value, file.width)), when)
            return
        name = control.of or control.name
        old = self.scalar(name, file.width)
        new = expression(value, file.width)
        if control.legal is not None:
            legal = control.legal(self.term(new), self.term(old))
            new = expression(legal, file.width)
        mask = e.const(control.mask, file.width)
        kept = e.and_(old, e.not_(mask))
        whole = control.mask & e.mask(file.width) == e.mask(file.width)
        self.assign_scalar(name, new if whole else e.or_(kept, e.and_(new, mask)), when)

    def _write_special(self, special: Special, value: Term, when: Expr) -> None:
        before = self.writing
        object.__setattr__(self, "writing", e.all_of((before, when)))
        special.write(self, value)
        object.__setattr__(self, "writing", before)

    # Memory and traps

    def load(self, address: Any, size: int, when: Any = True, fault: str = "load") -> Term:
        """Return `size` bytes of memory; 0 where `when` does not hold."""
        self._reachable()
        guard = _condition(when)
        path = self._path
        if path.stored:
            raise SemanticError("a load behind a store: an instruction loads first")
        ways = "".join("ny"[w] for w in path.taken)
        name = f"loaded{path.loads}" + (f"_{ways}" if ways else "")
        path.loads += 1
        width = self._isa.pc.width
        path.add(
            Load(
                name,
                MEMORY,
                expression(address, width),
                8 * size,
                e.all_of((path.guard, guard)),
                self._span(),
            )
        )
        return self.term(self._ordered(e.load(name, 8 * size)))

    def store(self, address: Any, value: Any, when: Any = True) -> None:
        """Write a word of whole bytes to memory."""
        self._reachable()
        width = getattr(value, "width", None)
        if width is None or width % 8:
            raise SemanticError("a store takes a word of whole bytes")
        self._path.stored = True
        self._path.add(
            Store(
                MEMORY,
                expression(address, self._isa.pc.width),
                self._ordered(expression(value, width)),
                e.all_of((self._path.guard, _condition(when))),
                self._span(),
            )
        )

    def trap(self, cause: str, value: Any = 0) -> Trapped:
        """Return what to raise: the instruction ends in a trap, and nothing else happens."""
        if cause not in self._isa.causes:
            known = ", ".join(f"`{c}`" for c in self._isa.causes)
            raise SemanticError(f"no trap is called `{cause}`; known: {known}")
        self._reachable()
        self._path.add(
            Fault(cause, self._path.guard, self._span(), expression(value, self._isa.pc.width))
        )
        return Trapped()

    def _reachable(self) -> None:
        if self._path.changed:
            raise SemanticError(
                "memory is accessed, or a trap raised, after a register was written: "
                "a fault there could not be undone"
            )

    def _ordered(self, value: Expr) -> Expr:
        """Return a value in memory's order of bytes: the machine's memory is little endian."""
        if self._isa.byte_order == "little":
            return value
        return e.concat(*(e.slice_(value, 8 * k, 8) for k in range(value.width // 8)))


class SymbolicFile:
    """A register file on symbols."""

    def __init__(self, state: SymbolicState, file: File) -> None:
        self._state = state
        self._file = file
        self._written: list[tuple[Expr, Expr, Expr]] = []

    def _number(self, number: Any) -> Expr:
        """Return a register's number, of at least the bits that all numbers need."""
        needed = max(1, (self._file.count - 1).bit_length())
        if isinstance(number, Term):
            return e.resize(number.expr, max(needed, number.width))
        return e.const(number, needed)

    def _element(self, number: Expr) -> Expr:
        """Return the element that a number means now."""
        bank = self._file.bank
        if bank is None:
            return number
        return self._number(bank(self._state, self._state.term(number)))

    def __getitem__(self, number: Any) -> Term:
        file, asked = self._file, self._number(number)
        index = self._element(asked)
        value = e.regread(file.name, index, file.width)
        for at, new, when in self._written:
            value = e.ite(e.all_of((_equal(at, index), when)), new, value)
        for n, special in file.special.items():
            own = expression(special.read(self._state), file.width)
            value = e.ite(_is(asked, n), own, value)
        if file.zero is not None:
            value = e.ite(_is(asked, file.zero), e.const(0, file.width), value)
        return self._state.term(value)

    def __setitem__(self, number: Any, value: Any) -> None:
        self.write(number, value)

    def write(self, number: Any, value: Any, when: Any = True) -> None:
        """Write a register where `when` holds."""
        state, file, path = self._state, self._file, self._state.path
        asked, new = self._number(number), expression(value, file.width)
        guard = e.all_of((state.writing, _condition(when)))
        for n, special in file.special.items():
            this = _is(asked, n)
            if not (this.is_const and not this.value) and path.decide(e.all_of((guard, this))):
                special.write(state, state.term(new))
                return
        if file.zero is not None:
            guard = e.all_of((guard, e.not_(_is(asked, file.zero))))
        if guard.is_const and not guard.value:
            return
        index = self._element(asked)
        path.changed = True
        self._written.append((index, new, guard))
        path.add(Assign(file.name, new, e.all_of((path.guard, guard)), index, state.place()))


class SymbolicControls:
    """Control registers by their numbers, on symbols."""

    def __init__(self, state: SymbolicState, file: ControlFile) -> None:
        self._state = state
        self._file = file

    def _is(self, number: Any, control: Control) -> Expr:
        if isinstance(number, Term):
            return _is(number.expr, control.number)
        return e.const(int(number == control.number), 1)

    def exists(self, number: Any) -> Term:
        """Return whether there is a register of this number."""
        found = e.any_of(self._is(number, c) for c in self._file.controls)
        return self._state.term(found, truth=True)

    def __getitem__(self, number: Any) -> Term:
        value = e.const(0, self._file.width)
        for c in self._file.controls:
            own = self._state.read_control(self._file, c).expr
            value = e.ite(self._is(number, c), own, value)
        return self._state.term(value)

    def __setitem__(self, number: Any, value: Any) -> None:
        for c in self._file.controls:
            when = self._is(number, c)
            if not (when.is_const and not when.value):
                self._state.write_control(self._file, c, value, when)


def _condition(when: Any) -> Expr:
    if isinstance(when, Term):
        return nonzero(when.expr)
    return e.const(int(bool(when)), 1)


def _is(x: Expr, number: int) -> Expr:
    """Return whether an expression is a number."""
    return e.eq(x, e.const(number, x.width))


def _equal(a: Expr, b: Expr) -> Expr:
    width = max(a.width, b.width)
    if a is b:
        return _TRUE
    return e.eq(e.zext(a, width), e.zext(b, width))
