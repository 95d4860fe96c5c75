"""Bit-field pictures as the manuals draw them, in SVG."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import escape

from gen.forms.doc.content import RegisterPage
from gen.ir.machine import Field

__all__ = ["picture"]

_WIDTH, _TOP = 960, 16  # a row, and the bit numbers above its boxes
_LOW, _HIGH = 34, 96  # height of the boxes: names lie, or some must stand
_ROW = 32  # bits in a row
_LETTER = 8.5  # width of a letter


def picture(r: RegisterPage) -> str:
    """Return the picture of a register: rows of at most 32 bits, the highest first."""
    bits = min(_ROW, r.bits)
    rows = -(-r.bits // _ROW)
    tall = _HIGH if any(_stands(f, _WIDTH / bits) for f in r.fields) else _LOW
    height = rows * (_TOP + tall + 8)
    parts = [
        f'<svg class="bits" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="fields of {escape(r.name)}">'
    ]
    for row in range(rows):
        low = (rows - 1 - row) * _ROW
        y = row * (_TOP + tall + 8)
        parts += _row(r.fields, low, bits, y, tall)
    return "\n".join([*parts, "</svg>"])


def _stands(f: Field, step: float) -> bool:
    return len(f.name) * _LETTER > min(f.width, _ROW) * step


def _row(fields: tuple[Field, ...], low: int, bits: int, y: int, tall: int) -> Iterator[str]:
    step = _WIDTH / bits
    for first, last, name in _boxes(fields, low, low + bits):
        x, width = (low + bits - last) * step, (last - first) * step
        kind = "field" if name else "gap"
        place = f'x="{x:.1f}" y="{y + _TOP}" width="{width:.1f}" height="{tall}"'
        yield f'<rect class="{kind}" {place}/>'
        yield _bit(x + 4, y + 12, last - 1, "start")
        if last - first > 1:
            yield _bit(x + width - 4, y + 12, first, "end")
        if name:
            yield _name(name, x + width / 2, y + _TOP + tall / 2, width, tall)


def _boxes(fields: tuple[Field, ...], low: int, high: int) -> Iterator[tuple[int, int, str]]:
    """Yield (first bit, bit after the last, name) of fields and gaps within a row."""
    at = low
    for f in sorted(fields, key=lambda f: f.low):
        first, last = max(f.low, low), min(f.low + f.width, high)
        if first >= last:
            continue
        if first > at:
            yield at, first, ""
        yield first, last, f.name
        at = last
    if at < high:
        yield at, high, ""


def _bit(x: float, y: float, number: int, anchor: str) -> str:
    return f'<text class="bit" x="{x:.1f}" y="{y}" text-anchor="{anchor}">{number}</text>'


def _name(name: str, x: float, y: float, width: float, tall: int) -> str:
    """Return a field's name; one too long for its box stands upright in it."""
    place = f'x="{x:.1f}" y="{y + 5:.1f}" text-anchor="middle"'
    if len(name) * _LETTER <= width:
        return f'<text class="name" style="font-size:14px" {place}>{escape(name)}</text>'
    size = min(14.0, tall / max(1, len(name)) / _LETTER * 14)
    turned = f'style="font-size:{size:.1f}px" transform="rotate(-90 {x:.1f} {y:.1f})"'
    return f'<text class="name" {turned} {place}>{escape(name)}</text>'
