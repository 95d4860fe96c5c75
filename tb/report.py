"""A difference between device and model, in the words of the specification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gen.ir.transaction import Kind

__all__ = ["Case", "Failure", "answer", "describe"]

_BEFORE = 5  # transactions shown before the one that differs


def _number(data: Any) -> int:
    return int(data[0]) | int(data[1]) << 64


def _register(manifest: Mapping[str, Any], offset: int) -> tuple[Mapping[str, Any] | None, str]:
    """Return the register at an offset and its name with index."""
    for r in manifest["registers"]:
        for k in range(r["count"]):
            if r["offset"] + k * r["stride"] == offset:
                return r, f"{r['name']}[{k}]" if r["count"] > 1 else r["name"]
    return None, f"0x{offset:x} (no register)"


def _fields(register: Mapping[str, Any] | None, value: int) -> str:
    """Return a register's value as its fields."""
    if register is None or len(register["fields"]) < 2:
        return ""
    parts = [
        f"{f['name']}={value >> f['low'] & (1 << f['width']) - 1:#x}" for f in register["fields"]
    ]
    return f"  ({', '.join(parts)})"


def _flags(manifest: Mapping[str, Any], access: int) -> str:
    names = [f for i, f in enumerate(manifest["flags"]) if access >> i & 1]
    return "+".join(names) or "no flags"


def describe(manifest: Mapping[str, Any], t: Any) -> str:
    """Return a transaction as a line."""
    kind = int(t["kind"])
    if kind == Kind.TRANSLATE:
        return f"translate va=0x{int(t['va']):x} access={_flags(manifest, int(t['access']))}"
    if kind == Kind.RESET:
        return "reset"
    value = _number(t["data"])
    if kind == Kind.STORE:
        size = int(t["size"])
        value &= (1 << 8 * size) - 1
        return f"store   [0x{int(t['va']):x}] := 0x{value:x} ({size} bytes)"
    register, name = _register(manifest, int(t["offset"]))
    if kind == Kind.READ:
        return f"read    {name}"
    if register is not None:
        value &= (1 << 8 * register["size"]) - 1
    return f"write   {name} := 0x{value:x}{_fields(register, value)}"


def answer(manifest: Mapping[str, Any], t: Any, r: Any) -> str:
    """Return what a transaction was answered, empty if there is nothing to say."""
    kind, value = int(t["kind"]), _number(r["value"])
    if kind == Kind.TRANSLATE:
        code = int(r["cause"])
        names = {c["code"]: c["name"] for c in manifest["causes"]}
        return f"fault {names.get(code, code)}" if code else f"pa=0x{value:x}"
    if kind in (Kind.READ, Kind.WRITE) and r["error"]:
        return "error"
    return f"0x{value:x}" if kind == Kind.READ else ""


@dataclass(frozen=True)
class Case:
    """A stream whose transaction `wrong` differs, or at which the protocol was broken."""

    manifest: Mapping[str, Any]
    stream: NDArray[Any]
    results: NDArray[Any]
    expected: NDArray[Any]
    wrong: int
    violation: str = ""

    @staticmethod
    def first(
        manifest: Mapping[str, Any],
        stream: NDArray[Any],
        results: NDArray[Any],
        expected: NDArray[Any],
        outcome: Mapping[str, Any],
    ) -> Case:
        """Return the case of the first difference within what was done."""
        done = outcome["done"]
        unequal = (results != expected)[:done]
        wrong = np.flatnonzero(unequal)
        index = int(wrong[0]) if wrong.size else outcome["index"]
        violation = "" if wrong.size else outcome["violation"]
        return Case(manifest, stream, results, expected, index, violation)

    @property
    def epoch(self) -> int:
        """Epoch of the transaction."""
        return int(self.stream["epoch"][self.wrong])

    def table(self) -> list[str]:
        """Return RTL beside model, field by field, the differing ones flagged."""
        t, got, want = self.stream[self.wrong], self.results[self.wrong], self.expected[self.wrong]
        rows = [
            (name, a, b)
            for (name, a), (_, b) in zip(self._row(t, got), self._row(t, want), strict=True)
        ]
        out = [f"    {'field':<16} {'RTL':<36} model"]
        for name, a, b in rows:
            mark = " !!!" if a != b else ""
            out.append(f"    {name:<16} {a:<36} {b:<36}{mark}".rstrip())
        return out

    def _row(self, t: Any, r: Any) -> list[tuple[str, str]]:
        kind = int(t["kind"])
        value = _number(r["value"])
        if kind == Kind.TRANSLATE:
            code = int(r["cause"])
            causes = {0: "none", **{c["code"]: c["name"] for c in self.manifest["causes"]}}
            return [("pa", f"0x{value:x}"), ("fault", f"{code} {causes.get(code, '?')}")]
        register, _ = _register(self.manifest, int(t["offset"]))
        rows = [("error", str(int(r["error"]))), ("data", f"0x{value:x}")]
        if register is not None and kind == Kind.READ:
            for f in register["fields"]:
                part = value >> f["low"] & (1 << f["width"]) - 1
                rows.append((f"  {f['name']}", f"0x{part:x}"))
        return rows

    def source(self) -> str | None:
        """Return the place in the specification that decides: the model's fault or register."""
        t, want = self.stream[self.wrong], self.expected[self.wrong]
        if int(t["kind"]) == Kind.TRANSLATE:
            codes = {int(want["cause"]), int(self.results[self.wrong]["cause"])} - {0}
            places = [c["source"] for c in self.manifest["causes"] if c["code"] in codes]
            return next((str(p) for p in places if p), self._unit_source())
        register, _ = _register(self.manifest, int(t["offset"]))
        return str(register["source"]) if register else self._unit_source()

    def _unit_source(self) -> str | None:
        source = self.manifest["source"]
        return None if source is None else str(source)

    def history(self, most: int) -> list[str]:
        """Return the last transactions up to the one that differs."""
        first = max(0, self.wrong - most)
        lines = []
        for i in range(first, self.wrong + 1):
            mark = ">" if i == self.wrong else " "
            lines.append(f"  {mark} {i:>8}  {describe(self.manifest, self.stream[i])}")
        return lines


@dataclass(frozen=True)
class Failure:
    """The first difference of a run, and the smallest case found from it."""

    case: Case
    small: Case | None
    simulator: str = "verilator"

    def text(self, replay: str) -> str:
        """Return the whole message; `replay` is the line that runs the failing epoch again."""
        return f"{self.body()}\n\n  replay: {replay}"

    def body(self) -> str:
        """Return the message without the line that replays it."""
        case = self.case
        what = case.violation or "RTL and model differ"
        out = [f"mismatch at transaction {case.wrong}, epoch {case.epoch}: {what}", *case.table()]
        if (place := case.source()) is not None:
            out.append(f"    specification: {place}")
        out += ["", "  last transactions:", *case.history(_BEFORE)]
        if self.small is not None:
            count = self.small.wrong + 1
            out += ["", f"  smallest case found, {count} transactions:"]
            out += self.small.history(len(self.small.stream))
            out += self.small.table()
        else:
            out += ["", f"  not shrunk: {self._why_not_shrunk()}"]
        return "\n".join(out)

    def _why_not_shrunk(self) -> str:
        if self.simulator != "verilator":
            return "the batch bench, which shrinks, needs Verilator"
        bus = self.case.manifest["bus"]
        if bus and bus["kind"] != "native":
            return "the batch bench, which shrinks, drives the native bus only"
        return "the batch bench does not see this difference"
