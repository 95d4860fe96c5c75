"""Expressions as SMT-LIB text: conditions are truth values, shared values have names.

SMT-LIB standard 2.6, theories FixedSizeBitVectors and ArraysEx.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gen.forms.smt.layout import Sexpr, layout
from gen.ir import expr as e
from gen.ir.expr import Expr, Op

__all__ = ["Writer", "bits_sort", "choice", "number"]

_NAMES = {
    Op.NOT: "bvnot",
    Op.AND: "bvand",
    Op.OR: "bvor",
    Op.XOR: "bvxor",
    Op.ADD: "bvadd",
    Op.SUB: "bvsub",
    Op.MUL: "bvmul",
    Op.UDIV: "bvudiv",
    Op.UREM: "bvurem",
    Op.SREM: "bvsrem",
    Op.SHL: "bvshl",
    Op.LSHR: "bvlshr",
    Op.ASHR: "bvashr",
    Op.CONCAT: "concat",
}
_COMPARE = {Op.EQ: "=", Op.ULT: "bvult", Op.SLT: "bvslt"}
_LOGIC = {Op.NOT: "not", Op.AND: "and", Op.OR: "or"}
_SHORT = {Op.SLICE, Op.ZEXT, Op.SEXT, Op.NOT, Op.REGREAD}
_PLAIN = {Op.CONST, Op.INPUT, Op.STATE, Op.LOAD}

# Words that a script must not define: of the language and of its theories.
_RESERVED = {
    *"let forall exists match par assert not and or xor ite distinct true false".split(),
    *"select store concat repeat extract Array BitVec Bool Int Real as".split(),
}


def number(value: int, width: int) -> str:
    """Return a constant."""
    return f"#x{value:0{width // 4}x}" if width % 4 == 0 else f"#b{value:0{width}b}"


def bits_sort(width: int) -> Sexpr:
    """Return the sort of so many bits."""
    return ("_", "BitVec", str(width))


@dataclass
class Writer:
    """Writes definitions, each on its own, in order.

    Members
    -------
    indices : bits of the index of each register file
    counts : elements of each register file
    lines : of the script so far
    """

    indices: Mapping[str, int]
    counts: Mapping[str, int]
    lines: list[str] = field(default_factory=list)
    _names: dict[Expr, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=lambda: set(_RESERVED))
    _uses: Counter[Expr] = field(default_factory=Counter)
    _files: dict[str, str] = field(default_factory=dict)
    _functions: dict[str, str] = field(default_factory=dict)
    _shared: int = 0

    def fresh(self, name: str) -> str:
        """Return a name that nothing has yet, the one wished for if possible."""
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def comment(self, text: str = "") -> None:
        """Add a comment line, an empty line without a text."""
        self.lines.append(f"; {text}" if text else "")

    def declare(self, node: Expr, name: str, remark: str = "") -> None:
        """Declare an input, a register or a load as a constant."""
        self._names[node] = self.fresh(name)
        self.add(("declare-const", self._names[node], bits_sort(node.width)), remark)

    def declare_file(self, file: str, width: int, remark: str = "") -> None:
        """Declare a register file as an array."""
        self._files[file] = self.fresh(file)
        self.add(("declare-const", self._files[file], self.array_sort(file, width)), remark)

    def array_sort(self, file: str, width: int) -> Sexpr:
        """Return the sort of a register file whose elements have so many bits."""
        return ("Array", bits_sort(self.indices[file]), bits_sort(width))

    def file(self, file: str) -> str:
        """Return the name of a register file's array."""
        return self._files[file]

    def rename(self, node: Expr, name: str) -> None:
        """Write a value as a name from here on."""
        self._names[node] = name

    def define(self, node: Expr, name: str, remark: str = "") -> str:
        """Define a name for a value; what follows has the name in its place."""
        self._name_shared(node, below=True)
        body = self._condition(node) if _is_condition(node) else self._bits(node)
        found = self.fresh(name)
        sort: Sexpr = "Bool" if _is_condition(node) else bits_sort(node.width)
        self.define_as(found, sort, body, remark)
        self._names[node] = found
        return found

    def define_as(self, name: str, sort: Sexpr, body: Sexpr, remark: str = "") -> None:
        """Define a name for a text."""
        self.add(("define-fun", name, "()", sort, body), remark)

    def add(self, command: Sexpr, remark: str = "") -> None:
        """Add a command."""
        self.lines.append(layout(command) + (f"  ; {remark}" if remark else ""))

    def expect(self, roots: Iterable[Expr]) -> None:
        """Count how often values are used, so that those used twice get names."""
        roots = list(roots)
        self._uses.update(roots)
        for node in self._unnamed(roots):
            self._uses.update(node.args)

    def bits(self, node: Expr) -> Sexpr:
        """Return a value as bits."""
        self._name_shared(node)
        return self._bits(node)

    def condition(self, node: Expr) -> Sexpr:
        """Return a 1-bit value as a truth value."""
        self._name_shared(node)
        return self._condition(node)

    def index(self, file: str, index: Expr) -> Sexpr:
        """Return the index of a register file's element."""
        return _widened("zero_extend", self.bits(index), index.width, self.indices[file])

    def within(self, file: str, index: Expr) -> Expr:
        """Return whether a register file has an element, 1 bit."""
        count = self.counts[file]
        if count >= 1 << index.width:
            return e.const(1, 1)
        return e.ult(index, e.const(count, index.width))

    def _unnamed(self, roots: Iterable[Expr]) -> Iterator[Expr]:
        """Yield every value below the roots that has no name yet, operands before users."""
        seen: set[Expr] = set()
        stack = [(r, False) for r in roots]
        while stack:
            node, ready = stack.pop()
            if ready:
                yield node
            elif node not in seen and node not in self._names and node.op not in _PLAIN:
                seen.add(node)
                stack.append((node, True))
                stack += [(a, False) for a in reversed(node.args)]

    def _name_shared(self, root: Expr, *, below: bool = False) -> None:
        """Define the values that are used more than once; `below`: not the root itself."""
        for node in list(self._unnamed([root])):
            if self._uses[node] > 1 and not self._short(node) and not (below and node is root):
                self._shared += 1
                self.define(node, f"v{self._shared}")

    def _short(self, node: Expr) -> bool:
        """Return whether a value is as easily read where it stands as behind a name."""
        plain = all(a in self._names or a.op in _PLAIN for a in node.args)
        return plain and (node.op in _SHORT or node.op in _COMPARE)

    def _bits(self, node: Expr) -> Sexpr:
        if node in self._names:
            name = self._names[node]
            return ("ite", name, "#b1", "#b0") if _is_condition(node) else name
        if _is_condition(node):
            return ("ite", self._condition(node), "#b1", "#b0")
        args = [self._bits(a) for a in node.args] if node.op is not Op.ITE else []
        if node.op in _NAMES:
            return (_NAMES[node.op], *args)
        match node.op:
            case Op.CONST:
                return number(node.value, node.width)
            case Op.SLICE:
                return (("_", "extract", str(node.low + node.width - 1), str(node.low)), *args)
            case Op.ZEXT | Op.SEXT:
                kind = "zero_extend" if node.op is Op.ZEXT else "sign_extend"
                return _widened(kind, args[0], node.args[0].width, node.width)
            case Op.SDIV:
                zero = number(0, node.width)
                ones = number(e.mask(node.width), node.width)
                return ("ite", ("=", args[1], zero), ones, ("bvsdiv", *args))
            case Op.ITE:
                c, then, other = node.args
                return choice(self._condition(c), self._bits(then), self._bits(other))
            case Op.REGREAD:
                return self._element(node, args[0])
        return self._call(node, args)

    def _element(self, node: Expr, index: Sexpr) -> Sexpr:
        file, at = self._files[node.name], node.args[0]
        whole = _widened("zero_extend", index, at.width, self.indices[node.name])
        inside = self.within(node.name, at)
        if inside.is_const:
            return ("select", file, whole)
        return ("ite", self._condition(inside), ("select", file, whole), number(0, node.width))

    def _call(self, node: Expr, args: list[Sexpr]) -> Sexpr:
        """Return a call of a function that the script declares: its result may be any."""
        if node.name not in self._functions:
            name = self._functions[node.name] = self.fresh(node.name)
            sorts = tuple(bits_sort(a.width) for a in node.args)
            self.add(("declare-fun", name, sorts, bits_sort(node.width)))
        return (self._functions[node.name], *args)

    def _condition(self, node: Expr) -> Sexpr:
        if node.is_const:
            return "true" if node.value else "false"
        if not _is_condition(node):
            return ("=", self._bits(node), "#b1")
        if node in self._names:
            return self._names[node]
        if node.op in _COMPARE:
            return (_COMPARE[node.op], *(self._bits(a) for a in node.args))
        if node.op is Op.ITE:
            return choice(*(self._condition(a) for a in node.args))
        if node.op is Op.NOT:
            return ("not", self._condition(node.args[0]))
        parts = [self._condition(a) for a in _parts(node, node.op, self._names)]
        return (_LOGIC[node.op], *parts) if len(parts) > 1 else parts[0]


def choice(condition: Sexpr, then: Sexpr, other: Sexpr) -> Sexpr:
    """Return a choice, without negations and constant conditions."""
    if then == other:
        return then
    if condition in ("true", "false"):
        return then if condition == "true" else other
    if isinstance(condition, tuple) and condition[0] == "not":
        return ("ite", condition[1], other, then)
    return ("ite", condition, then, other)


def _is_condition(node: Expr) -> bool:
    """Return whether a value is written as a truth value."""
    if node.width > 1 or node.op in (Op.CONST, Op.XOR):
        return False
    return node.op in _COMPARE or node.op in _LOGIC or node.op is Op.ITE


def _parts(node: Expr, op: Op, names: Mapping[Expr, str]) -> list[Expr]:
    """Return the parts of a chain of one operation, in order, without constants of no effect."""
    neutral = int(op is Op.AND)
    found: list[Expr] = []
    stack = [node]
    while stack:
        n = stack.pop()
        if n.op is op and (n is node or n not in names):
            stack += reversed(n.args)
        elif not (n.is_const and n.value == neutral):
            found.append(n)
    return found or [e.const(neutral, 1)]


def _widened(kind: str, x: Sexpr, width: int, wanted: int) -> Sexpr:
    return x if width == wanted else (("_", kind, str(wanted - width)), x)
