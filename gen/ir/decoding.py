"""Decision trees from instruction words to operations, as forms get them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gen.ir.expr import Expr

__all__ = ["Candidate", "Choice", "Decoding", "Leaf"]


@dataclass(frozen=True)
class Candidate:
    """An operation, and which words are it: ``word & mask == match`` and the condition holds."""

    operation: str
    mask: int
    match: int
    condition: Expr | None = None


@dataclass(frozen=True)
class Leaf:
    """Candidates, to be tried in turn; without any, no operation has these words."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Choice:
    """A choice by bits ``low .. low + width - 1`` of the word: a child, or `other`."""

    low: int
    width: int
    children: Mapping[int, Decoding]
    other: Decoding


Decoding: TypeAlias = Leaf | Choice
