"""Every message of the `.vrs` front end, for `isoform explain` and the page of codes.

The elaborator has its own table, `gen.vrs.elaborate.codes`.
"""

from __future__ import annotations

from gen.vrs.codes.names import NAMES
from gen.vrs.codes.reading import READING
from gen.vrs.codes.rules import RULES
from gen.vrs.codes.warnings import WARNINGS

__all__ = ["CODES"]

CODES: dict[str, tuple[str, str]] = {**READING, **NAMES, **RULES, **WARNINGS}
