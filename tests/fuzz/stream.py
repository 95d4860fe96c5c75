"""Stimulus files, and a short stream made from each."""

from __future__ import annotations

from pathlib import Path
from random import Random

from gen.diag import IsoformError, Reporter
from gen.stream.config import load_config
from gen.stream.generate import Generator
from tests.fuzz.mutate import EXTREMES, disturb, mutate
from tests.fuzz.subject import Subject, Unexpected, as_text, codes_of, texts, words_of
from tests.units import compiled, machine

__all__ = ["SUBJECT"]

_UNITS = ("simple_segment", "mpu_region", "xeon_phi_smpt", "assoc_segment", "system_segment")
_COUNT = 200  # transactions of a stream
_KEYS = (
    "options seed num-instrs epoch min max histogram stalls boundaries access-ranges start size "
    "stride first-offset last-offset weight access-evictions mask fixed access-addresses plain "
    "addr valuegram field values type bitrange value uniform bitpattern translate write read instr "
    "reconfigure write:ctrl .*"
).split()
_ALL = """\
options: { seed: 0x1f, num-instrs: 500, epoch: { min: 10, max: 20 } }
histogram:
  - [translate, 90.0]
  - [read, 10]
  - ["write:.*", 5]
stalls: 0.5
boundaries: 0.25
access-ranges:
  - { start: 0x1000, size: 0x100, stride: 16, first-offset: 0, last-offset: 3, weight: 2 }
access-evictions:
  - { mask: 0xff0, fixed: 0x1 }
access-addresses:
  plain: [{ addr: 0x44 }, { addr: 7, weight: 3 }]
valuegram:
  - field: ".*"
    values: [[3, 1], [uniform, 2], [bitpattern, 1], { type: bitrange, min: 1, max: 4, weight: 5 }]
"""
_LAUGHS = "a0: &a0 [x]\n" + "".join(
    f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 9)}]\n" for i in range(30)
)
_ODD = (
    _LAUGHS + "histogram: *a30\n",
    "histogram: &a [*a]\n",
    "options: &o { epoch: *o }\n",
    "<<: { stalls: 1 }\n",
    "stalls: !!python/object/apply:os.system [ls]\n",
    "? [a, b]\n: 1\n",
    "? {a: b}\n: 1\n",
    "--- {}\n--- {}\n",
    "%YAML 9.9\n---\nstalls: 0\n",
    "- " * 3000 + "1\n",
    "[" * 3000,
    "{a: " * 3000,
    "stalls: 2001-01-01\n",
    "stalls: !!binary aGVsbG8=\n",
    "options: { seed: !!float 1, seed: 2 }\n",
    "histogram:\n  - [(((((a*)*)*)*)*b, 1]\n",
    'histogram:\n  - ["(a|a)*b", 1]\n  - ["[", 1]\n',
    'valuegram:\n  - { field: "(?P<x", values: [[1, 1]] }\n',
    'valuegram:\n  - { field: "(x+x+)+y", values: [] }\n',
    "'\\",
    "\t- a",
    "*a",
    "&a",
    "!",
    "|",
)


def _value(draw: Random, depth: int = 0) -> str:
    """Return any YAML, in flow style."""
    how = draw.random()
    if depth > 3 or how < 0.4:
        return draw.choice(
            [*EXTREMES, *_KEYS, "~", "''", '"x"', "true", "[]", "{}", "-0.0", "1e999"]
        )
    if how < 0.7:
        return f"[{', '.join(_value(draw, depth + 1) for _ in range(draw.randrange(4)))}]"
    items = [f"{draw.choice(_KEYS)}: {_value(draw, depth + 1)}" for _ in range(draw.randrange(5))]
    return f"{{ {', '.join(items)} }}"


def _make(draw: Random) -> bytes:
    corpus = (*texts("specs/streams/*.yaml"), _ALL)
    how = draw.random()
    if how < 0.08:
        text = draw.choice(_ODD)
    elif how < 0.3:
        keys = draw.sample(_KEYS[:1] + _KEYS[6:10] + ["access-evictions", "valuegram"], 2)
        text = "".join(f"{k}: {_value(draw)}\n" for k in keys)
    else:
        text = mutate(draw, draw.choice([*corpus, _ALL, _ALL]), corpus, (*_KEYS, *words_of(corpus)))
    text = f"# {draw.choice(_UNITS)}\n{text}"
    return disturb(draw, text.encode("utf-8", "surrogatepass"))


def _run(data: bytes, folder: Path) -> str:
    path = folder / "input.yaml"
    path.write_bytes(data)
    reporter = Reporter()
    head = as_text(data).partition("\n")[0]
    unit = next((u for u in _UNITS if u in head), _UNITS[0])
    try:
        config = load_config(path, reporter)
        generator = Generator(machine(unit), config, compiled(unit), reporter)
    except IsoformError as error:
        unreadable = any(d.code == "E0501" for d in error.diagnostics)
        return codes_of(error.diagnostics, [path], place=not unreadable)
    stream = generator.stream(1 if config.seed is None else config.seed, _COUNT)
    if len(stream) != _COUNT:
        raise Unexpected(f"{len(stream)} transactions")
    generator.epoch(7, 3)
    return "ok"


SUBJECT = Subject(200, _make, _run)
