"""The run behind `isoform sim`: forms, simulator, stream, comparison, coverage, report."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gen.cli.artefacts import Artefacts, write_forms, write_whole
from gen.cli.output import Exit, Output, print_diagnostics
from gen.cli.units import SPECS
from gen.diag import Diagnostic, IsoformError, Reporter
from gen.ir.machine import Machine
from gen.stream.config import Config, load_config
from gen.stream.coverage import Coverage
from gen.stream.generate import Generator

__all__ = ["Progress", "Request", "simulate"]

_MODEL_SHARE = 10_000  # transactions that the Python model repeats, besides the native one
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
    waves: bool
    verilog: Path | None
    latency: int
    bus: str
    build: Path
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
        """Do everything in order; the simulator is built while the stream is made."""
        from gen.forms import native
        from tb.build import build
        from tb.tools import require_drivers
        from tb.unit import run

        request, machine = self.request, self.machine
        config = self._config()
        seed = self._seed(config)
        require_drivers(request.bus)
        self.output.say(f"unit      {machine.name}")
        self.output.say(f"seed      0x{seed:x}, stream {request.stream or 'default'}")
        self.progress("elaborating")
        paths = write_forms(machine, request.build, request.latency, request.bus, request.ports)
        manifest = json.loads(paths.manifest.read_text())
        verilog = self._verilog(paths)
        compiled = native.compile(machine)
        with ThreadPoolExecutor(1) as pool:
            self.progress("building the simulator and making the stream")
            cache = request.build / "cache"
            job = pool.submit(build, verilog, manifest, cache, waves=request.waves)
            stream = self._stream(config, seed, compiled)
            counts = np.zeros(len(machine.covers), np.uint64)
            memory = compiled.new_memory()
            expected = compiled.run(compiled.reset_state(), stream, memory, cover_counts=counts)
            self._check_python_model(paths, manifest, stream, expected)
            simulator = job.result()
        folder = request.build / "runs" / machine.name / f"0x{seed:x}"
        self.progress(f"comparing {len(stream):,} transactions")
        report = run(
            simulator, stream, expected, mode=request.mode, folder=folder, model=paths.model
        )
        coverage = self._coverage(stream, expected, counts)
        self._say(report, stream, expected, coverage)
        result = self._result(seed, report, coverage, folder)
        write_whole(folder / "report.json", json.dumps(result, indent=2) + "\n")
        self.output.say(f"report    {folder / 'report.json'}")
        self._say_waves(report)
        self.output.result(**{k: v for k, v in result.items() if k != "points"})
        if report.failure is None:
            return Exit.OK
        self.output.say()
        self.output.say(report.failure.text(self._replay(seed, report.failure.case.epoch)))
        return Exit.MISMATCH

    # Input

    def _config(self) -> Config:
        name = self.request.stream
        path = Path(name) if name and (name.endswith((".yaml", ".yml")) or "/" in name) else None
        reporter = Reporter()
        return load_config(path or SPECS / "streams" / f"{name or 'default'}.yaml", reporter)

    def _seed(self, config: Config) -> int:
        if self.request.seed is not None:
            return self.request.seed
        return config.seed if config.seed is not None else secrets.randbits(32)

    def _verilog(self, paths: Artefacts) -> Path:
        given = self.request.verilog
        if given is None:
            return paths.verilog
        if not given.is_file():
            reporter = Reporter()
            reporter.report("E0703", f"cannot read `{given}`: no such file")
            reporter.check()
        return given

    def _stream(self, config: Config, seed: int, compiled: Any) -> Any:
        generator = Generator(self.machine, config, compiled, Reporter())
        if self.request.epoch is not None:
            return generator.epoch(seed, self.request.epoch)
        count = self.request.count or config.count or 1_000_000
        return generator.stream(seed, min(count, _WAVES) if self.request.waves else count)

    # Checks

    def _check_python_model(
        self, paths: Artefacts, manifest: dict[str, Any], stream: Any, expected: Any
    ) -> None:
        """Repeat the first transactions on the Python model; the forms must agree."""
        from tb.model import Model

        part = stream[:_MODEL_SHARE]
        results = Model(paths.model, manifest).run(part)
        wrong = np.flatnonzero(results != expected[: len(part)])
        if wrong.size:
            raise AssertionError(
                f"the Python model and the native model differ at transaction {wrong[0]}"
            )

    def _coverage(self, stream: Any, expected: Any, counts: Any) -> Coverage:
        from gen.forms import smt

        coverage = Coverage(self.machine)
        coverage.add(stream, expected, counts)
        coverage.argue(smt.unreachable)
        return coverage

    # Output

    def _replay(self, seed: int, epoch: int) -> str:
        line = f"isoform sim {self.request.unit} --seed 0x{seed:x} --epoch {epoch}"
        if self.request.stream:
            line += f" --stream {self.request.stream}"
        if self.request.verilog:
            line += f" --verilog {self.request.verilog}"
        if self.request.bus != "native":
            line += f" --bus {self.request.bus}"
        if self.request.latency != 1:
            line += f" --latency {self.request.latency}"
        return line + (f" --ports {self.request.ports}" if self.request.ports != 1 else "")

    def _say(self, report: Any, stream: Any, expected: Any, coverage: Coverage) -> None:
        say = self.output.say
        self.progress("")
        verdict = "no difference" if report.passed else "DIFFERENT"
        say(
            f"compared  {report.compared:,} transactions in {report.cycles:,} cycles, "
            f"{self._bench()}: {verdict}"
        )
        rate = report.compared / max(report.bench_seconds, 1e-9)
        say(
            f"rate      {rate:,.0f} transactions per CPU-second "
            f"({report.bench_seconds:.2f} s of {report.process_seconds:.2f} s in the simulator)"
        )
        say(f"models    native on all, Python on the first {min(len(stream), _MODEL_SHARE):,}")
        say(f"answers   {self._answers(stream, expected)}")
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
        return self.request.mode + ("" if bus == "native" else f", registers on {BUSES[bus]}")

    def _answers(self, stream: Any, expected: Any) -> str:
        causes = expected["cause"][stream["kind"] == 0]
        counts = np.bincount(causes, minlength=len(self.machine.causes) + 1)
        names = ("translated", *self.machine.causes)
        return ", ".join(f"{n} {c:,}" for n, c in zip(names, counts, strict=True) if c)

    def _result(self, seed: int, report: Any, coverage: Coverage, folder: Path) -> dict[str, Any]:
        failure = report.failure
        return {
            "unit": self.machine.name,
            "passed": report.passed,
            "seed": seed,
            "stream": self.request.stream or "default",
            "mode": self.request.mode,
            "bus": self.request.bus,
            "compared": report.compared,
            "cycles": report.cycles,
            "bench_seconds": report.bench_seconds,
            "process_seconds": report.process_seconds,
            "junit": str(folder / "results.xml"),
            "waves": str(report.waves) if report.waves else None,
            "failure": failure.text(self._replay(seed, failure.case.epoch)) if failure else None,
            "coverage": {k: v for k, v in coverage.to_json().items() if k != "points"},
            "points": coverage.to_json()["points"],
        }

    def _say_waves(self, report: Any) -> None:
        if report.waves is not None:
            self.output.say(f"waves     {report.waves}")
            self.output.say(f"view      gtkwave {report.waves.with_suffix('.gtkw')}")
