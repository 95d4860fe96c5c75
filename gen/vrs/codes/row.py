"""The form of an explanation: why, a small wrong example, the same example repaired."""

from __future__ import annotations

from textwrap import dedent, indent

__all__ = ["Row", "row"]

Row = tuple[str, str]
"""Title and explanation of a code."""


def row(title: str, why: str, wrong: str, right: str) -> Row:
    """Return a row of the table of codes; the examples may be indented as the caller likes."""
    return (title, f"{why}\n\nWrong:\n\n{_example(wrong)}\n\nRight:\n\n{_example(right)}\n")


def _example(text: str) -> str:
    return indent(dedent(text).strip("\n"), "    ")
