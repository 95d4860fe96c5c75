"""From the text of a `.vrs` file to its syntax tree, or to messages that say what is wrong."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark
from lark.exceptions import UnexpectedToken

from gen.diag import Reporter
from gen.source import Source
from gen.vrs import tree
from gen.vrs.build import Builder, file_of
from gen.vrs.build_expressions import SyntaxFault
from gen.vrs.lexer import TokenFeed, VrsToken, lex
from gen.vrs.syntax import report_unexpected

__all__ = ["parse"]

_MAX_ERRORS = 20
_OPEN = frozenset({"LBRACE", "LPAR", "LSQ"})
_CLOSE = frozenset({"RBRACE", "RPAR", "RSQ"})
_STARTS = frozenset(
    {"IMPORT", "CONST", "FLAGS", "ABSTRACT", "SEGMENT", "STATICMAP", "ENUM", "OSSPEC"}
)


def parse(source: Source, reporter: Reporter) -> tree.File | None:
    """Return the tree of `source`, or None after reporting what is wrong (E0103 to E0111).

    A syntax error ends only the top-level item it stands in: the next item is read again, so one
    run shows an error of each.
    """
    lexed = lex(source, reporter)
    if lexed is None:
        return None
    items: list[Any] = []
    bad = _parse_some(lexed.tokens, source, items, reporter)
    if bad is None:
        return file_of(source, tuple(items), lexed.doc)
    rest = lexed.tokens
    for _ in range(_MAX_ERRORS - 1):
        rest = _after_item(rest, bad)
        bad = _parse_some(rest, source, items, reporter) if rest else None
        if bad is None:
            break
    return None


@cache
def _grammar() -> Lark:
    text = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        text,
        start="file",
        parser="lalr",
        lexer=TokenFeed,
        transformer=Builder(),
        keep_all_tokens=True,
        maybe_placeholders=False,
    )


def _parse_some(
    tokens: list[VrsToken], source: Source, items: list[Any], reporter: Reporter
) -> int | None:
    """Parse to the end (None) or to an error: report it and return its place in the text."""
    try:
        items.extend(_grammar().parse(tokens))  # type: ignore[arg-type]
    except SyntaxFault as fault:
        reporter.report(fault.code, fault.message, fault.span, fault.caret, help=fault.help)
        return fault.span.start
    except UnexpectedToken as error:
        token = error.token if isinstance(error.token, VrsToken) else None
        report_unexpected(error, token, tokens, source, reporter)
        return token.span.start if token else len(source.text)
    return None


def _after_item(tokens: list[VrsToken], offset: int) -> list[VrsToken]:
    """Return the tokens from the next top-level item behind `offset`; brackets match."""
    depth = 0
    for i, token in enumerate(tokens):
        if depth == 0 and token.span.start > offset and _starts_item(tokens, i):
            return tokens[i:]
        depth += (token.type in _OPEN) - (token.type in _CLOSE)
    return []


def _starts_item(tokens: list[VrsToken], i: int) -> bool:
    kind = tokens[i].type
    if kind == "FLAGS":
        return i + 1 < len(tokens) and tokens[i + 1].type == "LBRACE"
    before = tokens[i - 1].type if i else "SEMI"
    return kind in _STARTS and before != "ABSTRACT"
