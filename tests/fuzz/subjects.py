"""All subjects, and which case is for which."""

from __future__ import annotations

import itertools
from random import Random

from tests.fuzz import case, command, machine, manifest, stream, verilog, vrs
from tests.fuzz.subject import Subject

__all__ = ["SUBJECTS", "cases", "made", "subject_of"]

SUBJECTS: dict[str, Subject] = {
    "vrs": vrs.SUBJECT,
    "stream": stream.SUBJECT,
    "case": case.SUBJECT,
    "machine": machine.SUBJECT,
    "manifest": manifest.SUBJECT,
    "cli": command.SUBJECT,
    "verilog": verilog.SUBJECT,
}


def _turns() -> list[str]:
    """Return the subjects of a thousand cases, spread evenly."""
    turns = [(k / s.share, name) for name, s in SUBJECTS.items() for k in range(s.share)]
    return [name for _, name in sorted(turns)]


_TURNS = _turns()


def subject_of(case: int) -> str:
    """Return the subject of a case."""
    return _TURNS[case % len(_TURNS)]


def cases(count: int, subject: str | None, first: int = 0) -> list[int]:
    """Return `count` cases from case `first` on, or as many of one subject."""
    wanted = (k for k in itertools.count(first) if subject in (None, subject_of(k)))
    return list(itertools.islice(wanted, count))


def made(seed: int, case: int) -> tuple[str, bytes]:
    """Return the subject and the input of a case; the same on every machine."""
    name = subject_of(case)
    return name, SUBJECTS[name].make(Random(f"{seed}:{case}"))
