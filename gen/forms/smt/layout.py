"""S-expressions on lines."""

from __future__ import annotations

from typing import TypeAlias

__all__ = ["Sexpr", "layout"]

Sexpr: TypeAlias = "str | tuple[Sexpr, ...]"

_LINE = 96


def layout(x: Sexpr, indent: int = 0) -> str:
    """Return the text of an expression, broken where it is longer than a line."""
    flat = _flat(x, _LINE - indent)
    if flat is not None or isinstance(x, str):
        return x if isinstance(x, str) else flat or ""
    head, *rest = x
    if head == "define-fun":
        name, arguments, sort, body = (layout(part, indent + 2) for part in rest)
        return f"(define-fun {name} {arguments} {sort}\n{' ' * (indent + 2)}{body})"
    lines = [f"({layout(head, indent + 2)}"]
    last = rest.pop() if _chained(x) else None
    lines += [" " * (indent + 2) + layout(part, indent + 2) for part in rest]
    if last is not None:  # a chain of choices does not move to the right
        lines.append(" " * indent + layout(last, indent))
    return "\n".join(lines) + ")"


def _chained(x: Sexpr) -> bool:
    return x[0] == "ite" and isinstance(x[-1], tuple) and x[-1][0] == "ite"


def _flat(x: Sexpr, room: int) -> str | None:
    """Return the text on one line, or None if it does not fit."""
    if isinstance(x, str):
        return x if len(x) <= room else None
    parts = []
    for part in x:
        text = _flat(part, room - 2)
        if text is None:
            return None
        parts.append(text)
        room -= len(text) + 1
    return f"({' '.join(parts)})" if room >= 1 else None
