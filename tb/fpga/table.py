"""Measurements as Markdown, put between two markers of a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tb.fpga.devices import DEVICES
from tb.fpga.measure import Measurement

__all__ = ["MarkersMissing", "markdown", "replace"]

START = "<!-- fpga table: made by `isoform fpga`; do not edit -->"
END = "<!-- end of fpga table -->"

_HEAD = """\
| unit | ECP5 LUT4 | CCU2C | COMB | FF | Fmax MHz | iCE40 LUT4 | CARRY | FF | Fmax MHz | CPU-s |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"""
_COLUMNS = {"ecp5": ("lut4", "carry", "comb", "ff"), "ice40": ("lut4", "carry", "ff")}


class MarkersMissing(ValueError):
    """The document has no place for the table."""


def markdown(found: Iterable[Measurement], tools: Mapping[str, str], command: str) -> str:
    """Return the table, the notes of what is missing, the command, and the tools' versions.

    The last column is synthesis of the unit alone and one placement, on all devices together.
    """
    rows: dict[str, dict[str, Measurement]] = {}
    for m in found:
        rows.setdefault(m.label, {})[m.device] = m
    parts = ["\n".join([_HEAD, *(_row(unit, devices) for unit, devices in rows.items())])]
    notes = [
        f"- {unit} on {DEVICES[d].part}: {m.note}"
        for unit, devices in rows.items()
        for d, m in devices.items()
        if m.note
    ]
    parts += ["\n".join(notes)] if notes else []
    versions = ", ".join(f"{name} {version}" for name, version in tools.items())
    return "\n\n".join([*parts, f"Made by `{command}` with {versions}."])


def replace(document: str, table: str, start: str = START, end: str = END) -> str:
    """Return the document with the text between its markers replaced.

    Raises
    ------
    MarkersMissing : it does not have the two markers, in order
    """
    before, found, rest = document.partition(start)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise MarkersMissing(f"expected the lines `{start}` and `{end}`")
    return f"{before}{start}\n{table}\n{end}{after}"


def _row(unit: str, devices: Mapping[str, Measurement]) -> str:
    cells = [unit]
    for device, names in _COLUMNS.items():
        m = devices.get(device)
        cells += [f"{m.area[n]}" if m and m.area else "-" for n in names]
        cells.append(_clock(m))
    seconds = [x for m in devices.values() for x in (m.synthesis_seconds, m.place_seconds) if x]
    cells.append(f"{sum(seconds):.0f}" if seconds else "-")
    return f"| {' | '.join(cells)} |"


def _clock(m: Measurement | None) -> str:
    if m is None or m.fmax is None:
        return "-"
    return f"{m.fmax:.1f} ({len(m.placements)})"
