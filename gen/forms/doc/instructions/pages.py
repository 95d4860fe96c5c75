"""The document of an instruction set: an index with the encodings, a page for each extension."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jinja2 import DictLoader, Environment
from markupsafe import Markup, escape

from gen.forms.doc.instructions.content import ExtensionPage, InstructionEntry, SetPage
from gen.forms.doc.instructions.templates import STYLE, TEMPLATES

__all__ = ["pages"]


def pages(page: SetPage) -> dict[str, str]:
    """Return the HTML pages by file name; they need nothing but each other."""
    environment = Environment(
        loader=DictLoader(TEMPLATES), autoescape=True, keep_trailing_newline=True
    )
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.globals |= {
        "style": Markup(STYLE),
        "by_width": _by_width,
        "percent": _percent,
        "count": _count,
    }
    environment.filters["prose"] = _prose
    found = {"index.html": environment.get_template("index").render(s=page)}
    for x in page.extensions:
        found[x.file] = environment.get_template("extension").render(s=page, x=x)
    return found


def _prose(text: str) -> Markup:
    """Return a text with what stands in backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _by_width(x: ExtensionPage) -> Iterable[tuple[int, list[InstructionEntry]]]:
    """Return the instructions of an extension by the bits of their words, the longest first."""
    widths = sorted({i.width for i in x.instructions}, reverse=True)
    return [(w, [i for i in x.instructions if i.width == w]) for w in widths]


def _percent(part: int, whole: int) -> str:
    """Return a share as a text that is not 0 for what is there, and not 100 for what is less."""
    share = 100 * part / whole
    if part and share < 0.01:
        return "< 0.01 %"
    return f"{share:.2f} %" if share < 99.99 or part == whole else "> 99.99 %"


def _count(n: int) -> str:
    """Return a number that a person reads: a power of two as such, others with commas."""
    if n >= 1 << 16 and n & n - 1 == 0:
        digits = str(n.bit_length() - 1).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"2{digits}"
    return f"{n:,}"
