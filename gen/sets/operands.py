"""What operands mean, in words."""

from __future__ import annotations

from gen.forms.doc.instructions import Box, OperandRow
from gen.isa.encoding import Encoding, Field
from gen.isa.extension import Instruction
from gen.isa.operands import Choice, Immediate, Operand, Target
from gen.isa.roles import Roles
from gen.isa.syntax import Syntax

__all__ = ["boxes", "operand_rows", "plain_syntax"]


_MOST = 16  # words of a choice that are listed


def plain_syntax(syntax: Syntax) -> str:
    """Return assembly with the operands' names; those within the mnemonic stay in braces."""
    head = "".join(f"{{{t}}}" if kind == "operand" else t for kind, t in syntax.head)
    return " ".join(filter(None, (head, "".join(t for _, t in syntax.parts))))


def boxes(word: Encoding) -> tuple[Box, ...]:
    """Return the parts of a word, the highest bits first."""
    found: list[Box] = []
    for f in word.fields.values():
        for p in f.pieces:
            high = p.position + p.width - 1
            text, short = _piece(f, p.low, p.width)
            found.append(Box(high, p.position, text, "field", short))
    for kind, mask in (("fixed", word.mask), ("any", _any(word))):
        for high, low in _runs(mask, word.width, _edges(word)):
            bits = f"{word.match >> low & (1 << high - low + 1) - 1:0{high - low + 1}b}"
            found.append(Box(high, low, bits if kind == "fixed" else "", kind))
    return tuple(sorted(found, key=lambda b: -b.high))


def _piece(f: Field, low: int, width: int) -> tuple[str, str]:
    """Return a field's name, with the bits of its value that stand here if others do elsewhere."""
    if len(f.pieces) == 1 and low == 0:
        return f.name, f.name
    bits = _range(low + width - 1, low)
    return f"{f.name}[{bits}]", bits


def _range(high: int, low: int) -> str:
    return f"{high}:{low}" if high > low else str(low)


def _any(word: Encoding) -> int:
    used = word.mask
    for f in word.fields.values():
        used |= f.place
    return ~used & (1 << word.width) - 1


def _edges(word: Encoding) -> set[int]:
    """Return the lowest bit of each token of the pattern."""
    at, found = word.width, set()
    pieces = sorted((p for f in word.fields.values() for p in f.pieces), key=lambda p: p.position)
    for token in word.pattern.split():
        if set(token) <= set("01x"):
            at -= len(token)
        else:
            at = [pieces.pop() for _ in range(1 + token.count("|"))][-1].position
        found.add(at)
    return found


def _runs(mask: int, width: int, edges: set[int]) -> list[tuple[int, int]]:
    """Return the highest and lowest bit of each run of ones, parted at the edges."""
    found, low = [], 0
    for k in range(width + 1):
        if k in edges or not mask >> k & 1:
            if low < k and mask >> low & 1:
                found.append((k - 1, low))
            low = k if mask >> k & 1 else k + 1
    return found


def operand_rows(i: Instruction, roles: Roles) -> tuple[OperandRow, ...]:
    """Return the fields, those that assembly names first and in its order."""
    named = [n for n in i.syntax.operands if n in i.encoding.fields]
    others = [n for n in i.encoding.fields if n not in named]
    return tuple(_row(i, n, roles) for n in (*named, *others))


def _row(i: Instruction, name: str, roles: Roles) -> OperandRow:
    f, kind = i.encoding.fields[name], i.operands[name]
    places = sorted(f.pieces, key=lambda p: -p.low)
    bits = ", ".join(_range(p.position + p.width - 1, p.position) for p in places)
    left_out = ("operand", name) in i.syntax.head and "" in getattr(kind, "names", ())
    nothing = "nothing or " if left_out else ""
    return OperandRow(name, bits, _role(name, roles), nothing + _meaning(kind, f))


def _role(name: str, roles: Roles) -> str:
    parts = [
        verb for verb, files in (("read", roles.read), ("written", roles.written)) if name in files
    ]
    return ", ".join(parts)


def _meaning(kind: Operand, f: Field) -> str:
    match kind:
        case Target():
            return f"an address, from here {_limits(kind, f)}"
        case Immediate():
            return f"a number {_limits(kind, f)}"
        case Choice():
            return _words(kind)
    return kind.describe().replace("`", "")


def _words(kind: Choice) -> str:
    """Return the words of a choice, of many the first ones."""
    names = [n for n in kind.names if n]
    some = ", ".join(names[:_MOST]) + (f", … ({len(names)})" if len(names) > _MOST else "")
    return f"one of {some}" if len(names) > 1 else some


def _limits(kind: Immediate, f: Field) -> str:
    """Return the range of a number, and what it is a multiple of."""
    signed = kind.signed and not kind.shown
    low, high = (-(1 << f.width - 1), 1 << f.width - 1) if signed else (0, 1 << f.width)
    step = f.given & -f.given
    last = high - step
    if kind.shown:
        low, last, step = low >> kind.shown, last >> kind.shown, max(1, step >> kind.shown)
    if kind.least is not None:
        low = max(low, kind.least)
    minus = "\N{MINUS SIGN}" if low < 0 else ""
    multiple = f", a multiple of {step}" if step > 1 else ""
    return f"{minus}{abs(low)} to {last}{multiple}"
