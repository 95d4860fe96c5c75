"""The document as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gen.forms.doc.content import Content, RegisterPage, cause_text

__all__ = ["markdown"]


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(str(x).replace("|", "\\|") for x in row) + " |"
    yield ""


def markdown(c: Content) -> str:
    """Return the whole document."""
    return "\n".join(_lines(c)).rstrip() + "\n"


def _lines(c: Content) -> Iterator[str]:
    yield from (f"# {c.name}", "")
    if c.doc:
        yield from ("```text", c.doc, "```", "")
    yield f"Virtual addresses have {c.va_bits} bits, physical ones {c.pa_bits}. "
    yield f"Flags of an access: {', '.join(c.flags)}. Specified in `{c.source}`."
    if c.parameters:
        yield f"Parameters, constant while the unit runs: {', '.join(c.parameters)}."
    yield ""
    yield from _registers(c)
    yield from _translation(c)


def _registers(c: Content) -> Iterator[str]:
    if c.registers:
        yield from ("## Registers", "")
        rows = [(f"`{r.offset}`", r.name, r.size, r.access, r.source) for r in c.registers]
        yield from _table(("offset", "register", "bytes", "access", "specified in"), rows)
        for r in c.registers:
            yield from _register(r)
    if c.state:
        yield from ("## State", "")
        state = [
            (s.name + (f"[{s.count}]" if s.count > 1 else ""), s.width, s.fields) for s in c.state
        ]
        yield from _table(("register", "bits", "fields"), state)


def _register(r: RegisterPage) -> Iterator[str]:
    if not r.fields and not r.effects:
        return
    yield from (f"### {r.name}", "")
    if r.fields:
        rows = [(f"{f.low + f.width - 1}:{f.low}", f.name) for f in reversed(r.fields)]
        yield from _table(("bits", "field"), rows)
    if r.effects:
        yield from ("```text", *r.effects, "```", "")


def _translation(c: Content) -> Iterator[str]:
    yield from ("## Translation", "", "In this order; the first fault ends it:", "")
    for i, s in enumerate(c.steps, 1):
        where = f" ({s.source})" if s.source else ""
        yield f"{i}. **{s.title}**: `{s.formula}`{where}"
    yield ""
    if c.definitions:
        yield from ("where", "", "```text")
        yield from (f"{name} = {text}" for name, text in c.definitions)
        yield from ("```", "")
    if c.permissions:
        yield from ("### Permission", "")
        yield from _table(("access", "not refused if"), [(a, f"`{t}`") for a, t in c.permissions])
    yield from ("## Faults", "")
    rows = [
        (f.code, f.name, cause_text(f.name) + ("" if f.happens else " (never in this unit)"))
        for f in c.faults
    ]
    yield from _table(("code", "cause", "when"), [(0, "none", "translated"), *rows])
    if c.covers:
        yield from ("## Coverage points", "")
        yield from _table(("group", "points"), c.covers)
