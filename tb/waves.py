"""The viewer's file beside a waveform: signals in groups, by the names of the specification."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vcd.gtkw import GTKWSave

__all__ = ["write_gtkw"]

_GROUPS = {
    "parameters": (),
    "request": ("req_",),
    "response": ("rsp_",),
    "register bus": ("bus_",),
    "memory": ("mem_",),
}


def write_gtkw(manifest: Mapping[str, Any], dump: Path) -> Path:
    """Write a GTKWave save file for a dump and return its path."""
    top = f"TOP.{manifest['module']}" if _has_top(dump) else str(manifest["module"])
    text = io.StringIO()
    save = GTKWSave(text)
    save.dumpfile(str(dump.resolve()))
    save.treeopen(top)
    save.trace(f"{top}.{manifest['clock']}")
    save.trace(f"{top}.{manifest['reset']}")
    for group, prefixes in _GROUPS.items():
        ports = [p for p in manifest["ports"] if prefixes and p["role"].startswith(prefixes)]
        if not ports:
            continue
        with save.group(group):
            for p in ports:
                save.trace(_trace(top, p["name"], p["width"]))
    with save.group("state"):
        for r in manifest["state"]:
            for signal in r["signals"]:
                save.trace(_trace(top, signal, r["width"]))
    path = dump.with_suffix(".gtkw")
    path.write_text(text.getvalue())
    return path


def _has_top(dump: Path) -> bool:
    with dump.open(errors="replace") as f:
        head = "".join(line for line, _ in zip(f, range(40), strict=False))
    return "$scope module TOP" in head


def _trace(top: str, name: str, width: int) -> str:
    return f"{top}.{name}[{width - 1}:0]" if width > 1 else f"{top}.{name}"
