"""Long lines of generated code, laid out as a person would: split where they bind least."""

from __future__ import annotations

import re

__all__ = ["wrapped"]

# Separators, the weakest first; what stands before a part, and after it, on a line of its own.
_WORDS = [r", ", r" if | else ", r" or ", r" and ", r" == | != | < | >= "]
_WORDS += [r" \| ", r" \^ ", r" & ", r" << | >> ", r" \+ | - "]
_SEPARATORS = [re.compile(w) for w in _WORDS]
_CLOSE = ("<< ", ">> ", "+ ", "- ")
_STATEMENT = re.compile(r"(s\.\w+\[.*?\] = |[\w.]+ = |return |if )(.*?)(:?)$")
_STEP = "    "


def wrapped(line: str, width: int = 92) -> list[str]:
    """Return a statement as several lines in parentheses, if it is too long; never a comment's."""
    indent = line[: len(line) - len(line.lstrip())]
    match = _STATEMENT.match(line.strip())
    if len(line) <= width or match is None or "  # " in line:
        return [line]
    head, text = match[1], match[2]
    for lead in ("", "not "):
        if text.startswith(lead) and _enclosed(text[len(lead) :]):  # has its parentheses
            head, text = head + lead, text[len(lead) + 1 : -1]
            break
    inner = _layout(text, indent + _STEP, "", width)
    if len(inner) == 1 and len(inner[0]) > width:
        return [line]  # nowhere to split
    return [f"{indent}{head}(", *inner, f"{indent}){match[3]}"]


def _layout(text: str, indent: str, prefix: str, width: int, *, nested: bool = False) -> list[str]:
    """Return an expression on lines at an indent, `prefix` before the first.

    The lines of a part of another split (`nested`) hang below its first.
    """
    if len(indent) + len(prefix) + len(text) <= width:
        return [f"{indent}{prefix}{text}"]
    for separator in _SEPARATORS:
        parts = _split(text, separator)
        if len(parts) > 1:
            hanging = indent + _STEP if nested else indent
            return _parts(parts, indent, hanging, prefix, width)
    if text.startswith("not "):
        return _layout(text[4:], indent, f"{prefix}not ", width, nested=nested)
    if _enclosed(text):
        inner = _layout(text[1:-1], indent + _STEP, "", width)
        return [f"{indent}{prefix}(", *inner, f"{indent})"]
    return [f"{indent}{prefix}{text}"]


def _parts(
    parts: list[tuple[str, str]], indent: str, hanging: str, prefix: str, width: int
) -> list[str]:
    """Return an expression's parts on lines of their own; a shift stays beside what it shifts."""
    lines: list[str] = []
    for k, (word, part) in enumerate(parts):
        if word in _CLOSE and lines[-1].strip() == ")":
            lines[-1] += f" {word}{part}"
        else:
            here = hanging if k else indent
            lines += _layout(part, here, word if k else prefix, width, nested=True)
    return lines


def _enclosed(text: str) -> bool:
    """Return whether the first character's parenthesis is closed by the last."""
    depth = 0
    for i, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        if depth == 0:
            return i == len(text) - 1 and text[0] == "("
    return False


def _split(text: str, separator: re.Pattern[str]) -> list[tuple[str, str]]:
    """Split outside brackets; return each part with the word before it (a comma: after it)."""
    parts: list[tuple[str, str]] = []
    depth, start, i, word = 0, 0, 0, ""
    while i < len(text):
        depth += (text[i] in "([") - (text[i] in ")]")
        found = separator.match(text, i) if depth == 0 else None
        if found is None:
            i += 1
            continue
        comma = found[0] == ", "
        parts.append((word, text[start:i] + ("," if comma else "")))
        word = "" if comma else f"{found[0].strip()} "
        start = i = found.end()
    return [*parts, (word, text[start:])]
