"""Comments that document what stands below them."""

from __future__ import annotations

import re

from gen.source import Source

__all__ = ["Comments"]


# Comments are copied into Verilog, Python and documents, where such a character would end a line,
# turn the direction of the text, or not be allowed at all.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Comments:
    """Groups comment lines into blocks and gives each token the block that ends right above it.

    Members
    -------
    top : words of the block at the top of the file
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.block: list[str] = []
        self.last_line = -1
        self.token_line = -1
        self.top = ""
        self.at_top = True

    def add(self, start: int, end: int) -> None:
        """Take in the comment at ``[start, end)``."""
        line = self.source.position(start)[0]
        if line == self.token_line:
            return  # a remark behind something, not a comment above something
        if line != self.last_line + 1:
            self.close_top()
            self.block = []
        self.block.extend(_comment_lines(self.source.text[start:end]))
        self.last_line = self.source.position(end)[0]

    def close_top(self) -> None:
        """Keep the first block: it is the file's, if no token stands before it."""
        if self.at_top and self.block:
            self.top = _doc(self.block)
            self.at_top = False

    def take(self, start: int) -> str:
        """Return the words of the block directly above the token at `start`."""
        self.token_line = self.source.position(start)[0]
        self.close_top()
        self.at_top = False
        if not self.block:
            return ""
        block, self.block = self.block, []
        return _doc(block) if self.token_line == self.last_line + 1 else ""


def _comment_lines(text: str) -> list[str]:
    if text.startswith("//"):
        return [text.lstrip("/").removeprefix("!").rstrip()]
    lines = text[2:-2].split("\n")
    return [re.sub(r"^\s*\*+ ?", "", line).rstrip() for line in lines]


def _doc(lines: list[str]) -> str:
    """Return the words of a comment block: no rules, no licence lines, common indent removed."""
    kept = [x for x in lines if not re.fullmatch(r"\s*([-=*#/_])\1{3,}\s*", x)]
    kept = [x for x in kept if not re.match(r"\s*(SPDX-|Copyright )", x)]
    margin = min((len(x) - len(x.lstrip()) for x in kept if x.strip()), default=0)
    words = "\n".join(x[margin:] for x in kept).strip("\n").strip()
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", words)
