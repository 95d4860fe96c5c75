"""`make bench`: measure, print the table of the README, and keep it as JSON."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.instructions import instruction_sets
from benchmarks.measure import Row, cold_simulation, command_seconds, models, simulation
from gen import vrs
from gen.diag import Reporter

ROOT = Path(__file__).resolve().parents[1]


def rows() -> Iterator[Row]:
    """Yield every figure, the quick ones first."""
    units = sorted((ROOT / "specs" / "units").glob("*.vrs"))
    start = time.process_time()
    for path in units:
        reporter = Reporter()
        program = vrs.load(path, reporter)
        vrs.elaborate(program, None, reporter)
    yield Row("parse and elaborate all units", time.process_time() - start, "CPU-s", "<= 1")
    yield Row("isoform --help", command_seconds("--help"), "CPU-s", "<= 0.2")
    slowest = max((command_seconds("gen", p.stem, rounds=1), p.stem) for p in units)
    yield Row(f"isoform gen, slowest unit ({slowest[1]})", slowest[0], "CPU-s", "<= 2")
    for unit in ("simple_segment", "mpu", "r4700_tlb"):
        aim = "<= 2" if unit == "simple_segment" else "<= 10"
        yield Row(f"isoform prove {unit}", command_seconds("prove", unit, rounds=1), "CPU-s", aim)
    yield from models("mpu_region")
    yield from (replace(row, aim="") for row in models("mpu"))  # the aims are for one region
    yield from simulation("mpu")
    yield cold_simulation("mpu")
    warm = command_seconds("sim", "mpu", "--seed", "1")
    yield Row("isoform sim mpu, a million, warm", warm, "CPU-s", "<= 8")
    yield from instruction_sets()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON, one object per line")
    args = parser.parse_args()
    if not args.json:
        print("| what | measured | aim |\n|---|---:|---:|", flush=True)
    measured = []
    for row in rows():
        measured.append(vars(row))
        shown = f"{row.value:,.2f}" if row.value < 10 else f"{row.value:,.0f}"
        line = f"| {row.what} | {shown} {row.unit} | {row.aim} |"
        print(json.dumps(vars(row)) if args.json else line, flush=True)
    path = ROOT / "build" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(measured, indent=2) + "\n")


if __name__ == "__main__":
    main()
