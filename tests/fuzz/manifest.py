"""Manifests: the file is read back as commands do, and what reads is used as benches use it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from gen.diag import IsoformError
from gen.forms.rtl import BUSES, RtlOptions
from gen.forms.rtl.manifest import manifest
from gen.ir.transaction import Kind
from gen.manifests import read_manifest
from gen.prove.view import names
from gen.stream.protocol import TRANSACTION_DTYPE
from tb.build import _config
from tb.buses import lanes
from tb.fpga.wrapper import wrapper
from tb.report import describe
from tests.fuzz.mutate import EXTREMES, disturb, mutate
from tests.fuzz.subject import Subject, codes_of, words_of
from tests.units import machine

__all__ = ["SUBJECT"]

_UNITS = ("simple_segment", "mpu_region", "xeon_phi_smpt", "r4700_tlb")
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 64, 65, 1 << 16, 1 << 64, 10**30, 0.5, 1e308, "", "x", "a b",
    'x"; $finish', "\0", "\N{SUPERSCRIPT TWO}", [], {}, [[]], {"name": 1}, ["x"],
)  # fmt: skip


@cache
def _corpus() -> tuple[str, ...]:
    buses = ["native", *(b for b in BUSES if b != "native")]
    made = [manifest(machine(u), RtlOptions(bus=b)) for u in _UNITS[:2] for b in buses]
    made += [manifest(machine(u)) for u in _UNITS[2:3]]
    return tuple(json.dumps(m, indent=2) for m in made)


def _make(draw: Random) -> bytes:
    corpus = _corpus()
    text = draw.choice(corpus)
    if draw.random() < 0.5:
        tree = json.loads(text)
        for _ in range(draw.randint(1, 3)):
            _spoil(draw, tree)
        text = json.dumps(tree)
    else:
        text = mutate(draw, text, corpus, (*words_of(corpus), "null", "NaN", "Infinity"))
    return disturb(draw, text.encode("utf-8", "surrogatepass"))


def _spoil(draw: Random, tree: Any) -> None:
    """Change, add or take away one value somewhere."""
    while True:
        keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
        if not keys:
            return
        key = draw.choice(keys)
        if not isinstance(tree[key], dict | list) or not tree[key] or draw.random() < 0.15:
            break
        tree = tree[key]
    how = draw.random()
    if how < 0.15:
        del tree[key]
    elif how < 0.3:
        tree[key] = tree[draw.choice(keys)] if keys else None
    else:
        tree[key] = draw.choice([*_VALUES, draw.choice(EXTREMES)])


def _run(data: bytes, folder: Path) -> str:
    path = folder / "manifest.json"
    path.write_bytes(data)
    try:
        found = read_manifest(path)
    except IsoformError as error:
        return codes_of(error.diagnostics, [path], place=False)
    _config(found)
    wrapper(found)
    names(found)
    transaction = np.zeros(1, TRANSACTION_DTYPE)[0]
    for kind in Kind:
        transaction["kind"], transaction["offset"], transaction["access"] = kind, 8, 7
        describe(found, transaction)
    if found["bus"] is not None and found["bus"]["kind"] in BUSES:
        lanes(found, 8)
    return "ok"


SUBJECT = Subject(70, _make, _run)
