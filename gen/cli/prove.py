"""`isoform prove`: the Verilog file against the specification, for all states and inputs."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gen.cli.output import Exit, Output, print_diagnostics
from gen.cli.units import add_build_argument, add_rtl_arguments, add_unit_arguments, elaborate

if TYPE_CHECKING:
    from gen.ir.machine import Machine
    from gen.prove import Outcome, Proof

__all__ = ["add_arguments", "run"]

_SEARCH = 30.0  # seconds to look for a way from reset to a counterexample
_SEED = 1  # of the stream that is tried where none is found
_LONGEST = 1_000_000  # seconds; the solver counts milliseconds in 32 bits
_COUNT = 200_000  # its transactions


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a number: {text!r}") from None
    if not 0 < value <= _LONGEST:
        raise argparse.ArgumentTypeError(f"must be above 0 and at most {_LONGEST}, not {text}")
    return value


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the unit and what to prove of it."""
    add_unit_arguments(parser)
    add_rtl_arguments(parser, "prove")
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=60.0,
        metavar="S",
        help="seconds a question (default: 60)",
    )
    parser.add_argument(
        "--no-sim", action="store_true", help="do not look for a counterexample in simulation too"
    )
    add_build_argument(parser)
    parser.epilog = (
        "examples:\n  isoform prove mpu\n  isoform prove mpu --verilog my_mpu.v\n"
        "  isoform prove riscv_pmp32 --ports 2 --latency 2\n"
        "  for f in build/mpu/proof/*.smt2; do z3 $f; done   # each says unsat"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Prove, write certificates, show counterexamples; 3 if one is found or a question is open."""
    from gen.artefacts import write_forms
    from gen.cli.simulate import Progress
    from gen.diag import Reporter
    from gen.manifests import read_manifest
    from gen.prove import NetlistError, prove

    machine = elaborate(args, output)
    paths = write_forms(machine, Path(args.build), args.latency, ports=args.ports)
    manifest = read_manifest(paths.manifest)
    verilog = Path(args.verilog) if args.verilog else paths.verilog
    reporter = Reporter()
    if not verilog.is_file():
        reporter.report("E0703", f"cannot read `{verilog}`: no such file")
        reporter.check()
    progress = Progress(output)
    try:
        proof = prove(machine, manifest, verilog, timeout=args.timeout, progress=progress)
    except NetlistError as error:
        reporter.report("E0710", f"cannot prove `{verilog}`: {error}")
        reporter.check()
        raise
    finally:
        progress.clear()
    folder = paths.root / "proof"
    record = _write(proof, machine, verilog, folder)
    _say(output, machine, verilog, proof, folder)
    if proof.status == "refuted" and not args.no_sim:
        record["simulation"] = _confirm(machine, args, proof, output)
    output.result(**record)
    return Exit.OK if proof.status == "proved" else Exit.MISMATCH


# The certificate


def _write(proof: Proof, machine: Machine, verilog: Path, folder: Path) -> dict[str, Any]:
    """Write a script for each question and, last, the record; return the record."""
    from gen.artefacts import write_whole
    from gen.version import VERSION

    (folder / "proof.json").unlink(missing_ok=True)  # it speaks of the scripts that go now
    rows = []
    for i, o in enumerate(proof.outcomes):
        text = o.smt2()
        path = folder / f"{i:03}-{o.group}.smt2"
        write_whole(path, text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        rows.append(_row(o) | {"file": path.name, "sha256": digest})
    record: dict[str, Any] = {
        "unit": machine.name,
        "version": VERSION,
        "verilog": str(verilog),
        "verilog_sha256": hashlib.sha256(verilog.read_bytes()).hexdigest(),
        "status": proof.status,
        "claim": proof.claim if proof.status == "proved" else None,
        "questions": rows,
    }
    write_whole(folder / "netlist.smt2.txt", proof.netlist.text)
    write_whole(folder / "proof.json", json.dumps(record, indent=2) + "\n")
    known = {row["file"] for row in rows}
    for stale in folder.glob("*.smt2"):
        if stale.name not in known:
            stale.unlink()
    return record


def _row(o: Outcome) -> dict[str, Any]:
    row: dict[str, Any] = {"group": o.group, "name": o.name, "source": o.place, "status": o.status}
    if o.status == "refuted":
        row |= {
            "inputs": dict(o.inputs),
            "state": dict(o.state),
            "differences": [
                {"signal": d.goal, "verilog": d.got, "specification": d.want} for d in o.differences
            ],
        }
    return row


# Output


def _say(output: Output, machine: Machine, verilog: Path, proof: Proof, folder: Path) -> None:
    counts = Counter(o.group for o in proof.outcomes if o.status == "proved")
    groups = ", ".join(f"{group} {n}" for group, n in counts.items())
    seconds = sum(o.seconds for o in proof.outcomes)
    output.say(f"unit      {machine.name}")
    output.say(f"verilog   {verilog}")
    if proof.status == "proved":
        output.say(f"claim     equal {proof.claim}")
    total = len(proof.outcomes)
    output.say(f"proved    {counts.total()} of {total} questions in {seconds:.1f} s: {groups}")
    if output.verbose:
        for o in proof.outcomes:
            output.say(f"  {o.status:<8} {o.seconds:6.2f} s  {o.group:<9} {o.name}")
    output.say(f"record    {folder / 'proof.json'}")
    for o in proof.outcomes:
        if o.status == "unknown":
            output.say(f"open      {o.group}: {o.name}: no answer in time; see --timeout")
    refuted = [o for o in proof.outcomes if o.status == "refuted"]
    for o in refuted[: None if output.verbose else 3]:
        output.say("\n" + counterexample(o))
    if len(refuted) > 3 and not output.verbose:
        output.say(f"\n{len(refuted) - 3} more counterexamples: -v shows them")


def counterexample(o: Outcome) -> str:
    """Return a counterexample as text: the case in the specification's terms, both answers."""
    lines = [f"refuted: {o.group}: {o.name}"]
    if o.place is not None:
        lines.append(f"    specification: {o.place}")
    for title, values in (("state", o.state), ("inputs", o.inputs)):
        if values:
            shown = ", ".join(f"{name}=0x{value:x}" for name, value in values.items())
            lines.append(f"    {title:<8} {shown}")
    lines.append(f"    {'signal':<16} {'Verilog':<36} specification")
    for d in o.differences:
        lines.append(f"    {d.goal:<16} {f'0x{d.got:x}':<36} 0x{d.want:x}")
    return "\n".join(lines)


# In simulation


def _confirm(machine: Machine, args: argparse.Namespace, proof: Proof, output: Output) -> str:
    """Show the refuted Verilog differ in simulation, on a run from reset to a difference.

    Where no such run is found the default stream is tried. Returns ``differs``, ``agrees``, or
    ``not run`` where the simulator could not be built.
    """
    from gen.cli.simulate import Request, simulate
    from gen.diag import IsoformError

    case = _case(machine, args, proof, output)
    output.say("\nin simulation:")
    request = Request(
        unit=args.unit,
        count=_COUNT,
        seed=_SEED,
        stream=None,
        mode="batch",
        epoch=None,
        case=case,
        waves=False,
        verilog=Path(args.verilog) if args.verilog else None,
        latency=args.latency,
        bus="native",
        ports=args.ports,
        build=Path(args.build),
    )
    quiet = Output(quiet=output.quiet or output.json, verbose=False)
    try:
        found = simulate(machine, request, quiet)
    except IsoformError as error:
        print_diagnostics(error.diagnostics, quiet)
        return "not run"
    if found == Exit.MISMATCH:
        output.say("\nconfirmed: the simulation differs from the model too")
        return "differs"
    if found != Exit.OK:
        return "not run"
    tried = "the run from reset agrees" if case else f"{_COUNT:,} random transactions agree"
    output.say(
        f"\nnot confirmed: {tried}; the counterexample needs a state or an order of events that "
        "they do not reach, or that reset does not lead to"
    )
    return "agrees"


def _case(machine: Machine, args: argparse.Namespace, proof: Proof, output: Output) -> Path | None:
    """Look for a run from reset to a difference, and write it as a case; None if none is found."""
    import numpy as np

    from gen.artefacts import write_whole
    from gen.cli.simulate import Progress
    from gen.ir.transaction import Kind
    from gen.prove import path_to_difference
    from gen.simulate import Replay
    from gen.stream.case import case_text
    from gen.stream.protocol import TRANSACTION_DTYPE
    from tb.build import DEFAULT_PARAMETER

    progress = Progress(output)
    progress("looking for a run from reset")
    parameters = {p.name: DEFAULT_PARAMETER for p in machine.parameters}
    steps = path_to_difference(proof.view, parameters, _SEARCH)
    progress.clear()
    if steps is None:
        return None
    records = np.zeros(len(steps), TRANSACTION_DTYPE)
    for record, step in zip(records, steps, strict=True):
        record["kind"] = Kind[step.kind.upper()]
        record["offset"], record["va"], record["access"] = step.offset, step.va, step.access
        record["data"] = step.data & (1 << 64) - 1, step.data >> 64
    path = Path(args.build) / machine.name / "proof" / "counterexample.yaml"
    replay = Replay(
        args.unit, 0, verilog=args.verilog, latency=args.latency, case=str(path), ports=args.ports
    )
    head = f"# Ends with a difference: {replay.line(0)}\n"
    write_whole(path, head + case_text(machine, records))
    output.say(f"\ncase      {path}, {len(steps)} transactions from reset")
    return path
