"""`python -m benchmarks.handwritten`: area and clock of generated and hand-written Verilog.

Both go through the flow of `isoform fpga`. The table is printed, and put into docs/fpga.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from gen.artefacts import write_whole
from gen.forms import rtl
from gen.forms.rtl.manifest import manifest
from sim.units import load_machine
from tb.fpga.devices import DEVICES
from tb.fpga.flow import Flow
from tb.fpga.measure import Measurement, measure
from tb.fpga.table import replace
from tb.tools import ToolError

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(Path(__file__).parent.glob("*.v"))
PAGE = ROOT / "docs" / "fpga.md"
MARKERS = (
    "<!-- hand-written table: made by `python -m benchmarks.handwritten`; do not edit -->",
    "<!-- end of hand-written table -->",
)
HEAD = """\
| unit | device | cells | by hand | ratio | FF | by hand | Fmax MHz | by hand |
|---|---|---:|---:|---:|---:|---:|---:|---:|"""
# What fills a device's logic sites.
CELLS = {"ecp5": "comb", "ice40": "lut4"}


def pair(path: Path, device: str, seeds: int) -> tuple[Measurement, Measurement]:
    """Measure the generated module and its rival."""
    machine = load_machine(path.stem)
    described = manifest(machine)

    def one(text: str) -> Measurement:
        flow = Flow(text, described, DEVICES[device], ROOT / "build" / "cache", 600)
        return measure(flow, seeds, lambda text: None)

    return one(rtl.verilog(machine)), one(path.read_text())


def row(generated: Measurement, by_hand: Measurement) -> str:
    """Return a line of the table."""
    if generated.area is None or by_hand.area is None:
        raise ToolError(f"{generated.unit} was not measured: {generated.note or by_hand.note}")
    key = CELLS[generated.device]
    ours, theirs = generated.area[key], by_hand.area[key]
    cells = [generated.unit, f"{DEVICES[generated.device].part}, {key.upper()}"]
    cells += [f"{ours}", f"{theirs}", f"{ours / theirs:.2f}"]
    cells += [f"{x.area['ff']}" for x in (generated, by_hand) if x.area]
    cells += [f"{x.fmax:.1f}" if x.fmax else "-" for x in (generated, by_hand)]
    return f"| {' | '.join(cells)} |"


def rows(seeds: int) -> Iterator[str]:
    """Measure each file on each device."""
    for path in FILES:
        for device in DEVICES:
            yield row(*pair(path, device, seeds))


def main() -> int:
    """Print the table, and write it unless asked not to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="placements; Fmax is the median")
    parser.add_argument("--print", action="store_true", help="leave docs/fpga.md alone")
    args = parser.parse_args()
    lines = [HEAD]
    print(HEAD, flush=True)
    try:
        for line in rows(args.seeds):
            print(line, flush=True)
            lines.append(line)
    except ToolError as error:
        print(f"{error}\n`make fpga` installs nextpnr", file=sys.stderr)
        return 4
    if not args.print:
        note = f"Fmax is the median of {args.seeds} placements."
        text = "\n".join([*lines, "", note])
        write_whole(PAGE, replace(PAGE.read_text(), text, *MARKERS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
