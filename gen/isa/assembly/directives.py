"""Directives, as the GNU assembler has them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol, TypeAlias

from gen.isa.assembly.encoder import Wrong
from gen.isa.assembly.lines import Statement, Text, arguments
from gen.isa.assembly.program import Section
from gen.isa.assembly.strings import STRING, unescape

__all__ = ["DIRECTIVES", "IGNORED", "NAMING", "Target", "run"]

MOST = 1 << 26  # bytes that one directive makes: a slip of the pen must not fill the memory
_NAME = re.compile(r"[A-Za-z_.$][\w.$]*\Z")
_SECTION = re.compile(r'[\w.$-]+\Z|"[^"]+"\Z')


class Target(Protocol):
    """What directives work on: the pass."""

    section: Section

    @property
    def little(self) -> bool:
        """Whether the byte order is little endian."""

    def value(self, text: Text) -> int:
        """Return the value of an expression."""

    def emit(self, data: bytes, statement: Statement) -> None:
        """Append bytes to the section."""

    def pad(self, count: int, fill: int | None, statement: Statement) -> None:
        """Append bytes: `fill`, or what does nothing."""

    def enter(self, name: str, flags: str | None = None, zeros: bool | None = None) -> None:
        """Go on in a section."""

    def constant(self, name: Text, value: int) -> None:
        """Give a symbol a value."""

    def common(self, name: Text, size: int, align: int, statement: Statement) -> None:
        """Make zeros with a label in ``.bss``."""

    def relative(self, text: Text) -> bool:
        """Return whether an expression is about addresses: it has a label or ``.`` in it."""

    def share(self, name: Text) -> None:
        """Make a symbol global."""


Directive: TypeAlias = Callable[[Target, Statement, list[Text]], None]

IGNORED = frozenset("type size file ident option attribute local weak hidden loc".split())
"""Directives that mean nothing here; those that begin with ``.cfi`` as well."""


def _count(statement: Statement, found: list[Text], least: int, most: int | None) -> None:
    """Raise E0927 for a wrong number of arguments."""
    if len(found) < least or (most is not None and len(found) > most):
        wanted = str(least) if least == most else f"at least {least}"
        if most is not None and least != most:
            wanted = f"{least} to {most}"
        noun = "argument" if wanted in ("1", "at least 1") else "arguments"
        text = f"`{statement.head.text}` takes {wanted} {noun}, not {len(found)}"
        raise Wrong("E0927", text, statement.span)


def _data(size: int) -> Directive:
    low, high = -(1 << 8 * size - 1), (1 << 8 * size) - 1

    def emit(target: Target, statement: Statement, found: list[Text]) -> None:
        _count(statement, found, 1, None)
        made = bytearray()
        for text in found:
            value = target.value(text)
            if not low <= value <= high:
                message = f"must be from {low} to {high}, not {value}"
                raise Wrong("E0922", f"value `{text.text}`: {message}", text.span())
            made += (value & high).to_bytes(size, "little" if target.little else "big")
        target.emit(bytes(made), statement)

    return emit


def _text(end: bytes) -> Directive:
    def emit(target: Target, statement: Statement, found: list[Text]) -> None:
        _count(statement, found, 1, None)
        target.emit(b"".join(_string(t) + end for t in found), statement)

    return emit


def _string(text: Text) -> bytes:
    if not re.fullmatch(STRING, text.text):
        raise Wrong("E0927", f"expected a string, found `{text.text}`", text.span())
    made = unescape(text.text[1:-1])
    if made is None:
        raise Wrong("E0927", "the string has an unknown escape", text.span())
    return made


def _number(target: Target, text: Text, low: int, high: int) -> int:
    value = target.value(text)
    if not low <= value <= high:
        message = f"`{text.text}` must be from {low} to {high}, not {value}"
        raise Wrong("E0922", message, text.span())
    return value


def _align(power: bool) -> Directive:
    def align(target: Target, statement: Statement, found: list[Text]) -> None:
        _count(statement, found, 1, 3)
        step = _number(target, found[0], 0, 24 if power else 1 << 24)
        step = 1 << step if power else max(step, 1)
        if step & step - 1:
            raise Wrong("E0922", f"`{found[0].text}` is no power of two", found[0].span())
        fill = _number(target, found[1], 0, 255) if len(found) > 1 and found[1].text else None
        count = -len(target.section.data) % step
        if len(found) > 2 and count > _number(target, found[2], 0, MOST):
            return
        target.section.align = max(target.section.align, step)
        target.pad(count, fill, statement)

    return align


def _space(target: Target, statement: Statement, found: list[Text]) -> None:
    _count(statement, found, 1, 2)
    count = _number(target, found[0], 0, MOST)
    fill = _number(target, found[1], -128, 255) if len(found) > 1 else 0
    target.emit(bytes([fill & 0xFF]) * count, statement)


def _fill(target: Target, statement: Statement, found: list[Text]) -> None:
    _count(statement, found, 1, 3)
    count = _number(target, found[0], 0, MOST >> 3)
    size = _number(target, found[1], 0, 8) if len(found) > 1 else 1
    value = target.value(found[2]) if len(found) > 2 else 0
    one = (value & (1 << 8 * size) - 1).to_bytes(size, "little" if target.little else "big")
    target.emit(one * count, statement)


def _org(target: Target, statement: Statement, found: list[Text]) -> None:
    _count(statement, found, 1, 2)
    here = len(target.section.data)
    start = target.section.address
    place = target.value(found[0]) - (start if target.relative(found[0]) else 0)
    fill = _number(target, found[1], 0, 255) if len(found) > 1 else 0
    if not here <= place <= here + MOST:
        text = f"`.org` cannot go from {start + here:#x} to {start + place:#x}"
        raise Wrong("E0927", text, statement.span)
    target.pad(place - here, fill, statement)


def _named(name: str) -> Directive:
    def section(target: Target, statement: Statement, found: list[Text]) -> None:
        _count(statement, found, 0, 1)
        target.enter(name)

    return section


def _section(target: Target, statement: Statement, found: list[Text]) -> None:
    _count(statement, found, 1, 4)
    if not _SECTION.match(found[0].text):
        raise Wrong("E0927", f"`{found[0].text}` names no section", found[0].span())
    flags = zeros = None
    if len(found) > 1:
        flags = "".join(c for c in "awx" if c in found[1].text.strip('"'))
    if len(found) > 2:
        zeros = found[2].text.endswith("nobits")
    target.enter(found[0].text.strip('"'), flags, zeros)


def _set(target: Target, statement: Statement, found: list[Text]) -> None:
    if statement.assigned:
        target.constant(statement.assigned, target.value(statement.rest))
        return
    if statement.head.text == ".set" and len(found) == 1 and _NAME.match(found[0].text):
        return  # a switch of other assemblers: `.set noreorder`
    _count(statement, found, 2, 2)
    target.constant(_symbol(found[0]), target.value(found[1]))


def _symbol(text: Text) -> Text:
    if not _NAME.match(text.text):
        raise Wrong("E0927", f"`{text.text}` is no name of a symbol", text.span())
    return text


def _globl(target: Target, statement: Statement, found: list[Text]) -> None:
    _count(statement, found, 1, None)
    for text in found:
        target.share(_symbol(text))


def _comm(target: Target, statement: Statement, found: list[Text]) -> None:
    _count(statement, found, 2, 3)
    size = _number(target, found[1], 0, MOST)
    align = _number(target, found[2], 1, 1 << 24) if len(found) > 2 else 1
    if align & align - 1:
        raise Wrong("E0922", f"`{found[2].text}` is no power of two", found[2].span())
    target.common(_symbol(found[0]), size, align, statement)


def run(target: Target, statement: Statement, directive: Directive) -> None:
    """Do what a directive says."""
    directive(target, statement, arguments(statement.rest))


NAMING = (".set", ".equ", ".comm", ".lcomm")
"""Directives whose first argument is a symbol that they define."""

DIRECTIVES: dict[str, Directive] = {
    **dict.fromkeys((".byte", ".1byte"), _data(1)),
    **dict.fromkeys((".half", ".short", ".hword", ".2byte"), _data(2)),
    **dict.fromkeys((".word", ".long", ".int", ".4byte"), _data(4)),
    **dict.fromkeys((".dword", ".quad", ".8byte"), _data(8)),
    ".ascii": _text(b""),
    **dict.fromkeys((".asciz", ".asciiz", ".string"), _text(b"\0")),
    **dict.fromkeys((".align", ".p2align"), _align(True)),
    ".balign": _align(False),
    **dict.fromkeys((".zero", ".space", ".skip"), _space),
    ".fill": _fill,
    ".org": _org,
    **{n: _named(n) for n in (".text", ".data", ".rodata", ".bss")},
    ".section": _section,
    **dict.fromkeys((".set", ".equ"), _set),
    **dict.fromkeys((".globl", ".global"), _globl),
    **dict.fromkeys((".comm", ".lcomm"), _comm),
}
