"""The results as one HTML page that needs nothing else."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, StrictUndefined

from gen.regress.report import Report

__all__ = ["page"]

_TEMPLATE = Path(__file__).with_name("page.html.j2")


def page(report: Report) -> str:
    """Return the whole page."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(report=report)
