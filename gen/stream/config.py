"""Stimulus files: YAML in LLVM-snippy's words, read with the place of every value.

See docs/streams.md for the keys. Everything unknown is an error with its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from gen.diag import Reporter
from gen.source import Span
from gen.stream.yaml_text import YamlReader, read_source

__all__ = ["Config", "Draw", "Eviction", "Range", "Valuegram", "load_config"]

MAX_EPOCH = 1 << 20  # transactions; an epoch is made whole


@dataclass(frozen=True)
class Range:
    """``access-ranges``: start + stride * k + first..last, all within start + size."""

    start: int
    size: int
    stride: int
    first: int
    last: int
    weight: float = 1.0


@dataclass(frozen=True)
class Eviction:
    """``access-evictions``: random bits under the mask, the others fixed."""

    mask: int
    fixed: int
    weight: float = 1.0


@dataclass(frozen=True)
class Draw:
    """A row of a valuegram: a value, a range, uniform, or a pattern of repeated bits."""

    kind: str
    low: int = 0
    high: int = 0
    weight: float = 1.0


@dataclass(frozen=True)
class Valuegram:
    """Values for the fields whose name (``register.field``, a regular expression) matches."""

    field: str
    draws: tuple[Draw, ...]


@dataclass(frozen=True)
class Config:
    """What a stimulus file says.

    Members
    -------
    seed : or None to draw one
    count : transactions, or None for the command's default
    epoch : shortest and longest epoch, in transactions
    histogram : pattern of operation and weight, in order; a later one wins
    stalls : share of transactions with idle cycles or a response that must wait
    boundaries : share of translates near the boundaries of the state at hand
    """

    seed: int | None = None
    count: int | None = None
    epoch: tuple[int, int] = (64, 1024)
    histogram: tuple[tuple[str, float], ...] = (
        ("translate", 92.0),
        ("write", 2.0),
        ("read", 4.0),
        ("instr", 0.5),
        ("reconfigure", 1.5),
    )
    stalls: float = 0.05
    boundaries: float = 0.75
    ranges: tuple[Range, ...] = ()
    evictions: tuple[Eviction, ...] = ()
    addresses: tuple[tuple[int, float], ...] = ()
    valuegrams: tuple[Valuegram, ...] = ()
    spans: dict[str, Span] = field(default_factory=dict, compare=False)


def load_config(path: Path, reporter: Reporter) -> Config:
    """Return the configuration in a file.

    Raises
    ------
    IsoformError : through `reporter.check`, with every error found
    """
    reader = _Reader(read_source(path, reporter), reporter)
    config = reader.file()
    reporter.check()
    return config


class _Reader(YamlReader):
    def file(self) -> Config:
        """Return the configuration of the whole text."""
        config, root = Config(), self.root()
        if root is None:
            return config
        readers: dict[str, Callable[[Config, yaml.Node], Config]] = {
            "options": self._options,
            "histogram": self._histogram,
            "access-ranges": self._ranges,
            "access-evictions": self._evictions,
            "access-addresses": self._addresses,
            "valuegram": self._valuegram,
            "stalls": lambda c, n: replace(c, stalls=self.share(n)),
            "boundaries": lambda c, n: replace(c, boundaries=self.share(n)),
        }
        for name, value in self.mapping(root, set(readers)):
            config = readers[name](config, value)
        schemes = [r.weight for r in config.ranges] + [e.weight for e in config.evictions]
        schemes += [w for _, w in config.addresses]
        if schemes and not any(schemes):
            self.wrong(root, "a memory scheme with a weight above 0")
        return config

    # Keys

    def _options(self, config: Config, node: yaml.Node) -> Config:
        for name, value in self.mapping(node, {"seed", "num-instrs", "epoch"}):
            if name == "seed":
                config = replace(config, seed=self.number(value))
            elif name == "num-instrs":
                config = replace(config, count=max(1, self.number(value)))
            else:
                limits = dict(self.mapping(value, {"min", "max"}))
                low = self.number(limits["min"]) if "min" in limits else config.epoch[0]
                high = self.number(limits["max"]) if "max" in limits else max(low, config.epoch[1])
                if not 2 <= low <= high <= MAX_EPOCH:
                    self.wrong(value, f"2 <= min <= max <= {MAX_EPOCH}")
                else:
                    config = replace(config, epoch=(low, high))
        return config

    def _histogram(self, config: Config, node: yaml.Node) -> Config:
        rows = []
        config.spans["histogram"] = self.span(node)
        for row in self.sequence(node, "[operation, weight]"):
            pair = self.sequence(row, "[operation, weight]")
            if len(pair) != 2:
                self.wrong(row, "[operation, weight]")
                continue
            rows.append((self.pattern(pair[0]), self.weight(pair[1])))
            config.spans[f"histogram:{rows[-1][0]}"] = self.span(pair[0])
        if rows and not any(w for _, w in rows):
            self.wrong(node, "a weight above 0")
        return replace(config, histogram=tuple(rows))

    def _ranges(self, config: Config, node: yaml.Node) -> Config:
        ranges = []
        for item in self.sequence(node, "ranges"):
            names = {"start", "size", "stride", "first-offset", "last-offset", "weight"}
            v = dict(self.mapping(item, names))
            missing = sorted(names - {"weight"} - set(v))
            if missing:
                self.wrong(item, f"the keys {', '.join(missing)}")
                continue
            weight = self.weight(v["weight"]) if "weight" in v else 1.0
            r = Range(
                start=self.number(v["start"]),
                size=self.number(v["size"]),
                stride=self.number(v["stride"]),
                first=self.number(v["first-offset"]),
                last=self.number(v["last-offset"]),
                weight=weight,
            )
            if not (r.size > 0 and r.stride > 0 and 0 <= r.first <= r.last < r.stride):
                self.reporter.report("E0506", "this range selects no address", self.span(item))
                continue
            ranges.append(r)
        return replace(config, ranges=tuple(ranges))

    def _evictions(self, config: Config, node: yaml.Node) -> Config:
        evictions = []
        for item in self.sequence(node, "evictions"):
            v = dict(self.mapping(item, {"mask", "fixed", "weight"}))
            if not {"mask", "fixed"} <= set(v):
                self.wrong(item, "the keys mask and fixed")
                continue
            weight = self.weight(v["weight"]) if "weight" in v else 1.0
            e = Eviction(self.number(v["mask"]), self.number(v["fixed"]), weight)
            if e.mask & e.fixed:
                self.reporter.report("E0506", "`mask` and `fixed` share bits", self.span(item))
                continue
            evictions.append(e)
        return replace(config, evictions=tuple(evictions))

    def _addresses(self, config: Config, node: yaml.Node) -> Config:
        addresses = []
        for name, value in self.mapping(node, {"plain"}):
            for item in self.sequence(value, f"{name} addresses"):
                v = dict(self.mapping(item, {"addr", "weight"}))
                if "addr" in v:
                    weight = self.weight(v["weight"]) if "weight" in v else 1.0
                    addresses.append((self.number(v["addr"]), weight))
                else:
                    self.wrong(item, "the key addr")
        return replace(config, addresses=tuple(addresses))

    def _valuegram(self, config: Config, node: yaml.Node) -> Config:
        grams = []
        for item in self.sequence(node, "fields"):
            v = dict(self.mapping(item, {"field", "values"}))
            if {"field", "values"} <= set(v):
                draws = [self._draw(x) for x in self.sequence(v["values"], "[value, weight]")]
                name = self.pattern(v["field"])
                if draws and not any(d is None or d.weight for d in draws):
                    self.wrong(v["values"], "a weight above 0")
                grams.append(Valuegram(name, tuple(d for d in draws if d)))
            else:
                self.wrong(item, "the keys field and values")
        return replace(config, valuegrams=tuple(grams))

    def _draw(self, node: yaml.Node) -> Draw | None:
        if isinstance(node, yaml.MappingNode):
            v = dict(self.mapping(node, {"type", "value", "min", "max", "weight"}))
            weight = self.weight(v["weight"]) if "weight" in v else 1.0
            if "type" in v and v["type"].value == "bitrange" and {"min", "max"} <= set(v):
                low, high = self.number(v["min"]), self.number(v["max"])
                return Draw("bitrange", low, max(low, high), weight)
            if "value" in v:
                value = self.number(v["value"])
                return Draw("bitrange", value, value, weight)
            self.wrong(node, "type: bitrange with min and max, or a value")
            return None
        pair = self.sequence(node, "[value, weight]")
        if len(pair) != 2:
            self.wrong(node, "[value, weight]")
            return None
        if pair[0].value in ("uniform", "bitpattern"):
            return Draw(str(pair[0].value), weight=self.weight(pair[1]))
        value = self.number(pair[0])
        return Draw("bitrange", value, value, self.weight(pair[1]))
