"""YAML read node by node, so that each message has the place of its value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import yaml
from yaml.reader import ReaderError

from gen.diag import Reporter
from gen.source import Source, Span

__all__ = ["YamlReader", "read_source", "short"]

MAX_CHARACTERS = 1 << 16  # of a file; the YAML reader takes a second for as many
MAX_PATTERN = 200  # characters of a regular expression; a longer one may nest too deep
MAX_DEPTH = 50  # of lists and mappings within each other; the keys need 5


def read_source(path: Path, reporter: Reporter) -> Source:
    """Return a file's text.

    Raises
    ------
    IsoformError : E0501 or E0507, through `reporter.check`
    """
    try:
        source = Source(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        reporter.report("E0501", f"cannot read `{path}`: {reason.lower()}")
        reporter.check()
        raise AssertionError from error
    if len(source.text) > MAX_CHARACTERS:
        message = f"the file has more than {MAX_CHARACTERS} characters"
        reporter.report("E0507", message, Span(source, 0, 1))
        reporter.check()
    return source


def short(text: str) -> str:
    """Return a user's text as it may stand in a message: not too long."""
    return text if len(text) <= 32 else text[:29] + "..."


def _kind(node: yaml.Node) -> str:
    return "a mapping" if isinstance(node, yaml.MappingNode) else "a list"


@dataclass
class YamlReader:
    """Reads nodes of one file and reports what is wrong with them."""

    source: Source
    reporter: Reporter

    def span(self, node: yaml.Node) -> Span:
        """Return where a node stands; of a long one its first line."""
        size = len(self.source.text)
        start, end = node.start_mark.index, node.end_mark.index
        line = self.source.text.find("\n", start)
        end = max(start + 1, min(end, line if line >= 0 else end))
        return Span(self.source, min(start, size), min(end, size))

    def wrong(self, node: yaml.Node, expected: str) -> None:
        """Report a value of the wrong kind."""
        shown = short(node.value) if isinstance(node, yaml.ScalarNode) else _kind(node)
        self.reporter.report("E0504", f"expected {expected}, found `{shown}`", self.span(node))

    def root(self) -> yaml.Node | None:
        """Return the tree of the whole text, None if it is empty or no YAML (then reported)."""
        try:
            return (
                yaml.compose(self.source.text, Loader=yaml.SafeLoader) if self._shallow() else None
            )
        except yaml.YAMLError as error:
            self._syntax(error)
            return None

    def _shallow(self) -> bool:
        """Return whether a recursive reader can follow the nesting; report it if not."""
        depth = 0
        for event in yaml.parse(self.source.text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                at = event.start_mark.index if event.start_mark is not None else 0
                message = f"lists and mappings nest deeper than {MAX_DEPTH}"
                self.reporter.report("E0507", message, Span(self.source, at, at + 1))
                return False
        return True

    def _syntax(self, error: yaml.YAMLError) -> None:
        if isinstance(error, ReaderError):  # a character that YAML does not have
            at, problem = error.position, f"unacceptable character {error.character:#04x}"
        else:
            mark = getattr(error, "problem_mark", None)
            at = mark.index if mark is not None else 0
            problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        at = max(0, min(at, len(self.source.text) - 1))
        span = Span(self.source, at, min(at + 1, len(self.source.text)))
        self.reporter.report("E0502", f"not YAML: {problem}", span)

    # Values

    def mapping(self, node: yaml.Node, known: set[str]) -> list[tuple[str, yaml.Node]]:
        """Return the items of a mapping with known keys; others and repeated ones are errors."""
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, "a mapping")
            return []
        items: list[tuple[str, yaml.Node]] = []
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else _kind(key)
            if name not in known:
                name = short(name)
                near = get_close_matches(name, sorted(known), n=1)
                help_ = (
                    f"did you mean `{near[0]}`?" if near else f"known: {', '.join(sorted(known))}"
                )
                self.reporter.report("E0503", f"unknown key `{name}`", self.span(key), help=help_)
            elif name in dict(items):
                self.reporter.report("E0503", f"key `{name}` stands twice", self.span(key))
            else:
                items.append((name, value))
        return items

    def sequence(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        """Return the items of a sequence."""
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, f"a list of {what}")
            return []
        return list(node.value)

    def integer(self, node: yaml.Node) -> int:
        """Return an integer, decimal or with a prefix."""
        try:
            return int(str(node.value).replace("_", ""), 0)
        except ValueError:
            self.wrong(node, "an integer")
            return 0

    def number(self, node: yaml.Node) -> int:
        """Return an integer of 64 bits."""
        value = self.integer(node)
        if value < 0 or value >> 64:
            self.wrong(node, "an integer from 0 to 0xffffffffffffffff")
            return 0
        return value

    def pattern(self, node: yaml.Node) -> str:
        """Return a regular expression."""
        text = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
        try:
            if len(text) <= MAX_PATTERN and isinstance(node, yaml.ScalarNode):
                return re.compile(text).pattern
        except (re.error, OverflowError):
            pass
        self.wrong(node, f"a regular expression of at most {MAX_PATTERN} characters")
        return ""

    def weight(self, node: yaml.Node) -> float:
        """Return a number of at least 0."""
        try:
            value = float(str(node.value))
        except ValueError:
            value = -1.0
        if not 0 <= value < float("inf"):
            self.wrong(node, "a weight of at least 0")
            return 0.0
        return value

    def share(self, node: yaml.Node) -> float:
        """Return a number from 0 to 1."""
        value = self.weight(node)
        if value > 1:
            self.wrong(node, "a share from 0 to 1")
            return 1.0
        return value
