"""What the results of a regression depend on, as a digest; and what is said of where it ran."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

__all__ = ["code_digest", "digest", "revision"]

_ROOT = Path(__file__).resolve().parents[2]
_PACKAGES = ("gen", "hdl", "sim", "tb")
_ENDINGS = (".py", ".cpp", ".lark")


@cache
def code_digest() -> str:
    """Return the digest of Isoform's own sources; equal ones give equal results."""
    total = hashlib.sha256()
    for package in _PACKAGES:
        for path in sorted((_ROOT / package).rglob("*")):
            if path.suffix in _ENDINGS:
                name = path.relative_to(_ROOT).as_posix()
                total.update(f"{name}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()[:20]


def digest(parts: Iterable[object]) -> str:
    """Return 20 hexadecimal digits that change with any part."""
    return hashlib.sha256("\0".join(map(repr, parts)).encode()).hexdigest()[:20]


def revision() -> str | None:
    """Return the commit of the sources, with a `+` if they were changed since, or None."""
    command = ["git", "-C", str(_ROOT), "describe", "--always", "--dirty=+", "--abbrev=10"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
