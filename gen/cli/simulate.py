"""The run behind `isoform sim`: what the command line asks for, and the report in words."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gen.artefacts import write_whole
from gen.cli.output import Exit, Output, print_diagnostics
from gen.cli.units import SPECS
from gen.diag import Diagnostic, IsoformError, Reporter
from gen.ir.machine import Machine
from gen.stream.case import load_case
from gen.stream.config import Config, load_config
from gen.stream.coverage import Coverage

if TYPE_CHECKING:
    from gen.simulate import Replay, Result, Sample

__all__ = ["Progress", "Request", "simulate"]

_SHOWN = 40  # transactions of a case that are listed
_WAVES = 2_000  # transactions in a waveform, unless an epoch is asked for


@dataclass(frozen=True)
class Request:
    """What the command line asks for; see `isoform sim --help`."""

    unit: str
    count: int | None
    seed: int | None
    stream: str | None
    mode: str
    epoch: int | None
    case: Path | None
    waves: bool
    verilog: Path | None
    latency: int
    bus: str
    build: Path
    simulator: str = "verilator"
    ports: int = 1


def simulate(machine: Machine, request: Request, output: Output) -> int:
    """Compare RTL and model; return the exit code.

    Raises
    ------
    IsoformError : the stimulus file or the Verilog is wrong, or a file cannot be written
    """
    from tb.tools import ToolError, ToolMissing

    progress = Progress(output)
    try:
        return _Simulation(machine, request, output, progress).run()
    except ToolMissing as error:
        print_diagnostics([Diagnostic("E0702", str(error))], output)
        return Exit.TOOL_MISSING
    except ToolError as error:
        raise IsoformError(
            [Diagnostic("E0704", f"the simulation of `{machine.name}` failed: {error}")]
        ) from error
    finally:
        progress.clear()


class Progress:
    """One line that says what is being done, on a terminal only."""

    def __init__(self, output: Output) -> None:
        self.shown = sys.stderr.isatty() and not output.json and not output.quiet

    def __call__(self, text: str) -> None:
        if self.shown:
            print(f"\r\x1b[K{text} ...", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


@dataclass
class _Simulation:
    machine: Machine
    request: Request
    output: Output
    progress: Callable[[str], None]

    def run(self) -> int:
        """Compare, report in words and as JSON."""
        from gen.simulate import Device, Order, Reference, compare

        request, machine = self.request, self.machine
        config = self._config()
        verilog = self._verilog()
        reference = Reference(machine, config)
        seed = self._seed(config)
        self.output.say(f"unit      {machine.name}")
        self.output.say(self._origin(seed))
        self.progress("elaborating")
        device = Device(
            machine,
            request.build,
            verilog=verilog,
            latency=request.latency,
            bus=request.bus,
            waves=request.waves,
            simulator=request.simulator,
            ports=request.ports,
        )
        name = "case" if request.case else f"0x{seed:x}"
        folder = request.build / "runs" / machine.name / name
        given = load_case(request.case, machine, Reporter()) if request.case else None
        order = Order(seed, self._count(config), request.mode, folder, request.epoch, given)
        found = compare(reference, device, order, self.progress)
        self._say(device.manifest, found)
        result = self._result(self._replay(seed), found, folder)
        write_whole(folder / "report.json", json.dumps(result, indent=2) + "\n")
        self.output.say(f"report    {folder / 'report.json'}")
        self._say_waves(found.report.waves)
        self.output.result(**{k: v for k, v in result.items() if k != "points"})
        if found.report.passed:
            return Exit.OK
        self.output.say()
        self.output.say(result["failure"])
        return Exit.MISMATCH

    # Input

    def _config(self) -> Config:
        name = self.request.stream
        path = Path(name) if name and (name.endswith((".yaml", ".yml")) or "/" in name) else None
        reporter = Reporter()
        return load_config(path or SPECS / "streams" / f"{name or 'default'}.yaml", reporter)

    def _origin(self, seed: int) -> str:
        if self.request.case:
            return f"case      {self.request.case}"
        return f"seed      0x{seed:x}, stream {self.request.stream or 'default'}"

    def _seed(self, config: Config) -> int:
        if self.request.case:
            return 0
        if self.request.seed is not None:
            return self.request.seed
        return config.seed if config.seed is not None else secrets.randbits(32)

    def _count(self, config: Config) -> int:
        count = self.request.count or config.count or 1_000_000
        return min(count, _WAVES) if self.request.waves else count

    def _verilog(self) -> Path | None:
        given = self.request.verilog
        if given is not None and not given.is_file():
            reporter = Reporter()
            reporter.report("E0703", f"cannot read `{given}`: no such file")
            reporter.check()
        return given

    # Output

    def _replay(self, seed: int) -> Replay:
        from gen.simulate import Replay

        request = self.request
        return Replay(
            request.unit,
            seed,
            request.stream,
            str(request.verilog) if request.verilog else None,
            request.bus,
            request.latency,
            str(request.case) if request.case else None,
            request.simulator,
            request.ports,
        )

    def _say(self, manifest: dict[str, Any], found: Result) -> None:
        say, report = self.output.say, found.report
        self.progress("")
        verdict = "no difference" if report.passed else "DIFFERENT"
        say(
            f"compared  {report.compared:,} transactions in {report.cycles:,} cycles, "
            f"{self._bench()}: {verdict}"
        )
        say(
            f"rate      {found.rate:,.0f} transactions per CPU-second "
            f"({report.bench_seconds:.2f} s of {report.process_seconds:.2f} s in the simulator)"
        )
        say(f"models    native on all, Python on the first {found.on_model:,}")
        say(f"answers   {', '.join(f'{n} {c:,}' for n, c in found.answers.items())}")
        if self.request.case is None:
            self._say_coverage(found.coverage)
        else:
            self._say_case(manifest, found.sample)

    def _say_case(self, manifest: dict[str, Any], sample: Sample) -> None:
        from tb.report import answer, describe

        rows = list(zip(sample.stream, sample.expected, strict=True))[1:]
        for t, r in rows[:_SHOWN]:
            found = answer(manifest, t, r)
            self.output.say(f"    {describe(manifest, t)}" + (f" -> {found}" if found else ""))
        if len(rows) > _SHOWN:
            self.output.say(f"    and {len(rows) - _SHOWN} more")

    def _say_coverage(self, coverage: Coverage) -> None:
        say = self.output.say
        groups = ", ".join(f"{name} {hit}/{all_}" for name, hit, all_ in coverage.groups())
        say(f"coverage  {coverage.percent:.1f} % of {coverage.reachable} points: {groups}")
        for p in coverage.unhit[:10]:
            say(f"          not reached: {p.group} {p.name}")
        if len(coverage.unhit) > 10:
            say(f"          and {len(coverage.unhit) - 10} more, see the report")
        for p in coverage.argued if self.output.verbose else ():
            say(f"          unreachable: {p.group} {p.name}: {p.argument}")
        if coverage.argued and not self.output.verbose:
            say(f"          {len(coverage.argued)} more: unreachable, proved by Z3 (-v lists them)")

    def _bench(self) -> str:
        """Return the mode, and the bus if it is not the native one."""
        from gen.forms.rtl import BUSES

        bus = self.request.bus
        where = "" if self.request.simulator == "verilator" else " on Icarus"
        registers = "" if bus == "native" else f", registers on {BUSES[bus]}"
        return self.request.mode + where + registers

    def _result(self, replay: Replay, found: Result, folder: Path) -> dict[str, Any]:
        from gen.simulate import explained

        report, coverage = found.report, found.coverage
        failure = report.failure
        return {
            "unit": self.machine.name,
            "passed": report.passed,
            "seed": replay.seed,
            "stream": self.request.stream or "default",
            "mode": self.request.mode,
            "bus": self.request.bus,
            "simulator": self.request.simulator,
            "compared": report.compared,
            "cycles": report.cycles,
            "bench_seconds": report.bench_seconds,
            "process_seconds": report.process_seconds,
            "junit": str(folder / "results.xml"),
            "waves": str(report.waves) if report.waves else None,
            "failure": explained(self.machine, failure, replay, folder) if failure else None,
            "coverage": {k: v for k, v in coverage.to_json().items() if k != "points"},
            "points": coverage.to_json()["points"],
        }

    def _say_waves(self, waves: Path | None) -> None:
        if waves is not None:
            self.output.say(f"waves     {waves}")
            self.output.say(f"view      gtkwave {waves.with_suffix('.gtkw')}")
