"""Messages for a token that the grammar does not allow where it stands."""

from __future__ import annotations

from collections.abc import Iterable

from lark.exceptions import UnexpectedToken

from gen.diag import Reporter
from gen.source import Source, Span
from gen.vrs.lexer import KEYWORDS, PUNCTUATION, VrsToken

__all__ = ["report_unexpected"]

_TYPES = frozenset({"INT", "BOOL", "ADDR", "VADDR", "PADDR", "SIZE", "FLAGS", "ID"})
_TERMS = frozenset({"LPAR", "IF", "TILDE", "BANG", "TRUE", "STATE", "INTERFACE"})
_OPERATORS = frozenset(
    [
        "IMPLIES",
        "OROR",
        "ANDAND",
        "EQEQ",
        "NE",
        "LT",
        "GT",
        "LE",
        "GE",
        "BAR",
        "CARET",
        "AMP",
        "SHL",
        "SHR",
        "PLUS",
        "MINUS",
        "STAR",
        "SLASH",
        "PERCENT",
    ]
)
_ITEMS = frozenset(
    ["FN", "SYNTH", "ABSTRACT", "EXTERN", "HASH", "INBITWIDTH", "OUTBITWIDTH", "STATE", "INTERFACE"]
)
_TOP_WORDS = "SEGMENT STATICMAP ENUM OSSPEC IMPORT CONST FLAGS EXTERN HASH ABSTRACT TYPE FN SYNTH"
_TOP = frozenset({*_TOP_WORDS.split(), "$END"})
_MARKS = {name: mark for mark, name in PUNCTUATION.items()}
_WORDS = {word.upper(): word for word in KEYWORDS}
_SHOWN = 5


def report_unexpected(
    error: UnexpectedToken,
    token: VrsToken | None,
    tokens: list[VrsToken],
    source: Source,
    reporter: Reporter,
) -> None:
    """Report E0110: what stands there, what could, and the usual reason where one is known."""
    accepted = frozenset(error.accepts or error.expected)
    expected = _list(_describe(accepted))
    if token is None:
        last = tokens[-1].span if tokens else Span(source, 0, 0)
        reporter.report(
            "E0110", f"the file ends too early: expected {expected}", last, "it ends after this"
        )
        return
    before = _before(tokens, token)
    reporter.report(
        "E0110",
        f"expected {expected}, found {_found(token)}",
        token.span,
        "unexpected",
        help=_hint(token, before, accepted),
    )


def _before(tokens: list[VrsToken], token: VrsToken) -> VrsToken | None:
    i = next((i for i, t in enumerate(tokens) if t is token), 0)
    return tokens[i - 1] if i else None


def _found(token: VrsToken) -> str:
    text = str(token) if len(token) <= 32 else token[:29] + "..."
    return f"the keyword `{text}`" if token in KEYWORDS else f"`{text}`"


def _describe(accepted: frozenset[str]) -> list[str]:
    """Return names of what is accepted, groups of tokens under one name."""
    left = set(accepted)
    out: list[str] = []
    if left >= _TERMS:
        out.append("an expression")
        left -= _TERMS | {"ID", "NUM", "FALSE", "STATICMAP", "FORALL", "EXISTS"}
    if left >= _OPERATORS:
        out.append("an operator")
        left -= _OPERATORS
    if left >= _TYPES:
        out.append("a type")
        left -= _TYPES
    if left >= _ITEMS:
        out.append("an item of a unit")
        left -= _ITEMS | {"FLAGS", "MAPS", "CONST"}
    if left >= {"SEGMENT", "ENUM", "IMPORT"}:
        out.append("a unit, a constant, flags or an import")
        left -= _TOP
    out.extend(_name(kind) for kind in sorted(left))
    return out


def _name(kind: str) -> str:
    if kind in ("ID", "NUM"):
        return "a name" if kind == "ID" else "a number"
    return "the end of the file" if kind == "$END" else f"`{_MARKS.get(kind) or _WORDS[kind]}`"


def _list(names: Iterable[str]) -> str:
    shown = list(names)
    if len(shown) > _SHOWN:
        shown = [*shown[: _SHOWN - 1], "another token"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _hint(token: VrsToken, before: VrsToken | None, accepted: frozenset[str]) -> str:
    last = before.type if before else ""
    if token in KEYWORDS and "ID" in accepted:
        return f"`{token}` is a keyword and cannot be a name; try `{token}_`"
    if token.type == "SEMI" and last == "RBRACE":
        return "no `;` follows a block; remove it"
    if token.type == "RBRACE" and last == "LBRACE":
        return "an empty block is not allowed; leave the braces out"
    if "SEMI" in accepted and token.type not in ("SEMI", "EQ"):
        return "is a `;` missing before it?"
    if "COMMA" in accepted and token.type in ("NUM", "ID", "REG", "MEM", "MMIO", "INSTR"):
        return "is a `,` missing before it?"
    if token.type == "MINUS":
        return "there is no unary minus: values are unsigned; subtract from 0"
    if token.type == "EQ" and "EQEQ" in accepted:
        return "`==` compares"
    return ""
