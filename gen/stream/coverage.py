"""Functional coverage: what a stream reached, what it did not, and what nothing can reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gen.ir.expr import Expr, mask
from gen.ir.machine import Field, InterfaceRegister, Machine
from gen.ir.transaction import Kind
from gen.stream.protocol import Records

__all__ = ["Coverage", "Point"]

Unreachable = Callable[[Sequence[Expr]], list[bool]]

# Groups in the order of the report.
GROUPS = ("operation", "fault", "match", "branch", "permission", "field")


@dataclass
class Point:
    """A coverage point.

    Members
    -------
    hits : how often it was reached
    argument : why nothing can reach it, or empty
    """

    group: str
    name: str
    hits: int = 0
    argument: str = ""


@dataclass
class Coverage:
    """Coverage of one machine by any number of streams."""

    machine: Machine
    points: list[Point] = field(default_factory=list)
    _index: dict[tuple[str, str], Point] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for group, name in _planned(self.machine):
            point = Point(group, name)
            self.points.append(point)
            self._index[group, name] = point

    def add(self, stream: Records, results: Records, cover_counts: NDArray[np.uint64]) -> None:
        """Count a stream, its results, and the hits of the machine's own points."""
        for c, hits in zip(self.machine.covers, cover_counts.tolist(), strict=True):
            self._index[c.group, c.name].hits += hits
        self._add_operations(stream, results)
        for r in self.machine.interface:
            if r.write is not None and r.kind != "instr":
                self._add_fields(r, stream)

    def _add_operations(self, stream: Records, results: Records) -> None:
        kinds = stream["kind"]
        refused = results["error"] != 0
        for name, kind in _KINDS.items():
            if ("operation", name) in self._index:
                self._index["operation", name].hits += int((kinds == kind).sum())
        if ("operation", "bus error") in self._index:
            self._index["operation", "bus error"].hits += int(refused.sum())
        for r in self.machine.interface:
            here = _at(r, stream)
            for what, kind in (("read", Kind.READ), ("write", Kind.WRITE)):
                point = self._index.get(("operation", f"{what} {r.name}"))
                if point is not None:
                    point.hits += int((here & (kinds == kind)).sum())

    def _add_fields(self, r: InterfaceRegister, stream: Records) -> None:
        data = stream["data"][_at(r, stream) & (stream["kind"] == Kind.WRITE)]
        for f in r.fields:
            for name, hit in _classes(f, _bits(data, f)):
                self._index["field", f"{r.name}.{f.name} {name}"].hits += int(hit.sum())

    def argue(self, unreachable: Unreachable) -> None:
        """Mark unhit points of the machine that hold in no state and for no input."""
        unhit = [c for c in self.machine.covers if not self._index[c.group, c.name].hits]
        proofs = unreachable([c.condition for c in unhit])
        for c, proved in zip(unhit, proofs, strict=True):
            if proved:
                self._index[c.group, c.name].argument = "no state and no input reaches it (Z3)"

    @property
    def unhit(self) -> list[Point]:
        """Points that were not reached and for which there is no argument."""
        return [p for p in self.points if not p.hits and not p.argument]

    @property
    def argued(self) -> list[Point]:
        """Points that nothing can reach."""
        return [p for p in self.points if not p.hits and p.argument]

    @property
    def reachable(self) -> int:
        """Points that count."""
        return len(self.points) - len(self.argued)

    @property
    def hit(self) -> int:
        """Points reached."""
        return sum(bool(p.hits) for p in self.points)

    @property
    def percent(self) -> float:
        """Points reached, in percent of those that can be reached."""
        return 100.0 * self.hit / self.reachable if self.reachable else 100.0

    def groups(self) -> Iterator[tuple[str, int, int]]:
        """Yield for each group its name, points reached and reachable points."""
        for group in GROUPS:
            members = [p for p in self.points if p.group == group and (p.hits or not p.argument)]
            if members:
                yield group, sum(bool(p.hits) for p in members), len(members)

    def to_json(self) -> dict[str, Any]:
        """Return everything, points that were not reached first."""
        ordered = sorted(self.points, key=lambda p: (p.hits > 0, bool(p.argument)))
        return {
            "percent": round(self.percent, 3),
            "hit": self.hit,
            "reachable": self.reachable,
            "points": [
                {"group": p.group, "name": p.name, "hits": p.hits, "argument": p.argument}
                for p in ordered
            ],
        }


_KINDS = {
    "translate": Kind.TRANSLATE,
    "write": Kind.WRITE,
    "read": Kind.READ,
    "reset": Kind.RESET,
    "store": Kind.STORE,
}


def _planned(machine: Machine) -> Iterator[tuple[str, str]]:
    """Yield group and name of every point of a machine."""
    yield from (("operation", "translate"), ("operation", "reset"))
    if machine.memories:
        yield "operation", "store"
    if machine.interface:
        yield from (("operation", "write"), ("operation", "read"), ("operation", "bus error"))
    for r in machine.interface:
        if r.write is not None:
            yield "operation", f"write {r.name}"
        if r.read is not None:
            yield "operation", f"read {r.name}"
    for c in machine.covers:
        yield c.group, c.name
    for r in machine.interface:
        if r.write is not None and r.kind != "instr":
            for f in r.fields:
                for name in _class_names(f):
                    yield "field", f"{r.name}.{f.name} {name}"


def _class_names(f: Field) -> list[str]:
    """Return the classes of a field's values."""
    if f.width <= 3:
        return [f"= {v}" for v in range(1 << f.width)]
    return ["= 0", "all ones", "one bit", "other"]


def _classes(f: Field, values: NDArray[np.uint64]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    if f.width <= 3:
        for v in range(1 << f.width):
            yield f"= {v}", values == np.uint64(v)
        return
    full = np.uint64(mask(min(64, f.width)))
    zero, ones = values == 0, values == full
    single = ~zero & ((values & (values - np.uint64(1))) == 0)
    yield "= 0", zero
    yield "all ones", ones
    yield "one bit", single
    yield "other", ~(zero | ones | single)


def _at(r: InterfaceRegister, stream: Records) -> NDArray[np.bool_]:
    """Return which transactions name an element of a register."""
    offsets = [r.offset + k * r.stride for k in range(r.count)]
    return np.asarray(np.isin(stream["offset"], offsets))


def _bits(data: NDArray[np.uint64], f: Field) -> NDArray[np.uint64]:
    """Return a field of written values; of one wider than 64 bits the low 64."""
    word, low = divmod(f.low, 64)
    value = data[:, word] >> np.uint64(low)
    if low + f.width > 64 and word == 0:
        value = value | (data[:, 1] << np.uint64(64 - low) if low else np.uint64(0))
    return np.asarray(value & np.uint64(mask(min(64, f.width))))
