"""Building the simulator of a unit: Verilator, then one compilation of everything in one unit.

A build is kept under `build/cache` by the hash of all that goes into it, and is made whole or not
at all. Of processes that want the same design at the same time one builds and the others wait.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gen.ir.transaction import WINDOW_BASE, WINDOW_SIZE
from tb.tools import (
    cocotb_libraries,
    cocotb_main,
    digest,
    library,
    locked,
    publish,
    run_tool,
    toolchain,
)

__all__ = ["DEFAULT_PARAMETER", "Build", "build"]

# What a parameter of a unit (the base of its state in memory) is in every bench.
DEFAULT_PARAMETER = WINDOW_BASE + 0x1000

_HARNESS = Path(__file__).with_name("harness.cpp")
_OPTIMISE = "-O1"  # measured: compiles three times faster than -O2 and runs as fast


@dataclass(frozen=True)
class Build:
    """A simulator ready to run.

    Members
    -------
    folder : where the executable lies
    executable : the simulator, cocotb's main program with the design in it
    manifest : what is known of the design
    waves : it can write waveforms
    simulator : what cocotb calls it
    """

    folder: Path
    executable: Path
    manifest: Mapping[str, Any]
    waves: bool
    simulator: str = "verilator"


def build(verilog: Path, manifest: Mapping[str, Any], cache: Path, *, waves: bool = False) -> Build:
    """Return the simulator of a Verilog file, building it if it is not in the cache.

    Raises
    ------
    ToolError : a tool is missing, or refuses the design
    """
    defines = ["-DVM_TRACE=1", "-DVM_TRACE_VCD=1"] if waves else ["-DVM_TRACE=0"]
    defines += ["-DVM_COVERAGE=0", "-DVM_SC=0"]
    config = _config(manifest)
    top = str(manifest["module"])
    text = verilog.read_bytes()
    parts: list[str | bytes] = [
        toolchain().key,
        _OPTIMISE,
        *defines,
        config,
        _HARNESS.read_bytes(),
        top,
        text,
    ]
    final = cache / f"{top}-{digest(parts)}"
    if not final.is_dir():
        runtime = library(defines)
        with locked(final):
            if not final.is_dir():
                made = _make(cache, text, config, manifest, waves, runtime, defines)
                publish(made, final)
    return Build(final, final / top, manifest, waves)


def _make(
    cache: Path,
    verilog: bytes,
    config: str,
    manifest: Mapping[str, Any],
    waves: bool,
    runtime: Path,
    defines: list[str],
) -> Path:
    """Build in a new folder below `cache` and return it."""
    top = str(manifest["module"])
    made = Path(tempfile.mkdtemp(prefix="making-", dir=cache))
    try:
        (made / f"{top}.v").write_bytes(verilog)
        (made / "bench_config.h").write_text(config)
        _verilate(made, manifest, waves)
        _compile(made, top, defines, runtime)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return made


def _verilate(folder: Path, manifest: Mapping[str, Any], waves: bool) -> None:
    """Make C++ of the design; only its ports are visible to VPI, which keeps it fast."""
    top = manifest["module"]
    names = [manifest["clock"], manifest["reset"], *(p["name"] for p in manifest["ports"])]
    rules = [f'public_flat_rw -module "{top}" -var "{n}"' for n in names]
    (folder / "ports.vlt").write_text("\n".join(["`verilator_config", *rules]) + "\n")
    tools = toolchain()
    command: list[str | Path] = [tools.verilator, "--cc", "--vpi", "--prefix", "Vtop"]
    command += ["--top-module", top, "--Mdir", "obj", "-Wno-fatal", "-Wno-lint", "-Wno-style"]
    command += ["--x-assign", "unique", "--x-initial", "unique", "--output-split", "0"]
    command += ["--trace", "--trace-structs"] if waves else []
    run_tool([*command, "ports.vlt", f"{top}.v"], folder, {"VERILATOR_ROOT": str(tools.root)})


def _compile(folder: Path, top: str, defines: list[str], runtime: Path) -> None:
    """Compile model, cocotb's main program and the batch bench as one unit and link them."""
    models = sorted(p.name for p in (folder / "obj").glob("Vtop*.cpp"))
    lines = [f'#include "obj/{name}"' for name in models]
    lines += [
        '#include "bench_config.h"',
        "#define Vtop IsoformCaptured",  # cocotb's main program makes the model that we drive
        f'#include "{cocotb_main()}"',
        "#undef Vtop",
        f'#include "{_HARNESS.resolve()}"',
    ]
    (folder / "unit.cpp").write_text("\n".join(lines) + "\n")
    tools = toolchain()
    libraries = cocotb_libraries()
    command: list[str | Path] = [tools.cxx, "-std=c++17", _OPTIMISE, "-w", *defines, "-I."]
    command += ["-Iobj", *tools.includes, "unit.cpp", runtime, "-rdynamic", "-o", top]
    command += [f"-L{libraries}", f"-Wl,-rpath,{libraries}", "-lcocotbvpi_verilator"]
    command += ["-lpthread", "-lz", "-latomic"] if "-DVM_TRACE_FST=1" in defines else ["-lpthread"]
    run_tool(command, folder)


def _config(manifest: Mapping[str, Any]) -> str:
    """Return the header that tells the batch bench which ports there are."""
    widths = {p["role"]: p["width"] for p in manifest["ports"]}
    bus, memory, first = manifest["bus"], manifest["memory"], manifest["streams"][0]
    bus = bus if bus and bus["kind"] == "native" else None  # the batch bench drives no other
    numbers = {
        "HAS_BUS": int(bus is not None),
        "HAS_MEMORY": int(memory is not None),
        "PORTS": len(manifest["streams"]),
        "LATENCY": 1 if manifest["latency"] is None else manifest["latency"],
        "VA_WIDTH": widths[f"req_va{first}"],
        "ACCESS_WIDTH": widths[f"req_access{first}"],
        "BUS_ADDRESS_WIDTH": bus["address"] if bus else 1,
        "BUS_DATA_WIDTH": bus["data"] if bus else 1,
        "MEMORY_DATA_WIDTH": memory["data"] if memory else 8,
        "WINDOW_BASE": f"UINT64_C({WINDOW_BASE})",
        "WINDOW_SIZE": f"UINT64_C({WINDOW_SIZE})",
    }
    lines = ["#pragma once", "#include <type_traits>", '#include "Vtop.h"', ""]
    lines += [f"#define {name} {value}" for name, value in numbers.items()]
    drive = "\n".join(
        f"    top->i_{p['name']} = {DEFAULT_PARAMETER};" for p in manifest["parameters"]
    )
    lines += [
        "namespace isoform {",
        "static Vtop* captured = nullptr;",
        *_pins(manifest),
        "static inline void drive_parameters(Vtop* top) {",
        drive,
        "}",
        "}",
        "struct IsoformCaptured : Vtop {",
        "    explicit IsoformCaptured(const char* name) : Vtop(name) { isoform::captured = this; }",
        "};",
    ]
    return "\n".join(lines) + "\n"


_PINS = (
    ("i", "req_valid"),
    ("o", "req_ready"),
    ("i", "req_va"),
    ("i", "req_access"),
    ("o", "rsp_valid"),
    ("i", "rsp_ready"),
    ("o", "rsp_pa"),
    ("o", "rsp_cause"),
)


def _pins(manifest: Mapping[str, Any]) -> list[str]:
    """Return C++ that gives the pins of each pair of streams the same names."""
    first = manifest["streams"][0]
    lines = ["struct Pins {"]
    for way, role in _PINS:
        kind = f"std::remove_reference_t<decltype(Vtop::{way}_{role}{first})>"
        lines.append(f"    {kind}* {role};")
    lines += ["};", "static inline Pins pins(Vtop* top, unsigned port) {", "    switch (port) {"]
    for k, suffix in enumerate(manifest["streams"]):
        found = ", ".join(f"&top->{way}_{role}{suffix}" for way, role in _PINS)
        lines.append(f"    {'default' if k == 0 else f'case {k}'}: return {{{found}}};")
    return [*lines, "    }", "}"]
