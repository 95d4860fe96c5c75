"""A C program that computes with floating point prints what it prints under QEMU."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GCC, QEMU = shutil.which("riscv64-linux-gnu-gcc"), shutil.which("qemu-riscv64")
PROGRAM = r"""
#include <fenv.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    double sum = 0;
    float small = 0;
    volatile double zero = 0;
    for (int i = 1; i < 60; i++) {
        sum += sqrt(i) / (i + 0.5);
        small = fmaf(small, 0.75f, 1.0f / i);
    }
    printf("%.17g %.9g %a\n", sum, small, sum);
    printf("%.15f %.15f %e\n", sin(argc), exp(2.5 * argc), pow(1.1, 100 * argc));
    printf("%g %g %d\n", strtod("1e-310", 0), strtof("3.4028236e38", 0), (int)lrint(2.5));
    fesetround(FE_UPWARD);
    printf("%.20g\n", argc / 3.0);
    fesetround(FE_TONEAREST);
    printf("%d %ld %u\n", (int)(-1.5e10 * argc), (long)(1e30 * argc), (unsigned)(-3.7f * argc));
    zero = argc / zero;
    printf("%g %d\n", zero, fetestexcept(FE_DIVBYZERO) != 0);
    return 0;
}
"""


@pytest.mark.slow
@pytest.mark.skipif(not (GCC and QEMU), reason="needs riscv64-linux-gnu-gcc and qemu-riscv64")
def test_a_c_program_prints_the_same(tmp_path: Path) -> None:
    (tmp_path / "program.c").write_text(PROGRAM)
    compile_it = [str(GCC), "-O2", "-static", "program.c", "-o", "program", "-lm"]
    subprocess.run(compile_it, cwd=tmp_path, check=True, capture_output=True)
    program = str(tmp_path / "program")
    expected = subprocess.run([str(QEMU), program], check=True, capture_output=True, text=True)
    command = [sys.executable, "-m", "gen.cli", "run", program, "--isa", "rv64gc"]
    found = subprocess.run(command, capture_output=True, text=True)
    assert (found.returncode, found.stdout) == (0, expected.stdout), found.stderr
    assert found.stdout.count("\n") == 6
