"""What `isoform gen` writes for a unit, and where; files are written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gen.diag import Reporter
from gen.ir.machine import Machine

__all__ = ["Artefacts", "write_forms", "write_whole"]


@dataclass(frozen=True)
class Artefacts:
    """Paths of a unit's generated files."""

    root: Path
    name: str

    @property
    def verilog(self) -> Path:
        """The Verilog module."""
        return self.root / "rtl" / f"{self.name}.v"

    @property
    def core(self) -> Path:
        """The FuseSoC core description."""
        return self.root / "rtl" / f"{self.name}.core"

    @property
    def waivers(self) -> Path:
        """Verilator's configuration: the warnings that the Verilog gives on purpose."""
        return self.root / "rtl" / f"{self.name}.vlt"

    @property
    def model(self) -> Path:
        """The standalone Python model."""
        return self.root / "model" / f"{self.name}.py"

    @property
    def machine(self) -> Path:
        """The machine in its text form."""
        return self.root / f"{self.name}.machine"

    @property
    def manifest(self) -> Path:
        """Names, ports, registers and latencies."""
        return self.root / "manifest.json"

    @property
    def markdown(self) -> Path:
        """The document as Markdown."""
        return self.root / "doc" / f"{self.name}.md"

    @property
    def html(self) -> Path:
        """The document as one HTML page."""
        return self.root / "doc" / f"{self.name}.html"


def write_whole(path: Path, content: str | bytes, mode: int = 0o666) -> None:
    """Write a file so that a reader sees the old file or the new one, never a part.

    Raises
    ------
    IsoformError : E0703, the file cannot be written
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as f:
                f.write(content.encode() if isinstance(content, str) else content)
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(name, mode & ~umask)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        reporter = Reporter()
        reporter.report("E0703", f"cannot write `{path}`: {error.strerror}")
        reporter.check()


def write_forms(
    machine: Machine, build: Path, latency: int = 1, bus: str = "native", ports: int = 1
) -> Artefacts:
    """Write Verilog, core file, lint waivers, manifest, Python model and machine text of a unit.

    Everything is generated before the first file is written.
    """
    from gen.forms import python, rtl
    from gen.forms.rtl.core_file import generate as core_file
    from gen.forms.rtl.core_file import waivers
    from gen.forms.rtl.manifest import manifest
    from gen.ir.text import print_machine

    paths = Artefacts(build / machine.name, machine.name)
    options = rtl.RtlOptions(latency=latency, bus=bus, ports=ports)
    texts = {
        paths.verilog: rtl.verilog(machine, options),
        paths.core: core_file(machine, options),
        paths.waivers: waivers(machine),
        paths.model: python.generate(machine),
        paths.machine: print_machine(machine),
        paths.manifest: json.dumps(manifest(machine, options), indent=2) + "\n",
    }
    for path, text in texts.items():
        write_whole(path, text)
    return paths


def write_document(machine: Machine, build: Path) -> Artefacts:
    """Write the document of a unit as Markdown and HTML."""
    from gen.forms import doc

    paths = Artefacts(build / machine.name, machine.name)
    document = doc.generate(machine)
    write_whole(paths.markdown, document.markdown)
    write_whole(paths.html, document.html)
    return paths
