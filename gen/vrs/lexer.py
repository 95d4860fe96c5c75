"""Tokens of a `.vrs` file, with the comments directly above them.

The lexer reports every character it cannot place, and refuses what later stages could not walk:
a file over `MAX_CHARACTERS`, brackets deeper than `MAX_DEPTH` or not matching.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lark import Token
from lark.lexer import Lexer

from gen.diag import Label, Reporter
from gen.source import Source, Span
from gen.vrs.comments import Comments

__all__ = ["KEYWORDS", "MAX_CHARACTERS", "MAX_DEPTH", "PUNCTUATION", "TokenList", "VrsToken", "lex"]

MAX_CHARACTERS = 1 << 18
MAX_DEPTH = 200
MAX_NAME = 255  # names go into messages, files and other languages
_MAX_REPORTS = 20  # a binary file should not fill the screen

KEYWORDS = frozenset(
    [
        "const",
        "import",
        "staticmap",
        "segment",
        "enum",
        "osspec",
        "inbitwidth",
        "outbitwidth",
        "state",
        "interface",
        "maps",
        "mem",
        "reg",
        "mmio",
        "instr",
        "ReadActions",
        "WriteActions",
        "Layout",
        "fn",
        "synth",
        "abstract",
        "if",
        "else",
        "for",
        "let",
        "in",
        "return",
        "requires",
        "ensures",
        "assert",
        "forall",
        "exists",
        "invariant",
        "addr",
        "vaddr",
        "paddr",
        "size",
        "bool",
        "int",
        "flags",
        "None",
        "extern",
        "type",
        "true",
        "false",
    ]
)

PUNCTUATION = {
    "<=>": "IFF", "==>": "IMPLIES",
    "->": "ARROW", "<-": "LARROW", "=>": "FATARROW", "==": "EQEQ", "!=": "NE", "<=": "LE",
    ">=": "GE", "<<": "SHL", ">>": "SHR", "&&": "ANDAND", "||": "OROR", "..": "DOTDOT",
    "::": "COLONCOLON",
    ".": "DOT", ",": "COMMA", ":": "COLON", ";": "SEMI", "(": "LPAR", ")": "RPAR", "{": "LBRACE",
    "}": "RBRACE", "[": "LSQ", "]": "RSQ", "+": "PLUS", "-": "MINUS", "*": "STAR", "/": "SLASH",
    "%": "PERCENT", "^": "CARET", "~": "TILDE", "&": "AMP", "|": "BAR", "!": "BANG", "=": "EQ",
    "<": "LT", ">": "GT", "@": "AT", "?": "QUESTION", "#": "HASH",
}  # fmt: skip

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n\f\v]+)"
    r"|(?P<comment>//[^\n]*|/\*(?s:.*?)\*/)"
    r"|(?P<unclosed>/\*)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<number>[0-9][A-Za-z0-9_]*)"
    r"|(?P<mark>" + "|".join(re.escape(mark) for mark in PUNCTUATION) + r")"
    r"|(?P<bad>[^\x00-\x7f]+|.)",
    re.DOTALL,
)
_NUMBER = re.compile(r"0x_*[0-9a-fA-F][0-9a-fA-F_]*|0o_*[0-7][0-7_]*|0b_*[01][01_]*|[0-9][0-9_]*")
_BASES = {"0x": 16, "0o": 8, "0b": 2}
_OPEN = {"LPAR": "RPAR", "LBRACE": "RBRACE", "LSQ": "RSQ"}
_MARK_OF = {name: mark for mark, name in PUNCTUATION.items()}


class VrsToken(Token):
    """A token with its span, the comment directly above it and, for a number, its value."""

    span: Span
    doc: str
    number: int


class TokenList:
    """What `lex` gives: the tokens and the comment block at the top of the file."""

    def __init__(self, tokens: list[VrsToken], doc: str) -> None:
        self.tokens = tokens
        self.doc = doc


class TokenFeed(Lexer):
    """Hands a list of tokens to the parser: text is lexed before, where errors are reported."""

    def __init__(self, lexer_conf: Any) -> None:
        del lexer_conf  # the grammar only declares its terminals

    def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]
        """Return the tokens given to ``Lark.parse`` in place of a text."""
        return iter(data)


def lex(source: Source, reporter: Reporter) -> TokenList | None:
    """Return the tokens of `source`, or None after reporting E0103 to E0109."""
    if len(source.text) > MAX_CHARACTERS:
        reporter.report(
            "E0109",
            f"the file has more than {MAX_CHARACTERS} characters",
            Span(source, 0, 1),
            help="split it into files that import each other",
        )
        return None
    result = _Scan(source, reporter).run()
    return result if result is not None and _match_brackets(result.tokens, reporter) else None


class _Scan:
    """One pass over the text."""

    def __init__(self, source: Source, reporter: Reporter) -> None:
        self.source = source
        self.reporter = reporter
        self.tokens: list[VrsToken] = []
        self.reports = 0
        self.comments = Comments(source)

    def run(self) -> TokenList | None:
        handlers = {
            "comment": self.comments.add,
            "unclosed": self.unclosed,
            "word": self.word,
            "number": self.number,
            "mark": self.mark,
            "bad": self.bad,
        }
        for match in _TOKEN.finditer(self.source.text):
            kind = match.lastgroup
            if kind == "space":
                continue
            handlers[str(kind)](match.start(), match.end())
            if kind == "unclosed" or self.reports >= _MAX_REPORTS:
                break
        return None if self.reports else TokenList(self.tokens, self.comments.top)

    def report(self, code: str, message: str, span: Span, caret: str, help: str = "") -> None:
        self.reports += 1
        self.reporter.report(code, message, span, caret, help=help)

    def token(self, kind: str, start: int, end: int) -> VrsToken:
        token = VrsToken(kind, self.source.text[start:end], start)
        token.span = Span(self.source, start, end)
        token.doc = self.comments.take(start)
        self.tokens.append(token)
        return token

    def word(self, start: int, end: int) -> None:
        text = self.source.text[start:end]
        if end - start > MAX_NAME:
            span = Span(self.source, start, end)
            message = f"the name `{_short(text)}` has {end - start} characters"
            self.report("E0113", message, span, f"at most {MAX_NAME}")
            return
        self.token(text.upper() if text in KEYWORDS else "ID", start, end)

    def mark(self, start: int, end: int) -> None:
        self.token(PUNCTUATION[self.source.text[start:end]], start, end)

    def number(self, start: int, end: int) -> None:
        text = self.source.text[start:end]
        span = Span(self.source, start, end)
        if not _NUMBER.fullmatch(text):
            caret = "expected a number such as `4096`, `0xff`, `0o17` or `0b11`"
            self.report("E0104", f"`{_short(text)}` is not a number", span, caret)
            return
        # 64 bits have at most 64 digits; int() refuses very long decimals
        digits = text.replace("_", "")
        base = _BASES.get(digits[:2], 10)
        digits = (digits if base == 10 else digits[2:]).lstrip("0") or "0"
        value = int(digits, base) if len(digits) <= 64 else 1 << 64
        if value >> 64:
            caret = "at most 0xffff_ffff_ffff_ffff"
            self.report("E0105", "the number needs more than 64 bits", span, caret)
            return
        self.token("NUM", start, end).number = value

    def unclosed(self, start: int, end: int) -> None:
        span = Span(self.source, start, end)
        self.report("E0106", "unclosed block comment", span, "it begins here", "close it with `*/`")

    def bad(self, start: int, end: int) -> None:
        text = self.source.text[start:end]
        what = f"`{_short(text)}`" if text.isprintable() else f"character {ord(text[0]):#04x}"
        self.report(
            "E0103",
            f"{what} is not part of the language",
            Span(self.source, start, end),
            "outside comments, only ASCII letters, digits and operators are used",
        )


def _short(text: str) -> str:
    return text if len(text) <= 32 else text[:29] + "..."


def _match_brackets(tokens: list[VrsToken], reporter: Reporter) -> bool:
    """Report the first bracket that does not match, and nesting that is too deep."""
    stack: list[VrsToken] = []
    for token in tokens:
        if token.type in _OPEN:
            stack.append(token)
            if len(stack) > MAX_DEPTH:
                reporter.report(
                    "E0108", f"brackets nest deeper than {MAX_DEPTH}", token.span, "one too many"
                )
                return False
        elif token.type in _OPEN.values():
            if not stack or _OPEN[stack[-1].type] != token.type:
                _report_mismatch(token, stack, reporter)
                return False
            stack.pop()
    if stack:
        span = stack[-1].span
        reporter.report("E0107", f"`{stack[-1]}` is never closed", span, "it opens here")
        return False
    return True


def _report_mismatch(token: VrsToken, stack: list[VrsToken], reporter: Reporter) -> None:
    if not stack:
        reporter.report("E0107", f"`{token}` closes nothing", token.span, "nothing is open here")
        return
    wanted = _MARK_OF[_OPEN[stack[-1].type]]
    reporter.report(
        "E0107",
        f"`{token}` does not close `{stack[-1]}`",
        token.span,
        f"expected `{wanted}`",
        labels=[Label(stack[-1].span, "it opens here")],
    )
