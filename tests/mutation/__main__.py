"""Make every fault, print what the checks say, and write the table of docs/mutation.md."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.mutation.faults import FAULTS, Fault
from tests.mutation.judge import COUNT, Verdict, judge

PAGE = Path(__file__).parents[2] / "docs" / "mutation.md"
HEAD = f"""\
# Faults made on purpose

Trust in the checks comes from seeing them fail. Each row below is a fault that was put into a copy
of the sources: `isoform prove` then had to refute the Verilog that came out, and the default
simulation ({COUNT:,} transactions) had to differ. A dash: the check does not look at that form
(a proof reads the Verilog, so it says nothing of the native code or the Python model; a fault in
the solver's terms changes no form that is simulated). For a bus adapter, whose bus stands in the
place of the unit, the proof is that of its protocol and its data, the simulation the bench that
drives a unit of narrow registers through it. `make mutate` makes the table again.

"""


def table(verdicts: list[Verdict]) -> str:
    """Return the page."""
    caught = sum(v.caught for v in verdicts)
    lines = [HEAD + f"{caught} of {len(verdicts)} faults are caught by each check that looks.", ""]
    lines += ["| part | fault | unit | proof | simulation |", "|---|---|---|---|---|"]
    for v in verdicts:
        f = v.fault
        lines.append(f"| {f.area} | {f.name} | {f.unit} | {v.proof} | {v.simulation} |")
    counts = ", ".join(f"{k} {n}" for k, n in Counter(v.fault.area for v in verdicts).items())
    return "\n".join([*lines, "", f"Faults by part: {counts}."]) + "\n"


def _judge(job: tuple[Fault, Path]) -> Verdict:
    """Judge in a worker, which keeps the streams that it made for the faults to come."""
    fault, folder = job
    mine = folder / str(os.getpid())
    mine.mkdir(exist_ok=True)
    return judge(fault, mine)


def main(wanted: list[str]) -> int:
    """Judge all faults, or those whose name has one of the words."""
    chosen = [f for f in FAULTS if not wanted or any(w in f.name for w in wanted)]
    verdicts = []
    with tempfile.TemporaryDirectory(prefix="isoform-") as name, ProcessPoolExecutor() as pool:
        for i, v in enumerate(pool.map(_judge, [(f, Path(name)) for f in chosen]), 1):
            verdicts.append(v)
            mark = " " if v.caught else "!"
            print(
                f"{mark} {i:>3}/{len(chosen)} {v.fault.name}: proof {v.proof}; "
                f"simulation {v.simulation}",
                flush=True,
            )
    if not wanted:
        PAGE.write_text(table(verdicts))
    return 0 if all(v.caught for v in verdicts) else 3


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument(
        "word", nargs="*", help="judge only faults with this in their name; writes no table"
    )
    sys.exit(main(parser.parse_args().word))
