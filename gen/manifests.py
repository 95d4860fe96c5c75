"""Reading a manifest back: whatever the file holds, what comes out has the shape it should have."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from gen.diag import Diagnostic, IsoformError, Label
from gen.source import Source, Span

__all__ = ["read_manifest"]

_Rule: TypeAlias = "tuple[str, Callable[[Any], bool]] | list[Any] | dict[str, Any]"


def _integer(low: int, high: int) -> _Rule:
    def fits(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    return f"an integer from {low} to {high}", fits


def _word(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z_]\w*", value, re.ASCII) is not None


_NAME: _Rule = ("a name", _word)
_TEXT: _Rule = ("a text", lambda x: isinstance(x, str))
_PLACE: _Rule = ("a text or null", lambda x: x is None or isinstance(x, str))
_FLAG: _Rule = ("true or false", lambda x: isinstance(x, bool))
_WIDTH = _integer(1, 1 << 16)
_NUMBER = _integer(0, (1 << 64) - 1)
_BYTES: _Rule = ("8, 16, 32, 64 or 128", lambda x: type(x) is int and x in (8, 16, 32, 64, 128))
_LATENCY: _Rule = ("0, 1, 2 or null", lambda x: x is None or (type(x) is int and 0 <= x <= 2))
_SUFFIX: _Rule = (
    "a suffix",
    lambda x: isinstance(x, str) and re.fullmatch(r"(_\d)?", x) is not None,
)
_DIRECTION: _Rule = ("`input` or `output`", lambda x: x in ("input", "output"))
_FIELDS: _Rule = [{"name": _NAME, "low": _NUMBER, "width": _WIDTH}]

_SHAPE: Mapping[str, _Rule] = {
    "unit": _NAME,
    "module": _NAME,
    "version": _TEXT,
    "source": _PLACE,
    "latency": _LATENCY,
    "clock": _NAME,
    "reset": _NAME,
    "ports": [{"role": _NAME, "name": _NAME, "direction": _DIRECTION, "width": _WIDTH}],
    "streams": [_SUFFIX],
    "derived": [{"name": _NAME, "register": _NAME, "width": _WIDTH}],
    "flags": [_NAME],
    "causes": [{"code": _WIDTH, "name": _NAME, "source": _PLACE}],
    "parameters": [{"name": _NAME, "width": _WIDTH}],
    "registers": [
        {"name": _NAME, "kind": _NAME, "offset": _NUMBER, "size": _WIDTH, "count": _WIDTH}
        | {"stride": _NUMBER, "readable": _FLAG, "writable": _FLAG}
        | {"fields": _FIELDS, "source": _PLACE}
    ],
    "state": [
        {"name": _NAME, "width": _WIDTH, "count": _WIDTH, "fields": _FIELDS}
        | {"signals": [_NAME], "source": _PLACE}
    ],
}
# The roles of a pair of streams.
_STREAM: tuple[str, ...] = ("req_va", "req_valid", "req_ready", "req_access")
_STREAM += ("rsp_valid", "rsp_ready", "rsp_pa", "rsp_cause")
_NULLABLE: Mapping[str, _Rule] = {
    "memory": {"data": _WIDTH, "address": _WIDTH},
    "bus": {"kind": _TEXT, "data": _BYTES, "address": _WIDTH},
}


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest in a file.

    Raises
    ------
    IsoformError : E0703, the file cannot be read; E0711, it is not what `isoform gen` writes
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise _error("E0703", f"cannot read `{path}`: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _error("E0703", f"cannot read `{path}`: not UTF-8") from error
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        at = min(getattr(error, "pos", 0), max(0, len(text) - 1))
        span = Span(Source(str(path), text), at, min(at + 1, len(text)))
        why = getattr(error, "msg", "it cannot be read").lower()
        raise _error("E0711", f"`{path}` is no JSON: {why}", span) from error
    wrong = next(_wrong(found), None)
    if wrong is not None:
        raise _error("E0711", f"`{path}` is no manifest of a unit: {wrong}")
    assert isinstance(found, dict)
    return found


def _error(code: str, message: str, span: Span | None = None) -> IsoformError:
    return IsoformError([Diagnostic(code, message, Label(span) if span else None)])


def _wrong(found: Any) -> Iterator[str]:
    """Yield what differs from the shape of a manifest, by its path."""
    yield from _differences(found, dict(_SHAPE), "the file")
    for name, rule in _NULLABLE.items():
        if name not in found:
            yield f"`{name}` is missing"
        elif found[name] is not None:
            yield from _differences(found[name], rule, f"`{name}`")
    for r in found["registers"]:
        if r["count"] > 1 and not r["stride"]:
            yield f"the elements of `{r['name']}` are 0 bytes apart"
    if not found["streams"]:
        yield "`streams` is empty"
    roles = {p["role"] for p in found["ports"]}
    for suffix in found["streams"]:
        for role in (f"{name}{suffix}" for name in _STREAM):
            if role not in roles:
                yield f"no port has the role `{role}`"


def _differences(found: Any, rule: _Rule, where: str) -> Iterator[str]:
    if isinstance(rule, tuple):
        what, fits = rule
        if not fits(found):
            yield f"{where} must be {what}"
    elif isinstance(rule, list):
        if not isinstance(found, list):
            yield f"{where} must be a list"
            return
        for i, item in enumerate(found):
            yield from _differences(item, rule[0], f"element {i} of {where}")
    elif not isinstance(found, dict):
        yield f"{where} must be an object"
    else:
        for name, inner in rule.items():
            if name not in found:
                yield f"`{name}` is missing in {where}"
            else:
                yield from _differences(found[name], inner, f"`{name}`")
