"""Cases: transactions one by one in a file, written by hand or by a failing run.

    - write: rbar          # a register, an element such as pmpaddr[3], or an offset
      data: 0x20000002
    - translate: 0x20001234
      access: [readable]
    - read: rnr
    - store: 0x11000       # software writes memory
      data: 0x1
      size: 4
    - reset

A case starts from reset. `idle` is the number of cycles before a transaction, `wait` that of the
cycles that its response has to wait, 0 to 15.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import yaml

from gen.diag import Reporter
from gen.ir.machine import InterfaceRegister, Machine
from gen.ir.transaction import Kind
from gen.stream.protocol import TRANSACTION_DTYPE, Records
from gen.stream.yaml_text import YamlReader, read_source, short

__all__ = ["case_text", "load_case"]

_WORD = (1 << 64) - 1
_KEYS = {"idle", "wait"}
_MORE = {"write": {"data"}, "read": set(), "translate": {"access"}, "store": {"data", "size"}}
_SIZES = (1, 2, 4, 8, 16)


def load_case(path: Path, machine: Machine, reporter: Reporter) -> Records:
    """Return the transactions in a file, behind one of reset.

    Raises
    ------
    IsoformError : through `reporter.check`, with every error found
    """
    reader = _Reader(read_source(path, reporter), reporter, machine)
    records = reader.file()
    reporter.check()
    return records


@dataclass
class _Reader(YamlReader):
    machine: Machine

    def file(self) -> Records:
        """Return the transactions of the whole text."""
        root = self.root()
        rows = self.sequence(root, "transactions") if root is not None else []
        records = np.zeros(len(rows) + 1, TRANSACTION_DTYPE)
        records[0]["kind"] = Kind.RESET
        for row, record in zip(rows, records[1:], strict=True):
            self._transaction(row, record)
        return records

    def _transaction(self, node: yaml.Node, record: np.void) -> None:
        if isinstance(node, yaml.ScalarNode) and node.value == "reset":
            record["kind"] = Kind.RESET
            return
        if not isinstance(node, yaml.MappingNode) or not node.value:
            self.wrong(node, "`reset`, or a mapping such as `read: NAME`")
            return
        kind = str(node.value[0][0].value)
        if kind not in _MORE:
            self.mapping(node, set(_MORE))
            return
        values = dict(self.mapping(node, {kind, *_MORE[kind], *_KEYS}))
        record["kind"] = Kind[kind.upper()]
        idle, wait = (self._within(values[k], 15) if k in values else 0 for k in ("idle", "wait"))
        record["stall"] = idle | wait << 4
        if kind in ("write", "read"):
            self._bus(values, kind, record)
        else:
            record["va"] = self._within(values[kind], _WORD)
        if kind == "store":
            self._store(values, record)
        if "access" in values:
            record["access"] = self._access(values["access"])

    def _bus(self, values: Mapping[str, yaml.Node], kind: str, record: np.void) -> None:
        offset, size = self._register(values[kind])
        record["offset"] = offset
        if "data" in values:
            _put(record, self._within(values["data"], (1 << 8 * size) - 1))

    def _store(self, values: Mapping[str, yaml.Node], record: np.void) -> None:
        size = self._within(values["size"], 16) if "size" in values else 8
        if size not in _SIZES:
            self.wrong(values["size"], "1, 2, 4, 8 or 16 bytes")
            return
        record["size"] = size
        if "data" in values:
            _put(record, self._within(values["data"], (1 << 8 * size) - 1))

    def _within(self, node: yaml.Node, most: int) -> int:
        value = self.integer(node)
        if not 0 <= value <= most:
            self.wrong(node, f"an integer from 0 to 0x{most:x}")
            return 0
        return value

    def _register(self, node: yaml.Node) -> tuple[int, int]:
        """Return offset and size of a register by its name, or of any place by its offset."""
        text = str(node.value)
        if text[:1].isdigit():
            return self._within(node, self._last_offset()), 16
        named = re.fullmatch(r"(\w+)(?:\[(\d{1,9})\])?", text)
        found = next((r for r in self.machine.interface if named and r.name == named[1]), None)
        if named is None or found is None:
            self._unknown(node, "register", text, [r.name for r in self.machine.interface])
            return 0, 16
        index = int(named[2] or 0)
        if index >= found.count:
            self.wrong(node, f"an index of `{found.name}` from 0 to {found.count - 1}")
            return 0, 16
        return found.offset + index * found.stride, found.size

    def _last_offset(self) -> int:
        """Return the last offset that the bus can name."""
        ends = [r.offset + (r.count - 1) * r.stride + r.size for r in self.machine.interface]
        return (1 << max(1, (max(ends, default=1) - 1).bit_length())) - 1

    def _access(self, node: yaml.Node) -> int:
        if isinstance(node, yaml.ScalarNode):
            return self._within(node, (1 << len(self.machine.flags)) - 1)
        flags = list(self.machine.flags)
        result = 0
        for item in self.sequence(node, "flags"):
            name = str(item.value)
            if name in flags:
                result |= 1 << flags.index(name)
            else:
                self._unknown(item, "flag", name, flags)
        return result

    def _unknown(self, node: yaml.Node, what: str, name: str, known: list[str]) -> None:
        near = get_close_matches(name, known, n=1)
        help_ = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known) or 'none'}"
        self.reporter.report("E0508", f"no {what} `{short(name)}`", self.span(node), help=help_)


def _put(record: np.void, value: int) -> None:
    record["data"] = value & _WORD, value >> 64


# Writing


def case_text(machine: Machine, records: Records) -> str:
    """Return transactions as the text of a case; a reset at the start is left out."""
    rows = list(records)
    if rows and rows[0]["kind"] == Kind.RESET:
        rows = rows[1:]
    return "".join(_row(machine, r) for r in rows)


def _row(machine: Machine, record: np.void) -> str:
    kind = Kind(int(record["kind"]))
    if kind == Kind.RESET:
        return "- reset\n"
    data = int(record["data"][0]) | int(record["data"][1]) << 64
    lines = []
    if kind in (Kind.WRITE, Kind.READ):
        name, size = _name(machine, int(record["offset"]))
        lines.append(f"{kind.name.lower()}: {name}")
        if kind == Kind.WRITE:
            lines.append(f"data: 0x{data & (1 << 8 * size) - 1:x}")
    else:
        lines.append(f"{kind.name.lower()}: 0x{int(record['va']):x}")
    if kind == Kind.STORE:
        size = int(record["size"])
        lines += [f"data: 0x{data & (1 << 8 * size) - 1:x}", f"size: {size}"]
    if kind == Kind.TRANSLATE and machine.flags:
        access = int(record["access"])
        names = [f for i, f in enumerate(machine.flags) if access >> i & 1]
        lines.append(f"access: [{', '.join(names)}]")
    stall = int(record["stall"])
    lines += [f"{k}: {v}" for k, v in (("idle", stall & 15), ("wait", stall >> 4)) if v]
    return "- " + "\n  ".join(lines) + "\n"


def _name(machine: Machine, offset: int) -> tuple[str, int]:
    """Return the register at an offset, or the offset, and its size in bytes."""
    for r in machine.interface:
        index = (offset - r.offset) // r.stride if r.stride else 0
        if 0 <= index < r.count and r.offset + index * r.stride == offset:
            return _element(r, index), r.size
    return f"0x{offset:x}", 16


def _element(r: InterfaceRegister, index: int) -> str:
    return f"{r.name}[{index}]" if r.count > 1 else r.name
