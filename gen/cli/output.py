"""How the command speaks: exit codes, diagnostics in three forms, results as text or JSON."""

from __future__ import annotations

import enum
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from gen.diag import (
    Diagnostic,
    Severity,
    render_github,
    render_json,
    render_text,
    use_color,
)

__all__ = ["Exit", "Output", "internal_error", "print_diagnostics"]


class Exit(enum.IntEnum):
    """Exit codes; they do not change."""

    OK = 0
    SPECIFICATION = 1
    USAGE = 2
    MISMATCH = 3
    TOOL_MISSING = 4


@dataclass(frozen=True)
class Output:
    """Where results go: people read text, programs read one JSON object per line."""

    json: bool = False
    quiet: bool = False
    verbose: bool = False

    def say(self, text: str = "") -> None:
        """Print a line for people."""
        if not self.json and not self.quiet:
            print(text)

    def result(self, **values: object) -> None:
        """Print an object for programs."""
        if self.json:
            print(json.dumps(values))


def print_diagnostics(diagnostics: Iterable[Diagnostic], output: Output) -> None:
    """Print messages: JSON on request, annotations under GitHub, else text with source lines."""
    found = list(diagnostics)
    for d in found:
        if output.json:
            print(render_json(d))
        elif os.environ.get("GITHUB_ACTIONS") == "true":
            print(render_github(d))
        elif not (output.quiet and d.severity is Severity.WARNING):
            print(render_text(d, color=use_color(sys.stderr.isatty())), file=sys.stderr)
            print(file=sys.stderr)


def internal_error(error: Exception, argv: list[str]) -> str:
    """Return what to print for a defect of ours."""
    from gen.version import VERSION

    return (
        f"isoform: internal error: {type(error).__name__}: {error}\n"
        f"  this is a defect of isoform {VERSION}, not of your input; please report it with the\n"
        f"  specification and this command: {' '.join(['isoform', *argv[1:]])}\n"
        "  --debug shows where it happened"
    )
