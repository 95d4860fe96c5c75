"""Floating point against the arithmetic of the processor that runs the test, compiled from C."""

from __future__ import annotations

import ctypes
import platform
import shutil
import subprocess
from pathlib import Path

import pytest

from gen.ir.floats import NV, NX, RDN, RNE, RTZ, RUP, UF
from tests.ir.test_floats import ARITIES, split
from tests.references import ieee754

COMPILER = shutil.which("cc")
SOURCE = r"""
#include <fenv.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

static const int modes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD};

static int raised(void) {
    return !!fetestexcept(FE_INVALID) << 4 | !!fetestexcept(FE_DIVBYZERO) << 3
         | !!fetestexcept(FE_OVERFLOW) << 2 | !!fetestexcept(FE_UNDERFLOW) << 1
         | !!fetestexcept(FE_INEXACT);
}

#define OPERATION(name, type, bits, root, fused) \
int name(int op, int mode, const bits *given, bits *out) { \
    volatile type a, b, c, r = 0; \
    memcpy((void *)&a, given, sizeof a); memcpy((void *)&b, given + 1, sizeof b); \
    memcpy((void *)&c, given + 2, sizeof c); \
    fesetround(modes[mode]); feclearexcept(FE_ALL_EXCEPT); \
    switch (op) { \
    case 0: r = a + b; break; \
    case 1: r = a - b; break; \
    case 2: r = a * b; break; \
    case 3: r = a / b; break; \
    case 4: r = root(a); break; \
    case 5: r = fused(a, b, c); break; \
    } \
    int flags = raised(); \
    fesetround(FE_TONEAREST); \
    memcpy(out, (void *)&r, sizeof r); \
    return flags; \
}
OPERATION(f32, float, uint32_t, sqrtf, fmaf)
OPERATION(f64, double, uint64_t, sqrt, fma)

int narrowed(int mode, const uint64_t *given, uint32_t *out) {
    volatile double a; volatile float r;
    memcpy((void *)&a, given, sizeof a);
    fesetround(modes[mode]); feclearexcept(FE_ALL_EXCEPT);
    r = (float)a;
    int flags = raised();
    fesetround(FE_TONEAREST);
    memcpy(out, (void *)&r, sizeof r);
    return flags;
}
"""
MODES = (RNE, RTZ, RDN, RUP)
pytestmark = pytest.mark.skipif(
    COMPILER is None or platform.machine() != "x86_64",
    reason="needs a C compiler, and a processor that detects tininess after rounding",
)
counts = pytest.mark.parametrize("count", [500, pytest.param(10_000, marks=pytest.mark.deep)])


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    folder: Path = tmp_path_factory.mktemp("host")
    (folder / "host.c").write_text(SOURCE)
    options = ["-O1", "-frounding-math", "-ffp-contract=off", "-fno-builtin", "-shared", "-fPIC"]
    command = [str(COMPILER), *options, "host.c", "-o", "host.so", "-lm"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return ctypes.CDLL(str(folder / "host.so"))


def canonical(flags: int, bits: int, width: int) -> ieee754.Result:
    return flags, ieee754.NAN[width] if ieee754.is_nan(bits, width) else bits


@counts
@pytest.mark.parametrize("width", [32, 64])
@pytest.mark.parametrize("name", ARITIES)
def test_arithmetic(host: ctypes.CDLL, name: str, width: int, count: int) -> None:
    kind = ctypes.c_uint32 if width == 32 else ctypes.c_uint64
    function, out = getattr(host, f"f{width}"), kind()
    number = list(ARITIES).index(name)
    for given in ieee754.operands(f"host {name}", (width,) * ARITIES[name], count):
        for mode in MODES:
            flags = function(number, mode, (kind * 3)(*given), ctypes.byref(out))
            found = split(f"f{width}_{name}", mode, *given)
            expected = canonical(flags, out.value, width)
            if name == "fma" and found[1] == ieee754.NAN[width]:
                # Processors differ in whether 0 * infinity + NaN is invalid
                found, expected = (found[0] & ~NV, found[1]), (flags & ~NV, expected[1])
            assert found == expected, (mode, [hex(x) for x in given])


@counts
def test_narrowing(host: ctypes.CDLL, count: int) -> None:
    out, seen = ctypes.c_uint32(), 0
    for (x,) in ieee754.operands("host narrow", (64,), count):
        exponent = 1023 + (x >> 52) % 320 - 160
        for y in (x, x & ~ieee754.INFINITY[64] | exponent << 52):
            for mode in MODES:
                flags = host.narrowed(mode, (ctypes.c_uint64 * 1)(y), ctypes.byref(out))
                found = split("f64_to_f32", mode, y)
                assert found == canonical(flags, out.value, 32), (mode, hex(y))
                seen |= flags
    assert seen & (UF | NX) == UF | NX
