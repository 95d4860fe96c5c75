"""The YAML of a stimulus file as nodes with their places, or a message that says what is wrong."""

from __future__ import annotations

import yaml
from yaml.reader import ReaderError

from gen.diag import Reporter
from gen.source import Source, Span

__all__ = ["MAX_CHARACTERS", "MAX_DEPTH", "compose"]

MAX_CHARACTERS = 1 << 16  # of a file; the YAML reader takes a second for as many
MAX_DEPTH = 50  # of lists and mappings within each other; the keys need 5


def compose(source: Source, reporter: Reporter) -> yaml.Node | None:
    """Return the root node; None for a file that says nothing, or after reporting E0502, E0507."""
    if len(source.text) > MAX_CHARACTERS:
        message = f"the file has more than {MAX_CHARACTERS} characters"
        reporter.report("E0507", message, Span(source, 0, 1))
        return None
    try:
        if not _shallow(source, reporter):
            return None
        return yaml.compose(source.text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        at, problem = _problem(error)
        at = max(0, min(at, len(source.text) - 1))
        span = Span(source, at, min(at + 1, len(source.text)))
        reporter.report("E0502", f"not YAML: {problem}", span)
        return None


def _shallow(source: Source, reporter: Reporter) -> bool:
    """Return whether a recursive reader can follow the nesting; report it if not."""
    depth = 0
    for event in yaml.parse(source.text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            at = event.start_mark.index if event.start_mark else 0
            message = f"lists and mappings nest deeper than {MAX_DEPTH}"
            reporter.report("E0507", message, Span(source, at, at + 1))
            return False
    return True


def _problem(error: yaml.YAMLError) -> tuple[int, str]:
    """Return the place of an error and what is wrong there."""
    if isinstance(error, ReaderError):  # a character that YAML does not have
        return error.position, f"unacceptable character {error.character:#04x}"
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return (mark.index if mark is not None else 0), problem
