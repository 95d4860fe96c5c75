"""The pure functions that expressions may call, by name.

A function maps integers of fixed widths to an integer of a fixed width, and is total: it has a
value for all bits. A form that knows a function by its name may compute it in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from gen.ir import floats
from gen.ir.floats import BINARY32, BINARY64, Format

__all__ = ["FUNCTIONS", "Function", "register"]


@dataclass(frozen=True)
class Function:
    """A pure function.

    Members
    -------
    name : an identifier
    widths : bits of each argument
    width : bits of the result
    evaluate : from the arguments, as integers without sign, the result
    """

    name: str
    widths: tuple[int, ...]
    width: int
    evaluate: Callable[..., int]


FUNCTIONS: dict[str, Function] = {}


def register(function: Function) -> Function:
    """Add a function, once.

    Raises
    ------
    ValueError : another function has the name
    """
    if FUNCTIONS.setdefault(function.name, function) is not function:
        raise ValueError(f"a function is called `{function.name}` already")
    return function


_MODE = 3  # bits of a rounding mode
_FLAGS = 5


def _arithmetic(name: str, f: Format) -> Iterator[Function]:
    w, result = f.width, _FLAGS + f.width
    two = {
        "add": floats.add,
        "sub": floats.subtract,
        "mul": floats.multiply,
        "div": floats.divide,
    }
    for n, evaluate in two.items():
        yield Function(f"{name}_{n}", (_MODE, w, w), result, partial(evaluate, f))
    yield Function(f"{name}_sqrt", (_MODE, w), result, partial(floats.root, f))
    yield Function(f"{name}_fma", (_MODE, w, w, w), result, partial(floats.fused, f))
    yield Function(f"{name}_min", (w, w), result, partial(floats.minimum, f))
    yield Function(f"{name}_max", (w, w), result, partial(floats.maximum, f))


def _comparisons(name: str, f: Format) -> Iterator[Function]:
    w = f.width
    for kind, signalling in (("quiet", False), ("signalling", True)):
        relations: dict[str, Callable[..., int]] = {
            "eq": partial(floats.equal, f, signalling=signalling),
            "lt": partial(floats.less, f, signalling=signalling),
            "le": partial(floats.less, f, or_equal=True, signalling=signalling),
        }
        for n, evaluate in relations.items():
            yield Function(f"{name}_{n}_{kind}", (w, w), _FLAGS + 1, evaluate)
    yield Function(f"{name}_classify", (w,), 10, partial(floats.classify, f))


def _conversions(name: str, f: Format) -> Iterator[Function]:
    w = f.width
    for n, signed in (("i", True), ("u", False)):
        for size in (32, 64):
            to = partial(floats.to_integer, f, size, signed)
            yield Function(f"{name}_to_{n}{size}", (_MODE, w), _FLAGS + size, to)
            back = partial(floats.from_integer, f, size, signed)
            yield Function(f"{n}{size}_to_{name}", (_MODE, size), _FLAGS + w, back)


def _between(name: str, f: Format, other: str, to: Format) -> Function:
    evaluate = partial(floats.convert, to, f)
    return Function(f"{name}_to_{other}", (_MODE, f.width), _FLAGS + to.width, evaluate)


for _name, _format in (("f32", BINARY32), ("f64", BINARY64)):
    for _make in (_arithmetic, _comparisons, _conversions):
        for _function in _make(_name, _format):
            register(_function)
register(_between("f32", BINARY32, "f64", BINARY64))
register(_between("f64", BINARY64, "f32", BINARY32))
